//! Everything a world keeps, noun by noun: what an export holds and an import brings back.
//!
//! A table that is missing here, or a column of one, fails a test of this file. Nouns stand in an order in which each
//! names only rows of those before it (or of itself). A migration that adds a noun or changes one says so in [`LATER`] or [`FORMER`],
//! so that exports of former schemas can still be read.

/// How a value of a column stands in an export; what is absent is `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number of 64 bits.
    Number,
    /// A text.
    Text,
    /// Bytes, as a text of hexadecimal digits.
    Bytes,
}

/// A column of a noun.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name, here and there.
    pub name: &'static str,
    /// How its values are written.
    pub kind: Kind,
}

/// A noun: a table, row by row.
#[derive(Debug)]
pub struct Noun {
    /// Its name, here and there.
    pub name: &'static str,
    /// Its columns, in their order.
    pub columns: &'static [Column],
    /// Gives all rows in the order of their keys.
    pub(super) select: &'static str,
    /// Counts them.
    pub(super) count: &'static str,
    /// Puts a row in; takes the values in the order of the columns.
    pub(super) insert: &'static str,
}

macro_rules! list {
    ($first:tt $(, $rest:tt)*) => {
        concat!(stringify!($first) $(, ", ", stringify!($rest))*)
    };
}

/// A question mark for each column.
macro_rules! marks {
    ($first:tt $(, $rest:tt)*) => {
        concat!("?" $(, marks!(@one $rest))*)
    };
    (@one $column:tt) => {
        ", ?"
    };
}

macro_rules! noun {
    ($name:tt by ($($key:tt),+): $($column:tt $kind:tt),+) => {
        noun!(
            $name by ($($key),+): $($column $kind),+;
            concat!("INSERT INTO ", stringify!($name), " (", list!($($column),+), ") VALUES (", marks!($($column),+), ")")
        )
    };
    ($name:tt by ($($key:tt),+): $($column:tt $kind:tt),+; $insert:expr) => {
        Noun {
            name: stringify!($name),
            columns: &[$(Column { name: stringify!($column), kind: Kind::$kind }),+],
            select: concat!("SELECT ", list!($($column),+), " FROM ", stringify!($name), " ORDER BY ", list!($($key),+)),
            count: concat!("SELECT count(*) FROM ", stringify!($name)),
            insert: $insert,
        }
    };
}

/// All of them.
pub const NOUNS: &[Noun] = &[
    noun!(world by (key): key Text, value Text),
    noun!(sequence by (name): name Text, value Number),
    noun!(organization by (id): id Number, slug Text, name Text, time_zone Text, language Text, created_ms Number),
    noun!(setting by (organization_id, key): organization_id Number, key Text, value Number),
    noun!(retention by (organization_id): organization_id Number, message_upto Number),
    noun!(account by (id): id Number, organization_id Number, kind Text, uid Text, local_part Text, email Text, name Text, avatar
        Text, handle Text, department Text, title Text, url Text, introduction Text, mail Text, tel_organization Text, tel_extension
        Text, tel_mobile Text, skype Text, facebook Text, twitter Text, role Text, is_server_admin Number, password_hash Text,
        own_room_id Number, created_ms Number, disabled_ms Number, password_version Number, totp_key Bytes, totp_waiting Bytes,
        totp_step Number),
    noun!(recovery_code by (account_id, hash): account_id Number, hash Bytes),
    noun!(token by (id): id Number, hash Bytes, prefix Text, dialect Text, organization_id Number, account_id Number, scopes Text,
        note Text, created_by Text, created_ms Number, expires_ms Number, revoked_ms Number, used_ms Number, used_address Text,
        used_client Text),
    noun!(admin_session by (token_id): token_id Number, confirmed_ms Number),
    noun!(setup_key by (only_one): only_one Number, hash Bytes, expires_ms Number),
    noun!(device by (account_id, device_id): account_id Number, device_id Text, display_name Text, signed_in_ms Number, address Text),
    noun!(device_token by (token_id): token_id Number, account_id Number, device_id Text, refresh_hash Bytes, refresh_expires_ms
        Number, replaces_id Number),
    noun!(room by (id): id Number, external_id Number, organization_id Number, kind Text, name Text, description Text, icon Text,
        made_through Text, created_by Number, created_ms Number, updated_ms Number, last_ordinal Number, file_num Number, task_num
        Number, deleted_ms Number, purged_upto Number, purged_ms Number, name_key Text, chosen_id Text, is_thread Number, is_public
        Number, purpose Text, event_id Number, is_automated Number, ends_ms Number, hides_past Number, picture Text, silent_ms
        Number),
    noun!(membership by (id): id Number, room_id Number, account_id Number, role Text, joined_at Number, read_upto Number, own_from
        Number, own_read Number, seen_upto Number, delivered_upto Number, open_task_num Number, is_pinned Number, joined_ms Number,
        ended_ms Number),
    noun!(contact by (account_id, other_id): account_id Number, other_id Number, room_id Number, created_ms Number),
    noun!(contact_request by (id): id Number, from_id Number, to_id Number, message Text, state Text, created_ms Number, ended_ms
        Number),
    noun!(invitation by (id): id Number, room_id Number, code Text, needs_acceptance Number, description Text, created_ms Number,
        ended_ms Number),
    noun!(join_request by (room_id, account_id): room_id Number, account_id Number, created_ms Number),
    noun!(message by (id): id Number, room_id Number, ordinal Number, author_id Number, own_no Number, is_self_unread Number,
        version_id Number, sent_ms Number, updated_ms Number, deleted_ms Number, is_sealed Number, shown_ms Number, session Text),
    noun!(message_version by (id): id Number, message_id Number, text Text, notice Text, at_ms Number, media Text),
    noun!(mention by (room_id, account_id, ordinal): room_id Number, account_id Number, ordinal Number, except_id Number),
    noun!(seen_mark by (id): id Number, message_id Number, account_id Number, at_ms Number),
    noun!(task by (id): id Number, room_id Number, assignee_id Number, requester_id Number, message_id Number, body Text, due_ms
        Number, due_kind Text, status Text, created_ms Number, deleted_ms Number),
    noun!(file by (id): id Number, room_id Number, uploader_id Number, message_id Number, name Text, media_type Text, bytes Number,
        hash Bytes, created_ms Number, deleted_ms Number),
    noun!(attachment by (key): key Text, organization_id Number, uploader_id Number, media_type Text, bytes Number, hash Bytes,
        created_ms Number),
    noun!(place by (id): id Number, organization_id Number, name Text, group_name Text, capacity Number, memo Text, sort_order Number,
        is_valid Number, created_ms Number),
    noun!(reservation by (id): id Number, organization_id Number, place_id Number, starts_ms Number, ends_ms Number, is_all_day
        Number, title Text, memo Text, creator_id Number, created_ms Number, removed_ms Number),
    noun!(reservation_member by (reservation_id, account_id): reservation_id Number, account_id Number, is_in_charge Number),
    noun!(meeting by (id): id Number, organization_id Number, kind Text, pin Number, name Text, slug Text, starts_ms Number, ends_ms
        Number, access Text, password Text, has_lobby Number, lobby_text Text, has_registration Number, registration_template Number,
        time_zone Text, skin_id Number, presenter_pin Number, listener_pin Number, widgets Text, switches Number, thank_you_url Text,
        is_encrypted Number, is_closed Number, inactive_from_ms Number, recording_num Number, created_by Number, created_ms Number,
        updated_ms Number, deleted_ms Number, password_hash Text),
    noun!(quick_call by (id): id Text, meeting_id Number),
    noun!(access_token by (id): id Number, meeting_id Number, token Text, sent_to Text, first_use_ms Number, used_by Text, holder
        Bytes, held_ms Number, ended_ms Number),
    noun!(autologin by (hash): hash Bytes, meeting_id Number, email Text, nickname Text, role Text, token_id Number, created_ms
        Number),
    noun!(session by (id): id Number, meeting_id Number, started_ms Number, ended_ms Number, end_reason Text, total_visitors Number,
        present_num Number, max_visitors Number, message_num Number, heartbeat_ms Number, base Text),
    noun!(registration by (id): id Number, meeting_id Number, email Text, first_name Text, last_name Text, answers Text, hash Text,
        referer Text, language Text, confirmed_ms Number, session_id Number, created_ms Number),
    noun!(invitee by (meeting_id, email): meeting_id Number, email Text, language Text),
    noun!(attendee by (id): id Number, session_id Number, person Bytes, nickname Text, email Text, role Text, device Text, address
        Text, rating Number, rating_comment Text, joined_ms Number, left_ms Number),
    noun!(attendance_span by (id): id Number, attendee_id Number, joined_ms Number, left_ms Number, reason Text),
    noun!(session_message by (id): id Number, session_id Number, attendee_id Number, client_key Text, text Text, sent_ms Number),
    noun!(poll by (id): id Number, session_id Number, name Text, is_open Number, created_ms Number),
    noun!(poll_question by (id): id Number, poll_id Number, text Text),
    noun!(poll_answer by (id): id Number, question_id Number, text Text, points Number),
    noun!(poll_vote by (attendee_id, answer_id): attendee_id Number, answer_id Number),
    noun!(recording by (id): id Number, meeting_id Number, name Text, media_type Text, started_ms Number, duration_s Number, bytes
        Number, hash Bytes, created_ms Number),
    noun!(report by (session_id, language): session_id Number, language Text, state Text, code Text, bytes Number, hash Bytes,
        requested_ms Number),
    noun!(library_file by (id): id Number, organization_id Number, meeting_id Number, name Text, media_type Text, bytes Number, hash
        Bytes, created_ms Number),
    noun!(address by (id): id Number, organization_id Number, email Text, first_name Text, last_name Text, phone Text, company Text,
        country Text, created_ms Number, updated_ms Number),
    noun!(mail by (id): id Number, organization_id Number, recipient Text, subject Text, text Text, html Text, calendar Text, key
        Text, state Text, attempts Number, next_try_ms Number, last_error Text, created_ms Number, ended_ms Number),
    noun!(erasure by (id): id Number, account_id Number, email Text, name Text, is_blanking Number, stage Text, position Number, ordinal Number,
        began_ms Number),
    noun!(event by (seq): seq Number, at_ms Number, kind Text, organization_id Number, room_id Number, object_id Number, version_id
        Number, account_id Number, detail Text, actor_id Number, token_id Number, dialect Text, address Text, causation_id Text,
        meeting_id Number),
    noun!(audit_edge by (name): name Text, seq Number, hash Bytes; "UPDATE audit_edge SET seq = ?2, hash = ?3 WHERE ?1 = 'beginning'
        AND seq < ?2"),
    noun!(audit by (seq): seq Number, at_ms Number, action Text, actor_id Number, actor Text, organization_id Number, dialect Text,
        address Text, request_id Text, subject_kind Text, subject_id Number, facts Text, previous Bytes, hash Bytes),
    noun!(audit_redaction by (by_seq, seq): by_seq Number, seq Number, seal Bytes),
];

/// The schema of the first exports.
pub const FIRST_EXPORTED: u32 = 12;

/// Nouns that came later, and with which schema.
const LATER: &[(&str, u32)] = &[("erasure", 14), ("audit_redaction", 14)];

/// Nouns as they were up to a schema, oldest first.
const FORMER: &[(u32, Noun)] = &[
    (
        14,
        noun!(erasure by (account_id): account_id Number, email Text, name Text, is_blanking Number, stage Text, position Number, ordinal
            Number, began_ms Number),
    ),
    (
        15,
        noun!(room by (id): id Number, external_id Number, organization_id Number, kind Text, name Text, description Text, icon Text,
            made_through Text, created_by Number, created_ms Number, updated_ms Number, last_ordinal Number, file_num Number, task_num
            Number, deleted_ms Number, purged_upto Number, purged_ms Number, name_key Text, chosen_id Text, is_thread Number, is_public
            Number, purpose Text, event_id Number, is_automated Number, ends_ms Number, hides_past Number, picture Text),
    ),
];

/// The nouns of a schema.
pub fn nouns_of(schema: u32) -> Vec<&'static Noun> {
    let is_there = |noun: &&Noun| LATER.iter().all(|(name, since)| *name != noun.name || *since <= schema);
    let as_it_was = |noun: &'static Noun| {
        let former = FORMER.iter().find(|(upto, former)| former.name == noun.name && schema <= *upto);
        former.map_or(noun, |(_, former)| former)
    };
    NOUNS.iter().filter(is_there).map(as_it_was).collect()
}

#[cfg(test)]
mod tests {
    use super::{FIRST_EXPORTED, Kind, NOUNS, Noun, nouns_of};
    use crate::store::migrate::{SCHEMA, bring_to};

    /// What is made of the rest: the index of messages, its eras and how far it is, and sums that triggers keep.
    const DERIVED: [&str; 4] = ["search_index", "search_era", "search_state", "storage_use"];

    #[test]
    fn every_table_with_every_column_is_a_noun_and_was_one() -> Result<(), Box<dyn std::error::Error>> {
        let selects = |nouns: Vec<&Noun>| nouns.into_iter().map(|noun| noun.select).collect::<Vec<_>>();
        assert_eq!(selects(nouns_of(SCHEMA)), selects(NOUNS.iter().collect()));
        (FIRST_EXPORTED..=SCHEMA).try_for_each(|schema| has_nouns(schema, &nouns_of(schema)))
    }

    fn has_nouns(schema: u32, nouns: &[&Noun]) -> Result<(), Box<dyn std::error::Error>> {
        let mut conn = rusqlite::Connection::open_in_memory()?;
        bring_to(&mut conn, schema)?;
        for noun in nouns {
            conn.prepare(noun.select).map_err(|cause| format!("{} of schema {schema}: {cause}", noun.name))?;
        }
        let mut tables = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?;
        for table in tables.query_map([], |row| row.get::<_, String>(0))? {
            let table = table?;
            if DERIVED.contains(&table.as_str()) || table.starts_with("search_index_") {
                continue;
            }
            let noun = nouns.iter().find(|noun| noun.name == table).ok_or(format!("{table} is no noun of schema {schema}"))?;
            let mut columns = conn.prepare("SELECT name, type, pk FROM pragma_table_xinfo(?1)")?;
            let found =
                columns.query_map([&table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?)))?;
            let found: Vec<(String, String, i64)> = found.collect::<Result<_, _>>()?;
            let told = noun.columns.iter().map(|column| match column.kind {
                Kind::Number => (column.name, "INTEGER"),
                Kind::Text => (column.name, "TEXT"),
                Kind::Bytes => (column.name, "BLOB"),
            });
            let there: Vec<(&str, &str)> = found.iter().map(|(name, kind, _)| (name.as_str(), kind.as_str())).collect();
            assert_eq!(told.collect::<Vec<_>>(), there, "{table} of schema {schema}");
            let mut keys: Vec<&(String, String, i64)> = found.iter().filter(|(_, _, place)| *place > 0).collect();
            keys.sort_by_key(|(_, _, place)| *place);
            let keys: Vec<&str> = keys.iter().map(|(name, _, _)| name.as_str()).collect();
            assert!(noun.select.ends_with(&format!(" ORDER BY {}", keys.join(", "))), "{}", noun.select);
        }
        Ok(())
    }
}
