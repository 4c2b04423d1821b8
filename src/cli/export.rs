//! `crosstalk export` and `crosstalk import`: everything in an open format, and back.

use std::path::PathBuf;

use clap::Args;

use super::backup::{absolute, files, size, start_of, warn_of_missing};
use super::failure::{Exit, Failure};
use super::{Global, ask, output};
use crate::control::{Answer, Command};
use crate::export::{self, ExportError};
use crate::world;

pub(super) const EXPORT_EXAMPLES: &str = "\
Examples:
  # also while the server runs
  crosstalk export /mnt/nas/everything --data /srv/crosstalk
  # one line of JSON for each row
  head -1 /mnt/nas/everything/message.jsonl

The export is confidential: it holds every message and file, hashes of passwords and tokens,
and the key that signs links. Its README.md describes every file and field.";

pub(super) const IMPORT_EXAMPLES: &str = "\
Examples:
  # into a new data directory
  crosstalk import /mnt/nas/everything --data /srv/crosstalk-again
  # ids, tokens and links are what they were
  crosstalk serve --data /srv/crosstalk-again

All of it is imported, or nothing. Exit code 2: the folder is no export, or the data directory
holds something already; 4: the export is damaged; 6: it is of a newer version, or of a schema
before 12.";

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// The folder that gets it: an empty one, or one that is not there yet
    dir: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The folder of the export
    dir: PathBuf,
}

pub(super) fn export(global: &Global, args: &ExportArgs) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    // A server that does the work stands in another directory.
    let to = absolute(&args.dir)?;
    output::say("Exporting everything; a server goes on meanwhile.");
    if let Answer::Export(made) = ask::ask_watched(&loaded, Command::Export { to }, &output::progress)? {
        output::print(&made.path.display().to_string())?;
        output::say(&format!("{}. Keep it safe: it holds everything.", sums(made.rows, made.contents, made.bytes)));
        warn_of_missing(made.missing, "the export");
    }
    Ok(())
}

pub(super) fn import(global: &Global, args: &ImportArgs) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let data = loaded.config.data.dir.clone();
    output::say("Importing and checking everything.");
    let made = world::fill(&data, || Ok::<_, Failure>(export::import(&args.dir, &data, &output::progress)?))?;
    output::print(&data.display().to_string())?;
    output::say(&format!("{}. Start it with `{}`.", sums(made.rows, made.contents, made.bytes), start_of(&loaded, &made.mode)));
    warn_of_missing(made.missing, "what was imported");
    Ok(())
}

/// What there is of rows and files.
fn sums(rows: u64, contents: u64, bytes: u64) -> String {
    format!("{} and {}, {}", output::count(rows, "row", "rows"), files(contents), size(bytes))
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        let exit = match &error {
            ExportError::Line { .. } | ExportError::Damaged { .. } | ExportError::DamagedContent { .. } => Exit::Unhealthy,
            ExportError::NotAnExport { .. } | ExportError::HoldsData(_) | ExportError::Occupied { .. } | ExportError::MountPoint { .. } => {
                Exit::Usage
            }
            ExportError::OtherSchema { .. } => Exit::Mode,
            ExportError::Disk(_) | ExportError::Database(_) | ExportError::BrokenOff => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}
