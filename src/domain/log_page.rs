//! Looking through a log from its newest entry back. However few entries fit, one look costs no more than a stretch of
//! a bounded length; whoever wants more goes on where it ended.

/// Some entries of a log, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPage<T> {
    /// The entries that fit.
    pub entries: Vec<T>,
    /// Before which number one goes on looking; none: everything was looked through.
    pub next: Option<i64>,
}

/// The stretch that one look goes through: numbers from `from` up to, not including, `before`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The oldest number in it.
    pub from: i64,
    /// The number behind its newest one.
    pub before: i64,
    oldest: i64,
}

impl Stretch {
    /// The last `most` numbers of a log before `before`; the log goes from `oldest` to `newest`.
    pub fn back(oldest: i64, newest: i64, before: Option<i64>, most: i64) -> Self {
        let end = newest.saturating_add(1);
        let before = before.map_or(end, |before| before.min(end));
        Self { from: before.saturating_sub(most).max(oldest), before, oldest }
    }

    /// What was found in it, at most `limit` entries.
    pub fn page<T>(&self, entries: Vec<T>, limit: i64, number: impl Fn(&T) -> i64) -> LogPage<T> {
        let is_full = entries.len() as i64 >= limit;
        let reached = entries.last().map(number).filter(|_| is_full).unwrap_or(self.from);
        LogPage { entries, next: (reached > self.oldest).then_some(reached) }
    }
}

#[cfg(test)]
mod tests {
    use super::Stretch;

    #[test]
    fn a_log_is_looked_through_from_its_end_in_stretches_without_gaps() {
        let (oldest, newest) = (5, 104);
        let mut next = None;
        let mut seen: Vec<i64> = Vec::new();
        loop {
            let stretch = Stretch::back(oldest, newest, next, 30);
            let fitting: Vec<i64> = (stretch.from..stretch.before).rev().filter(|number| number % 7 == 0).take(3).collect();
            let page = stretch.page(fitting, 3, |number| *number);
            seen.extend(&page.entries);
            match page.next {
                Some(before) => next = Some(before),
                None => break,
            }
        }
        let all: Vec<i64> = (oldest..=newest).rev().filter(|number| number % 7 == 0).collect();
        assert_eq!(seen, all);
    }

    #[test]
    fn an_empty_log_has_one_empty_page() {
        let stretch = Stretch::back(1, 0, None, 30);
        assert_eq!(stretch.page(Vec::<i64>::new(), 3, |number| *number).next, None);
        assert_eq!(Stretch::back(1, 0, Some(i64::MAX), 30), stretch);
    }
}
