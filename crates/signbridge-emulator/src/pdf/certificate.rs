//! The certificate of completion, set on as many pages as it needs.

mod layout;

use pdf_writer::{Finish, Name, Pdf, Rect, Ref, TextStr};

use self::layout::{
    BLUE, Column, FOOT_WIDTH, GREY, INK, LEFT, Layout, PAGE, RULE, WARNING, WARNING_INK, WIDTH,
};
use super::canvas::{Canvas, FACES, Face};
use super::{Certificate, CertificateRecipient};

/// Said on every page.
const DISCLAIMER: &str = "Made by an emulator for tests. No legal evidence of anything.";

pub(super) fn certificate(data: &Certificate) -> Vec<u8> {
    let mut layout = Layout::new();
    title(&mut layout);
    summary(&mut layout, data);
    documents(&mut layout, &data.documents);
    recipients(&mut layout, &data.recipients);
    write(layout.finish(), data)
}

fn title(layout: &mut Layout) {
    layout.text(Face::Bold, 22.0, INK, "Certificate of completion");
    layout.space(10.0);
    let words = "This certificate comes from an emulator. Nobody was identified, nothing was signed in law, and \
                 nobody may rely on it. It has no legal effect and is no evidence.";
    let lines = layout::wrap(Face::Regular, 9.0, words, WIDTH - 24.0);
    let count = f32::from(u16::try_from(lines.len()).unwrap_or(u16::MAX));
    let height = 28.0 + count * 12.0;
    let top = layout.reserve(height);
    layout.canvas().fill((LEFT, top - height), (WIDTH, height), WARNING);
    layout.canvas().fill((LEFT, top - height), (3.0, height), WARNING_INK);
    layout.canvas().text(Face::Bold, 10.0, WARNING_INK, (LEFT + 14.0, top - 16.0), "Not legally binding");
    for (number, line) in (0_u16..).zip(&lines) {
        let baseline = top - 30.0 - f32::from(number) * 12.0;
        layout.canvas().text(Face::Regular, 9.0, WARNING_INK, (LEFT + 14.0, baseline), line);
    }
    layout.space(14.0);
}

fn summary(layout: &mut Layout, data: &Certificate) {
    for (label, value) in [
        ("Envelope", &data.envelope_id),
        ("Subject", &data.subject),
        ("Status", &data.status),
        ("Sender", &data.sender),
        ("Certificate made", &data.issued),
    ] {
        layout.row(&[
            Column { at: 0.0, width: 110.0, face: Face::Regular, size: 9.0, color: GREY, text: label },
            Column {
                at: 114.0,
                width: WIDTH - 114.0,
                face: Face::Regular,
                size: 9.5,
                color: INK,
                text: value,
            },
        ]);
    }
}

fn documents(layout: &mut Layout, documents: &[(String, u32, String)]) {
    layout.heading(&format!("Documents ({})", documents.len()));
    for (name, pages, sha256) in documents {
        let pages = if *pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") };
        layout.keep(36.0);
        layout.row(&[
            Column { at: 0.0, width: WIDTH - 80.0, face: Face::Bold, size: 10.0, color: INK, text: name },
            Column {
                at: WIDTH - 70.0,
                width: 70.0,
                face: Face::Regular,
                size: 9.0,
                color: GREY,
                text: &pages,
            },
        ]);
        layout.row(&[
            Column { at: 0.0, width: 50.0, face: Face::Regular, size: 7.5, color: GREY, text: "SHA-256" },
            Column { at: 54.0, width: WIDTH - 54.0, face: Face::Fixed, size: 7.5, color: INK, text: sha256 },
        ]);
        layout.space(5.0);
    }
}

fn recipients(layout: &mut Layout, recipients: &[CertificateRecipient]) {
    layout.heading(&format!("Recipients ({})", recipients.len()));
    let mut first = true;
    for recipient in recipients {
        // A recipient stays on one page where possible, and at least keeps the first events with the name.
        let events = u16::try_from(recipient.events.len()).unwrap_or(u16::MAX);
        layout.keep(48.0 + 13.05 * f32::from(events.min(20)));
        if !first {
            layout.rule(RULE);
        }
        first = false;
        layout.row(&[
            Column { at: 0.0, width: 330.0, face: Face::Bold, size: 11.0, color: INK, text: &recipient.name },
            Column {
                at: 340.0,
                width: WIDTH - 340.0,
                face: Face::Bold,
                size: 9.5,
                color: BLUE,
                text: &recipient.status,
            },
        ]);
        layout.row(&[
            Column {
                at: 0.0,
                width: 330.0,
                face: Face::Regular,
                size: 9.0,
                color: GREY,
                text: &recipient.email,
            },
            Column {
                at: 340.0,
                width: WIDTH - 340.0,
                face: Face::Regular,
                size: 9.0,
                color: GREY,
                text: &recipient.role,
            },
        ]);
        layout.space(3.0);
        for (label, time) in &recipient.events {
            layout.row(&[
                Column { at: 12.0, width: 310.0, face: Face::Regular, size: 9.0, color: INK, text: label },
                Column {
                    at: 340.0,
                    width: WIDTH - 340.0,
                    face: Face::Regular,
                    size: 9.0,
                    color: INK,
                    text: time,
                },
            ]);
        }
        layout.space(6.0);
    }
}

/// Puts the pages into a file, now that their number is known.
fn write(pages: Vec<Canvas>, data: &Certificate) -> Vec<u8> {
    let mut next = 0;
    let mut number = || {
        next += 1;
        Ref::new(next)
    };
    let (catalog, tree, info) = (number(), number(), number());
    let fonts = FACES.map(|face| (face, number()));
    let numbered: Vec<(Canvas, Ref, Ref)> =
        pages.into_iter().map(|canvas| (canvas, number(), number())).collect();
    let count = numbered.len();

    let mut pdf = Pdf::new();
    pdf.set_version(1, 7);
    pdf.catalog(catalog).pages(tree).lang(TextStr("en")).viewer_preferences().display_doc_title(true);
    pdf.document_info(info)
        .title(TextStr(&format!("Certificate of completion, envelope {} (emulator)", data.envelope_id)))
        .subject(TextStr(DISCLAIMER))
        .producer(TextStr("signbridge emulator"));
    pdf.pages(tree)
        .kids(numbered.iter().map(|(_, page, _)| *page))
        .count(i32::try_from(count).unwrap_or(i32::MAX));
    for (face, id) in fonts {
        pdf.type1_font(id)
            .base_font(Name(face.base_font().as_bytes()))
            .encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    for (at, (mut canvas, page, content)) in (1..).zip(numbered) {
        foot(&mut canvas, &data.envelope_id, at, count);
        let mut dictionary = pdf.page(page);
        dictionary.parent(tree).media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).contents(content);
        let mut resources = dictionary.resources();
        let mut names = resources.fonts();
        for (face, id) in fonts {
            names.pair(Name(face.resource("").as_bytes()), id);
        }
        names.finish();
        resources.finish();
        dictionary.finish();
        pdf.stream(content, &canvas.finish());
    }
    pdf.finish()
}

fn foot(canvas: &mut Canvas, envelope: &str, page: usize, count: usize) {
    canvas.line((LEFT, 50.0), (LEFT + WIDTH, 50.0), 0.5, RULE);
    canvas.text(Face::Bold, 7.5, WARNING_INK, (LEFT, 38.0), DISCLAIMER);
    let envelope = format!("Envelope {envelope}");
    let size = Face::Regular.fitting(&envelope, 7.5, 3.0, FOOT_WIDTH);
    canvas.text(Face::Regular, size, GREY, (LEFT, 27.0), &envelope);
    let place = format!("Page {page} of {count}");
    let right = LEFT + WIDTH - Face::Regular.width(&place, 7.5);
    canvas.text(Face::Regular, 7.5, GREY, (right, 27.0), &place);
}

#[cfg(test)]
mod tests {
    use super::super::{CertificateRecipient, find_text, inspect};
    use super::*;

    fn data(recipients: usize) -> Certificate {
        Certificate {
            envelope_id: "4f1c6a2e-0000-4000-8000-0123456789ab".to_owned(),
            subject: "Lease for 12 Elm Street – please sign".to_owned(),
            status: "Completed".to_owned(),
            sender: "Bob Buyer <bob@example.com>".to_owned(),
            documents: vec![
                (
                    "Lease.pdf".to_owned(),
                    3,
                    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
                ),
                (
                    "Łódź annex.pdf".to_owned(),
                    1,
                    "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".to_owned(),
                ),
            ],
            recipients: (1..=recipients)
                .map(|number| CertificateRecipient {
                    name: format!("Signer Number{number}"),
                    email: format!("signer{number}@example.com"),
                    role: "Signer, order 1".to_owned(),
                    status: "Completed".to_owned(),
                    events: vec![
                        ("Sent".to_owned(), "2026-01-05 10:00:00 UTC".to_owned()),
                        ("Viewed".to_owned(), "2026-01-05 10:05:00 UTC".to_owned()),
                        ("Signed".to_owned(), "2026-01-05 10:06:00 UTC".to_owned()),
                    ],
                })
                .collect(),
            issued: "2026-01-05 10:06:01 UTC".to_owned(),
        }
    }

    #[test]
    fn everything_told_can_be_read_back() {
        let pdf = certificate(&data(2));
        assert_eq!(inspect(&pdf).unwrap().len(), 1);
        for text in [
            "Certificate of completion",
            "Not legally binding",
            "4f1c6a2e-0000-4000-8000-0123456789ab",
            "Lease for 12 Elm Street – please sign",
            "Bob Buyer <bob@example.com>",
            "Lease.pdf",
            "3 pages",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "Signer Number2",
            "signer2@example.com",
            "2026-01-05 10:05:00 UTC",
            "Page 1 of 1",
        ] {
            assert!(!find_text(&pdf, text, true, true).unwrap().is_empty(), "{text}");
        }
    }

    #[test]
    fn many_recipients_take_more_pages_and_each_says_what_it_is() {
        let pdf = certificate(&data(40));
        let pages = inspect(&pdf).unwrap().len();
        assert!(pages > 3);
        let disclaimers = find_text(&pdf, DISCLAIMER, true, false).unwrap();
        assert_eq!(disclaimers.len(), pages);
        let names = find_text(&pdf, "Signer Number", true, false).unwrap();
        assert_eq!(names.len(), 40);
        // Nothing runs into the foot or off the page.
        assert!(names.iter().all(|hit| hit.y > 40.0 && hit.y < PAGE.1 - 60.0));
    }

    #[test]
    fn endless_words_and_nothing_at_all_are_set_too() {
        let mut long = data(1);
        long.subject = "x".repeat(5000);
        assert!(!inspect(&certificate(&long)).unwrap().is_empty());
        let mut empty = data(0);
        empty.subject.clear();
        empty.documents.clear();
        assert_eq!(inspect(&certificate(&empty)).unwrap().len(), 1);
    }
}
