//! Erasing a person on request: at once they are nobody any more, then their traces go step by step, and a crash in
//! between only makes the rest come later.
//!
//! Ids stay: what others said, did and keep names them. What others wrote stays too, whomever it is about (GUESS).

use super::{accounts, audit, messages, rooms};
use crate::domain::{AccountId, Email, Erasure, ErasureStage, Error, Event, Noun, RoomId, RoomKind};
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
/// follow. Gives the account. `by` is who asks; nobody erases themselves, nor the last administrator.
pub fn begin_erasure(tx: &Tx<'_>, by: Option<AccountId>, id: AccountId, is_blanking: bool) -> Result<AccountId, Error> {
    let found = store::accounts::find_profile(tx, id)?.filter(|found| !found.email.is_empty()).ok_or(Error::NotFound(Noun::Account))?;
    if by == Some(id) {
        return Err(Error::Invalid("account_id", "you can't erase yourself; another administrator can"));
    }
    if found.is_server_admin {
        accounts::withdraw_admin(tx, id)?;
    }
    accounts::disable(tx, &found)?;
    let erasure = Erasure {
        account: id,
        email: found.email.to_lowercase(),
        name: found.account.person.name,
        is_blanking,
        stage: ErasureStage::Rooms,
        position: 0,
        ordinal: 0,
    };
    store::erasure::insert_erasure(tx, &erasure)?;
    store::erasure::blank_account(tx, id)?;
    store::erasure::delete_credentials(tx, id)?;
    tx.record(Event::AccountErased(id))?;
    Ok(id)
}

/// The same for the person with an e-mail address.
pub fn begin_erasure_of(tx: &Tx<'_>, email: &Email, is_blanking: bool) -> Result<AccountId, Error> {
    let found = store::accounts::find_by_email(tx, email.as_str())?.ok_or(Error::NotFound(Noun::Account))?;
    begin_erasure(tx, None, found.account.person.id, is_blanking)
}

/// Whose erasures go on.
pub fn list_open(tx: &Tx<'_>) -> Result<Vec<AccountId>, Error> {
    store::erasure::list_open(tx)
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// A step in the database: [`erase_step`].
    Step,
    /// Readable copies of these letters have to go, then the letters themselves: [`drop_letters`]. The number is how far that is.
    Letters(Vec<i64>, i64),
    /// Requests in the request log, then it is done: [`end_erasure`].
    Requests,
}

/// What comes next; none when it is done.
pub fn find_next(tx: &Tx<'_>, account: AccountId) -> Result<Option<Next>, Error> {
    let Some(erasure) = store::erasure::find_erasure(tx, account)? else { return Ok(None) };
    Ok(Some(match erasure.stage {
        ErasureStage::Letters => {
            let upto = erasure.position + LETTERS;
            Next::Letters(store::erasure::list_letters(tx, &erasure, erasure.position, upto)?, upto)
        }
        ErasureStage::Requests => Next::Requests,
        ErasureStage::Rooms | ErasureStage::Events | ErasureStage::Audit | ErasureStage::Traces => Next::Step,
    }))
}

/// Takes some traces away.
pub fn erase_step(tx: &Tx<'_>, account: AccountId) -> Result<(), Error> {
    let Some(mut erasure) = store::erasure::find_erasure(tx, account)? else { return Ok(()) };
    let is_done = match erasure.stage {
        ErasureStage::Rooms => walk_rooms(tx, &mut erasure)?,
        ErasureStage::Events => {
            let upto = erasure.position + EVENTS;
            let end = store::erasure::drop_addresses(tx, account, erasure.position, upto)?;
            erasure.position = upto;
            upto >= end
        }
        ErasureStage::Audit => match audit::redact_after(tx, account, erasure.position)? {
            Some(reached) => {
                erasure.position = reached;
                false
            }
            None => true,
        },
        ErasureStage::Traces => !store::erasure::drop_traces(tx, &erasure, STEP)?,
        ErasureStage::Letters | ErasureStage::Requests => return Ok(()),
    };
    advance(tx, erasure, is_done)
}

fn advance(tx: &Tx<'_>, mut erasure: Erasure, is_done: bool) -> Result<(), Error> {
    if let Some(next) = erasure.stage.next().filter(|_| is_done) {
        (erasure.stage, erasure.position, erasure.ordinal) = (next, 0, 0);
    }
    store::erasure::update_progress(tx, &erasure)
}

/// Goes on through the rooms; says whether it came through all of them.
fn walk_rooms(tx: &Tx<'_>, erasure: &mut Erasure) -> Result<bool, Error> {
    let mut left = STEP;
    for _ in 0..ROOMS {
        let Some((room, kind)) = store::erasure::find_next_room(tx, erasure.position)? else { return Ok(true) };
        let written = store::erasure::list_written(tx, room, erasure.account, erasure.ordinal, left)?;
        let is_blanking = erasure.is_blanking || kind == RoomKind::My;
        for message in written.iter().filter(|message| !message.is_deleted) {
            if is_blanking || message.has_file {
                messages::blank(tx, room, message.id, message.ordinal)?;
            } else {
                store::erasure::drop_media(tx, message.id)?;
            }
        }
        let looked_at = i64::try_from(written.len()).unwrap_or(left);
        if looked_at >= left {
            erasure.ordinal = written.last().map_or(erasure.ordinal, |last| last.ordinal);
            return Ok(false);
        }
        left -= looked_at;
        leave(tx, room, kind, erasure.account)?;
        (erasure.position, erasure.ordinal) = (room.get(), 0);
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
pub fn drop_letters(tx: &Tx<'_>, account: AccountId, letters: &[i64], upto: i64) -> Result<(), Error> {
    let Some(mut erasure) = store::erasure::find_erasure(tx, account)? else { return Ok(()) };
    letters.iter().try_for_each(|id| store::mail::delete_mail(tx, *id))?;
    erasure.position = upto;
    let is_done = upto >= store::erasure::find_last_letter(tx)?;
    advance(tx, erasure, is_done)
}

/// Nothing is left to be looked for.
pub fn end_erasure(tx: &Tx<'_>, account: AccountId) -> Result<(), Error> {
    store::erasure::delete_erasure(tx, account)
}
