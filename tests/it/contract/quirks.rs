//! Oddities of a vendor and guesses of ours, marked where they are coded, collected into one page per dialect.

use std::fmt::Write;

use super::source::{Source, check_committed, rust_files};

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

/// Folder and name of each dialect.
const DIALECTS: [(&str, &str); 2] = [("chatwork", "Chatwork"), ("clickmeeting", "ClickMeeting")];

#[test]
fn oddities_and_guesses_are_collected() {
    for (folder, name) in DIALECTS {
        let (dialect, shared): (Vec<Source>, Vec<Source>) =
            rust_files("src").into_iter().partition(|file| file.path.starts_with(&format!("src/dialects/{folder}/")));
        let shared: Vec<Source> = shared.into_iter().filter(|file| !file.path.starts_with("src/dialects/")).collect();
        let mark = format!("QUIRK({folder}):");
        let mut page = format!(
            "# {name}: oddities and guesses\n\n\
            Collected from `// QUIRK({folder}): …` and `// GUESS: …` in the code by `UPDATE=1 {COMMAND}`. \
            A quirk is known of the vendor; a guess is ours, free to change when somebody finds out.\n"
        );
        section(&mut page, "Oddities of the vendor", &dialect, &mark);
        section(&mut page, "Oddities that all dialects have to know", &shared, &mark);
        section(&mut page, "Guesses of this dialect", &dialect, "GUESS:");
        section(&mut page, "Guesses in the rules that all dialects share", &shared, "GUESS:");
        check_committed(&format!("src/dialects/{folder}/QUIRKS.md"), &page, COMMAND);
    }
}
