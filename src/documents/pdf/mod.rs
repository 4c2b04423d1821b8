//! The report of a session as a PDF: what one hands to somebody who was not there.
//!
//! Text is measured as it will be drawn, put on pages from top to bottom, and painted at the end. Nothing in it comes
//! from a clock or from the machine, so that the same session and language give the same bytes.

mod chart;
mod figures;
mod labels;
#[cfg(test)]
mod sample;
mod sections;
mod sheet;
mod table;
#[cfg(test)]
mod tests;
mod text;

use jiff::civil::DateTime;
use krilla::metadata::{DateTime as Stamp, Metadata};
use krilla::{Document, SerializeSettings};

use self::labels::Labels;
use self::sheet::{Running, Sheet};
use self::text::{Faces, clean};
use super::DocumentError;
use crate::domain::{Language, SessionReport, civil};

/// A report of a session in a language.
pub fn report(report: &SessionReport, language: Language) -> Result<Vec<u8>, DocumentError> {
    let labels = Labels::of(language);
    let faces = Faces::load()?;
    let mut sheet = Sheet::new(&faces);
    sections::title(&mut sheet, report, labels);
    sections::facts(&mut sheet, report, labels);
    sections::chart(&mut sheet, report, labels);
    sections::attendees(&mut sheet, report, labels);
    sections::ratings(&mut sheet, report, labels);
    sections::polls(&mut sheet, report, labels);

    let title = format!("{} – {}", clean(&report.room_name), labels.title);
    let mut document = Document::new_with(SerializeSettings { enable_tagging: false, ..SerializeSettings::default() });
    document.set_metadata(metadata(report, &title, language));
    sheet.paint(&mut document, &Running { head: &title, foot: &report.organization, page: &|page, pages| labels.page(page, pages) })?;
    document.finish().map_err(|error| DocumentError::Pdf(error.to_string()))
}

/// What viewers show about the file. It is dated by the session's end, the last thing it tells of.
fn metadata(report: &SessionReport, title: &str, language: Language) -> Metadata {
    let stamp = Metadata::new().title(title.to_owned()).language(language.code().to_owned()).creator("Crosstalk".to_owned());
    let authors = vec![clean(&report.organization)];
    stamp.authors(authors).creation_date(stamp_of(civil::utc(report.ended)))
}

fn stamp_of(at: DateTime) -> Stamp {
    let small = |number: i8| u8::try_from(number).unwrap_or(0);
    Stamp::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
