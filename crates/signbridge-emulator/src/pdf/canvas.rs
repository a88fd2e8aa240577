//! Drawing: text in the standard fonts and thin lines, into one content stream.

use pdf_writer::types::LineCapStyle;
use pdf_writer::{Content, Name, Str, TextStr};

use super::standard::StandardFont;
use super::winansi;

/// Red, green, blue, each from 0 to 1.
pub(super) type Color = [f32; 3];

/// The faces drawn with, in the order of [`FACES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Bold,
    Script,
    Fixed,
}

/// Every face, to declare them as resources.
pub(super) const FACES: [Face; 4] = [Face::Regular, Face::Bold, Face::Script, Face::Fixed];

impl Face {
    /// The `/BaseFont`.
    pub(super) fn base_font(self) -> &'static str {
        match self {
            Self::Regular => "Helvetica",
            Self::Bold => "Helvetica-Bold",
            Self::Script => "Times-Italic",
            Self::Fixed => "Courier",
        }
    }

    /// The resource name, behind a prefix that keeps it apart from the page's own fonts.
    pub(super) fn resource(self, prefix: &str) -> String {
        let suffix = match self {
            Self::Regular => "Regular",
            Self::Bold => "Bold",
            Self::Script => "Script",
            Self::Fixed => "Fixed",
        };
        format!("{prefix}{suffix}")
    }

    /// Width of `text` in points.
    pub(super) fn width(self, text: &str, size: f32) -> f32 {
        self.metrics().width(text, size)
    }

    fn metrics(self) -> StandardFont {
        match self {
            Self::Regular => StandardFont::Helvetica,
            Self::Bold => StandardFont::HelveticaBold,
            Self::Script => StandardFont::TimesItalic,
            Self::Fixed => StandardFont::Courier,
        }
    }

    /// The largest size up to `size`, but not below `least`, at which `text` fits into `room`.
    pub(super) fn fitting(self, text: &str, size: f32, least: f32, room: f32) -> f32 {
        let width = self.width(text, size);
        if width <= room { size } else { (size * room / width).max(least) }
    }
}

/// A content stream being drawn; coordinates in points, y upwards.
pub(super) struct Canvas {
    content: Content,
    prefix: String,
}

impl Canvas {
    pub(super) fn new(prefix: &str) -> Self {
        Self { content: Content::new(), prefix: prefix.to_owned() }
    }

    /// Draws under `matrix`, undone by [`Canvas::leave`].
    pub(super) fn enter(&mut self, matrix: [f32; 6]) {
        self.content.save_state().transform(matrix);
    }

    pub(super) fn leave(&mut self) {
        self.content.restore_state();
    }

    /// One line of text, its baseline starting at (x, y). Where a glyph had to be replaced, the true text is
    /// kept for extraction and screen readers (`/ActualText`).
    pub(super) fn text(&mut self, face: Face, size: f32, color: Color, (x, y): (f32, f32), text: &str) {
        let encoded = winansi::encode(text);
        if encoded.bytes.is_empty() {
            return;
        }
        let [red, green, blue] = color;
        if !encoded.exact {
            let mut span = self.content.begin_marked_content_with_properties(Name(b"Span"));
            span.properties().actual_text(TextStr(text));
        }
        self.content.begin_text().set_fill_rgb(red, green, blue);
        self.content.set_font(Name(face.resource(&self.prefix).as_bytes()), size);
        self.content.next_line(x, y).show(Str(&encoded.bytes)).end_text();
        if !encoded.exact {
            self.content.end_marked_content();
        }
    }

    /// A straight line.
    pub(super) fn line(&mut self, from: (f32, f32), to: (f32, f32), width: f32, color: Color) {
        self.pen(width, color);
        self.content.set_line_cap(LineCapStyle::RoundCap);
        self.content.move_to(from.0, from.1).line_to(to.0, to.1).stroke();
    }

    /// The outline of a rectangle whose lower left corner is (x, y), with round corners.
    pub(super) fn outline(
        &mut self,
        (x, y): (f32, f32),
        (width, height): (f32, f32),
        line: f32,
        color: Color,
    ) {
        // A quarter circle as a Bézier curve: control points at this share of the radius.
        const ARC: f32 = 0.552_284_8;
        let radius = (width.min(height) / 2.0).min(3.0);
        let pull = radius * (1.0 - ARC);
        let (right, top) = (x + width, y + height);
        self.pen(line, color);
        self.content
            .move_to(x + radius, y)
            .line_to(right - radius, y)
            .cubic_to(right - pull, y, right, y + pull, right, y + radius)
            .line_to(right, top - radius)
            .cubic_to(right, top - pull, right - pull, top, right - radius, top)
            .line_to(x + radius, top)
            .cubic_to(x + pull, top, x, top - pull, x, top - radius)
            .line_to(x, y + radius)
            .cubic_to(x, y + pull, x + pull, y, x + radius, y)
            .close_and_stroke();
    }

    /// A filled rectangle whose lower left corner is (x, y).
    pub(super) fn fill(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), color: Color) {
        let [red, green, blue] = color;
        self.content.set_fill_rgb(red, green, blue).rect(x, y, width, height).fill_nonzero();
    }

    /// The finished stream.
    pub(super) fn finish(self) -> Vec<u8> {
        self.content.finish().to_vec()
    }

    fn pen(&mut self, width: f32, color: Color) {
        let [red, green, blue] = color;
        self.content.set_line_width(width).set_stroke_rgb(red, green, blue);
    }
}
