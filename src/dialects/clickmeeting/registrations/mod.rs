//! `/conferences/{room_id}/registrations`, `/registration`, and `/contacts`.

mod wire;

use actix_web::HttpRequest;
use actix_web::http::header::REFERER;

use super::sessions::registration_status;
use super::wire::StatusOut;
use super::{requests, surroundings};
use crate::domain::MeetingId;
use crate::domain::civil::Local;
use crate::domain::link::registration_url;
use crate::ops::{inviting, registrations};
use crate::web::{Call, Id, Out, Reply, Tree};
use wire::RegisteredOut;
pub(super) use wire::RegistrationOut;

/// GET /conferences/{room_id}/registrations[/{status}]
pub(super) async fn get_registrations(call: Call, Id(room): Id<MeetingId>, req: HttpRequest) -> Reply<Vec<RegistrationOut>> {
    let status = registration_status(&req)?;
    let (meeting, found) = call.read(|tx, actor| registrations::list_registrations(tx, actor, room, status))?;
    let (base, local) = (call.base(), Local::of(&meeting.zone));
    Ok(Out(found.into_iter().map(|registration| RegistrationOut::new(registration, &meeting, &base, &local)).collect()))
}

/// POST /conferences/{room_id}/registration
pub(super) async fn post_registration(call: Call, Id(room): Id<MeetingId>, req: HttpRequest, tree: Tree) -> Reply<RegisteredOut> {
    let referer = req.headers().get(REFERER).and_then(|value| value.to_str().ok());
    let (cmd, around) = (requests::new_registration(&tree, referer), surroundings(&call));
    let (meeting, signed_up) = call.write(move |tx, actor| registrations::register(tx, actor, room, cmd, &around)).await?;
    let url = registration_url(&call.base(), meeting.pin, &signed_up.registration.hash);
    Ok(Out(RegisteredOut { status: "OK", exist: signed_up.was_known.into(), url, r: signed_up.registration.hash }))
}

/// POST /conferences/{room_id}/invitation/email/{lang}
pub(super) async fn post_invitation(call: Call, Id(room): Id<MeetingId>, req: HttpRequest, tree: Tree) -> Reply<StatusOut> {
    let cmd = requests::invitation(&tree, req.match_info().get("lang").unwrap_or_default());
    let around = surroundings(&call);
    call.write(move |tx, actor| inviting::invite(tx, actor, room, cmd, &around)).await?;
    Ok(Out(StatusOut { status: "OK" }))
}

/// POST /contacts
pub(super) async fn post_contact(call: Call, tree: Tree) -> Reply<StatusOut> {
    let cmd = requests::address(&tree);
    call.write(move |tx, actor| registrations::keep_address(tx, actor, cmd)).await?;
    Ok(Out(StatusOut { status: "OK" }))
}
