//! Files as the page shows them.

use serde::Serialize;

use crate::admin::rooms::RoomLabelOut;
use crate::domain::FileEntry;

/// Some files, newest first.
#[derive(Serialize)]
pub(in crate::admin) struct FilesOut {
    pub(super) items: Vec<FileOut>,
    /// Where the next page begins; none after the last one.
    pub(super) next: Option<String>,
    /// Size of the largest file that may be put into a room.
    pub(super) most_bytes: u64,
}

#[derive(Serialize)]
pub(in crate::admin) struct FileOut {
    id: i64,
    name: String,
    media_type: String,
    bytes: u64,
    room: RoomLabelOut,
    by: String,
    uploaded_at: String,
    /// The path of a link that works for an hour.
    path: String,
}

impl FileOut {
    pub(super) fn new(FileEntry { file, room }: FileEntry, path: String) -> Self {
        Self {
            id: file.id.get(),
            name: file.name.as_str().to_owned(),
            media_type: file.media_type,
            bytes: file.bytes,
            room: room.into(),
            by: file.uploader.name,
            uploaded_at: file.uploaded.to_string(),
            path,
        }
    }
}

#[derive(Serialize)]
pub(in crate::admin) struct PostedOut {
    pub(super) id: i64,
}
