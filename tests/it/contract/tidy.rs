//! The rules of the house that no compiler checks, over `src/` as text.

use std::fs;

use super::source::{Source, root, rust_files};

/// A part of the program: the file `src/<part>.rs` or the folder `src/<part>/`.
fn part_of(path: &str) -> &str {
    let below = path.strip_prefix("src/").unwrap_or(path);
    below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
}

/// Fails with every offence, one a line.
#[track_caller]
fn none(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}:\n{}", offences.join("\n"));
}

/// Files of `src/` outside the allowed parts whose code contains one of the words.
fn offenders(words: &[&str], is_allowed: impl Fn(&Source) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for file in rust_files("src").iter().filter(|file| !is_allowed(file)) {
        for line in file.code().lines().filter(|line| words.iter().any(|word| line.contains(word))) {
            found.push(format!("{}: {}", file.path, line.trim()));
        }
    }
    found
}

fn in_parts(parts: &'static [&'static str]) -> impl Fn(&Source) -> bool {
    move |file| parts.contains(&part_of(&file.path))
}

/// Who may use whom. A part that is missing here has to be put into its layer first.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("config", &["domain"]),
    ("session_file", &["domain"]),
    ("store", &["domain"]),
    ("files", &["domain"]),
    ("documents", &["domain"]),
    ("mail", &["config", "domain"]),
    ("tls", &["config", "domain", "files"]),
    ("ops", &["domain", "store", "files", "documents"]),
    ("world", &["domain", "store", "files", "ops"]),
    ("backup", &["domain", "store", "files", "world"]),
    ("doctor", &["backup", "config", "domain", "files", "store", "ops", "world", "tls"]),
    ("export", &["backup", "domain", "store", "files", "world"]),
    ("web", &["config", "domain", "store", "files", "ops", "world"]),
    ("dialects", &["config", "domain", "documents", "ops", "web"]),
    ("meet", &["config", "domain", "store", "ops", "world", "web"]),
    ("jobs", &["backup", "config", "domain", "store", "files", "documents", "mail", "ops", "world"]),
    ("sandbox", &["config", "domain", "store", "files", "ops", "session_file", "world", "web"]),
    ("reference", &["domain", "world", "web", "dialects", "sandbox"]),
    // A token may be restricted to the scopes that its dialect has.
    ("control", &["backup", "config", "export", "domain", "store", "files", "ops", "session_file", "world", "dialects", "sandbox", "jobs"]),
    ("admin", &["backup", "config", "doctor", "documents", "domain", "mail", "store", "ops", "tls", "world", "web", "dialects"]),
    (
        "app",
        &[
            "admin",
            "backup",
            "config",
            "domain",
            "store",
            "files",
            "ops",
            "world",
            "web",
            "dialects",
            "meet",
            "jobs",
            "sandbox",
            "reference",
            "control",
            "tls",
        ],
    ),
    (
        "cli",
        &[
            "backup",
            "config",
            "domain",
            "export",
            "store",
            "files",
            "ops",
            "world",
            "web",
            "dialects",
            "meet",
            "jobs",
            "sandbox",
            "session_file",
            "reference",
            "control",
            "app",
            "tls",
            "doctor",
            "mail",
        ],
    ),
    ("main", &["cli"]),
    // No part of the program: fuzzers reach every reader of bytes through it.
    ("fuzzing", &["admin", "backup", "config", "domain", "export", "web", "dialects", "meet", "sandbox", "session_file"]),
];

/// Parts that a text names after `crate::`.
fn named_parts(code: &str) -> Vec<&str> {
    code.match_indices("crate::")
        .map(|(at, word)| {
            let rest = &code[at + word.len()..];
            &rest[..rest.find(|next: char| !next.is_ascii_lowercase() && next != '_').unwrap_or(rest.len())]
        })
        .collect()
}

#[test]
fn each_part_uses_only_what_lies_below_it() {
    let mut offences = Vec::new();
    for file in rust_files("src").iter().filter(|file| file.path != "src/lib.rs") {
        let part = part_of(&file.path);
        let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == part) else {
            offences.push(format!("{}: in no layer", file.path));
            continue;
        };
        for named in named_parts(&file.code()) {
            if named != part && !below.contains(&named) {
                offences.push(format!("{}: {part} must not use {named:?}", file.path));
            }
        }
    }
    none("each part uses only what lies below it, one `use crate::part` at a time", &offences);
}

#[test]
fn the_binary_is_thin() {
    let main = fs::read_to_string(root().join("src/main.rs")).expect("main");
    assert!(main.lines().count() <= 60, "main.rs has more than 60 lines");
}

#[test]
fn the_world_asks_ops_only_for_organizations() {
    let world = rust_files("src").into_iter().filter(|file| part_of(&file.path) == "world");
    let offences: Vec<String> = world
        .flat_map(|file| file.code().lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| line.contains("crate::ops") && !line.contains("crate::ops::organizations"))
        .collect();
    none("the world uses ops::organizations and nothing else of ops", &offences);
}

#[test]
fn web_calls_ops_only_for_tokens_files_and_health() {
    let used = [
        "crate::ops::sign_in",
        "crate::ops::organizations",
        "ops::files::get_signed_file",
        "ops::recordings::get_signed_recording",
        "ops::reports::get_report",
        "ops::attachments::get_attachment",
    ];
    let offences: Vec<String> = rust_files("src")
        .iter()
        .filter(|file| part_of(&file.path) == "web")
        .flat_map(|file| file.code().lines().map(|line| format!("{}: {}", file.path, line.trim())).collect::<Vec<_>>())
        .filter(|line| line.contains("ops::") && !used.iter().any(|used| line.contains(used)))
        .collect();
    none("web authenticates, opens files and asks whether the store answers; it runs no other use case", &offences);
}

#[test]
fn sql_is_spoken_only_in_the_store() {
    none("rusqlite stands only below src/store/", &offenders(&["rusqlite"], in_parts(&["store"])));
}

#[test]
fn http_is_spoken_only_at_the_edge() {
    let edge = in_parts(&["app", "control", "web", "dialects", "admin", "meet", "reference", "sandbox"]);
    none("actix stands only at the edge", &offenders(&["actix_"], edge));
}

#[test]
fn only_contracts_with_strangers_serialise() {
    let contracts = in_parts(&["config", "cli", "control", "admin", "meet", "sandbox", "session_file", "store", "jobs"]);
    let is_allowed = |file: &Source| contracts(file) || file.path.ends_with("/wire.rs") || file.path.contains("/wire/");
    let derives = offenders(&["Serialize", "Deserialize"], is_allowed);
    let derives: Vec<String> = derives.into_iter().filter(|line| line.contains("derive(")).collect();
    none("serde is derived only for what strangers see", &derives);
}

#[test]
fn the_domain_is_plain() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let dependencies = manifest.split("[dependencies]").nth(1).and_then(|rest| rest.split("\n[").next()).expect("dependencies");
    let crates = dependencies.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    let words: Vec<String> = crates
        .map(|(name, _)| name.replace('-', "_") + "::")
        .filter(|word| !["jiff::", "deunicode::", "unicode_normalization::"].contains(&word.as_str()))
        .chain(["async fn".to_owned()])
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    none(
        "the domain knows std, jiff for civil time, deunicode for addresses, and unicode_normalization for words that are searched",
        &offenders(&words, |file| part_of(&file.path) != "domain"),
    );
}

#[test]
fn a_dialect_knows_neither_the_store_nor_its_siblings() {
    let folder = root().join("src/dialects");
    let dialects = fs::read_dir(folder).expect("dialects").map(|entry| entry.expect("an entry")).filter(|entry| entry.path().is_dir());
    let names: Vec<String> = dialects.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let mut offences = Vec::new();
    for file in rust_files("src/dialects") {
        for name in names.iter().filter(|name| !file.path.starts_with(&format!("src/dialects/{name}/"))) {
            let ways = [format!("dialects::{name}"), format!("super::{name}::"), format!("super::super::{name}")];
            if file.path != "src/dialects/mod.rs" && ways.iter().any(|way| file.code().contains(way)) {
                offences.push(format!("{}: names {name}", file.path));
            }
        }
    }
    offences.extend(offenders(&["crate::store", "crate::files"], |file| part_of(&file.path) != "dialects"));
    none("a dialect translates; it knows neither the store nor a sibling", &offences);
}

#[test]
fn use_cases_never_see_a_status_code() {
    none("ops know nothing of HTTP", &offenders(&["StatusCode", "http::"], |file| part_of(&file.path) != "ops"));
}

#[test]
fn every_job_is_started() {
    let files = rust_files("src");
    let code = |path: &str| files.iter().find(|file| file.path == path).expect("a file").served_code();
    let (jobs, app) = (code("src/jobs/mod.rs"), code("src/app.rs"));
    let started = jobs.split("pub fn start(").nth(1).and_then(|rest| rest.split("\n}").next()).expect("what starts them");
    let started: Vec<&str> = started.split(|sign: char| !sign.is_alphanumeric() && sign != '_').collect();
    let work = files.iter().filter(|file| part_of(&file.path) == "jobs").map(Source::served_code).collect::<String>();
    let work = work.split("pub async fn ").skip(1).filter_map(|rest| rest.split_once('('));
    let work: Vec<&str> = work.filter(|(_, takes)| takes.starts_with("world: Arc<World>")).map(|(name, _)| name).collect();
    assert!(work.len() >= 13, "how jobs are written has changed: {work:?}");
    // Tests call each by its name, so none of them would miss one that nobody starts.
    let mut offences: Vec<String> = work.iter().filter(|name| !started.contains(name)).map(|name| format!("jobs: {name}")).collect();
    offences.extend(["jobs::start(", "meetings::start("].iter().filter(|call| !app.contains(**call)).map(|call| format!("app: {call}")));
    none("a server starts all of its background work", &offences);
}

#[test]
fn names_say_what_a_module_is_about() {
    let vague = ["util", "utils", "helper", "helpers", "common", "manager", "misc"];
    let files = rust_files("src").into_iter().chain(rust_files("tests"));
    let paths: Vec<String> =
        files.map(|file| file.path).filter(|path| path.trim_end_matches(".rs").split('/').any(|name| vague.contains(&name))).collect();
    none("no module is called util, helpers, common or manager", &paths);
}

#[test]
fn sql_is_constant_text() {
    let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "PRAGMA", "VACUUM", "CREATE", "ALTER", "DROP"];
    let mut offences = Vec::new();
    for file in rust_files("src").iter().filter(|file| part_of(&file.path) == "store") {
        let code = file.served_code();
        for (at, _) in code.match_indices("format!(") {
            let text = code[at + "format!(".len()..].trim_start().trim_start_matches('"');
            let before = &code[..at];
            let is_prepared = before.rfind("prepare").is_some_and(|prepare| !before[prepare..].contains([';', '}']));
            if is_prepared || verbs.iter().any(|verb| text.starts_with(verb)) {
                offences.push(format!("{}: {}", file.path, text.lines().next().unwrap_or_default()));
            }
        }
        if code.contains("leak(") {
            offences.push(format!("{}: leaks a text to make it constant", file.path));
        }
    }
    none("SQL is constant text", &offences);
}

#[test]
fn lints_are_answered_not_silenced() {
    let files = rust_files("src").into_iter().chain(rust_files("tests"));
    let word = concat!("#[all", "ow(");
    let offences: Vec<String> =
        files.filter(|file| file.code().contains(word) || file.code().contains(&word.replace('[', "!["))).map(|file| file.path).collect();
    none("write #[expect(…, reason = \"…\")]", &offences);
}

#[test]
fn the_top_of_the_house_stays_as_it_is() {
    let known = [
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "clippy.toml",
        "deny.toml",
        "rustfmt.toml",
        "data",
        "fuzz",
        "src",
        "static",
        "target",
        "tests",
    ];
    let names = fs::read_dir(root()).expect("the root").map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let new: Vec<String> = names.filter(|name| !name.starts_with('.') && !known.contains(&name.as_str())).collect();
    none("nothing else stands at the top", &new);
}
