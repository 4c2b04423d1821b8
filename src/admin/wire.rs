//! What the administration page's API takes and answers. Times are RFC 3339 in UTC; ids are numbers.

use serde::{Deserialize, Serialize};

use super::qr::QrOut;
use crate::dialects::access;
use crate::domain::civil::Local;
use crate::domain::{AccountProfile, AdminSession, ErasureId, MeetingPlace, Organization, Timestamp, Token, TokenId};
use crate::ops::places::ReservationView;
use crate::ops::tokens::Made;

/// A part of a list.
#[derive(Serialize)]
pub(super) struct PageOut<T> {
    pub(super) items: Vec<T>,
    /// How many there are on all pages.
    pub(super) total: usize,
}

/// A whole list.
#[derive(Serialize)]
pub(super) struct ListOut<T> {
    pub(super) items: Vec<T>,
}

/// Nothing to tell but that it was done.
#[derive(Serialize)]
pub(super) struct DoneOut {}

/// What the page has to know before anybody is signed in.
#[derive(Serialize)]
pub(super) struct SetupStateOut {
    pub(super) is_needed: bool,
    pub(super) mode: &'static str,
    pub(super) version: &'static str,
    pub(super) languages: [&'static str; 4],
}

/// The key of the set-up page, by itself.
#[derive(Deserialize)]
pub(super) struct SetupKeyIn {
    pub(super) key: String,
}

#[derive(Deserialize)]
pub(super) struct SetupIn {
    pub(super) key: String,
    pub(super) organization: Option<String>,
    pub(super) language: Option<String>,
    pub(super) time_zone: Option<String>,
    pub(super) email: Option<String>,
    pub(super) name: Option<String>,
    pub(super) password: Option<String>,
}

#[derive(Serialize)]
pub(super) struct SetupOut {
    pub(super) token: MadeTokenOut,
}

#[derive(Deserialize)]
pub(super) struct SignInIn {
    pub(super) email: Option<String>,
    pub(super) password: Option<String>,
    pub(super) code: Option<String>,
}

/// Who is signed in.
#[derive(Serialize)]
pub(super) struct SessionOut {
    pub(super) id: i64,
    pub(super) account_id: i64,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) mode: &'static str,
    pub(super) version: &'static str,
    /// Whether it is a sandbox's open door, which has no password.
    pub(super) is_open_door: bool,
    /// What requests that change something carry as `x-csrf-token`.
    pub(super) csrf_token: String,
    /// Whether sensitive things may be done now.
    pub(super) is_confirmed: bool,
    pub(super) has_totp: bool,
    pub(super) recovery_codes_left: i64,
    /// What addresses of this server start with.
    pub(super) base_url: String,
    /// What time it is here: the browser's clock may be another.
    pub(super) now: String,
}

#[derive(Deserialize)]
pub(super) struct ConfirmationIn {
    pub(super) password: Option<String>,
    pub(super) code: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct PasswordIn {
    pub(super) password: Option<String>,
}

/// An erasure that was begun.
#[derive(Serialize)]
pub(super) struct ErasureOut {
    id: i64,
    is_over: bool,
    /// What its end has to wait for, if something is known already.
    waits_for: Option<&'static str>,
}

impl ErasureOut {
    pub(super) fn going_on(id: ErasureId, waits_for_letter: bool) -> Self {
        Self { id: id.get(), is_over: false, waits_for: waits_for_letter.then_some("letter") }
    }

    /// Nothing is left to be looked for; what was there stands in the write-ahead log until that is emptied.
    pub(super) fn at_the_end(id: ErasureId, is_log_empty: bool) -> Self {
        Self { id: id.get(), is_over: is_log_empty, waits_for: (!is_log_empty).then_some("log") }
    }
}

/// What becomes of what somebody wrote who is erased.
#[derive(Deserialize)]
pub(super) struct ErasureIn {
    pub(super) messages: Option<String>,
}

/// The same for somebody who is known by an e-mail address.
#[derive(Deserialize)]
pub(super) struct ErasureByEmailIn {
    pub(super) email: Option<String>,
    pub(super) messages: Option<String>,
}

/// A key of one-time codes, for an authenticator.
#[derive(Serialize)]
pub(super) struct TotpKeyOut {
    pub(super) key: String,
    pub(super) url: String,
    pub(super) qr: QrOut,
}

#[derive(Deserialize)]
pub(super) struct CodeIn {
    pub(super) code: Option<String>,
}

#[derive(Serialize)]
pub(super) struct RecoveryCodesOut {
    pub(super) recovery_codes: Vec<String>,
}

/// What the page calls a session: tokens of sessions have ids below zero.
pub(super) fn session_number(token: TokenId) -> i64 {
    token.get().saturating_neg()
}

/// A session in the list of all.
#[derive(Serialize)]
pub(super) struct ListedSessionOut {
    id: i64,
    account_id: i64,
    name: String,
    is_own: bool,
    signed_in_at: String,
    expires_at: Option<String>,
    used_at: Option<String>,
    address: String,
    client: String,
}

impl ListedSessionOut {
    pub(super) fn new(session: AdminSession, own: TokenId) -> Self {
        Self {
            id: session_number(session.token),
            account_id: session.account.get(),
            name: session.name,
            is_own: session.token == own,
            signed_in_at: session.signed_in.to_string(),
            expires_at: session.expires.map(|at| at.to_string()),
            used_at: session.used.map(|at| at.to_string()),
            address: session.address,
            client: session.client,
        }
    }
}

#[derive(Serialize)]
pub(super) struct OrganizationOut {
    id: i64,
    slug: String,
    name: String,
    time_zone: String,
    language: &'static str,
    created_at: String,
}

impl From<Organization> for OrganizationOut {
    fn from(from: Organization) -> Self {
        Self {
            id: from.id.get(),
            slug: from.slug,
            name: from.name,
            time_zone: from.time_zone,
            language: from.language.code(),
            created_at: from.created.to_string(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct OrganizationIn {
    pub(super) slug: Option<String>,
    pub(super) name: Option<String>,
    pub(super) time_zone: Option<String>,
    pub(super) language: Option<String>,
}

#[derive(Serialize)]
pub(super) struct UserOut {
    id: i64,
    uid: String,
    name: String,
    email: String,
    organization: String,
    role: &'static str,
    is_admin: bool,
    is_disabled: bool,
}

impl From<AccountProfile> for UserOut {
    fn from(from: AccountProfile) -> Self {
        Self {
            id: from.account.person.id.get(),
            uid: from.uid,
            name: from.account.person.name,
            email: from.email,
            organization: from.account.organization_name,
            role: from.role.word(),
            is_admin: from.is_server_admin,
            is_disabled: from.disabled.is_some(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct UserIn {
    pub(super) organization: Option<String>,
    pub(super) email: Option<String>,
    pub(super) name: Option<String>,
    pub(super) role: Option<String>,
    pub(super) is_disabled: Option<bool>,
}

/// A token, never with its secret.
#[derive(Serialize)]
pub(super) struct TokenOut {
    id: i64,
    name: String,
    dialect: &'static str,
    account_id: i64,
    acts_as: String,
    /// Empty: everything.
    scopes: Vec<String>,
    prefix: String,
    created_by: String,
    created_at: String,
    expires_at: Option<String>,
    revoked_at: Option<String>,
    used_at: Option<String>,
    used_address: String,
    used_client: String,
    /// `active`, `expired`, `revoked`, or `ending` while an overlap lasts.
    state: &'static str,
    /// `never-used`, `unused` for 90 days, `expiring` within 14.
    warnings: Vec<&'static str>,
}

impl TokenOut {
    pub(super) fn new(token: Token, now: Timestamp) -> Self {
        let (state, warnings) = (token.state(now).word(), token.warnings(now).into_iter().map(|warning| warning.word()).collect());
        Self {
            id: token.id.get(),
            name: token.note,
            dialect: token.dialect.name(),
            account_id: token.account.get(),
            acts_as: token.acts_as,
            scopes: token.scopes.names().to_vec(),
            prefix: token.prefix,
            created_by: token.created_by,
            created_at: token.created.to_string(),
            expires_at: token.expires.map(|at| at.to_string()),
            revoked_at: token.revoked.map(|at| at.to_string()),
            used_at: token.last_used.map(|at| at.to_string()),
            used_address: token.used_address,
            used_client: token.used_client,
            state,
            warnings,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct TokenIn {
    pub(super) organization: Option<String>,
    pub(super) dialect: Option<String>,
    /// Whose, by e-mail; none: the organization's.
    pub(super) email: Option<String>,
    pub(super) scopes: Option<Vec<String>>,
    pub(super) name: Option<String>,
    /// RFC 3339; none: it never ends, which needs a reason.
    pub(super) expires_at: Option<String>,
    pub(super) reason: Option<String>,
}

/// A token that was just made, with its secret for the only time.
#[derive(Serialize)]
pub(super) struct MadeTokenOut {
    id: i64,
    secret: String,
    dialect: &'static str,
    acts_as: String,
    /// A line for a terminal that shows that the token works.
    curl: String,
}

impl MadeTokenOut {
    pub(super) fn new(made: Made, base: &str) -> Self {
        let curl = access::of(made.dialect).map(|way| way.curl(base, &made.secret, made.organization)).unwrap_or_default();
        Self { id: made.id.get(), secret: made.secret, dialect: made.dialect.name(), acts_as: made.acts_as, curl }
    }
}

#[derive(Deserialize)]
pub(super) struct RotationIn {
    pub(super) organization: Option<String>,
    pub(super) overlap_s: Option<u32>,
}

#[derive(Deserialize)]
pub(super) struct RevocationsIn {
    pub(super) organization: Option<String>,
    pub(super) ids: Vec<i64>,
}

#[derive(Serialize)]
pub(super) struct RevokedOut {
    pub(super) revoked: usize,
}

/// What tokens can be made for.
#[derive(Serialize)]
pub(super) struct DialectOut {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// Whether a token acts as a person; else as the organization.
    pub(super) is_personal: bool,
    pub(super) scopes: &'static [&'static str],
    /// Scopes that only read, and those that only post.
    pub(super) read_only: Vec<&'static str>,
    pub(super) notify_only: Vec<&'static str>,
    pub(super) header: &'static str,
    pub(super) base_url: String,
}

#[derive(Serialize)]
pub(super) struct PlaceOut {
    /// A text: scripts would round 19 digits.
    id: String,
    name: String,
    group: String,
    capacity: i64,
    memo: String,
    sort_order: i64,
    is_in_use: bool,
}

impl From<MeetingPlace> for PlaceOut {
    fn from(from: MeetingPlace) -> Self {
        Self {
            id: from.id.to_string(),
            name: from.name,
            group: from.group,
            capacity: from.capacity,
            memo: from.memo,
            sort_order: from.sort_order,
            is_in_use: from.is_valid,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct PlaceIn {
    pub(super) organization: Option<String>,
    pub(super) name: Option<String>,
    pub(super) group: Option<String>,
    pub(super) capacity: Option<i64>,
    pub(super) memo: Option<String>,
    pub(super) sort_order: Option<i64>,
    pub(super) is_in_use: Option<bool>,
}

/// A reservation. Times carry the offset of the organization's zone.
#[derive(Serialize)]
pub(super) struct ReservationOut {
    /// A text, as the place's.
    id: String,
    place_id: String,
    place: String,
    starts_at: String,
    ends_at: String,
    is_all_day: bool,
    title: String,
    memo: String,
    by: String,
    members: usize,
}

impl From<ReservationView> for ReservationOut {
    fn from(ReservationView { reservation: from, zone, .. }: ReservationView) -> Self {
        let local = Local::of(&zone);
        Self {
            id: from.id.to_string(),
            place_id: from.place.to_string(),
            place: from.place_name,
            starts_at: local.iso(from.starts),
            ends_at: local.iso(from.ends),
            is_all_day: from.is_all_day,
            title: from.title,
            memo: from.memo,
            by: from.creator_email,
            members: from.members.len(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ReservationIn {
    pub(super) organization: Option<String>,
    pub(super) place: Option<String>,
    /// Times on the organization's walls: `2026-12-01 10:00`.
    pub(super) starts: Option<String>,
    pub(super) ends: Option<String>,
    /// Or whole days: `2026-12-01`.
    pub(super) first_day: Option<String>,
    pub(super) last_day: Option<String>,
    pub(super) title: Option<String>,
    pub(super) memo: Option<String>,
    pub(super) by: Option<String>,
    pub(super) members: Option<Vec<String>>,
}
