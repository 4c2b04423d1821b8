//! What every request handler of one server shares.

use std::net::IpAddr;
use std::sync::Arc;

use super::dialect::Mount;
use super::health::Metrics;
use super::limits::{Buckets, Windows};
use super::links::{self, Bases, LinkSigner};
use super::meeting_links::MeetingKeys;
use super::passes::Passes;
use super::wrong_secrets::WrongSecrets;
use crate::config::{Config, Limits, Shown};
use crate::domain::{AccountId, FileId, PasswordHash, RoomId, Timestamp, TokenId};
use crate::world::World;

/// Sign-ins of one person, and failed tries for one name, in one window.
const SIGN_INS: u32 = 10;
/// Length of that window in seconds.
const SIGN_IN_WINDOW_S: u32 = 60;

/// Tries to sign in as an administrator from one address: so many at once, then one in so many seconds.
const ADMIN_TRIES: u32 = 5;
const ADMIN_TRY_S: u32 = 60;
/// The same from all addresses together. They come back faster than one address can use them up.
const ADMIN_TRIES_OF_ACCOUNT: u32 = 30;
const ADMIN_TRY_OF_ACCOUNT_S: u32 = 10;

/// An account and the hash of its password: another password is another one to guess, so it has all tries again.
pub type GuessedAt = (AccountId, PasswordHash);

/// What people let their machines trust.
#[derive(Debug)]
pub struct OfficeAuthority {
    /// Its certificate, in PEM form.
    pub pem: String,
    /// SHA-256 of it, as people compare it.
    pub fingerprint: String,
    /// When it ends.
    pub until: Timestamp,
}

/// A running server as its handlers see it.
#[derive(Debug)]
pub struct Server {
    /// The world it serves.
    pub world: Arc<World>,
    /// Its configuration.
    pub config: Config,
    /// The same as administrators are shown it.
    pub shown: Vec<Shown>,
    /// Calls per account (Chatwork).
    pub account_calls: Windows<AccountId>,
    /// Posts per account and room (Chatwork).
    pub room_posts: Windows<(AccountId, RoomId)>,
    /// Sign-ins per account through the Messenger API; these hold in every mode.
    pub messenger_sign_ins: Windows<AccountId>,
    /// Wrong secrets per network, for all APIs.
    pub wrong_secrets: WrongSecrets,
    /// Failed tries to sign in per network and hash of the name; these hold in every mode.
    pub failed_sign_ins: Windows<(IpAddr, u64)>,
    /// Tries to sign in as an administrator, per account and network; strangers are one.
    pub admin_tries: Buckets<(Option<GuessedAt>, IpAddr)>,
    /// The same from networks from which the account never signed in.
    pub admin_tries_of_account: Buckets<GuessedAt>,
    /// The secret that stands in for an administrator's session, where the page asks for no password.
    pub admin_door: Option<String>,
    /// The office's own authority, if connections are protected by it.
    pub authority: Option<OfficeAuthority>,
    /// Whether browsers may be told to come over protected connections only.
    pub is_protected_only: bool,
    /// Passes of requests that the server makes itself.
    pub passes: Passes,
    /// Calls per token (CAM).
    pub token_calls: Windows<TokenId>,
    /// What links start with.
    pub bases: Bases,
    /// Signs links to files.
    pub signer: LinkSigner,
    /// Derives the secrets of meetings.
    pub meeting_keys: MeetingKeys,
    /// Counters for `/metrics`.
    pub metrics: Metrics,
    /// Where dialects are mounted.
    pub mounts: &'static [&'static Mount],
}

impl Server {
    /// Puts it together.
    pub fn new(
        world: Arc<World>,
        config: Config,
        limits: Limits,
        bases: Bases,
        metrics: Metrics,
        mounts: &'static [&'static Mount],
    ) -> Self {
        let (chatwork, cam) = (&config.chatwork, &config.cam);
        Self {
            account_calls: Windows::new(limits, chatwork.account_limit, chatwork.account_window_s),
            room_posts: Windows::new(limits, chatwork.room_limit, chatwork.room_window_s),
            messenger_sign_ins: Windows::new(Limits::Vendor, SIGN_INS, SIGN_IN_WINDOW_S),
            wrong_secrets: WrongSecrets::default(),
            failed_sign_ins: Windows::new(Limits::Vendor, SIGN_INS, SIGN_IN_WINDOW_S),
            admin_tries: Buckets::new(ADMIN_TRIES, ADMIN_TRY_S),
            admin_tries_of_account: Buckets::new(ADMIN_TRIES_OF_ACCOUNT, ADMIN_TRY_OF_ACCOUNT_S),
            admin_door: None,
            authority: None,
            is_protected_only: false,
            passes: Passes::default(),
            shown: Vec::new(),
            token_calls: Windows::new(cam.limits.unwrap_or(limits), cam.calls_per_minute, 60),
            signer: LinkSigner::new(world.key()),
            meeting_keys: MeetingKeys::new(world.key()),
            bases,
            metrics,
            mounts,
            world,
            config,
        }
    }

    /// The path of a link to a file that works for an account without a token until an instant.
    pub fn file_path(&self, file: FileId, name: &str, account: AccountId, expires: Timestamp) -> String {
        let signature = self.signer.sign(file, account, expires);
        format!("/files/{file}/{}?Account={account}&Expires={}&Signature={signature}", links::segment(name), expires.seconds())
    }
}
