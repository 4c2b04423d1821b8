//! Files as the manifests of backups and exports list them.

use serde::{Deserialize, Serialize};

use super::disk::hex;
use crate::domain::BlobHash;

/// A file, by its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// SHA-256 of its bytes, in hexadecimal: the name of content below `files/<first two digits>/`.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

impl Listed {
    /// A file of this hash and size in bytes.
    pub fn of((hash, bytes): (BlobHash, u64)) -> Self {
        Self { sha256: hex(hash), bytes }
    }
}

/// Both lists as one, by hash: what rows name is there or is missing.
pub fn by_hash(there: &[Listed], missing: &[Listed]) -> Vec<Listed> {
    let mut all = [there, missing].concat();
    all.sort_by(|one, other| one.sha256.cmp(&other.sha256));
    all
}
