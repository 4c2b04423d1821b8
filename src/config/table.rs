//! The table of keys: what each is called, what it means, how it is read and shown.

use std::net::IpAddr;
use std::path::PathBuf;

use secrecy::ExposeSecret;

use super::clickmeeting::{InProgress, PhoneGateway};
use super::keys::{
    Key, Kind, all, choice, chosen, email, host_name, listen_address, mail_host, mailbox, number, optional, parsed, password, public_url,
    required, secret, texts,
};
use super::{Limits, LogFormat, LogLevel, OfficeDurability, Parameters, Security};

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
        about: "People that a conference room holds; it may have four times as many access tokens.",
        expects: "a number from 1 to 10000",
        example: "1000",
        set: |config, values| required(values, |text| number(text, 1, 10_000)).map(|most| config.clickmeeting.attendees = most),
        show: |config| vec![config.clickmeeting.attendees.to_string()],
    },
    Key {
        name: "clickmeeting.in_progress",
        kind: Kind::Text,
        about: "How a report that is being made says so: with an underscore as in the vendor's table, or with a blank as in some live answers.",
        expects: "one of underscore, blank",
        example: "underscore",
        set: |config, values| required(values, |text| choice(text, SPELLINGS)).map(|word| config.clickmeeting.in_progress = word),
        show: |config| vec![chosen(config.clickmeeting.in_progress, SPELLINGS)],
    },
    Key {
        name: "clickmeeting.recording_size",
        kind: Kind::Text,
        about: "Whether the size of a recording is a number or a text of digits in JSON; some clients insist on a text.",
        expects: "one of number, text",
        example: "number",
        set: |config, values| required(values, |text| choice(text, SIZES)).map(|is_text| config.clickmeeting.sizes_are_texts = is_text),
        show: |config| vec![chosen(config.clickmeeting.sizes_are_texts, SIZES)],
    },
    Key {
        name: "clickmeeting.deletion",
        kind: Kind::Text,
        about: "What deleting a room answers: object as documented, or text for Moodle plugins that do not call themselves MoodleBot.",
        expects: "one of object, text",
        example: "object",
        set: |config, values| {
            required(values, |text| choice(text, DELETIONS)).map(|is_text| config.clickmeeting.deletes_with_text = is_text)
        },
        show: |config| vec![chosen(config.clickmeeting.deletes_with_text, DELETIONS)],
    },
    Key {
        name: "clickmeeting.invitation_registers",
        kind: Kind::Text,
        about: "Whether inviting somebody to a room with registration signs them up.",
        expects: "one of yes, no",
        example: "yes",
        set: |config, values| required(values, |text| choice(text, YES_NO)).map(|is_so| config.clickmeeting.invitation_registers = is_so),
        show: |config| vec![chosen(config.clickmeeting.invitation_registers, YES_NO)],
    },
    Key {
        name: "clickmeeting.phone_gateways",
        kind: Kind::List,
        about: "Telephone numbers of conference rooms, if you have some: country, place, number, latitude and longitude, separated by semicolons.",
        expects: "a list of lines such as PL; Gdansk; +48 58 000 00 00; 54.35; 18.64",
        example: "PL; Gdansk; +48 58 000 00 00; 54.35; 18.64",
        set: |config, values| all(values, PhoneGateway::parse).map(|gateways| config.clickmeeting.phone_gateways = gateways),
        show: |config| texts(&config.clickmeeting.phone_gateways),
    },
    Key {
        name: "messenger.assigned_users_include_all",
        kind: Kind::Text,
        about: "Whether assignedUsers of a room has everybody in it, as in older versions of the vendor, or only who has no other role.",
        expects: "one of yes, no",
        example: "no",
        set: |config, values| {
            required(values, |text| choice(text, YES_NO)).map(|is_so| config.messenger.assigned_users_include_all = is_so)
        },
        show: |config| vec![chosen(config.messenger.assigned_users_include_all, YES_NO)],
    },
    Key {
        name: "mail.smtp_host",
        kind: Kind::Text,
        about: "The mail server; if not set, mails are not sent but kept, with readable copies in outbox/ of the data directory.",
        expects: "a host name or an address",
        example: "mail.example.org",
        set: |config, values| optional(values, mail_host).map(|host| config.mail.smtp_host = host),
        show: |config| texts(&config.mail.smtp_host),
    },
    Key {
        name: "mail.smtp_port",
        kind: Kind::Number,
        about: "Its port; if not set, the usual one: 587 for starttls, 465 for tls, 25 for none.",
        expects: "a number from 1 to 65535",
        example: "587",
        set: |config, values| optional(values, |text| number(text, 1, u16::MAX)).map(|port| config.mail.smtp_port = port),
        show: |config| texts(config.mail.smtp_port),
    },
    Key {
        name: "mail.smtp_security",
        kind: Kind::Text,
        about: "How the connection is protected: starttls, tls from the first byte, or none (only on the same machine or network).",
        expects: "one of starttls, tls, none",
        example: "starttls",
        set: |config, values| required(values, |text| choice(text, SECURITIES)).map(|how| config.mail.smtp_security = how),
        show: |config| vec![chosen(config.mail.smtp_security, SECURITIES)],
    },
    Key {
        name: "mail.smtp_user",
        kind: Kind::Text,
        about: "Login at the mail server, if it wants one.",
        expects: "a login",
        example: "office",
        set: |config, values| optional(values, |text| Some(text.to_owned())).map(|user| config.mail.smtp_user = user),
        show: |config| texts(&config.mail.smtp_user),
    },
    Key {
        name: "mail.smtp_password",
        kind: Kind::Secret,
        about: "Password of that login; better kept in a file that CROSSTALK_MAIL__SMTP_PASSWORD_FILE names.",
        expects: "a password of 1 to 1000 characters",
        example: "correct horse battery staple",
        set: |config, values| secret(values).map(|password| config.mail.smtp_password = password),
        show: |config| config.mail.smtp_password.iter().map(|password| password.expose_secret().to_owned()).collect(),
    },
    Key {
        name: "mail.from",
        kind: Kind::Text,
        about: "Sender of mails; if not set, crosstalk at this server's name.",
        expects: "an address, perhaps with a name: Office <office@example.org>",
        example: "Office <office@example.org>",
        set: |config, values| optional(values, mailbox).map(|from| config.mail.from = from),
        show: |config| texts(&config.mail.from),
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

const SPELLINGS: &[(&str, InProgress)] = &[("underscore", InProgress::Underscore), ("blank", InProgress::Blank)];
const SIZES: &[(&str, bool)] = &[("number", false), ("text", true)];
const DELETIONS: &[(&str, bool)] = &[("object", false), ("text", true)];
const SECURITIES: &[(&str, Security)] = &[("starttls", Security::StartTls), ("tls", Security::Tls), ("none", Security::None)];
const YES_NO: &[(&str, bool)] = &[("yes", true), ("no", false)];
