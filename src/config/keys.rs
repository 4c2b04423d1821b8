//! What a key is, and how its values are read and shown.
//!
//! Every way to set a key (flag, environment, file) ends in its `set`, so bounds are checked in one place.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use secrecy::SecretString;

use super::Config;
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
    pub(super) set: fn(&mut Config, &[String]) -> Option<()>,
    pub(super) show: fn(&Config) -> Vec<String>,
}

impl Key {
    /// The key of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        super::table::KEYS.iter().find(|key| key.name == name)
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

pub(super) fn texts<T: ToString>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    values.into_iter().map(|value| value.to_string()).collect()
}

/// The only value, read by `read`.
pub(super) fn required<T>(values: &[String], read: impl Fn(&str) -> Option<T>) -> Option<T> {
    match values {
        [only] if !only.trim().is_empty() => read(only.trim()),
        _ => None,
    }
}

/// The only value; an empty one stands for "not set".
pub(super) fn optional<T>(values: &[String], read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match values {
        [only] if only.trim().is_empty() => Some(None),
        _ => required(values, read).map(Some),
    }
}

/// Every value, without empty ones.
pub(super) fn all<T>(values: &[String], read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).map(read).collect()
}

pub(super) fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

pub(super) fn number<T: FromStr + PartialOrd>(text: &str, least: T, most: T) -> Option<T> {
    parsed(text).filter(|number| (least..=most).contains(number))
}

pub(super) fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Option<T> {
    choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value)
}

pub(super) fn chosen<T: Copy + PartialEq>(value: T, choices: &[(&str, T)]) -> String {
    choices.iter().find(|(_, known)| *known == value).map(|(name, _)| (*name).to_owned()).unwrap_or_default()
}

/// `http` or `https`, a host, perhaps a port, perhaps a path; a slash at the end is taken off.
pub(super) fn public_url(text: &str) -> Option<String> {
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
pub(super) fn host_name(text: &str) -> Option<String> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (text.len() <= 230 && text.split('.').all(is_label)).then(|| text.to_ascii_lowercase())
}

pub(super) fn email(text: &str) -> Option<String> {
    Email::parse(text).ok().map(|email| email.as_str().to_owned())
}

/// A host name or an address literal.
pub(super) fn mail_host(text: &str) -> Option<String> {
    host_name(text).or_else(|| parsed::<IpAddr>(text).map(|address| address.to_string()))
}

/// An e-mail address, perhaps behind a name.
pub(super) fn mailbox(text: &str) -> Option<String> {
    let is_fine = !text.chars().any(char::is_control) && text.parse::<lettre::message::Mailbox>().is_ok();
    is_fine.then(|| text.to_owned())
}

/// Any text that is not empty; blanks belong to it.
pub(super) fn secret(values: &[String]) -> Option<Option<SecretString>> {
    match values {
        [only] if only.is_empty() => Some(None),
        [only] if only.chars().count() <= 1_000 => Some(Some(SecretString::from(only.as_str()))),
        _ => None,
    }
}

/// Blanks belong to a password, so nothing is trimmed.
pub(super) fn password(values: &[String]) -> Option<Option<SecretString>> {
    match values {
        [text] if text.is_empty() => Some(None),
        [text] => is_password(text).then(|| Some(SecretString::from(text.as_str()))),
        _ => None,
    }
}

/// Whether a text is long enough to be a password, and short enough to be hashed.
pub(crate) fn is_password(text: &str) -> bool {
    crate::domain::checked_password(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Key, Kind, host_name, public_url};
    use crate::config::{
        AdminConfig, BackupConfig, CamConfig, ChatMessagesConfig, ChatworkConfig, ClickMeetingConfig, Config, DataConfig, KEYS, LogConfig,
        MailConfig, MessengerConfig, ServerConfig,
    };

    fn set(name: &str, value: &str) -> Option<Vec<String>> {
        let key = Key::named(name)?;
        let mut config = Config::default();
        key.set(&mut config, &[value.to_owned()])?;
        Some(key.show(&config))
    }

    #[test]
    fn every_field_of_the_struct_has_its_key() {
        // A new field stops this from compiling; then it needs a line in the table, and a name here.
        let Config { server, data, log, chatwork, clickmeeting, messenger, cam, chat_messages, mail, backup, admin } = Config::default();
        let ServerConfig {
            listen: _,
            tls: _,
            tls_cert: _,
            tls_key: _,
            public_url: _,
            hosts: _,
            name: _,
            trusted_proxies: _,
            workers: _,
            shutdown_s: _,
        } = server;
        let DataConfig { dir: _, durability: _ } = data;
        let LogConfig { format: _, level: _, requests: _ } = log;
        let ChatworkConfig {
            parameters: _,
            limits: _,
            account_limit: _,
            account_window_s: _,
            room_limit: _,
            room_window_s: _,
            history_days: _,
        } = chatwork;
        let ClickMeetingConfig {
            attendees: _,
            network_connections: _,
            in_progress: _,
            sizes_are_texts: _,
            deletes_with_text: _,
            invitation_registers: _,
            phone_gateways: _,
        } = clickmeeting;
        let MessengerConfig { assigned_users_include_all: _, lists_own_rooms: _ } = messenger;
        let CamConfig { errors_always_200: _, limits: _, calls_per_minute: _ } = cam;
        let ChatMessagesConfig { always_paginates: _ } = chat_messages;
        let MailConfig { smtp_host: _, smtp_port: _, smtp_security: _, smtp_user: _, smtp_password: _, from: _ } = mail;
        let BackupConfig { schedule: _, dir: _, keep_days: _, keep_weeks: _ } = backup;
        let AdminConfig { email: _, password: _, plain_http: _ } = admin;
        assert_eq!(KEYS.len(), 10 + 2 + 3 + 7 + 7 + 2 + 3 + 1 + 6 + 4 + 3);
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
            ("server.listen", "ftp://127.0.0.1:1"),
            ("server.tls", "on"),
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
            ("backup.schedule", "daily"),
            ("backup.schedule", "25:00"),
            ("backup.keep_days", "3661"),
            ("backup.keep_weeks", "-1"),
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
