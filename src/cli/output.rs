//! Writing to people and programs. A reader who went away (`| head -1`) is no failure.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use super::failure::{Exit, Failure};

/// Something for programs, or that was asked for: to stdout, with a line break.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Failed, format!("the output can't be written: {cause}. Check where it goes.")))
        }
        _ => Ok(()),
    }
}

/// Whether words that are no failures are kept back.
static IS_QUIET: AtomicBool = AtomicBool::new(false);

/// From now on only failures are told.
pub(super) fn be_quiet() {
    IS_QUIET.store(true, Ordering::Relaxed);
}

/// Words for people: to stderr. If nobody listens, nothing is lost.
pub(super) fn say(text: &str) {
    if !IS_QUIET.load(Ordering::Relaxed) {
        complain(text);
    }
}

/// How far something is: on one line of stderr that is written over, where somebody sits before it.
pub(super) fn progress(done: u64, total: u64) -> bool {
    if !IS_QUIET.load(Ordering::Relaxed) && io::stderr().is_terminal() {
        let percent = done.saturating_mul(100).checked_div(total).unwrap_or(100).min(100);
        let end = if done >= total { "\r\x1b[K" } else { "" };
        let _ = write!(io::stderr().lock(), "\r{percent:3} %, {done} of {total}{end}");
    }
    true
}

/// What went wrong: to stderr, always.
pub(super) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A number with its noun.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Rows below their headings, in columns.
pub(super) fn table<const COLUMNS: usize>(headings: [&str; COLUMNS], rows: Vec<[String; COLUMNS]>) -> String {
    let mut lines: Vec<[String; COLUMNS]> = vec![headings.map(str::to_uppercase)];
    lines.extend(rows);
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| lines.iter().map(|line| width(&line[column])).max().unwrap_or(0));
    let text = |line: &[String; COLUMNS]| {
        let cells = line.iter().zip(widths).map(|(cell, widest)| format!("{cell}{}", " ".repeat(widest - width(cell))));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines.iter().map(text).collect::<Vec<_>>().join("\n")
}

/// Columns a text takes on a terminal: letters of East Asia take two.
fn width(text: &str) -> usize {
    let is_wide = |c: char| {
        matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}'
            | '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{1F300}'..='\u{1F9FF}' | '\u{20000}'..='\u{3FFFD}')
    };
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = vec![["Bob 田中".to_owned(), "1".to_owned()], ["Al".to_owned(), "22".to_owned()]];
        assert_eq!(table(["name", "id"], rows), "NAME      ID\nBob 田中  1\nAl        22");
    }
}
