//! Letters to people: queued with what they are about, in one transaction; sent by a job.
//!
//! Invariant: nothing is sent twice. A mail is marked before it is handed over, and what was marked when the program
//! ended is never handed over again: it may have arrived.

use super::{access, catalogue};
use crate::documents::compose;
use crate::domain::{
    Email, Error, Event, Language, Letter, LogPage, Mail, MailOutcome, MailState, Noun, OrganizationId, OutboxFilter, OutboxMail,
};
use crate::store::catalogue::Looked;
use crate::store::{self, Tx};

/// Minutes between tries; after the last, every hour.
const PAUSES_MIN: [i64; 4] = [1, 5, 15, 60];
/// How long a mail is tried, in milliseconds.
const PATIENCE_MS: i64 = 48 * 60 * 60 * 1000;
/// How long a letter is kept after it was sent or given up, in milliseconds. GUESS: letters are kept for a month, as deleted rooms are.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// Letters that are forgotten in one go.
const STEP: i64 = 500;
const MINUTE_MS: i64 = 60 * 1000;
/// Random characters of a Message-ID: 20 × 5 = 100 bits.
const KEY_CHARS: usize = 20;

/// Puts a letter into the outbox.
pub fn queue_letter(tx: &Tx<'_>, organization: OrganizationId, to: &Email, letter: &Letter, language: Language) -> Result<(), Error> {
    let composed = compose(letter, language, to.as_str(), tx.now);
    store::mail::insert_mail(tx, organization, to.as_str(), &composed, &tx.random_text(KEY_CHARS))
}

/// Whether a mail's time has come, so that an idle server writes nothing.
pub fn has_due(tx: &Tx<'_>) -> Result<bool, Error> {
    Ok(!store::mail::list_due(tx, 1)?.is_empty())
}

/// Mails to hand over now; they are marked, so that nobody else hands them over.
pub fn take_due(tx: &Tx<'_>, most: usize) -> Result<Vec<Mail>, Error> {
    let due = store::mail::list_due(tx, i64::try_from(most).map_err(Error::internal)?)?;
    for mail in &due {
        store::mail::update_sending(tx, mail.id)?;
    }
    Ok(due)
}

/// Mails that are kept here, as there is no mail server: they are done.
pub fn keep_due(tx: &Tx<'_>, limit: i64) -> Result<Vec<Mail>, Error> {
    let due = store::mail::list_due(tx, limit)?;
    for mail in &due {
        store::mail::update_ended(tx, mail.id, MailState::Kept, None)?;
    }
    Ok(due)
}

/// Notes what came of handing a mail over. Numbers of letters that are gone are given again: it has to be the same letter.
pub fn note_outcome(tx: &Tx<'_>, mail: &Mail, outcome: &MailOutcome) -> Result<(), Error> {
    if store::mail::find_key(tx, mail.id)?.is_none_or(|key| key != mail.key) {
        return Ok(());
    }
    match outcome {
        MailOutcome::Sent => store::mail::update_ended(tx, mail.id, MailState::Sent, None),
        MailOutcome::Refused(why) => store::mail::update_ended(tx, mail.id, MailState::Failed, Some(why)),
        MailOutcome::Later(why) if tx.now.ms() - mail.written.ms() > PATIENCE_MS => {
            store::mail::update_ended(tx, mail.id, MailState::Failed, Some(why))
        }
        MailOutcome::Later(why) => {
            let tried = usize::try_from(mail.attempts).unwrap_or(0);
            let pause_min = PAUSES_MIN.get(tried).or(PAUSES_MIN.last()).copied().unwrap_or(1);
            // Up to a fifth more, so that many mails don't come back at the same moment.
            let jitter = tx.random_number(3) * pause_min * MINUTE_MS / 5_000;
            store::mail::update_retry(tx, mail.id, tx.now.plus_ms(pause_min * MINUTE_MS + jitter), why)
        }
    }
}

/// Letters whose month is over, some of them: they hold passwords and links.
pub fn list_outdated(tx: &Tx<'_>) -> Result<Vec<i64>, Error> {
    store::mail::list_ended(tx, tx.now.plus_ms(-KEPT_MS), STEP)
}

/// Forgets letters that were listed, but for those that wait again since.
pub fn forget(tx: &Tx<'_>, letters: &[i64]) -> Result<(), Error> {
    letters.iter().try_for_each(|id| store::mail::delete_ended(tx, *id, tx.now.plus_ms(-KEPT_MS)))
}

/// Whether no letter has this number.
pub fn is_gone(tx: &Tx<'_>, id: i64) -> Result<bool, Error> {
    Ok(store::mail::find_key(tx, id)?.is_none())
}

/// Most mails of a page.
pub const PAGE: i64 = 200;

/// Mails of an organization, newest first: at most `limit` (and 200) below a number, or of all. Looks through so many at most, and says
/// where the next look goes on.
pub fn list_outbox(
    tx: &Tx<'_>,
    organization: Option<&str>,
    filter: &OutboxFilter,
    before: Option<i64>,
    limit: i64,
) -> Result<LogPage<OutboxMail>, Error> {
    let organization = access::organization(tx, organization)?;
    let limit = usize::try_from(limit.clamp(1, PAGE)).map_err(Error::internal)?;
    catalogue::gather(
        limit,
        before,
        |before, most| {
            let listed = store::mail::list_outbox(tx, organization, filter.state, before, most)?;
            Ok(listed.into_iter().map(|listed| Looked { number: listed.mail.id, entry: Some(listed) }).collect())
        },
        |listed| filter.words.is_in(&listed.mail.to) || filter.words.is_in(&listed.mail.letter.subject),
    )
}

/// One mail of an organization.
pub fn get_from_outbox(tx: &Tx<'_>, organization: Option<&str>, id: i64) -> Result<OutboxMail, Error> {
    let organization = access::organization(tx, organization)?;
    store::mail::find_in_outbox(tx, organization, id)?.ok_or(Error::NotFound(Noun::Mail))
}

/// Lets a mail that the mail server would not take wait again. What may have arrived is never sent again.
pub fn send_again(tx: &Tx<'_>, organization: Option<&str>, id: i64) -> Result<OutboxMail, Error> {
    let found = get_from_outbox(tx, organization, id)?;
    if found.state != MailState::Failed {
        return Err(Error::Invalid(
            "mail_id",
            "only a mail that was given up is sent again: any other one was sent, will be, or may have arrived",
        ));
    }
    store::mail::update_queued(tx, id)?;
    tx.record(Event::MailQueuedAgain(found.organization, id))?;
    get_from_outbox(tx, organization, id)
}

/// What is marked as being sent is not sent again, but for mails of which somebody knows what came. Gives the mails' numbers.
pub fn give_up_sending(tx: &Tx<'_>, known: &[i64]) -> Result<Vec<i64>, Error> {
    let mut unsure = store::mail::list_sending(tx)?;
    unsure.retain(|mail| !known.contains(&mail.id));
    for mail in &unsure {
        store::mail::update_ended(tx, mail.id, MailState::Uncertain, Some("sending it was broken off"))?;
    }
    Ok(unsure.into_iter().map(|mail| mail.id).collect())
}
