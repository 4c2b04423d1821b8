//! `/chat-rooms`.

use std::borrow::Cow;
use std::collections::VecDeque;

use actix_web::HttpResponse;

use super::query::{CAP, Fields, Kind, Query, Record, Shown};
use super::wire::{RoomOut, Selection, Showing};
use super::{requests, showing};
use crate::domain::{Actor, Error, RoomId, RoomSheet};
use crate::ops::chats::{self, Chat};
use crate::web::listing::{self, Entries, List, Paging};
use crate::web::{Body, Call, Fault, Format, Server};

/// GET /chat-rooms
pub(super) async fn find_chat_rooms(call: Call) -> Result<HttpResponse, Fault> {
    let query = Query::parse(call.query_string())?;
    let is_paged = query.wants_total.unwrap_or(call.server().config.chat_messages.always_paginates);
    let find = Find { query, is_paged, showing: showing(&call), actor: call.actor().clone() };
    listing::answer(&call, true, move |server| find.start(server)).await
}

/// GET /chat-rooms/{id}
pub(super) async fn get_chat_room(call: Call) -> Result<HttpResponse, Fault> {
    let query: Query<Field> = Query::parse(call.query_string())?;
    let id = requests::external_room(&call.place("id")).ok_or(Error::RoomHidden)?;
    let chat = call.read(|tx, actor| chats::get_chat(tx, actor, id))?;
    one(&call, &chat, query.select)
}

/// POST /chat-rooms
pub(super) async fn post_chat_room(call: Call, Body(body): Body) -> Result<HttpResponse, Fault> {
    let entered = requests::entries(body)?;
    let new = entered.entries.iter().map(requests::new_chat).collect();
    let rooms = call.write(move |tx, actor| chats::start_chats(tx, actor, new)).await?;
    let (actor, first) = (call.actor().clone(), rooms.first().copied().ok_or(Error::Missing("participants")));
    if entered.is_list {
        let lines = Lines { rooms: rooms.into(), actor, showing: showing(&call), selection: Selection(None) };
        return listing::answer(&call, false, move |_| Ok(List::new(lines, None))).await;
    }
    let chat = call.read(|tx, actor| chats::find_chat(tx, actor, first?))?.ok_or(Error::RoomHidden)?;
    one(&call, &chat, None)
}

/// PATCH /chat-rooms/{id}
pub(super) async fn patch_chat_room(call: Call, Body(body): Body) -> Result<HttpResponse, Fault> {
    let id = requests::external_room(&call.place("id")).ok_or(Error::RoomHidden)?;
    let patch = requests::chat_patch(body);
    let chat = call.write(move |tx, actor| chats::patch_chat(tx, actor, id, patch)).await?;
    one(&call, &chat, None)
}

fn one(call: &Call, chat: &Chat, select: Option<Vec<String>>) -> Result<HttpResponse, Fault> {
    let (showing, selection) = (showing(call), Selection(select));
    Ok(call.answer(&RoomOut { chat, showing: &showing, selection: &selection }))
}

/// A text, unless it is empty.
fn filled(text: &str) -> Shown<'_> {
    if text.is_empty() { Shown::Missing } else { Shown::Text(Cow::Borrowed(text)) }
}

/// Fields of rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Id,
    CreatedAt,
    CreatedBy,
    Title,
    Description,
    PicUrl,
    Participants,
}

impl Fields for Field {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "createdAt" => Self::CreatedAt,
            "createdBy" => Self::CreatedBy,
            "title" => Self::Title,
            "description" => Self::Description,
            "picURL" => Self::PicUrl,
            "participants" => Self::Participants,
            _ => return None,
        })
    }

    fn kind(self) -> Kind {
        match self {
            Self::CreatedAt => Kind::Instant,
            Self::Participants => Kind::Set,
            Self::Id | Self::CreatedBy | Self::Title | Self::Description | Self::PicUrl => Kind::Text,
        }
    }
}

/// A room of the list, with who is in it if somebody asks.
struct Viewed<'a> {
    sheet: &'a RoomSheet,
    uids: Vec<String>,
    showing: &'a Showing,
}

impl Record<Field> for Viewed<'_> {
    fn value(&self, field: Field) -> Shown<'_> {
        match field {
            Field::Id => Shown::Text(self.sheet.reach.external_id.to_string().into()),
            Field::CreatedAt => Shown::Number(self.sheet.created.ms()),
            Field::CreatedBy => filled(&self.sheet.maker_uid),
            Field::Title => filled(&self.sheet.name),
            Field::Description => filled(&self.sheet.description),
            Field::PicUrl => self.showing.room_picture(self.sheet).map_or(Shown::Missing, |picture| Shown::Text(picture.into())),
            Field::Participants => Shown::Set(self.uids.iter().map(String::as_str).collect()),
        }
    }
}

/// A query for rooms.
struct Find {
    query: Query<Field>,
    is_paged: bool,
    showing: Showing,
    actor: Actor,
}

impl Find {
    /// The rooms of the caller, newest activity first unless another order is asked for.
    fn start(self, server: &Server) -> Result<List<Lines>, Error> {
        let (limit, skip) = (self.query.limit.min(CAP), self.query.skip);
        let (rooms, total) = if self.query.is_plain() {
            server.world.read(|tx| {
                let total = if self.is_paged { Some(chats::count_chats(tx, &self.actor)?) } else { None };
                Ok((chats::list_ids(tx, &self.actor, skip.saturating_add(limit))?, total))
            })?
        } else {
            let chosen = self.chosen(server)?;
            let total = self.is_paged.then_some(chosen.len());
            (chosen, total)
        };
        let paging = total.map(|total| Paging { total: total as u64, limit, skip });
        let rooms = rooms.into_iter().skip(skip).take(limit).collect();
        let lines = Lines { rooms, actor: self.actor, showing: self.showing, selection: Selection(self.query.select) };
        Ok(List::new(lines, paging))
    }

    /// Those that are like the query says. All are looked at: there are at most 10,000.
    fn chosen(&self, server: &Server) -> Result<Vec<RoomId>, Error> {
        let mut rooms = server.world.read(|tx| {
            let mut kept = Vec::new();
            for sheet in chats::list_chats(tx, &self.actor)? {
                let uids = if self.query.condition.is_about(Field::Participants) { chats::list_uids(tx, &sheet)? } else { Vec::new() };
                if self.query.condition.holds(&Viewed { sheet: &sheet, uids, showing: &self.showing }) {
                    kept.push(sheet);
                }
            }
            Ok(kept)
        })?;
        self.sort(&mut rooms);
        Ok(rooms.iter().map(|sheet| sheet.reach.room).collect())
    }

    fn sort(&self, rooms: &mut [RoomSheet]) {
        for (field, is_reversed) in self.query.sort.iter().rev() {
            let key = |sheet: &RoomSheet| match (Viewed { sheet, uids: Vec::new(), showing: &self.showing }).value(*field) {
                Shown::Number(number) => (number, String::new()),
                Shown::Text(text) => (0, text.into_owned()),
                Shown::Missing | Shown::Set(_) => (0, String::new()),
            };
            rooms.sort_by(|one, other| if *is_reversed { key(other).cmp(&key(one)) } else { key(one).cmp(&key(other)) });
        }
    }
}

/// Rooms as entries of a list; each is read when it is written.
struct Lines {
    rooms: VecDeque<RoomId>,
    actor: Actor,
    showing: Showing,
    selection: Selection,
}

impl Entries for Lines {
    fn write_next(&mut self, server: &Server, format: Format, into: &mut Vec<u8>) -> Result<bool, Error> {
        while let Some(room) = self.rooms.pop_front() {
            // What was left or deleted meanwhile is left out.
            if let Some(chat) = server.world.read(|tx| chats::find_chat(tx, &self.actor, room))? {
                let line = RoomOut { chat: &chat, showing: &self.showing, selection: &self.selection };
                format.write_entry(into, &line)?;
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Reads a query for rooms.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) fn fuzz(query: &str) {
    let _ = Query::<Field>::parse(query);
}
