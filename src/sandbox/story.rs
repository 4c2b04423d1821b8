//! What people of a seed file say, want done and send, in the order of its times: ids of messages follow time, as in an office that grew.

use super::annex::{ADDED, People};
use super::seed::START;
use super::seed_file::{FileEntry, MOST_ENTRIES, MessageEntry, Parsed, TaskEntry, blame, wrong};
use crate::domain::{Actor, Deadline, Error, NewTask, PostMessage, RoomId, TaskStatus, Timestamp};
use crate::ops::files::PostFile;
use crate::ops::{files, messages, tasks};
use crate::store::Tx;
use crate::web::upload::UploadedFile;

const MINUTE_MS: i64 = 60_000;
/// When lists begin that say no time: all people and rooms are there by then.
const BEGINNING: Timestamp = START.plus_ms(12 * 60 * MINUTE_MS);
/// Times may lie up to here, even where the clock stands still before it: this long is a list without times.
const LONGEST: Timestamp = BEGINNING.plus_ms(MOST_ENTRIES as i64 * MINUTE_MS);

/// Something that somebody does in a room.
pub(super) enum Deed {
    Message(MessageEntry),
    Task(TaskEntry),
    File(FileEntry, UploadedFile),
}

impl Deed {
    fn at(&self) -> Option<Timestamp> {
        let (Self::Message(MessageEntry { at, .. }) | Self::Task(TaskEntry { at, .. }) | Self::File(FileEntry { at, .. }, _)) = self;
        at.as_ref().map(|at| at.0)
    }
}

struct Step {
    at: Timestamp,
    /// Where it stands in the file.
    place: String,
    room: RoomId,
    deed: Deed,
}

/// Everything that happens.
pub(super) struct Story {
    steps: Vec<Step>,
    latest: Timestamp,
}

impl Story {
    /// One that ends by now.
    pub(super) fn until(now: Timestamp) -> Self {
        Self { steps: Vec::new(), latest: now.max(LONGEST) }
    }

    /// Takes in a list of the file. What says no time comes a minute after what stands before it.
    pub(super) fn add(&mut self, list: &str, room: RoomId, deeds: impl Iterator<Item = Deed>) -> Result<(), Error> {
        let mut next = BEGINNING;
        for (index, deed) in deeds.enumerate() {
            let (at, place) = (deed.at().unwrap_or(next), format!("{list}[{index}]"));
            if at < ADDED {
                return Err(wrong(format!("{place}.at"), format!("the people are there from {ADDED} on; name a later time")));
            }
            if at > self.latest {
                let why = format!("{at} is in the future by the sandbox's clock; without a time, an entry comes a minute after the last");
                return Err(wrong(format!("{place}.at"), why));
            }
            next = at.plus_ms(MINUTE_MS);
            self.steps.push(Step { at, place, room, deed });
        }
        Ok(())
    }

    /// Lets all of it happen.
    pub(super) fn happen(mut self, tx: &Tx<'_>, people: &People) -> Result<(), Error> {
        self.steps.sort_by_key(|step| step.at);
        self.steps.into_iter().try_for_each(|step| step.happen(tx, people))
    }
}

impl Step {
    fn happen(self, tx: &Tx<'_>, people: &People) -> Result<(), Error> {
        let Self { at, place, room, deed } = self;
        let tx = &tx.at(at);
        let (Deed::Message(MessageEntry { from, .. }) | Deed::Task(TaskEntry { from, .. }) | Deed::File(FileEntry { from, .. }, _)) = &deed;
        let at_from = format!("{place}.from");
        let (actor, email) = (people.find(from, &at_from)?, from.0.as_str().to_owned());
        let done = match deed {
            Deed::Message(entry) => {
                messages::post_message(tx, actor, room, Ok(PostMessage { body: entry.text.0, self_unread: false })).map(|_| ())
            }
            Deed::Task(entry) => hand_out(tx, actor, room, entry, people, &place),
            Deed::File(entry, file) => {
                let media_type = file.media_type();
                let UploadedFile { name, content } = file;
                let message = entry.message.map(|message| message.0);
                let file = PostFile { name, media_type, bytes: content.bytes, hash: content.hash, message };
                files::post_file(tx, actor, room, Ok(file)).map(|_| ())
            }
        };
        done.map_err(|error| match error {
            Error::RoomHidden => wrong(at_from, format!("{email} is not in this room")),
            Error::Forbidden => wrong(at_from, format!("{email} may only read in this room")),
            other => blame(place)(other),
        })
    }
}

fn hand_out(tx: &Tx<'_>, actor: &Actor, room: RoomId, entry: TaskEntry, people: &People, place: &str) -> Result<(), Error> {
    let place = format!("{place}.to");
    let assignees = people.accounts(&entry.to, &place)?;
    let deadline = entry.due.map_or(Deadline::None, |Parsed(due)| due);
    let task = NewTask::parse(entry.text.0, assignees, deadline);
    for id in tasks::create_tasks(tx, actor, room, task).map_err(|error| match error {
        Error::Invalid(..) | Error::Missing(_) => blame(place)(error),
        other => other,
    })? {
        if entry.done {
            tasks::set_task_status(tx, actor, room, id, Ok(TaskStatus::Done))?;
        }
    }
    Ok(())
}
