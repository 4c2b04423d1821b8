//! The request log: what was asked of this server and how it was answered. Never what was said, shown or proved: no
//! query, no body, no secret that stands in a path.

use std::borrow::Cow;

use super::{AccountId, OrganizationId, Timestamp, TokenId};

/// Who asked, where the token told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The token.
    pub token: TokenId,
    /// The account that acts through it.
    pub account: AccountId,
    /// Its organization.
    pub organization: OrganizationId,
}

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredRequest {
    /// When it came.
    pub at: Timestamp,
    /// Its verb.
    pub method: Cow<'static, str>,
    /// Its path without secrets.
    pub path: String,
    /// Status of the answer.
    pub status: u16,
    /// How long it took, in microseconds.
    pub duration_us: u64,
    /// The API, or the kind of page.
    pub api: Cow<'static, str>,
    /// Who asked, if that is known.
    pub caller: Option<Caller>,
    /// Where it came from.
    pub address: String,
    /// What its program called itself.
    pub client: String,
    /// The id that the answer carries too.
    pub request_id: String,
    /// Size of the answer's body, if it was known when the answer began.
    pub bytes: Option<u64>,
}

/// A request as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedRequest {
    /// Its number in the log.
    pub id: i64,
    /// What was asked and answered.
    pub request: AnsweredRequest,
}

/// Which requests are asked for; what is none lets everything through.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    /// The API, or the kind of page.
    pub api: Option<String>,
    /// Another API or kind of page than this one.
    pub except_api: Option<String>,
    /// The lowest and the highest status, such as 400 and 499.
    pub statuses: Option<(u16, u16)>,
    /// The verb.
    pub method: Option<String>,
    /// What the path contains.
    pub path: Option<String>,
    /// The token.
    pub token: Option<TokenId>,
    /// The account.
    pub account: Option<AccountId>,
    /// The organization.
    pub organization: Option<OrganizationId>,
    /// Not before this.
    pub since: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    /// The id that the answer carried.
    pub request_id: Option<String>,
}

/// How many requests an API answered in an hour or a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestCount {
    /// When that time begins.
    pub starts: Timestamp,
    /// The API, or the kind of page.
    pub api: String,
    /// All of them.
    pub requests: i64,
    /// Those answered with a status from 400 to 499.
    pub refused: i64,
    /// Those answered with a status from 500 on.
    pub failed: i64,
}

/// The times that requests are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// Each hour.
    Hour,
    /// Each day.
    Day,
}

impl Grain {
    /// How long one is, in milliseconds.
    pub const fn ms(self) -> i64 {
        match self {
            Self::Hour => 3_600_000,
            Self::Day => 24 * 3_600_000,
        }
    }
}
