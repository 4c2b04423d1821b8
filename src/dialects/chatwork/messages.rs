//! `/rooms/{room_id}/messages`.

use actix_web::http::header::{HeaderName, HeaderValue};

use super::requests;
use super::wire::{CountersOut, MessageIdOut, MessageOut, Urls};
use super::{Listed, count_post};
use crate::domain::{Error, Message, MessageId, Noun, RoomId, Timestamp};
use crate::ops;
use crate::web::{Call, Fault, Id, Out, Params, Reply};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// GET /rooms/{room_id}/messages
pub(super) async fn get_messages(call: Call, Id(room): Id<RoomId>, params: Params) -> Result<Listed<MessageOut>, Fault> {
    let force = params.flag("force", false);
    let news = call.read_or_write(move |tx, actor| ops::messages::poll_messages(tx, actor, room, force.clone())).await?;
    let mut messages = call.read(|tx, _| ops::messages::list_news(tx, news))?;
    hide_old(&call, &mut messages);
    let urls = Urls::new(call.base());
    Ok(messages.into_iter().map(|message| MessageOut::new(message, &urls)).collect())
}

/// POST /rooms/{room_id}/messages
pub(super) async fn post_message(call: Call, Id(room): Id<RoomId>, params: Params) -> Reply<MessageIdOut> {
    count_post(&call, room)?;
    let cmd = requests::post_message(&params);
    let id = call.write(move |tx, actor| ops::messages::post_message(tx, actor, room, cmd)).await?;
    Ok(Out(id.into()))
}

/// PUT /rooms/{room_id}/messages/read
pub(super) async fn read_messages(call: Call, Id(room): Id<RoomId>, params: Params) -> Reply<CountersOut> {
    let upto = params.id("message_id");
    let counters = call.write(move |tx, actor| ops::reading::read_messages(tx, actor, room, upto)).await?;
    Ok(Out(counters.into()))
}

/// PUT /rooms/{room_id}/messages/unread
pub(super) async fn unread_messages(call: Call, Id(room): Id<RoomId>, params: Params) -> Reply<CountersOut> {
    let from = params.id("message_id").and_then(|id| id.ok_or(Error::Missing("message_id")));
    let counters = call.write(move |tx, actor| ops::reading::unread_messages(tx, actor, room, from)).await?;
    Ok(Out(counters.into()))
}

/// GET /rooms/{room_id}/messages/{message_id}
pub(super) async fn get_message(call: Call, Id(room): Id<RoomId>, Id(id): Id<MessageId>) -> Reply<MessageOut> {
    let message = call.read(|tx, actor| ops::messages::get_message(tx, actor, room, id))?;
    if horizon(&call).is_some_and(|oldest| message.sent < oldest) {
        note_limitation(&call);
        return Err(Error::NotFound(Noun::Message).into());
    }
    Ok(Out(MessageOut::new(message, &Urls::new(call.base()))))
}

/// PUT /rooms/{room_id}/messages/{message_id}
pub(super) async fn put_message(call: Call, Id(room): Id<RoomId>, Id(id): Id<MessageId>, params: Params) -> Reply<MessageIdOut> {
    let body = requests::body(&params);
    let id = call.write(move |tx, actor| ops::messages::edit_message(tx, actor, room, id, body)).await?;
    Ok(Out(id.into()))
}

/// DELETE /rooms/{room_id}/messages/{message_id}
pub(super) async fn delete_message(call: Call, Id(room): Id<RoomId>, Id(id): Id<MessageId>) -> Reply<MessageIdOut> {
    let id = call.write(move |tx, actor| ops::messages::delete_message(tx, actor, room, id)).await?;
    Ok(Out(id.into()))
}

/// The oldest instant that is shown, when history is limited as in the vendor's free plan.
fn horizon(call: &Call) -> Option<Timestamp> {
    let server = call.server();
    let days = i64::from(server.config.chatwork.history_days);
    (days > 0).then(|| server.world.clock().now().plus_ms(-days * DAY_MS))
}

/// Takes away what lies before the horizon, and says so.
fn hide_old(call: &Call, messages: &mut Vec<Message>) {
    let Some(oldest) = horizon(call) else { return };
    let before = messages.len();
    messages.retain(|message| message.sent >= oldest);
    if messages.len() < before {
        note_limitation(call);
    }
}

fn note_limitation(call: &Call) {
    call.add_header(HeaderName::from_static("chatwork-message-limitation"), HeaderValue::from_static("true"));
    call.add_header(
        HeaderName::from_static("chatwork-message-limitation-summary"),
        HeaderValue::from_static("Some messages are older than the history that this server shows."),
    );
}
