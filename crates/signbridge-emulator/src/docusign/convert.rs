//! The page that stands in for a document DocuSign would convert to PDF.

use bytes::Bytes;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

/// File types DocuSign converts, as far as the emulator takes them.
const CONVERTED: &[&str] = &[
    "bmp", "csv", "doc", "docm", "docx", "gif", "htm", "html", "jpeg", "jpg", "odt", "png", "ppt", "pptx",
    "rtf", "tif", "tiff", "txt", "xls", "xlsx", "xml",
];
const LINES: usize = 50;
const WIDTH: usize = 85;

/// One US Letter page: the text of a text file, else name, type and length. Not a conversion.
pub(crate) fn stand_in(name: &str, extension: &str, bytes: &[u8]) -> Option<Bytes> {
    if !CONVERTED.contains(&extension) || bytes.is_empty() {
        return None;
    }
    let text = match extension {
        "txt" | "csv" | "html" | "htm" | "xml" => String::from_utf8_lossy(bytes).into_owned(),
        _ => format!("{name}\n{extension} file of {} bytes, shown by this page.", bytes.len()),
    };
    let [catalog, tree, page, font, stream] = [1, 2, 3, 4, 5].map(Ref::new);
    let mut content = Content::new();
    content.begin_text();
    content.set_font(Name(b"F1"), 11.0);
    content.set_leading(14.0);
    content.next_line(72.0, 720.0);
    for line in text.lines().take(LINES) {
        let shown: Vec<u8> = line
            .chars()
            .take(WIDTH)
            .map(|c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'?'))
            .collect();
        content.show(Str(&shown));
        content.next_line(0.0, -14.0);
    }
    content.end_text();

    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids([page]).count(1);
    let mut sheet = pdf.page(page);
    sheet.media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).parent(tree).contents(stream);
    sheet.resources().fonts().pair(Name(b"F1"), font);
    sheet.finish();
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    pdf.stream(stream, &content.finish());
    Some(Bytes::from(pdf.finish()))
}
