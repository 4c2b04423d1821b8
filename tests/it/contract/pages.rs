//! What our pages are made of: scripts of others as they were published, and words in every language.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::source::root;

/// A folder of catalogues, and the folders whose scripts use them.
const CATALOGUES: &[(&str, &[&str])] = &[
    ("static/docs/viewer/i18n", &["static/docs/viewer", "static/assets/ui"]),
    ("static/admin/i18n", &["static/admin", "static/assets/ui"]),
];
/// Languages with the names that their plural forms have (Unicode CLDR, cardinal numbers).
const LANGUAGES: [(&str, &[&str]); 4] =
    [("en", &["one", "other"]), ("ja", &["other"]), ("vi", &["other"]), ("pl", &["few", "many", "one", "other"])];

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
fn scripts_of_others_are_as_they_were_published() {
    let folder = root().join("static/vendor");
    let readme = fs::read_to_string(folder.join("README.md")).expect("a README");
    let listed: BTreeSet<(String, String)> = readme
        .lines()
        .filter_map(|line| line.split_once("  ").filter(|(hash, _)| hash.len() == 64))
        .map(|(hash, path)| (path.to_owned(), hash.to_owned()))
        .collect();
    let found: BTreeSet<(String, String)> = files_below(&folder)
        .into_iter()
        .filter(|path| !path.ends_with("README.md"))
        .map(|path| {
            let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(fs::read(&path).expect("a file")));
            (path.strip_prefix(&folder).expect("below it").to_string_lossy().into_owned(), hash)
        })
        .collect();
    assert!(found.len() >= 5);
    assert_eq!(listed, found);
}

/// Bytes of a file when it is compressed.
fn compressed(path: &Path) -> usize {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, &fs::read(path).expect("a file")).expect("memory");
    encoder.finish().expect("memory").len()
}

/// Which file a script means by what it imports.
fn imported(script: &Path, name: &str) -> PathBuf {
    let map: Value = serde_json::from_str(&fs::read_to_string(root().join("static/assets/ui/imports.json")).expect("a map")).expect("JSON");
    let name = map["imports"][name].as_str().unwrap_or(name);
    let path = match (name.strip_prefix("/assets/vendor/"), name.strip_prefix("/assets/")) {
        (Some(of_others), _) => root().join("static/vendor").join(of_others),
        (None, Some(shared)) => root().join("static/assets").join(shared),
        (None, None) => script.parent().expect("a folder").join(name),
    };
    path.canonicalize().unwrap_or_else(|_| panic!("{} imports {name}", script.display()))
}

/// Adds a script and all that it imports before it runs.
fn read_with_imports(script: &Path, read: &mut BTreeSet<PathBuf>) {
    let script = script.canonicalize().expect("a script");
    if !read.insert(script.clone()) {
        return;
    }
    let text = fs::read_to_string(&script).expect("a script");
    let names = text.lines().filter(|line| line.starts_with("import ")).filter_map(|line| line.split('\'').nth(1));
    names.for_each(|name| read_with_imports(&imported(&script, name), read));
}

/// What a browser reads to show a page: of the others it reads nothing until they are opened.
#[test]
fn no_page_of_the_administration_is_large() {
    let folder = root().join("static/admin");
    for page in files_below(&folder.join("pages")).iter().filter(|path| path.extension().is_some_and(|it| it == "js")) {
        let mut read = BTreeSet::new();
        read_with_imports(&folder.join("main.js"), &mut read);
        read_with_imports(page, &mut read);
        let bytes: usize = read.iter().map(|path| compressed(path)).sum();
        assert!(read.len() > 15 && bytes <= 80_000, "{}: {} scripts, {bytes} bytes compressed", page.display(), read.len());
    }
    let style =
        ["static/admin/admin.css", "static/assets/ui/tokens.css", "static/assets/ui/components.css", "static/vendor/uplot/uPlot.min.css"];
    let bytes: usize = style.iter().map(|path| compressed(&root().join(path))).sum();
    assert!(bytes <= 25_000, "{bytes} bytes of style, compressed");
}

fn catalogue(folder: &str, language: &str) -> Map<String, Value> {
    let text = fs::read_to_string(root().join(folder).join(format!("{language}.json"))).expect("a catalogue");
    serde_json::from_str(&text).expect("JSON")
}

/// The places that a text has, `{name}`.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

/// A text of a catalogue, or all forms of one.
fn texts(said: &Value) -> Vec<&str> {
    match said {
        Value::Object(forms) => forms.values().filter_map(Value::as_str).collect(),
        said => said.as_str().into_iter().collect(),
    }
}

#[test]
fn every_language_says_everything_in_all_its_forms() {
    for (folder, _) in CATALOGUES {
        let english = catalogue(folder, "en");
        for (language, forms) in LANGUAGES {
            let words = catalogue(folder, language);
            assert_eq!(words.keys().collect::<BTreeSet<_>>(), english.keys().collect::<BTreeSet<_>>(), "{folder} {language}");
            for (key, said) in &words {
                let what = format!("{folder} {language} {key}");
                assert_eq!(said.is_object(), english[key].is_object(), "{what}");
                let given: BTreeSet<&str> = said.as_object().into_iter().flatten().map(|(form, _)| form.as_str()).collect();
                assert!(!said.is_object() || given == forms.iter().copied().collect(), "{what}: {given:?}");
                let asked = texts(&english[key]);
                for text in texts(said) {
                    assert!(!text.trim().is_empty() && places(text) == places(asked[0]), "{what}: {text}");
                }
            }
        }
    }
}

/// The keys that scripts name, each as it stands between quotation marks behind `t(` or `n(`. A key that is put together
/// has a `${…}` in it, and stands for all that fit.
fn used_keys(folders: &[&str]) -> BTreeMap<String, PathBuf> {
    let mut used = BTreeMap::new();
    for path in
        folders.iter().flat_map(|folder| files_below(&root().join(folder))).filter(|path| path.extension().is_some_and(|it| it == "js"))
    {
        let text = fs::read_to_string(&path).expect("a script");
        for call in ["t(", "n("] {
            for (at, _) in text.match_indices(call) {
                let is_whole = !text[..at].ends_with(|sign: char| sign.is_alphanumeric() || sign == '_' || sign == '.');
                let rest = &text[at + call.len()..];
                let Some(mark) = rest.chars().next().filter(|mark| is_whole && ['\'', '`'].contains(mark)) else { continue };
                let key = rest[1..].split(mark).next().unwrap_or_default();
                used.insert(key.to_owned(), path.clone());
            }
        }
    }
    used
}

/// Whether a key is one that a script puts together: `value_least` fits `${key}_least`.
fn fits(pattern: &str, key: &str) -> bool {
    let parts: Vec<&str> = pattern.split("${").collect();
    let (first, last) = (parts[0], parts[parts.len() - 1].split_once('}').map_or("", |(_, rest)| rest));
    parts.len() > 1 && key.len() > first.len() + last.len() && key.starts_with(first) && key.ends_with(last)
}

/// Keys that stand in a list of a script, and are looked up from there.
fn listed_keys(folders: &[&str], key: &str) -> bool {
    let scripts =
        folders.iter().flat_map(|folder| files_below(&root().join(folder))).filter(|path| path.extension().is_some_and(|it| it == "js"));
    scripts.into_iter().any(|path| {
        let text = fs::read_to_string(path).expect("a script");
        [format!("'{key}', '"), format!(", '{key}']")].iter().any(|listed| text.contains(listed))
    })
}

#[test]
fn scripts_use_every_word_and_only_words_that_are_there() {
    for (folder, scripts) in CATALOGUES {
        let english = catalogue(folder, "en");
        let used = used_keys(scripts);
        assert!(used.len() > 50);
        for (key, path) in &used {
            let is_there = english.contains_key(key) || english.keys().any(|known| fits(key, known));
            assert!(is_there, "{}: there are no words {key}", path.display());
        }
        let is_used = |key: &str| used.keys().any(|known| known == key || fits(known, key)) || listed_keys(scripts, key);
        let unused: Vec<&String> = english.keys().filter(|key| !is_used(key)).collect();
        assert!(unused.is_empty(), "{folder}: nobody uses {unused:?}");
    }
}

/// The words of quotes in a text.
fn quoted(text: &str, quote: char) -> impl Iterator<Item = &str> {
    text.split(quote).skip(1).step_by(2)
}

#[test]
fn the_audit_log_can_be_narrowed_to_each_kind_of_action() {
    let events = fs::read_to_string(root().join("src/domain/audit.rs")).expect("the events");
    let kinds: BTreeSet<&str> = quoted(&events, '"')
        .filter_map(|word| word.split_once('.').map(|(kind, _)| kind))
        .filter(|kind| kind.bytes().all(|byte| byte.is_ascii_lowercase()))
        .collect();
    let page = fs::read_to_string(root().join("static/admin/pages/audit.js")).expect("the page");
    let line = page.lines().find(|line| line.starts_with("const ACTIONS")).expect("its choices");
    let offered: BTreeSet<&str> = quoted(line, '\'').filter_map(|word| word.strip_suffix('.')).collect();
    assert!(kinds.len() > 10);
    assert_eq!(kinds, offered);
}

/// A theme changes colours and nothing else: that is why the pages are tried in both with those rules alone that ask for colours.
#[test]
fn only_tokens_know_of_themes() {
    let styles = ["static/admin", "static/docs/viewer", "static/assets/ui"].map(|folder| files_below(&root().join(folder))).concat();
    let knowing: Vec<PathBuf> = styles
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "css") && !path.ends_with("tokens.css"))
        .filter(|path| {
            let text = fs::read_to_string(path).expect("a style sheet");
            ["prefers-color-scheme", "data-theme", "light-dark("].iter().any(|words| text.contains(words))
        })
        .collect();
    assert_eq!(knowing, Vec::<PathBuf>::new());
}
