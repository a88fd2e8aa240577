//! Files as the emulator takes them: PDFs as they are, others as the page that stands in for them.

use bytes::Bytes;

use super::model::Converted;
use super::tags;
use crate::docusign::convert::stand_in;
use crate::pdf;

/// Media types that are taken [FACTS 4, Upload], with the extension by which they are converted.
const TYPES: &[(&str, &str)] = &[
    ("application/pdf", "pdf"),
    ("application/msword", "doc"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.ms-powerpoint", "ppt"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("text/plain", "txt"),
    ("text/csv", "csv"),
    ("text/html", "html"),
    ("text/rtf", "rtf"),
    ("application/rtf", "rtf"),
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/gif", "gif"),
    ("image/bmp", "bmp"),
    ("image/tiff", "tif"),
];

/// The media type a file has: named, else by the extension of its name.
pub(crate) fn media_type(named: Option<&str>, file: &str) -> Option<&'static str> {
    let named = named.map(|own| own.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    if let Some(named) = named.filter(|own| !own.is_empty() && own != "application/octet-stream") {
        return TYPES.iter().find(|(mime, _)| *mime == named).map(|(mime, _)| *mime);
    }
    let extension = file.rsplit_once('.').map(|(_, tail)| tail.to_ascii_lowercase())?;
    let extension = match extension.as_str() {
        "jpeg" => "jpg",
        "tiff" => "tif",
        "htm" => "html",
        other => other,
    };
    TYPES.iter().find(|(_, own)| *own == extension).map(|(mime, _)| *mime)
}

/// The PDF made of a file with its pages and text tags, or why there is none.
pub(crate) fn convert(mime: &str, name: &str, bytes: &Bytes) -> Result<Converted, String> {
    let extension = TYPES.iter().find(|(own, _)| *own == mime).map_or("", |(_, extension)| extension);
    let pdf = if extension == "pdf" {
        bytes.clone()
    } else {
        stand_in(name, extension, bytes).ok_or_else(|| format!("{name} cannot be converted"))?
    };
    examine(pdf)
}

fn examine(pdf: Bytes) -> Result<Converted, String> {
    let pages = pdf::inspect(&pdf).map_err(|error| error.to_string())?;
    let tags = tags::find(&pdf).map_err(|error| error.to_string())?;
    Ok(Converted { pdf, pages, tags })
}

/// The page of signature blocks, one line for each name.
pub(crate) fn signature_page(names: &[&str]) -> Result<Converted, String> {
    // The stand-in page sets one line every 14 points from 72 points below its top.
    let mut text = "Signatures\n\n".to_owned();
    for name in names {
        text.push_str(&format!("{name}:\n\n\n\n\n"));
    }
    let pdf = stand_in("Signatures", "txt", text.as_bytes()).ok_or("no signature page")?;
    examine(pdf)
}

/// Where the upper edge of a block on that page lies, from the bottom.
pub(crate) fn signature_line(at: u16) -> f32 {
    720.0 - 14.0 * (2.5 + 5.0 * f32::from(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_names_the_type_or_the_extension_does() {
        assert_eq!(media_type(Some("application/pdf; x=y"), "a"), Some("application/pdf"));
        assert_eq!(media_type(None, "a.PDF"), Some("application/pdf"));
        assert_eq!(media_type(Some("application/octet-stream"), "a.jpeg"), Some("image/jpeg"));
        assert_eq!(media_type(Some("application/zip"), "a.pdf"), None);
        assert_eq!(media_type(None, "a"), None);
    }

    #[test]
    fn what_is_no_pdf_is_told_apart() {
        assert!(convert("application/pdf", "a.pdf", &Bytes::from_static(b"no pdf")).is_err());
        let page = convert("text/plain", "a.txt", &Bytes::from_static(b"Sign {{Sig_es_:signer1:signature}}"));
        let page = page.unwrap();
        assert_eq!(page.pages.len(), 1);
        assert_eq!(page.tags.len(), 1);
        assert!((page.tags[0].at.y - 72.0).abs() < 1.0);
    }
}
