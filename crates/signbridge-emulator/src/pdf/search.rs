//! Finding text on pages: each page's glyphs are placed, joined to lines, and searched.

mod cmap;
mod font;
mod interpreter;
mod matrix;
mod text;

pub(super) use self::text::Needle;

use self::interpreter::Interpreter;
use self::text::PageText;
use super::geometry::Frame;
use super::{PdfError, TextHit, source};

pub(super) fn find(pdf: &[u8], needle: &Needle) -> Result<Vec<TextHit>, PdfError> {
    let document = source::load(pdf)?;
    let pages = source::pages(&document)?;
    let mut interpreter = Interpreter::new(&document);
    let mut hits = Vec::new();
    for (number, page) in (1..).zip(pages) {
        let frame = Frame::of(&document, page);
        let mut text = PageText::default();
        interpreter.page(page, &mut |glyph| text.push(glyph))?;
        hits.extend(text.find(needle).into_iter().map(|(x, y)| {
            let (x, y) = frame.displayed(x, y);
            TextHit { page: number, x, y }
        }));
    }
    Ok(hits)
}

pub(super) fn between(pdf: &[u8], open: &str, close: &str) -> Result<Vec<(String, TextHit)>, PdfError> {
    let document = source::load(pdf)?;
    let pages = source::pages(&document)?;
    let mut interpreter = Interpreter::new(&document);
    let mut hits = Vec::new();
    for (number, page) in (1..).zip(pages) {
        let frame = Frame::of(&document, page);
        let mut text = PageText::default();
        interpreter.page(page, &mut |glyph| text.push(glyph))?;
        hits.extend(text.between(open, close).into_iter().map(|(own, (x, y))| {
            let (x, y) = frame.displayed(x, y);
            (own, TextHit { page: number, x, y })
        }));
    }
    Ok(hits)
}
