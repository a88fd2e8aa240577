//! PDFs for the tests, written here so that every byte is ours.

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

/// A page with the font `F1`, Helvetica.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) media: [i64; 4],
    pub(super) crop: Option<[i64; 4]>,
    pub(super) rotate: i64,
    pub(super) content: String,
}

impl Default for Sample {
    fn default() -> Self {
        Self { media: [0, 0, 612, 792], crop: None, rotate: 0, content: line(72.0, 700.0, "Hello contract") }
    }
}

/// Content that shows `text` at (x, y) of the page's own coordinates.
pub(super) fn line(x: f32, y: f32, text: &str) -> String {
    format!("BT /F1 12 Tf {x} {y} Td ({text}) Tj ET")
}

fn numbers(values: [i64; 4]) -> Object {
    values.map(Object::Integer).to_vec().into()
}

fn start() -> (Document, lopdf::ObjectId) {
    let mut document = Document::with_version("1.5");
    document.reference_table.cross_reference_type = lopdf::xref::XrefType::CrossReferenceTable;
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    (document, font)
}

fn finish(mut document: Document, tree: lopdf::ObjectId) -> Vec<u8> {
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// Every attribute on the page itself.
pub(super) fn plain(samples: &[Sample]) -> Vec<u8> {
    let (mut document, font) = start();
    let tree = document.new_object_id();
    let mut kids = Vec::new();
    for sample in samples {
        let content =
            document.add_object(Stream::new(Dictionary::new(), sample.content.clone().into_bytes()));
        let mut page = dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content, "Rotate" => sample.rotate,
            "MediaBox" => numbers(sample.media),
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
        };
        if let Some(crop) = sample.crop {
            page.set("CropBox", numbers(crop));
        }
        kids.push(Object::Reference(document.add_object(page)));
    }
    let count = samples.len() as i64;
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    finish(document, tree)
}

/// One page that inherits everything, two levels up, by reference; its content is an indirect array.
pub(super) fn inheriting(sample: &Sample) -> Vec<u8> {
    let (mut document, font) = start();
    let (tree, branch) = (document.new_object_id(), document.new_object_id());
    let fonts = document.add_object(dictionary! { "F1" => font });
    let resources = document.add_object(dictionary! { "Font" => fonts });
    let media = document.add_object(numbers(sample.media));
    let (first, second) = sample.content.split_at(sample.content.find(" Td").unwrap());
    let parts = [first, second].map(|part| {
        Object::Reference(document.add_object(Stream::new(Dictionary::new(), part.as_bytes().to_vec())))
    });
    let contents = document.add_object(Object::Array(parts.to_vec()));
    let page =
        document.add_object(dictionary! { "Type" => "Page", "Parent" => branch, "Contents" => contents });
    document.objects.insert(
        branch,
        dictionary! {
            "Type" => "Pages", "Parent" => tree, "Count" => 1, "Kids" => vec![Object::Reference(page)],
        }
        .into(),
    );
    let mut root = dictionary! {
        "Type" => "Pages", "Count" => 1, "Kids" => vec![Object::Reference(branch)],
        "Resources" => resources, "MediaBox" => media, "Rotate" => sample.rotate,
    };
    if let Some(crop) = sample.crop {
        root.set("CropBox", numbers(crop));
    }
    document.objects.insert(tree, root.into());
    finish(document, tree)
}

/// The same document with object streams and a cross-reference stream.
pub(super) fn modern(pdf: &[u8]) -> Vec<u8> {
    let mut document = Document::load_mem(pdf).unwrap();
    let mut bytes = Vec::new();
    document.save_modern(&mut bytes).unwrap();
    bytes
}
