//! A configuration file to start from: every key, commented out, with its default.

use super::{Config, KEYS, Key, Kind};

/// What each section is about.
const SECTIONS: &[(&str, &str)] = &[
    ("server", "Where and how to serve."),
    ("data", "Where data lies."),
    ("log", "Logs. They go to the standard error output."),
    ("chatwork", "The Chatwork API."),
    ("clickmeeting", "The ClickMeeting API and its conference rooms."),
    ("messenger", "The Messenger API."),
    ("cam", "The CAM (Chat&Messenger) API."),
    ("chat_messages", "The chat-messages API."),
    ("mail", "Where mails go: invitations, confirmations, thanks."),
    ("backup", "Backups that are made without being asked for."),
    ("admin", "The administration page, and the first administrator for set-up without a browser."),
];

/// The file's text.
pub fn template() -> String {
    let mut text = String::from(
        "# Configuration of Crosstalk. Use it with: crosstalk --config FILE\n\
         # Each key has its default here; take the # away to change one. An empty text means: not set.\n\
         # A flag goes before the environment, and that before this file. In the environment server.listen is\n\
         # CROSSTALK_SERVER__LISTEN; lists are separated by commas there.\n",
    );
    let defaults = Config::default();
    for (section, about) in SECTIONS {
        text.push_str(&format!("\n# {about}\n[{section}]\n"));
        for key in KEYS.iter().filter(|key| key.parts().0 == *section) {
            text.push_str(&format!("\n# {}\n#{}\n", key.about, line(key, &defaults)));
        }
    }
    text
}

/// `key = value`, as it stands in a file.
fn line(key: &Key, config: &Config) -> String {
    let values = key.show(config);
    let first = values.first().map(String::as_str).unwrap_or_default();
    let value = match key.kind {
        Kind::List => format!("[{}]", values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ")),
        Kind::Number if !first.is_empty() => first.to_owned(),
        Kind::Number | Kind::Text | Kind::Secret => quoted(first),
    };
    format!("{} = {value}", key.parts().1)
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::{SECTIONS, template};
    use crate::config::{Config, KEYS, Sources, load};

    /// Takes away the marks in front of keys, but not those in front of sentences.
    fn uncommented() -> String {
        let uncomment = |line: &str| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned();
        template().lines().map(uncomment).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_template_has_every_key_once_and_nothing_else() {
        let table: toml::Table = uncommented().parse().unwrap();
        let keys: usize = table.values().filter_map(toml::Value::as_table).map(toml::Table::len).sum();
        assert_eq!(keys, KEYS.len());
        for key in KEYS {
            let (section, name) = key.parts();
            assert!(table[section].get(name).is_some(), "{}", key.name);
            assert!(key.about.ends_with('.'), "{} needs a sentence", key.name);
        }
        assert_eq!(table.len(), SECTIONS.len());
    }

    #[test]
    fn the_template_loads_and_gives_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        for text in [template(), uncommented()] {
            let path = folder.path().join("crosstalk.toml");
            std::fs::write(&path, text).unwrap();
            let loaded = load(&Sources { file: Some(path), ..Sources::default() }).unwrap();
            for key in KEYS {
                assert_eq!(key.show(&loaded.config), key.show(&Config::default()), "{}", key.name);
            }
        }
    }
}
