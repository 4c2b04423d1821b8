//! `/chat-messages`.

mod find;

use std::collections::VecDeque;

use actix_web::HttpResponse;

use super::query::{Condition, Query};
use super::wire::{MessageOut, Selection, Showing};
use super::{requests, showing};
use crate::domain::{Error, FoundMessage, MessageId, Noun};
use crate::ops::finding::{self, Search};
use crate::ops::{messages, reading};
use crate::web::listing::{self, Entries, List};
use crate::web::{Body, Call, Fault, Format, Server};
use find::{Field, Find};

/// GET /chat-messages
pub(super) async fn find_chat_messages(call: Call) -> Result<HttpResponse, Fault> {
    let find = Find::new(Query::parse(call.query_string())?, &call)?;
    listing::answer(&call, find.is_slow(), move |server| find.start(server)).await
}

/// GET /chat-messages/{id}
pub(super) async fn get_chat_message(call: Call) -> Result<HttpResponse, Fault> {
    let query: Query<Field> = Query::parse(call.query_string())?;
    let id = requests::message(&call.place("id")).ok_or(Error::NotFound(Noun::Message))?;
    let found = call.read(|tx, actor| finding::get_message(tx, actor, id))?;
    one(&call, &found, query.select)
}

/// POST /chat-messages
pub(super) async fn post_chat_message(call: Call, Body(body): Body) -> Result<HttpResponse, Fault> {
    let entered = requests::entries(body)?;
    let posts = requests::posts(entered.entries);
    let posted = call.write(move |tx, actor| messages::post_given(tx, actor, posts)).await?;
    match posted.as_slice() {
        [message] if !entered.is_list => one(&call, message, None),
        _ => several(&call, Lines { ready: posted.into(), ..Lines::of_ids(&call, Vec::new()) }).await,
    }
}

/// PATCH /chat-messages/{id}
pub(super) async fn patch_chat_message(call: Call, Body(body): Body) -> Result<HttpResponse, Fault> {
    let id = requests::message(&call.place("id")).ok_or(Error::NotFound(Noun::Message))?;
    let is_seen = requests::only(body).and_then(|entry| requests::is_seen(&entry));
    let found = call.read_or_write(move |tx, actor| reading::see_message(tx, actor, id, is_seen.clone())).await?;
    one(&call, &found, None)
}

/// PATCH /chat-messages: everything that a query finds. A room alone is read as a whole, whatever its size.
pub(super) async fn patch_chat_messages(call: Call, Body(body): Body) -> Result<HttpResponse, Fault> {
    let query = Query::parse(call.query_string())?;
    let is_seen = requests::only(body).and_then(|entry| requests::is_seen(&entry))?;
    let (whole, find) = (find::whole_room(&query), Find::new(query, &call)?);
    let target = find.into_target()?;
    let changed = match whole {
        _ if !is_seen => Vec::new(),
        Some(room) => call.write(move |tx, actor| reading::see_room(tx, actor, room)).await.or_else(find::nothing)?,
        None => call.write(move |tx, actor| reading::see_messages(tx, actor, &target)).await?,
    };
    several(&call, Lines::of_ids(&call, changed)).await
}

fn one(call: &Call, message: &FoundMessage, select: Option<Vec<String>>) -> Result<HttpResponse, Fault> {
    let (showing, selection) = (showing(call), Selection(select));
    Ok(call.answer(&MessageOut { message, showing: &showing, selection: &selection }))
}

async fn several(call: &Call, lines: Lines) -> Result<HttpResponse, Fault> {
    listing::answer(call, false, move |_| Ok(List::new(lines, None))).await
}

/// Messages of a search as entries of a list.
pub(super) struct Lines {
    search: Search,
    ready: VecDeque<FoundMessage>,
    showing: Showing,
    selection: Selection,
}

impl Lines {
    fn new(search: Search, showing: Showing, selection: Selection) -> Self {
        Self { search, ready: VecDeque::new(), showing, selection }
    }

    fn of_ids(call: &Call, ids: Vec<MessageId>) -> Self {
        Self::new(Search::of_ids(call.actor().account, ids), showing(call), Selection(None))
    }
}

impl Entries for Lines {
    fn write_next(&mut self, server: &Server, format: Format, into: &mut Vec<u8>) -> Result<bool, Error> {
        if self.ready.is_empty() && !self.search.is_over() {
            self.ready = server.world.read(|tx| self.search.next_page(tx))?.into();
        }
        let Some(message) = self.ready.pop_front() else { return Ok(false) };
        let line = MessageOut { message: &message, showing: &self.showing, selection: &self.selection };
        format.write_entry(into, &line)?;
        Ok(true)
    }
}

/// Reads a query for messages, and asks what is left of it of one.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) fn fuzz(query: &str) {
    if let Ok(query) = Query::<Field>::parse(query) {
        find::fuzz(query);
    }
}
