//! One function for each parser of what comes from outside, for fuzzers. `fuzz/README.md` says how to run them.
//!
//! Each takes any bytes, and fails by panicking: because something in it panics, or because what came out can't be.

use crate::backup;
use crate::config;
use crate::dialects::chatwork::Chatwork;
use crate::dialects::clickmeeting::ClickMeeting;
use crate::dialects::matrix::Matrix;
use crate::dialects::messenger::Messenger;
use crate::dialects::{MOUNTS, cam, chat_messages};
use crate::domain::civil::Period;
use crate::domain::{Body, Content, Email, FileName, Media, MeetingSlug, PastSession, PersonName, TimeZone, Timestamp, Words};
use crate::export;
use crate::meet;
use crate::sandbox::SeedFile;
use crate::session_file::SessionFile;
use crate::web::fuzzing as web;

/// What is tried with any bytes: it may refuse them, and must not panic.
pub type Target = fn(&[u8]);

/// Every target: its name, which is that of its folder in `fuzz/corpus` too, and what it does with bytes.
pub const TARGETS: &[(&str, Target)] = &[
    ("backup_manifest", backup::fuzz),
    ("bodies", web::bodies),
    ("brackets", web::brackets),
    ("cam", |data| cam::fuzz(&web::raw_form(data))),
    ("chat_messages_query", |data| as_text(data, chat_messages::fuzz)),
    ("configuration", |data| as_text(data, configuration)),
    ("data_uris", web::data_uris),
    ("formats", web::formats),
    ("forms", web::forms),
    ("headers", headers),
    ("import", export::fuzz),
    ("links", web::links),
    ("meeting_messages", |data| as_text(data, meet::fuzz)),
    ("multipart", web::multipart),
    ("paths", |data| web::paths(MOUNTS, data)),
    ("seed_file", seed_file),
    ("session_file", session_file),
    ("texts", |data| as_text(data, texts)),
];

/// Gives bytes to a target.
pub fn run(name: &str, data: &[u8]) {
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    let Some((_, target)) = found else { panic!("there is no target {name}") };
    target(data);
}

fn as_text(data: &[u8], target: fn(&str)) {
    if let Ok(text) = std::str::from_utf8(data) {
        target(text);
    }
}

/// Header lines, `name: value`: who calls, from where, for which host.
fn headers(data: &[u8]) {
    web::hosts(data);
    let req = web::request(data);
    web::secrets::<Chatwork>(&req);
    web::secrets::<ClickMeeting>(&req);
    web::secrets::<Messenger>(&req);
    web::secrets::<Matrix>(&req);
    web::secrets::<cam::Cam>(&req);
    web::secrets::<chat_messages::ChatMessages>(&req);
    web::secrets::<crate::admin::Admin>(&req);
}

/// A configuration file; every complaint can be told.
fn configuration(text: &str) {
    match config::read_text(text) {
        Ok(loaded) => assert!(loaded.shown().len() == config::KEYS.len()),
        Err(problems) => assert!(problems.iter().all(|problem| !problem.to_string().is_empty())),
    }
}

/// What somebody wants in a sandbox; every complaint says where.
fn seed_file(data: &[u8]) {
    if let Err(error) = SeedFile::parse(data) {
        assert!(!error.plain().is_empty());
    }
}

/// A session that is put in from a file.
fn session_file(data: &[u8]) {
    if let Ok(file) = serde_json::from_slice::<SessionFile>(data) {
        let _ = PastSession::try_from(file);
    }
}

/// What people write: messages with their notation, searches, names, addresses, times.
fn texts(text: &str) {
    if let Ok(body) = Body::parse(text.to_owned()) {
        let mentions = Content::text(body).mentions();
        assert!(text.contains('[') || (!mentions.all && mentions.accounts.is_empty()));
    }
    let (query, text) = text.split_once('\n').unwrap_or((text, text));
    if let Ok(words) = Words::parse(query) {
        let found = words.find(text).unwrap_or_default();
        assert!(found.iter().all(|range| text.get(range.clone()).is_some_and(|part| !part.is_empty())), "{found:?}");
        assert!(found.is_sorted_by(|one, other| one.end <= other.start), "{found:?}");
        let _ = words.terms();
    }
    let name = FileName::sanitize(text);
    let name = name.as_str();
    assert!(!name.is_empty() && name.len() <= FileName::MAX_BYTES && !name.contains(['/', '\\', '\r', '\n', '\0']), "{name:?}");
    assert!(![".", ".."].contains(&name), "{name:?}");
    let slug = MeetingSlug::from_name(text);
    assert!(MeetingSlug::parse(slug.as_str()).is_ok(), "{slug:?}");
    let _ = (Media::parse(text.to_owned()), PersonName::parse(text), TimeZone::parse(text), Period::parse("day", text));
    assert!(Email::parse(text).is_ok_and(|email| !email.as_str().contains(char::is_control)) || Email::parse(text).is_err());
    let _ = text.parse::<Timestamp>().map(|at| at.to_string());
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::TARGETS;

    /// Most cut-off copies of one input: the whole of a long one would take long.
    const CUTS: usize = 64;
    /// Changed inputs for each target, where the environment names no other number.
    const MUTANTS: usize = 2_000;

    fn corpus(name: &str) -> Vec<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        let entries = fs::read_dir(&folder).unwrap_or_else(|cause| panic!("{}: {cause}", folder.display()));
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let inputs: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
        assert!(!inputs.is_empty(), "{name} has no corpus");
        inputs
    }

    #[test]
    fn what_fuzzers_found_is_read_whole_and_cut_off_anywhere() {
        for (name, target) in TARGETS {
            for input in corpus(name) {
                target(&input);
                let step = input.len().div_ceil(CUTS).max(1);
                (0..input.len()).step_by(step).for_each(|end| target(&input[..end]));
            }
        }
    }

    /// Random numbers that are the same every time (xorshift).
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, end: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 >> 16).unwrap() % end.max(1)
        }
    }

    /// A copy with a few changes: bytes turned, taken out, doubled, or put in from another input.
    fn mutant(dice: &mut Dice, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = inputs[dice.below(inputs.len())].clone();
        for _ in 0..=dice.below(6) {
            let (at, other) = (dice.below(bytes.len()), &inputs[dice.below(inputs.len())]);
            match dice.below(6) {
                0 => bytes.insert(at, u8::try_from(dice.below(256)).unwrap()),
                1 => bytes.insert(at, b"[]{}\"=&%+;:,.-/?#$\\\r\n\0"[dice.below(22)]),
                2 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
                3 => drop(bytes.splice(at..(at + dice.below(16)).min(bytes.len()), [])),
                4 => drop(bytes.splice(at..at, bytes.clone())),
                _ => {
                    let from = dice.below(other.len());
                    let to = (from + dice.below(32)).min(other.len());
                    drop(bytes.splice(at..at, other[from..to].iter().copied()));
                }
            }
            bytes.truncate(8 * 1024);
        }
        bytes
    }

    /// No replacement for the fuzzers, which see what code an input reaches; but it runs wherever tests do.
    #[test]
    fn changed_inputs_are_read_or_refused_as_well() {
        let count = std::env::var("CROSSTALK_MUTANTS").ok().and_then(|count| count.parse().ok()).unwrap_or(MUTANTS);
        for (name, target) in TARGETS {
            let (inputs, mut dice) = (corpus(name), Dice(0x9E37_79B9_7F4A_7C15));
            for number in 0..count {
                let input = mutant(&mut dice, &inputs);
                let outcome = std::panic::catch_unwind(|| target(&input));
                assert!(outcome.is_ok(), "{name}, input {number}: {}", String::from_utf8_lossy(&input));
            }
        }
    }

    #[test]
    fn every_target_is_built_and_run() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
        let mut files: Vec<String> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        let expected: Vec<String> = TARGETS.iter().map(|(name, _)| format!("{name}.rs")).collect();
        assert_eq!(files, expected);
    }
}
