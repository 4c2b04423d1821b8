//! `/matrix/credentials` and `/matrix/login`: how a person gets into Matrix.

use super::requests;
use super::wire::{CredentialsOut, LoginIn, MatrixLoginOut};
use crate::domain::{Error, LimitKind};
use crate::ops::devices;
use crate::web::{Call, Out, Reply, Typed};

/// GET /matrix/credentials
pub(super) async fn get_credentials(call: Call) -> Reply<CredentialsOut> {
    let (username, password) = call.read(devices::get_credentials)?;
    Ok(Out(CredentialsOut { password, username }))
}

/// POST /matrix/login
pub(super) async fn post_login(call: Call, Typed(body): Typed<LoginIn>) -> Reply<MatrixLoginOut> {
    count(&call)?;
    let client = requests::client(&body);
    let pass = call.write(move |tx, actor| devices::sign_in_by_token(tx, actor, client)).await?;
    Ok(Out(MatrixLoginOut::new(pass, call.base(), call.server().world.server_name())))
}

fn count(call: &Call) -> Result<(), Error> {
    let (server, now) = (call.server(), call.server().world.clock().now());
    let (quota, is_refused) = server.messenger_sign_ins.count(call.actor().account, now);
    if is_refused { Err(Error::RateLimited(LimitKind::SignIn((quota.reset_s - now.seconds()).max(1)))) } else { Ok(()) }
}
