//! Devices of the caller. Taking one away needs the password once more.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, Responder};

use super::wire::{AuthIn, ChallengeOut, DeletionIn, DeviceIn, DeviceOut, DevicesOut, EmptyOut};
use super::{NAME, Tries, requests};
use crate::domain::{DeviceId, Error, Proven};
use crate::ops::devices;
use crate::web::{Call, Fault, Out, Reply, Typed, With};

/// GET /client/v3/devices
pub(super) async fn get_devices(call: Call) -> Reply<DevicesOut> {
    let found = call.read(devices::list_devices)?;
    Ok(Out(DevicesOut { devices: found.into_iter().map(DeviceOut::new).collect() }))
}

/// GET /client/v3/devices/{device_id}
pub(super) async fn get_device(call: Call) -> Reply<DeviceOut> {
    let id = named(&call);
    let found = call.read(|tx, actor| devices::get_device(tx, actor, &id))?;
    Ok(Out(DeviceOut::new(found)))
}

/// PUT /client/v3/devices/{device_id}
pub(super) async fn put_device(call: Call, Typed(body): Typed<DeviceIn>) -> Reply<EmptyOut> {
    let (id, name) = (named(&call), body.display_name.map(requests::name).transpose()?);
    call.write(move |tx, actor| devices::name_device(tx, actor, &id, name.as_deref())).await?;
    Ok(Out(EmptyOut {}))
}

/// DELETE /client/v3/devices/{device_id}
pub(super) async fn delete_device(call: Call, body: Option<Typed<DeletionIn>>, req: HttpRequest) -> Result<HttpResponse, Fault> {
    let ids = vec![named(&call)];
    remove(&call, ids, body.and_then(|Typed(body)| body.auth), &req).await
}

/// POST /client/v3/delete_devices
pub(super) async fn post_delete_devices(call: Call, Typed(body): Typed<DeletionIn>, req: HttpRequest) -> Result<HttpResponse, Fault> {
    let ids = requests::devices(body.devices)?;
    remove(&call, ids, body.auth, &req).await
}

async fn remove(call: &Call, ids: Vec<DeviceId>, auth: Option<AuthIn>, req: &HttpRequest) -> Result<HttpResponse, Fault> {
    let proof = requests::proof(auth)?;
    let tries = Tries::begin(call.server(), call.network(), &call.actor().account.to_string())?;
    let proven = call.read_or_write(move |tx, actor| devices::remove_devices(tx, actor, &ids, proof.as_ref())).await?;
    Ok(match proven {
        Proven::Done => Out(EmptyOut {}).respond_to(req),
        Proven::Asked(session) => With(StatusCode::UNAUTHORIZED, ChallengeOut::new(session, false)).respond_to(req),
        Proven::Refused(session) => {
            tries.count();
            call.judge(NAME, Error::WrongPassword);
            With(StatusCode::UNAUTHORIZED, ChallengeOut::new(session, true)).respond_to(req)
        }
    })
}

fn named(call: &Call) -> DeviceId {
    DeviceId::stored(call.place("device_id"))
}
