//! The standard fonts every reader has (ISO 32000-1, 9.6.2.2): names and widths.

use super::advances::{
    Advances, HELVETICA, HELVETICA_BOLD, TIMES_BOLD, TIMES_BOLD_ITALIC, TIMES_ITALIC, TIMES_ROMAN,
};
use super::winansi;

/// A standard font with Latin letters. Oblique Helvetica and the Courier family need no entry of their own:
/// slanting changes no width, and every Courier glyph is as wide as the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StandardFont {
    Helvetica,
    HelveticaBold,
    Times,
    TimesBold,
    TimesItalic,
    TimesBoldItalic,
    Courier,
}

impl StandardFont {
    /// The font that a `/BaseFont` names or that has the same widths (Arial, Times New Roman, Courier New).
    pub(super) fn named(base_font: &[u8]) -> Option<Self> {
        let name = String::from_utf8_lossy(base_font).to_ascii_lowercase();
        let name = match name.split_once('+') {
            Some((subset, rest)) if subset.len() == 6 => rest,
            _ => &name,
        };
        let bold = name.contains("bold");
        let slanted = name.contains("italic") || name.contains("oblique");
        if name.starts_with("courier") {
            return Some(Self::Courier);
        }
        if name.starts_with("helvetica") || name.starts_with("arial") {
            return Some(if bold { Self::HelveticaBold } else { Self::Helvetica });
        }
        if name.starts_with("times") {
            return Some(match (bold, slanted) {
                (false, false) => Self::Times,
                (true, false) => Self::TimesBold,
                (false, true) => Self::TimesItalic,
                (true, true) => Self::TimesBoldItalic,
            });
        }
        None
    }

    /// The width of one WinAnsi code in thousandths of the font size.
    pub(super) fn advance(self, code: u8) -> f32 {
        let table: &Advances = match self {
            Self::Helvetica => &HELVETICA,
            Self::HelveticaBold => &HELVETICA_BOLD,
            Self::Times => &TIMES_ROMAN,
            Self::TimesBold => &TIMES_BOLD,
            Self::TimesItalic => &TIMES_ITALIC,
            Self::TimesBoldItalic => &TIMES_BOLD_ITALIC,
            Self::Courier => return 600.0,
        };
        let index = usize::from(code).checked_sub(32);
        index.and_then(|index| table.get(index)).map_or(0.0, |width| f32::from(*width))
    }

    /// The width of `text` in points, as [`winansi::encode`] shows it.
    pub(super) fn width(self, text: &str, size: f32) -> f32 {
        let thousandths: f32 = winansi::encode(text).bytes.iter().map(|code| self.advance(*code)).sum();
        thousandths * size / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_their_metric_equals() {
        assert_eq!(StandardFont::named(b"Helvetica-BoldOblique"), Some(StandardFont::HelveticaBold));
        assert_eq!(StandardFont::named(b"ABCDEF+ArialMT"), Some(StandardFont::Helvetica));
        assert_eq!(StandardFont::named(b"TimesNewRoman,BoldItalic"), Some(StandardFont::TimesBoldItalic));
        assert_eq!(StandardFont::named(b"CourierNew"), Some(StandardFont::Courier));
        assert_eq!(StandardFont::named(b"Garamond"), None);
    }

    #[test]
    fn widths_follow_the_published_metrics() {
        // AFM: H 722, e 556, l 222, o 556 (Helvetica).
        assert!((StandardFont::Helvetica.width("Hello", 10.0) - 22.78).abs() < 1e-3);
        assert!((StandardFont::Courier.width("Hello", 10.0) - 30.0).abs() < 1e-3);
    }
}
