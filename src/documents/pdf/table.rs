//! Tables that flow over pages and repeat their heading on each.

use super::sheet::{Ink, MARGIN, Sheet};
use super::text::{Line, Type, Weight};

/// Type of cells.
const CELL: Type = Type { weight: Weight::Regular, size: 7.5 };
/// Type of headings.
const HEADING: Type = Type { weight: Weight::Bold, size: 7.0 };
/// From one line of a cell to the next.
const LEADING: f32 = 10.0;
/// Above and below the text of a row.
const PADDING: f32 = 3.5;
/// Between the text of one column and the next.
const GAP: f32 = 8.0;

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    label: &'static str,
    width: f32,
    is_number: bool,
    max_lines: usize,
}

/// What stands in a column of a row.
#[derive(Debug)]
pub(super) enum Cell {
    /// Words or a number.
    Text(String),
    /// A bar of this part of the column, 0 to 1.
    Bar(f32),
}

/// A table on the way down its pages.
pub(super) struct Table {
    columns: Vec<Column>,
    rows_on_page: usize,
}

impl Column {
    /// Words, on so many lines at most.
    pub(super) fn words(label: &'static str, width: f32, max_lines: usize) -> Self {
        Self { label, width, is_number: false, max_lines }
    }

    /// Numbers, one below the other.
    pub(super) fn number(label: &'static str, width: f32) -> Self {
        Self { label, width, is_number: true, max_lines: 2 }
    }

    fn lines(&self, sheet: &Sheet<'_>, text: &str, kind: Type, max_lines: usize) -> Vec<Line> {
        sheet.faces.wrap(text, kind, self.width - GAP, max_lines)
    }
}

impl Cell {
    /// A text.
    pub(super) fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }
}

impl Table {
    /// Height of a heading and a row of two lines.
    pub(super) const BEGINNING: f32 = 3.0 * LEADING + 4.0 * PADDING + 2.0;

    /// Starts a table with its heading, where a row has room below it.
    pub(super) fn start(sheet: &mut Sheet<'_>, columns: Vec<Column>) -> Self {
        sheet.need(Self::BEGINNING);
        let mut table = Self { columns, rows_on_page: 0 };
        table.heading(sheet);
        table
    }

    /// Adds a row, on the next page when this one has no room for it.
    pub(super) fn row(&mut self, sheet: &mut Sheet<'_>, cells: &[Cell]) {
        let texts: Vec<Vec<Line>> = self.columns.iter().zip(cells).map(|(column, cell)| cell_lines(sheet, column, cell)).collect();
        let height = height(&texts);
        if sheet.need(height) {
            self.heading(sheet);
        }
        if self.rows_on_page % 2 == 1 {
            sheet.fill(MARGIN, sheet.y(), self.width(), height, Ink::Stripe);
        }
        self.put(sheet, texts, Ink::Text);
        self.put_bars(sheet, cells);
        sheet.skip(height);
        self.rows_on_page += 1;
    }

    fn heading(&mut self, sheet: &mut Sheet<'_>) {
        let texts: Vec<Vec<Line>> = self.columns.iter().map(|column| column.lines(sheet, column.label, HEADING, 2)).collect();
        let height = height(&texts);
        self.put(sheet, texts, Ink::Accent);
        sheet.skip(height);
        sheet.fill(MARGIN, sheet.y(), self.width(), 0.8, Ink::Accent);
        sheet.skip(1.5);
        self.rows_on_page = 0;
    }

    fn put(&self, sheet: &mut Sheet<'_>, texts: Vec<Vec<Line>>, ink: Ink) {
        let mut x = MARGIN;
        for (column, lines) in self.columns.iter().zip(texts) {
            let mut y = sheet.y() + PADDING + CELL.size;
            for line in lines {
                if column.is_number {
                    sheet.text_to(x + column.width - GAP / 2.0, y, line, ink);
                } else {
                    sheet.text(x + GAP / 2.0, y, line, ink);
                }
                y += LEADING;
            }
            x += column.width;
        }
    }

    fn put_bars(&self, sheet: &mut Sheet<'_>, cells: &[Cell]) {
        let mut x = MARGIN;
        for (column, cell) in self.columns.iter().zip(cells) {
            if let Cell::Bar(part) = cell {
                let room = column.width - GAP;
                let y = sheet.y() + PADDING + 1.0;
                sheet.fill(x + GAP / 2.0, y, room, 7.5, Ink::Pale);
                sheet.fill(x + GAP / 2.0, y, room * part.clamp(0.0, 1.0), 7.5, Ink::Accent);
            }
            x += column.width;
        }
    }

    fn width(&self) -> f32 {
        self.columns.iter().map(|column| column.width).sum()
    }
}

fn cell_lines(sheet: &Sheet<'_>, column: &Column, cell: &Cell) -> Vec<Line> {
    match cell {
        Cell::Text(text) => column.lines(sheet, text, CELL, column.max_lines),
        Cell::Bar(_) => Vec::new(),
    }
}

fn height(texts: &[Vec<Line>]) -> f32 {
    let lines = texts.iter().map(Vec::len).max().unwrap_or(0).max(1);
    lines as f32 * LEADING + 2.0 * PADDING
}
