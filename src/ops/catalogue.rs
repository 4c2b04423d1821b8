//! Looking through what an organization has, for whoever administers it: rooms, messages, files and tasks.
//!
//! Access is the caller's: an organization is looked through as a whole. Lists end after so many entries that were looked at,
//! and say where the next look goes on. Runs on a thread that may block.

use std::collections::HashMap;

use super::{access, latest, search};
use crate::domain::{
    AccountId, Error, Exhibit, FileEntry, FileId, Inhabitant, ListedMessage, LogPage, MessageId, NamePart, Notice, Noun, OrganizationId,
    RoomCounts, RoomEntry, RoomId, RoomKind, RoomLabel, SearchHit, SearchPage, SearchQuery, TaskEntry, TaskId, TaskQuery,
};
use crate::store::catalogue::{Looked, Said};
use crate::store::latest::Among;
use crate::store::{self, Tx};

/// Entries that one look goes through at most, and how many of them are read at a time.
const BUDGET: usize = 20_000;
const PIECE: i64 = 500;

/// Most rooms whose names are looked at.
const MOST_ROOMS: i64 = 10_000;

/// Rooms of an organization, and how many there are.
#[derive(Clone, Debug)]
pub struct RoomPage {
    /// Those that were asked for.
    pub entries: Vec<RoomEntry>,
    /// How many fit; where a part of a name is asked for, of as many as are looked at.
    pub total: usize,
    /// All there are.
    pub counts: RoomCounts,
}

/// Rooms whose names have a part, by last activity.
pub fn list_rooms(
    tx: &Tx<'_>,
    organization: Option<&str>,
    kind: Option<RoomKind>,
    name: &NamePart,
    (limit, offset): (usize, usize),
) -> Result<RoomPage, Error> {
    let organization = access::organization(tx, organization)?;
    let counts = store::counts::count_rooms(tx, organization)?;
    let (rooms, total): (Vec<RoomId>, usize) = if name.is_in_all() {
        let total = usize::try_from(counts.of(kind)).unwrap_or_default();
        let upto = offset.saturating_add(limit).min(total);
        (latest::list_rooms(tx, Among::Organization(organization, kind), upto, total)?, total)
    } else {
        let labels = store::catalogue::list_labels(tx, organization, kind, MOST_ROOMS)?;
        let named: Vec<RoomId> = labels.iter().filter(|label| name.is_in(&label.name)).map(|label| label.id).collect();
        let total = named.len();
        (named, total)
    };
    let page = rooms.into_iter().skip(offset).take(limit);
    let entries = page.map(|room| find_entry(tx, organization, room)).collect::<Result<_, _>>()?;
    Ok(RoomPage { entries, total, counts })
}

fn find_entry(tx: &Tx<'_>, organization: OrganizationId, room: RoomId) -> Result<RoomEntry, Error> {
    store::catalogue::find_entry(tx, organization, room)?.ok_or(Error::RoomHidden)
}

/// One room, and who is in it.
pub fn get_room(tx: &Tx<'_>, organization: Option<&str>, room: RoomId) -> Result<(RoomEntry, Vec<Inhabitant>), Error> {
    let organization = access::organization(tx, organization)?;
    Ok((find_entry(tx, organization, room)?, store::catalogue::list_inhabitants(tx, room)?))
}

/// What rooms are called, each asked for once.
struct Labels {
    organization: OrganizationId,
    known: HashMap<RoomId, RoomLabel>,
}

impl Labels {
    fn of(tx: &Tx<'_>, organization: Option<&str>) -> Result<Self, Error> {
        Ok(Self { organization: access::organization(tx, organization)?, known: HashMap::new() })
    }

    fn find(&mut self, tx: &Tx<'_>, room: RoomId) -> Result<RoomLabel, Error> {
        if let Some(known) = self.known.get(&room) {
            return Ok(known.clone());
        }
        let found = store::catalogue::find_label(tx, self.organization, room)?.ok_or(Error::RoomHidden)?;
        self.known.insert(room, found.clone());
        Ok(found)
    }
}

/// The newest messages before one, in a room or in all of them. Deleted ones are left out.
pub fn list_messages(
    tx: &Tx<'_>,
    organization: Option<&str>,
    room: Option<RoomId>,
    before: Option<MessageId>,
    limit: usize,
) -> Result<LogPage<ListedMessage>, Error> {
    let mut labels = Labels::of(tx, organization)?;
    let organization = labels.organization;
    let page = gather(
        limit,
        before.map(MessageId::get),
        |before, most| store::catalogue::list_said(tx, organization, room, MessageId::new(before), most),
        |_| true,
    )?;
    let named: Vec<AccountId> = page.entries.iter().filter_map(|said| said.content.notice.as_ref()).flat_map(Notice::names).collect();
    let names = store::finding::list_names(tx, named.into_iter())?;
    let entries = page.entries.into_iter().map(|said| Ok(in_words(labels.find(tx, said.room)?, said, &names)));
    Ok(LogPage { entries: entries.collect::<Result<_, Error>>()?, next: page.next })
}

fn in_words(room: RoomLabel, said: Said, names: &HashMap<AccountId, String>) -> ListedMessage {
    let name_of = |account| names.get(&account).cloned().unwrap_or_else(|| "somebody".to_owned());
    let report = said.content.notice.map(|notice| notice.in_words(&said.author.name, name_of));
    let media = said.content.media.map(|media| media.as_str().to_owned());
    let parts: Vec<String> = [said.content.text].into_iter().chain(report).chain(media).filter(|part| !part.is_empty()).collect();
    ListedMessage { id: said.id, room, author: said.author, sent: said.sent, text: parts.join("\n"), marks: Vec::new() }
}

/// Messages that answer a query, newest first. An organization's rooms of all kinds are searched.
pub fn search_messages(
    tx: &Tx<'_>,
    organization: Option<&str>,
    query: &SearchQuery,
    page: SearchPage,
) -> Result<LogPage<ListedMessage>, Error> {
    let mut labels = Labels::of(tx, organization)?;
    let found = search::search_messages(tx, labels.organization, query, page)?;
    let entries = found.hits.into_iter().map(|SearchHit { id, room, author, sent, text, marks }| {
        Ok(ListedMessage { id, room: labels.find(tx, room)?, author, sent, text, marks })
    });
    Ok(LogPage { entries: entries.collect::<Result<_, Error>>()?, next: found.next.map(MessageId::get) })
}

/// A message and somebody who sees it, so that it can be shown as APIs show it to them.
pub fn find_exhibit(tx: &Tx<'_>, organization: Option<&str>, message: MessageId) -> Result<Exhibit, Error> {
    let organization = access::organization(tx, organization)?;
    let room = store::catalogue::find_room_of_message(tx, organization, message)?.ok_or(Error::NotFound(Noun::Message))?;
    let room = store::catalogue::find_label(tx, organization, room)?.ok_or(Error::RoomHidden)?;
    Ok(Exhibit { id: message, room, witness: store::catalogue::find_witness(tx, message)? })
}

/// The newest files before one whose names have a part, in a room or in all of them.
pub fn list_files(
    tx: &Tx<'_>,
    organization: Option<&str>,
    room: Option<RoomId>,
    name: &NamePart,
    before: Option<FileId>,
    limit: usize,
) -> Result<LogPage<FileEntry>, Error> {
    let mut labels = Labels::of(tx, organization)?;
    let organization = labels.organization;
    let page = gather(
        limit,
        before.map(FileId::get),
        |before, most| store::catalogue::list_files(tx, organization, room, FileId::new(before), most),
        |file| name.is_in(file.name.as_str()),
    )?;
    let entries = page.entries.into_iter().map(|file| Ok(FileEntry { room: labels.find(tx, file.room)?, file }));
    Ok(LogPage { entries: entries.collect::<Result<_, Error>>()?, next: page.next })
}

/// The newest tasks before one that fit.
pub fn list_tasks(
    tx: &Tx<'_>,
    organization: Option<&str>,
    query: &TaskQuery,
    before: Option<TaskId>,
    limit: usize,
) -> Result<LogPage<TaskEntry>, Error> {
    let mut labels = Labels::of(tx, organization)?;
    let organization = labels.organization;
    let page = gather(
        limit,
        before.map(TaskId::get),
        |before, most| store::catalogue::list_tasks(tx, organization, query, TaskId::new(before), most),
        |task| query.due.is_none_or(|due| due.fits(task.deadline.instant(), tx.now)),
    )?;
    let entries = page.entries.into_iter().map(|task| Ok(TaskEntry { room: labels.find(tx, task.room.id)?, task }));
    Ok(LogPage { entries: entries.collect::<Result<_, Error>>()?, next: page.next })
}

/// Entries that belong into the list and fit, newest first, piece by piece until there are enough, or until enough were looked at.
pub(super) fn gather<T>(
    limit: usize,
    before: Option<i64>,
    mut read: impl FnMut(i64, i64) -> Result<Vec<Looked<T>>, Error>,
    fits: impl Fn(&T) -> bool,
) -> Result<LogPage<T>, Error> {
    let (mut entries, mut before, mut looked_at) = (Vec::new(), before.unwrap_or(i64::MAX), 0);
    // As a rule a page and one more tell everything.
    let mut most = i64::try_from(limit).map_or(PIECE, |limit| PIECE.min(limit + 1));
    loop {
        let piece = read(before, most)?;
        let is_last = i64::try_from(piece.len()).is_ok_and(|length| length < most);
        for Looked { number, entry } in piece {
            if entries.len() >= limit {
                return Ok(LogPage { next: Some(before), entries });
            }
            looked_at += 1;
            before = number;
            entries.extend(entry.filter(&fits));
        }
        if is_last || looked_at >= BUDGET {
            return Ok(LogPage { entries, next: (!is_last).then_some(before) });
        }
        most = PIECE;
    }
}

#[cfg(test)]
mod tests {
    use super::{BUDGET, Looked, gather};
    use crate::domain::LogPage;

    /// One look at numbers from `newest` down to 1.
    fn look(newest: i64, before: Option<i64>, limit: usize, fits: impl Fn(&i64) -> bool) -> LogPage<i64> {
        let looked = |number| Looked { number, entry: Some(number) };
        let read =
            |before: i64, most: i64| Ok((1..before.min(newest + 1)).rev().take(usize::try_from(most).unwrap()).map(looked).collect());
        gather(limit, before, read, fits).unwrap()
    }

    #[test]
    fn looks_go_on_where_the_last_one_ended() {
        let (mut next, mut seen) = (None, Vec::new());
        loop {
            let page = look(2_000, next, 7, |number| number % 90 == 0);
            seen.extend(page.entries);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        assert_eq!(seen, (1..=2_000).rev().filter(|number| number % 90 == 0).collect::<Vec<_>>());
    }

    #[test]
    fn a_look_ends_however_little_fits() {
        let page = look(50_000, None, 5, |_| false);
        let looked_at = 50_001 - page.next.unwrap();
        assert!(page.entries.is_empty() && (BUDGET..BUDGET + 500).contains(&usize::try_from(looked_at).unwrap()), "{looked_at}");
        assert_eq!(look(3, None, 3, |_| true).next, None);
        assert_eq!(look(0, None, 3, |_| true).entries, Vec::<i64>::new());
    }
}
