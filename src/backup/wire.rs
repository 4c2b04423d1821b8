//! `manifest.json` of a backup: what it holds, with every hash, so that damage shows.

use serde::{Deserialize, Serialize};

use crate::files::wire::Listed;

/// Number of this layout.
pub(super) const FORMAT: u32 = 1;

/// What a backup says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// Number of the layout.
    pub(super) format: u32,
    /// Which world it is of; none in what was made before worlds were told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) world: Option<String>,
    /// Which data directory it was made from; none in what was made before directories were told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) directory: Option<String>,
    /// When it was made, in milliseconds since 1970.
    pub(super) made_ms: i64,
    /// Version of the program that made it.
    pub(super) version: String,
    /// Office or sandbox.
    pub(super) mode: String,
    /// The server's name, fixed at its first start.
    pub(super) server_name: String,
    /// Number of the database's schema.
    pub(super) schema: u32,
    /// The database.
    pub(super) database: Listed,
    /// How many contents were not there when it was made: told before the long lists.
    #[serde(default)]
    pub(super) lacks: u64,
    /// Contents of files, by hash.
    pub(super) contents: Vec<Listed>,
    /// Contents that rows named and that were not there when it was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) missing: Vec<Listed>,
}

impl Manifest {
    /// What stands before the contents.
    pub(super) fn head(self) -> Head {
        Head { format: self.format, world: self.world, directory: self.directory, lacks: self.lacks }
    }
}

/// What is read alone where many are looked at: all before the contents, which come last.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    /// Number of the layout.
    pub(super) format: u32,
    #[serde(default)]
    pub(super) world: Option<String>,
    #[serde(default)]
    pub(super) directory: Option<String>,
    #[serde(default)]
    pub(super) lacks: u64,
}
