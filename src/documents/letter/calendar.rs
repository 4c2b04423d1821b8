//! An entry for calendars (RFC 5545): an event of its own for each meeting and reader.

use crate::domain::civil::utc;
use crate::domain::{Letter, Schedule, Timestamp};

/// Longest line in bytes, without its end.
const LINE_BYTES: usize = 75;

/// The entry of a scheduled room.
pub(super) fn entry(letter: &Letter, schedule: Schedule, to: &str, now: Timestamp) -> String {
    let stamp = |at: Timestamp| utc(at).strftime("%Y%m%dT%H%M%SZ").to_string();
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Crosstalk//Crosstalk//EN".to_owned(),
        "METHOD:REQUEST".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        // The PIN is random: other servers count their rooms from the same number.
        format!("UID:meeting-{}-{}-{}", letter.meeting, letter.room_pin, escaped(to)),
        format!("DTSTAMP:{}", stamp(now)),
        format!("DTSTART:{}", stamp(schedule.starts)),
        format!("DTEND:{}", stamp(schedule.ends)),
        format!("SUMMARY:{}", escaped(&letter.room)),
        format!("LOCATION:{}", escaped(&letter.link)),
        format!("URL:{}", letter.link),
        // A request without an organizer is none (RFC 5546).
        format!("ORGANIZER;CN=\"{}\":mailto:{}", quoted(&letter.organization), escaped(&letter.sender)),
        format!("ATTENDEE;RSVP=FALSE:mailto:{}", escaped(to)),
        "STATUS:CONFIRMED".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().map(|line| folded(line)).collect()
}

/// A text as a value: what has a meaning there, and line breaks, are written otherwise.
fn escaped(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n').fold(String::with_capacity(text.len()), |mut value, c| {
        match c {
            '\n' => value.push_str("\\n"),
            '\\' | ';' | ',' => value.extend(['\\', c]),
            _ => value.push(c),
        }
        value
    })
}

/// A text between quotation marks.
fn quoted(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && *c != '"').collect()
}

/// A line cut into pieces of at most 75 bytes, each but the first after a blank; never inside a character.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > LINE_BYTES {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::{escaped, folded};

    #[test]
    fn lines_are_folded_between_characters_and_put_together_again() {
        let line = format!("SUMMARY:{}", "あいう".repeat(30));
        let folded = folded(&line);
        assert!(folded.split("\r\n").all(|piece| piece.len() <= 75));
        assert_eq!(folded.replace("\r\n ", ""), format!("{line}\r\n"));
    }

    #[test]
    fn nothing_in_a_value_ends_it() {
        assert_eq!(escaped("a;b,c\\d\r\nEND:VEVENT"), "a\\;b\\,c\\\\d\\nEND:VEVENT");
    }
}
