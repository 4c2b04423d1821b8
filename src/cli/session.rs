//! `crosstalk session import`: what no vendor's API can create.

use std::path::PathBuf;

use clap::Subcommand;

use super::failure::{Exit, Failure};
use super::{Global, output};
use crate::control::{Answer, Command, PastCommand};
use crate::session_file::SessionFile;

/// Largest description of a session, in MiB.
const MOST_MIB: u64 = 32;

pub(super) const EXAMPLES: &str = r#"Examples:
  crosstalk session import --room spring_demo_pokaz_wiosenny session.json

The file is JSON; everything but started, ended and the nicknames may be left out:
  {"started": "2026-03-04T15:00:00Z", "ended": "2026-03-04T16:00:00Z",
   "attendees": [{"nickname": "Ada", "email": "ada@example.org", "role": "listener",
                  "device": "Mozilla/5.0", "address": "192.0.2.7",
                  "spans": [["2026-03-04T15:05:00Z", "2026-03-04T15:55:00Z"]],
                  "rating": 5, "comment": "Thanks!", "votes": [[0, 0, 1]]}],
   "chat": [{"attendee": 0, "at": "2026-03-04T15:10:00Z", "text": "Hello"}],
   "polls": [{"name": "Lunch",
              "questions": [{"question": "What?",
                             "answers": [{"value": "Soup"}, {"value": "Rice", "points": 1}]}]}]}
Roles are listener, presenter and host. A vote is poll, question and answer, each counted from 0;
without spans somebody was there all the time."#;

#[derive(Debug, Subcommand)]
pub(super) enum SessionCommand {
    /// Add a session that is over to a conference room; prints its id
    #[command(after_long_help = EXAMPLES)]
    Import {
        /// The description, as `crosstalk session import --help` shows it
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The room: its id, its PIN, or the last part of its address
        #[arg(long, value_name = "ROOM")]
        room: String,
        /// The organization, by its short name, if there are several
        #[arg(long, value_name = "SLUG")]
        organization: Option<String>,
    },
}

pub(super) fn run(global: &Global, command: SessionCommand) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let SessionCommand::Import { file, room, organization } = command;
    let session = read(&file)?;
    if let Answer::Session(id) = super::ask::ask(&loaded, Command::Past(PastCommand::ImportSession { organization, room, session }))? {
        output::print(&id.to_string())?;
        output::say("The session is in the room's list now.");
    }
    Ok(())
}

fn read(file: &std::path::Path) -> Result<SessionFile, Failure> {
    let text = super::document::read(file, MOST_MIB)?;
    serde_json::from_slice(&text).map_err(|cause| {
        Failure::new(Exit::Usage, format!("{}: {cause}. `crosstalk session import --help` shows an example.", file.display()))
    })
}
