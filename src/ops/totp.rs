//! One-time codes by time (RFC 6238), with SHA-1, 30 seconds and six digits: what every authenticator takes.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::domain::{Timestamp, TotpKey};

/// Seconds that a code lasts (RFC 6238, section 5.2).
const STEP_S: i64 = 30;

/// A key as authenticators take it.
pub fn key_text(key: &TotpKey) -> String {
    data_encoding::BASE32_NOPAD.encode(key.bytes())
}

/// The time step whose code this is: the current one or a neighbour of it, and later than `last`.
pub fn step_of(key: &TotpKey, code: &str, now: Timestamp, last: i64) -> Option<i64> {
    let current = now.seconds().div_euclid(STEP_S);
    let is_code = |step: &i64| code_at(key, *step).as_bytes().ct_eq(code.as_bytes()).into();
    (current - 1..=current + 1).filter(|step| *step > last).find(is_code)
}

/// The code of a time step (RFC 4226, section 5.3).
pub fn code_at(key: &TotpKey, step: i64) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key.bytes()) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last().copied().unwrap_or(0) & 0xF);
    let four = hash.get(offset..offset + 4).and_then(|four| <[u8; 4]>::try_from(four).ok()).unwrap_or_default();
    let number = u32::from_be_bytes(four) & 0x7FFF_FFFF;
    format!("{:06}", number % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::{key_text, step_of};
    use crate::domain::{Timestamp, TotpKey};

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B; the last six of its eight digits.
        let key = TotpKey::stored(b"12345678901234567890".to_vec());
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")] {
            let now = Timestamp::from_seconds(seconds);
            assert_eq!(step_of(&key, code, now, 0), Some(seconds / 30), "{seconds}");
            assert_eq!(step_of(&key, code, now, seconds / 30), None, "a code is good once");
        }
        assert_eq!(key_text(&key), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_lasts_a_step_longer_and_clocks_may_differ_by_one() {
        let key = TotpKey::stored(b"12345678901234567890".to_vec());
        let accepted = |seconds| step_of(&key, "287082", Timestamp::from_seconds(seconds), 0).is_some();
        assert!(accepted(0) && accepted(30) && accepted(89) && !accepted(90));
        for other in ["", "28708", "2870822", "000000"] {
            assert_eq!(step_of(&key, other, Timestamp::from_seconds(59), 0), None, "{other}");
        }
    }
}
