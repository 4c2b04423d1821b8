//! Which test calls which operation, written down for the coverage table.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::sync::{LazyLock, Mutex};

/// Names the file to write to; the coverage test sets it for the tests it starts.
pub const CALLS: &str = "CROSSTALK_CALLS";

static FILE: LazyLock<Option<String>> = LazyLock::new(|| std::env::var(CALLS).ok());
static KNOWN: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());

/// Notes that the test of this thread calls an operation. Threads of tests have their names.
pub fn note(operation: &str) {
    let Some(file) = FILE.as_ref() else { return };
    let thread = std::thread::current();
    let Some(test) = thread.name().filter(|name| name.contains("::")) else { return };
    let mut known = KNOWN.lock().expect("no panic while noting");
    if known.insert((test.to_owned(), operation.to_owned())) {
        let mut file = OpenOptions::new().create(true).append(true).open(file).expect("a file for calls");
        writeln!(file, "{test} {operation}").expect("a written line");
    }
}
