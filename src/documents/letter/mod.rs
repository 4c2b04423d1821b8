//! Letters in words: plain text, a designed part, and an entry for calendars.

mod calendar;
mod words;

use quick_xml::escape::escape;

use crate::domain::civil::Local;
use crate::domain::{AttendeeRole, Composed, Language, Letter, Occasion, Schedule, TimeZone, Timestamp};
use words::{Words, words};

/// Longest name that a subject shows, in characters.
const SUBJECT_CHARS: usize = 120;

/// A letter in a language, to an address, at an instant.
pub fn compose(letter: &Letter, language: Language, to: &str, now: Timestamp) -> Composed {
    let words = words(language);
    let room = one_line(&letter.room);
    let shown: String = room.chars().take(SUBJECT_CHARS).collect();
    let facts = facts(letter, words);
    let opening = opening(letter, words, &room);
    let is_event = letter.occasion != Occasion::ThankYou;
    Composed {
        subject: words.subject(letter.occasion).replace("{room}", &shown),
        text: text(letter, words, &opening, &facts),
        html: letter.is_advanced.then(|| html(letter, words, language, &opening, &facts)),
        calendar: letter.schedule.filter(|_| is_event).map(|schedule| calendar::entry(letter, schedule, to, now)),
    }
}

/// Names without anything that could end a line.
fn one_line(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// The greeting and what the letter is about. Names are put in last, so that nothing in them is taken for a place.
fn opening(letter: &Letter, words: &Words, room: &str) -> [String; 2] {
    let name = one_line(&letter.nickname);
    let greeting = if name.is_empty() { words.greeting.to_owned() } else { words.greeting_named.replace("{name}", &name) };
    let (before, after) = words.opening(letter.occasion, letter.kind).split_once("{room}").unwrap_or_default();
    let organization = one_line(&letter.organization);
    let put = |part: &str| part.replace("{organization}", &organization);
    [greeting, format!("{}{room}{}", put(before), put(after))]
}

/// What the reader has to know, each with its label.
fn facts(letter: &Letter, words: &Words) -> Vec<(&'static str, String)> {
    if letter.occasion == Occasion::ThankYou {
        return Vec::new();
    }
    let when = letter.schedule.map_or_else(|| words.any_time.to_owned(), |schedule| when(schedule, &letter.zone));
    let mut facts = vec![(words.when, when)];
    facts.extend(letter.token.iter().map(|token| (words.token, token.clone())));
    facts.extend(letter.password.iter().map(|password| (words.password, one_line(password))));
    facts.push((words.pin, letter.room_pin.to_string()));
    facts.extend(letter.dial_in.iter().map(|(place, number)| (words.phone, format!("{} ({})", one_line(number), one_line(place)))));
    if !letter.dial_in.is_empty() {
        facts.push((words.phone_pin, letter.phone_pin.to_string()));
    }
    facts
}

/// `2031-03-04 15:00 – 16:30 (Europe/Warsaw, UTC+01:00)`
fn when(schedule: Schedule, zone: &TimeZone) -> String {
    let local = Local::of(zone);
    let (starts, ends) = (local.wall(schedule.starts), local.wall(schedule.ends));
    let end_format = if starts.date() == ends.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    let iso = local.iso(schedule.starts);
    let offset = iso.get(19..).unwrap_or_default();
    format!("{} – {} ({}, UTC{offset})", starts.strftime("%Y-%m-%d %H:%M"), ends.strftime(end_format), zone.as_str())
}

fn text(letter: &Letter, words: &Words, [greeting, about]: &[String; 2], facts: &[(&str, String)]) -> String {
    let mut parts = vec![format!("{greeting}\n\n{about}")];
    if letter.role == AttendeeRole::Presenter {
        parts.push(words.as_presenter.to_owned());
    }
    if !facts.is_empty() {
        parts.push(facts.iter().map(|(label, fact)| format!("{label}: {fact}")).collect::<Vec<_>>().join("\n"));
    }
    let label = if letter.occasion == Occasion::ThankYou { words.visit } else { words.join };
    parts.push(format!("{label}:\n{}", letter.link));
    if letter.occasion != Occasion::ThankYou {
        parts.extend(Some(letter.lobby_text.trim()).filter(|text| !text.is_empty()).map(plain_lines));
        parts.push(words.personal.to_owned());
    }
    parts.join("\n\n") + "\n"
}

/// A longer text without control characters other than line breaks.
fn plain_lines(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

fn html(letter: &Letter, words: &Words, language: Language, [greeting, about]: &[String; 2], facts: &[(&str, String)]) -> String {
    let presenter = if letter.role == AttendeeRole::Presenter { format!("<p>{}</p>", escape(words.as_presenter)) } else { String::new() };
    let row = |(label, fact): &(&str, String)| {
        format!(
            "<tr><td style=\"padding:4px 16px 4px 0;color:#5c6670\">{}</td><td style=\"padding:4px 0\">{}</td></tr>",
            escape(*label),
            escape(fact)
        )
    };
    let table = format!("<table style=\"border-collapse:collapse;margin:16px 0\">{}</table>", facts.iter().map(row).collect::<String>());
    let label = if letter.occasion == Occasion::ThankYou { words.visit } else { words.join };
    let lobby = Some(letter.lobby_text.trim()).filter(|text| !text.is_empty() && letter.occasion != Occasion::ThankYou);
    let lobby = lobby.map(|text| format!("<p style=\"white-space:pre-line\">{}</p>", escape(plain_lines(text)))).unwrap_or_default();
    let personal = if letter.occasion == Occasion::ThankYou { "" } else { words.personal };
    format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body style=\"margin:0;background:#f4f6f8;font-family:sans-serif;color:#1d252c\">\
         <div style=\"max-width:560px;margin:24px auto;padding:28px 32px;background:#ffffff;border-radius:8px\">\
         <p>{}</p><p>{}</p>{presenter}{table}\
         <p style=\"margin:24px 0\"><a href=\"{}\" style=\"background:#1d5fa8;color:#ffffff;padding:12px 20px;border-radius:6px;text-decoration:none\">{}</a></p>\
         <p style=\"font-size:13px;color:#5c6670;word-break:break-all\">{}</p>{lobby}\
         <p style=\"font-size:13px;color:#5c6670\">{}</p></div></body></html>",
        language.code(),
        escape(one_line(&letter.room)),
        escape(greeting),
        escape(about),
        escape(&letter.link),
        escape(label),
        escape(&letter.link),
        escape(personal),
    )
}

#[cfg(test)]
mod tests {
    use super::compose;
    use crate::domain::{AttendeeRole, Language, Letter, MeetingId, MeetingKind, Occasion, Schedule, TimeZone, Timestamp};

    fn letter(occasion: Occasion) -> Letter {
        let starts = "2031-03-04T14:00:00Z".parse::<Timestamp>().unwrap();
        Letter {
            occasion,
            organization: "Office".into(),
            sender: "office@example.org".into(),
            meeting: MeetingId::new(7),
            room: "Spring, demo".into(),
            kind: MeetingKind::Webinar,
            schedule: Some(Schedule { starts, ends: starts.plus_ms(90 * 60_000) }),
            zone: TimeZone::parse("Europe/Warsaw").unwrap(),
            link: "http://x.example/meet/spring_demo/K7D4QP".into(),
            token: Some("K7D4QP".into()),
            password: None,
            role: AttendeeRole::Presenter,
            lobby_text: "Soon\n<b>!".into(),
            dial_in: vec![("Gdańsk".into(), "+48 58 000 00 00".into())],
            phone_pin: 418_230,
            room_pin: 318_204_957,
            nickname: "Ada".into(),
            is_advanced: true,
        }
    }

    #[test]
    fn an_invitation_says_what_the_reader_has_to_know() {
        let at = Timestamp::from_seconds(0);
        let composed = compose(&letter(Occasion::Invitation), Language::En, "ada@example.com", at);
        assert_eq!(composed.subject, "Invitation: Spring, demo");
        for part in [
            "Hello Ada,",
            "Office invites you to the webinar “Spring, demo”.",
            "as a presenter",
            "When: 2031-03-04 15:00 – 16:30 (Europe/Warsaw, UTC+01:00)",
            "Your access token: K7D4QP",
            "Room PIN: 318204957",
            "+48 58 000 00 00 (Gdańsk)",
            "418230",
            "http://x.example/meet/spring_demo/K7D4QP",
            "Soon\n<b>!",
        ] {
            assert!(composed.text.contains(part), "{part}\n{}", composed.text);
        }
        let html = composed.html.unwrap();
        assert!(html.contains("Soon\n&lt;b&gt;!") && !html.contains("<b>"), "{html}");
        let calendar = composed.calendar.unwrap();
        assert!(calendar.contains("DTSTART:20310304T140000Z\r\n") && calendar.contains("DTEND:20310304T153000Z\r\n"), "{calendar}");
        assert!(
            calendar.contains("SUMMARY:Spring\\, demo\r\n") && calendar.contains("UID:meeting-7-318204957-ada@example.com\r\n"),
            "{calendar}"
        );
        assert!(calendar.contains("ORGANIZER;CN=\"Office\":mailto:office@example.org\r\n"), "{calendar}");
        assert!(compose(&Letter { is_advanced: false, ..letter(Occasion::Invitation) }, Language::En, "a@b", at).html.is_none());
    }

    #[test]
    fn a_thank_you_has_no_secrets_and_nothing_for_the_calendar() {
        let composed = compose(&letter(Occasion::ThankYou), Language::Pl, "ada@example.com", Timestamp::from_seconds(0));
        assert!(composed.calendar.is_none() && composed.text.contains("dziękujemy za udział"));
        assert!(!composed.text.contains("Token") && !composed.text.contains("318204957"));
    }

    #[test]
    fn every_language_has_words_of_its_own_for_every_occasion() {
        for occasion in [Occasion::Invitation, Occasion::Confirmation, Occasion::ThankYou] {
            let texts: Vec<String> = Language::OF_MAILS
                .into_iter()
                .map(|language| {
                    let composed = compose(&letter(occasion), language, "a@b", Timestamp::from_seconds(0));
                    assert!(!composed.text.contains(['{', '}']) && composed.text.contains("Spring, demo"), "{}", composed.text);
                    composed.subject + &composed.text
                })
                .collect();
            assert!(texts.iter().enumerate().all(|(place, text)| texts.iter().skip(place + 1).all(|other| other != text)));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_name_ends_a_line_or_fills_a_place(name in "\\PC{0,40}|[\r\n{}a-z:]{0,60}") {
            let hostile = Letter { room: name.clone(), nickname: name.clone(), organization: name, ..letter(Occasion::Invitation) };
            let composed = compose(&hostile, Language::En, "a@b", Timestamp::from_seconds(0));
            assert!(!composed.subject.contains(['\r', '\n']));
            let calendar = composed.calendar.unwrap();
            assert_eq!(calendar.matches("\r\nSUMMARY:").count(), 1);
            assert_eq!(calendar.matches("BEGIN:VEVENT\r\n").count(), 1);
            assert_eq!(calendar.replace("\r\n ", "").matches("\":mailto:office@example.org\r\n").count(), 1);
        }
    }
}
