//! `getConferenceMaster`, `getConferenceRooms` and `getConferenceRoomStatus`.

use super::requests;
use super::wire::{PlacesOut, ReservationsOut};
use crate::ops::places;
use crate::web::{Call, Out, RawForm, Reply};

/// GET or POST /getConferenceMaster and /getConferenceRooms. GUESS: two names of one thing.
pub(super) async fn get_conference_rooms(call: Call) -> Reply<PlacesOut> {
    let found = call.read(places::list_places)?;
    Ok(Out(PlacesOut::new(found)))
}

/// GET or POST /getConferenceRoomStatus
pub(super) async fn get_conference_room_status(call: Call, form: RawForm) -> Reply<ReservationsOut> {
    let period = requests::period(&form);
    let found = call.read(|tx, actor| places::list_reservations(tx, actor, period))?;
    Ok(Out(ReservationsOut::new(found)))
}
