//! Tests: what stands below a command's long help is shown as it was written, and its examples are commands that this program takes.

use clap::{Command, CommandFactory, Parser};

use super::Cli;

/// The command and those below it, each with the words one types for it.
fn all(command: &Command, before: &str, found: &mut Vec<(String, Command)>) {
    let name = format!("{before}{}", command.get_name());
    found.push((name.clone(), command.clone()));
    command.get_subcommands().for_each(|below| all(below, &format!("{name} "), found));
}

/// Each command with what stands below its long help.
fn explained() -> Vec<(String, Command, String)> {
    let mut found = Vec::new();
    all(&Cli::command(), "", &mut found);
    let with_words = |(name, command): (String, Command)| {
        let words = command.get_after_long_help()?.to_string();
        Some((name, command, words))
    };
    found.into_iter().filter_map(with_words).collect()
}

/// The commands of ours in a text of examples, word by word, as a shell sees them.
fn commands_in(words: &str) -> Vec<Vec<String>> {
    let joined = words.replace("\\\n", " ");
    let lines = joined.lines().filter_map(|line| line.strip_prefix("  ").map(str::trim_start));
    let ours = |line: &str| match line.split_once("$(") {
        Some((_, inner)) => inner.to_owned(),
        None => line.to_owned(),
    };
    lines.map(ours).filter(|line| line.starts_with("crosstalk ")).map(|line| words_of(&line)).collect()
}

/// The words of one command, up to where the shell does something else with it.
fn words_of(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), false);
    for sign in line.chars() {
        match sign {
            '\'' => quote = !quote,
            _ if quote => word.push(sign),
            '>' | '<' | '|' | '&' | ')' => break,
            ' ' if word.is_empty() => {}
            ' ' => words.push(std::mem::take(&mut word)),
            _ => word.push(sign),
        }
    }
    assert!(!quote, "a quotation has an end: {line}");
    words.extend((!word.is_empty()).then_some(word));
    words
}

#[test]
fn what_stands_below_a_help_is_not_broken_anew() {
    for (name, command, words) in explained() {
        // As where nobody knows how wide the terminal is.
        let shown = command.term_width(100).render_long_help().to_string();
        for line in words.lines() {
            assert!(shown.lines().any(|told| told == line), "{name} --help breaks a line that is too long: {line}");
        }
    }
}

#[test]
fn the_help_of_an_import_describes_its_file() {
    let shown = |(name, _, words): (String, Command, String)| name == "crosstalk session import" && words.contains("\"attendees\"");
    assert!(explained().into_iter().any(shown), "a refused file names this help");
}

#[test]
fn every_example_of_a_help_is_a_command() {
    for (name, _, words) in explained() {
        let examples = commands_in(&words);
        assert!(!words.starts_with("Examples") || !examples.is_empty(), "{name} has no example");
        for example in examples {
            if let Err(why) = Cli::try_parse_from(&example) {
                panic!("{name} --help: {example:?}: {why}");
            }
        }
    }
}
