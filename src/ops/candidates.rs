//! Which messages may have all of some terms, newest first. The list of the rarest term leads: to enter a long list in its middle is
//! dearer than to look at a message, and the further from its end, the more. Only when what the rarest term leads to turns out not to
//! have the others, too, many times in a row, are all lists walked side by side, each leaping to where the others are.
//!
//! Each era has lists of its own. One in which some term has no message is left at once.
//!
//! Invariant: it passes over no message that has all terms. It reads each list a piece at a time and no further than it has to, and
//! gives up when it has read so much: two lists that are long and never meet would otherwise be read to their ends.

use std::cmp::Reverse;
use std::collections::VecDeque;

use crate::domain::{Error, MessageId};
use crate::store::eras::Era;

/// What one search may read, in entries of lists.
pub(super) const BUDGET: usize = 100_000;
/// What it costs to begin reading a piece of a list, in entries, as measured.
const PIECE: usize = 256;
/// Entries of pieces; the first one is half of `FIRST`.
const FIRST: usize = 64;
const SHORTEST: usize = 32;
const LONGEST: usize = 1_024;
/// Messages in a row that did not have all terms before all lists are asked for the next one.
const DOUBT: usize = 32;

/// Where a walk has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// To a message that may have all terms.
    At(MessageId),
    /// To its limit: nothing above this one was missed, the rest was not looked at.
    GaveUp(MessageId),
    /// To the end.
    Over,
}

/// A walk over lists.
pub(super) struct Candidates {
    /// Eras that it has not left, oldest first.
    eras: Vec<Era>,
    /// Once it has begun with an era, that of the rarest term first.
    lists: Vec<List>,
    has_begun: bool,
    /// Messages in a row that did not have all terms.
    misses: usize,
    /// What was read so far; whoever looks at messages adds to it.
    pub(super) effort: usize,
}

/// Reads the newest messages of an era with a term, from one on: at most so many.
pub(super) type Lookup<'a> = &'a dyn Fn(Era, &str, MessageId, usize) -> Result<Vec<MessageId>, Error>;

impl Candidates {
    /// Starts a walk over what has all these terms. Without any, nothing has them. Eras are given oldest first.
    pub(super) fn start(eras: Vec<Era>, terms: impl IntoIterator<Item = String>) -> Self {
        let list = |term| List { term, ahead: VecDeque::new(), is_read: false, piece: FIRST, used: 0 };
        Self { eras, lists: terms.into_iter().map(list).collect(), has_begun: false, misses: 0, effort: 0 }
    }

    /// Hears whether the last message had all terms.
    pub(super) fn note(&mut self, has_all: bool) {
        self.misses = if has_all { 0 } else { self.misses + 1 };
    }

    /// The next message that is no newer than `from`.
    pub(super) fn next(&mut self, mut from: MessageId, lookup: Lookup<'_>) -> Result<Step, Error> {
        while let Some(era) = self.eras.last().copied() {
            if era.first <= from {
                match self.next_in(era, from, lookup)? {
                    Step::Over => from = MessageId::new(era.first.get() - 1),
                    step => return Ok(step),
                }
            }
            self.eras.pop();
            self.has_begun = false;
        }
        Ok(Step::Over)
    }

    /// The next message of an era.
    fn next_in(&mut self, era: Era, from: MessageId, lookup: Lookup<'_>) -> Result<Step, Error> {
        let lookup = |term: &str, from, most| lookup(era, term, from, most);
        if self.effort < BUDGET && !self.begin(&lookup)? {
            return Ok(Step::Over);
        }
        let asked = if self.misses < DOUBT { self.lists.len().min(1) } else { self.lists.len() };
        self.misses %= DOUBT;
        let (mut wanted, mut agreeing, mut furthest) = (from, 0, (0, 0));
        for number in (0..asked).cycle() {
            if self.effort >= BUDGET {
                return Ok(Step::GaveUp(wanted));
            }
            let Some(list) = self.lists.get_mut(number) else { break };
            match list.leap(wanted, &lookup, &mut self.effort)? {
                None => return Ok(Step::Over),
                Some(found) if found == wanted => agreeing += 1,
                Some(found) => {
                    furthest = furthest.max((wanted.get() - found.get(), number));
                    (wanted, agreeing) = (found, 1);
                }
            }
            if agreeing >= asked {
                // What was said often lately need not be frequent: of all that were asked, the one that leapt furthest leads from here on.
                self.lists.swap(0, furthest.1);
                return Ok(Step::At(wanted));
            }
        }
        Ok(Step::Over)
    }

    /// Reads the newest entries of each list, where that is quick, and finds the rarest term by them. Says whether all have some.
    fn begin(&mut self, lookup: LookupInEra<'_>) -> Result<bool, Error> {
        if self.has_begun {
            return Ok(true);
        }
        for number in 0..self.lists.len() {
            let Some(list) = self.lists.get_mut(number) else { break };
            list.read(MessageId::new(i64::MAX), lookup, &mut self.effort)?;
            if list.ahead.is_empty() {
                // It is asked first in the next era.
                self.lists.swap(0, number);
                return Ok(false);
            }
        }
        self.lists.sort_by_key(|list| Reverse(list.spread()));
        self.has_begun = true;
        Ok(true)
    }
}

/// The same within one era.
type LookupInEra<'a> = &'a dyn Fn(&str, MessageId, usize) -> Result<Vec<MessageId>, Error>;

/// The messages that have a term.
struct List {
    term: String,
    /// The next ones that were read.
    ahead: VecDeque<MessageId>,
    /// Whether nothing comes behind them.
    is_read: bool,
    /// Entries of the last piece, and how many of them were of use.
    piece: usize,
    used: usize,
}

impl List {
    /// The newest message that is no newer than `from`.
    fn leap(&mut self, from: MessageId, lookup: LookupInEra<'_>, effort: &mut usize) -> Result<Option<MessageId>, Error> {
        while self.ahead.front().is_some_and(|message| *message > from) {
            self.ahead.pop_front();
        }
        if self.ahead.is_empty() && !self.is_read {
            self.read(from, lookup, effort)?;
        }
        self.used += 1;
        Ok(self.ahead.front().copied())
    }

    /// Reads the next piece.
    fn read(&mut self, from: MessageId, lookup: LookupInEra<'_>, effort: &mut usize) -> Result<(), Error> {
        // Whoever goes on entry by entry gets longer and longer pieces; who leaps over most of a piece, shorter ones.
        let is_worth_it = self.used * 8 >= self.piece;
        self.piece = if is_worth_it { (self.piece * 2).min(LONGEST) } else { (self.piece / 2).max(SHORTEST) };
        self.ahead = lookup(&self.term, from, self.piece)?.into();
        self.is_read = self.ahead.len() < self.piece;
        *effort += self.ahead.len() + PIECE;
        self.used = 0;
        Ok(())
    }

    /// How far apart its entries are, by the piece that was read; further than those of any other if that is all there is.
    fn spread(&self) -> i64 {
        match (self.ahead.front(), self.ahead.back()) {
            (Some(newest), Some(oldest)) if !self.is_read => newest.get() - oldest.get(),
            _ => i64::MAX - self.ahead.len() as i64,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{BUDGET, Candidates, Era, Step};
    use crate::domain::{Error, MessageId};

    /// Eras that begin with these ids.
    fn eras(firsts: &[i64]) -> Vec<Era> {
        (0..).zip(firsts).map(|(number, first)| Era { number, first: MessageId::new(*first) }).collect()
    }

    /// Reads from sets, as the store does from its index. What ends an era is the beginning of the next one.
    fn lookup<'a>(
        lists: &'a [BTreeSet<i64>],
        firsts: &'a [i64],
    ) -> impl Fn(Era, &str, MessageId, usize) -> Result<Vec<MessageId>, Error> + 'a {
        |era, term, from, most| {
            let list = &lists[term.parse::<usize>().expect("a number")];
            let end = firsts.get(era.number as usize + 1).copied().unwrap_or(i64::MAX);
            let of_era = list.range(era.first.get()..end).rev().filter(|id| **id <= from.get());
            Ok(of_era.take(most).map(|id| MessageId::new(*id)).collect())
        }
    }

    fn start(terms: usize, firsts: &[i64]) -> Candidates {
        Candidates::start(eras(firsts), (0..terms).map(|number| number.to_string()))
    }

    fn walk(lists: &[BTreeSet<i64>], firsts: &[i64]) -> (Vec<i64>, Step) {
        let mut candidates = start(lists.len(), firsts);
        let (mut found, mut from) = (Vec::new(), MessageId::new(i64::MAX));
        loop {
            match candidates.next(from, &lookup(lists, firsts)).expect("a step") {
                Step::At(id) => {
                    let has_all = lists.iter().all(|list| list.contains(&id.get()));
                    candidates.note(has_all);
                    found.extend(has_all.then_some(id.get()));
                    from = MessageId::new(id.get() - 1);
                }
                end => return (found, end),
            }
        }
    }

    #[test]
    fn lists_that_never_meet_are_given_up_where_the_search_can_go_on() {
        let lists = [0, 1].map(|rest| (0..200_000).filter(|number| number % 2 == rest).collect::<BTreeSet<i64>>());
        let (found, Step::GaveUp(at)) = walk(&lists, &[0]) else { panic!("it goes on and on") };
        assert_eq!(found, Vec::<i64>::new());
        let passed = 200_000 - at.get();
        assert!(passed > 30_000 && passed < BUDGET as i64, "{passed}");
    }

    #[test]
    fn a_long_list_is_read_only_where_a_short_one_has_something() {
        let lists = [(0..200_000).collect::<BTreeSet<i64>>(), (0..200_000).step_by(20_000).collect()];
        let mut candidates = start(2, &[0]);
        let mut from = MessageId::new(i64::MAX);
        while let Ok(Step::At(id)) = candidates.next(from, &lookup(&lists, &[0])) {
            candidates.note(true);
            from = MessageId::new(id.get() - 1);
        }
        assert_eq!(from.get(), -1, "all ten were found");
        assert!(candidates.effort < 1_000, "{}", candidates.effort);
    }

    #[test]
    fn a_word_that_was_frequent_lately_alone_leads_all_the_same() {
        let lists = [(0..200_000).step_by(2).collect(), (0..200_000).step_by(1_000).chain(199_900..200_000).collect::<BTreeSet<i64>>()];
        let mut candidates = start(2, &[0]);
        let (mut from, mut looks) = (MessageId::new(i64::MAX), 0);
        while let Ok(Step::At(id)) = candidates.next(from, &lookup(&lists, &[0])) {
            candidates.note(lists[1].contains(&id.get()));
            (from, looks) = (MessageId::new(id.get() - 1), looks + 1);
        }
        assert!(from.get() == -1 && looks < 300 && candidates.effort < 5_000, "{looks} looks, {}", candidates.effort);
    }

    #[test]
    fn two_words_of_different_times_cost_little() {
        let lists = [(0..20_000).collect::<BTreeSet<i64>>(), (40_000..200_000).step_by(3).collect()];
        let mut candidates = start(2, &[0]);
        let (mut from, mut looks) = (MessageId::new(i64::MAX), 0);
        while let Ok(Step::At(id)) = candidates.next(from, &lookup(&lists, &[0])) {
            candidates.note(false);
            (from, looks) = (MessageId::new(id.get() - 1), looks + 1);
        }
        assert!(looks <= 32 && candidates.effort < 5_000, "{looks} looks, {}", candidates.effort);
    }

    #[test]
    fn an_era_in_which_a_word_was_not_said_costs_one_look() {
        let firsts: Vec<i64> = (0..200).map(|era| era * 1_000).collect();
        let lists = [(0..200_000).collect::<BTreeSet<i64>>(), [7].into(), (0..200_000).step_by(3).collect()];
        let (looks, mut candidates) = (std::cell::Cell::new(0), start(3, &firsts));
        let found = candidates.next(MessageId::new(i64::MAX), &|era, term, from, most| {
            looks.set(looks.get() + 1);
            lookup(&lists, &firsts)(era, term, from, most)
        });
        assert_eq!(
            (found.expect("a step"), looks.get()),
            (Step::At(MessageId::new(7)), 2 + 198 + 3),
            "of the first, that of all but the last"
        );
    }

    #[test]
    fn eras_without_a_word_are_given_up_some_time_too() {
        let firsts: Vec<i64> = (0..1_000).collect();
        let (found, Step::GaveUp(at)) = walk(&[BTreeSet::new()], &firsts) else { panic!("it goes on and on") };
        assert!(found.is_empty() && (500..700).contains(&at.get()), "{at}");
    }

    proptest::proptest! {
        #[test]
        fn a_walk_finds_what_all_lists_have(
            lists in proptest::collection::vec(proptest::collection::btree_set(0..300i64, 0..200), 1..5),
            later in proptest::collection::btree_set(1..300i64, 0..6),
        ) {
            let firsts: Vec<i64> = [0].into_iter().chain(later).collect();
            let common = lists.iter().skip(1).fold(lists[0].clone(), |common, list| &common & list);
            assert_eq!(walk(&lists, &firsts), (common.into_iter().rev().collect(), Step::Over));
        }
    }
}
