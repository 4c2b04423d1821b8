//! A query for messages: what of it the store's indexes answer, and what is asked of each candidate.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use super::super::query::{CAP, Fields, Kind, Operand, Record, Shown, Test, refused};
use super::{Condition, Lines, Query, Selection, Showing, requests, showing};
use crate::domain::{Actor, Error, ExternalRoomId, FoundMessage, MessageId, MessageQuery, Order, Span, Timestamp};
use crate::ops::finding::{CANDIDATES, Keep, Search};
use crate::ops::reading::Target;
use crate::web::listing::{List, Paging};
use crate::web::{Call, Server};

/// Characters of a text that order it.
const SORTED_CHARS: usize = 200;

/// Fields of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    CreatedAt,
    CreatedBy,
    Room,
    Session,
    Text,
    Media,
    SeenBy,
}

impl Fields for Field {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "createdAt" => Self::CreatedAt,
            "createdBy" => Self::CreatedBy,
            "room" => Self::Room,
            "session" => Self::Session,
            "text" => Self::Text,
            "media" => Self::Media,
            "seenBy" => Self::SeenBy,
            _ => return None,
        })
    }

    fn kind(self) -> Kind {
        match self {
            Self::CreatedAt => Kind::Instant,
            Self::Text => Kind::Words,
            Self::SeenBy => Kind::Set,
            Self::Id | Self::CreatedBy | Self::Room | Self::Session | Self::Media => Kind::Text,
        }
    }
}

/// A message with what its links need.
struct Viewed<'a>(&'a FoundMessage, &'a Showing);

impl Record<Field> for Viewed<'_> {
    fn value(&self, field: Field) -> Shown<'_> {
        let Self(message, showing) = self;
        let optional = |text: Option<Cow<'_, str>>| text.map_or(Shown::Missing, |text| Shown::Text(Cow::Owned(text.into_owned())));
        match field {
            Field::Id => Shown::Text(message.id.to_string().into()),
            Field::CreatedAt => Shown::Number(message.written.ms()),
            Field::CreatedBy => Shown::Text(Cow::Borrowed(&message.author_uid)),
            Field::Room => Shown::Text(message.external_room.to_string().into()),
            Field::Session => message.session.as_deref().map_or(Shown::Missing, |text| Shown::Text(text.into())),
            Field::Text => message.text.as_deref().map_or(Shown::Missing, |text| Shown::Text(text.into())),
            Field::Media => optional(showing.media(message)),
            Field::SeenBy => Shown::Set(message.seen_by().collect()),
        }
    }
}

/// A query that is ready to be run.
pub(super) struct Find {
    asked: MessageQuery,
    keep: Keep,
    /// Orders that no index has.
    sort: Vec<(Field, bool)>,
    limit: usize,
    skip: usize,
    is_paged: bool,
    selection: Selection,
    showing: Showing,
    actor: Actor,
}

impl Find {
    pub(super) fn new(query: Query<Field>, call: &Call) -> Result<Self, Error> {
        let showing = showing(call);
        let (asked, rest) = split(query.condition, order_of(&query.sort));
        let keep: Keep = rest.map(|rest| {
            let showing = showing.clone();
            let keep = move |message: &FoundMessage| rest.holds(&Viewed(message, &showing));
            Arc::new(keep) as Arc<dyn Fn(&FoundMessage) -> bool + Send + Sync>
        });
        let sort = if order_of(&query.sort).is_some() { Vec::new() } else { query.sort };
        let is_paged = query.wants_total.unwrap_or(call.server().config.chat_messages.always_paginates);
        let (limit, skip, selection) = (query.limit, query.skip, Selection(query.select));
        Ok(Self { asked, keep, sort, limit, skip, is_paged, selection, showing, actor: call.actor().clone() })
    }

    /// Whether it may take longer than a thread that serves requests should be away.
    pub(super) fn is_slow(&self) -> bool {
        let is_one_room = self.asked.rooms.as_ref().is_some_and(|rooms| rooms.len() <= 1);
        self.keep.is_some() || !self.sort.is_empty() || self.is_paged || self.skip > CAP || self.asked.author.is_some() || !is_one_room
    }

    /// What a change of many is about; it needs a query that names it.
    pub(super) fn into_target(self) -> Result<Target, Error> {
        if self.asked.rooms.is_none() && self.asked.ids.is_none() {
            return Err(refused("room", "name a room, or messages by their ids"));
        }
        Ok(Target { query: self.asked, keep: self.keep, skip: self.skip, most: self.limit })
    }

    /// Runs it: the list, and its total if that is asked for.
    pub(super) fn start(self, server: &Server) -> Result<List<Lines>, Error> {
        let (actor, skip, limit) = (self.actor.clone(), self.skip, self.limit);
        let (paging, search) = server.world.read(|tx| {
            let start = |skip, most| Search::start(tx, &actor, &self.asked, self.keep.clone(), skip, most);
            let paging = match self.is_paged {
                true => Some(Paging { total: start(0, usize::MAX)?.count(tx)?, limit, skip }),
                false => None,
            };
            if self.sort.is_empty() || limit == 0 {
                return Ok((paging, start(skip, limit)?));
            }
            let (mut all, mut keys) = (start(0, CANDIDATES + 1)?, Vec::new());
            while !all.is_over() {
                keys.extend(all.next_page(tx)?.iter().map(|message| self.key_of(message)));
            }
            if keys.len() > CANDIDATES {
                return Err(refused("$sort", "more than 100,000 messages would have to be ordered; name a room or a shorter time"));
            }
            Ok((paging, Search::of_ids(actor.account, self.sorted(keys))))
        })?;
        Ok(List::new(Lines::new(search, self.showing, self.selection), paging))
    }

    fn key_of(&self, message: &FoundMessage) -> (Vec<SortKey>, MessageId) {
        let viewed = Viewed(message, &self.showing);
        (self.sort.iter().map(|(field, _)| SortKey::of(viewed.value(*field))).collect(), message.id)
    }

    /// Ids by their keys, as many as are asked for. What has equal keys stays in the order of time.
    fn sorted(&self, mut keys: Vec<(Vec<SortKey>, MessageId)>) -> Vec<MessageId> {
        keys.sort_by(|(one, _), (other, _)| {
            let by_field = self.sort.iter().zip(one.iter().zip(other)).map(
                |((_, is_reversed), (one, other))| {
                    if *is_reversed { other.cmp(one) } else { one.cmp(other) }
                },
            );
            by_field.fold(Ordering::Equal, Ordering::then)
        });
        keys.into_iter().skip(self.skip).take(self.limit).map(|(_, id)| id).collect()
    }
}

/// What orders a message by one field. What is missing comes first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SortKey {
    Missing,
    Number(i64),
    Text(String),
}

impl SortKey {
    fn of(value: Shown<'_>) -> Self {
        match value {
            Shown::Missing => Self::Missing,
            Shown::Number(number) => Self::Number(number),
            Shown::Text(text) => Self::Text(text.chars().take(SORTED_CHARS).collect()),
            // GUESS: by how many have seen it.
            Shown::Set(all) => Self::Number(i64::try_from(all.len()).unwrap_or(i64::MAX)),
        }
    }
}

/// The order that an index has, if it is the one that is asked for; without any, the oldest come first.
fn order_of(sort: &[(Field, bool)]) -> Option<Order> {
    let order = |is_reversed| if is_reversed { Order::Descending } else { Order::Ascending };
    match sort {
        [] => Some(Order::Ascending),
        [(Field::CreatedAt, is_reversed)] => Some(order(*is_reversed)),
        [(Field::CreatedAt, is_reversed), (Field::Id, also)] if is_reversed == also => Some(order(*is_reversed)),
        _ => None,
    }
}

/// The room that a query is about if it is about nothing else.
pub(super) fn whole_room(query: &Query<Field>) -> Option<ExternalRoomId> {
    match &query.condition {
        Condition::All(all) => match &all[..] {
            [Condition::Field(Field::Room, Test::Is(Operand::Text(room)))] if query.skip == 0 && query.limit == CAP => {
                requests::external_room(room)
            }
            _ => None,
        },
        _ => None,
    }
}

/// A room that is not there has nothing in it.
pub(super) fn nothing(error: Error) -> Result<Vec<MessageId>, Error> {
    if error == Error::RoomHidden { Ok(Vec::new()) } else { Err(error) }
}

/// Takes out of a condition what indexes answer; gives what remains to be asked of each candidate.
fn split(condition: Condition<Field>, order: Option<Order>) -> (MessageQuery, Option<Condition<Field>>) {
    let order = order.unwrap_or(Order::Ascending);
    let mut asked = MessageQuery { rooms: None, ids: None, author: None, span: Span::ALWAYS, order };
    let mut rest = Vec::new();
    let mut open = vec![condition];
    while let Some(part) = open.pop() {
        match part {
            Condition::All(parts) => open.extend(parts),
            part if take(&mut asked, &part) => {}
            part => rest.push(part),
        }
    }
    (asked, (!rest.is_empty()).then_some(Condition::All(rest)))
}

/// Notes a condition in what the store is asked; says whether that is all there is to it. Ids, rooms, authors and times
/// are never missing, so what is no text names none.
fn take(asked: &mut MessageQuery, condition: &Condition<Field>) -> bool {
    let Condition::Field(field, test) = condition else {
        // Nothing is like this.
        if matches!(condition, Condition::Never) {
            asked.rooms = Some(Vec::new());
        }
        return matches!(condition, Condition::Never);
    };
    let texts = match test {
        Test::Is(Operand::Number(number)) if *field == Field::CreatedAt => {
            return bound(&mut asked.span, *number, Ordering::Greater, true) && bound(&mut asked.span, *number, Ordering::Less, true);
        }
        Test::Is(operand) => std::slice::from_ref(operand),
        Test::In(operands) => operands,
        Test::Compares(Operand::Number(number), wanted, or_equal) if *field == Field::CreatedAt => {
            return bound(&mut asked.span, *number, *wanted, *or_equal);
        }
        _ => return false,
    };
    let mut texts = texts.iter().filter_map(|operand| if let Operand::Text(text) = operand { Some(text.as_str()) } else { None });
    match field {
        Field::Room if asked.rooms.is_none() => asked.rooms = Some(texts.filter_map(requests::external_room).collect()),
        Field::Id if asked.ids.is_none() => asked.ids = Some(texts.filter_map(requests::message).collect()),
        Field::CreatedBy if asked.author.is_none() && matches!(test, Test::Is(Operand::Text(_))) => {
            asked.author = texts.next_back().map(str::to_owned)
        }
        _ => return false,
    }
    true
}

/// Makes a span smaller.
fn bound(span: &mut Span, number: f64, wanted: Ordering, or_equal: bool) -> bool {
    match (wanted, or_equal) {
        (Ordering::Greater, true) => span.from = span.from.max(Timestamp::from_ms(number.ceil() as i64)),
        (Ordering::Greater, false) => span.from = span.from.max(Timestamp::from_ms((number.floor() as i64).saturating_add(1))),
        (_, true) => span.upto = span.upto.min(Timestamp::from_ms(number.floor() as i64)),
        (_, false) => span.upto = span.upto.min(Timestamp::from_ms((number.ceil() as i64).saturating_sub(1))),
    }
    true
}
/// Takes a query apart, as every search does.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) fn fuzz(query: Query<Field>) {
    let _ = whole_room(&query);
    let _ = split(query.condition, order_of(&query.sort));
}
