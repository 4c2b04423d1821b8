//! Searching messages for words, newest first.
//!
//! Invariant: what a message says now decides; the index only proposes where to look. What came after the index is looked at
//! directly, so a message is found at once and one that was deleted is not. Access is the caller's: an organization is
//! searched as a whole.

use std::collections::{HashSet, VecDeque};

use super::candidates::{BUDGET, Candidates, Step};
use crate::domain::{Error, FoundPage, MessageId, OrganizationId, SearchHit, SearchPage, SearchProgress, SearchQuery, Timestamp};
use crate::store::{self, Tx};

/// Events whose messages are looked at without the index.
const FRESH: i64 = 1_000;
/// What it costs to look at a message, in entries of the index; one more for so many bytes of its text.
const LOOK: usize = 50;
const BYTES: usize = 16;

/// Messages of an organization's rooms that answer a query, newest first. Reports of the server are not searched. Runs on a
/// thread that may block.
pub fn search_messages(tx: &Tx<'_>, organization: OrganizationId, query: &SearchQuery, page: SearchPage) -> Result<FoundPage, Error> {
    let search = Search { tx, organization, query };
    let limit = page.limit.clamp(1, SearchPage::MAX);
    let (oldest, mut from) = bounds(query, page);
    let mut candidates = Candidates::start(store::eras::list_eras_from(tx, oldest)?, search.terms());
    let mut found = Gathering { hits: Vec::new(), fresh: search.list_fresh(oldest, from, limit + 1, &mut candidates.effort)? };
    let known: HashSet<MessageId> = found.fresh.iter().map(|hit| hit.id).collect();
    let lookup = |era, term: &str, from, most| store::search::list_with_term(tx, organization, era, term, from, most);
    loop {
        let id = match candidates.next(from, &lookup)? {
            Step::At(id) if id >= oldest => id,
            Step::GaveUp(id) if id >= oldest => return Ok(found.given_up(id, limit, candidates.effort)),
            _ => return Ok(found.finished(limit, candidates.effort)),
        };
        found.pass(id);
        if found.hits.len() > limit {
            return Ok(found.finished(limit, candidates.effort));
        }
        if !known.contains(&id) {
            let hit = search.look(id, &mut candidates.effort)?;
            candidates.note(hit.is_some());
            found.hits.extend(hit);
        }
        from = MessageId::new(id.get() - 1);
    }
}

/// The ids of the oldest and the newest message that may be shown.
fn bounds(query: &SearchQuery, page: SearchPage) -> (MessageId, MessageId) {
    let first_of = |at: Timestamp| MessageId::first_at(at).get();
    let last = first_of(query.span.upto.plus_ms(1)).saturating_sub(1);
    let before = page.before.map_or(i64::MAX, |before| before.get().saturating_sub(1));
    (MessageId::new(first_of(query.span.from)), MessageId::new(last.min(before)))
}

/// A search under way.
struct Search<'a> {
    tx: &'a Tx<'a>,
    organization: OrganizationId,
    query: &'a SearchQuery,
}

impl Search<'_> {
    /// All that a hit is listed under.
    fn terms(&self) -> Vec<String> {
        let room = self.query.room.map(store::search::room_term);
        let author = self.query.author.map(store::search::author_term);
        self.query.words.terms().into_iter().chain(room).chain(author).collect()
    }

    /// A message, if it is a hit.
    fn look(&self, id: MessageId, effort: &mut usize) -> Result<Option<SearchHit>, Error> {
        let found = store::search::find_candidate(self.tx, id, self.organization, self.query.room, self.query.author)?;
        *effort += LOOK + found.as_ref().map_or(0, |message| message.text.len() / BYTES);
        Ok(found.and_then(|message| {
            let marks = self.query.words.find(&message.text)?;
            Some(SearchHit { id, room: message.room, author: message.author, sent: message.sent, text: message.text, marks })
        }))
    }

    /// Hits that the index does not know yet, newest first: at most `most`, and for half of what a search may do.
    fn list_fresh(&self, oldest: MessageId, newest: MessageId, most: usize, effort: &mut usize) -> Result<VecDeque<SearchHit>, Error> {
        let followed = store::search::find_state(self.tx)?.followed;
        let mut ids = store::search::list_fresh(self.tx, followed, FRESH)?;
        ids.retain(|id| (oldest..=newest).contains(id));
        ids.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
        let mut hits = VecDeque::new();
        for id in ids {
            hits.extend(self.look(id, effort)?);
            if hits.len() >= most || *effort >= BUDGET / 2 {
                break;
            }
        }
        Ok(hits)
    }
}

/// Hits from the index and hits that it does not know, becoming one list.
struct Gathering {
    hits: Vec<SearchHit>,
    /// What was not taken over yet, newest first.
    fresh: VecDeque<SearchHit>,
}

impl Gathering {
    /// The index has nothing more above this message: fresh hits above it are next.
    fn pass(&mut self, id: MessageId) {
        while let Some(hit) = self.fresh.pop_front_if(|hit| hit.id > id) {
            self.hits.push(hit);
        }
    }

    /// The page of a search that ended.
    fn finished(mut self, limit: usize, effort: usize) -> FoundPage {
        self.hits.extend(self.fresh);
        let is_whole = self.hits.len() <= limit;
        self.hits.truncate(limit);
        let next = if is_whole { None } else { self.hits.last().map(|hit| hit.id) };
        FoundPage { hits: self.hits, next, effort }
    }

    /// The page of a search that gave up at a message, which the next page begins with.
    fn given_up(mut self, at: MessageId, limit: usize, effort: usize) -> FoundPage {
        self.pass(at);
        let page = Self { hits: self.hits, fresh: VecDeque::new() }.finished(limit, effort);
        FoundPage { next: page.next.or(Some(MessageId::new(at.get().saturating_add(1)))), ..page }
    }
}

/// How far the index has got with what was there before it.
pub fn get_progress(tx: &Tx<'_>) -> Result<SearchProgress, Error> {
    let state = store::search::find_state(tx)?;
    Ok(SearchProgress { done: state.done, total: state.total })
}

/// Makes the index anew, message by message, in the background. Searches go on meanwhile.
pub fn reindex(tx: &Tx<'_>) -> Result<(), Error> {
    store::search::reset_backlog(tx)
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::{FoundPage, Gathering, MessageId, SearchHit, Timestamp};
    use crate::domain::{AccountId, Avatar, Person, RoomId};

    fn hit(id: i64) -> SearchHit {
        let author = Person { id: AccountId::new(1), name: String::new(), avatar: Avatar::for_account(AccountId::new(1)) };
        let (text, marks) = (String::new(), Vec::new());
        SearchHit { id: MessageId::new(id), room: RoomId::new(1), author, sent: Timestamp::from_ms(0), text, marks }
    }

    /// What the index found, down to 7, and what it does not know yet.
    fn gathering() -> Gathering {
        let mut found = Gathering { hits: Vec::new(), fresh: VecDeque::from([9, 5, 3].map(hit)) };
        found.pass(MessageId::new(7));
        found.hits.push(hit(7));
        found
    }

    fn shown(page: FoundPage) -> (Vec<i64>, Option<i64>) {
        (page.hits.iter().map(|hit| hit.id.get()).collect(), page.next.map(MessageId::get))
    }

    #[test]
    fn a_search_that_gave_up_goes_on_with_the_message_at_which_it_did() {
        let given_up = |limit| shown(gathering().given_up(MessageId::new(5), limit, 0));
        assert_eq!(given_up(10), (vec![9, 7], Some(6)), "5 is looked at by the next page");
        assert_eq!(given_up(2), (vec![9, 7], Some(6)));
        assert_eq!(given_up(1), (vec![9], Some(9)), "what did not fit comes with the next page");
    }

    #[test]
    fn a_search_that_ended_has_no_next_page_unless_something_did_not_fit() {
        let finished = |limit| shown(gathering().finished(limit, 0));
        assert_eq!(finished(4), (vec![9, 7, 5, 3], None));
        assert_eq!(finished(3), (vec![9, 7, 5], Some(5)));
    }
}
