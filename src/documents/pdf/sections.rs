//! The parts of a report, from its title to its polls.

use super::chart;
use super::figures::{Ratings, clock, present_ms, short_device};
use super::labels::Labels;
use super::sheet::{Ink, MARGIN, Sheet, WIDTH};
use super::table::{Cell, Column, Table};
use super::text::{Type, Weight, clean};
use crate::domain::civil::Local;
use crate::domain::{ReportAttendee, ReportPoll, ReportQuestion, SessionReport, TimeZone, Timestamp};

const TITLE: Type = Type { weight: Weight::Bold, size: 21.0 };
const SECTION: Type = Type { weight: Weight::Bold, size: 13.0 };
const STRONG: Type = Type { weight: Weight::Bold, size: 10.0 };
const FIGURE: Type = Type { weight: Weight::Bold, size: 19.0 };
const TEXT: Type = Type { weight: Weight::Regular, size: 9.5 };
const SMALL: Type = Type { weight: Weight::Regular, size: 8.0 };

/// What stands for a value that is not known.
const NOTHING: &str = "–";

/// The name of the room and what this is about it.
pub(super) fn title(sheet: &mut Sheet<'_>, report: &SessionReport, labels: &Labels) {
    let organization = sheet.faces.cut(&report.organization, SMALL, WIDTH);
    sheet.skip(SMALL.size);
    sheet.text(MARGIN, sheet.y(), organization, Ink::Muted);
    sheet.skip(8.0);
    for line in sheet.faces.wrap(&report.room_name, TITLE, WIDTH, 3) {
        sheet.skip(TITLE.size);
        sheet.text(MARGIN, sheet.y(), line, Ink::Text);
        sheet.skip(7.0);
    }
    let kind = if report.is_webinar { labels.webinar } else { labels.meeting };
    let what = sheet.faces.line(&format!("{} · {kind}", labels.title), Type { size: 11.0, ..TEXT });
    sheet.skip(12.0);
    sheet.text(MARGIN, sheet.y(), what, Ink::Accent);
    sheet.skip(12.0);
    sheet.fill(MARGIN, sheet.y(), WIDTH, 1.5, Ink::Accent);
    sheet.skip(8.0);
}

/// When it was, and how many came.
pub(super) fn facts(sheet: &mut Sheet<'_>, report: &SessionReport, labels: &Labels) {
    let zone = &report.time_zone;
    let facts = [
        (labels.started, instant(zone, report.started)),
        (labels.ended, instant(zone, report.ended)),
        (labels.time_zone, zone.as_str().to_owned()),
    ];
    let column = WIDTH / facts.len() as f32;
    for ((label, value), x) in facts.into_iter().zip([MARGIN, MARGIN + column, MARGIN + 2.0 * column]) {
        let (label, value) = (sheet.faces.cut(label, SMALL, column), sheet.faces.cut(&value, TEXT, column - 6.0));
        sheet.text(x, sheet.y() + 12.0, label, Ink::Muted);
        sheet.text(x, sheet.y() + 26.0, value, Ink::Text);
    }
    sheet.skip(42.0);
    let length = report.ended.ms().saturating_sub(report.started.ms());
    let figures = [
        (labels.total_visitors, report.total_visitors.to_string()),
        (labels.max_visitors, report.max_visitors.to_string()),
        (labels.duration, clock(length)),
        (labels.messages, report.messages.to_string()),
    ];
    tiles(sheet, figures);
}

/// The time present of everybody, as a picture.
pub(super) fn chart(sheet: &mut Sheet<'_>, report: &SessionReport, labels: &Labels) {
    heading(sheet, labels.visitors_over_time, chart::FULL_HEIGHT);
    chart::put(sheet, report);
}

/// Everybody who came.
pub(super) fn attendees(sheet: &mut Sheet<'_>, report: &SessionReport, labels: &'static Labels) {
    heading(sheet, labels.attendees, Table::BEGINNING);
    if report.attendees.is_empty() {
        return sentence(sheet, labels.no_attendees);
    }
    let zone = &report.time_zone;
    let is_one_day = Local::of(zone).wall(report.started).date() == Local::of(zone).wall(report.ended).date();
    let mut table = Table::start(sheet, attendee_columns(labels, is_one_day));
    for attendee in &report.attendees {
        table.row(sheet, &attendee_cells(attendee, zone, labels, is_one_day));
    }
}

/// What people thought of it: average, how many gave how many stars, and what they wrote.
pub(super) fn ratings(sheet: &mut Sheet<'_>, report: &SessionReport, labels: &'static Labels) {
    let ratings = Ratings::of(report);
    heading(sheet, labels.ratings, 96.0);
    match ratings.average_tenths() {
        Some(tenths) => distribution(sheet, &ratings, &labels.tenths(tenths), labels),
        None => sentence(sheet, labels.no_ratings),
    }
    let comments = || report.attendees.iter().filter_map(|attendee| Some((attendee, attendee.comment.as_deref().map(clean)?)));
    let mut comments = comments().filter(|(_, comment)| !comment.is_empty()).peekable();
    if comments.peek().is_none() {
        return;
    }
    let columns =
        vec![Column::words(labels.nickname, 120.0, 2), Column::number(labels.rating, 46.0), Column::words(labels.comment, 345.0, 12)];
    let mut table = Table::start(sheet, columns);
    for (attendee, comment) in comments {
        table.row(sheet, &[Cell::text(&attendee.nickname), Cell::Text(stars(attendee)), Cell::Text(comment)]);
    }
}

/// What was asked and chosen.
pub(super) fn polls(sheet: &mut Sheet<'_>, report: &SessionReport, labels: &'static Labels) {
    heading(sheet, labels.polls, 36.0 + Table::BEGINNING);
    if report.polls.is_empty() {
        return sentence(sheet, labels.no_polls);
    }
    for poll in &report.polls {
        one_poll(sheet, poll, labels);
    }
}

fn one_poll(sheet: &mut Sheet<'_>, poll: &ReportPoll, labels: &'static Labels) {
    paragraph(sheet, &poll.name, STRONG, Ink::Accent, 20.0 + Table::BEGINNING);
    for question in &poll.questions {
        paragraph(sheet, &question.text, Type { weight: Weight::Bold, ..TEXT }, Ink::Text, Table::BEGINNING);
        answers(sheet, question, labels);
        sheet.skip(10.0);
    }
    sheet.skip(4.0);
}

fn answers(sheet: &mut Sheet<'_>, question: &ReportQuestion, labels: &'static Labels) {
    let has_points = question.answers.iter().any(|answer| answer.points != 0);
    let mut columns = vec![
        Column::words(labels.answer, if has_points { 245.0 } else { 295.0 }, 4),
        Column::words("", 100.0, 1),
        Column::number(labels.share, 58.0),
        Column::number(labels.votes, 58.0),
    ];
    if has_points {
        columns.push(Column::number(labels.points, 50.0));
    }
    let mut table = Table::start(sheet, columns);
    let all: u64 = question.answers.iter().map(|answer| u64::from(answer.votes)).sum();
    for answer in &question.answers {
        let percent = (u64::from(answer.votes) * 200 + all) / (2 * all.max(1));
        let mut cells =
            vec![Cell::text(&answer.text), Cell::Bar(percent as f32 / 100.0), Cell::Text(format!("{percent}%")), Cell::text(answer.votes)];
        cells.extend(has_points.then(|| Cell::text(answer.points)));
        table.row(sheet, &cells);
    }
}

fn attendee_columns(labels: &'static Labels, is_one_day: bool) -> Vec<Column> {
    // A time with its day needs two lines and a little more room.
    let time = if is_one_day { 45.0 } else { 56.0 };
    let rest = WIDTH - 2.0 * time - 56.0 - 47.0 - 76.0 - 38.0;
    vec![
        Column::words(labels.nickname, rest * 0.45, 2),
        Column::words(labels.email, rest * 0.55, 2),
        Column::words(labels.role, 56.0, 2),
        Column::number(labels.joined, time),
        Column::number(labels.left, time),
        Column::number(labels.present, 47.0),
        Column::words(labels.device, 76.0, 2),
        Column::number(labels.rating, 38.0),
    ]
}

fn attendee_cells(attendee: &ReportAttendee, zone: &TimeZone, labels: &Labels, is_one_day: bool) -> [Cell; 8] {
    let form = if is_one_day { "%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
    let time = |at: Option<Timestamp>| at.map_or(NOTHING.to_owned(), |at| Local::of(zone).wall(at).strftime(form).to_string());
    let known = |text: &str| if clean(text).is_empty() { NOTHING.to_owned() } else { text.to_owned() };
    [
        Cell::Text(known(&attendee.nickname)),
        Cell::Text(known(attendee.email.as_deref().unwrap_or_default())),
        Cell::text(labels.role(attendee.role)),
        Cell::Text(time(attendee.spans.iter().map(|(from, _)| *from).min())),
        Cell::Text(time(attendee.spans.iter().map(|(_, to)| *to).max())),
        Cell::Text(clock(present_ms(attendee))),
        Cell::Text(known(&short_device(&attendee.device))),
        Cell::Text(stars(attendee)),
    ]
}

fn stars(attendee: &ReportAttendee) -> String {
    attendee.rating.map_or(NOTHING.to_owned(), |stars| stars.to_string())
}

/// The average in large, and a bar for each number of stars.
fn distribution(sheet: &mut Sheet<'_>, ratings: &Ratings, average: &str, labels: &Labels) {
    let top = sheet.y();
    let large = sheet.faces.line(average, Type { size: 34.0, ..FIGURE });
    sheet.text(MARGIN, top + 36.0, large, Ink::Accent);
    for (index, line) in sheet.faces.wrap(labels.average, SMALL, 150.0, 2).into_iter().enumerate() {
        sheet.text(MARGIN, top + 52.0 + index as f32 * 10.5, line, Ink::Muted);
    }
    let (left, room) = (MARGIN + 175.0, 270.0);
    for (row, stars) in (1..=5_u8).rev().enumerate() {
        let count = ratings.counts[usize::from(stars) - 1];
        let y = top + 6.0 + row as f32 * 14.0;
        let label = sheet.faces.line(&format!("{stars} ★"), SMALL);
        let number = sheet.faces.line(&count.to_string(), SMALL);
        sheet.text_to(left - 8.0, y + 7.0, label, Ink::Muted);
        sheet.fill(left, y, room, 8.0, Ink::Stripe);
        sheet.fill(left, y, room * count as f32 / ratings.total().max(1) as f32, 8.0, Ink::Accent);
        sheet.text_to(MARGIN + WIDTH - 24.0, y + 7.0, number, Ink::Text);
    }
    sheet.skip(86.0);
}

/// Numbers side by side, each with what it counts.
fn tiles(sheet: &mut Sheet<'_>, figures: [(&str, String); 4]) {
    let gap = 9.0;
    let width = (WIDTH - 3.0 * gap) / 4.0;
    let height = 52.0;
    let mut x = MARGIN;
    for (label, value) in figures {
        sheet.fill(x, sheet.y(), width, height, Ink::Stripe);
        sheet.fill(x, sheet.y(), 2.0, height, Ink::Accent);
        let value = sheet.faces.cut(&value, FIGURE, width - 20.0);
        let label = sheet.faces.cut(label, SMALL, width - 16.0);
        sheet.text(x + 11.0, sheet.y() + 25.0, value, Ink::Text);
        sheet.text(x + 11.0, sheet.y() + 41.0, label, Ink::Muted);
        x += width + gap;
    }
    sheet.skip(height);
}

/// A heading that stands on the page of what it heads, which begins with this height.
fn heading(sheet: &mut Sheet<'_>, text: &str, height: f32) {
    if !sheet.need(24.0 + SECTION.size + 10.0 + height) {
        sheet.skip(24.0);
    }
    sheet.skip(SECTION.size);
    let line = sheet.faces.cut(text, SECTION, WIDTH);
    sheet.text(MARGIN, sheet.y(), line, Ink::Text);
    sheet.skip(10.0);
}

fn sentence(sheet: &mut Sheet<'_>, text: &str) {
    paragraph(sheet, text, TEXT, Ink::Muted, 0.0);
}

/// A text on the page of what it is about, which begins with this height.
fn paragraph(sheet: &mut Sheet<'_>, text: &str, kind: Type, ink: Ink, below: f32) {
    let lines = sheet.faces.wrap(text, kind, WIDTH, 4);
    sheet.need(lines.len() as f32 * (kind.size + 4.0) + 2.0 + below);
    for line in lines {
        sheet.skip(kind.size + 1.0);
        sheet.text(MARGIN, sheet.y(), line, ink);
        sheet.skip(3.0);
    }
    sheet.skip(2.0);
}

/// `2031-03-04 15:00 (UTC+01:00)`.
fn instant(zone: &TimeZone, at: Timestamp) -> String {
    format!("{} (UTC{})", Local::of(zone).wall(at).strftime("%Y-%m-%d %H:%M"), Local::of(zone).offset_text(at))
}
