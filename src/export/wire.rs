//! `manifest.json` of an export: what it holds, with every hash. No time of day: the same world gives the same bytes.

use serde::{Deserialize, Serialize};

use crate::files::wire::Listed;

/// Number of this format.
pub(super) const FORMAT: u32 = 1;

/// What an export says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// Number of the format.
    pub(super) format: u32,
    /// Version of the program that made it.
    pub(super) version: String,
    /// Number of the schema, which says which nouns and fields there are.
    pub(super) schema: u32,
    /// Office or sandbox.
    pub(super) mode: String,
    /// Files of rows, in the order in which they name each other.
    pub(super) nouns: Vec<NounFile>,
    /// Contents of files, by hash.
    pub(super) contents: Vec<Listed>,
    /// Contents that rows name and that were not there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) missing: Vec<Listed>,
}

/// What is read first: a manifest of another format may look otherwise.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    pub(super) format: u32,
    pub(super) schema: u32,
}

/// A file of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NounFile {
    /// Its name.
    pub(super) file: String,
    /// Its lines.
    pub(super) rows: u64,
    /// Its size.
    pub(super) bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub(super) sha256: String,
}
