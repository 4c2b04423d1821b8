//! Messages as the page shows them: their beginnings, or what surrounds the words that were looked for.

use std::ops::Range;

use serde::Serialize;

use super::{Answered, Exhibition};
use crate::admin::rooms::RoomLabelOut;
use crate::domain::{Exhibit, ListedMessage, LogPage, SearchProgress};

/// How much of a text a list shows, in characters, and how much of that before the first mark.
const EXCERPT: usize = 600;
const BEFORE_MARK: usize = 120;
/// Headers of an answer that tell something about a message.
const HEADERS: [&str; 6] = ["content-type", "content-length", "etag", "cache-control", "x-request-id", "chatwork-message-limitation"];

/// Some messages, newest first.
#[derive(Serialize)]
pub(in crate::admin) struct FoundOut {
    items: Vec<MessageOut>,
    /// Where the next page begins; none after the last one.
    next: Option<String>,
    /// How far the index is with what was there before it, from 0 to 1.
    indexed: f64,
}

impl FoundOut {
    pub(super) fn new(page: LogPage<ListedMessage>, progress: Option<SearchProgress>) -> Self {
        let indexed = progress.filter(|progress| progress.total > 0).map_or(1.0, |progress| progress.done as f64 / progress.total as f64);
        let items = page.entries.into_iter().map(MessageOut::from).collect();
        Self { items, next: page.next.map(|next| next.to_string()), indexed }
    }
}

#[derive(Serialize)]
struct MessageOut {
    id: String,
    room: RoomLabelOut,
    author_id: i64,
    author: String,
    sent_at: String,
    /// An excerpt of the text, in pieces.
    pieces: Vec<PieceOut>,
    /// Whether there is more before and behind.
    is_cut: bool,
}

/// A piece of a text.
#[derive(Debug, PartialEq, Serialize)]
struct PieceOut {
    text: String,
    /// Whether it is what was looked for.
    is_marked: bool,
}

impl From<ListedMessage> for MessageOut {
    fn from(from: ListedMessage) -> Self {
        let (pieces, is_cut) = excerpt(&from.text, &from.marks);
        Self {
            id: from.id.to_string(),
            room: from.room.into(),
            author_id: from.author.id.get(),
            author: from.author.name,
            sent_at: from.sent.to_string(),
            pieces,
            is_cut,
        }
    }
}

/// What of a text is shown: its beginning, or from a little before the first mark on.
fn excerpt(text: &str, marks: &[Range<usize>]) -> (Vec<PieceOut>, bool) {
    let first = marks.first().map_or(0, |mark| mark.start);
    let from = text.get(..first).and_then(|before| before.char_indices().rev().nth(BEFORE_MARK)).map_or(0, |(at, _)| at);
    let upto = text.get(from..).and_then(|rest| rest.char_indices().nth(EXCERPT)).map_or(text.len(), |(at, _)| from + at);
    let (mut pieces, mut reached) = (Vec::new(), from);
    let mut add = |range: Range<usize>, is_marked| {
        pieces.extend(text.get(range).filter(|piece| !piece.is_empty()).map(|piece| PieceOut { text: piece.to_owned(), is_marked }));
    };
    for mark in marks.iter().filter(|mark| mark.start < upto) {
        add(reached..mark.start, false);
        reached = mark.end.min(upto);
        add(mark.start..reached, true);
    }
    add(reached..upto, false);
    (pieces, from > 0 || upto < text.len())
}

/// A message as each API shows it.
#[derive(Serialize)]
pub(in crate::admin) struct RenderingsOut {
    id: String,
    room: RoomLabelOut,
    /// As whom the APIs were asked; none when nobody in the room could be.
    seen_by: Option<String>,
    items: Vec<RenderingOut>,
}

#[derive(Serialize)]
struct RenderingOut {
    dialect: &'static str,
    title: &'static str,
    request: String,
    status: u16,
    headers: Vec<HeaderOut>,
    body: String,
}

#[derive(Serialize)]
struct HeaderOut {
    name: String,
    value: String,
}

impl RenderingsOut {
    pub(super) fn new(exhibit: Exhibit, shown: Vec<(&Exhibition, String, Answered)>) -> Self {
        let items = shown.into_iter().map(|(exhibition, path, answered)| RenderingOut {
            dialect: exhibition.access.dialect.name(),
            title: exhibition.access.title,
            request: format!("GET {path}"),
            status: answered.status,
            headers: telling(&answered.headers),
            body: answered.body,
        });
        let seen_by = exhibit.witness.map(|(_, person)| person.name);
        Self { id: exhibit.id.to_string(), room: exhibit.room.into(), seen_by, items: items.collect() }
    }
}

/// Headers that tell something, always in the same order.
fn telling(headers: &[(String, String)]) -> Vec<HeaderOut> {
    let found = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).cloned();
    HEADERS.iter().filter_map(|wanted| found(wanted)).map(|(name, value)| HeaderOut { name, value }).collect()
}

#[cfg(test)]
mod tests {
    use super::{BEFORE_MARK, EXCERPT, excerpt};

    /// What is shown, marks in brackets; `marks` are the ends of each.
    fn shown(text: &str, marks: &[(usize, usize)]) -> (String, bool) {
        let marks: Vec<_> = marks.iter().map(|(start, end)| *start..*end).collect();
        let (pieces, is_cut) = excerpt(text, &marks);
        let shown = pieces.iter().map(|piece| if piece.is_marked { format!("[{}]", piece.text) } else { piece.text.clone() });
        (shown.collect(), is_cut)
    }

    #[test]
    fn a_short_text_is_shown_whole_with_its_marks() {
        assert_eq!(shown("anh Đặng", &[(4, 11)]), ("anh [Đặng]".to_owned(), false));
        assert_eq!(shown("会議で会議", &[(0, 6), (9, 15)]), ("[会議]で[会議]".to_owned(), false));
        assert_eq!(shown("", &[]), (String::new(), false));
    }

    #[test]
    fn of_a_long_text_what_surrounds_the_first_mark_is_shown() {
        let text = format!("{}会議{}", "é".repeat(5_000), "x".repeat(5_000));
        let (shown, is_cut) = shown(&text, &[(10_000, 10_006)]);
        assert!(is_cut && shown.contains("[会議]"));
        assert!(
            shown.chars().count() <= EXCERPT + 2
                && shown.starts_with('é')
                && shown.chars().take_while(|c| *c == 'é').count() <= BEFORE_MARK + 1
        );
    }

    #[test]
    fn a_mark_that_stands_out_is_cut() {
        let text = "a".repeat(EXCERPT + 10);
        assert_eq!(shown(&text, &[(0, text.len())]), (format!("[{}]", "a".repeat(EXCERPT)), true));
    }
}
