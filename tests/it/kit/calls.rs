//! Which test calls which operation, written down for the coverage table.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::sync::{LazyLock, Mutex};

/// The file to write to, which `tests/run` names.
static FILE: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("CROSSTALK_CALLS").ok());
static KNOWN: Mutex<BTreeSet<(String, &'static str, String)>> = Mutex::new(BTreeSet::new());

/// Notes that the test of this thread calls an operation of a dialect. Where several tests run at once, each one's thread has its name.
pub fn note(dialect: &'static str, operation: &str) {
    let Some(file) = FILE.as_ref() else { return };
    let thread = std::thread::current();
    let Some(test) = thread.name().filter(|name| name.contains("::")) else { return };
    let mut known = KNOWN.lock().expect("no panic while noting");
    if known.insert((test.to_owned(), dialect, operation.to_owned())) {
        let mut file = OpenOptions::new().create(true).append(true).open(file).expect("a file for calls");
        writeln!(file, "{test} {dialect} {operation}").expect("a written line");
    }
}
