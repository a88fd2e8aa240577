//! Text in a file that acts by itself: Adobe turns text tags (`{{Sig_es_:signer1:signature}}`) and a PDF's own form
//! fields into fields of the agreement, whoever wrote them.

use std::collections::BTreeSet;

use futures_util::StreamExt;
use lopdf::{Document as Pdf, Object};
use signbridge_core::{PreparedDocument, Source};

/// Above this length (bytes) a file is not looked through.
const SCAN_LIMIT: u64 = 4 * 1024 * 1024;
/// How many tags are named.
const SHOWN: usize = 5;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    /// These tags, the first few.
    Tags(Vec<String>),
    FormFields,
    /// Why nobody looked.
    NotScanned(String),
}

/// Looks through a document.
pub(crate) async fn scan(document: &PreparedDocument) -> Found {
    if document.source.length() > SCAN_LIMIT {
        return Found::NotScanned(format!("it is longer than {SCAN_LIMIT} bytes"));
    }
    match document.extension.as_str() {
        "pdf" | "txt" | "html" | "htm" => {}
        "png" | "jpg" | "jpeg" | "gif" | "bmp" | "tif" | "tiff" => return Found::Nothing,
        other => return Found::NotScanned(format!("it is a `{other}` file")),
    }
    let Ok(bytes) = read(&*document.source).await else {
        return Found::NotScanned("it could not be read".to_owned());
    };
    if document.extension != "pdf" {
        return tags(&String::from_utf8_lossy(&bytes));
    }
    blocking::unblock(move || pdf(&bytes)).await
}

async fn read(source: &dyn Source) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut chunks = source.open().await?;
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk?);
    }
    Ok(bytes)
}

fn pdf(bytes: &[u8]) -> Found {
    let Ok(pdf) = Pdf::load_mem(bytes) else { return Found::NotScanned("it is no readable PDF".to_owned()) };
    let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
    let Ok(text) = pdf.extract_text(&pages) else {
        return Found::NotScanned("its text cannot be read".to_owned());
    };
    match tags(&text) {
        Found::Nothing if has_form_fields(&pdf) => Found::FormFields,
        found => found,
    }
}

fn has_form_fields(pdf: &Pdf) -> bool {
    let resolve = |object: &Object| pdf.dereference(object).ok().map(|(_, object)| object.clone());
    let fields = || {
        let form = resolve(pdf.catalog().ok()?.get(b"AcroForm").ok()?)?;
        let fields = resolve(form.as_dict().ok()?.get(b"Fields").ok()?)?;
        Some(!fields.as_array().ok()?.is_empty())
    };
    fields().unwrap_or(false)
}

/// The tags in a text, each once. Only those with `_es_` are Adobe's; a tag does not cross a line.
fn tags(text: &str) -> Found {
    let mut found = BTreeSet::new();
    for piece in text.split("{{").skip(1) {
        if let Some((inner, _)) = piece.split_once("}}")
            && inner.contains("_es_")
            && !inner.contains(['\n', '\r'])
        {
            found.insert(format!("{{{{{inner}}}}}"));
        }
    }
    if found.is_empty() { Found::Nothing } else { Found::Tags(found.into_iter().take(SHOWN).collect()) }
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    #[test]
    fn form_fields_of_the_file_count_as_well() {
        let made = |fields: usize| {
            let mut file = Pdf::with_version("1.7");
            let field = file.add_object(dictionary! { "T" => Object::string_literal("city") });
            let pages = file.new_object_id();
            let page = file.add_object(dictionary! { "Type" => "Page", "Parent" => pages });
            let kids = vec![Object::from(page)];
            file.set_object(pages, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => 1 });
            let fields: Vec<Object> = (0..fields).map(|_| field.into()).collect();
            let form = dictionary! { "Fields" => fields };
            let catalog = dictionary! { "Type" => "Catalog", "Pages" => pages, "AcroForm" => form };
            let catalog = file.add_object(catalog);
            file.trailer.set("Root", catalog);
            let mut bytes = Vec::new();
            file.save_to(&mut bytes).unwrap();
            pdf(&bytes)
        };
        assert_eq!(made(1), Found::FormFields);
        assert_eq!(made(0), Found::Nothing);
    }

    #[test]
    fn only_adobes_tags_count() {
        let text = "Sign {{Sig_es_:signer1:signature}} and {{ other }} and {{Sig_es_:signer1:signature}} {{*N_es_:x}}";
        let expected = ["{{*N_es_:x}}", "{{Sig_es_:signer1:signature}}"].map(str::to_owned).to_vec();
        assert_eq!(tags(text), Found::Tags(expected));
        assert_eq!(tags("{{name}} {{Sig_es_:\nsigner1}} {{Sig_es_:open"), Found::Nothing);
    }
}
