//! `/places` and `/reservations`: meeting rooms with walls, and who has them when.

use actix_web::http::StatusCode;

use super::requests;
use super::wire::{DoneOut, ListOut, PlaceIn, PlaceOut, ReservationIn, ReservationOut};
use crate::domain::civil::Period;
use crate::domain::{Error, Noun, PlaceId, ReservationId};
use crate::ops::places;
use crate::web::{Call, Fault, Out, Reply, Typed, With};

/// GET /places
pub(super) async fn get_places(call: Call) -> Reply<ListOut<PlaceOut>> {
    let query = call.query()?;
    let organization = query.text("organization")?;
    let found = call.read(|tx, _| places::list_all_places(tx, organization))?;
    Ok(Out(ListOut { items: found.into_iter().map(PlaceOut::from).collect() }))
}

/// POST /places
pub(super) async fn post_place(call: Call, Typed(mut body): Typed<PlaceIn>) -> Result<With<PlaceOut>, Fault> {
    let organization = body.organization.take();
    let new = requests::place(body)?;
    let made = call.write(move |tx, _| places::create_place(tx, organization.as_deref(), &new)).await?;
    Ok(With(StatusCode::CREATED, made.into()))
}

/// PATCH /places/{place_id}
pub(super) async fn patch_place(call: Call, Typed(body): Typed<PlaceIn>) -> Reply<PlaceOut> {
    let id: PlaceId = requests::id_in_path(&call, "place_id", Error::NotFound(Noun::Place))?;
    let is_in_use = body.is_in_use.ok_or(Error::Missing("is_in_use"))?;
    Ok(Out(call.write(move |tx, _| places::set_place_valid(tx, body.organization.as_deref(), id, is_in_use)).await?.into()))
}

/// GET /reservations
pub(super) async fn get_reservations(call: Call) -> Reply<ListOut<ReservationOut>> {
    let query = call.query()?;
    let period = query.text("period")?.map(|text| Period::parse("period", text)).transpose()?;
    let organization = query.text("organization")?;
    let found = call.read(|tx, _| places::list_all_reservations(tx, organization, period))?;
    Ok(Out(ListOut { items: found.into_iter().map(ReservationOut::from).collect() }))
}

/// POST /reservations
pub(super) async fn post_reservation(call: Call, Typed(mut body): Typed<ReservationIn>) -> Result<With<ReservationOut>, Fault> {
    let organization = body.organization.take();
    let new = requests::reservation(body)?;
    let made = call.write(move |tx, _| places::reserve_place(tx, organization.as_deref(), &new)).await?;
    Ok(With(StatusCode::CREATED, made.into()))
}

/// DELETE /reservations/{reservation_id}
pub(super) async fn delete_reservation(call: Call) -> Reply<DoneOut> {
    let id: ReservationId = requests::id_in_path(&call, "reservation_id", Error::NotFound(Noun::Reservation))?;
    let organization = call.query()?.text("organization")?.map(str::to_owned);
    call.write(move |tx, _| places::remove_reservation(tx, organization.as_deref(), id)).await?;
    Ok(Out(DoneOut {}))
}
