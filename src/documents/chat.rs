//! The archive of a session's chat: a ZIP with one member, `chat.csv`.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::DocumentError;
use crate::domain::civil::utc;
use crate::domain::{ChatLine, Error, SessionId, Timestamp};

/// An archive that grows line by line; only what it compresses to is in memory.
struct ChatArchiveFile {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl ChatArchiveFile {
    /// An empty one.
    fn create() -> Result<Self, DocumentError> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        // No time of day: the same chat makes the same archive.
        let options = SimpleFileOptions::DEFAULT.compression_method(CompressionMethod::Deflated);
        zip.start_file("chat.csv", options).map_err(unwritable)?;
        Ok(Self { zip })
    }

    /// Adds lines.
    fn add(&mut self, lines: &[ChatLine]) -> Result<(), DocumentError> {
        let text: String = lines.iter().map(row).collect();
        self.zip.write_all(text.as_bytes()).map_err(unwritable)
    }

    /// The finished archive.
    fn finish(self) -> Result<Vec<u8>, DocumentError> {
        Ok(self.zip.finish().map_err(unwritable)?.into_inner())
    }
}

fn unwritable(cause: impl std::fmt::Display) -> DocumentError {
    DocumentError::Archive(cause.to_string())
}

/// `"November 17, 2031 07:26:04 PM",<email>,<nickname>,<message>`, the time in UTC.
fn row(line: &ChatLine) -> String {
    let email = line.email.as_deref().unwrap_or_default();
    format!("\"{}\",{},{},{}\n", english(line.sent), field(email), field(&line.nickname), field(&line.text))
}

/// GUESS: what would break a row is quoted as in any CSV; the vendor was seen to quote only dates.
fn field(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn english(at: Timestamp) -> String {
    utc(at).strftime("%B %d, %Y %I:%M:%S %p").to_string()
}

/// The archive of a chat that is read piece by piece, so that other work goes on in between: `next_lines` gives those after a row, and
/// the row of the last one.
pub fn chat_archive(next_lines: impl Fn(i64) -> Result<(i64, Vec<ChatLine>), Error>) -> Result<Vec<u8>, Error> {
    let mut file = ChatArchiveFile::create().map_err(Error::internal)?;
    let mut last = 0;
    loop {
        let (row, lines) = next_lines(last)?;
        if lines.is_empty() {
            return file.finish().map_err(Error::internal);
        }
        file.add(&lines).map_err(Error::internal)?;
        last = row;
    }
}

/// `chat_history_<session>_<date>_<time>.zip`, by the session's beginning in UTC.
pub fn chat_file_name(session: SessionId, started: Timestamp) -> String {
    format!("chat_history_{session}_{}.zip", utc(started).strftime("%Y%m%d_%H%M%S"))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{ChatArchiveFile, chat_file_name};
    use crate::domain::{AttendeeId, ChatLine, SessionId, Timestamp};

    fn line(nickname: &str, text: &str) -> ChatLine {
        ChatLine {
            sent: "2031-11-17T19:26:04Z".parse::<Timestamp>().unwrap(),
            attendee: AttendeeId::new(1),
            nickname: nickname.into(),
            email: Some("ada@example.com".into()),
            text: text.into(),
        }
    }

    #[test]
    fn a_chat_is_a_table_without_a_head_and_nothing_breaks_its_rows() {
        let mut archive = ChatArchiveFile::create().unwrap();
        archive.add(&[line("Ada", "Hello"), line("Đặng", "a, \"b\"\nc")]).unwrap();
        archive.add(&[ChatLine { email: None, ..line("田中", "") }]).unwrap();
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(archive.finish().unwrap())).unwrap();
        assert_eq!(zip.len(), 1);
        let mut text = String::new();
        zip.by_name("chat.csv").unwrap().read_to_string(&mut text).unwrap();
        let date = "\"November 17, 2031 07:26:04 PM\"";
        assert_eq!(text, format!("{date},ada@example.com,Ada,Hello\n{date},ada@example.com,Đặng,\"a, \"\"b\"\"\nc\"\n{date},,田中,\n"));
    }

    #[test]
    fn the_archive_is_named_after_the_session() {
        let started = "2031-11-17T19:26:04Z".parse::<Timestamp>().unwrap();
        assert_eq!(chat_file_name(SessionId::new(7), started), "chat_history_7_20311117_192604.zip");
    }
}
