//! Files that people put into rooms.

use super::{Error, FileId, MessageId, Person, RoomId, Timestamp};

/// SHA-256 of a file's content: its name on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlobHash(pub [u8; 32]);

/// A file of a room.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// Its id.
    pub id: FileId,
    /// Where it was put.
    pub room: RoomId,
    /// Who put it there.
    pub uploader: Person,
    /// The message that announced it.
    pub message: MessageId,
    /// Name as given by the uploader, made harmless.
    pub name: FileName,
    /// Media type, decided by content first and name second.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Content.
    pub hash: BlobHash,
    /// When it was put there.
    pub uploaded: Timestamp,
}

/// Content that belongs to no room's file list: the picture of a room, or media of a message.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// The part of its address that can't be guessed.
    pub key: String,
    /// Media type, decided by content.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Content.
    pub hash: BlobHash,
}

/// A file name that can't do harm: no path, no control or bidirectional characters, 1 to 255 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// Longest name kept, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 255;

    /// Makes any name harmless: the part after the last slash or backslash, without control and direction-changing
    /// characters, cut (before its extension) to 255 bytes. What leaves nothing becomes `file`.
    pub fn sanitize(raw: &str) -> Self {
        let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
        let clean: String = last.chars().filter(|c| !is_hostile(*c)).collect();
        let clean = clean.trim().trim_end_matches('.');
        if clean.is_empty() {
            return Self("file".to_owned());
        }
        Self(shorten(clean))
    }

    /// Wraps a name that was sanitized before it was stored.
    pub fn stored(name: String) -> Self {
        Self(name)
    }

    /// Refuses an empty name in a request.
    pub fn parse(raw: &str) -> Result<Self, Error> {
        if raw.is_empty() { Err(Error::Missing("file")) } else { Ok(Self::sanitize(raw)) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2069}' | '\u{061C}' | '\u{FEFF}')
}

fn shorten(name: &str) -> String {
    if name.len() <= FileName::MAX_BYTES {
        return name.to_owned();
    }
    let extension = name.rfind('.').map(|dot| &name[dot..]).filter(|e| e.len() <= 20 && *e != name).unwrap_or_default();
    let mut end = FileName::MAX_BYTES - extension.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{extension}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::FileName;

    #[test]
    fn paths_and_hostile_characters_are_taken_out() {
        let cases = [
            ("plan.pdf", "plan.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\x.txt", "x.txt"),
            ("a\0b\r\nc.txt", "abc.txt"),
            ("\u{202E}gpj.exe", "gpj.exe"),
            ("..", "file"),
            ("/", "file"),
            ("", "file"),
            ("会議 メモ.txt", "会議 メモ.txt"),
        ];
        for (raw, clean) in cases {
            assert_eq!(FileName::sanitize(raw).as_str(), clean, "{raw:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = FileName::sanitize(&format!("{}.pdf", "あ".repeat(100)));
        assert!(name.as_str().len() <= 255);
        assert!(name.as_str().ends_with(".pdf"));
    }
}
