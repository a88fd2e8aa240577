//! What the marks look like.
//!
//! The sizes are this crate's own: no provider publishes the exact geometry of its signature blocks.

use super::super::canvas::{Canvas, Color, Face};
use super::super::geometry::Frame;
use super::super::{Mark, MarkKind};

const INK: Color = [0.09, 0.12, 0.2];
const BLUE: Color = [0.13, 0.3, 0.6];
const GREY: Color = [0.3, 0.34, 0.4];

const SIGNATURE_HEIGHT: f32 = 40.0;
const SIGNATURE_WIDTH: f32 = 120.0;
const INITIALS_HEIGHT: f32 = 32.0;
const INITIALS_WIDTH: f32 = 44.0;
const NARROWEST: f32 = 36.0;
const PADDING: f32 = 6.0;
const BOX: f32 = 11.0;

/// The header line of a page.
pub(super) fn draw_header(canvas: &mut Canvas, frame: &Frame, header: &str) {
    let room = (frame.width() - 24.0).max(24.0);
    let size = Face::Regular.fitting(header, 7.0, 3.0, room);
    canvas.text(Face::Regular, size, GREY, (12.0, frame.height() - 13.0), header);
}

/// One mark, its upper left corner where the mark says.
pub(super) fn draw_mark(canvas: &mut Canvas, frame: &Frame, mark: &Mark) {
    let corner = (mark.x, frame.height() - mark.y);
    // From the mark to the right edge of the page; a mark beyond it is drawn all the same.
    let room = frame.width() - mark.x;
    match &mark.kind {
        MarkKind::Signature { name, id } => {
            let block = Block {
                label: "Signed by:",
                text: name,
                id,
                size: 17.0,
                least: (SIGNATURE_WIDTH, SIGNATURE_HEIGHT),
                baseline: 26.0,
            };
            block.draw(canvas, corner, room);
        }
        MarkKind::Initials { name, id } => {
            let block = Block {
                label: "Initials:",
                text: &initials(name),
                id,
                size: 13.0,
                least: (INITIALS_WIDTH, INITIALS_HEIGHT),
                baseline: 20.0,
            };
            block.draw(canvas, corner, room);
        }
        MarkKind::Text(text) => {
            let (x, top) = corner;
            for (line, words) in (0_u16..).zip(text.lines()) {
                canvas.text(Face::Regular, 10.0, INK, (x, top - 8.0 - f32::from(line) * 12.0), words);
            }
        }
        MarkKind::Checkbox(ticked) => {
            let (x, top) = corner;
            canvas.outline((x, top - BOX), (BOX, BOX), 0.8, INK);
            if *ticked {
                canvas.line((x + 2.4, top - 5.8), (x + 4.6, top - 8.4), 1.4, INK);
                canvas.line((x + 4.6, top - 8.4), (x + 8.8, top - 2.8), 1.4, INK);
            }
        }
    }
}

/// A framed block: a small label, the name, a small id.
struct Block<'a> {
    label: &'a str,
    text: &'a str,
    id: &'a str,
    size: f32,
    /// Width and height the frame has at least; the height is fixed.
    least: (f32, f32),
    /// Of the name, below the upper edge.
    baseline: f32,
}

impl Block<'_> {
    fn draw(&self, canvas: &mut Canvas, (x, top): (f32, f32), room: f32) {
        let (least, height) = self.least;
        let wished = Face::Script.width(self.text, self.size) + 2.0 * PADDING;
        // Near the right edge the block narrows to what is left, as long as that can be read.
        let least = if room > NARROWEST { least.min(room - 2.0) } else { least };
        let width = wished.min(room - 2.0).max(least);
        let inside = width - 2.0 * PADDING;
        let size = Face::Script.fitting(self.text, self.size, 4.0, inside);
        canvas.outline((x, top - height), (width, height), 0.75, BLUE);
        canvas.text(Face::Bold, 5.5, BLUE, (x + PADDING, top - 8.5), self.label);
        canvas.text(Face::Script, size, INK, (x + PADDING, top - self.baseline), self.text);
        let small = Face::Regular.fitting(self.id, 5.5, 2.0, inside);
        canvas.text(Face::Regular, small, GREY, (x + PADDING, top - height + 4.5), self.id);
    }
}

/// The first letter of each word, at most four.
fn initials(name: &str) -> String {
    let letters =
        name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    letters.take(4).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_the_first_letters() {
        assert_eq!(initials("Ada King, Countess of Lovelace"), "AKCO");
        assert_eq!(initials("émile zola"), "ÉZ");
        assert_eq!(initials("  "), "");
    }
}
