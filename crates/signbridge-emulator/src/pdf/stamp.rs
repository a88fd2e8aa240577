//! Visible marks on existing pages.

mod drawing;

use std::collections::{BTreeMap, HashSet};

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use self::drawing::{draw_header, draw_mark};
use super::canvas::{Canvas, FACES};
use super::geometry::{Frame, inherited};
use super::{Mark, PdfError, source};

pub(super) fn stamp(pdf: &[u8], marks: &[Mark], header: Option<&str>) -> Result<Vec<u8>, PdfError> {
    let mut document = source::load(pdf)?;
    let pages = source::pages(&document)?;
    let mut by_page: BTreeMap<u32, Vec<&Mark>> = BTreeMap::new();
    for mark in marks {
        if !mark.x.is_finite() || !mark.y.is_finite() {
            return Err(PdfError::Unreadable(format!("a mark on page {} has no position", mark.page)));
        }
        by_page.entry(mark.page).or_default().push(mark);
    }

    let fonts = declare_fonts(&mut document)?;
    let mut headed = HashSet::new();
    for (number, page) in (1..).zip(&pages) {
        let marks = by_page.remove(&number).unwrap_or_default();
        // One object may serve as several pages; its header is drawn once.
        let header = header.filter(|_| headed.insert(*page));
        if header.is_none() && marks.is_empty() {
            continue;
        }
        if document.get_dictionary(*page).is_err() {
            if marks.is_empty() {
                continue;
            }
            return Err(PdfError::Unreadable(format!("page {number} is missing")));
        }
        stamp_page(&mut document, *page, &marks, header, &fonts)?;
    }
    if let Some(number) = by_page.keys().next() {
        let count = pages.len();
        return Err(PdfError::Unreadable(format!("a mark lies on page {number}, of {count} in all")));
    }
    source::save(document, pdf.len())
}

/// The font objects, in the order of [`FACES`].
fn declare_fonts(document: &mut Document) -> Result<Vec<ObjectId>, PdfError> {
    let mut ids = Vec::with_capacity(FACES.len());
    for face in FACES {
        let mut font = Dictionary::new();
        font.set("Type", "Font");
        font.set("Subtype", "Type1");
        font.set("BaseFont", face.base_font());
        font.set("Encoding", "WinAnsiEncoding");
        ids.push(document.try_add_object(font).map_err(source::unreadable)?);
    }
    Ok(ids)
}

fn stamp_page(
    document: &mut Document,
    page: ObjectId,
    marks: &[&Mark],
    header: Option<&str>,
    fonts: &[ObjectId],
) -> Result<(), PdfError> {
    let frame = Frame::of(document, page);
    let (resources, prefix) = resources_with(document, page, fonts);

    let mut canvas = Canvas::new(&prefix);
    canvas.enter(frame.matrix());
    if let Some(header) = header {
        draw_header(&mut canvas, &frame, header);
    }
    for mark in marks {
        draw_mark(&mut canvas, &frame, mark);
    }
    canvas.leave();

    // The page's own content may leave the graphics state changed, or restore more than it saved.
    let (restores_missing, saves_missing) = imbalance(document, page);
    let mut before = b"q\n".repeat(saves_missing + 1);
    before.push(b'\n');
    let mut after = b"\nQ".repeat(restores_missing + 1);
    after.push(b'\n');
    after.extend(canvas.finish());

    let mut add = |content| {
        let stream = Stream::new(Dictionary::new(), content);
        document.try_add_object(stream).map(Object::Reference).map_err(source::unreadable)
    };
    let (before, after) = (add(before)?, add(after)?);
    let mut contents = vec![before];
    contents.extend(content_streams(document, page));
    contents.push(after);

    let dictionary = document.get_dictionary_mut(page).map_err(source::unreadable)?;
    dictionary.set("Contents", contents);
    dictionary.set("Resources", resources);
    Ok(())
}

/// The page's resources, its own or inherited, with the fonts added, and the prefix of their names.
fn resources_with(document: &Document, page: ObjectId, fonts: &[ObjectId]) -> (Dictionary, String) {
    let mut resources = inherited(document, page, b"Resources")
        .and_then(|object| object.as_dict().ok())
        .cloned()
        .unwrap_or_default();
    let mut font_names =
        resources.get_deref(b"Font", document).and_then(Object::as_dict).cloned().unwrap_or_default();
    let mut prefix = "Mark".to_owned();
    while FACES.iter().any(|face| font_names.has(face.resource(&prefix).as_bytes())) {
        prefix.push('x');
    }
    for (face, id) in FACES.iter().zip(fonts) {
        font_names.set(face.resource(&prefix), *id);
    }
    resources.set("Font", font_names);
    (resources, prefix)
}

/// The references to the page's content streams. What is no stream is left out, as readers do.
fn content_streams(document: &Document, page: ObjectId) -> Vec<Object> {
    let contents = document.get_page_contents(page).into_iter();
    let is_stream = |id: &ObjectId| document.get_object(*id).is_ok_and(|object| object.as_stream().is_ok());
    contents.filter(is_stream).map(Object::Reference).collect()
}

/// How many `Q` and how many `q` the page's content lacks.
fn imbalance(document: &Document, page: ObjectId) -> (usize, usize) {
    let Ok(content) = document.get_page_content_with_limit(page, source::INFLATED) else {
        return (0, 0);
    };
    let (mut depth, mut below) = (0_usize, 0_usize);
    for operation in Content::decode_iter(&content).map_while(Result::ok) {
        match operation.operator.as_str() {
            "q" => depth += 1,
            "Q" if depth > 0 => depth -= 1,
            "Q" => below += 1,
            _ => {}
        }
    }
    (depth, below)
}
