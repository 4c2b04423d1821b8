//! `crosstalk recording add`: what no vendor's API can create.

use std::path::PathBuf;

use clap::Subcommand;

use super::failure::{Exit, Failure};
use super::{Global, output};
use crate::control::{Answer, Command, PastCommand};
use crate::domain::Timestamp;

pub(super) const EXAMPLES: &str = "\
Examples, with a room of the sandbox:
  crosstalk recording add --room spring_demo_pokaz_wiosenny --duration 3600 demo.mp4
  crosstalk recording add --room 1000022 --name 'Spring demo' \\
    --started 2026-03-04T15:00:00Z --duration 3600 demo.mp4";

#[derive(Debug, Subcommand)]
pub(super) enum RecordingCommand {
    /// Add a recording to a conference room; prints its id
    Add {
        /// The file; it is copied into the data directory
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The room: its id, its PIN, or the last part of its address
        #[arg(long, value_name = "ROOM")]
        room: String,
        /// Name as shown [default: the room's]
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
        /// When it began, such as 2026-03-04T15:00:00Z [default: now]
        #[arg(long, value_name = "TIME")]
        started: Option<Timestamp>,
        /// How long it is, in seconds
        #[arg(long, value_name = "SECONDS")]
        duration: u32,
        /// The organization, by its short name, if there are several
        #[arg(long, value_name = "SLUG")]
        organization: Option<String>,
    },
}

pub(super) fn run(global: &Global, command: RecordingCommand) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let RecordingCommand::Add { file, room, name, started, duration, organization } = command;
    // A server that does the work stands in another directory.
    let file = std::path::absolute(&file).map_err(|cause| Failure::new(Exit::Usage, format!("{}: {cause}", file.display())))?;
    let started_ms = started.map(Timestamp::ms);
    let command = PastCommand::AddRecording { organization, room, file, name, started_ms, duration_s: duration.into() };
    if let Answer::Recording(id) = super::ask::ask(&loaded, Command::Past(command))? {
        output::print(&id.to_string())?;
        output::say("The recording is in the room's list now.");
    }
    Ok(())
}
