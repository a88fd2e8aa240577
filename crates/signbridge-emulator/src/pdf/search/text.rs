//! Glyphs joined to lines, and the search in them.

use super::interpreter::Glyph;

/// Gap along the line, as a share of the font size, from which two glyphs belong to two words.
const WORD_GAP: f32 = 0.18;
/// Gap forwards, backwards and across, from which two glyphs belong to two lines.
const LINE_GAP: f32 = 3.0;
const LINE_BACK: f32 = 0.6;
const LINE_ACROSS: f32 = 0.5;
/// Stands between lines; no needle contains it.
const LINE_BREAK: char = '\n';

/// What is searched for.
#[derive(Debug, Clone)]
pub(in super::super) struct Needle {
    text: String,
    case_sensitive: bool,
    whole_word: bool,
}

impl Needle {
    pub(in super::super) fn new(needle: &str, case_sensitive: bool, whole_word: bool) -> Self {
        let words: Vec<&str> = needle.split_whitespace().collect();
        let text = words.join(" ");
        let text = if case_sensitive { text } else { text.chars().flat_map(char::to_lowercase).collect() };
        Self { text, case_sensitive, whole_word }
    }
}

/// The text of one page with the place of each character.
#[derive(Debug, Default)]
pub(super) struct PageText {
    glyphs: Vec<(char, (f32, f32))>,
    last: Option<Glyph>,
}

impl PageText {
    pub(super) fn push(&mut self, glyph: Glyph) {
        match self.last.as_ref().map(|last| gap(last, &glyph)) {
            Some(Gap::Line) => self.put(LINE_BREAK, glyph.start),
            Some(Gap::Word) => self.put(' ', glyph.start),
            Some(Gap::None) | None => {}
        }
        match &glyph.text {
            Some(text) => text.chars().for_each(|character| self.put(character, glyph.start)),
            None => self.put(char::REPLACEMENT_CHARACTER, glyph.start),
        }
        self.last = Some(glyph);
    }

    /// Runs of white space become one space.
    fn put(&mut self, character: char, place: (f32, f32)) {
        if character == LINE_BREAK {
            self.glyphs.push((LINE_BREAK, place));
        } else if character.is_whitespace() {
            if self.glyphs.last().is_none_or(|(before, _)| *before != ' ') {
                self.glyphs.push((' ', place));
            }
        } else if !character.is_control() {
            self.glyphs.push((character, place));
        }
    }

    /// Where each occurrence starts, in the page's own coordinates.
    pub(super) fn find(&self, needle: &Needle) -> Vec<(f32, f32)> {
        if needle.text.is_empty() {
            return Vec::new();
        }
        let mut text = String::with_capacity(self.glyphs.len());
        let mut places = Vec::with_capacity(self.glyphs.len());
        for (character, place) in &self.glyphs {
            places.push((text.len(), *place));
            if needle.case_sensitive {
                text.push(*character);
            } else {
                text.extend(character.to_lowercase());
            }
        }

        let mut hits = Vec::new();
        let mut from = 0;
        while let Some(rest) = text.get(from..)
            && let Some(at) = rest.find(&needle.text).map(|at| from + at)
        {
            let end = at + needle.text.len();
            if needle.whole_word && !stands_alone(&text, at, end) {
                let first = needle.text.chars().next().map_or(1, char::len_utf8);
                from = at + first;
                continue;
            }
            let index = places.partition_point(|(offset, _)| *offset <= at);
            hits.extend(index.checked_sub(1).and_then(|index| places.get(index)).map(|(_, place)| *place));
            from = end;
        }
        hits
    }

    /// Texts within one line from `open` to the next `close`, both included, with where they start.
    pub(super) fn between(&self, open: &str, close: &str) -> Vec<(String, (f32, f32))> {
        let mut found = Vec::new();
        for line in self.glyphs.split(|(character, _)| *character == LINE_BREAK) {
            let text: String = line.iter().map(|(character, _)| character).collect();
            let mut from = 0;
            while let Some(at) = text.get(from..).and_then(|rest| rest.find(open)).map(|at| from + at) {
                let inner = at + open.len();
                let Some(end) = text.get(inner..).and_then(|rest| rest.find(close)) else { break };
                let end = inner + end + close.len();
                let start = text.get(..at).and_then(|before| line.get(before.chars().count()));
                found.extend(text.get(at..end).zip(start).map(|(own, (_, place))| (own.to_owned(), *place)));
                from = end;
            }
        }
        found
    }
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    ![before, after].into_iter().flatten().any(char::is_alphanumeric)
}

enum Gap {
    None,
    Word,
    Line,
}

/// What lies between two glyphs drawn one after the other, judged along the writing direction of the first.
fn gap(last: &Glyph, next: &Glyph) -> Gap {
    let size = last.size.max(next.size);
    if size <= 0.0 {
        return Gap::None;
    }
    let (dx, dy) = (next.start.0 - last.end.0, next.start.1 - last.end.1);
    let (wx, wy) = (last.end.0 - last.start.0, last.end.1 - last.start.1);
    let length = wx.hypot(wy);
    let (ux, uy) = if length > 0.0 { (wx / length, wy / length) } else { (1.0, 0.0) };
    let along = (dx * ux + dy * uy) / size;
    let across = (dx * uy - dy * ux).abs() / size;
    if across > LINE_ACROSS || !(-LINE_BACK..=LINE_GAP).contains(&along) {
        Gap::Line
    } else if along > WORD_GAP {
        Gap::Word
    } else {
        Gap::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of text at height `y`, each glyph 5 wide at size 10.
    fn page(lines: &[(f32, &str)]) -> PageText {
        let mut text = PageText::default();
        for (y, line) in lines {
            let mut x = 0.0;
            for character in line.chars() {
                let glyph = Glyph {
                    text: Some(character.to_string()),
                    start: (x, *y),
                    end: (x + 5.0, *y),
                    size: 10.0,
                };
                text.push(glyph);
                x += 5.0;
            }
        }
        text
    }

    #[test]
    fn case_and_whole_words() {
        let text = page(&[(100.0, "Sign assign SIGN sign_ a a a")]);
        let found = |needle: &str, case, whole| text.find(&Needle::new(needle, case, whole)).len();
        assert_eq!(found("sign", false, false), 4);
        assert_eq!(found("sign", true, false), 2);
        assert_eq!(found("sign", false, true), 3);
        assert_eq!(found("a a", true, true), 1);
        assert_eq!(found("", true, true), 0);
        assert_eq!(found("  ", true, false), 0);
    }

    #[test]
    fn lines_do_not_run_into_each_other() {
        let text = page(&[(100.0, "first half"), (80.0, "second half")]);
        assert!(text.find(&Needle::new("half second", true, false)).is_empty());
        assert_eq!(text.find(&Needle::new("half", true, true)), [(30.0, 100.0), (35.0, 80.0)]);
    }

    #[test]
    fn a_lowered_letter_that_grows_keeps_the_places() {
        // The lower case of İ is two characters.
        let text = page(&[(0.0, "İİ x")]);
        assert_eq!(text.find(&Needle::new("X", false, true)), [(15.0, 0.0)]);
    }
}
