//! What happened in conference rooms elsewhere: recordings from files, sessions from a description.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{Answer, PastCommand, Refusal};
use crate::domain::{PastSession, Timestamp};
use crate::files::Received;
use crate::ops::past;
use crate::ops::recordings::{NewRecording, add_recording};
use crate::store::Cause;
use crate::world::World;

/// Largest recording.
const RECORDING_BYTES: u64 = 16 * 1024 * 1024 * 1024;
const PIECE_BYTES: usize = 64 * 1024;

/// Carries such a command out.
pub(super) fn tell(world: &World, cause: Cause, command: PastCommand) -> Result<Answer, Refusal> {
    match command {
        PastCommand::AddRecording { organization, room, file, name, started_ms, duration_s } => {
            // Asked first: nothing is copied for a room that is not there.
            world.read(|tx| past::find_meeting(tx, organization.as_deref(), &room).map(|_| ()))?;
            let content = receive(world, &file)?;
            let media_type = mime_guess::from_path(&file).first_or_octet_stream().to_string();
            let added = world.write_blocking(cause, move |tx| {
                let meeting = past::find_meeting(tx, organization.as_deref(), &room)?;
                let started = started_ms.map(Timestamp::from_ms);
                add_recording(
                    tx,
                    &meeting,
                    NewRecording { name, media_type, started, duration_s, bytes: content.bytes, hash: content.hash },
                )
            })?;
            Ok(Answer::Recording(added.id.get()))
        }
        PastCommand::ImportSession { organization, room, session } => {
            let past = PastSession::try_from(session)?;
            let id = world.write_blocking(cause, move |tx| {
                let meeting = past::find_meeting(tx, organization.as_deref(), &room)?;
                past::import_session(tx, &meeting, &past)
            })?;
            Ok(Answer::Session(id.get()))
        }
    }
}

fn receive(world: &World, file: &Path) -> Result<Received, Refusal> {
    let unreadable = |cause: std::io::Error| Refusal::usage(format!("{} can't be read: {cause}", file.display()));
    let mut source = File::open(file).map_err(unreadable)?;
    let mut incoming = world.blobs().receive(&crate::store::Entropy::System.text(32), RECORDING_BYTES)?;
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        match source.read(&mut piece).map_err(unreadable)? {
            0 => return Ok(incoming.finish()?),
            length => incoming.write(&piece[..length])?,
        }
    }
}
