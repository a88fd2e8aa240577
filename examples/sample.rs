//! The sample contract that the examples send.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

/// Where the signature belongs on the sample contract: page, and points from the page's top left corner.
pub const SIGNATURE: (u32, f64, f64) = (1, 72.0, 620.0);

/// A one-page service agreement as a PDF.
pub fn contract() -> Vec<u8> {
    let lines: [(f32, f32, &[u8]); 9] = [
        (22.0, 720.0, b"Service Agreement"),
        (11.0, 680.0, b"between Northwind Ltd. (the Client) and Ann Lee (the Provider)."),
        (11.0, 650.0, b"1. The Provider maintains the Client's website for twelve months."),
        (11.0, 630.0, b"2. The Client pays 1,200 euros a month, within fourteen days of each invoice."),
        (11.0, 610.0, b"3. Either side may end this agreement with thirty days' notice."),
        (11.0, 590.0, b"4. Changes to this agreement are made in writing."),
        (11.0, 560.0, b"Both sides have read and understood what stands above."),
        (11.0, 190.0, b"Signed for the Provider:"),
        (9.0, 90.0, b"This contract is a sample. It binds nobody."),
    ];
    let mut content = Content::new();
    for (size, y, line) in lines {
        content.begin_text().set_font(Name(b"F1"), size).next_line(72.0, y).show(Str(line)).end_text();
    }
    content.move_to(72.0, 120.0).line_to(320.0, 120.0).stroke();
    let [catalog, tree, page, font, text] = [1, 2, 3, 4, 5].map(Ref::new);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids([page]).count(1);
    let mut one = pdf.page(page);
    one.parent(tree).media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).contents(text);
    one.resources().fonts().pair(Name(b"F1"), font);
    one.finish();
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    pdf.stream(text, &content.finish());
    pdf.finish()
}
