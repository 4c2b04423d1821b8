//! Which data directory a command is about that names none: the usual one or, where nothing is, that of the one sandbox that runs.
//!
//! Invariant: never another user's. Everybody may put folders where temporary ones go, and could pretend to be a sandbox there.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Once;

use super::output;
use crate::config::Loaded;
use crate::control::{Held, Holder};
use crate::world::Mode;

/// What the names of folders start with that sandboxes make for themselves.
pub(super) const SANDBOX_FOLDER: &str = "crosstalk-sandbox-";

/// The data directory that a command is about.
pub(super) fn directory(loaded: &Loaded) -> PathBuf {
    let usual = &loaded.config.data.dir;
    let is_empty = matches!(usual.join("app.db").try_exists(), Ok(false)) && matches!(Holder::of(usual), Ok(Held::Free));
    if loaded.is_set("data.dir") || !is_empty {
        return usual.clone();
    }
    match running_sandboxes().as_slice() {
        [only] => only.clone(),
        [] => usual.clone(),
        several => {
            TOLD.call_once(|| tell_of(several));
            usual.clone()
        }
    }
}

/// Asked for more than once by some commands.
static TOLD: Once = Once::new();

fn tell_of(sandboxes: &[PathBuf]) {
    let folders: Vec<String> = sandboxes.iter().map(|folder| format!("--data {}", folder.display())).collect();
    output::say(&format!("Several sandboxes run, so none is chosen. Name one: {}.", folders.join(" or ")));
}

/// The folders of this user's sandboxes that run.
fn running_sandboxes() -> Vec<PathBuf> {
    let entries = fs::read_dir(std::env::temp_dir()).into_iter().flatten().filter_map(Result::ok);
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(SANDBOX_FOLDER)).map(|entry| entry.path());
    named.filter(|path| is_own(path) && is_served(path)).collect()
}

/// Whether nobody but this user can have put anything there.
fn is_own(path: &Path) -> bool {
    let own = rustix::process::getuid().as_raw();
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir() && found.uid() == own && found.mode() & 0o077 == 0)
}

fn is_served(path: &Path) -> bool {
    matches!(Holder::of(path), Ok(Held::By(holder)) if holder.control.is_some() && holder.mode == Mode::Sandbox.name())
}
