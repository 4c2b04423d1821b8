//! The audit log. Each entry holds the hash of the one before it, so whoever changes one, takes one out or puts one in
//! between has to compute all later ones anew; triggers keep this program itself from doing any of that.
//!
//! Entries name things by their ids. Accounts are the exception: an entry keeps the name that somebody had at that time,
//! because people read who did what long after names changed. What people wrote, secrets and e-mail addresses stay out.
//! Of a person who is erased, name and address are taken out of the entries; [`redact`] says how the chain stays whole.

use rusqlite::Row;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Tx, erasure};
use crate::domain::{
    AccountId, AuditEntry, AuditFilter, Audited, ERASED, Erased, Error, OrganizationId, Stretch, Subject, Timestamp, TokenId,
};

/// Tells these hashes from any others.
const PURPOSE: &[u8] = b"crosstalk-audit-v1";

/// Name of the fact that holds a hash of seals.
const SEALS: &str = "seals";
/// Entries that are redacted at once.
const MOST_SEALS: i64 = 10_000;

/// One end of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Number of an entry; 0 before the first one.
    pub seq: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// The last entry that was cut away, if one was.
pub fn find_beginning(tx: &Tx<'_>) -> Result<Edge, Error> {
    tx.one("SELECT seq, hash FROM audit_edge WHERE name = 'beginning'", [], edge)
}

/// The newest entry.
pub fn find_end(tx: &Tx<'_>) -> Result<Edge, Error> {
    tx.one("SELECT seq, hash FROM audit_edge WHERE name = 'end'", [], edge)
}

fn edge(row: &Row<'_>) -> rusqlite::Result<Edge> {
    Ok(Edge { seq: row.get(0)?, hash: row.get(1)? })
}

/// Appends an entry to the chain.
pub(super) fn append(tx: &Tx<'_>, audited: &Audited) -> Result<(), Error> {
    let end = find_end(tx)?;
    let (actor, actor_name) = actor(tx, audited)?;
    let mut facts = facts(tx, audited)?;
    if let Some(seals) = hash_seals(tx, end.seq + 1)? {
        facts.insert(SEALS.to_owned(), seals.into());
    }
    let mut entry = AuditEntry {
        seq: end.seq + 1,
        at: tx.now,
        action: audited.action.to_owned(),
        actor,
        actor_name,
        organization: organization(tx, audited.subject)?,
        dialect: tx.cause.way_name().to_owned(),
        address: tx.cause.address.clone(),
        request_id: tx.cause.causation.clone(),
        subject_kind: audited.subject.kind().to_owned(),
        subject_id: audited.subject.id(),
        facts: Value::Object(facts).to_string(),
        previous: end.hash,
        hash: [0; 32],
    };
    entry.hash = seal(&entry);
    insert(tx, &entry)
}

fn insert(tx: &Tx<'_>, entry: &AuditEntry) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO audit (seq, at_ms, action, actor_id, actor, organization_id, dialect, address, request_id, subject_kind, subject_id, \
         facts, previous, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        (
            entry.seq,
            entry.at,
            &entry.action,
            entry.actor,
            &entry.actor_name,
            entry.organization,
            &entry.dialect,
            &entry.address,
            &entry.request_id,
            &entry.subject_kind,
            entry.subject_id,
            &entry.facts,
            entry.previous,
            entry.hash,
        ),
    )
    .map(|_| ())
}

/// The hash of an entry: over all of it but the hash, each part with its kind and length before it, so that no two
/// different entries are the same bytes.
pub fn seal(entry: &AuditEntry) -> [u8; 32] {
    let number = |number: i64| Some(number.to_be_bytes().to_vec());
    let text = |text: &str| Some(text.as_bytes().to_vec());
    let parts = [
        number(entry.seq),
        number(entry.at.ms()),
        text(&entry.action),
        entry.actor.and_then(|actor| number(actor.get())),
        text(&entry.actor_name),
        entry.organization.and_then(|organization| number(organization.get())),
        text(&entry.dialect),
        entry.address.as_deref().and_then(text),
        text(&entry.request_id),
        text(&entry.subject_kind),
        entry.subject_id.and_then(number),
        text(&entry.facts),
    ];
    let sealed = parts.iter().fold(Sha256::new().chain_update(PURPOSE).chain_update(entry.previous), |sealed, part| match part {
        None => sealed.chain_update([0]),
        Some(bytes) => sealed.chain_update([1]).chain_update((bytes.len() as u64).to_be_bytes()).chain_update(bytes),
    });
    sealed.finalize().into()
}

/// What an erased person's entries say instead of a name, where a name stood, and instead of an address.
fn redacted(tx: &Tx<'_>, entry: &AuditEntry, who: &Erased) -> Result<Option<AuditEntry>, Error> {
    let mut changed = entry.clone();
    let facts = serde_json::from_str(&entry.facts).unwrap_or_default();
    if entry.actor.is_some() && entry.actor == who.account {
        ERASED.clone_into(&mut changed.actor_name);
        changed.address = None;
    }
    if entry.actor.is_none() && signed_up(tx, entry, &facts, who)? {
        changed.address = None;
    }
    if let (Value::Object(mut facts), Some(account)) = (facts, who.account)
        && facts.get("account").and_then(Value::as_i64) == Some(account.get())
        && facts.get("name").is_some_and(|name| name != ERASED)
    {
        facts.insert("name".to_owned(), ERASED.into());
        changed.facts = Value::Object(facts).to_string();
    }
    Ok((changed != *entry).then_some(changed))
}

/// Whether an entry tells of the person's signing up for a meeting; through a link that is done without an account.
fn signed_up(tx: &Tx<'_>, entry: &AuditEntry, facts: &Value, who: &Erased) -> Result<bool, Error> {
    match facts.get("registration").and_then(Value::as_i64) {
        Some(id) if entry.address.is_some() => erasure::is_registration_of(tx, id, &who.email),
        _ => Ok(false),
    }
}

/// Takes somebody's name and address out of some entries; says out of how many. Their hashes stay, so the chain does. What they
/// say now is sealed, and the entry that has to follow in this transaction will hold a hash of these seals.
pub fn redact(tx: &Tx<'_>, entries: &[AuditEntry], who: &Erased) -> Result<i64, Error> {
    let by = find_end(tx)?.seq + 1;
    let mut changed = 0;
    for entry in entries.iter().filter_map(|entry| redacted(tx, entry, who).transpose()) {
        let entry = entry?;
        tx.execute("INSERT INTO audit_redaction (by_seq, seq, seal) VALUES (?1, ?2, ?3)", (by, entry.seq, seal(&entry)))?;
        tx.execute(
            "UPDATE audit SET actor = ?2, address = ?3, facts = ?4 WHERE seq = ?1",
            (entry.seq, &entry.actor_name, &entry.address, &entry.facts),
        )?;
        changed += 1;
    }
    Ok(changed)
}

/// A hash of all seals that an entry tells of; none if it tells of none.
fn hash_seals(tx: &Tx<'_>, by: i64) -> Result<Option<String>, Error> {
    let seals = tx.all("SELECT seq, seal FROM audit_redaction WHERE by_seq = ?1 ORDER BY seq LIMIT ?2", (by, MOST_SEALS), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 32]>(1)?))
    })?;
    let hash = |sum: Sha256, (seq, seal): &(i64, [u8; 32])| sum.chain_update(seq.to_be_bytes()).chain_update(seal);
    let sum = seals.iter().fold(Sha256::new().chain_update(PURPOSE), hash);
    Ok((!seals.is_empty()).then(|| data_encoding::HEXLOWER.encode(&sum.finalize())))
}

/// Whether an entry says what was sealed: when it was made, or when a name was taken out of it; and whether it tells of all that it
/// took out of others.
pub fn is_as_sealed(tx: &Tx<'_>, entry: &AuditEntry) -> Result<bool, Error> {
    let newest = "SELECT seal FROM audit_redaction WHERE seq = ?1 AND by_seq <= (SELECT seq FROM audit_edge WHERE name = 'end') \
                  ORDER BY by_seq DESC LIMIT 1";
    let sealed = tx.first(newest, [entry.seq], |row| row.get::<_, [u8; 32]>(0))?.unwrap_or(entry.hash);
    let facts: Value = serde_json::from_str(&entry.facts).unwrap_or_default();
    let told = facts.get(SEALS).and_then(Value::as_str);
    Ok(seal(entry) == sealed && hash_seals(tx, entry.seq)?.as_deref() == told)
}

/// Who did it: whoever the cause or the event names, else the user of the command line, or nobody.
fn actor(tx: &Tx<'_>, audited: &Audited) -> Result<(Option<AccountId>, String), Error> {
    Ok(match tx.cause.actor.or(audited.by) {
        Some(account) => (Some(account), name(tx, account)?),
        None => (None, tx.cause.causation.strip_prefix("cli:").unwrap_or_default().to_owned()),
    })
}

fn name(tx: &Tx<'_>, account: AccountId) -> Result<String, Error> {
    Ok(tx.first("SELECT name FROM account WHERE id = ?1", [account], |row| row.get(0))?.unwrap_or_default())
}

/// The organization whose thing it is.
fn organization(tx: &Tx<'_>, subject: Subject) -> Result<Option<OrganizationId>, Error> {
    let owner = |sql, id: Option<i64>| tx.first(sql, [id], |row| row.get(0));
    match subject {
        Subject::World => Ok(None),
        Subject::Organization(id) | Subject::Place(id, _) | Subject::Reservation(id, _) => Ok(Some(id)),
        Subject::Account(_) => owner("SELECT organization_id FROM account WHERE id = ?1", subject.id()),
        Subject::Token(_) => owner("SELECT organization_id FROM token WHERE id = ?1", subject.id()),
        Subject::Room(_) => owner("SELECT organization_id FROM room WHERE id = ?1", subject.id()),
        Subject::Meeting(_) => owner("SELECT organization_id FROM meeting WHERE id = ?1", subject.id()),
        Subject::ContactRequest(_) => {
            owner("SELECT a.organization_id FROM contact_request r JOIN account a ON a.id = r.from_id WHERE r.id = ?1", subject.id())
        }
    }
}

fn facts(tx: &Tx<'_>, audited: &Audited) -> Result<Map<String, Value>, Error> {
    let mut facts = Map::new();
    let mut account = audited.account;
    if let Subject::Token(id) = audited.subject
        && let Some((dialect, holder)) = holder(tx, id)?
    {
        facts.insert("token_dialect".to_owned(), dialect.into());
        account = Some(holder);
    }
    if let Some(account) = account {
        facts.insert("account".to_owned(), account.get().into());
        facts.insert("name".to_owned(), name(tx, account)?.into());
    }
    if let Some(role) = audited.role {
        facts.insert("role".to_owned(), role.word().into());
    }
    if let Some((noun, id)) = audited.object {
        facts.insert(noun.to_owned(), id.into());
    }
    Ok(facts)
}

/// What a token is for, and the account that acts through it.
fn holder(tx: &Tx<'_>, token: TokenId) -> Result<Option<(String, AccountId)>, Error> {
    tx.first("SELECT dialect, account_id FROM token WHERE id = ?1", [token], |row| Ok((row.get(0)?, row.get(1)?)))
}

macro_rules! select_entry {
    ($tail:literal) => {
        concat!(
            "SELECT seq, at_ms, action, actor_id, actor, organization_id, dialect, address, request_id, subject_kind, subject_id, facts, \
             previous, hash FROM audit ",
            $tail
        )
    };
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    Ok(AuditEntry {
        seq: row.get(0)?,
        at: row.get(1)?,
        action: row.get(2)?,
        actor: row.get(3)?,
        actor_name: row.get(4)?,
        organization: row.get(5)?,
        dialect: row.get(6)?,
        address: row.get(7)?,
        request_id: row.get(8)?,
        subject_kind: row.get(9)?,
        subject_id: row.get(10)?,
        facts: row.get(11)?,
        previous: row.get(12)?,
        hash: row.get(13)?,
    })
}

/// The newest entries of a stretch that fit.
pub fn list_stretch(tx: &Tx<'_>, filter: &AuditFilter, stretch: &Stretch, limit: i64) -> Result<Vec<AuditEntry>, Error> {
    tx.all(
        select_entry!(
            "WHERE seq >= ?1 AND seq < ?2 AND (?3 IS NULL OR substr(action, 1, length(?3)) = ?3) AND (?4 IS NULL OR actor_id = ?4) \
             AND (?5 IS NULL OR organization_id = ?5) AND (?6 IS NULL OR dialect = ?6) AND (?7 IS NULL OR at_ms >= ?7) \
             AND (?8 IS NULL OR at_ms < ?8) AND (?9 IS NULL OR subject_kind = ?9) AND (?10 IS NULL OR subject_id = ?10) \
             ORDER BY seq DESC LIMIT ?11"
        ),
        (
            stretch.from,
            stretch.before,
            &filter.action,
            filter.actor,
            filter.organization,
            &filter.dialect,
            filter.since,
            filter.until,
            &filter.subject_kind,
            filter.subject_id,
            limit,
        ),
        entry,
    )
}

/// The first entries behind a number, oldest first.
pub fn list_after(tx: &Tx<'_>, seq: i64, limit: i64) -> Result<Vec<AuditEntry>, Error> {
    tx.all(select_entry!("WHERE seq > ?1 ORDER BY seq LIMIT ?2"), (seq, limit), entry)
}

/// How many of the last `among` entries are of an action and younger than an instant.
pub fn count_recent(tx: &Tx<'_>, action: &str, since: Timestamp, among: i64) -> Result<i64, Error> {
    tx.one(
        "SELECT count(*) FROM audit WHERE seq > (SELECT seq FROM audit_edge WHERE name = 'end') - ?1 AND action = ?2 AND at_ms > ?3",
        (among, action, since),
        |row| row.get(0),
    )
}

/// The last of the first `most` entries that were made before an instant, all of them; none when the first is younger.
pub fn find_last_before(tx: &Tx<'_>, before: Timestamp, most: i64) -> Result<Option<Edge>, Error> {
    let oldest = tx.while_true(
        "SELECT seq, hash, at_ms < ?1 FROM audit ORDER BY seq LIMIT ?2",
        (before, most),
        |row| Ok((edge(row)?, row.get::<_, bool>(2)?)),
        |(_, is_older)| *is_older,
    )?;
    Ok(oldest.into_iter().take_while(|(_, is_older)| *is_older).last().map(|(edge, _)| edge))
}

/// Takes the entries up to this one away; its hash stays, so the rest can still be checked.
pub fn delete_upto(tx: &Tx<'_>, last: &Edge) -> Result<(), Error> {
    tx.execute("UPDATE audit_edge SET seq = ?1, hash = ?2 WHERE name = 'beginning'", (last.seq, last.hash))?;
    tx.execute("DELETE FROM audit WHERE seq <= ?1", [last.seq])?;
    // A seal is needed as long as the entry that tells of it is there.
    tx.execute("DELETE FROM audit_redaction WHERE by_seq <= ?1", [last.seq]).map(|_| ())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::seal;
    use crate::domain::{AccountId, AuditEntry, OrganizationId, Timestamp};

    fn entries() -> impl Strategy<Value = AuditEntry> {
        let text = || "[a-zé會]{0,6}";
        let optional = || proptest::option::of(0..1_000i64);
        let words = (text(), text(), text(), proptest::option::of(text()), text(), text(), text());
        ((1..1_000i64, any::<i64>()), optional(), optional(), optional(), words, any::<[u8; 32]>()).prop_map(
            |(
                (seq, at),
                actor,
                organization,
                subject_id,
                (action, actor_name, dialect, address, request_id, subject_kind, facts),
                previous,
            )| {
                AuditEntry {
                    seq,
                    at: Timestamp::from_ms(at),
                    action,
                    actor: actor.map(AccountId::new),
                    actor_name,
                    organization: organization.map(OrganizationId::new),
                    dialect,
                    address,
                    request_id,
                    subject_kind,
                    subject_id,
                    facts,
                    previous,
                    hash: [0; 32],
                }
            },
        )
    }

    /// All ways to move a letter from one part to the next one, or to change one part alone.
    fn changes(entry: &AuditEntry) -> Vec<AuditEntry> {
        let mut moved = entry.clone();
        moved.dialect = format!("{}{}", entry.actor_name, entry.dialect);
        moved.actor_name.clear();
        let address = if entry.address.is_none() { Some(String::new()) } else { None };
        vec![
            moved,
            AuditEntry { seq: entry.seq + 1, ..entry.clone() },
            AuditEntry { at: Timestamp::from_ms(entry.at.ms() ^ 1), ..entry.clone() },
            AuditEntry { actor: entry.organization.map(|id| AccountId::new(id.get())), organization: None, ..entry.clone() },
            AuditEntry { address, ..entry.clone() },
            AuditEntry { subject_id: entry.subject_id.map_or(Some(0), |_| None), ..entry.clone() },
            AuditEntry { facts: format!("{} ", entry.facts), ..entry.clone() },
            AuditEntry { previous: entry.previous.map(|byte| !byte), ..entry.clone() },
        ]
    }

    proptest! {
        #[test]
        fn no_change_of_an_entry_keeps_its_hash(entry in entries(), other in entries()) {
            let hash = seal(&entry);
            prop_assert_eq!(hash, seal(&AuditEntry { hash: other.hash, ..entry.clone() }));
            for changed in changes(&entry).into_iter().chain([other]).filter(|changed| *changed != entry) {
                prop_assert_ne!(hash, seal(&changed), "{:?} {:?}", entry, changed);
            }
        }
    }
}
