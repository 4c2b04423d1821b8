//! The audit log: reading it, taking it away as a file, checking its chain, cutting its beginning.

use crate::domain::{AccountId, AuditEntry, AuditFilter, ChainVerdict, Erased, Error, Event, LogPage, SIGN_IN_FAILED, Stretch, Timestamp};
use crate::store::audit::{self, Edge};
use crate::store::{self, Tx};

/// Most entries of a page.
pub const PAGE: i64 = 200;
/// Entries that one look goes through, however few of them fit.
const STRETCH: i64 = 10_000;
/// Entries that are read, checked or cut away at once.
const STEP: i64 = 1_000;

/// Failed tries to sign in that are kept in one minute: guessing must not fill the disk.
const FAILURES: i64 = 60;
const MINUTE_MS: i64 = 60_000;

/// Entries that fit, newest first: at most `limit` (and 200) of those before a number, or of all.
pub fn list_audit(tx: &Tx<'_>, filter: &AuditFilter, before: Option<i64>, limit: i64) -> Result<LogPage<AuditEntry>, Error> {
    let limit = limit.clamp(1, PAGE);
    let (beginning, end) = (audit::find_beginning(tx)?, audit::find_end(tx)?);
    let stretch = Stretch::back(beginning.seq + 1, end.seq, before, STRETCH);
    Ok(stretch.page(audit::list_stretch(tx, filter, &stretch, limit)?, limit, |entry| entry.seq))
}

/// A page of the log from its beginning on: the entries behind a number, oldest first.
pub fn list_after(tx: &Tx<'_>, seq: i64) -> Result<Vec<AuditEntry>, Error> {
    audit::list_after(tx, seq, STEP)
}

/// The whole log, oldest first, page by page. `read` gives the page behind a number ([`list_after`]) in a snapshot of its
/// own: whoever fetches a long log slowly must not hold one all that time.
pub fn export(mut read: impl FnMut(i64) -> Result<Vec<AuditEntry>, Error>) -> impl Iterator<Item = Result<Vec<AuditEntry>, Error>> {
    let mut reached = Some(0);
    std::iter::from_fn(move || {
        let page = read(reached?);
        reached = page.as_ref().ok().and_then(|page| page.last()).map(|last| last.seq);
        page.map(|page| (!page.is_empty()).then_some(page)).transpose()
    })
}

/// A check of the chain that goes on, some entries at a time.
#[derive(Debug, Default)]
pub struct ChainCheck {
    reached: Option<Edge>,
    checked: u64,
}

impl ChainCheck {
    /// How many entries were checked.
    pub fn checked(&self) -> u64 {
        self.checked
    }

    /// Checks the next entries; none as long as there are more.
    pub fn step(&mut self, tx: &Tx<'_>) -> Result<Option<ChainVerdict>, Error> {
        let beginning = audit::find_beginning(tx)?;
        // What was cut away meanwhile was checked, or needs it no more.
        let mut last = self.reached.filter(|reached| reached.seq > beginning.seq).unwrap_or(beginning);
        let entries = audit::list_after(tx, last.seq, STEP)?;
        for entry in &entries {
            if let Some(why) = fault(tx, &last, entry)? {
                return Ok(Some(ChainVerdict::Broken { seq: last.seq + 1, why }));
            }
            last = Edge { seq: entry.seq, hash: entry.hash };
            self.checked += 1;
        }
        self.reached = Some(last);
        if !entries.is_empty() {
            return Ok(None);
        }
        let is_whole = audit::find_end(tx)? == last;
        let broken = ChainVerdict::Broken { seq: last.seq + 1, why: "the newest entries are missing" };
        Ok(Some(if is_whole { ChainVerdict::Whole(self.checked) } else { broken }))
    }
}

/// Why an entry is not the one that follows.
fn fault(tx: &Tx<'_>, last: &Edge, entry: &AuditEntry) -> Result<Option<&'static str>, Error> {
    Ok(match () {
        () if entry.seq != last.seq + 1 => Some("the entry is missing"),
        () if entry.previous != last.hash => Some("the entry does not follow the one before it"),
        () if !audit::is_as_sealed(tx, entry)? => Some("the entry was changed"),
        () => None,
    })
}

/// Checks the whole chain. `read` runs each step in a snapshot: `|check| world.read(|tx| check.step(tx))`.
pub fn verify_chain(mut read: impl FnMut(&mut ChainCheck) -> Result<Option<ChainVerdict>, Error>) -> Result<ChainVerdict, Error> {
    let mut check = ChainCheck::default();
    loop {
        if let Some(verdict) = read(&mut check)? {
            return Ok(verdict);
        }
    }
}

/// Whether there are entries that were made before an instant.
pub fn has_before(tx: &Tx<'_>, before: Timestamp) -> Result<bool, Error> {
    Ok(audit::find_last_before(tx, before, 1)?.is_some())
}

/// Cuts away the oldest entries that were made before an instant, some at a time; says whether there may be more. The hash
/// of the last one stays, and the log says that it was cut.
pub fn cut_before(tx: &Tx<'_>, before: Timestamp) -> Result<bool, Error> {
    let Some(last) = audit::find_last_before(tx, before, STEP)? else { return Ok(false) };
    let beginning = audit::find_beginning(tx)?;
    audit::delete_upto(tx, &last)?;
    tx.record(Event::AuditCut(last.seq))?;
    Ok(last.seq - beginning.seq >= STEP)
}

/// Takes an erased person's name and address out of the next entries behind a number, and tells of it; gives the number of the last one,
/// none at the end of the log.
pub(super) fn redact_after(tx: &Tx<'_>, who: &Erased, seq: i64) -> Result<Option<i64>, Error> {
    let entries = audit::list_after(tx, seq, STEP)?;
    let Some(last) = entries.last() else { return Ok(None) };
    let changed = audit::redact(tx, &entries, who)?;
    if changed > 0 {
        tx.record(Event::AuditRedacted(who.account, changed))?;
    }
    Ok(Some(last.seq))
}

/// Notes that somebody could not sign in, and who it was meant to be. What they typed is not kept: people type passwords
/// where names belong.
pub(super) fn note_failed_sign_in(tx: &Tx<'_>, account: Option<AccountId>) -> Result<(), Error> {
    let recent = audit::count_recent(tx, SIGN_IN_FAILED, tx.now.plus_ms(-MINUTE_MS), FAILURES * 10)?;
    if recent < FAILURES { tx.record(Event::SignInFailed(account)) } else { Ok(()) }
}

/// When a backup was last made outside of the data directory, in milliseconds: nobody else can tell, as its disk may not be there now.
const LAST_BACKUP_ELSEWHERE: &str = "last_backup_elsewhere_ms";

/// Notes that a backup was made, and when, if that was outside of the data directory; it does not hold this entry itself.
pub fn note_backup(tx: &Tx<'_>, elsewhere: Option<Timestamp>) -> Result<(), Error> {
    if let Some(made) = elsewhere {
        store::settings::upsert_setting(tx, LAST_BACKUP_ELSEWHERE, &made.ms().to_string())?;
    }
    tx.record(Event::BackupMade)
}

/// Notes that everything was exported; the export does not hold this entry itself.
pub fn note_export(tx: &Tx<'_>) -> Result<(), Error> {
    tx.record(Event::DataExported)
}

/// When a backup was last made outside of the data directory.
pub fn last_backup_elsewhere(tx: &Tx<'_>) -> Result<Option<Timestamp>, Error> {
    let noted = store::settings::find_setting(tx, LAST_BACKUP_ELSEWHERE)?;
    Ok(noted.and_then(|ms| ms.parse().ok()).map(Timestamp::from_ms))
}
