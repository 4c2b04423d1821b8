//! Files that an organization keeps for its meetings, and reports of sessions.

use super::{BlobHash, FileName, Language, LibraryFileId, SessionId, Timestamp};

/// A file of the library.
#[derive(Clone, Debug)]
pub struct LibraryFile {
    /// Its id.
    pub id: LibraryFileId,
    /// Its name, made harmless.
    pub name: FileName,
    /// Media type.
    pub media_type: String,
    /// Size.
    pub bytes: u64,
    /// Content.
    pub hash: BlobHash,
    /// When it was put there.
    pub uploaded: Timestamp,
}

/// How far a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportState {
    /// Asked for.
    New,
    /// Being made.
    Running,
    /// Done.
    Finished,
    /// Could not be made.
    Failed,
}

/// A report of a session in one language.
#[derive(Clone, Debug)]
pub struct Report {
    /// The session.
    pub session: SessionId,
    /// The language.
    pub language: Language,
    /// How far it is.
    pub state: ReportState,
    /// What its address ends in.
    pub code: String,
    /// Size and content, once it is finished.
    pub content: Option<(u64, BlobHash)>,
}
