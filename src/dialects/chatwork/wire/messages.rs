//! Messages as the Chatwork API shows them, and what marking them as read answers.

use serde::Serialize;

use super::{PersonOut, Urls};
use crate::dialects::chatwork::markup;
use crate::domain::unread::Counters;
use crate::domain::{Message, MessageId, Timestamp};

#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct MessageOut {
    message_id: String,
    account: PersonOut,
    body: String,
    send_time: i64,
    update_time: i64,
}

impl MessageOut {
    pub(in crate::dialects::chatwork) fn new(message: Message, urls: &Urls) -> Self {
        Self {
            message_id: message.id.to_string(),
            account: PersonOut::new(message.author, urls),
            body: markup::body(message.content),
            send_time: message.sent.seconds(),
            update_time: message.updated.map_or(0, Timestamp::seconds),
        }
    }
}

#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct MessageIdOut {
    message_id: String,
}

impl From<MessageId> for MessageIdOut {
    fn from(id: MessageId) -> Self {
        Self { message_id: id.to_string() }
    }
}

#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct CountersOut {
    unread_num: i64,
    mention_num: i64,
}

impl From<Counters> for CountersOut {
    fn from(counters: Counters) -> Self {
        Self { unread_num: counters.unread, mention_num: counters.mentions }
    }
}
