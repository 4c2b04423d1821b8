//! Answers that several paths of the ClickMeeting API share, and small ones: order, null or absent, number or text as
//! the live service has them. Larger ones stand beside their handlers.

use serde::Serialize;

use crate::domain::civil::Local;
use crate::domain::{AccessToken, MeetingKind, RecordingId, Timestamp};
use crate::web::meeting_links::MeetingKeys;

/// How long a link to a recording works, in milliseconds. GUESS: a day; the vendor's end after some hours.
const RECORDING_LINK_MS: i64 = 24 * 60 * 60 * 1000;

/// What rendering a room needs besides the room.
pub(super) struct Showing<'a> {
    /// What addresses start with.
    pub(super) base: String,
    /// Derives secrets.
    pub(super) keys: &'a MeetingKeys,
    /// The instant of the answer.
    pub(super) now: Timestamp,
}

impl Showing<'_> {
    pub(super) fn recording_link(&self, recording: RecordingId) -> String {
        self.keys.recording_link(&self.base, recording, self.now.plus_ms(RECORDING_LINK_MS))
    }
}

#[derive(Serialize)]
pub(super) struct AutologinOut {
    pub(super) autologin_hash: String,
}

#[derive(Serialize)]
pub(super) struct StatusOut {
    pub(super) status: &'static str,
}

/// QUIRK(clickmeeting): deleting recordings answers with the key in capital letters.
#[derive(Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct CapitalStatusOut {
    pub(super) status: &'static str,
}

/// QUIRK(clickmeeting): deleting a file answers with a third spelling.
#[derive(Serialize)]
pub(super) struct ResponseOut {
    pub(super) response: &'static str,
}

#[derive(Serialize)]
pub(super) struct TokensDeletedOut {
    pub(super) status: &'static str,
    pub(super) message: &'static str,
}

#[derive(Serialize)]
pub(super) struct TokensOut {
    pub(super) access_tokens: Vec<TokenOut>,
}

#[derive(Serialize)]
pub(super) struct TokenOut {
    token: String,
    sent_to_email: Option<String>,
    first_use_date: Option<String>,
}

impl TokensOut {
    pub(super) fn new(tokens: Vec<AccessToken>, local: &Local) -> Self {
        let shown = tokens.into_iter().map(|token| TokenOut {
            token: token.token,
            sent_to_email: token.sent_to,
            first_use_date: token.first_use.map(|at| local.iso(at)),
        });
        Self { access_tokens: shown.collect() }
    }
}

#[derive(Serialize)]
pub(super) struct PingOut {
    pub(super) ping: &'static str,
}

/// A telephone number.
#[derive(Serialize)]
pub(super) struct GatewayOut {
    pub(super) code: String,
    pub(super) location: String,
    pub(super) value: String,
    pub(super) geo: PlaceOut,
}

/// QUIRK(clickmeeting): coordinates are texts.
#[derive(Serialize)]
pub(super) struct PlaceOut {
    pub(super) lat: String,
    pub(super) long: String,
}

/// A skin.
#[derive(Serialize)]
pub(super) struct SkinOut {
    /// QUIRK(clickmeeting): a number in a text.
    pub(super) id: String,
    pub(super) name: &'static str,
    pub(super) thumbnail_url: String,
}

/// `meeting` or `webinar`.
pub(super) fn kind_named(word: &str) -> Option<MeetingKind> {
    [MeetingKind::Meeting, MeetingKind::Webinar].into_iter().find(|kind| kind.word() == word)
}
