//! Reads all that was set: flag before environment before file before default.
//!
//! Nothing is guessed and nothing is skipped: every problem of every source is told at once.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::{Config, KEYS, Key, Kind, TlsMode, near_key};

/// Where values come from.
#[derive(Debug, Default)]
pub struct Sources {
    /// Keys set by flags: the key, the flag's name, its values.
    pub flags: Vec<(&'static str, &'static str, Vec<String>)>,
    /// The environment.
    pub environment: Vec<(String, String)>,
    /// A configuration file.
    pub file: Option<PathBuf>,
}

/// Where a value came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    #[default]
    Default,
    /// A configuration file.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
    /// A flag.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// Something wrong with what was set: which key, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, or what stood where a key was expected.
    pub key: String,
    /// Where it was found.
    pub origin: Origin,
    /// Why it can't be used.
    pub cause: String,
    /// What to do.
    pub fix: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, origin) = (&self.key, self.origin.to_string());
        let place = if *key == origin { String::new() } else { format!(" ({origin})") };
        write!(f, "{key}{place}: {}. {}", self.cause, self.fix)
    }
}

/// A configuration, and where each of its values came from.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    origins: HashMap<&'static str, Origin>,
}

impl Loaded {
    /// Where the value of a key came from.
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).cloned().unwrap_or_default()
    }

    /// All values, in the order of the file, for people.
    pub fn shown(&self) -> Vec<Shown> {
        let value = |key: &Key| match key.show(&self.config) {
            values if values.is_empty() => None,
            _ if key.kind == Kind::Secret => Some("********".to_owned()),
            values => Some(values.join(", ")),
        };
        KEYS.iter().map(|key| Shown { key: key.name, value: value(key), origin: self.origin(key.name) }).collect()
    }

    /// The values, with those of a running server for the keys that nobody set here.
    pub fn completed(&self, served: &[(String, Vec<String>)]) -> Config {
        let mut config = self.config.clone();
        for (name, values) in served {
            // A value that this program does not take is none.
            let _ = Key::named(name).filter(|key| !self.is_set(key.name)).map(|key| key.set(&mut config, values));
        }
        config
    }

    /// Whether somebody set a key.
    pub fn is_set(&self, key: &str) -> bool {
        self.origin(key) != Origin::Default
    }
}

/// A value as people are shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The key.
    pub key: &'static str,
    /// The value; secrets are masked. None: nobody set it, and there is no default.
    pub value: Option<String>,
    /// Where it came from.
    pub origin: Origin,
}

/// Reads a configuration file that is in memory; gives the values, or everything that is wrong with them.
#[cfg(any(test, feature = "fuzzing"))]
pub fn read_text(text: &str) -> Result<Loaded, Vec<Problem>> {
    let mut loading = Loading::default();
    loading.read_toml(text, Origin::File("crosstalk.toml".into()));
    if loading.problems.is_empty() { Ok(loading.loaded) } else { Err(loading.problems) }
}

/// Reads all sources.
pub fn load(sources: &Sources) -> Result<Loaded, Vec<Problem>> {
    let mut loading = Loading::default();
    if let Some(path) = &sources.file {
        loading.read_file(path);
    }
    for (name, value) in &sources.environment {
        loading.read_variable(name, value, &sources.environment);
    }
    for (key, flag, values) in &sources.flags {
        let values = values.iter().flat_map(|value| split(key, value)).collect::<Vec<_>>();
        loading.set(key, &values, Origin::Flag(flag));
    }
    loading.check_tls();
    if loading.problems.is_empty() { Ok(loading.loaded) } else { Err(loading.problems) }
}

#[derive(Default)]
struct Loading {
    loaded: Loaded,
    problems: Vec<Problem>,
}

impl Loading {
    fn complain(&mut self, key: &str, origin: Origin, cause: String, fix: String) {
        self.problems.push(Problem { key: key.to_owned(), origin, cause, fix });
    }

    /// Sets a key, or says why not.
    fn set(&mut self, name: &str, values: &[String], origin: Origin) {
        let Some(key) = Key::named(name) else {
            let near = near_key(name, KEYS.iter().map(|key| key.name));
            let all = "`crosstalk config template` lists all keys.";
            let fix = near.map_or_else(|| all.to_owned(), |near| format!("Did you mean {near}? {all}"));
            return self.complain(name, origin, "there is no such key".to_owned(), fix);
        };
        if key.set(&mut self.loaded.config, values).is_some() {
            self.loaded.origins.insert(key.name, origin);
            return;
        }
        let shown = if key.kind == Kind::Secret { "the value".to_owned() } else { format!("{:?}", values.join(", ")) };
        self.complain(name, origin, format!("{shown} is not {}", key.expects), format!("A value that works: {}", key.example));
    }

    /// What each value alone does not show: whether those about protected connections fit together.
    fn check_tls(&mut self) {
        let server = &self.loaded.config.server;
        let (mode, has_protected) = (server.tls, server.listen.iter().any(|listen| listen.is_tls));
        let files = [("server.tls_cert", server.tls_cert.is_some()), ("server.tls_key", server.tls_key.is_some())];
        if mode == TlsMode::Off && has_protected {
            let fix = "Add --tls self-signed, or --tls files with --tls-cert and --tls-key.".to_owned();
            self.complain("server.listen", self.loaded.origin("server.listen"), "https:// needs a certificate".to_owned(), fix);
        }
        for (key, is_set) in files {
            if mode == TlsMode::Files && !is_set {
                let fix = format!("Name the file with --{}.", key.trim_start_matches("server.").replace('_', "-"));
                self.complain(key, self.loaded.origin("server.tls"), "server.tls is files, and this one is not named".to_owned(), fix);
            } else if is_set && !self.loaded.is_set("server.tls") {
                self.complain(key, self.loaded.origin(key), "nothing uses it".to_owned(), "Add --tls files.".to_owned());
            }
        }
    }

    fn read_file(&mut self, path: &Path) {
        let origin = Origin::File(path.to_owned());
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(cause) => {
                let fix = "Check the path after --config, and that the file can be read.".to_owned();
                return self.complain("--config", origin, format!("the file can't be read ({cause})"), fix);
            }
        };
        self.read_toml(&text, origin);
    }

    fn read_toml(&mut self, text: &str, origin: Origin) {
        match text.parse::<toml::Table>() {
            Ok(table) => self.read_table("", &table, &origin),
            Err(cause) => {
                let cause = format!("this is not TOML: {}", cause.to_string().trim_end().replace('\n', "\n  "));
                self.complain("--config", origin, cause, "\n  `crosstalk config template` prints a file to start from.".to_owned());
            }
        }
    }

    fn read_table(&mut self, section: &str, table: &toml::Table, origin: &Origin) {
        for (name, value) in table {
            let name = if section.is_empty() { name.clone() } else { format!("{section}.{name}") };
            match value {
                toml::Value::Table(inner) => self.read_table(&name, inner, origin),
                toml::Value::Array(items) => {
                    let values: Vec<String> = items.iter().map(plain).collect();
                    self.set(&name, &values, origin.clone());
                }
                value => self.set(&name, &split(&name, &plain(value)), origin.clone()),
            }
        }
    }

    /// Reads a variable if it is one of ours. An empty one counts as not set.
    fn read_variable(&mut self, name: &str, value: &str, environment: &[(String, String)]) {
        let origin = Origin::Variable(name.to_owned());
        match meaning(name) {
            _ if value.is_empty() => {}
            Meaning::NotOurs => {}
            Meaning::Value(key) => self.set(key.name, &split(key.name, value), origin),
            Meaning::SecretFile(key) if environment.iter().any(|(other, value)| *other == key.variable() && !value.is_empty()) => {
                let cause = format!("{} is set too", key.variable());
                self.complain(key.name, origin, cause, "Set one of the two.".to_owned());
            }
            Meaning::SecretFile(key) => self.read_secret(key, value, origin),
            Meaning::Unknown => {
                let variables: Vec<String> = KEYS.iter().map(Key::variable).collect();
                let near = near_key(name, variables.iter().map(String::as_str));
                let all = || "`crosstalk config template` lists all keys, each with its variable.".to_owned();
                let fix = near.map_or_else(all, |near| format!("Did you mean {near}?"));
                self.complain(name, origin, "there is no such variable".to_owned(), fix);
            }
        }
    }

    /// A secret stands in a file of its own; the line break at its end does not belong to it.
    fn read_secret(&mut self, key: &Key, path: &str, origin: Origin) {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let secret = text.strip_suffix('\n').unwrap_or(&text);
                let secret = secret.strip_suffix('\r').unwrap_or(secret);
                self.set(key.name, &[secret.to_owned()], origin);
            }
            Err(cause) => {
                let fix = "Check the path, and that this user may read the file.".to_owned();
                self.complain(key.name, origin, format!("the file {path} can't be read ({cause})"), fix);
            }
        }
    }
}

enum Meaning {
    NotOurs,
    Value(&'static Key),
    SecretFile(&'static Key),
    Unknown,
}

/// What a variable means to us. Ours are written with two underscores between section and key; a name that only lacks
/// one of them is taken for a mistake, any other `CROSSTALK_…` for somebody else's.
fn meaning(name: &str) -> Meaning {
    if !name.starts_with("CROSSTALK_") {
        return Meaning::NotOurs;
    }
    if let Some(key) = KEYS.iter().find(|key| key.variable() == name) {
        return Meaning::Value(key);
    }
    if let Some(key) = KEYS.iter().find(|key| key.kind == Kind::Secret && format!("{}_FILE", key.variable()) == name) {
        return Meaning::SecretFile(key);
    }
    let is_slip = KEYS.iter().any(|key| key.variable().replace("__", "_") == name);
    if name.contains("__") || is_slip { Meaning::Unknown } else { Meaning::NotOurs }
}

/// A list may be written as one text with commas.
fn split(key: &str, text: &str) -> Vec<String> {
    if Key::named(key).is_some_and(|key| key.kind == Kind::List) {
        text.split(',').map(str::to_owned).collect()
    } else {
        vec![text.to_owned()]
    }
}

fn plain(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Loaded, Origin, Problem, Sources, load};

    fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn from_environment(pairs: &[(&str, &str)]) -> Result<Loaded, Vec<Problem>> {
        load(&Sources { environment: environment(pairs), ..Sources::default() })
    }

    fn from_file(text: &str) -> Result<Loaded, Vec<Problem>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("crosstalk.toml");
        std::fs::write(&path, text).unwrap();
        load(&Sources { file: Some(path), ..Sources::default() })
    }

    #[test]
    fn flag_goes_before_environment_before_file_before_default() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("crosstalk.toml");
        std::fs::write(&path, "[server]\nshutdown_s = 1\nworkers = 1\n[chatwork]\nroom_limit = 1\n").unwrap();
        let sources = Sources {
            flags: vec![("server.workers", "--workers", vec!["3".to_owned()])],
            environment: environment(&[("CROSSTALK_SERVER__WORKERS", "2"), ("CROSSTALK_SERVER__SHUTDOWN_S", "2")]),
            file: Some(path.clone()),
        };
        let loaded = load(&sources).unwrap();
        assert_eq!((loaded.config.server.workers, loaded.origin("server.workers")), (Some(3), Origin::Flag("--workers")));
        assert_eq!(loaded.config.server.shutdown_s, 2);
        assert_eq!(loaded.origin("server.shutdown_s"), Origin::Variable("CROSSTALK_SERVER__SHUTDOWN_S".to_owned()));
        assert_eq!((loaded.config.chatwork.room_limit, loaded.origin("chatwork.room_limit")), (1, Origin::File(path)));
        assert_eq!((loaded.config.chatwork.account_limit, loaded.origin("chatwork.account_limit")), (300, Origin::Default));
    }

    #[test]
    fn lists_are_arrays_or_texts_with_commas() {
        let array = from_file("server.hosts = ['a', 'b']").unwrap().config.server.hosts;
        let text = from_file("server.hosts = 'a, b'").unwrap().config.server.hosts;
        let variable = from_environment(&[("CROSSTALK_SERVER__HOSTS", "a,b")]).unwrap().config.server.hosts;
        assert_eq!(array, ["a", "b"]);
        assert_eq!(array, text);
        assert_eq!(array, variable);
    }

    #[test]
    fn settings_of_protected_connections_have_to_fit_together() {
        let told = |text: &str| from_file(text).map(|_| ()).map_err(|problems| problems.iter().map(Problem::to_string).collect::<Vec<_>>());
        assert_eq!(told("server.tls = 'self-signed'"), Ok(()));
        assert_eq!(told("server.tls = 'files'\nserver.tls_cert = 'a'\nserver.tls_key = 'b'"), Ok(()));
        assert_eq!(told("server.tls = 'off'\nserver.tls_cert = 'a'"), Ok(()), "switched off on purpose");
        for (text, words) in [
            ("server.listen = 'https://:8443'", "--tls self-signed"),
            ("server.tls = 'files'\nserver.tls_cert = 'a'", "--tls-key"),
            ("server.tls = 'files'\nserver.tls_key = 'a'", "--tls-cert"),
            ("server.tls_cert = 'a'", "--tls files"),
        ] {
            let problems = told(text).unwrap_err();
            assert!(problems.len() == 1 && problems[0].contains(words), "{text}: {problems:?}");
        }
    }

    #[test]
    fn an_unknown_key_names_the_nearest_one() {
        let problems = from_file("[server]\nlsten = 'x'\n[servr]\nhosts = []\n").unwrap_err();
        let told: Vec<String> = problems.iter().map(Problem::to_string).collect();
        assert!(told[0].contains("server.lsten") && told[0].contains("Did you mean server.listen?"), "{told:?}");
        assert!(told[1].contains("servr.hosts") && told[1].contains("server.hosts"), "{told:?}");
        let problems = from_environment(&[("CROSSTALK_LOG__LEVL", "info"), ("CROSSTALK_LOG_LEVEL", "info")]).unwrap_err();
        assert_eq!(problems.iter().filter(|problem| problem.fix == "Did you mean CROSSTALK_LOG__LEVEL?").count(), 2);
    }

    #[test]
    fn other_variables_are_left_alone() {
        let pairs = [("CROSSTALK_CHATWORK_URL", "x"), ("CROSSTALK_CHATWORK_TOKEN", "x"), ("PATH", "x"), ("CROSSTALK_SERVER__WORKERS", "")];
        assert!(from_environment(&pairs).unwrap().config.server.workers.is_none());
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let problems = from_file("[server]\nshutdown_s = 'soon'\nworkers = [1, 2]\n[log]\nlevel = 3\n").unwrap_err();
        assert_eq!(problems.len(), 3);
        let told: Vec<String> = problems.iter().map(Problem::to_string).collect();
        assert!(told.iter().any(|one| one.ends_with("\"soon\" is not a number from 0 to 3600. A value that works: 30")), "{told:?}");
    }

    #[test]
    fn a_file_that_is_missing_or_not_toml_is_told() {
        let problems = load(&Sources { file: Some(PathBuf::from("/no/such.toml")), ..Sources::default() }).unwrap_err();
        assert!(problems[0].to_string().contains("/no/such.toml"));
        assert!(from_file("[server").unwrap_err()[0].to_string().contains("not TOML"));
    }

    #[test]
    fn a_secret_may_stand_in_a_file_and_is_never_told() {
        use secrecy::ExposeSecret;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, "correct horse \n").unwrap();
        let shown = path.display().to_string();
        let loaded = from_environment(&[("CROSSTALK_ADMIN__PASSWORD_FILE", &shown)]).unwrap();
        assert_eq!(loaded.config.admin.password.as_ref().map(ExposeSecret::expose_secret), Some("correct horse "));
        assert!(!format!("{loaded:?}").contains("horse"));
        let both = [("CROSSTALK_ADMIN__PASSWORD_FILE", shown.as_str()), ("CROSSTALK_ADMIN__PASSWORD", "battery staple")];
        assert!(from_environment(&both).unwrap_err()[0].to_string().contains("Set one of the two"));
        let problems = from_environment(&[("CROSSTALK_ADMIN__PASSWORD", "hush")]).unwrap_err();
        assert!(!problems[0].to_string().contains("hush"));
    }
}
