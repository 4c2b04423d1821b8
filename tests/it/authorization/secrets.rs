//! What secrets are made of, and what is left of them on the disk.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crosstalk::domain::{Dialect, Scopes};
use serde_json::json;

use crate::kit::TestApp;

/// Letters of a secret that lists show, and that say which dialect it is for.
const SHOWN: usize = 6;
/// Secrets of each kind that are looked at.
const HOW_MANY: usize = 64;

/// Secrets of tokens that are made for a dialect.
fn made(app: &TestApp, dialect: Dialect) -> Vec<String> {
    let person = dialect.is_personal().then_some("Alice");
    (0..HOW_MANY).map(|_| app.token(dialect, person, Scopes::All, None).1).collect()
}

/// How many bits these secrets have at least, by what stood at each place: letters that are always the same have none.
fn bits_seen(secrets: &[String]) -> f64 {
    let length = secrets.iter().map(String::len).min().unwrap_or_default();
    let seen = |at: usize| secrets.iter().map(|secret| secret.as_bytes()[at]).collect::<BTreeSet<_>>().len();
    (0..length).map(|at| f64::from(u32::try_from(seen(at)).expect("a small number")).log2()).sum()
}

/// Whether what stands behind the letters that tell kinds apart has 160 bits: 32 letters, five bits each.
fn is_long_enough(secret: &str, prefix: &str) -> bool {
    let is_of_the_alphabet = |letter: u8| letter.is_ascii_lowercase() || (b'2'..=b'7').contains(&letter);
    secret.strip_prefix(prefix).is_some_and(|random| random.len() * 5 >= 160 && random.bytes().all(is_of_the_alphabet))
}

#[test]
fn no_secret_can_be_guessed() {
    let app = TestApp::start();
    for dialect in Dialect::ALL {
        let (name, secrets) = (dialect.name(), made(&app, dialect));
        assert!(secrets.iter().all(|secret| is_long_enough(secret, dialect.secret_prefix())), "{name}: {secrets:?}");
        assert_eq!(secrets.iter().collect::<BTreeSet<_>>().len(), HOW_MANY, "{name}: one was made twice");
        assert!(bits_seen(&secrets) >= 160.0, "{name}: {} bits", bits_seen(&secrets));
    }
    for (what, prefix, secret) in given_out(&app) {
        assert!(is_long_enough(&secret, prefix), "{what}: {secret}");
    }
}

/// Secrets of every kind as they are given out: what each is, how it begins, and itself.
fn given_out(app: &TestApp) -> Vec<(String, &'static str, String)> {
    let of_dialect = |dialect: Dialect| {
        let person = dialect.is_personal().then_some("Alice");
        (dialect.name().to_owned(), dialect.secret_prefix(), app.token(dialect, person, Scopes::All, None).1)
    };
    let mut all: Vec<_> = Dialect::ALL.into_iter().map(of_dialect).collect();
    let admin = app.admin();
    let new = json!({"organization": "office", "dialect": "cam", "name": "Groupware", "reason": "a machine"});
    let on_page = admin.json("POST", "/tokens", &new).json();
    let rotated = admin.json("POST", &format!("/tokens/{}/rotation", on_page["id"]), &json!({"organization": "office"})).json();
    for (what, token) in [("made on the page", on_page), ("rotated", rotated)] {
        all.push((what.to_owned(), "ca", token["secret"].as_str().expect("a secret").to_owned()));
    }
    let device = app.sign_in("Alice", json!({"refresh_token": true}));
    all.push(("a device's refresh token".to_owned(), "mxr", device.refresh_token().to_owned()));
    all.push(("a device's token".to_owned(), "mx", device.access));
    all.push(("an administrator's session".to_owned(), "ad", admin.session));
    all
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    entries.flat_map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { vec![entry.path()] }).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn no_secret_is_on_the_disk() {
    let app = TestApp::start();
    let secrets = given_out(&app);
    app.flush_uses();
    // A socket or a lock has no content.
    let read = |path: PathBuf| fs::read(&path).ok().map(|bytes| (path, bytes));
    let files: Vec<_> = files_below(app.world.dir()).into_iter().filter_map(read).collect();
    for name in ["app.db", "app.db-wal"] {
        assert!(files.iter().any(|(path, _)| path.ends_with(name)), "{name} was looked at");
    }
    for (what, _, secret) in &secrets {
        // Not the whole of it, and not what makes it one either.
        for (path, bytes) in &files {
            assert!(!holds(bytes, &secret[SHOWN..]), "{what} is in {}", path.display());
        }
    }
    let is_listed = |(_, _, secret): &&(String, &str, String)| files.iter().any(|(_, bytes)| holds(bytes, &secret[..SHOWN]));
    assert!(secrets.iter().filter(is_listed).count() >= Dialect::ALL.len(), "what lists show of them would be found");
}
