//! The drafts that the suite sends: within what every provider takes, fitted to what this one declares.

use std::fmt::Write;

use signbridge_core::{Draft, Field, FieldKind, Recipient};

use crate::Subject;

/// A draft for one signer that this provider takes without opting in.
pub(crate) async fn portable(subject: &Subject, name: &str) -> Draft {
    with(subject, name, subject.signer()).await
}

/// The same with another signer. Where a place on a page is not to be had, he chooses it.
pub(crate) async fn with(subject: &Subject, name: &str, signer: Recipient) -> Draft {
    let draft = Draft::new(format!("Contract suite: {name}"))
        .message("Please sign.")
        .document(subject.document.clone())
        .expires_after_days(30);
    let placed = draft.clone().recipient(signer.clone().field(Field::signature().at(1, 72.0, 600.0)));
    match subject.provider.check(&placed).await {
        Ok(report) if report.is_sendable() => placed,
        _ => draft.recipient(signer).free_placement(),
    }
}

/// A field of this kind with what its kind demands. A formula reckons with a number called `number`.
pub(crate) fn field(kind: FieldKind, x: f64, y: f64) -> Field {
    let mut field = match kind {
        FieldKind::RadioGroup => {
            let mut group =
                Field::radio_group("group").choice("red", 1, x, y).choice("green", 1, x + 20.0, y);
            group.id = None;
            return group;
        }
        kind => Field::new(kind).at(1, x, y),
    };
    match kind {
        FieldKind::Dropdown => field.options = vec!["red".to_owned(), "green".to_owned()],
        FieldKind::Formula => field.formula = Some("[number] * 2".to_owned()),
        FieldKind::Hyperlink => field.url = "https://app.example/terms".parse().ok(),
        _ => {}
    }
    if matches!(kind, FieldKind::SenderText | FieldKind::Note | FieldKind::Hyperlink) {
        field.value = Some("as agreed".to_owned());
    }
    field
}

/// A one-page PDF of letter size.
pub(crate) fn pdf() -> Vec<u8> {
    pages(&[(612, 792)])
}

/// A PDF with pages of these sizes in points.
pub(crate) fn pages(sizes: &[(u32, u32)]) -> Vec<u8> {
    written(sizes, 0)
}

/// A one-page PDF of more bytes than these.
pub(crate) fn padded(length: usize) -> Vec<u8> {
    written(&[(612, 792)], length)
}

fn written(sizes: &[(u32, u32)], padding: usize) -> Vec<u8> {
    let text = "BT /F1 18 Tf 72 500 Td (A contract for the contract suite.) Tj ET";
    let kids: Vec<String> = (0..sizes.len()).map(|page| format!("{} 0 R", page + 5)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Kids[{}]/Count {}>>", kids.join(" "), sizes.len()),
        format!("<</Length {}>>stream\n{text}\nendstream", text.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    objects.extend(sizes.iter().map(|(width, height)| {
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 3 0 R/Resources<</Font<</F1 4 0 R>>>>>>"
        )
    }));
    if padding > 0 {
        // A stream that no page shows.
        objects.push(format!("<</Length {padding}>>stream\n{}\nendstream", "x".repeat(padding)));
    }
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", pdf.len());
        let _ = write!(pdf, "{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let start = pdf.len();
    let _ =
        write!(pdf, "{table}trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    pdf.into_bytes()
}
