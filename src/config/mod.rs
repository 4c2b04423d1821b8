//! Every knob of this program in one struct, and the one table of keys that drives all ways to set them.
//!
//! `table` is that table; `load` reads it from flags, environment and file; `template` prints it. A value that got into
//! [`Config`] is within its bounds.

mod backup;
mod cam;
mod clickmeeting;
mod keys;
mod listen;
mod load;
mod mail;
mod messenger;
mod nearest;
mod table;
mod template;

pub use backup::BackupConfig;
pub use cam::CamConfig;
pub use clickmeeting::{ClickMeetingConfig, InProgress, PhoneGateway};
pub(crate) use keys::is_password;
pub use keys::{Key, Kind};
pub use listen::{Listen, TlsMode};
#[cfg(any(test, feature = "fuzzing"))]
pub use load::read_text;
pub use load::{Loaded, Origin, Problem, Shown, Sources, load};
pub use mail::{MailConfig, Security};
pub use messenger::MessengerConfig;
pub use nearest::did_you_mean;
use nearest::near_key;
pub use table::KEYS;
pub use template::template;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use secrecy::SecretString;

/// Everything that can be set from outside.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where and how to serve.
    pub server: ServerConfig,
    /// Where data lies.
    pub data: DataConfig,
    /// Logs.
    pub log: LogConfig,
    /// The Chatwork API.
    pub chatwork: ChatworkConfig,
    /// The ClickMeeting API.
    pub clickmeeting: ClickMeetingConfig,
    /// The Messenger API.
    pub messenger: MessengerConfig,
    /// The CAM API.
    pub cam: CamConfig,
    /// The chat-messages API.
    pub chat_messages: ChatMessagesConfig,
    /// Mail.
    pub mail: MailConfig,
    /// Backups.
    pub backup: BackupConfig,
    /// The first administrator, for unattended set-up.
    pub admin: AdminConfig,
}

/// Where and how to serve.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Addresses to listen on, as somebody set them; [`ServerConfig::endpoints`] has all.
    pub listen: Vec<Listen>,
    /// Whether and with what connections are protected.
    pub tls: TlsMode,
    /// The file of the certificate and those above it, in PEM form.
    pub tls_cert: Option<PathBuf>,
    /// The file of its key, in PEM form.
    pub tls_key: Option<PathBuf>,
    /// Address that links in answers start with; none takes it from each request.
    pub public_url: Option<String>,
    /// Host names, besides address literals, `localhost`, this machine's name and `*.local`, that links may start with.
    pub hosts: Vec<String>,
    /// Name of this server in ids of other protocols; fixed at the first start. None: the machine's name.
    pub name: Option<String>,
    /// Proxies whose forwarding headers count.
    pub trusted_proxies: Vec<IpAddr>,
    /// Threads that serve requests; none takes the machine's cores, at most 4.
    pub workers: Option<usize>,
    /// Seconds that requests in progress get at shutdown.
    pub shutdown_s: u64,
}

/// Where data lies.
#[derive(Clone, Debug)]
pub struct DataConfig {
    /// The data directory.
    pub dir: PathBuf,
    /// How hard an office pushes commits to the disk.
    pub durability: OfficeDurability,
}

/// How hard an office pushes commits to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfficeDurability {
    /// Survives a power cut.
    Full,
    /// Survives a crash of the program; the last moments may go with the power.
    Normal,
}

/// Logs.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// How lines look.
    pub format: LogFormat,
    /// What is logged: error, warn, info, debug (each request) or trace.
    pub level: LogLevel,
    /// Whether requests are written down in `log.db`.
    pub requests: bool,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the usual levels")]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// The Chatwork API.
#[derive(Clone, Debug)]
pub struct ChatworkConfig {
    /// Where parameters may stand.
    pub parameters: Parameters,
    /// Whether the vendor's rate limits hold; none: off in an office, counted only in a sandbox.
    pub limits: Option<Limits>,
    /// Calls of one account in one window.
    pub account_limit: u32,
    /// Length of that window in seconds.
    pub account_window_s: u32,
    /// Messages and tasks of one account in one room in one window.
    pub room_limit: u32,
    /// Length of that window in seconds.
    pub room_window_s: u32,
    /// Days of message history that are shown, as in the vendor's free plan; 0 shows everything.
    pub history_days: u32,
}

/// Where parameters of the Chatwork API may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameters {
    /// Also where old clients put them: the query of a POST, `?method=`, JSON bodies.
    Lenient,
    /// Only where the vendor accepts them since July 2025.
    Strict,
}

/// What happens with a vendor's rate limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// Headers show a full window; nothing is counted or refused.
    Off,
    /// Headers count down; nothing is refused.
    CountOnly,
    /// As the vendor does it.
    Vendor,
}

/// The chat-messages API.
#[derive(Clone, Debug, Default)]
pub struct ChatMessagesConfig {
    /// Whether every list comes with its total, as the count of the newest client needs it.
    pub always_paginates: bool,
}

/// The first administrator, for unattended set-up.
#[derive(Clone, Debug, Default)]
pub struct AdminConfig {
    /// E-mail address.
    pub email: Option<String>,
    /// Password.
    pub password: Option<SecretString>,
    /// Whether the administration page is open to other machines over connections that are not protected.
    pub plain_http: bool,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: vec![SocketAddr::from(([0, 0, 0, 0], 8080)).into()],
            tls: TlsMode::Off,
            tls_cert: None,
            tls_key: None,
            public_url: None,
            hosts: Vec::new(),
            name: None,
            trusted_proxies: Vec::new(),
            workers: None,
            shutdown_s: 30,
        }
    }
}

impl Default for DataConfig {
    fn default() -> Self {
        Self { dir: PathBuf::from("data"), durability: OfficeDurability::Full }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: LogLevel::Info, requests: true }
    }
}

impl Default for ChatworkConfig {
    fn default() -> Self {
        Self {
            parameters: Parameters::Lenient,
            limits: None,
            account_limit: 300,
            account_window_s: 300,
            room_limit: 10,
            room_window_s: 10,
            history_days: 0,
        }
    }
}
