//! What commands show, as plain rows.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::backup::{Backup, Scheduled};
use crate::config::{Config, KEYS, Key, Kind};
use crate::domain::civil::Local;
use crate::domain::{self, AccountProfile, Timestamp, TokenState};
use crate::export::Export;
use crate::jobs::Reached;
use crate::ops::places::ReservationView;
use crate::ops::tokens;

/// How a world is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Office or sandbox.
    pub mode: String,
    /// Name in ids of other protocols.
    pub server_name: String,
    /// How many organizations.
    pub organizations: usize,
    /// How many people who are not disabled.
    pub people: usize,
    /// How many tokens that work.
    pub tokens: usize,
    /// Whether the tokens that everybody knows work.
    pub has_well_known_tokens: bool,
}

/// An organization.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Organization {
    /// Its id.
    pub id: i64,
    /// Short name.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Time zone.
    pub time_zone: String,
    /// Language of letters.
    pub language: String,
}

impl From<domain::Organization> for Organization {
    fn from(from: domain::Organization) -> Self {
        Self { id: from.id.get(), slug: from.slug, name: from.name, time_zone: from.time_zone, language: from.language.code().to_owned() }
    }
}

/// A person, with the id each dialect knows them by.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Person {
    /// Chatwork, ClickMeeting.
    pub account_id: i64,
    /// CAM, chat-messages.
    pub uid: String,
    /// Matrix.
    pub local_part: String,
    /// Login.
    pub email: String,
    /// Name.
    pub name: String,
    /// Role in the organization.
    pub role: String,
    /// Whether they may administer this server.
    pub is_server_admin: bool,
    /// Whether they are disabled.
    pub is_disabled: bool,
}

impl From<AccountProfile> for Person {
    fn from(from: AccountProfile) -> Self {
        let account_id = from.account.person.id.get();
        Self {
            account_id,
            uid: from.uid,
            local_part: format!("u{account_id}"),
            email: from.email,
            name: from.account.person.name,
            role: from.role.word().to_owned(),
            is_server_admin: from.is_server_admin,
            is_disabled: from.disabled.is_some(),
        }
    }
}

/// How far an erasure got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErasureState {
    /// Nothing of the person is left.
    Done,
    /// It goes on when a letter to the person is no more on its way.
    WaitsForLetter,
    /// Only the write-ahead log has to be emptied, when nothing reads an older state any more.
    WaitsForReaders,
}

impl From<Reached> for ErasureState {
    fn from(from: Reached) -> Self {
        match from {
            Reached::End => Self::Done,
            Reached::Letter => Self::WaitsForLetter,
            Reached::Log => Self::WaitsForReaders,
        }
    }
}

/// A token, without its secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    /// Its id.
    pub id: i64,
    /// What it is for.
    pub dialect: String,
    /// The account it acts as.
    pub acts_as: String,
    /// First characters of the secret.
    pub prefix: String,
    /// What it may be used for; empty: everything.
    pub scopes: String,
    /// Words for people.
    pub note: String,
    /// When it was made.
    pub created: String,
    /// When it ends.
    pub expires: Option<String>,
    /// When it was last used.
    pub last_used: Option<String>,
    /// Whether it works.
    pub state: String,
}

impl Token {
    /// A token as it stands at this instant.
    pub(super) fn at(token: domain::Token, now: Timestamp) -> Self {
        let state = match (token.state(now), token.revoked) {
            (TokenState::Ending, Some(at)) => format!("ends {at}"),
            (state, _) => state.word().to_owned(),
        };
        Self {
            id: token.id.get(),
            dialect: token.dialect.name().to_owned(),
            acts_as: token.acts_as,
            prefix: token.prefix,
            scopes: token.scopes.text(),
            note: token.note,
            created: token.created.to_string(),
            expires: token.expires.map(|at| at.to_string()),
            last_used: token.last_used.map(|at| at.to_string()),
            state,
        }
    }
}

/// A backup that was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BackupMade {
    /// Its folder.
    pub path: PathBuf,
    /// Contents of files in it.
    pub contents: usize,
    /// Contents that are missing in the data directory, and so in it.
    pub missing: usize,
    /// Size of database and contents, in bytes.
    pub bytes: u64,
}

impl From<Backup> for BackupMade {
    fn from(backup: Backup) -> Self {
        Self { path: backup.path, contents: backup.contents, missing: backup.missing, bytes: backup.bytes }
    }
}

/// An export that was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportMade {
    /// Its folder.
    pub path: PathBuf,
    /// Rows of all nouns.
    pub rows: u64,
    /// Contents of files in it.
    pub contents: u64,
    /// Contents that are missing in the data directory, and so in it.
    pub missing: u64,
    /// Size of all of it, in bytes.
    pub bytes: u64,
}

impl From<Export> for ExportMade {
    fn from(export: Export) -> Self {
        Self { path: export.path, rows: export.rows, contents: export.contents, missing: export.missing, bytes: export.bytes }
    }
}

/// A token that was just made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Made {
    /// Its id.
    pub id: i64,
    /// Its secret, shown this once.
    pub secret: String,
    /// The account it acts as.
    pub acts_as: String,
}

impl From<tokens::Made> for Made {
    fn from(made: tokens::Made) -> Self {
        Self { id: made.id.get(), secret: made.secret, acts_as: made.acts_as }
    }
}

/// What a running server goes by, for commands that were told nothing of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerSettings {
    /// Keys of the configuration with their values, but for secrets and for where the data lies.
    pub values: Vec<(String, Vec<String>)>,
    /// Why the last backup of the schedule could not be made.
    pub backup_failure: Option<String>,
}

impl ServerSettings {
    /// Keys that name files and folders: whoever asks stands in another directory.
    const PATHS: [&str; 3] = ["server.tls_cert", "server.tls_key", "backup.dir"];

    /// What this process was started with, and how its schedule is.
    pub fn of(config: &Config, backups: &Scheduled) -> Self {
        let whole = |path: &String| std::path::absolute(path).map_or_else(|_| path.clone(), |path| path.display().to_string());
        let value = |key: &Key| match key.show(config) {
            values if Self::PATHS.contains(&key.name) => values.iter().map(whole).collect(),
            values => values,
        };
        let told = KEYS.iter().filter(|key| key.kind != Kind::Secret && key.name != "data.dir");
        let values = told.map(|key| (key.name.to_owned(), value(key))).filter(|(_, values)| !values.is_empty()).collect();
        Self { values, backup_failure: backups.failure().map(|failure| failure.why) }
    }
}

/// A meeting room with walls.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Place {
    /// Its id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// What it is listed under.
    pub group: String,
    /// People it takes; 0: nobody knows.
    pub capacity: i64,
    /// Words about it.
    pub memo: String,
    /// Its place in lists.
    pub sort_order: i64,
    /// Whether it is in use.
    pub is_in_use: bool,
}

impl From<domain::MeetingPlace> for Place {
    fn from(from: domain::MeetingPlace) -> Self {
        Self {
            id: from.id.get(),
            name: from.name,
            group: from.group,
            capacity: from.capacity,
            memo: from.memo,
            sort_order: from.sort_order,
            is_in_use: from.is_valid,
        }
    }
}

/// A reservation of such a room. Times are those on the organization's walls.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reservation {
    /// Its id.
    pub id: i64,
    /// The room's name.
    pub place: String,
    /// When it begins; a day if it is for whole days.
    pub from: String,
    /// When it ends; the last day if it is for whole days.
    pub to: String,
    /// What for.
    pub title: String,
    /// Who made it.
    pub by: String,
    /// How many come.
    pub members: usize,
}

impl From<ReservationView> for Reservation {
    fn from(ReservationView { reservation: from, zone, .. }: ReservationView) -> Self {
        let local = Local::of(&zone);
        let last = from.ends.plus_ms(-1);
        let (begins, ends) = match from.is_all_day {
            true => (local.wall(from.starts).date().to_string(), local.wall(last).date().to_string()),
            false => (local.iso(from.starts), local.iso(from.ends)),
        };
        let members = from.members.len();
        Self { id: from.id.get(), place: from.place_name, from: begins, to: ends, title: from.title, by: from.creator_email, members }
    }
}
