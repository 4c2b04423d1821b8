//! Erasing a person on request: at once they are nobody any more, then their traces go step by step, and a crash in
//! between only makes the rest come later.
//!
//! Of somebody without an account an e-mail address is known, from registrations, invitations, sessions, the address book and letters:
//! they are erased by it, in the same steps.
//!
//! Numbers stay: what others said, did and keep names them; the uid becomes another. What others wrote stays too, whomever it is about (GUESS).

use super::{accounts, audit, messages, rooms};
use crate::domain::{
    AccountId, AccountProfile, Email, Erased, Erasure, ErasureId, ErasureProgress, ErasureStage, Error, Event, NOBODY_KNOWN, Noun, RoomId,
    RoomKind,
};
use crate::store::{self, Tx};

/// Messages that one step looks at.
const STEP: i64 = 500;
/// Rooms that one step looks at.
const ROOMS: usize = 200;
/// Events that one step looks at.
const EVENTS: i64 = 20_000;
/// Letters that one step looks at.
const LETTERS: i64 = 500;

/// Makes nobody of a person: name, e-mail address, profile, password, tokens, devices and sessions go now, the rest is noted to
/// follow. `by` is who asks; nobody erases themselves, nor the last administrator.
pub fn begin_erasure(tx: &Tx<'_>, by: Option<AccountId>, id: AccountId, is_blanking: bool) -> Result<ErasureId, Error> {
    let found = store::accounts::find_profile(tx, id)?.filter(|found| !found.email.is_empty()).ok_or(Error::NotFound(Noun::Account))?;
    erase_account(tx, by, found, is_blanking)
}

/// The same for whoever has an e-mail address, with or without an account.
pub fn begin_erasure_of(tx: &Tx<'_>, by: Option<AccountId>, email: &Email, is_blanking: bool) -> Result<ErasureId, Error> {
    match store::accounts::find_by_email(tx, email.as_str())? {
        Some(found) => erase_account(tx, by, found, is_blanking),
        None => erase_outsider(tx, email, is_blanking),
    }
}

fn erase_account(tx: &Tx<'_>, by: Option<AccountId>, found: AccountProfile, is_blanking: bool) -> Result<ErasureId, Error> {
    let id = found.account.person.id;
    if by == Some(id) {
        return Err(Error::Invalid("account_id", "you can't erase yourself; another administrator can"));
    }
    if found.is_server_admin {
        accounts::withdraw_admin(tx, id)?;
    }
    accounts::disable(tx, &found)?;
    let who = Erased { account: Some(id), email: found.email.to_lowercase(), name: found.account.person.name, is_blanking };
    let erasure = store::erasure::insert_erasure(tx, &who, ErasureStage::Rooms)?;
    store::erasure::blank_account(tx, id)?;
    store::erasure::delete_credentials(tx, id)?;
    tx.record(Event::AccountErased(id))?;
    Ok(erasure)
}

/// Somebody without an account has no rooms; that the address stands nowhere is told, as it may be mistyped.
fn erase_outsider(tx: &Tx<'_>, email: &Email, is_blanking: bool) -> Result<ErasureId, Error> {
    if !store::erasure::is_known(tx, email.as_str())? {
        return Err(Error::Invalid("email", NOBODY_KNOWN));
    }
    let who = Erased { account: None, email: email.as_str().to_owned(), name: String::new(), is_blanking };
    let erasure = store::erasure::insert_erasure(tx, &who, ErasureStage::Events)?;
    tx.record(Event::OutsiderErased)?;
    Ok(erasure)
}

/// Erasures that go on.
pub fn list_open(tx: &Tx<'_>) -> Result<Vec<ErasureId>, Error> {
    store::erasure::list_open(tx)
}

/// The e-mail address of somebody whose traces outside letters are still being erased.
pub fn find_leaving(tx: &Tx<'_>, id: ErasureId) -> Result<Option<String>, Error> {
    let is_through = |stage| matches!(stage, ErasureStage::Letters | ErasureStage::Requests);
    let erasure = store::erasure::find_erasure(tx, id)?.filter(|erasure| !is_through(erasure.progress.stage));
    Ok(erasure.map(|erasure| erasure.who.email))
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// A step in the database: [`erase_step`].
    Step,
    /// Readable copies of these letters have to go, then the letters themselves: [`drop_letters`]. The number is how far that is.
    Letters(Vec<i64>, i64),
    /// A letter to the person is on its way; what is marked so is not taken away, so it is waited for.
    Wait,
    /// Requests in the request log, then it is done: [`end_erasure`]. None: nobody without an account stands there.
    Requests(Option<AccountId>),
}

/// What comes next; none when it is done.
pub fn find_next(tx: &Tx<'_>, id: ErasureId) -> Result<Option<Next>, Error> {
    let Some(Erasure { who, progress, .. }) = store::erasure::find_erasure(tx, id)? else { return Ok(None) };
    Ok(Some(match progress.stage {
        ErasureStage::Letters if store::erasure::is_being_written_to(tx, &who.email)? => Next::Wait,
        ErasureStage::Letters => {
            let upto = progress.position + LETTERS;
            Next::Letters(store::erasure::list_letters(tx, &who, progress.position, upto)?, upto)
        }
        ErasureStage::Requests => Next::Requests(who.account),
        ErasureStage::Rooms | ErasureStage::Events | ErasureStage::Audit | ErasureStage::Traces => Next::Step,
    }))
}

/// Takes some traces away.
pub fn erase_step(tx: &Tx<'_>, id: ErasureId) -> Result<(), Error> {
    let Some(mut erasure) = store::erasure::find_erasure(tx, id)? else { return Ok(()) };
    let Erasure { who, progress, .. } = &mut erasure;
    let is_done = match progress.stage {
        ErasureStage::Rooms => match who.account {
            Some(account) => walk_rooms(tx, account, who.is_blanking, progress)?,
            None => true,
        },
        ErasureStage::Events => {
            let upto = progress.position + EVENTS;
            let end = store::erasure::drop_addresses(tx, who, progress.position, upto)?;
            progress.position = upto;
            upto >= end
        }
        ErasureStage::Audit => match audit::redact_after(tx, who, progress.position)? {
            Some(reached) => {
                progress.position = reached;
                false
            }
            None => true,
        },
        ErasureStage::Traces => !store::erasure::drop_traces(tx, who, STEP)?,
        ErasureStage::Letters | ErasureStage::Requests => return Ok(()),
    };
    advance(tx, erasure, is_done)
}

fn advance(tx: &Tx<'_>, mut erasure: Erasure, is_done: bool) -> Result<(), Error> {
    if let Some(next) = erasure.progress.stage.next().filter(|_| is_done) {
        erasure.progress = ErasureProgress::at(next);
    }
    store::erasure::update_progress(tx, &erasure)
}

/// Goes on through the rooms; says whether it came through all of them.
fn walk_rooms(tx: &Tx<'_>, account: AccountId, blanks_all: bool, progress: &mut ErasureProgress) -> Result<bool, Error> {
    let mut left = STEP;
    for _ in 0..ROOMS {
        let Some((room, kind)) = store::erasure::find_next_room(tx, progress.position)? else { return Ok(true) };
        let written = store::erasure::list_written(tx, room, account, progress.ordinal, left)?;
        let is_blanking = blanks_all || kind == RoomKind::My;
        for message in written.iter().filter(|message| !message.is_deleted) {
            if is_blanking || message.has_file {
                messages::blank(tx, room, message.id, message.ordinal)?;
            } else {
                store::erasure::drop_media(tx, message.id)?;
            }
        }
        let looked_at = i64::try_from(written.len()).unwrap_or(left);
        if looked_at >= left {
            progress.ordinal = written.last().map_or(progress.ordinal, |last| last.ordinal);
            return Ok(false);
        }
        left -= looked_at;
        leave(tx, room, kind, account)?;
        (progress.position, progress.ordinal) = (room.get(), 0);
    }
    Ok(false)
}

/// Out of a room, with the files that were put there. Direct rooms stay, so that others still find what they said there.
fn leave(tx: &Tx<'_>, room: RoomId, kind: RoomKind, account: AccountId) -> Result<(), Error> {
    let files = store::files::delete_files_of(tx, room, account)?;
    if files > 0 {
        store::rooms::add_files(tx, room, -files)?;
    }
    if kind == RoomKind::Group && store::memberships::find_role(tx, room, account)?.is_some() {
        rooms::part(tx, room, account)?;
        if store::memberships::list_roles(tx, room)?.is_empty() {
            rooms::end_room(tx, room)?;
        }
    }
    Ok(())
}

/// Takes letters away whose copies are gone, and notes how far that is.
pub fn drop_letters(tx: &Tx<'_>, id: ErasureId, letters: &[i64], upto: i64) -> Result<(), Error> {
    let Some(mut erasure) = store::erasure::find_erasure(tx, id)? else { return Ok(()) };
    letters.iter().try_for_each(|letter| store::erasure::delete_letter(tx, &erasure.who, *letter))?;
    // One that set out since they were listed is still there.
    if store::erasure::is_being_written_to(tx, &erasure.who.email)? {
        return Ok(());
    }
    erasure.progress.position = upto;
    let is_done = upto >= store::erasure::find_last_letter(tx)?;
    advance(tx, erasure, is_done)
}

/// Whether a letter to somebody who is being erased is on its way, so that the end will have to wait.
pub fn is_waiting(tx: &Tx<'_>, id: ErasureId) -> Result<bool, Error> {
    match store::erasure::find_erasure(tx, id)? {
        Some(erasure) => store::erasure::is_being_written_to(tx, &erasure.who.email),
        None => Ok(false),
    }
}

/// Nothing is left to be looked for.
pub fn end_erasure(tx: &Tx<'_>, id: ErasureId) -> Result<(), Error> {
    store::erasure::delete_erasure(tx, id)
}
