//! Pages to be filled from top to bottom.
//!
//! What is put on a page is kept as measured marks; only when all is there the pages are painted, because each of them
//! says how many there are.

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point};
use krilla::page::PageSettings;
use krilla::paint::{Fill, LineJoin, Stroke};
use krilla::surface::Surface;

use super::text::{Faces, Line, Type, Weight};
use crate::documents::DocumentError;

/// Width and height of A4.
const PAGE: (f32, f32) = (595.276, 841.89);
/// Space left and right.
pub(super) const MARGIN: f32 = 42.0;
/// Space between the margins.
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// Where pages after the first begin, below their running head.
const TOP: f32 = 66.0;
/// Where the first page begins.
const FIRST_TOP: f32 = 50.0;
/// Where all pages end, above their foot.
const BOTTOM: f32 = PAGE.1 - 58.0;
/// Width of a line.
const LINE: f32 = 1.2;
/// Type of running head and foot.
const SMALL: Type = Type { weight: Weight::Regular, size: 7.5 };

/// A colour of the report.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ink {
    /// What is read.
    Text,
    /// What explains.
    Muted,
    /// Headings, lines and bars.
    Accent,
    /// Areas that carry numbers.
    Pale,
    /// Thin lines.
    Rule,
    /// Every other row.
    Stripe,
}

/// Something at a place on a page, in points from its upper left corner.
#[derive(Debug)]
enum Mark {
    /// A text by the left end of its base line.
    Text { x: f32, y: f32, line: Line, ink: Ink },
    /// A filled shape by its corners.
    Shape { corners: Box<[(f32, f32)]>, ink: Ink },
    /// A thin line through points.
    Line { points: Box<[(f32, f32)]>, ink: Ink },
}

/// What stands on every page.
pub(super) struct Running<'a> {
    /// At the top of every page but the first.
    pub(super) head: &'a str,
    /// At the bottom, left.
    pub(super) foot: &'a str,
    /// At the bottom, right: the number of a page and of all.
    pub(super) page: &'a dyn Fn(usize, usize) -> String,
}

/// Pages with the place where the next thing goes.
pub(super) struct Sheet<'a> {
    /// What measures text.
    pub(super) faces: &'a Faces,
    pages: Vec<Vec<Mark>>,
    y: f32,
}

impl Ink {
    fn color(self) -> rgb::Color {
        let (red, green, blue) = match self {
            Self::Text => (0x1f, 0x29, 0x33),
            Self::Muted => (0x66, 0x72, 0x80),
            Self::Accent => (0x1f, 0x5f, 0x8b),
            Self::Pale => (0xdd, 0xe9, 0xf2),
            Self::Rule => (0xcf, 0xd6, 0xdd),
            Self::Stripe => (0xf5, 0xf7, 0xf9),
        };
        rgb::Color::new(red, green, blue)
    }

    fn fill(self) -> Fill {
        Fill { paint: self.color().into(), ..Fill::default() }
    }

    fn stroke(self) -> Stroke {
        Stroke { paint: self.color().into(), width: LINE, line_join: LineJoin::Round, ..Stroke::default() }
    }
}

impl<'a> Sheet<'a> {
    /// An empty first page.
    pub(super) fn new(faces: &'a Faces) -> Self {
        Self { faces, pages: vec![Vec::new()], y: FIRST_TOP }
    }

    /// Where the next thing goes.
    pub(super) fn y(&self) -> f32 {
        self.y
    }

    /// Goes down.
    pub(super) fn skip(&mut self, height: f32) {
        self.y += height;
    }

    /// Goes to the next page when this one has less than this height left, and says whether it did.
    pub(super) fn need(&mut self, height: f32) -> bool {
        let is_full = self.y + height > BOTTOM;
        if is_full {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
        is_full
    }

    /// Puts a text, by the left end of its base line.
    pub(super) fn text(&mut self, x: f32, y: f32, line: Line, ink: Ink) {
        self.put(Mark::Text { x, y, line, ink });
    }

    /// Puts a text by the right end of its base line.
    pub(super) fn text_to(&mut self, right: f32, y: f32, line: Line, ink: Ink) {
        self.text(right - line.width, y, line, ink);
    }

    /// Fills a box.
    pub(super) fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        self.shape([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], ink);
    }

    /// Fills a shape.
    pub(super) fn shape(&mut self, corners: impl Into<Box<[(f32, f32)]>>, ink: Ink) {
        self.put(Mark::Shape { corners: corners.into(), ink });
    }

    /// Draws a line through points.
    pub(super) fn line(&mut self, points: impl Into<Box<[(f32, f32)]>>, ink: Ink) {
        self.put(Mark::Line { points: points.into(), ink });
    }

    /// Paints all pages.
    pub(super) fn paint(self, document: &mut Document, running: &Running<'_>) -> Result<(), DocumentError> {
        let count = self.pages.len();
        for (index, marks) in self.pages.into_iter().enumerate() {
            let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| DocumentError::Pdf("a page has no size".to_owned()))?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            let around = around(self.faces, running, index + 1, count);
            for mark in around.iter().chain(&marks) {
                draw(&mut surface, self.faces, mark);
            }
            surface.finish();
            page.finish();
        }
        Ok(())
    }

    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }
}

/// Head and foot of a page.
fn around(faces: &Faces, running: &Running<'_>, page: usize, pages: usize) -> Vec<Mark> {
    let rule = |y: f32| {
        let corners = [(MARGIN, y), (MARGIN + WIDTH, y), (MARGIN + WIDTH, y + 0.5), (MARGIN, y + 0.5)];
        Mark::Shape { corners: corners.into(), ink: Ink::Rule }
    };
    let y = PAGE.1 - 34.0;
    let number = faces.line(&(running.page)(page, pages), SMALL);
    let foot = faces.cut(running.foot, SMALL, WIDTH - number.width - 20.0);
    let mut marks = vec![
        rule(y - 12.0),
        Mark::Text { x: MARGIN, y, line: foot, ink: Ink::Muted },
        Mark::Text { x: MARGIN + WIDTH - number.width, y, line: number, ink: Ink::Muted },
    ];
    if page > 1 {
        marks.push(Mark::Text { x: MARGIN, y: 40.0, line: faces.cut(running.head, SMALL, WIDTH), ink: Ink::Muted });
        marks.push(rule(46.0));
    }
    marks
}

fn draw(surface: &mut Surface<'_>, faces: &Faces, mark: &Mark) {
    match mark {
        Mark::Text { x, y, line, ink } => {
            surface.set_fill(Some(ink.fill()));
            for (font, start, glyphs) in faces.runs(line) {
                surface.draw_glyphs(Point::from_xy(x + start, *y), glyphs, font, &line.text, line.kind.size, false);
            }
        }
        Mark::Shape { corners, ink } => {
            surface.set_fill(Some(ink.fill()));
            draw_path(surface, corners, true);
        }
        Mark::Line { points, ink } => {
            surface.set_fill(None);
            surface.set_stroke(Some(ink.stroke()));
            draw_path(surface, points, false);
            surface.set_stroke(None);
        }
    }
}

fn draw_path(surface: &mut Surface<'_>, points: &[(f32, f32)], is_closed: bool) {
    let mut path = PathBuilder::new();
    for (index, (x, y)) in points.iter().enumerate() {
        if index == 0 {
            path.move_to(*x, *y);
        } else {
            path.line_to(*x, *y);
        }
    }
    if is_closed {
        path.close();
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}
