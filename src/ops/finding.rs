//! Finding messages over all rooms that somebody is in, page by page, in the order that was asked for.
//!
//! Invariant: a page is small, whatever was asked for: it is read in one snapshot, rendered and let go before the next
//! one is read. What the indexes can't tell is asked of each candidate (`Keep`); a search gives up after 100,000 of them.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::access;
use super::merge::{Merge, Wanted};
use crate::domain::{AccountId, Actor, Audience, Error, FoundMessage, MessageId, MessageQuery, Notice, Noun, Order, Reach, RoomId};
use crate::store::finding::{Place, Shelf, Stored};
use crate::store::{self, Tx};

/// Messages of one room that are read at a time, and about as many bytes of their texts.
const PAGE: usize = 50;
const PAGE_BYTES: usize = 512 * 1024;
/// Messages of several rooms, or named by id, that are read at a time.
const NAMED: usize = 16;
/// Most candidates that one search looks at.
pub const CANDIDATES: usize = 100_000;
/// Members of rooms that a search remembers.
const REMEMBERED: usize = 20_000;

const TOO_WIDE: Error = Error::Invalid("query", "more than 100,000 messages have to be looked at; name a room or a shorter time");

/// Whether a candidate is wanted; none wants all.
pub type Keep = Option<Arc<dyn Fn(&FoundMessage) -> bool + Send + Sync>>;

/// A search that goes on page by page.
pub struct Search {
    account: AccountId,
    source: Source,
    keep: Keep,
    skip: usize,
    left: usize,
    examined: usize,
    audiences: HashMap<RoomId, Arc<Audience>>,
}

/// Where candidates come from.
enum Source {
    /// One room, by its index: the usual case, one query a page.
    Room(Shelf, Place),
    /// Several rooms, by their indexes side by side.
    Rooms(Merge),
    /// Known ids, in their order.
    Ids(VecDeque<MessageId>),
}

impl Search {
    /// Starts a search: what comes after `skip` messages, and at most `most` of them.
    pub fn start(tx: &Tx<'_>, actor: &Actor, query: &MessageQuery, keep: Keep, skip: usize, most: usize) -> Result<Self, Error> {
        let source = Source::of(tx, actor, query)?;
        Ok(Self { account: actor.account, source, keep, skip, left: most, examined: 0, audiences: HashMap::new() })
    }

    /// What is there of these ids, in their order.
    pub fn of_ids(account: AccountId, ids: Vec<MessageId>) -> Self {
        let (left, source) = (ids.len(), Source::Ids(ids.into()));
        Self { account, source, keep: None, skip: 0, left, examined: 0, audiences: HashMap::new() }
    }

    /// The next messages; none left when the list is empty.
    pub fn next_page(&mut self, tx: &Tx<'_>) -> Result<Vec<FoundMessage>, Error> {
        if self.keep.is_none() && self.skip > 0 {
            let skip = std::mem::take(&mut self.skip);
            self.source.pass_over(tx, skip)?;
        }
        while self.left > 0 {
            let wanted = if self.keep.is_none() { self.left } else { PAGE };
            let candidates = self.source.take(tx, self.account, wanted)?;
            if candidates.is_empty() {
                self.left = 0;
                break;
            }
            if self.keep.is_some() {
                self.examined += candidates.len();
                if self.examined > CANDIDATES {
                    return Err(TOO_WIDE);
                }
            }
            let described = self.describe(tx, candidates)?;
            let kept = self.choose(described);
            if !kept.is_empty() {
                return Ok(kept);
            }
        }
        Ok(Vec::new())
    }

    /// Of candidates those that are wanted, behind those to be skipped, as many as are left.
    fn choose(&mut self, candidates: Vec<FoundMessage>) -> Vec<FoundMessage> {
        let keep = self.keep.clone();
        let mut kept: Vec<FoundMessage> = candidates.into_iter().filter(|message| keep.as_ref().is_none_or(|keep| keep(message))).collect();
        let passed = self.skip.min(kept.len());
        self.skip -= passed;
        kept.drain(..passed);
        kept.truncate(self.left);
        self.left -= kept.len();
        kept
    }

    /// Whether the search has ended.
    pub fn is_over(&self) -> bool {
        self.left == 0
    }

    /// How many messages there are, without skipping any; a search that counts has no other use.
    pub fn count(mut self, tx: &Tx<'_>) -> Result<u64, Error> {
        if self.keep.is_none() {
            return self.source.count(tx, self.account);
        }
        (self.skip, self.left) = (0, usize::MAX);
        let mut count = 0;
        loop {
            match self.next_page(tx)?.len() {
                0 => return Ok(count),
                found => count += found as u64,
            }
        }
    }

    /// Candidates with all that belongs to them.
    fn describe(&mut self, tx: &Tx<'_>, candidates: Vec<Stored>) -> Result<Vec<FoundMessage>, Error> {
        let mut marks = store::finding::list_marks(tx, candidates.iter().map(|found| found.id))?;
        let named: Vec<AccountId> = candidates.iter().filter_map(|found| found.content.notice.as_ref()).flat_map(Notice::names).collect();
        let names = if named.is_empty() { HashMap::new() } else { store::finding::list_names(tx, named.into_iter())? };
        candidates
            .into_iter()
            .map(|found| {
                let (audience, marks) = (self.audience(tx, found.room)?, marks.remove(&found.id).unwrap_or_default());
                Ok(in_words(found, audience, marks, &names))
            })
            .collect()
    }

    fn audience(&mut self, tx: &Tx<'_>, room: RoomId) -> Result<Arc<Audience>, Error> {
        if let Some(known) = self.audiences.get(&room) {
            return Ok(known.clone());
        }
        if self.audiences.values().map(|audience| audience.0.len()).sum::<usize>() > REMEMBERED {
            self.audiences.clear();
        }
        let found = Arc::new(store::finding::find_audience(tx, room)?);
        self.audiences.insert(room, found.clone());
        Ok(found)
    }
}

/// A message whose report is put into words; that of a file is the file itself.
fn in_words(found: Stored, audience: Arc<Audience>, marks: Vec<String>, names: &HashMap<AccountId, String>) -> FoundMessage {
    let name_of = |account| names.get(&account).cloned().unwrap_or_else(|| "somebody".to_owned());
    let mut parts = vec![found.content.text];
    let mut file = None;
    match found.content.notice {
        Some(Notice::FileUploaded { file: id, name, .. }) => file = Some((id, name)),
        Some(notice) => parts.push(notice.in_words(&found.author.name, name_of)),
        None => {}
    }
    parts.retain(|part| !part.is_empty());
    FoundMessage {
        id: found.id,
        room: found.room,
        external_room: found.external_room,
        ordinal: found.ordinal,
        author: found.author,
        author_uid: found.author_uid,
        written: found.written,
        session: found.session,
        text: (!parts.is_empty()).then(|| parts.join("\n")),
        media: found.content.media.map(|media| media.as_str().to_owned()),
        file,
        marks,
        audience,
    }
}

/// One message that the actor may see.
pub fn get_message(tx: &Tx<'_>, actor: &Actor, id: MessageId) -> Result<FoundMessage, Error> {
    find_message(tx, actor, id)?.ok_or(Error::NotFound(Noun::Message))
}

/// The same, where there may be none.
pub(super) fn find_message(tx: &Tx<'_>, actor: &Actor, id: MessageId) -> Result<Option<FoundMessage>, Error> {
    Ok(Search::of_ids(actor.account, vec![id]).next_page(tx)?.pop())
}

impl Source {
    fn of(tx: &Tx<'_>, actor: &Actor, query: &MessageQuery) -> Result<Self, Error> {
        let nothing = Self::Ids(VecDeque::new());
        let author = match &query.author {
            Some(uid) => match store::accounts::find_by_uid(tx, uid)? {
                Some(author) => Some(author),
                None => return Ok(nothing),
            },
            None => None,
        };
        let wanted = Wanted { span: query.span, author, order: query.order };
        if query.rooms.is_none()
            && query.ids.is_none()
            && let Some(merge) = Merge::of_many(tx, actor, wanted)?
        {
            return Ok(Self::Rooms(merge));
        }
        let reach = access::rooms_within_reach(tx, actor, query.rooms.as_deref())?;
        if let Some(ids) = &query.ids {
            return by_ids(tx, actor.account, query, author, &reach, ids);
        }
        Ok(match reach[..] {
            [] => nothing,
            [only] => Self::Room(wanted.of(only), wanted.start()),
            _ => Self::Rooms(Merge::of_some(reach, wanted)),
        })
    }

    /// Leaves out the first ones without reading what they say.
    fn pass_over(&mut self, tx: &Tx<'_>, count: usize) -> Result<(), Error> {
        match self {
            Self::Ids(ids) => {
                ids.drain(..count.min(ids.len()));
            }
            Self::Room(shelf, behind) => {
                let last = i64::try_from(count - 1).unwrap_or(i64::MAX);
                match store::finding::list_places(tx, shelf, *behind, 1, last)?.first() {
                    Some(place) => *behind = *place,
                    None => *self = Self::Ids(VecDeque::new()),
                }
            }
            Self::Rooms(merge) => {
                for _ in 0..count.min(CANDIDATES + 1) {
                    if merge.next(tx)?.is_none() {
                        break;
                    }
                }
                if count > CANDIDATES {
                    return Err(TOO_WIDE);
                }
            }
        }
        Ok(())
    }

    /// The next candidates, at most `wanted`; empty when there are none.
    fn take(&mut self, tx: &Tx<'_>, account: AccountId, wanted: usize) -> Result<Vec<Stored>, Error> {
        match self {
            Self::Room(shelf, behind) => {
                let most = i64::try_from(wanted.min(PAGE)).unwrap_or(i64::MAX);
                let found = store::finding::list_of_room(tx, shelf, *behind, most, PAGE_BYTES)?;
                if let Some(last) = found.last() {
                    *behind = Place { written: last.written, id: last.id };
                }
                Ok(found)
            }
            Self::Rooms(_) | Self::Ids(_) => loop {
                let ids = self.next_ids(tx, wanted.min(NAMED))?;
                if ids.is_empty() {
                    return Ok(Vec::new());
                }
                // What went away meanwhile is no end.
                let found = store::finding::list_by_ids(tx, account, &ids)?;
                if !found.is_empty() {
                    return Ok(found);
                }
            },
        }
    }

    fn next_ids(&mut self, tx: &Tx<'_>, most: usize) -> Result<Vec<MessageId>, Error> {
        match self {
            Self::Ids(ids) => Ok(ids.drain(..most.min(ids.len())).collect()),
            Self::Rooms(merge) => {
                let mut ids = Vec::with_capacity(most);
                while ids.len() < most {
                    let Some(place) = merge.next(tx)? else { break };
                    ids.push(place.id);
                }
                Ok(ids)
            }
            Self::Room(..) => Ok(Vec::new()),
        }
    }

    fn count(&self, tx: &Tx<'_>, account: AccountId) -> Result<u64, Error> {
        let rooms = match self {
            Self::Room(shelf, _) => store::finding::count_of_room(tx, shelf)?,
            Self::Rooms(merge) => merge.count(tx)?,
            Self::Ids(ids) => {
                let ids: Vec<MessageId> = ids.iter().copied().collect();
                let mut count = 0;
                for some in ids.chunks(NAMED) {
                    count += store::finding::list_by_ids(tx, account, some)?.len() as i64;
                }
                count
            }
        };
        Ok(rooms.unsigned_abs())
    }
}

/// Named messages, as far as they are in the rooms and the time asked for.
fn by_ids(
    tx: &Tx<'_>,
    account: AccountId,
    query: &MessageQuery,
    author: Option<AccountId>,
    reach: &[Reach],
    ids: &[MessageId],
) -> Result<Source, Error> {
    let mut places: Vec<(crate::domain::Timestamp, MessageId)> = Vec::new();
    for some in ids.chunks(NAMED) {
        let found = store::finding::list_by_ids(tx, account, some)?.into_iter().filter(|message| {
            author.is_none_or(|author| message.author.id == author)
                && reach.iter().any(|reach| reach.room == message.room)
                && (query.span.from..=query.span.upto).contains(&message.written)
        });
        places.extend(found.map(|message| (message.written, message.id)));
    }
    places.sort_unstable();
    places.dedup();
    if query.order == Order::Descending {
        places.reverse();
    }
    Ok(Source::Ids(places.into_iter().map(|(_, id)| id).collect()))
}
