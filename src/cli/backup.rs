//! `crosstalk backup`: copies of a data directory, made while it is served, and the way back.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::curl::program;
use super::failure::{Exit, Failure};
use super::nearby::directory;
use super::serving::full_path;
use super::{Global, ask, output};
use crate::backup::{self, Backup, BackupError};
use crate::config::Loaded;
use crate::control::{Answer, Command, Held};
use crate::domain::Timestamp;
pub(super) use crate::domain::size_in_words as size;
use crate::world;

pub(super) const EXAMPLES: &str = "\
Examples:
  # into /srv/crosstalk/backups, also while the server runs
  crosstalk backup create --data /srv/crosstalk
  # another disk survives the loss of this one
  crosstalk backup create --data /srv/crosstalk --to /mnt/nas
  crosstalk backup list --data /srv/crosstalk
  crosstalk backup verify /mnt/nas/2026-01-31T09-00-00Z
  crosstalk backup restore /mnt/nas/2026-01-31T09-00-00Z --data /srv/crosstalk-again";

#[derive(Debug, Subcommand)]
pub(super) enum BackupCommand {
    /// Make a backup; works beside a running server, which goes on serving. Prints the backup's folder
    Create {
        /// The folder that gets it [default: the setting backup.dir, or backups in the data directory]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// Read a backup through and say whether everything in it is as it was (exit code 4 if not)
    Verify {
        /// Its folder, or its name in the usual place
        backup: PathBuf,
    },
    /// List the backups
    List {
        /// The folder they are in [default: the setting backup.dir, or backups in the data directory]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// Put a backup into a new or empty data directory
    Restore {
        /// Its folder, or its name in the folder of the setting backup.dir
        backup: PathBuf,
    },
}

pub(super) fn run(global: &Global, command: BackupCommand) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let data = match command {
        // It makes one, and never in a sandbox that happens to run.
        BackupCommand::Restore { .. } => loaded.config.data.dir.clone(),
        BackupCommand::Create { .. } | BackupCommand::Verify { .. } | BackupCommand::List { .. } => directory(&loaded),
    };
    let holder = match ask::holder_of(&data)? {
        Held::By(holder) if holder.control.is_some() => Some(holder),
        Held::By(_) | Held::Free | Held::BySomebody => None,
    };
    let config = holder.as_ref().map_or_else(|| loaded.config.clone(), |holder| ask::completed_by(&loaded, holder));
    let folder = config.backup.folder(&data);
    match command {
        BackupCommand::Create { to } => {
            // A server that does the work stands in another directory.
            let to = to.or_else(|| config.backup.dir.clone()).map(|folder| absolute(&folder)).transpose()?;
            output::say(if holder.is_some() { "Making a backup; the server goes on meanwhile." } else { "Making a backup." });
            if let Answer::Backup(made) = ask::ask_watched(&loaded, Command::Backup { to: to.clone() }, &output::progress)? {
                output::print(&made.path.display().to_string())?;
                output::say(&format!("The database and {}, {}.", files(made.contents as u64), size(made.bytes)));
                warn_of_missing(made.missing as u64, "the backup");
                if to.is_none() {
                    output::say("It lies on the same disk as the data: one with --to DIR on another disk survives the loss of this one.");
                }
            }
        }
        BackupCommand::Verify { backup } => {
            output::say("Reading the backup through.");
            let found = backup::verify(&place_of(&backup, &folder), &output::progress)?;
            let (path, files) = (found.path.display(), files(found.contents as u64));
            output::print(&format!("{path} is whole: the database and {files}, {}.{}", size(found.bytes), told_missing(&found)))?;
        }
        BackupCommand::List { to } => {
            let folder = to.unwrap_or(folder);
            let rows: Vec<_> = backup::list(&folder)?.iter().map(row).collect();
            let is_empty = rows.is_empty();
            output::print(&output::table(["made", "size", "files", "mode", "backup"], rows))?;
            if is_empty {
                let what = if folder.is_dir() { "No backup lies in" } else { "There is no folder" };
                output::say(&format!("{what} {}. Name another folder with --to DIR.", full_path(&folder).display()));
            }
        }
        BackupCommand::Restore { backup } => {
            output::say("Reading the backup through, then copying it.");
            let found = world::fill(&data, || Ok::<_, Failure>(backup::restore(&place_of(&backup, &folder), &data)?))?;
            output::print(&data.display().to_string())?;
            let start = start_of(&loaded, &found.mode);
            output::say(&format!("The data directory is as it was on {}.{} Start it with `{start}`.", found.made, told_missing(&found)));
        }
    }
    Ok(())
}

/// The command that serves what was put into a new data directory.
pub(super) fn start_of(loaded: &Loaded, mode: &str) -> String {
    format!("{} {}", program(loaded), if mode == world::Mode::Sandbox.name() { "sandbox" } else { "serve" })
}

/// Contents of files, counted.
pub(super) fn files(number: u64) -> String {
    output::count(number, "file", "files")
}

/// What was made is short of what the data directory is short of: told, even to who wants few words.
pub(super) fn warn_of_missing(missing: u64, made: &str) {
    if missing > 0 {
        let are = output::count(missing, "file is", "files are");
        output::complain(&format!(
            "warning: {are} missing in the data directory, so {made} is without. Its manifest.json says which; look for it in older backups."
        ));
    }
}

/// What was missing already when a backup was made; empty if nothing was.
fn told_missing(backup: &Backup) -> String {
    match backup.missing {
        0 => String::new(),
        missing => format!(
            " When it was made, {} missing already (manifest.json says which).",
            output::count(missing as u64, "file was", "files were")
        ),
    }
}

pub(super) fn absolute(folder: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(folder).map_err(|cause| Failure::new(Exit::Usage, format!("{}: {cause}", folder.display())))
}

/// A backup by its folder, or by its name in the usual place.
fn place_of(backup: &Path, folder: &Path) -> PathBuf {
    if backup.exists() { backup.to_owned() } else { folder.join(backup) }
}

fn row(backup: &Backup) -> [String; 5] {
    let made: Timestamp = backup.made;
    [made.to_string(), size(backup.bytes), backup.contents.to_string(), backup.mode.clone(), backup.path.display().to_string()]
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let exit = match &error {
            BackupError::Damaged { .. } => Exit::Unhealthy,
            BackupError::NotABackup { .. } | BackupError::Occupied(_) => Exit::Usage,
            BackupError::Disk(_) | BackupError::Database { .. } | BackupError::BrokenOff => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}
