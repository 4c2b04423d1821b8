//! Mails as the page sees them.

use serde::Serialize;

use crate::domain::{MailState, OutboxMail};

/// A mail in a list.
#[derive(Serialize)]
pub(in crate::admin) struct MailOut {
    id: i64,
    to: String,
    subject: String,
    state: &'static str,
    attempts: i64,
    created_at: String,
    /// Only while it waits.
    next_try_at: Option<String>,
    ended_at: Option<String>,
    failure: Option<String>,
}

/// A mail to read.
#[derive(Serialize)]
pub(in crate::admin) struct WholeMailOut {
    mail: MailOut,
    text: String,
    has_html: bool,
    has_calendar: bool,
}

impl From<&OutboxMail> for MailOut {
    fn from(found: &OutboxMail) -> Self {
        Self {
            id: found.mail.id,
            to: found.mail.to.clone(),
            subject: found.mail.letter.subject.clone(),
            state: found.state.word(),
            attempts: found.mail.attempts,
            created_at: found.mail.written.to_string(),
            next_try_at: (found.state == MailState::Queued).then(|| found.next_try.to_string()),
            ended_at: found.ended.map(|ended| ended.to_string()),
            failure: found.failure.clone(),
        }
    }
}

impl From<OutboxMail> for WholeMailOut {
    fn from(found: OutboxMail) -> Self {
        let mail = MailOut::from(&found);
        let letter = found.mail.letter;
        Self { mail, has_html: letter.html.is_some(), has_calendar: letter.calendar.is_some(), text: letter.text }
    }
}
