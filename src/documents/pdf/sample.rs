//! A session for tests: people of many scripts, who come, go, rate and vote.

use crate::domain::{AttendeeRole, ReportAnswer, ReportAttendee, ReportPoll, ReportQuestion, SessionReport, TimeZone, Timestamp};

/// 2031-03-04 15:00 in Warsaw.
pub(super) const START: Timestamp = Timestamp::from_seconds(1_930_399_200);

const NAMES: [&str; 8] =
    ["Żaneta Gęślicka", "髙橋 花子", "Nguyễn Thị Ngọc Ánh", "Ёлкин Фёдор", "José Núñez", "Jürgen Groß", "Anna", "Φωτεινή"];
const DEVICES: [&str; 3] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 Mobile Safari/604.1",
    "",
];
const COMMENTS: [&str; 4] = [
    "Bardzo dobre spotkanie, dziękuję!",
    "とても分かりやすい説明でした。質問の時間がもう少し長ければ、さらに良かったと思います。次回も楽しみにしています。",
    "Âm thanh hơi nhỏ nhưng nội dung rất hay.",
    "The sound was low at the beginning; everything after that was clear, well prepared and to the point. I would come again and bring colleagues.",
];

/// The attendee of a number; always the same.
pub(super) fn attendee(number: usize) -> ReportAttendee {
    let minute = |minute: usize| START.plus_ms(i64::try_from(minute % 90).unwrap_or(0) * 60_000 + 7_000);
    let came = number * 7 % 40;
    let spans = match number % 3 {
        0 => vec![(minute(came), minute(88))],
        1 => vec![(minute(came), minute(came + 20)), (minute(came + 25), minute(came + 45))],
        _ => vec![(minute(came), minute(came + 12))],
    };
    ReportAttendee {
        nickname: NAMES[number % NAMES.len()].to_owned(),
        email: (!number.is_multiple_of(4)).then(|| format!("attendee.{number}@example.org")),
        role: AttendeeRole::ALL[if number == 0 { 2 } else { usize::from(number.is_multiple_of(9)) }],
        spans,
        device: DEVICES[number % DEVICES.len()].to_owned(),
        rating: (!number.is_multiple_of(3)).then(|| u8::try_from(number % 5 + 1).unwrap_or(1)),
        comment: number.is_multiple_of(5).then(|| COMMENTS[number / 5 % COMMENTS.len()].to_owned()),
    }
}

/// A report with so many attendees.
pub(super) fn report(attendees: usize) -> SessionReport {
    let attendees: Vec<ReportAttendee> = (0..attendees).map(attendee).collect();
    let visitors = u32::try_from(attendees.len()).unwrap_or(0);
    let polls = if attendees.is_empty() { Vec::new() } else { vec![poll(false), poll(true)] };
    SessionReport {
        room_name: "Prezentacja wiosenna 2031".to_owned(),
        organization: "Acme sp. z o.o.".to_owned(),
        is_webinar: true,
        time_zone: TimeZone::parse("Europe/Warsaw").expect("a zone"),
        started: START,
        ended: START.plus_ms(90 * 60_000),
        total_visitors: visitors,
        max_visitors: visitors * 2 / 3,
        messages: visitors * 5,
        attendees,
        polls,
    }
}

fn poll(is_quiz: bool) -> ReportPoll {
    let answer = |text: &str, votes, points| ReportAnswer { text: text.to_owned(), votes, points: if is_quiz { points } else { 0 } };
    let first = vec![answer("Tak, oczywiście", 12, 10), answer("はい", 5, 5), answer("Không", 0, -5)];
    let second = vec![answer("Warszawa", 7, 0), answer("Kraków", 9, 10)];
    ReportPoll {
        name: if is_quiz { "Quiz" } else { "Ankieta" }.to_owned(),
        questions: vec![
            ReportQuestion { text: "Czy temat był ciekawy?".to_owned(), answers: first },
            ReportQuestion { text: "Gdzie się spotkamy?".to_owned(), answers: second },
        ],
    }
}
