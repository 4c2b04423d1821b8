//! Whole reports: their pages, and what other programs read in them.

use std::io::Write;
use std::process::{Command, Stdio};

use super::labels::Labels;
use super::sample;
use crate::domain::{Language, ReportAttendee, SessionReport, TimeZone, Timestamp};

fn made(report: &SessionReport, language: Language) -> Vec<u8> {
    super::report(report, language).expect("a report")
}

fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    assert!(text.starts_with("%PDF-") && text.trim_end().ends_with("%%EOF"));
    text.matches("/Type/Page").count() - text.matches("/Type/Pages").count()
}

/// What `pdftotext` reads; none when the machine has no such program.
fn read_back(pdf: &[u8]) -> Option<String> {
    let mut reader = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = reader.stdin.take().expect("a pipe");
    let pdf = pdf.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&pdf));
    let output = reader.wait_with_output().expect("an end");
    writer.join().expect("a thread").expect("everything was read");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
fn a_report_reads_back_in_every_language() {
    for language in Language::OF_REPORTS {
        let pdf = made(&sample::report(12), language);
        let Some(text) = read_back(&pdf) else { return };
        let labels = Labels::of(language);
        for word in [labels.title, labels.webinar, labels.visitors_over_time, labels.attendees, labels.ratings, labels.polls, labels.votes]
        {
            assert!(text.contains(word), "{language:?}: {word}\n{text}");
        }
        for word in ["Prezentacja wiosenna 2031", "Acme sp. z o.o.", "Europe/Warsaw", "2031-03-04", "(UTC+01:00)", "1:30:00"] {
            assert!(text.contains(word), "{language:?}: {word}\n{text}");
        }
        for name in ["Żaneta Gęślicka", "髙橋 花子", "Nguyễn Thị", "Ёлкин Фёдор", "Jürgen Groß", "attendee.1@", "Chrome,", "dziękuję!"]
        {
            assert!(text.contains(name), "{language:?}: {name}\n{text}");
        }
        assert!(text.contains(&labels.page(1, pages(&pdf))), "{language:?}\n{text}");
    }
}

#[test]
fn a_session_nobody_came_to_says_so() {
    let pdf = made(&sample::report(0), Language::En);
    assert_eq!(pages(&pdf), 1);
    let Some(text) = read_back(&pdf) else { return };
    let labels = Labels::of(Language::En);
    for sentence in [labels.no_attendees, labels.no_ratings, labels.no_polls] {
        assert!(text.contains(sentence), "{text}");
    }
}

#[test]
fn a_long_table_repeats_its_heading_and_loses_nobody() {
    let mut report = sample::report(200);
    report.polls.clear();
    for attendee in &mut report.attendees {
        (attendee.rating, attendee.comment) = (None, None);
    }
    let pdf = made(&report, Language::En);
    assert!((4..=8).contains(&pages(&pdf)), "{}", pages(&pdf));
    let Some(text) = read_back(&pdf) else { return };
    assert_eq!(text.matches("Joined").count(), pages(&pdf), "{text}");
    for number in (0..200).filter(|number| number % 4 != 0) {
        assert!(text.contains(&format!("attendee.{number}@")), "{number}");
    }
}

#[test]
fn a_session_past_midnight_shows_days_with_times() {
    let mut report = sample::report(2);
    report.time_zone = TimeZone::parse("Asia/Tokyo").expect("a zone");
    let from = report.started;
    report.ended = from.plus_ms(3 * 3_600_000);
    for attendee in &mut report.attendees {
        attendee.spans = vec![(from, from.plus_ms(2 * 3_600_000))];
    }
    let Some(text) = read_back(&made(&report, Language::Ja)) else { return };
    assert!(text.contains("2031-03-05") && text.contains("(UTC+09:00)"), "{text}");
}

#[test]
fn the_same_session_gives_the_same_bytes() {
    let report = sample::report(30);
    assert_eq!(made(&report, Language::Pl), made(&report, Language::Pl));
    assert_ne!(made(&report, Language::Pl), made(&report, Language::De));
}

#[test]
fn no_text_breaks_a_report() {
    let long = "W".repeat(70_000);
    let texts = [
        "",
        " ",
        "\0\u{1b}[31m\u{7}",
        "\u{202e}evil\u{200f}",
        "🎉👩‍👩‍👧‍👦🇵🇱",
        "مرحبا שלום",
        "한국어",
        "ไทย",
        "e\u{301}\u{301}\u{301}\u{301}",
        "\u{fffe}\u{e000}\u{10ffff}",
        &long,
    ];
    for text in texts {
        let mut report = sample::report(6);
        (report.room_name, report.organization) = (text.to_owned(), text.to_owned());
        for attendee in &mut report.attendees {
            (attendee.nickname, attendee.email) = (text.to_owned(), Some(text.to_owned()));
            (attendee.device, attendee.comment) = (text.to_owned(), Some(text.to_owned()));
        }
        for question in report.polls.iter_mut().flat_map(|poll| &mut poll.questions) {
            question.text = text.to_owned();
            question.answers.iter_mut().for_each(|answer| answer.text = text.to_owned());
        }
        let pdf = made(&report, Language::En);
        assert!(pages(&pdf) >= 1);
        if let Some(read) = read_back(&pdf) {
            assert!(read.chars().all(|c| !c.is_control() || c == '\n' || c == '\u{c}'), "{read:?}");
        }
    }
}

#[test]
fn a_character_that_no_face_has_can_still_be_copied() {
    let mut report = sample::report(1);
    report.room_name = "한국어 회의".to_owned();
    let Some(text) = read_back(&made(&report, Language::En)) else { return };
    assert!(text.contains("한국어"), "{text}");
}

#[test]
fn no_number_and_no_instant_breaks_a_report() {
    for (started, ended) in [(0, 0), (5, 4), (i64::MIN, i64::MAX), (i64::MAX, i64::MIN), (0, 4_000_000_000_000), (0, 700)] {
        let (started, ended) = (Timestamp::from_ms(started), Timestamp::from_ms(ended));
        let spans = vec![(ended, started), (started, ended), (Timestamp::from_ms(i64::MIN), Timestamp::from_ms(i64::MAX))];
        let attendees: Vec<ReportAttendee> =
            (0..3).map(|number| ReportAttendee { spans: spans.clone(), rating: Some(200), ..sample::attendee(number) }).collect();
        let mut report = SessionReport { started, ended, attendees, ..sample::report(3) };
        (report.total_visitors, report.max_visitors, report.messages) = (u32::MAX, u32::MAX, u32::MAX);
        for answer in report.polls.iter_mut().flat_map(|poll| &mut poll.questions).flat_map(|question| &mut question.answers) {
            (answer.votes, answer.points) = (u32::MAX, i64::MIN);
        }
        assert!(pages(&made(&report, Language::Ru)) >= 1);
    }
}
