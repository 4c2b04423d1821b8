//! `/setup`: the first thing that happens to a server.

use actix_web::http::StatusCode;

use super::session::greet;
use super::wire::{DoneOut, MadeTokenOut, SetupIn, SetupKeyIn, SetupOut, SetupStateOut};
use super::{Admin, requests};
use crate::domain::{Dialect, Error, Language};
use crate::ops::administration;
use crate::web::{Dialect as _, Fault, Out, Reply, Typed, Visit, With, passwords};

/// GET /setup
pub(super) async fn get_setup(visit: Visit) -> Reply<SetupStateOut> {
    let world = &visit.server().world;
    Ok(Out(SetupStateOut {
        is_needed: world.read(administration::needs_setup)?,
        mode: world.mode().name(),
        version: env!("CARGO_PKG_VERSION"),
        languages: Language::OF_MAILS.map(Language::code),
    }))
}

/// POST /setup/key: whether a key opens the set-up page. It is not used up.
pub(super) async fn post_setup_key(visit: Visit, Typed(body): Typed<SetupKeyIn>) -> Reply<DoneOut> {
    check_key(&visit, &body.key)?;
    Ok(Out(DoneOut {}))
}

fn check_key(visit: &Visit, key: &str) -> Result<(), Error> {
    let world = &visit.server().world;
    if !world.read(administration::needs_setup)? {
        return Err(Error::NotHere("this server is set up; sign in"));
    }
    world.read(|tx| administration::check_setup_key(tx, key)).map_err(|error| visit.judge(Admin::MOUNT.name, error))
}

/// POST /setup
pub(super) async fn post_setup(visit: Visit, Typed(body): Typed<SetupIn>) -> Result<With<SetupOut>, Fault> {
    // Hashing is slow on purpose: nobody gets it for nothing.
    check_key(&visit, &body.key)?;
    let key = body.key.clone();
    let (password, with_hash) = requests::set_up(body)?;
    let cmd = with_hash(passwords::hash(password).await?);
    let begun = visit.write(Dialect::Admin, move |tx| administration::set_up(tx, &key, cmd)).await;
    let begun = begun.map_err(|error| visit.judge(Admin::MOUNT.name, error))?;
    greet(&visit, &begun.session)?;
    Ok(With(StatusCode::CREATED, SetupOut { token: MadeTokenOut::new(begun.token, &visit.base()) }))
}
