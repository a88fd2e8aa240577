//! Placement, fidelity and hardness of the whole, against positions computed by hand from ISO 32000-1.

use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions, dictionary};
use proptest::prelude::*;

use super::samples::{self, Sample, line};
use super::*;

fn signature(page: u32, x: f32, y: f32) -> Mark {
    let kind = MarkKind::Signature { name: "Ada Lovelace".to_owned(), id: "1A2B3C4D".to_owned() };
    Mark { page, x, y, kind }
}

fn one(pdf: &[u8], text: &str) -> TextHit {
    let hits = find_text(pdf, text, true, false).unwrap();
    assert_eq!(hits.len(), 1, "{text}: {hits:?}");
    hits[0]
}

fn assert_at(hit: TextHit, page: u32, x: f32, y: f32) {
    assert_eq!(hit.page, page);
    assert!((hit.x - x).abs() < 0.05 && (hit.y - y).abs() < 0.05, "{hit:?}, not at {x}, {y}");
}

#[test]
fn sizes_are_those_displayed() {
    let pdf = samples::plain(&[
        Sample::default(),
        Sample { crop: Some([100, 50, 400, 650]), ..Sample::default() },
        Sample { rotate: 90, ..Sample::default() },
        // A crop box reaching beyond the media box, corners swapped, turned backwards.
        Sample { crop: Some([700, 900, 12, 92]), rotate: -90, ..Sample::default() },
        Sample { media: [0, 0, 0, 0], ..Sample::default() },
    ]);
    let sizes: Vec<(f32, f32)> =
        inspect(&pdf).unwrap().into_iter().map(|page| (page.width, page.height)).collect();
    assert_eq!(sizes, [(612.0, 792.0), (300.0, 600.0), (792.0, 612.0), (700.0, 600.0), (612.0, 792.0)]);
}

/// A visible area of 300 by 600 whose lower left corner is (100, 50); "x" at (110, 70), which is 10 from its
/// left, 290 from its right, 20 from its lower and 580 from its upper edge. Turning clockwise brings the left
/// edge to the top (90), the bottom to the top (180), the right edge to the top (270).
#[test]
fn text_is_found_where_a_reader_shows_it() {
    for (rotate, x, y) in [(0, 10.0, 580.0), (90, 20.0, 10.0), (180, 290.0, 20.0), (270, 580.0, 290.0)] {
        let sample = Sample {
            crop: Some([100, 50, 400, 650]),
            rotate,
            content: line(110.0, 70.0, "here"),
            ..Sample::default()
        };
        for pdf in [samples::plain(std::slice::from_ref(&sample)), samples::inheriting(&sample)] {
            assert_at(one(&pdf, "here"), 1, x, y);
            assert_at(one(&samples::modern(&pdf), "here"), 1, x, y);
        }
    }
}

#[test]
fn marks_lie_where_they_should_whatever_the_page() {
    for crop in [None, Some([100, 50, 400, 650])] {
        for rotate in [0, 90, 180, 270] {
            let sample = Sample { crop, rotate, content: line(110.0, 70.0, "here"), ..Sample::default() };
            for pdf in [
                samples::plain(std::slice::from_ref(&sample)),
                samples::modern(&samples::inheriting(&sample)),
            ] {
                let before = one(&pdf, "here");
                let marked = stamp(&pdf, &[signature(1, 100.0, 200.0)], Some("Envelope 42")).unwrap();
                // The name's baseline is 26 below the upper edge of the mark, its text 6 inside.
                assert_at(one(&marked, "Ada Lovelace"), 1, 106.0, 226.0);
                assert_at(one(&marked, "Signed by:"), 1, 106.0, 208.5);
                assert_at(one(&marked, "1A2B3C4D"), 1, 106.0, 235.5);
                assert_at(one(&marked, "Envelope 42"), 1, 12.0, 13.0);
                assert_eq!(one(&marked, "here"), before);
                // Upright: the words of one line end right of where they start, at the same height.
                let end = one(&marked, "Lovelace");
                assert!(end.x > 106.0 && (end.y - 226.0).abs() < 0.05);
            }
        }
    }
}

#[test]
fn every_kind_of_mark_is_drawn_on_its_page() {
    let pdf = samples::plain(&[Sample::default(), Sample::default()]);
    let initials = MarkKind::Initials { name: "Ada Lovelace".to_owned(), id: "77".to_owned() };
    let mark = |page, kind| Mark { page, x: 50.0, y: 50.0, kind };
    let marked = stamp(
        &pdf,
        &[
            mark(2, initials),
            mark(1, MarkKind::Text("Text one\nText two".to_owned())),
            mark(2, MarkKind::Checkbox(true)),
            mark(1, MarkKind::Checkbox(false)),
        ],
        None,
    )
    .unwrap();
    assert_at(one(&marked, "AL"), 2, 56.0, 70.0);
    assert_at(one(&marked, "Text one"), 1, 50.0, 58.0);
    assert_at(one(&marked, "Text two"), 1, 50.0, 70.0);
    assert_eq!(find_text(&marked, "Hello contract", true, true).unwrap().len(), 2);
}

#[test]
fn content_that_leaves_its_state_behind_moves_no_mark() {
    for content in ["q q 2 0 0 2 0 0 cm BT ET", "Q Q 1 0 0 1 50 50 cm", "0.1 0 0 0.1 300 300 cm q", ""] {
        let pdf = samples::plain(&[Sample { content: content.to_owned(), ..Sample::default() }]);
        let marked = stamp(&pdf, &[signature(1, 10.0, 20.0)], None).unwrap();
        assert_at(one(&marked, "Ada Lovelace"), 1, 16.0, 46.0);
    }
}

#[test]
fn stamping_again_keeps_what_was_stamped() {
    let mut pdf = samples::plain(&[Sample::default()]);
    for round in 1..=4_u8 {
        let kind = MarkKind::Text(format!("round {round}"));
        pdf = stamp(&pdf, &[Mark { page: 1, x: 20.0, y: 100.0 * f32::from(round), kind }], None).unwrap();
    }
    for round in 1..=4_u8 {
        assert_at(one(&pdf, &format!("round {round}")), 1, 20.0, 100.0 * f32::from(round) + 8.0);
    }
    // The page's own font still has its name.
    assert_at(one(&pdf, "Hello contract"), 1, 72.0, 92.0);
}

#[test]
fn a_font_of_the_same_name_stays_the_page_s_own() {
    let mut document = Document::load_mem(&samples::plain(&[Sample::default()])).unwrap();
    let page = document.page_iter().next().unwrap();
    let courier = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier" };
    let names = dictionary! { "F1" => courier.clone(), "MarkRegular" => courier };
    document.get_dictionary_mut(page).unwrap().set("Resources", dictionary! { "Font" => names });
    let mut pdf = Vec::new();
    document.save_to(&mut pdf).unwrap();
    let marked = stamp(&pdf, &[signature(1, 0.0, 0.0)], None).unwrap();
    let document = Document::load_mem(&marked).unwrap();
    let fonts = document.get_page_fonts(document.page_iter().next().unwrap()).unwrap();
    let base = |name: &str| fonts[name.as_bytes()].get(b"BaseFont").unwrap().as_name().unwrap();
    assert_eq!(base("MarkRegular"), b"Courier");
    assert_eq!(base("F1"), b"Courier");
    assert_at(one(&marked, "1A2B3C4D"), 1, 6.0, 35.5);
}

#[test]
fn names_beyond_winansi_keep_their_true_text() {
    let pdf = samples::plain(&[Sample::default()]);
    let kind = MarkKind::Signature { name: "Łukasz 山田".to_owned(), id: "1".to_owned() };
    let marked = stamp(&pdf, &[Mark { page: 1, x: 0.0, y: 0.0, kind }], None).unwrap();
    assert_at(one(&marked, "Lukasz ??"), 1, 6.0, 26.0);
    let document = Document::load_mem(&marked).unwrap();
    let content = document.get_page_content(document.page_iter().next().unwrap());
    let utf16: Vec<u8> = "Łukasz 山田".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let actual = lopdf::content::Content::decode_iter(&content)
        .map(Result::unwrap)
        .find(|operation| operation.operator == "BDC")
        .unwrap();
    let actual = actual.operands[1].as_dict().unwrap().get(b"ActualText").unwrap().as_str().unwrap().to_vec();
    assert_eq!(actual, [&[0xFE, 0xFF], utf16.as_slice()].concat());
}

#[test]
fn marks_on_no_page_are_refused() {
    let pdf = samples::plain(&[Sample::default()]);
    for page in [0, 2] {
        let refused = stamp(&pdf, &[signature(page, 0.0, 0.0)], None);
        assert!(
            matches!(&refused, Err(PdfError::Unreadable(text)) if text.contains(&format!("page {page}")))
        );
    }
    assert!(stamp(&pdf, &[signature(1, f32::NAN, 0.0)], None).is_err());
}

#[test]
fn text_operators_move_as_specified() {
    // Leading by TL, TD and ", scaling by Tz, a form with its own matrix, a gap that makes two words.
    let content = "BT /F1 10 Tf 14 TL 1 0 0 1 100 500 Tm (one) Tj T* (two) Tj (three) ' \
                   0 -20 TD (four) Tj 0 0 (five) \" \
                   [(kern) -600 (gap) 20 (ed)] TJ \
                   50 Tz 1 0 0 1 100 300 Tm (MMM) Tj (half) Tj ET";
    let pdf = samples::plain(&[Sample { content: content.to_owned(), ..Sample::default() }]);
    for (text, x, baseline) in [
        ("one", 100.0, 500.0),
        ("two", 100.0, 486.0),
        ("three", 100.0, 472.0),
        ("four", 100.0, 452.0),
        ("five", 100.0, 432.0),
        // Helvetica: M is 833 wide, so three at size 10, scaled to half, are 12.495.
        ("half", 112.495, 300.0),
    ] {
        assert_at(one(&pdf, text), 1, x, 792.0 - baseline);
    }
    assert_eq!(find_text(&pdf, "kern  gaped", true, false).unwrap().len(), 1);
}

#[test]
fn several_become_one_in_order() {
    let first = samples::plain(&[
        Sample { content: line(10.0, 10.0, "alpha"), ..Sample::default() },
        Sample { content: line(10.0, 10.0, "beta"), rotate: 90, ..Sample::default() },
    ]);
    let sample =
        Sample { content: line(110.0, 60.0, "gamma"), crop: Some([100, 50, 400, 650]), ..Sample::default() };
    let second = samples::modern(&samples::inheriting(&sample));
    let third = certificate(&Certificate {
        envelope_id: "e-1".to_owned(),
        subject: String::new(),
        status: String::new(),
        sender: String::new(),
        documents: Vec::new(),
        recipients: Vec::new(),
        issued: String::new(),
    })
    .unwrap();
    let whole = combine(&[&first, &second, &third]).unwrap();
    let sizes: Vec<f32> = inspect(&whole).unwrap().iter().map(|page| page.width).collect();
    assert_eq!(sizes, [612.0, 792.0, 300.0, 612.0]);
    assert_at(one(&whole, "alpha"), 1, 10.0, 782.0);
    assert_at(one(&whole, "beta"), 2, 10.0, 10.0);
    assert_at(one(&whole, "gamma"), 3, 10.0, 590.0);
    assert_eq!(one(&whole, "Certificate of completion").page, 4);
    let marked = stamp(&whole, &[signature(3, 5.0, 5.0)], None).unwrap();
    assert_at(one(&marked, "Ada Lovelace"), 3, 11.0, 31.0);
    // The pages hang in the new tree, and nothing of the old ones came along.
    let document = Document::load_mem(&whole).unwrap();
    let tree = document.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
    for page in document.page_iter() {
        let parent = document.get_dictionary(page).unwrap().get(b"Parent").unwrap().as_reference().unwrap();
        assert_eq!(parent, tree);
    }
    let trees =
        document.objects.values().filter(|object| object.type_name().is_ok_and(|name| name == b"Pages"));
    assert_eq!(trees.count(), 1);
}

#[test]
fn one_alone_is_left_as_it_is() {
    let pdf = samples::plain(&[Sample::default()]);
    assert_eq!(combine(&[&pdf]).unwrap(), pdf);
    assert!(combine(&[]).is_err());
    assert!(combine(&[&pdf, b"no"]).is_err());
}

#[test]
fn encrypted_files_are_refused_by_name() {
    for user_password in ["secret", ""] {
        let mut document = Document::load_mem(&samples::plain(&[Sample::default()])).unwrap();
        document.trailer.set("ID", vec![Object::string_literal("a"), Object::string_literal("a")]);
        let version = EncryptionVersion::V2 {
            document: &document,
            owner_password: "owner",
            user_password,
            key_length: 128,
            permissions: Permissions::all(),
        };
        let state = EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        let mut pdf = Vec::new();
        document.save_to(&mut pdf).unwrap();
        assert_eq!(inspect(&pdf), Err(PdfError::Encrypted));
        assert_eq!(stamp(&pdf, &[], Some("x")), Err(PdfError::Encrypted));
        assert_eq!(combine(&[&pdf]), Err(PdfError::Encrypted));
        assert_eq!(find_text(&pdf, "x", true, true), Err(PdfError::Encrypted));
    }
}

#[test]
fn what_is_no_pdf_is_refused() {
    for bytes in [b"".as_slice(), b"hello", b"%PDF-1.7\n%%EOF", b"PK\x03\x04"] {
        assert!(matches!(inspect(bytes), Err(PdfError::Unreadable(_))));
    }
}

/// Forms that draw each other, and one that draws itself, end.
#[test]
fn forms_in_circles_end() {
    let mut document = Document::load_mem(&samples::plain(&[Sample {
        content: "/X Do /X Do".to_owned(),
        ..Sample::default()
    }]))
    .unwrap();
    let page = document.page_iter().next().unwrap();
    let form = document.new_object_id();
    let names = dictionary! { "XObject" => dictionary! { "X" => form } };
    let drawing = dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "Resources" => names.clone(),
        "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()],
    };
    let content = b"/X Do /X Do /X Do".to_vec();
    document.objects.insert(form, lopdf::Stream::new(drawing, content).into());
    document.get_dictionary_mut(page).unwrap().set("Resources", names);
    let mut pdf = Vec::new();
    document.save_to(&mut pdf).unwrap();
    assert_eq!(find_text(&pdf, "x", true, true).unwrap(), []);
}

fn everything(pdf: &[u8]) {
    let _ = inspect(pdf);
    let _ = find_text(pdf, "contract", false, false);
    if let Ok(marked) = stamp(pdf, &[signature(1, 10.0, 10.0)], Some("header")) {
        assert!(inspect(&marked).is_ok());
    }
    let good = samples::plain(&[Sample::default()]);
    if let Ok(whole) = combine(&[pdf, &good]) {
        assert!(inspect(&whole).is_ok());
    }
}

fn base() -> impl Strategy<Value = Vec<u8>> {
    let sample = Sample { crop: Some([100, 50, 400, 650]), rotate: 90, ..Sample::default() };
    let plain = samples::plain(&[sample.clone(), Sample::default()]);
    let inheriting = samples::inheriting(&sample);
    let modern = samples::modern(&inheriting);
    prop::sample::select(vec![plain, inheriting, modern])
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), headed in any::<bool>()) {
        everything(&if headed { [b"%PDF-1.7\n".as_slice(), &bytes].concat() } else { bytes });
    }

    #[test]
    fn damaged_files_never_panic(
        pdf in base(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..12),
    ) {
        let mut pdf = pdf;
        for (at, byte, kind) in edits {
            let at = at.index(pdf.len().max(1));
            match kind {
                0 if at < pdf.len() => pdf[at] = byte,
                1 => pdf.insert(at, byte),
                2 if at < pdf.len() => drop(pdf.remove(at)),
                3 if at + 3 < pdf.len() => pdf[at..at + 3].copy_from_slice(b" 9 "),
                _ => {}
            }
        }
        everything(&pdf);
    }

    #[test]
    fn cut_files_never_panic(pdf in base(), at in any::<prop::sample::Index>()) {
        everything(&pdf[..at.index(pdf.len())]);
    }

    #[test]
    fn any_content_can_be_searched_and_stamped(content in "[ -~\n]{0,300}") {
        let pdf = samples::plain(&[Sample { content, ..Sample::default() }]);
        let marked = stamp(&pdf, &[signature(1, 10.0, 10.0)], None).unwrap();
        prop_assert!(inspect(&marked).is_ok());
        everything(&marked);
    }

    #[test]
    fn any_name_can_be_signed(name in any::<String>(), id in any::<String>(), x in -2e3_f32..2e3, y in -2e3_f32..2e3) {
        let pdf = samples::plain(&[Sample::default()]);
        let signature = MarkKind::Signature { name: name.clone(), id: id.clone() };
        let marks = [signature, MarkKind::Initials { name: name.clone(), id }, MarkKind::Text(name)]
            .map(|kind| Mark { page: 1, x, y, kind });
        let marked = stamp(&pdf, &marks, None).unwrap();
        prop_assert_eq!(one(&marked, "Signed by:").page, 1);
        prop_assert_eq!(one(&marked, "Hello contract"), one(&pdf, "Hello contract"));
    }
}
