//! Meeting rooms with walls, and their reservations.

use rusqlite::Row;

use super::Tx;
use crate::domain::{
    AccountId, Error, MeetingPlace, NewPlace, OrganizationId, PlaceId, Reservation, ReservationId, ReservationMember, ReservedTime,
    Timestamp,
};

/// Most places of an organization.
pub const MOST_PLACES: i64 = 1_000;
/// Most reservations in a list.
const MOST: i64 = 10_000;

macro_rules! select_place {
    ($tail:literal) => {
        concat!("SELECT id, name, group_name, capacity, memo, sort_order, is_valid FROM place WHERE organization_id = ?1 ", $tail)
    };
}

fn place(row: &Row<'_>) -> rusqlite::Result<MeetingPlace> {
    Ok(MeetingPlace {
        id: row.get(0)?,
        name: row.get(1)?,
        group: row.get(2)?,
        capacity: row.get(3)?,
        memo: row.get(4)?,
        sort_order: row.get(5)?,
        is_valid: row.get(6)?,
    })
}

/// Adds a place at this place in lists.
pub fn insert_place(tx: &Tx<'_>, organization: OrganizationId, new: &NewPlace, sort_order: i64) -> Result<PlaceId, Error> {
    let id = PlaceId::new(tx.next_message_id()?.get());
    tx.execute(
        "INSERT INTO place (id, organization_id, name, group_name, capacity, memo, sort_order, is_valid, created_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        (id, organization, new.name.as_str(), new.group.as_str(), new.capacity.get(), new.memo.as_str(), sort_order, new.is_valid, tx.now),
    )?;
    Ok(id)
}

/// All places of an organization, in the order of lists.
pub fn list_places(tx: &Tx<'_>, organization: OrganizationId) -> Result<Vec<MeetingPlace>, Error> {
    tx.all(select_place!("ORDER BY sort_order, name, id LIMIT ?2"), (organization, MOST_PLACES), place)
}

/// A place by its id.
pub fn find_place(tx: &Tx<'_>, organization: OrganizationId, id: PlaceId) -> Result<Option<MeetingPlace>, Error> {
    tx.first(select_place!("AND id = ?2"), (organization, id), place)
}

/// A place by its name.
pub fn find_by_name(tx: &Tx<'_>, organization: OrganizationId, name: &str) -> Result<Option<MeetingPlace>, Error> {
    tx.first(select_place!("AND name = ?2"), (organization, name), place)
}

/// Puts a place into use or out of it.
pub fn update_valid(tx: &Tx<'_>, id: PlaceId, is_valid: bool) -> Result<(), Error> {
    tx.execute("UPDATE place SET is_valid = ?2 WHERE id = ?1", (id, is_valid)).map(|_| ())
}

macro_rules! select_reservation {
    ($tail:literal) => {
        concat!(
            "SELECT r.id, r.place_id, p.name, r.starts_ms, r.ends_ms, r.is_all_day, r.title, r.memo, a.id, a.uid, a.name, a.email \
             FROM reservation r JOIN place p ON p.id = r.place_id JOIN account a ON a.id = r.creator_id \
             WHERE r.organization_id = ?1 AND r.removed_ms IS NULL ",
            $tail
        )
    };
}

/// Without its members.
fn reservation(row: &Row<'_>) -> rusqlite::Result<Reservation> {
    Ok(Reservation {
        id: row.get(0)?,
        place: row.get(1)?,
        place_name: row.get(2)?,
        starts: row.get(3)?,
        ends: row.get(4)?,
        is_all_day: row.get(5)?,
        title: row.get(6)?,
        memo: row.get(7)?,
        creator: ReservationMember { account: row.get(8)?, uid: row.get(9)?, is_in_charge: true },
        creator_name: row.get(10)?,
        creator_email: row.get::<_, Option<String>>(11)?.unwrap_or_default(),
        members: Vec::new(),
    })
}

/// What a reservation is made of once its place, time and people are known.
#[derive(Debug)]
pub struct Booking<'a> {
    /// The place.
    pub place: PlaceId,
    /// First instant.
    pub starts: Timestamp,
    /// First instant after it.
    pub ends: Timestamp,
    /// Whether it was made for whole days.
    pub is_all_day: bool,
    /// What for.
    pub title: &'a str,
    /// More words.
    pub memo: &'a str,
    /// Who makes it.
    pub creator: AccountId,
}

/// Makes a reservation.
pub fn insert_reservation(tx: &Tx<'_>, organization: OrganizationId, new: &Booking<'_>) -> Result<ReservationId, Error> {
    let id = ReservationId::new(tx.next_message_id()?.get());
    tx.execute(
        "INSERT INTO reservation (id, organization_id, place_id, starts_ms, ends_ms, is_all_day, title, memo, creator_id, created_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (id, organization, new.place, new.starts, new.ends, new.is_all_day, new.title, new.memo, new.creator, tx.now),
    )?;
    Ok(id)
}

/// Adds somebody to a reservation; who is named twice answers for it if either says so.
pub fn insert_member(tx: &Tx<'_>, reservation: ReservationId, account: AccountId, is_in_charge: bool) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO reservation_member (reservation_id, account_id, is_in_charge) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO UPDATE SET is_in_charge = max(is_in_charge, excluded.is_in_charge)",
        (reservation, account, is_in_charge),
    )
    .map(|_| ())
}

/// Whether somebody has a place at some time from `starts` up to, not including, `ends`.
pub fn is_reserved(tx: &Tx<'_>, place: PlaceId, starts: Timestamp, ends: Timestamp) -> Result<bool, Error> {
    let found = tx.first(
        "SELECT 1 FROM reservation WHERE place_id = ?1 AND removed_ms IS NULL AND starts_ms > ?2 AND starts_ms < ?4 AND ends_ms > ?3 LIMIT 1",
        (place, starts.plus_ms(-ReservedTime::LONGEST_MS - 1), starts, ends),
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// The reservations that overlap a period, by their start, then by place.
pub fn list_reservations(tx: &Tx<'_>, organization: OrganizationId, from: Timestamp, to: Timestamp) -> Result<Vec<Reservation>, Error> {
    let found = tx.all(
        select_reservation!("AND r.starts_ms > ?2 AND r.starts_ms < ?4 AND r.ends_ms > ?3 ORDER BY r.starts_ms, r.place_id LIMIT ?5"),
        (organization, from.plus_ms(-ReservedTime::LONGEST_MS - 1), from, to, MOST),
        reservation,
    )?;
    found.into_iter().map(|found| with_members(tx, found)).collect()
}

/// A reservation of an organization.
pub fn find_reservation(tx: &Tx<'_>, organization: OrganizationId, id: ReservationId) -> Result<Option<Reservation>, Error> {
    let found = tx.first(select_reservation!("AND r.id = ?2"), (organization, id), reservation)?;
    found.map(|found| with_members(tx, found)).transpose()
}

fn with_members(tx: &Tx<'_>, reservation: Reservation) -> Result<Reservation, Error> {
    let members = tx.all(
        "SELECT a.id, a.uid, m.is_in_charge FROM reservation_member m JOIN account a ON a.id = m.account_id \
         WHERE m.reservation_id = ?1 ORDER BY m.account_id LIMIT 1000",
        [reservation.id],
        |row| Ok(ReservationMember { account: row.get(0)?, uid: row.get(1)?, is_in_charge: row.get(2)? }),
    )?;
    Ok(Reservation { members, ..reservation })
}

/// Takes a reservation away, and its words with it.
pub fn end_reservation(tx: &Tx<'_>, id: ReservationId) -> Result<(), Error> {
    tx.execute("UPDATE reservation SET removed_ms = ?2, title = '', memo = '' WHERE id = ?1", (id, tx.now)).map(|_| ())
}
