//! Randomness of a world: the system's, or repeatable from a seed in the sandbox.

use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

/// Where random bytes come from.
#[derive(Debug)]
pub enum Entropy {
    /// The operating system.
    System,
    /// SHA-256 of a seed and a counter: the same seed gives the same bytes in the same order.
    Seeded {
        /// The seed.
        seed: u64,
        /// How many blocks were drawn.
        drawn: AtomicU64,
    },
}

impl Entropy {
    /// Repeatable bytes from a seed.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded { seed, drawn: AtomicU64::new(0) }
    }

    /// 32 random bytes.
    pub fn bytes(&self) -> [u8; 32] {
        match self {
            Self::System => {
                let mut bytes = [0; 32];
                if let Err(cause) = getrandom::fill(&mut bytes) {
                    // Without randomness no secret is one; going on would be worse than stopping.
                    tracing::error!(%cause, "the system gives no random bytes");
                    std::process::abort();
                }
                bytes
            }
            Self::Seeded { seed, drawn } => {
                let block = drawn.fetch_add(1, Ordering::Relaxed);
                Sha256::new().chain_update(seed.to_be_bytes()).chain_update(block.to_be_bytes()).finalize().into()
            }
        }
    }

    /// Random text of `length` (at most 51) characters from `a-z0-9`, 5 bits a character.
    pub fn text(&self, length: usize) -> String {
        let mut text = data_encoding::BASE32_NOPAD.encode(&self.bytes()).to_ascii_lowercase();
        text.truncate(length);
        text
    }

    /// Random text of `length` characters of an alphabet (ASCII), each as likely as any other.
    pub fn choice(&self, alphabet: &[u8], length: usize) -> String {
        // Bytes above the last whole multiple would favour the first characters.
        let fair = 256 / alphabet.len() * alphabet.len();
        let mut text = String::with_capacity(length);
        while text.len() < length {
            let bytes = self.bytes().into_iter().map(usize::from).filter(|byte| *byte < fair);
            text.extend(bytes.take(length - text.len()).map(|byte| char::from(alphabet[byte % alphabet.len()])));
        }
        text
    }

    /// A random number of this many digits, the first of which is not 0.
    pub fn number(&self, digits: usize) -> i64 {
        let text = self.choice(b"123456789", 1) + &self.choice(b"0123456789", digits.saturating_sub(1));
        text.parse().unwrap_or_default()
    }
}
