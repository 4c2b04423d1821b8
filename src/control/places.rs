//! Meeting rooms with walls, and who has them when.

use serde::{Deserialize, Serialize};

use super::rows::{Place, Reservation};
use super::{Answer, Refusal};
use crate::domain::civil::Period;
use crate::domain::{Count, Email, Error, Label, Memo, NewPlace, NewReservation, ReservationId, ReservedTime, Title};
use crate::ops::places;
use crate::store::{Cause, Tx};
use crate::world::World;

/// About meeting rooms with walls.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields are the flags of the command line")]
pub enum PlaceCommand {
    /// Adds one.
    Add { organization: Option<String>, name: String, group: String, capacity: i64, memo: String, sort_order: Option<i64>, is_in_use: bool },
    /// Lists them.
    List { organization: Option<String> },
}

/// About reservations of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields are the flags of the command line")]
pub enum ReservationCommand {
    /// Makes one.
    Add { organization: Option<String>, place: String, time: WantedTime, title: String, memo: String, by: String, members: Vec<String> },
    /// Lists those of a day or a month; today's when neither is named.
    List { organization: Option<String>, period: Option<String> },
    /// Takes one away.
    Remove { organization: Option<String>, id: i64 },
}

/// When somebody wants a place, as they wrote it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields are the flags of the command line")]
pub enum WantedTime {
    /// From a time to another.
    Span { start: String, end: String },
    /// Whole days.
    Days { first: String, last: String },
}

impl WantedTime {
    fn parse(&self) -> Result<ReservedTime, Error> {
        match self {
            Self::Span { start, end } => ReservedTime::parse_span(start, end),
            Self::Days { first, last } => ReservedTime::parse_days(first, last),
        }
    }
}

/// Carries a command about places out.
pub(super) fn furnish(world: &World, cause: Cause, command: PlaceCommand) -> Result<Answer, Refusal> {
    let found = match command {
        PlaceCommand::Add { organization, name, group, capacity, memo, sort_order, is_in_use } => {
            let new = NewPlace {
                name: Title::parse("name", &name)?,
                group: Label::parse("group", &group)?,
                capacity: Count::parse("capacity", capacity)?,
                memo: Memo::parse(&memo)?,
                sort_order: sort_order.map(|number| Count::parse("sort-order", number)).transpose()?,
                is_valid: is_in_use,
            };
            vec![world.write_blocking(cause, move |tx| places::create_place(tx, organization.as_deref(), &new))?]
        }
        PlaceCommand::List { organization } => world.read(|tx| places::list_all_places(tx, organization.as_deref()))?,
    };
    Ok(Answer::Places(found.into_iter().map(Place::from).collect()))
}

/// Carries a command about reservations out.
pub(super) fn reserve(world: &World, cause: Cause, command: ReservationCommand) -> Result<Answer, Refusal> {
    let found = match command {
        ReservationCommand::Add { organization, place, time, title, memo, by, members } => {
            let guest = |email: String| Email::parse(&email).map(|email| (email, false));
            let members = members.into_iter().map(guest).collect::<Result<_, _>>()?;
            let (title, memo, creator) = (Title::parse("title", &title)?, Memo::parse(&memo)?, Email::parse(&by)?);
            let new = NewReservation { place, time: time.parse()?, title, memo, creator, members };
            vec![world.write_blocking(cause, move |tx| places::reserve_place(tx, organization.as_deref(), &new))?]
        }
        ReservationCommand::List { organization, period } => {
            let period = period.map(|text| Period::parse("period", &text)).transpose()?;
            world.read(|tx| places::list_all_reservations(tx, organization.as_deref(), period))?
        }
        ReservationCommand::Remove { organization, id } => {
            let remove = move |tx: &Tx<'_>| places::remove_reservation(tx, organization.as_deref(), ReservationId::new(id));
            world.write_blocking(cause, remove)?;
            Vec::new()
        }
    };
    Ok(Answer::Reservations(found.into_iter().map(Reservation::from).collect()))
}
