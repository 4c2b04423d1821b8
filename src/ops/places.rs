//! Meeting rooms with walls ("places"): adding and listing them, reserving them, seeing who has them when.
//!
//! Invariant: reservations of one place never overlap. Days are those of the organization's time zone.

use super::access;
use crate::domain::civil::{Local, Period};
use crate::domain::{
    AccountId, Actor, Count, Email, Error, Event, MeetingPlace, NewPlace, NewReservation, Noun, OrganizationId, PlaceId, Reservation,
    ReservationId, TimeZone,
};
use crate::store::places::Booking;
use crate::store::{self, Tx};

/// Most people who are named as members of a reservation.
const MEMBERS: usize = 100;

/// A reservation, and the day on which it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReservationView {
    /// The reservation.
    pub reservation: Reservation,
    /// `yyyyMMdd` of its start, in the organization's zone.
    pub day: String,
    /// The organization's zone.
    pub zone: TimeZone,
}

/// The places of the actor's organization that are in use, in the order of lists.
pub fn list_places(tx: &Tx<'_>, actor: &Actor) -> Result<Vec<MeetingPlace>, Error> {
    let places = store::places::list_places(tx, actor.organization)?;
    Ok(places.into_iter().filter(|place| place.is_valid).collect())
}

/// All places of an organization, also those that are not in use.
pub fn list_all_places(tx: &Tx<'_>, organization: Option<&str>) -> Result<Vec<MeetingPlace>, Error> {
    let organization = access::organization(tx, organization)?;
    store::places::list_places(tx, organization)
}

/// Adds a place.
pub fn create_place(tx: &Tx<'_>, organization: Option<&str>, new: &NewPlace) -> Result<MeetingPlace, Error> {
    let organization = access::organization(tx, organization)?;
    if store::places::find_by_name(tx, organization, new.name.as_str())?.is_some() {
        return Err(Error::Taken("name"));
    }
    let places = store::places::list_places(tx, organization)?;
    if places.len() as i64 >= store::places::MOST_PLACES {
        return Err(Error::Invalid("name", "an organization has at most 1,000 meeting rooms"));
    }
    let after_last = places.last().map_or(1, |last| last.sort_order + 1);
    let id = store::places::insert_place(tx, organization, new, new.sort_order.map_or(after_last, Count::get))?;
    tx.record(Event::PlaceCreated(organization, id))?;
    place(tx, organization, id)
}

/// Puts a place into use or out of it. Its reservations stay.
pub fn set_place_valid(tx: &Tx<'_>, organization: Option<&str>, id: PlaceId, is_valid: bool) -> Result<MeetingPlace, Error> {
    let organization = access::organization(tx, organization)?;
    if place(tx, organization, id)?.is_valid != is_valid {
        store::places::update_valid(tx, id, is_valid)?;
        tx.record(Event::PlaceEdited(organization, id))?;
    }
    place(tx, organization, id)
}

fn place(tx: &Tx<'_>, organization: OrganizationId, id: PlaceId) -> Result<MeetingPlace, Error> {
    store::places::find_place(tx, organization, id)?.ok_or(Error::NotFound(Noun::Place))
}

/// Reserves a place. Who makes the reservation comes and answers for it.
pub fn reserve_place(tx: &Tx<'_>, organization: Option<&str>, new: &NewReservation) -> Result<ReservationView, Error> {
    let organization = access::organization(tx, organization)?;
    if new.members.len() > MEMBERS {
        return Err(Error::Invalid("member", "a reservation has at most 100 members"));
    }
    let place = named_place(tx, organization, &new.place)?;
    let (starts, ends) = new.time.within(&zone(tx, organization)?)?;
    let creator = person(tx, organization, &new.creator)?;
    let guest = |(email, is_in_charge): &(Email, bool)| person(tx, organization, email).map(|account| (account, *is_in_charge));
    let members: Vec<(AccountId, bool)> = new.members.iter().map(guest).collect::<Result<_, _>>()?;
    if store::places::is_reserved(tx, place.id, starts, ends)? {
        return Err(Error::Taken("time"));
    }
    let is_all_day = new.time.is_all_day();
    let booking = Booking { place: place.id, starts, ends, is_all_day, title: new.title.as_str(), memo: new.memo.as_str(), creator };
    let id = store::places::insert_reservation(tx, organization, &booking)?;
    store::places::insert_member(tx, id, creator, true)?;
    for (account, is_in_charge) in members {
        store::places::insert_member(tx, id, account, is_in_charge)?;
    }
    tx.record(Event::PlaceReserved(organization, id))?;
    let made = store::places::find_reservation(tx, organization, id)?;
    view(tx, organization, made.into_iter().collect())?.pop().ok_or_else(|| Error::internal("a new reservation is missing"))
}

/// A place that may be reserved, by its name, else by its id.
fn named_place(tx: &Tx<'_>, organization: OrganizationId, name: &str) -> Result<MeetingPlace, Error> {
    let name = name.trim();
    let found = match (store::places::find_by_name(tx, organization, name)?, name.parse()) {
        (None, Ok(id)) => store::places::find_place(tx, organization, id)?,
        (found, _) => found,
    };
    match found {
        None => Err(Error::NotFound(Noun::Place)),
        Some(place) if !place.is_valid => Err(Error::Invalid("place", "this meeting room is not in use")),
        Some(place) => Ok(place),
    }
}

/// An active person of the organization; those of others look as if they did not exist.
fn person(tx: &Tx<'_>, organization: OrganizationId, email: &Email) -> Result<AccountId, Error> {
    let found = store::accounts::find_by_email(tx, email.as_str())?.filter(|found| found.disabled.is_none());
    let account = found.map(|found| found.account).filter(|account| account.organization == organization);
    account.map(|account| account.person.id).ok_or(Error::NotFound(Noun::Account))
}

fn zone(tx: &Tx<'_>, organization: OrganizationId) -> Result<TimeZone, Error> {
    Ok(TimeZone::stored(store::organizations::get(tx, organization)?.time_zone))
}

/// The reservations that overlap a period (today when it is absent) in the actor's organization, by start, then place.
pub fn list_reservations(tx: &Tx<'_>, actor: &Actor, period: Result<Option<Period>, Error>) -> Result<Vec<ReservationView>, Error> {
    within(tx, actor.organization, period?)
}

/// The same for an organization that a command line names.
pub fn list_all_reservations(tx: &Tx<'_>, organization: Option<&str>, period: Option<Period>) -> Result<Vec<ReservationView>, Error> {
    let organization = access::organization(tx, organization)?;
    within(tx, organization, period)
}

fn within(tx: &Tx<'_>, organization: OrganizationId, period: Option<Period>) -> Result<Vec<ReservationView>, Error> {
    let zone = zone(tx, organization)?;
    let (from, to) = period.unwrap_or_else(|| Period::today(tx.now, &zone)).within(&zone)?;
    view(tx, organization, store::places::list_reservations(tx, organization, from, to)?)
}

fn view(tx: &Tx<'_>, organization: OrganizationId, found: Vec<Reservation>) -> Result<Vec<ReservationView>, Error> {
    let zone = zone(tx, organization)?;
    let local = Local::of(&zone);
    let view = |reservation: Reservation| ReservationView { day: local.day(reservation.starts), zone: zone.clone(), reservation };
    Ok(found.into_iter().map(view).collect())
}

/// Gives a place free again.
pub fn remove_reservation(tx: &Tx<'_>, organization: Option<&str>, id: ReservationId) -> Result<(), Error> {
    let has = |organization| Ok(store::places::find_reservation(tx, organization, id)?.is_some());
    let organization = access::organization_with(tx, organization, Noun::Reservation, has)?;
    store::places::find_reservation(tx, organization, id)?.ok_or(Error::NotFound(Noun::Reservation))?;
    store::places::end_reservation(tx, id)?;
    tx.record(Event::ReservationRemoved(organization, id))
}
