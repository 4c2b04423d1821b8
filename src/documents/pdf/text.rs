//! Text as glyphs: how wide it is, where it is cut, where it breaks.
//!
//! Two weights, each of two faces: a text is shaped run by run with the face that has its characters. A character that
//! neither has is shown as a box; what controls a terminal or turns the direction of writing is taken out before.

use std::ops::Range;
use std::sync::Arc;

use krilla::text::{Font, Glyph, GlyphId};
use rustybuzz::ttf_parser::{self, Tag};
use rustybuzz::{Direction, Feature, ShapePlan, UnicodeBuffer, script};

use crate::documents::DocumentError;

/// Most characters of one text; what is longer is cut before it is measured.
const MAX_CHARS: usize = 2_000;
/// Characters that Japanese puts at no line's start.
const NEVER_FIRST: &str = "、。，．・：；？！」』）】〕〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]}";

/// Katakana of full width in the order of those of half width from U+FF61 on, which neither face has. The marks of voice join what they follow.
const FULL_WIDTH: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u{3099}\u{309a}";

/// A weight of the face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// For reading.
    Regular,
    /// For headings.
    Bold,
}

/// Both weights, ready to shape.
pub(super) struct Faces {
    regular: [Face; 2],
    bold: [Face; 2],
}

struct Face {
    font: Font,
    shaper: rustybuzz::Face<'static>,
    plan: ShapePlan,
    /// The glyph of a box, if the face has one.
    missing: u16,
}

/// A weight at a size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    /// The weight.
    pub(super) weight: Weight,
    /// Size in points.
    pub(super) size: f32,
}

/// A text on one line, measured.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) text: Box<str>,
    pub(super) glyphs: Box<[Placed]>,
    pub(super) kind: Type,
    /// Width in points.
    pub(super) width: f32,
}

/// A glyph of a line; lengths are parts of the type's size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    face: u8,
    id: u16,
    start: u16,
    end: u16,
    advance: f32,
    dx: f32,
    dy: f32,
}

impl Face {
    fn load(name: &'static str, bytes: &'static [u8]) -> Result<Self, DocumentError> {
        let shared: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(bytes);
        let font = Font::new(shared.into(), 0).ok_or(DocumentError::Face(name))?;
        let shaper = rustybuzz::Face::from_slice(bytes, 0).ok_or(DocumentError::Face(name))?;
        // Digits of one width stand in columns; without contextual forms `->` stays what somebody typed.
        let features = [(b"tnum", 1), (b"calt", 0)].map(|(tag, value)| Feature::new(Tag::from_bytes(tag), value, ..));
        // None of the scripts here needs more than Latin does: composed accents and kerning.
        let plan = ShapePlan::new(&shaper, Direction::LeftToRight, Some(script::LATIN), None, &features);
        let missing = shaper.glyph_index('□').map_or(0, |glyph| glyph.0);
        Ok(Self { font, shaper, plan, missing })
    }

    fn has(&self, c: char) -> bool {
        self.shaper.glyph_index(c).is_some()
    }

    /// Adds the glyphs of a run of a text.
    fn shape(&self, face: u8, text: &str, run: Range<usize>, glyphs: &mut Vec<Placed>) {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text[run.clone()]);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        let shaped = rustybuzz::shape_with_plan(&self.shaper, &self.plan, buffer);
        let infos = shaped.glyph_infos();
        let em = self.font.units_per_em();
        let part = |units: i32| units as f32 / em;
        let place = |at: usize| u16::try_from(run.start + at).unwrap_or(u16::MAX);
        for (at, (info, position)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
            let next = infos[at..].iter().map(|next| next.cluster).find(|next| *next != info.cluster);
            let id = u16::try_from(info.glyph_id).unwrap_or(0);
            let is_missing = id == 0;
            let box_advance = i32::from(self.shaper.glyph_hor_advance(ttf_parser::GlyphId(self.missing)).unwrap_or(0));
            glyphs.push(Placed {
                face,
                id: if is_missing { self.missing } else { id },
                start: place(info.cluster as usize),
                end: place(next.map_or(run.len(), |next| next as usize)),
                advance: part(if is_missing { box_advance } else { position.x_advance }),
                dx: part(position.x_offset),
                dy: part(position.y_offset),
            });
        }
    }
}

impl Faces {
    /// Reads the faces that the program carries.
    pub(super) fn load() -> Result<Self, DocumentError> {
        Ok(Self {
            regular: [
                Face::load("Inter-Regular", include_bytes!("../../../static/fonts/Inter-Regular.otf"))?,
                Face::load("Mplus1-Regular", include_bytes!("../../../static/fonts/Mplus1-Regular.otf"))?,
            ],
            bold: [
                Face::load("Inter-Bold", include_bytes!("../../../static/fonts/Inter-Bold.otf"))?,
                Face::load("Mplus1-Bold", include_bytes!("../../../static/fonts/Mplus1-Bold.otf"))?,
            ],
        })
    }

    /// The runs of a line, each with its face and how far from the line's start it begins.
    pub(super) fn runs<'l>(&self, line: &'l Line) -> impl Iterator<Item = (Font, f32, &'l [Placed])> {
        let faces = self.weight(line.kind.weight);
        let mut x = 0.0;
        line.glyphs.chunk_by(|left, right| left.face == right.face).map(move |run| {
            let start = x;
            x += advance(run) * line.kind.size;
            let face = run.first().map_or(0, |glyph| usize::from(glyph.face));
            (faces[face].font.clone(), start, run)
        })
    }

    /// A text on one line, however wide.
    pub(super) fn line(&self, text: &str, kind: Type) -> Line {
        self.shaped(clean(text), kind)
    }

    /// A text on one line of at most this width, its end replaced by `…` when it is wider.
    pub(super) fn cut(&self, text: &str, kind: Type, width: f32) -> Line {
        let line = self.line(text, kind);
        if line.width <= width {
            return line;
        }
        let dots = self.shaped("…".to_owned(), kind).width;
        let kept = &line.text[..fitting(&line, 0, width - dots)];
        self.shaped(format!("{}…", kept.trim_end()), kind)
    }

    /// A text on lines of at most this width. It breaks at blanks, behind `@`, `/` and `-`, and between characters of
    /// Japanese; in a word only when the word is wider than a line. The last line is cut when there would be more.
    pub(super) fn wrap(&self, text: &str, kind: Type, width: f32, max_lines: usize) -> Vec<Line> {
        let whole = self.line(text, kind);
        let mut lines = Vec::new();
        let mut start = 0;
        while start < whole.text.len() {
            let rest = &whole.text[start..];
            if lines.len() + 1 == max_lines {
                lines.push(self.cut(rest, kind, width));
                break;
            }
            let end = break_before(&whole.text, start, fitting(&whole, start, width));
            lines.push(self.shaped(whole.text[start..end].trim_end().to_owned(), kind));
            start = end + whole.text[end..].len() - whole.text[end..].trim_start().len();
        }
        lines
    }

    fn weight(&self, weight: Weight) -> &[Face; 2] {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    fn shaped(&self, text: String, kind: Type) -> Line {
        let faces = self.weight(kind.weight);
        let mut glyphs = Vec::with_capacity(text.len());
        let (mut start, mut current) = (0, 0);
        for (at, c) in text.char_indices() {
            let wanted = face_for(faces, c, current);
            if wanted != current {
                faces[usize::from(current)].shape(current, &text, start..at, &mut glyphs);
                (start, current) = (at, wanted);
            }
        }
        faces[usize::from(current)].shape(current, &text, start..text.len(), &mut glyphs);
        let width = advance(&glyphs) * kind.size;
        Line { text: text.into(), glyphs: glyphs.into(), kind, width }
    }
}

/// The face of a character: the first that has it. Accents stay with what they follow; what neither has goes to the
/// first, which has a box for it.
fn face_for(faces: &[Face; 2], c: char, current: u8) -> u8 {
    let is_accent = matches!(c, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}');
    match (faces[0].has(c), faces[1].has(c)) {
        (_, true) if is_accent && current == 1 => 1,
        (false, true) => 1,
        (_, _) => 0,
    }
}

/// Width of glyphs as a part of the type's size.
fn advance(glyphs: &[Placed]) -> f32 {
    glyphs.iter().map(|glyph| glyph.advance).sum()
}

impl Glyph for Placed {
    fn glyph_id(&self) -> GlyphId {
        GlyphId::new(self.id.into())
    }

    fn text_range(&self) -> Range<usize> {
        self.start.into()..self.end.into()
    }

    fn x_advance(&self, size: f32) -> f32 {
        self.advance * size
    }

    fn x_offset(&self, size: f32) -> f32 {
        self.dx * size
    }

    fn y_offset(&self, size: f32) -> f32 {
        self.dy * size
    }

    fn y_advance(&self, _size: f32) -> f32 {
        0.0
    }

    fn location(&self) -> Option<krilla::surface::Location> {
        None
    }
}

/// A text as it can stand on paper: on one line, without what can't be seen.
pub(super) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len().min(MAX_CHARS));
    for c in text.chars().filter(|c| !is_invisible(*c)).take(MAX_CHARS) {
        let is_blank = c.is_whitespace() || c.is_control();
        if !is_blank {
            clean.push(carried(c));
        } else if !clean.is_empty() && !clean.ends_with(' ') {
            clean.push(' ');
        }
    }
    clean.truncate(clean.trim_end().len());
    clean
}

/// The character that the faces have in the place of one that they lack, as Japanese keyboards write it.
fn carried(c: char) -> char {
    let beyond = |first: u32| u32::from(c) - first;
    match c {
        '！' | '（' | '）' | '０'..='９' | '：' | '＝' | '？' => c,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(beyond(0xff01) + u32::from('!')).unwrap_or(c),
        '\u{ff61}'..='\u{ff9f}' => FULL_WIDTH.chars().nth(beyond(0xff61) as usize).unwrap_or(c),
        '￥' => '¥',
        _ => c,
    }
}

/// Characters of no width that steer others: joiners, directions, variants, marks of byte order, noncharacters, tags.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Where the text ends that fits into a width, from a byte on; at least one character, so that there is progress.
fn fitting(line: &Line, start: usize, width: f32) -> usize {
    let mut used = 0.0;
    let mut end = start;
    for glyph in line.glyphs.iter().filter(|glyph| usize::from(glyph.start) >= start) {
        used += glyph.advance * line.kind.size;
        if used > width && end > start {
            return end.min(usize::from(glyph.start));
        }
        end = usize::from(glyph.end);
    }
    end
}

/// The last place up to `limit` where a line may end; `limit` itself when there is none.
fn break_before(text: &str, start: usize, limit: usize) -> usize {
    if limit >= text.len() {
        return text.len();
    }
    let places = text[start..].char_indices().map(|(at, c)| (start + at, c)).take_while(|(at, _)| *at <= limit).skip(1);
    let mut before = text[start..].chars().next().unwrap_or(' ');
    let mut best = limit;
    let mut found = false;
    for (at, c) in places {
        if may_break(before, c) {
            (best, found) = (at, true);
        }
        before = c;
    }
    if found { best } else { limit }
}

fn may_break(before: char, after: char) -> bool {
    let is_japanese = |c: char| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}');
    let is_end = matches!(before, ' ' | '@' | '/' | '-') || after == ' ' || is_japanese(before) || is_japanese(after);
    is_end && !NEVER_FIRST.contains(after)
}

#[cfg(test)]
mod tests {
    use super::{Faces, Line, Type, Weight, clean};
    use crate::documents::pdf::labels::Labels;
    use crate::domain::Language;

    const KIND: Type = Type { weight: Weight::Regular, size: 10.0 };

    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| &*line.text).collect()
    }

    #[test]
    fn the_faces_have_every_character_of_the_labels_and_of_names() {
        let faces = Faces::load().expect("faces");
        let names = "Zażółć gęślą jaźń Ελλάδα Ёлка Nguyễn Thị Ngọc Đà Nẵng Œuvre Straße ¿Señor? 髙橋 渡邉 花子 カタカナ ー…–★ 0123456789+:";
        let labels: Vec<&str> = Language::OF_REPORTS.into_iter().flat_map(|language| Labels::of(language).all()).collect();
        for weight in [Weight::Regular, Weight::Bold] {
            for c in labels.iter().chain([&names]).flat_map(|text| text.chars()) {
                assert!(faces.weight(weight).iter().any(|face| face.has(c)), "{c} in {weight:?}");
            }
        }
    }

    #[test]
    fn characters_of_other_widths_are_shown_in_the_width_that_the_faces_have() {
        let faces = Faces::load().expect("faces");
        let glyphs = |text: &str| faces.line(text, KIND).glyphs.iter().map(|glyph| (glyph.face, glyph.id)).collect::<Vec<_>>();
        assert_eq!(glyphs("ｶﾞｯｺｳ､ﾊﾟﾝ｡"), glyphs("ガッコウ、パン。"));
        assert_eq!(clean("Ｔｏｋｙｏ　２０３１（株）～￥"), "Tokyo ２０３１（株）~¥");
        let all: String = ('\u{ff01}'..='\u{ff5e}').chain('\u{ff61}'..='\u{ff9d}').chain("￥①㈱〜ヶ々〆髙﨑".chars()).collect();
        for c in clean(&all).chars() {
            assert!(faces.regular.iter().any(|face| face.has(c)), "{c}");
        }
    }

    #[test]
    fn a_text_that_is_too_wide_ends_in_dots_within_the_width() {
        let faces = Faces::load().expect("faces");
        for text in ["W".repeat(500), "会議室".repeat(100), "e\u{301}".repeat(300), "🎉".repeat(50), "a b ".repeat(99)] {
            let line = faces.cut(&text, KIND, 60.0);
            assert!(line.width <= 60.0 && line.width > 30.0, "{}", line.width);
            assert!(line.text.ends_with('…') && !line.text.ends_with(" …"), "{}", line.text);
        }
        assert_eq!(&*faces.cut("short", KIND, 60.0).text, "short");
    }

    #[test]
    fn a_text_breaks_at_blanks_and_signs_and_in_a_word_only_if_it_must() {
        let faces = Faces::load().expect("faces");
        assert_eq!(texts(&faces.wrap("the quick brown fox", KIND, 60.0, 9)), ["the quick", "brown fox"]);
        assert_eq!(texts(&faces.wrap("anna.nowak@example.org", KIND, 75.0, 9)), ["anna.nowak@", "example.org"]);
        assert_eq!(texts(&faces.wrap("会議室です。はい", KIND, 55.0, 9)), ["会議室で", "す。はい"]);
        let lines = faces.wrap(&"x".repeat(60), KIND, 60.0, 9);
        assert!(lines.len() > 3 && lines.iter().all(|line| line.width <= 60.0), "{:?}", texts(&lines));
        assert!(faces.wrap("", KIND, 60.0, 9).is_empty());
    }

    #[test]
    fn a_text_of_too_many_lines_is_cut_at_the_last() {
        let faces = Faces::load().expect("faces");
        let lines = faces.wrap(&"word ".repeat(100), KIND, 60.0, 2);
        assert_eq!((lines.len(), lines[1].text.ends_with('…')), (2, true));
        assert!(lines.iter().all(|line| line.width <= 60.0));
    }

    #[test]
    fn what_controls_or_turns_text_is_taken_out() {
        assert_eq!(clean(" a\0b\r\nc\u{1b}[2J\t\u{202e}d\u{200f} \u{fffe}"), "a b c [2J d");
        assert_eq!(clean("\u{7}\u{feff}"), "");
        assert_eq!(clean(&"x".repeat(100_000)).len(), 2_000);
    }
}
