//! The open door of a sandbox: whoever sits at its machine administers it without a password.

use crate::domain::Error;
use crate::ops::administration;
use crate::store::{Cause, Entropy};
use crate::world::World;

/// Random characters of the secret: 38 × 5 = 190 bits.
const SECRET_CHARS: usize = 38;

/// Opens a sandbox's administration page to whoever sits at its machine; gives the secret that stands in for a session.
pub async fn open_door(world: &World) -> Result<Option<String>, Error> {
    // Not drawn from the world's own randomness, which a sandbox may have been told to repeat.
    let secret = Entropy::System.text(SECRET_CHARS);
    let hashed = secret.clone();
    let opened = world.write(Cause::job("open-door"), move |tx| administration::open_door(tx, &hashed)).await?;
    Ok(opened.map(|_| secret))
}
