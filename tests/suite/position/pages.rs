//! PDFs of pages of any size, with a text on each.

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

/// A page: its boxes in points and its rotation.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    media: [f32; 4],
    crop: Option<[f32; 4]>,
    rotation: i64,
}

const fn sized(width: f32, height: f32) -> Page {
    Page { media: [0.0, 0.0, width, height], crop: None, rotation: 0 }
}

pub const LETTER: Page = sized(612.0, 792.0);
pub const LEGAL: Page = sized(612.0, 1008.0);
pub const A4: Page = sized(595.28, 841.89);
pub const A5: Page = sized(419.53, 595.28);
pub const ODD: Page = sized(333.0, 517.5);
/// Letter, but its lower left corner is not (0, 0).
pub const SHIFTED: Page = Page { media: [-50.0, 20.0, 562.0, 812.0], crop: None, rotation: 0 };
/// A window of 400 by 500 points in a Letter page.
pub const CROPPED: Page = Page { crop: Some([100.0, 150.0, 500.0, 650.0]), ..LETTER };

impl Page {
    pub const fn rotated(self, rotation: i64) -> Self {
        Self { rotation, ..self }
    }

    /// Width and height as displayed.
    pub fn shown(&self) -> (f64, f64) {
        let [left, bottom, right, top] = self.crop.unwrap_or(self.media).map(f64::from);
        if self.rotation % 180 == 0 { (right - left, top - bottom) } else { (top - bottom, right - left) }
    }
}

pub fn pdf(pages: &[Page]) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let font = document
        .add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let tree = document.new_object_id();
    let area = |numbers: [f32; 4]| Object::Array(numbers.map(Object::Real).to_vec());
    let mut kids: Vec<Object> = Vec::new();
    for (number, page) in (1..).zip(pages) {
        let [left, bottom, ..] = page.crop.unwrap_or(page.media);
        // Something that is there before anybody signs.
        let text = format!("BT /F1 12 Tf {} {} Td (Page {number}) Tj ET", left + 40.0, bottom + 40.0);
        let content = document.add_object(Stream::new(Dictionary::new(), text.into_bytes()));
        let mut own = dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content, "Rotate" => page.rotation,
            "MediaBox" => area(page.media),
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
        };
        if let Some(crop) = page.crop {
            own.set("CropBox", area(crop));
        }
        kids.push(document.add_object(own).into());
    }
    let count = pages.len() as i64;
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}
