//! The PDF work of a signing service: page sizes, anchor text, visible marks, one file out of several, the
//! certificate of completion, the archive.
//!
//! Everything is a function from bytes to bytes. Coordinates are PDF points on the page *as displayed*: the
//! crop box, turned by `/Rotate`, with the origin in its upper left corner. Any input may be hostile: it
//! yields an error, never a panic.

mod advances;
mod archive;
mod canvas;
mod certificate;
mod combine;
mod geometry;
#[cfg(test)]
mod samples;
mod search;
mod source;
mod stamp;
mod standard;
#[cfg(test)]
mod tests;
mod winansi;

/// The size of one page in points, as displayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PageInfo {
    /// From left to right.
    pub width: f32,
    /// From top to bottom.
    pub height: f32,
}

/// Why a PDF could not be worked on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PdfError {
    /// Not a PDF, damaged beyond repair, or beyond what is asked of it; the text says which.
    #[error("the PDF cannot be used: {0}")]
    Unreadable(String),
    /// Encrypted, be it with an empty password: a signing service has to change the file and may not.
    #[error("the PDF is encrypted; remove the encryption and send it again")]
    Encrypted,
}

/// Where a text was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TextHit {
    /// From 1.
    pub page: u32,
    /// Start of the text's baseline (its lower left), from the left edge.
    pub x: f32,
    /// Start of the text's baseline, from the top edge.
    pub y: f32,
}

/// What a mark shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MarkKind {
    /// The signer's name in an italic face, in a thin frame with "Signed by:" and a short id.
    Signature {
        /// The signer's name.
        name: String,
        /// A short id that ties the mark to the signing.
        id: String,
    },
    /// The first letters of the signer's names, framed like a signature.
    Initials {
        /// The signer's name.
        name: String,
        /// A short id that ties the mark to the signing.
        id: String,
    },
    /// Plain text; line feeds start new lines.
    Text(String),
    /// A small box, ticked or not.
    Checkbox(bool),
}

/// Something to draw on a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mark {
    /// From 1.
    pub page: u32,
    /// Left edge of the mark, from the left edge of the page.
    pub x: f32,
    /// Upper edge of the mark, from the top edge of the page.
    pub y: f32,
    /// What to draw.
    pub kind: MarkKind,
}

/// What a certificate of completion tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Certificate {
    pub envelope_id: String,
    pub subject: String,
    pub status: String,
    pub sender: String,
    /// Name, number of pages, SHA-256 of the signed file.
    pub documents: Vec<(String, u32, String)>,
    pub recipients: Vec<CertificateRecipient>,
    /// When the certificate was made.
    pub issued: String,
}

/// One recipient on a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CertificateRecipient {
    pub name: String,
    pub email: String,
    pub role: String,
    pub status: String,
    /// Label and time, in order.
    pub events: Vec<(String, String)>,
}

/// The size of every page.
///
/// # Errors
/// [`PdfError`] when the file cannot be read, has no page, or is encrypted.
pub(crate) fn inspect(pdf: &[u8]) -> Result<Vec<PageInfo>, PdfError> {
    let document = source::load(pdf)?;
    let pages = source::pages(&document)?;
    let size = |page| {
        let frame = geometry::Frame::of(&document, page);
        PageInfo { width: frame.width(), height: frame.height() }
    };
    Ok(pages.into_iter().map(size).collect())
}

/// Finds every place where the pages show `needle`, page by page in the order it is drawn.
///
/// White space in text and needle compares equal, however wide; a gap between two words counts as a space
/// whether or not a space was drawn. A needle is found within one line. Text is read from page content and
/// form XObjects: simple fonts, and composite fonts with a `/ToUnicode` map. Not read: text in annotations
/// and form fields, text that is a picture or drawn as paths, composite fonts without `/ToUnicode`,
/// replacement text (`/ActualText`), and words whose letters are drawn in another order than they read.
///
/// # Errors
/// [`PdfError`] when the file cannot be read, is encrypted, or inflates beyond all measure.
pub(crate) fn find_text(
    pdf: &[u8],
    needle: &str,
    case_sensitive: bool,
    whole_word: bool,
) -> Result<Vec<TextHit>, PdfError> {
    search::find(pdf, &search::Needle::new(needle, case_sensitive, whole_word))
}

/// Finds every text within one line that starts with `open` and goes to the next `close`, both included.
///
/// # Errors
/// As [`find_text`].
pub(crate) fn find_between(pdf: &[u8], open: &str, close: &str) -> Result<Vec<(String, TextHit)>, PdfError> {
    search::between(pdf, open, close)
}

/// Draws `marks` on the pages and `header`, small, at the top of every page. Existing content stays as it is.
///
/// # Errors
/// [`PdfError`] when the file cannot be read or is encrypted, or a mark lies on no page.
pub(crate) fn stamp(pdf: &[u8], marks: &[Mark], header: Option<&str>) -> Result<Vec<u8>, PdfError> {
    stamp::stamp(pdf, marks, header)
}

/// Makes one PDF of all pages in order.
///
/// Pages keep their content and annotations. What belongs to a whole file is not carried over when there
/// are several: outlines, form structure, named destinations, layers, tags, file attachments.
///
/// # Errors
/// [`PdfError`] when there is nothing to combine, or a file cannot be read or is encrypted.
pub(crate) fn combine(pdfs: &[&[u8]]) -> Result<Vec<u8>, PdfError> {
    combine::combine(pdfs)
}

/// Sets a certificate of completion that says on every page that it is no evidence.
///
/// # Errors
/// None today; the signature leaves room.
pub(crate) fn certificate(data: &Certificate) -> Result<Vec<u8>, PdfError> {
    Ok(certificate::certificate(data))
}

/// Puts files into a zip archive, under names that are safe to unpack and differ from each other.
///
/// # Errors
/// [`PdfError::Unreadable`] when the archive would exceed what the format holds.
pub(crate) fn archive(files: &[(String, &[u8])]) -> Result<Vec<u8>, PdfError> {
    archive::archive(files)
}
