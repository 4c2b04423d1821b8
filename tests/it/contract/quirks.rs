//! Oddities of a vendor and guesses of ours, marked where they are coded, collected into one page per dialect.

use std::fmt::Write;

use super::source::{Source, check_committed, rust_files};
use crate::kit::Contract;

/// Writes the page anew, with `UPDATE=1` in the environment.
const COMMAND: &str = "cargo test --test it quirks";

/// The texts that follow a mark, each up to the end of its comment.
fn marked(file: &Source, mark: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut lines = file.text.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        let Some((_, first)) = line.split_once(mark).filter(|_| line.starts_with("//")) else { continue };
        let mut text = first.trim().to_owned();
        while let Some(next) = lines.next_if(|next| next.starts_with("//")) {
            text.push(' ');
            text.push_str(next.trim_start_matches('/').trim());
        }
        texts.push(text.trim_end_matches(['.', ' ']).to_owned());
    }
    texts
}

fn section(page: &mut String, title: &str, files: &[Source], mark: &str) {
    let found: Vec<String> =
        files.iter().flat_map(|file| marked(file, mark).into_iter().map(|text| format!("- `{}`: {text}.\n", file.path))).collect();
    if !found.is_empty() {
        let _ = write!(page, "\n## {title}\n\n{}", found.concat());
    }
}

fn page(contract: &Contract) -> String {
    let (title, name) = (contract.title, contract.name);
    let own = format!("src/dialects/{}/", name.replace('-', "_"));
    let (dialect, others): (Vec<Source>, Vec<Source>) = rust_files("src").into_iter().partition(|file| file.path.starts_with(&own));
    let shared: Vec<Source> = others.into_iter().filter(|file| !file.path.starts_with("src/dialects/")).collect();
    let mut page = format!(
        "# {title}: oddities and guesses\n\n\
        Collected from `// QUIRK({name}): …` and `// GUESS: …` in the code by `UPDATE=1 {COMMAND}`. \
        A quirk is known of the vendor; a guess is ours, free to change when somebody finds out.\n"
    );
    let quirk = format!("QUIRK({name}):");
    section(&mut page, "Oddities of the vendor", &dialect, &quirk);
    section(&mut page, "Oddities that all dialects have to know", &shared, &quirk);
    section(&mut page, "Guesses of this dialect", &dialect, "GUESS:");
    section(&mut page, "Guesses in the rules that all dialects share", &shared, "GUESS:");
    page
}

#[test]
fn oddities_and_guesses_are_collected() {
    for contract in Contract::of_vendors() {
        let folder = contract.name.replace('-', "_");
        check_committed(&format!("src/dialects/{folder}/QUIRKS.md"), &page(contract), COMMAND);
    }
}
