//! The project's files, read as text.

use std::fs;
use std::path::{Path, PathBuf};

/// A file below the project's root.
pub struct Source {
    /// Path from the root, with slashes.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl Source {
    /// The text without comments.
    pub fn code(&self) -> String {
        self.text.lines().map(without_comment).collect::<Vec<_>>().join("\n")
    }

    /// The code without the unit tests at its end.
    pub fn served_code(&self) -> String {
        let code = self.code();
        code.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
    }
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") {
        return "";
    }
    line.split(" // ").next().unwrap_or(line)
}

/// The project's root.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below a folder of the project, in a fixed order.
pub fn rust_files(folder: &str) -> Vec<Source> {
    let mut files = Vec::new();
    collect(&root().join(folder), &mut files);
    files.sort_by(|left, right| left.path.cmp(&right.path));
    assert!(!files.is_empty(), "no Rust files below {folder}");
    files
}

fn collect(folder: &Path, files: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("a folder of the project") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a text");
            let path = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
            files.push(Source { path, text });
        }
    }
}

/// Compares a committed text with what it should be; with `UPDATE=1` in the environment it is written instead.
/// `command` is what does that.
pub fn check_committed(path: &str, expected: &str, command: &str) {
    let file = root().join(path);
    if std::env::var("UPDATE").is_ok_and(|value| value == "1") {
        fs::write(&file, expected).expect("a written file");
        return;
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(found == expected, "{path} is out of date. Run `UPDATE=1 {command}` and commit it. It should be:\n{expected}");
}
