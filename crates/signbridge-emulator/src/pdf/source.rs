//! Reading a PDF and writing it back.

use lopdf::{Document, Error, LoadOptions, ObjectId};

use super::PdfError;

/// The most one stream may inflate to. Content and object streams of real files stay far below.
pub(super) const INFLATED: usize = 64 * 1024 * 1024;

/// The highest object number readers accept (ISO 32000-1, annex C).
const HIGHEST_OBJECT: u32 = 8_388_607;

/// Reads a PDF, repairing damaged cross-reference data as common readers do.
pub(super) fn load(pdf: &[u8]) -> Result<Document, PdfError> {
    let options = LoadOptions { max_decompressed_size: Some(INFLATED), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(pdf, options).map_err(|error| match error {
        Error::InvalidPassword | Error::Decryption(_) | Error::UnsupportedSecurityHandler(_) => {
            PdfError::Encrypted
        }
        other => unreadable(other),
    })?;
    if document.trailer.has(b"Encrypt") || document.was_encrypted() {
        return Err(PdfError::Encrypted);
    }
    if document.max_id > HIGHEST_OBJECT {
        return Err(PdfError::Unreadable(format!("object numbers beyond {HIGHEST_OBJECT}")));
    }
    Ok(document)
}

/// The pages in order; one id may come twice. At least one.
pub(super) fn pages(document: &Document) -> Result<Vec<ObjectId>, PdfError> {
    let pages: Vec<ObjectId> = document.page_iter().collect();
    if pages.iter().any(|page| document.get_dictionary(*page).is_ok()) {
        Ok(pages)
    } else {
        Err(PdfError::Unreadable("it has no pages".to_owned()))
    }
}

/// Writes a document, about as large as `size`.
pub(super) fn save(mut document: Document, size: usize) -> Result<Vec<u8>, PdfError> {
    let mut bytes = Vec::with_capacity(size.saturating_add(size / 16));
    document.save_to(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

pub(super) fn unreadable(error: impl std::error::Error) -> PdfError {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    PdfError::Unreadable(text)
}
