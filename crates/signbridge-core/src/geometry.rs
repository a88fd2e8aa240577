//! Page sizes of PDF documents, read where a placement needs them.

use futures_util::StreamExt;
use lopdf::{Dictionary, Document as Pdf, Object};
use memchr::memmem;

use crate::body::Source;

/// Above this length (bytes) a document is not loaded to read its page sizes; `check` says so. It bounds what a send adds
/// to the memory, because no library reads page sizes without the whole file.
pub const GEOMETRY_LIMIT: u64 = 2 * 1024 * 1024;

/// A page as displayed: its crop box within its media box (ISO 32000-2, 14.11.2.1), after rotation, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PageSize {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
    /// Rotation in degrees clockwise: 0, 90, 180 or 270.
    pub rotation: u16,
}

/// What is known of a document's pages.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Geometry {
    /// Not looked at: no placement asks for it, or it is no PDF by its name.
    NotNeeded,
    /// The size of each page.
    Pages(Vec<PageSize>),
    /// The document is longer than [`GEOMETRY_LIMIT`].
    TooLong,
    /// Not a PDF that the library could read, with its reason.
    Unreadable(String),
    /// Protected by a password.
    Encrypted,
}

/// What the bytes of a PDF say without being understood: whether it is one at all, and whether it is encrypted. Streamed.
pub(crate) async fn glance(source: &dyn Source) -> std::io::Result<Geometry> {
    const MARK: &[u8] = b"/Encrypt";
    /// What stays in view between two chunks: a mark and what follows it.
    const OVERLAP: usize = 32;
    let (mut head, mut window) = (Vec::<u8>::new(), Vec::<u8>::new());
    let mut chunks = source.open().await?;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        head.extend(chunk.iter().take(1024_usize.saturating_sub(head.len())));
        window.extend_from_slice(&chunk);
        if finds_encryption(&window, MARK) {
            return Ok(Geometry::Encrypted);
        }
        window.drain(..window.len().saturating_sub(OVERLAP));
    }
    if head.windows(5).any(|five| five == b"%PDF-") {
        Ok(Geometry::NotNeeded)
    } else {
        let what = if head.is_empty() { "it is empty" } else { "it does not begin like one" };
        Ok(Geometry::Unreadable(what.to_owned()))
    }
}

/// `/Encrypt` as a key: a reference or a dictionary follows it.
fn finds_encryption(bytes: &[u8], mark: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = memmem::find(rest, mark) {
        rest = rest.get(at + mark.len()..).unwrap_or_default();
        let value = rest.iter().find(|byte| !byte.is_ascii_whitespace());
        let spaced = rest.first().is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'<');
        if spaced && value.is_some_and(|byte| byte.is_ascii_digit() || *byte == b'<') {
            return true;
        }
    }
    false
}

/// Reads the page sizes of a PDF.
pub(crate) async fn read(source: &dyn Source) -> std::io::Result<Geometry> {
    if source.length() > GEOMETRY_LIMIT {
        return Ok(Geometry::TooLong);
    }
    let mut bytes = Vec::with_capacity(source.length() as usize);
    let mut chunks = source.open().await?;
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk?);
    }
    Ok(blocking::unblock(move || pages(&bytes)).await)
}

/// The page sizes of these bytes.
pub fn pages(bytes: &[u8]) -> Geometry {
    let pdf = match Pdf::load_mem(bytes) {
        Ok(pdf) => pdf,
        Err(error) => return Geometry::Unreadable(error.to_string()),
    };
    if pdf.is_encrypted() {
        return Geometry::Encrypted;
    }
    let sizes: Option<Vec<_>> = pdf.get_pages().into_values().map(|page| size(&pdf, page)).collect();
    match sizes {
        Some(sizes) if !sizes.is_empty() => Geometry::Pages(sizes),
        _ => Geometry::Unreadable("a page without a size".to_owned()),
    }
}

fn size(pdf: &Pdf, page: lopdf::ObjectId) -> Option<PageSize> {
    let dictionary = pdf.get_dictionary(page).ok()?;
    let area = |key| rectangle(pdf, inherited(pdf, dictionary, key)?);
    // A page lacks its media box only against the rules; readers then show the crop box as it is.
    let [left, bottom, right, top] = match (area(b"MediaBox".as_slice()), area(b"CropBox".as_slice())) {
        (Some(media), Some(crop)) => common(media, crop).unwrap_or(media),
        (media, crop) => media.or(crop)?,
    };
    let (width, height) = (right - left, top - bottom);
    let turned = inherited(pdf, dictionary, b"Rotate").and_then(number).unwrap_or(0.0);
    let rotation = (turned as i64).rem_euclid(360) as u16;
    let sideways = rotation == 90 || rotation == 270;
    let (width, height) = if sideways { (height, width) } else { (width, height) };
    Some(PageSize { width, height, rotation })
}

/// Left, bottom, right and top: a rectangle may name any two opposite corners (ISO 32000-2, 7.9.5).
fn rectangle(pdf: &Pdf, area: &Object) -> Option<[f64; 4]> {
    let numbers: Vec<f64> =
        area.as_array().ok()?.iter().filter_map(|entry| number(resolve(pdf, entry)?)).collect();
    let &[x1, y1, x2, y2] = numbers.as_slice() else { return None };
    Some([x1.min(x2), y1.min(y2), x1.max(x2), y1.max(y2)])
}

/// The part that two rectangles share, if it has an extent.
fn common(a: [f64; 4], b: [f64; 4]) -> Option<[f64; 4]> {
    let ([l1, b1, r1, t1], [l2, b2, r2, t2]) = (a, b);
    let [left, bottom, right, top] = [l1.max(l2), b1.max(b2), r1.min(r2), t1.min(t2)];
    (left < right && bottom < top).then_some([left, bottom, right, top])
}

/// A page attribute, looked for up the page tree. The depth is bounded: a hostile tree may be a circle.
fn inherited<'a>(pdf: &'a Pdf, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let mut node = page;
    for _ in 0..64 {
        if let Ok(value) = node.get(key) {
            return resolve(pdf, value);
        }
        node = resolve(pdf, node.get(b"Parent").ok()?)?.as_dict().ok()?;
    }
    None
}

fn resolve<'a>(pdf: &'a Pdf, object: &'a Object) -> Option<&'a Object> {
    pdf.dereference(object).ok().map(|(_, object)| object)
}

fn number(object: &Object) -> Option<f64> {
    match object {
        Object::Integer(value) => Some(*value as f64),
        Object::Real(value) => Some(f64::from(*value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use pdf_writer::{Finish, Name, Pdf as Writer, Rect, Ref};
    use proptest::prelude::*;

    use super::*;

    fn pdf(crop: Option<[f32; 4]>, rotation: i32) -> Vec<u8> {
        let mut writer = Writer::new();
        let (catalog, tree, page) = (Ref::new(1), Ref::new(2), Ref::new(3));
        writer.catalog(catalog).pages(tree);
        let mut pages = writer.pages(tree);
        pages.kids([page]).count(1).media_box(Rect::new(0.0, 0.0, 612.0, 792.0));
        pages.finish();
        let mut one = writer.page(page);
        one.parent(tree).rotate(rotation);
        if let Some([left, bottom, right, top]) = crop {
            one.crop_box(Rect::new(left, bottom, right, top));
        }
        one.pair(Name(b"X"), 1);
        one.finish();
        writer.finish()
    }

    fn only_page(bytes: &[u8]) -> PageSize {
        match pages(bytes) {
            Geometry::Pages(sizes) => sizes[0],
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_page_has_the_size_a_reader_sees() {
        assert_eq!(only_page(&pdf(None, 0)), PageSize { width: 612.0, height: 792.0, rotation: 0 });
        assert_eq!(only_page(&pdf(None, 90)), PageSize { width: 792.0, height: 612.0, rotation: 90 });
        assert_eq!(only_page(&pdf(None, -90)).rotation, 270);
        let cropped = only_page(&pdf(Some([100.0, 100.0, 500.0, 400.0]), 0));
        assert_eq!((cropped.width, cropped.height), (400.0, 300.0));
    }

    #[test]
    fn a_crop_box_shows_nothing_outside_the_media_box() {
        for (crop, width, height) in [
            ([-50.0, -50.0, 700.0, 900.0], 612.0, 792.0),
            ([100.0, 692.0, 700.0, 900.0], 512.0, 100.0),
            ([500.0, 400.0, 100.0, 100.0], 400.0, 300.0),
            ([700.0, 0.0, 900.0, 100.0], 612.0, 792.0),
        ] {
            let page = only_page(&pdf(Some(crop), 0));
            assert_eq!((page.width, page.height), (width, height), "{crop:?}");
        }
        let turned = only_page(&pdf(Some([100.0, 692.0, 700.0, 900.0]), 90));
        assert_eq!((turned.width, turned.height), (100.0, 512.0));
    }

    #[test]
    fn what_is_not_a_pdf_is_said_to_be_unreadable() {
        assert!(matches!(pages(b"hello"), Geometry::Unreadable(_)));
    }

    #[tokio::test]
    async fn a_glance_tells_what_is_no_pdf_and_what_is_encrypted() {
        let glance = async |bytes: &[u8]| glance(&bytes::Bytes::copy_from_slice(bytes)).await.unwrap();
        assert_eq!(glance(&pdf(None, 0)).await, Geometry::NotNeeded);
        assert!(matches!(glance(b"").await, Geometry::Unreadable(_)));
        assert!(matches!(glance(b"junk").await, Geometry::Unreadable(_)));
        for trailer in ["trailer<</Encrypt 5 0 R>>", "trailer<</Encrypt<</V 1>>>>", "<< /Encrypt\n12 0 R >>"]
        {
            assert_eq!(
                glance(format!("%PDF-1.4\n{trailer}").as_bytes()).await,
                Geometry::Encrypted,
                "{trailer}"
            );
        }
        for text in ["/EncryptMetadata true", "(/Encrypt is a word)"] {
            assert_eq!(glance(format!("%PDF-1.4\n{text}").as_bytes()).await, Geometry::NotNeeded, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in 0usize..600) {
            pages(&bytes);
            let mut mutated = pdf(None, 0);
            let at = at % mutated.len();
            for (place, byte) in mutated[at..].iter_mut().zip(&bytes) {
                *place = *byte;
            }
            pages(&mutated);
        }
    }
}
