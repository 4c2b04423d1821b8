//! Posting, reading, editing and deleting messages.

use std::sync::Arc;

use super::access;
use crate::domain::{
    Actor, Author, Body, Content, Error, Event, ExternalRoomId, FoundMessage, Mentions, Message, MessageId, Noun, PostGiven, PostMessage,
    Room, RoomId, Writable,
};
use crate::store::messages::{Inserted, Stored};
use crate::store::{self, Tx};

/// Posts a message.
pub fn post_message(tx: &Tx<'_>, actor: &Actor, room: RoomId, cmd: Result<PostMessage, Error>) -> Result<MessageId, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let cmd = cmd?;
    let room = room.writable()?;
    append(tx, &room, &Content::text(cmd.body), cmd.self_unread).map(|message| message.id)
}

/// Messages of clients that say more about them, each with the room it is for.
pub type Given = Vec<(Result<ExternalRoomId, Error>, Result<PostGiven, Error>)>;

/// How far ahead of ours a client's clock may be, in milliseconds: no message shows a time that is further ahead of its id.
pub(super) const AHEAD_MS: i64 = 5 * 60 * 1000;

/// Posts messages into any rooms, all of them or none, and gives them as who finds them now: nobody has read them yet. What a
/// client says about when it wrote one moves nothing but the order in queries that ask for it.
pub fn post_given(tx: &Tx<'_>, actor: &Actor, posts: Given) -> Result<Vec<FoundMessage>, Error> {
    let author = store::finding::find_author(tx, actor.account)?;
    posts.into_iter().map(|(room, post)| post_one_given(tx, actor, &author, room?, post)).collect()
}

fn post_one_given(
    tx: &Tx<'_>,
    actor: &Actor,
    author: &Author,
    external_room: ExternalRoomId,
    post: Result<PostGiven, Error>,
) -> Result<FoundMessage, Error> {
    let room = access::addressed_room(tx, actor, external_room)?;
    let PostGiven { content, session, written } = post?;
    let room = room.writable()?;
    let Inserted { id, ordinal, .. } = append(tx, &room, &content, false)?;
    let is_given = written.is_some() || session.is_some();
    let written = written.filter(|written| *written <= tx.now.plus_ms(AHEAD_MS)).unwrap_or(tx.now);
    if is_given {
        store::messages::update_given(tx, id, written, session.as_deref())?;
    }
    Ok(FoundMessage {
        id,
        room: room.id,
        external_room,
        ordinal,
        author: author.person.clone(),
        author_uid: author.uid.clone(),
        written,
        session,
        text: Some(content.text).filter(|text| !text.is_empty()),
        media: content.media.map(|media| media.as_str().to_owned()),
        file: None,
        marks: Vec::new(),
        audience: Arc::default(),
    })
}

/// Appends a message with all that belongs to it: the author's counters, mentions, the event.
pub(super) fn append(tx: &Tx<'_>, room: &Writable, content: &Content, is_self_unread: bool) -> Result<Inserted, Error> {
    append_addressing(tx, room, content, is_self_unread, Mentions::default())
}

/// The same for a message that addresses more people than its words do.
pub(super) fn append_addressing(
    tx: &Tx<'_>,
    room: &Writable,
    content: &Content,
    is_self_unread: bool,
    mut mentions: Mentions,
) -> Result<Inserted, Error> {
    mentions.merge(content.mentions());
    let author = room.membership.account;
    let message = store::messages::insert_message(tx, room, content, is_self_unread)?;
    if !is_self_unread {
        store::reading::add_own_read(tx, &room.membership)?;
    }
    let except = (!is_self_unread).then_some(author);
    store::reading::insert_mentions(tx, room.id, message.ordinal, &mentions, except)?;
    tx.record(Event::MessagePosted(room.id, message.id, message.version))?;
    Ok(message)
}

/// Which messages of a room a poll gives.
#[derive(Clone, Copy, Debug)]
pub struct News {
    room: RoomId,
    /// Ordinals, without the first one and with the last one.
    beyond: i64,
    last: i64,
}

/// Polls for the newest messages. `is_whole` gives the latest page whatever was handed out before; otherwise only what no poll of
/// this account has had yet. Either way the cursor for news moves to the newest one; a poll that finds nothing new
/// writes nothing. The messages themselves are read by [`list_news`]: not in the write, for which everybody waits.
pub fn poll_messages(tx: &Tx<'_>, actor: &Actor, room: RoomId, is_whole: Result<bool, Error>) -> Result<News, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let is_whole = is_whole?;
    let delivered = room.membership.delivered_upto;
    if delivered < room.last_ordinal {
        tx.must_write()?;
        store::reading::update_delivered(tx, &room.membership, room.last_ordinal)?;
    }
    let beyond = if is_whole { 0 } else { delivered }.max(room.visible_from);
    Ok(News { room: room.id, beyond, last: room.last_ordinal })
}

/// The messages that a poll gives, at most a page, oldest first.
pub fn list_news(tx: &Tx<'_>, news: News) -> Result<Vec<Message>, Error> {
    if news.beyond >= news.last {
        return Ok(Vec::new());
    }
    store::messages::list_newest(tx, news.room, news.last, news.beyond)
}

/// One message.
pub fn get_message(tx: &Tx<'_>, actor: &Actor, room: RoomId, id: MessageId) -> Result<Message, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let hidden = access::newest_hidden(tx, &room)?;
    store::messages::find_message(tx, room.id, id)?.filter(|message| message.id > hidden).ok_or(Error::NotFound(Noun::Message))
}

/// Gives a message of the actor's own a new text. Its place and who has read it stay.
pub fn edit_message(tx: &Tx<'_>, actor: &Actor, room: RoomId, id: MessageId, body: Result<Body, Error>) -> Result<MessageId, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let message = stored(tx, &room, id)?;
    let content = Content::text(body?);
    let room = room.writable()?;
    // GUESS: a deleted message can't be edited by anybody.
    if message.author != actor.account || message.is_deleted {
        return Err(Error::Forbidden);
    }
    let version = store::messages::update_text(tx, id, &content)?;
    // GUESS: an edit that addresses somebody counts for them as long as the message is unread.
    store::reading::delete_mentions(tx, room.id, message.ordinal)?;
    let except = (!message.is_self_unread).then_some(message.author);
    store::reading::insert_mentions(tx, room.id, message.ordinal, &content.mentions(), except)?;
    tx.record(Event::MessageEdited(room.id, id, version))?;
    Ok(id)
}

/// Takes a message's text away, in every version; its place in the room stays, and stays unread.
pub fn delete_message(tx: &Tx<'_>, actor: &Actor, room: RoomId, id: MessageId) -> Result<MessageId, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let message = stored(tx, &room, id)?;
    // GUESS: what was deleted can't be found a second time.
    if message.is_deleted {
        return Err(Error::NotFound(Noun::Message));
    }
    let may_moderate = room.clone().managed().is_ok();
    let room = room.writable()?;
    if message.author != actor.account && !may_moderate {
        return Err(Error::Forbidden);
    }
    blank(tx, room.id, id, message.ordinal)?;
    Ok(id)
}

/// Takes a message's texts away, whoever wants it.
pub(super) fn blank(tx: &Tx<'_>, room: RoomId, id: MessageId, ordinal: i64) -> Result<(), Error> {
    store::messages::blank_message(tx, id)?;
    store::reading::delete_mentions(tx, room, ordinal)?;
    tx.record(Event::MessageDeleted(room, id))
}

fn stored(tx: &Tx<'_>, room: &Room, id: MessageId) -> Result<Stored, Error> {
    let found = store::messages::find_stored(tx, room.id, id)?.filter(|message| message.ordinal > room.visible_from);
    found.ok_or(Error::NotFound(Noun::Message))
}
