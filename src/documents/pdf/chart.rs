//! How many people were present over the time of a session, as an area.

use super::figures::curve;
use super::sheet::{Ink, MARGIN, Sheet, WIDTH};
use super::text::{Type, Weight};
use crate::domain::civil::Local;
use crate::domain::{SessionReport, Timestamp};

/// Height of the area.
const HEIGHT: f32 = 110.0;
/// Left of the area, for numbers.
const GUTTER: f32 = 26.0;
/// Parts of the time, each a little wider than a point.
const PARTS: usize = 400;
/// Type of numbers and times.
const SMALL: Type = Type { weight: Weight::Regular, size: 7.5 };
/// Distances of times below the area, in seconds.
const STEPS_S: [i64; 15] = [1, 5, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200];
/// Most times below the area.
const MOST_TIMES: i64 = 9;

/// Height of a chart with its times.
pub(super) const FULL_HEIGHT: f32 = HEIGHT + 24.0;

/// Puts the chart; the caller has seen to the room.
pub(super) fn put(sheet: &mut Sheet<'_>, report: &SessionReport) {
    let curve = curve(report, PARTS);
    let most = curve.iter().copied().max().unwrap_or(0);
    let (step, top) = scale(most);
    let base = sheet.y() + HEIGHT + 6.0;
    let height_of = |count: u32| HEIGHT * count as f32 / top as f32;
    let edge = edge(&curve, base, height_of);
    let area: Vec<(f32, f32)> = edge.iter().copied().chain([(MARGIN + WIDTH, base), (MARGIN + GUTTER, base)]).collect();
    sheet.shape(area, Ink::Pale);
    for count in (0..=top).step_by(step as usize) {
        let y = base - height_of(count);
        sheet.fill(MARGIN + GUTTER, y - 0.25, WIDTH - GUTTER, 0.5, Ink::Rule);
        let label = sheet.faces.line(&count.to_string(), SMALL);
        sheet.text_to(MARGIN + GUTTER - 6.0, y + 2.5, label, Ink::Muted);
    }
    sheet.line(edge, Ink::Accent);
    times(sheet, report, base);
    sheet.skip(FULL_HEIGHT);
}

/// The upper edge of the area, from left to right.
fn edge(curve: &[u32], base: f32, height_of: impl Fn(u32) -> f32) -> Vec<(f32, f32)> {
    let left = MARGIN + GUTTER;
    let width = (WIDTH - GUTTER) / curve.len().max(1) as f32;
    let steps = curve.iter().enumerate().flat_map(|(index, count)| {
        let (x, y) = (left + index as f32 * width, base - height_of(*count));
        [(x, y), (x + width, y)]
    });
    steps.collect()
}

/// Times below the area, at full steps of the local clock.
fn times(sheet: &mut Sheet<'_>, report: &SessionReport, base: f32) {
    let (start, end) = (report.started.seconds(), report.ended.seconds());
    let length = end.saturating_sub(start).max(1);
    let step = time_step(length);
    let offset = i64::from(Local::of(&report.time_zone).offset_s(report.started));
    let first = (start + offset).div_euclid(step) * step + if (start + offset) % step == 0 { 0 } else { step } - offset;
    let form = if step < 60 { "%H:%M:%S" } else { "%H:%M" };
    for at in (0..=MOST_TIMES).map(|index| first + index * step).take_while(|at| *at <= end) {
        let x = MARGIN + GUTTER + (WIDTH - GUTTER) * (at - start) as f32 / length as f32;
        let local = Local::of(&report.time_zone).wall(Timestamp::from_seconds(at));
        let label = sheet.faces.line(&local.strftime(form).to_string(), SMALL);
        let left = (x - label.width / 2.0).min(MARGIN + WIDTH - label.width);
        sheet.fill(x - 0.25, base, 0.5, 3.0, Ink::Muted);
        sheet.text(left, base + 13.0, label, Ink::Muted);
    }
}

/// Seconds from one time to the next.
fn time_step(length_s: i64) -> i64 {
    let day = 86_400;
    let days = length_s.div_euclid(day * MOST_TIMES) + 1;
    STEPS_S.into_iter().find(|step| length_s <= step * MOST_TIMES).unwrap_or(days * day)
}

/// The distance of lines and the highest of them: at most five, at 1, 2, 5, 10, 20, 50 and so on.
fn scale(most: u32) -> (u32, u32) {
    let mut step: u32 = 1;
    let mut factors = [2.0, 2.5, 2.0].into_iter().cycle();
    while most.div_ceil(step) > 5 {
        step = (f64::from(step) * factors.next().unwrap_or(2.0)) as u32;
    }
    (step, step.saturating_mul(most.div_ceil(step).max(1)))
}

#[cfg(test)]
mod tests {
    use super::{scale, time_step};

    #[test]
    fn lines_stand_at_round_numbers_and_are_few() {
        for (most, expected) in [
            (0, (1, 1)),
            (1, (1, 1)),
            (5, (1, 5)),
            (6, (2, 6)),
            (11, (5, 15)),
            (187, (50, 200)),
            (10_000, (2_000, 10_000)),
            (u32::MAX, (1_000_000_000, u32::MAX)),
        ] {
            assert_eq!(scale(most), expected, "{most}");
        }
    }

    #[test]
    fn times_are_few_for_sessions_of_every_length() {
        for (length, expected) in
            [(0, 1), (60, 15), (5_400, 600), (7_200, 900), (86_400, 10_800), (864_000, 172_800), (31_536_000, 3_542_400)]
        {
            assert_eq!(time_step(length), expected, "{length}");
        }
    }
}
