//! Finding the server, signing in, refreshing, signing out.

use super::requests;
use super::wire::{EmptyOut, FlowsOut, LoginIn, LoginOut, RefreshIn, RefreshOut, VersionsOut, WellKnownOut, WhoamiOut, user_id};
use super::{NAME, Tries};
use crate::domain::{Dialect, Error};
use crate::ops::devices;
use crate::web::{Call, Out, Reply, Typed, Visit};

/// GET /.well-known/matrix/client
pub(super) async fn get_well_known(visit: Visit) -> Reply<WellKnownOut> {
    Ok(Out(WellKnownOut::whole(visit.base())))
}

/// GET /client/versions
pub(super) async fn get_versions() -> Reply<VersionsOut> {
    Ok(Out(VersionsOut::new()))
}

/// GET /client/v3/login
pub(super) async fn get_login() -> Reply<FlowsOut> {
    Ok(Out(FlowsOut::new()))
}

/// POST /client/v3/login
pub(super) async fn post_login(visit: Visit, Typed(body): Typed<LoginIn>) -> Reply<LoginOut> {
    let cmd = requests::sign_in(body)?;
    let server = visit.server();
    visit.check_tries()?;
    let tries = Tries::begin(server, visit.network(), &cmd.user)?;
    let signed_in = visit.write(Dialect::Matrix, move |tx| devices::sign_in(tx, &cmd)).await?;
    if signed_in.as_ref().is_err_and(|error| *error == Error::WrongPassword) {
        tries.count();
    }
    let signed_in = signed_in.map_err(|error| visit.judge(NAME, error))?;
    Ok(Out(LoginOut::new(signed_in, server.world.server_name(), server.bases.public_url.is_some().then(|| visit.base()))))
}

/// POST /client/v3/refresh
pub(super) async fn post_refresh(visit: Visit, Typed(body): Typed<RefreshIn>) -> Reply<RefreshOut> {
    let secret = body.refresh_token.ok_or(Error::Missing("refresh_token"))?;
    let refreshed = visit.write(Dialect::Matrix, move |tx| devices::refresh(tx, &secret)).await;
    let pass = refreshed.map_err(|error| visit.judge(NAME, error))?;
    Ok(Out(RefreshOut::new(pass)))
}

/// POST /client/v3/logout
pub(super) async fn post_logout(call: Call) -> Reply<EmptyOut> {
    call.write(devices::sign_out).await?;
    Ok(Out(EmptyOut {}))
}

/// POST /client/v3/logout/all
pub(super) async fn post_logout_all(call: Call) -> Reply<EmptyOut> {
    call.write(devices::sign_out_everywhere).await?;
    Ok(Out(EmptyOut {}))
}

/// GET /client/v3/account/whoami
pub(super) async fn get_whoami(call: Call) -> Reply<WhoamiOut> {
    let (local_part, device) = call.read(devices::whoami)?;
    let user_id = user_id(&local_part, call.server().world.server_name());
    Ok(Out(WhoamiOut { user_id, device_id: device.map(|device| device.as_str().to_owned()), is_guest: false }))
}
