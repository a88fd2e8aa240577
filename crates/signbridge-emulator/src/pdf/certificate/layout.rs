//! Setting text from top to bottom, page after page.

use super::super::canvas::{Canvas, Color, Face};

/// US Letter.
pub(super) const PAGE: (f32, f32) = (612.0, 792.0);
/// Left edge of the text.
pub(super) const LEFT: f32 = 54.0;
/// Width of the text.
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
/// What the foot has for its left part.
pub(super) const FOOT_WIDTH: f32 = WIDTH - 80.0;
const TOP: f32 = PAGE.1 - 60.0;
const BOTTOM: f32 = 64.0;

pub(super) const INK: Color = [0.1, 0.13, 0.2];
pub(super) const GREY: Color = [0.36, 0.4, 0.46];
pub(super) const BLUE: Color = [0.13, 0.3, 0.6];
pub(super) const RULE: Color = [0.82, 0.85, 0.89];
pub(super) const WARNING: Color = [1.0, 0.96, 0.85];
pub(super) const WARNING_INK: Color = [0.45, 0.28, 0.0];

/// A cell of a row; its text is wrapped to its width.
pub(super) struct Column<'a> {
    /// Left edge, from the left edge of the text.
    pub(super) at: f32,
    pub(super) width: f32,
    pub(super) face: Face,
    pub(super) size: f32,
    pub(super) color: Color,
    pub(super) text: &'a str,
}

/// Pages being set.
pub(super) struct Layout {
    done: Vec<Canvas>,
    current: Canvas,
    /// Upper edge of what comes next.
    y: f32,
}

impl Layout {
    pub(super) fn new() -> Self {
        Self { done: Vec::new(), current: Canvas::new(""), y: TOP }
    }

    pub(super) fn canvas(&mut self) -> &mut Canvas {
        &mut self.current
    }

    /// All pages.
    pub(super) fn finish(mut self) -> Vec<Canvas> {
        self.done.push(self.current);
        self.done
    }

    /// Starts a new page unless `height` is left on this one.
    pub(super) fn keep(&mut self, height: f32) {
        if self.y - height < BOTTOM {
            self.done.push(std::mem::replace(&mut self.current, Canvas::new("")));
            self.y = TOP;
        }
    }

    /// Takes `height`, on a new page if need be; answers its upper edge.
    pub(super) fn reserve(&mut self, height: f32) -> f32 {
        self.keep(height);
        let top = self.y;
        self.y -= height;
        top
    }

    pub(super) fn space(&mut self, height: f32) {
        self.y -= height;
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.keep(84.0);
        self.space(18.0);
        self.text(Face::Bold, 13.0, BLUE, text);
        self.rule(BLUE);
        self.space(3.0);
    }

    pub(super) fn rule(&mut self, color: Color) {
        let y = self.reserve(9.0) - 4.0;
        self.current.line((LEFT, y), (LEFT + WIDTH, y), 0.6, color);
    }

    pub(super) fn text(&mut self, face: Face, size: f32, color: Color, text: &str) {
        self.row(&[Column { at: 0.0, width: WIDTH, face, size, color, text }]);
    }

    /// Cells side by side on common baselines, as many lines as the longest needs.
    pub(super) fn row(&mut self, columns: &[Column<'_>]) {
        let cells: Vec<Vec<String>> =
            columns.iter().map(|column| wrap(column.face, column.size, column.text, column.width)).collect();
        let size = columns.iter().map(|column| column.size).fold(0.0, f32::max);
        for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let baseline = self.reserve(size * 1.45) - size;
            for (column, cell) in columns.iter().zip(&cells) {
                if let Some(words) = cell.get(line) {
                    let start = (LEFT + column.at, baseline);
                    self.current.text(column.face, column.size, column.color, start, words);
                }
            }
        }
    }
}

/// Breaks text into lines no wider than `width`, between words and, where a word alone is too wide, within.
pub(super) fn wrap(face: Face, size: f32, text: &str, width: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0.0;
    let mut put = |piece: &str, piece_width: f32, gap: f32| {
        let Some(line) = lines.last_mut() else {
            return;
        };
        if line.is_empty() {
            line.push_str(piece);
            used = piece_width;
        } else if used + gap + piece_width <= width {
            if gap > 0.0 {
                line.push(' ');
            }
            line.push_str(piece);
            used += gap + piece_width;
        } else {
            lines.push(piece.to_owned());
            used = piece_width;
        }
    };
    let space = face.width(" ", size);
    for word in text.split_whitespace() {
        let word_width = face.width(word, size);
        if word_width <= width {
            put(word, word_width, space);
            continue;
        }
        let mut gap = space;
        for character in word.chars() {
            let mut buffer = [0; 4];
            let letter = character.encode_utf8(&mut buffer);
            put(letter, face.width(letter, size), gap);
            gap = 0.0;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_the_width_and_lose_nothing() {
        let text = "one two  three\nfour Donaudampfschifffahrtsgesellschaftskapitän five";
        let lines = wrap(Face::Regular, 10.0, text, 80.0);
        assert!(lines.len() > 3);
        assert!(lines.iter().all(|line| Face::Regular.width(line, 10.0) <= 80.0), "{lines:?}");
        let (mut set, mut given) = (lines.concat(), text.to_owned());
        set.retain(|character| !character.is_whitespace());
        given.retain(|character| !character.is_whitespace());
        assert_eq!(set, given);
        assert_eq!(wrap(Face::Regular, 10.0, "", 80.0), [""]);
    }
}
