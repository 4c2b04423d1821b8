//! The table of keys: what each is called, what it means, how it is read and shown.
//!
//! Every way to set a key (flag, environment, file) ends in its `set`, so bounds are checked in one place.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};

use super::{Config, Limits, LogFormat, LogLevel, OfficeDurability, Parameters};
use crate::domain::Email;

/// How a key stands in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text in quotes.
    Text,
    /// A bare number.
    Number,
    /// A list of texts; in a flag or a variable they are separated by commas.
    List,
    /// A text that is never shown.
    Secret,
}

/// Something that can be set.
#[derive(Debug)]
pub struct Key {
    /// Its name, `section.key`.
    pub name: &'static str,
    /// How it stands in a file.
    pub kind: Kind,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// What it accepts, to follow the words "is not".
    pub expects: &'static str,
    /// A value that works.
    pub example: &'static str,
    set: fn(&mut Config, &[String]) -> Option<()>,
    show: fn(&Config) -> Vec<String>,
}

impl Key {
    /// The key of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// Its section and its name in there.
    pub fn parts(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or(("", self.name))
    }

    /// The environment variable that sets it.
    pub fn variable(&self) -> String {
        format!("CROSSTALK_{}", self.name.replace('.', "__").to_uppercase())
    }

    /// Sets it. None: the values are not what it expects.
    #[must_use]
    pub fn set(&self, config: &mut Config, values: &[String]) -> Option<()> {
        (self.set)(config, values)
    }

    /// Its value as texts; nothing when it is not set.
    pub fn show(&self, config: &Config) -> Vec<String> {
        (self.show)(config)
    }
}

/// All keys, in the order of the template.
pub const KEYS: &[Key] = &[
    Key {
        name: "server.listen",
        kind: Kind::List,
        about: "Addresses to listen on; port 0 takes a free one, and an address may be left out (`:8080`) to mean all.",
        expects: "an address and a port",
        example: "127.0.0.1:8080",
        set: |config, values| {
            let listen = all(values, listen_address)?;
            (!listen.is_empty()).then(|| config.server.listen = listen)
        },
        show: |config| texts(&config.server.listen),
    },
    Key {
        name: "server.public_url",
        kind: Kind::Text,
        about: "Address that links in answers start with; if not set, each request's own address.",
        expects: "an address such as http://chat.example.org, without query or fragment",
        example: "https://chat.example.org",
        set: |config, values| optional(values, public_url).map(|url| config.server.public_url = url),
        show: |config| texts(&config.server.public_url),
    },
    Key {
        name: "server.hosts",
        kind: Kind::List,
        about: "Host names that links may start with, besides address literals, localhost, this machine's name and *.local.",
        expects: "a list of host names, without scheme or port",
        example: "chat.example.org",
        set: |config, values| all(values, host_name).map(|hosts| config.server.hosts = hosts),
        show: |config| config.server.hosts.clone(),
    },
    Key {
        name: "server.name",
        kind: Kind::Text,
        about: "Name of this server in ids of other protocols, fixed at the first start; if not set, this machine's name.",
        expects: "a host name",
        example: "chat.example.org",
        set: |config, values| optional(values, host_name).map(|name| config.server.name = name),
        show: |config| texts(&config.server.name),
    },
    Key {
        name: "server.trusted_proxies",
        kind: Kind::List,
        about: "Addresses of proxies whose forwarding headers count.",
        expects: "a list of IP addresses",
        example: "10.0.0.2",
        set: |config, values| all(values, parsed::<IpAddr>).map(|proxies| config.server.trusted_proxies = proxies),
        show: |config| texts(&config.server.trusted_proxies),
    },
    Key {
        name: "server.workers",
        kind: Kind::Number,
        about: "Threads that serve requests; if not set, one for each core, at most 4.",
        expects: "a number from 1 to 64",
        example: "4",
        set: |config, values| optional(values, |text| number(text, 1, 64)).map(|workers| config.server.workers = workers),
        show: |config| texts(config.server.workers),
    },
    Key {
        name: "server.shutdown_s",
        kind: Kind::Number,
        about: "Seconds that requests in progress get when the server stops.",
        expects: "a number from 0 to 3600",
        example: "30",
        set: |config, values| required(values, |text| number(text, 0, 3_600)).map(|seconds| config.server.shutdown_s = seconds),
        show: |config| vec![config.server.shutdown_s.to_string()],
    },
    Key {
        name: "data.dir",
        kind: Kind::Text,
        about: "The folder that holds everything; it is made at the first start.",
        expects: "a folder",
        example: "data",
        set: |config, values| required(values, |text| Some(PathBuf::from(text))).map(|dir| config.data.dir = dir),
        show: |config| vec![config.data.dir.display().to_string()],
    },
    Key {
        name: "data.durability",
        kind: Kind::Text,
        about: "full: what was acknowledged survives a power cut; normal: a crash of the program, but the last moments may go with the power.",
        expects: "one of full, normal",
        example: "full",
        set: |config, values| required(values, |text| choice(text, DURABILITIES)).map(|hard| config.data.durability = hard),
        show: |config| vec![chosen(config.data.durability, DURABILITIES)],
    },
    Key {
        name: "log.format",
        kind: Kind::Text,
        about: "How log lines look: text for people, json for programs.",
        expects: "one of text, json",
        example: "text",
        set: |config, values| required(values, |text| choice(text, FORMATS)).map(|format| config.log.format = format),
        show: |config| vec![chosen(config.log.format, FORMATS)],
    },
    Key {
        name: "log.level",
        kind: Kind::Text,
        about: "What is logged: error, warn, info, debug (each request) or trace.",
        expects: "one of error, warn, info, debug, trace",
        example: "info",
        set: |config, values| required(values, |text| choice(text, LEVELS)).map(|level| config.log.level = level),
        show: |config| vec![chosen(config.log.level, LEVELS)],
    },
    Key {
        name: "chatwork.parameters",
        kind: Kind::Text,
        about: "lenient: parameters also where old clients put them (query of a POST, ?method=, JSON); strict: only where the vendor takes them.",
        expects: "one of lenient, strict",
        example: "lenient",
        set: |config, values| required(values, |text| choice(text, PARAMETERS)).map(|where_| config.chatwork.parameters = where_),
        show: |config| vec![chosen(config.chatwork.parameters, PARAMETERS)],
    },
    Key {
        name: "chatwork.limits",
        kind: Kind::Text,
        about: "The vendor's rate limits: off, count-only (headers count down, nothing is refused) or vendor; if not set, off in an office and count-only in a sandbox.",
        expects: "one of off, count-only, vendor",
        example: "vendor",
        set: |config, values| optional(values, |text| choice(text, LIMITS)).map(|limits| config.chatwork.limits = limits),
        show: |config| config.chatwork.limits.map(|limits| chosen(limits, LIMITS)).into_iter().collect(),
    },
    Key {
        name: "chatwork.account_limit",
        kind: Kind::Number,
        about: "Calls that one account has in one window.",
        expects: "a number from 1 to 1000000",
        example: "300",
        set: |config, values| required(values, |text| number(text, 1, 1_000_000)).map(|most| config.chatwork.account_limit = most),
        show: |config| vec![config.chatwork.account_limit.to_string()],
    },
    Key {
        name: "chatwork.account_window_s",
        kind: Kind::Number,
        about: "Length of that window in seconds.",
        expects: "a number from 1 to 86400",
        example: "300",
        set: |config, values| required(values, |text| number(text, 1, 86_400)).map(|length| config.chatwork.account_window_s = length),
        show: |config| vec![config.chatwork.account_window_s.to_string()],
    },
    Key {
        name: "chatwork.room_limit",
        kind: Kind::Number,
        about: "Messages and tasks that one account has in one room and one window.",
        expects: "a number from 1 to 1000000",
        example: "10",
        set: |config, values| required(values, |text| number(text, 1, 1_000_000)).map(|most| config.chatwork.room_limit = most),
        show: |config| vec![config.chatwork.room_limit.to_string()],
    },
    Key {
        name: "chatwork.room_window_s",
        kind: Kind::Number,
        about: "Length of that window in seconds.",
        expects: "a number from 1 to 86400",
        example: "10",
        set: |config, values| required(values, |text| number(text, 1, 86_400)).map(|length| config.chatwork.room_window_s = length),
        show: |config| vec![config.chatwork.room_window_s.to_string()],
    },
    Key {
        name: "chatwork.history_days",
        kind: Kind::Number,
        about: "Days of message history that are shown, as in the vendor's free plan; 0 shows everything.",
        expects: "a number from 0 to 36500",
        example: "40",
        set: |config, values| required(values, |text| number(text, 0, 36_500)).map(|days| config.chatwork.history_days = days),
        show: |config| vec![config.chatwork.history_days.to_string()],
    },
    Key {
        name: "clickmeeting.attendees",
        kind: Kind::Number,
        about: "People who may be in one conference room at the same time.",
        expects: "a number from 1 to 10000",
        example: "100",
        set: |config, values| required(values, |text| number(text, 1, 10_000)).map(|most| config.clickmeeting.attendees = most),
        show: |config| vec![config.clickmeeting.attendees.to_string()],
    },
    Key {
        name: "admin.email",
        kind: Kind::Text,
        about: "E-mail address of an administrator that `serve` makes at its start if there is none of this address.",
        expects: "an e-mail address",
        example: "admin@example.org",
        set: |config, values| optional(values, email).map(|email| config.admin.email = email),
        show: |config| texts(&config.admin.email),
    },
    Key {
        name: "admin.password",
        kind: Kind::Secret,
        about: "Password of that administrator; better kept in a file that CROSSTALK_ADMIN__PASSWORD_FILE names.",
        expects: "a password of 8 to 1000 characters",
        example: "correct horse battery staple",
        set: |config, values| password(values).map(|password| config.admin.password = password),
        show: |config| config.admin.password.iter().map(|password| password.expose_secret().to_owned()).collect(),
    },
];

const DURABILITIES: &[(&str, OfficeDurability)] = &[("full", OfficeDurability::Full), ("normal", OfficeDurability::Normal)];
const FORMATS: &[(&str, LogFormat)] = &[("text", LogFormat::Text), ("json", LogFormat::Json)];
const LEVELS: &[(&str, LogLevel)] = &[
    ("error", LogLevel::Error),
    ("warn", LogLevel::Warn),
    ("info", LogLevel::Info),
    ("debug", LogLevel::Debug),
    ("trace", LogLevel::Trace),
];
const PARAMETERS: &[(&str, Parameters)] = &[("lenient", Parameters::Lenient), ("strict", Parameters::Strict)];
const LIMITS: &[(&str, Limits)] = &[("off", Limits::Off), ("count-only", Limits::CountOnly), ("vendor", Limits::Vendor)];

fn texts<T: ToString>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    values.into_iter().map(|value| value.to_string()).collect()
}

/// The only value, read by `read`.
fn required<T>(values: &[String], read: impl Fn(&str) -> Option<T>) -> Option<T> {
    match values {
        [only] if !only.trim().is_empty() => read(only.trim()),
        _ => None,
    }
}

/// The only value; an empty one stands for "not set".
fn optional<T>(values: &[String], read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match values {
        [only] if only.trim().is_empty() => Some(None),
        _ => required(values, read).map(Some),
    }
}

/// Every value, without empty ones.
fn all<T>(values: &[String], read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).map(read).collect()
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn number<T: FromStr + PartialOrd>(text: &str, least: T, most: T) -> Option<T> {
    parsed(text).filter(|number| (least..=most).contains(number))
}

fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Option<T> {
    choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value)
}

fn chosen<T: Copy + PartialEq>(value: T, choices: &[(&str, T)]) -> String {
    choices.iter().find(|(_, known)| *known == value).map(|(name, _)| (*name).to_owned()).unwrap_or_default()
}

fn listen_address(text: &str) -> Option<SocketAddr> {
    if let Some(port) = text.strip_prefix("localhost:") {
        return parsed(&format!("127.0.0.1:{port}"));
    }
    if text.starts_with(':') { parsed(&format!("0.0.0.0{text}")) } else { parsed(text) }
}

/// `http` or `https`, a host, perhaps a port, perhaps a path; a slash at the end is taken off.
fn public_url(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let (scheme, rest) = text.split_once("://")?;
    let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
    let fine = matches!(scheme, "http" | "https")
        && is_authority(authority)
        && path.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\"<>\\^`{|}".contains(&byte));
    fine.then(|| text.to_owned())
}

/// A host name or address literal, perhaps with a port.
fn is_authority(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (text, "1"),
    };
    let is_host = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(literal) => parsed::<Ipv6Addr>(literal).is_some(),
        None => host_name(host).is_some(),
    };
    is_host && parsed::<u16>(port).is_some()
}

/// Labels of letters, digits and inner hyphens, joined by dots; in lower case.
fn host_name(text: &str) -> Option<String> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (text.len() <= 230 && text.split('.').all(is_label)).then(|| text.to_ascii_lowercase())
}

fn email(text: &str) -> Option<String> {
    Email::parse(text).ok().map(|email| email.as_str().to_owned())
}

/// Blanks belong to a password, so nothing is trimmed.
fn password(values: &[String]) -> Option<Option<SecretString>> {
    match values {
        [text] if text.is_empty() => Some(None),
        [text] => is_password(text).then(|| Some(SecretString::from(text.as_str()))),
        _ => None,
    }
}

/// Whether a text is long enough to be a password, and short enough to be hashed.
pub(crate) fn is_password(text: &str) -> bool {
    (8..=1_000).contains(&text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::{KEYS, Key, Kind, host_name, public_url};
    use crate::config::{AdminConfig, ChatworkConfig, ClickMeetingConfig, Config, DataConfig, LogConfig, ServerConfig};

    fn set(name: &str, value: &str) -> Option<Vec<String>> {
        let key = Key::named(name)?;
        let mut config = Config::default();
        key.set(&mut config, &[value.to_owned()])?;
        Some(key.show(&config))
    }

    #[test]
    fn every_field_of_the_struct_has_its_key() {
        // A new field stops this from compiling; then it needs a line in the table, and a name here.
        let Config { server, data, log, chatwork, clickmeeting, admin } = Config::default();
        let ServerConfig { listen: _, public_url: _, hosts: _, name: _, trusted_proxies: _, workers: _, shutdown_s: _ } = server;
        let DataConfig { dir: _, durability: _ } = data;
        let LogConfig { format: _, level: _ } = log;
        let ChatworkConfig {
            parameters: _,
            limits: _,
            account_limit: _,
            account_window_s: _,
            room_limit: _,
            room_window_s: _,
            history_days: _,
        } = chatwork;
        let ClickMeetingConfig { attendees: _ } = clickmeeting;
        let AdminConfig { email: _, password: _ } = admin;
        assert_eq!(KEYS.len(), 7 + 2 + 2 + 7 + 1 + 2);
    }

    #[test]
    fn every_example_is_accepted_and_shown_again() {
        for key in KEYS {
            assert_eq!(set(key.name, key.example).as_deref(), Some([key.example.to_owned()].as_slice()), "{}", key.name);
        }
    }

    #[test]
    fn setting_one_key_changes_no_other() {
        let before = Config::default();
        for key in KEYS {
            let mut config = Config::default();
            let other = if key.show(&before) == [key.example] { "1" } else { key.example };
            let _ = key.set(&mut config, &[other.to_owned()]);
            for unchanged in KEYS.iter().filter(|unchanged| unchanged.name != key.name) {
                assert_eq!(unchanged.show(&config), unchanged.show(&before), "{} moved {}", key.name, unchanged.name);
            }
        }
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        let cases = [
            ("server.listen", "8080"),
            ("server.listen", ""),
            ("server.hosts", "http://x"),
            ("server.trusted_proxies", "proxy"),
            ("server.workers", "0"),
            ("server.workers", "65"),
            ("server.shutdown_s", "3601"),
            ("server.shutdown_s", "-1"),
            ("data.dir", " "),
            ("data.durability", "off"),
            ("log.level", "loud"),
            ("chatwork.limits", "none"),
            ("chatwork.account_limit", "0"),
            ("chatwork.room_window_s", "0"),
            ("admin.email", "nobody"),
            ("admin.password", "short"),
        ];
        for (name, value) in cases {
            assert_eq!(set(name, value), None, "{name} = {value:?}");
        }
    }

    #[test]
    fn an_empty_text_takes_an_optional_value_back() {
        for key in KEYS.iter().filter(|key| key.show(&Config::default()).is_empty() && key.kind != Kind::List) {
            assert_eq!(set(key.name, ""), Some(Vec::new()), "{}", key.name);
        }
    }

    #[test]
    fn public_addresses_are_told_from_nonsense() {
        for fine in ["http://chat", "https://chat.example.org:8443/a/b", "http://[::1]:8080", "http://10.0.0.1"] {
            assert_eq!(public_url(fine).as_deref(), Some(fine));
        }
        assert_eq!(public_url("https://chat.example.org/").as_deref(), Some("https://chat.example.org"));
        for bad in [
            "chat.example.org",
            "ftp://chat",
            "http://",
            "http://a b",
            "http://a?x=1",
            "http://a#b",
            "http://a:99999",
            "http://u@h",
            "http://[::1",
        ] {
            assert_eq!(public_url(bad), None, "{bad}");
        }
        assert_eq!(host_name("Chat.Example.org").as_deref(), Some("chat.example.org"));
    }

    #[test]
    fn an_address_may_leave_its_host_out() {
        assert_eq!(set("server.listen", ":0"), Some(vec!["0.0.0.0:0".to_owned()]));
        assert_eq!(set("server.listen", "localhost:9000"), Some(vec!["127.0.0.1:9000".to_owned()]));
        assert_eq!(set("server.listen", "[::1]:9000"), Some(vec!["[::1]:9000".to_owned()]));
    }
}
