//! Rate limits as vendors have them: a fixed window per key, with what is left shown in headers.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use crate::config::Limits;
use crate::domain::Timestamp;

/// What is left of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Calls in a window.
    pub limit: u32,
    /// Calls left after this one.
    pub remaining: u32,
    /// When the window starts anew, in seconds since 1970.
    pub reset_s: i64,
    /// Seconds until then, at least 1.
    pub wait_s: i64,
}

/// Counts calls per key in fixed windows.
#[derive(Debug)]
pub struct Windows<K> {
    mode: Limits,
    limit: u32,
    window_ms: i64,
    counts: Mutex<Recent<K, Window>>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    ends_ms: i64,
    calls: u32,
}

/// Keys that are told apart at least. Twice as many take some megabytes, and nobody can make it more.
const MOST_KEYS: usize = 50_000;

/// A map that forgets the keys it was not asked for since many others came, so that whoever has millions of addresses fills no
/// memory and makes nothing slow.
#[derive(Debug)]
struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { young: HashMap::new(), old: HashMap::new() }
    }
}

impl<K: Eq + Hash, V> Recent<K, V> {
    fn get(&self, key: &K) -> Option<&V> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// The value of a key, `fresh` when there is none.
    fn entry(&mut self, key: K, fresh: V) -> &mut V {
        if self.young.len() >= MOST_KEYS && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        let known = self.old.remove(&key).unwrap_or(fresh);
        self.young.entry(key).or_insert(known)
    }

    fn remove(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }
}

impl<K: Eq + Hash> Windows<K> {
    /// Windows of this length.
    pub fn new(mode: Limits, limit: u32, window_s: u32) -> Self {
        Self { mode, limit, window_ms: i64::from(window_s) * 1000, counts: Mutex::default() }
    }

    /// Counts a call; gives what is left, and whether the call is refused. A refused call counts too.
    pub fn count(&self, key: K, now: Timestamp) -> (Quota, bool) {
        if self.mode == Limits::Off {
            return (self.quota(0, now.ms() + self.window_ms, now), false);
        }
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Window { ends_ms: now.ms() + self.window_ms, calls: 0 };
        let window = counts.entry(key, fresh);
        // A clock that was set back must not lock anybody out.
        if window.ends_ms <= now.ms() || window.ends_ms > fresh.ends_ms {
            *window = fresh;
        }
        window.calls = window.calls.saturating_add(1);
        (self.quota(window.calls, window.ends_ms, now), self.mode == Limits::Vendor && window.calls > self.limit)
    }

    /// Whether a key has no call left, without counting one.
    pub fn is_spent(&self, key: &K, now: Timestamp) -> bool {
        self.wait_s(key, now).is_some()
    }

    /// Seconds that a key without a call left has to wait, without counting one.
    pub fn wait_s(&self, key: &K, now: Timestamp) -> Option<i64> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full =
            |window: &&Window| window.calls >= self.limit && window.ends_ms > now.ms() && window.ends_ms <= now.ms() + self.window_ms;
        let window = counts.get(key).filter(|_| self.mode == Limits::Vendor).filter(is_full)?;
        Some((window.ends_ms - now.ms() + 999) / 1000)
    }

    fn quota(&self, calls: u32, ends_ms: i64, now: Timestamp) -> Quota {
        let wait_s = (ends_ms - now.ms()).max(1).saturating_add(999) / 1_000;
        // Rounded down: some clients refuse a reset further away than one window.
        Quota { limit: self.limit, remaining: self.limit.saturating_sub(calls), reset_s: ends_ms.div_euclid(1000), wait_s }
    }
}

/// Tries per key: so many at once, and then one more each time a while has gone by.
#[derive(Debug)]
pub struct Buckets<K> {
    burst: u32,
    refill_ms: i64,
    /// When each key has all its tries again.
    full_at: Mutex<Recent<K, i64>>,
}

impl<K: Eq + Hash> Buckets<K> {
    /// `burst` tries at once, one more every `refill_s` seconds.
    pub fn new(burst: u32, refill_s: u32) -> Self {
        Self { burst, refill_ms: i64::from(refill_s) * 1000, full_at: Mutex::default() }
    }

    /// Takes a try; where none is left, the seconds until there is one.
    pub fn take(&self, key: K, now: Timestamp) -> Result<(), i64> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let most = i64::from(self.burst) * self.refill_ms;
        let full_at = full_at.entry(key, now.ms());
        let spent_ms = *full_at - now.ms();
        // A clock that was set back must not lock anybody out.
        let spent_ms = if (0..=most).contains(&spent_ms) { spent_ms } else { 0 };
        let wait_ms = spent_ms + self.refill_ms - most;
        if wait_ms > 0 {
            return Err((wait_ms + 999) / 1000);
        }
        *full_at = now.ms() + spent_ms + self.refill_ms;
        Ok(())
    }

    /// Gives a key all its tries again.
    pub fn refill(&self, key: &K) {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::{Buckets, Limits, MOST_KEYS, Recent, Windows};
    use crate::domain::Timestamp;

    #[test]
    fn a_window_counts_down_refuses_and_starts_anew() {
        let windows = Windows::new(Limits::Vendor, 2, 10);
        let at = Timestamp::from_ms;
        assert_eq!(windows.count(1, at(0)).0.remaining, 1);
        assert_eq!(windows.count(1, at(1)), (super::Quota { limit: 2, remaining: 0, reset_s: 10, wait_s: 10 }, false));
        assert!(windows.is_spent(&1, at(9_999)) && !windows.is_spent(&1, at(10_000)) && !windows.is_spent(&2, at(9_999)));
        assert!(windows.count(1, at(9_999)).1, "the third call in the window is refused");
        assert!(!windows.count(2, at(9_999)).1, "another key has its own window");
        assert_eq!(windows.count(1, at(10_000)).0.remaining, 1);
    }

    #[test]
    fn counting_only_never_refuses_and_off_shows_a_full_window() {
        let counting = Windows::new(Limits::CountOnly, 1, 10);
        assert!(!counting.count(1, Timestamp::from_ms(0)).1);
        assert_eq!(counting.count(1, Timestamp::from_ms(0)), (super::Quota { limit: 1, remaining: 0, reset_s: 10, wait_s: 10 }, false));
        let off = Windows::new(Limits::Off, 5, 10);
        assert_eq!(off.count(1, Timestamp::from_ms(0)).0.remaining, 5);
    }

    #[test]
    fn tries_come_back_one_by_one() {
        let tries = Buckets::new(2, 60);
        let take = |ms| tries.take("a", Timestamp::from_ms(ms));
        assert_eq!((take(0), take(0), take(1)), (Ok(()), Ok(()), Err(60)));
        assert_eq!((take(59_999), take(60_000), take(60_001)), (Err(1), Ok(()), Err(60)));
        assert_eq!(tries.take("b", Timestamp::from_ms(1)), Ok(()), "another key has tries of its own");
        tries.refill(&"a");
        assert_eq!(take(60_002), Ok(()));
        assert_eq!(take(-10_000_000), Ok(()), "a clock that jumps back locks nobody out");
    }

    #[test]
    fn millions_of_keys_fill_no_memory_and_the_busy_ones_stay() {
        let mut map = Recent::default();
        for key in 0..1_000_000_u32 {
            *map.entry(key, 0) += 1;
            *map.entry(u32::MAX, 0) += 1;
            assert!(map.young.len() + map.old.len() <= 2 * MOST_KEYS);
        }
        assert_eq!((map.get(&u32::MAX), map.get(&999_999), map.get(&0)), (Some(&1_000_000), Some(&1), None));
        map.remove(&u32::MAX);
        assert_eq!(map.get(&u32::MAX), None);
    }

    #[test]
    fn a_clock_that_jumps_back_locks_nobody_out() {
        let windows = Windows::new(Limits::Vendor, 1, 10);
        windows.count(1, Timestamp::from_ms(1_000_000));
        assert!(!windows.count(1, Timestamp::from_ms(0)).1);
    }
}
