//! Fonts as far as searching needs them: how to cut a string into codes, what each says, how wide it is.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Encoding, Object};

use super::super::standard::StandardFont;
use super::super::{source, winansi};
use super::cmap::ToUnicode;

/// A font of a page.
#[derive(Debug)]
pub(super) struct Font {
    /// Two bytes to a code (composite fonts) or one.
    composite: bool,
    to_unicode: ToUnicode,
    /// For simple fonts: what the encoding says of each code.
    encoding: Vec<String>,
    widths: Widths,
}

/// One code of a shown string.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Code {
    /// Its text, if the font tells.
    pub(super) text: Option<String>,
    /// Its width as a share of the font size.
    pub(super) width: f32,
    /// A single-byte code 32, to which word spacing applies (ISO 32000-1, 9.3.3).
    pub(super) space: bool,
}

impl Font {
    pub(super) fn read(document: &Document, font: &Dictionary) -> Self {
        let composite = name(document, font, b"Subtype") == Some(b"Type0");
        let to_unicode = font
            .get_deref(b"ToUnicode", document)
            .and_then(Object::as_stream)
            .and_then(|stream| stream.get_plain_content_with_limit(source::INFLATED))
            .map(|content| ToUnicode::parse(&content))
            .unwrap_or_default();
        let encoding = if composite { Vec::new() } else { encoding(document, font) };
        let widths =
            if composite { Widths::composite(document, font) } else { Widths::simple(document, font) };
        Self { composite, to_unicode, encoding, widths }
    }

    pub(super) fn codes<'a>(&'a self, string: &'a [u8]) -> impl Iterator<Item = Code> + 'a {
        string.chunks(if self.composite { 2 } else { 1 }).filter_map(|chunk| match (self.composite, chunk) {
            (true, [high, low]) => Some(self.code(u16::from_be_bytes([*high, *low]))),
            (false, [byte]) => Some(self.code(u16::from(*byte))),
            _ => None,
        })
    }

    fn code(&self, code: u16) -> Code {
        let encoded = || self.encoding.get(usize::from(code)).filter(|text| !text.is_empty()).cloned();
        Code {
            text: self.to_unicode.text(code).or_else(encoded),
            width: self.widths.of(code),
            space: !self.composite && code == 32,
        }
    }
}

/// The text of the codes 0 to 255. Without a usable `/Encoding`, letters are read as WinAnsi.
fn encoding(document: &Document, font: &Dictionary) -> Vec<String> {
    let declared = font.get(b"Encoding").is_ok();
    let known =
        declared.then(|| font.get_font_encoding_with_limit(document, source::INFLATED).ok()).flatten();
    let text = |code: u8| match &known {
        Some(encoding @ (Encoding::OneByteEncoding(_) | Encoding::Differences(_))) => {
            encoding.bytes_to_string(&[code]).unwrap_or_default()
        }
        _ => winansi::character(code).map(String::from).unwrap_or_default(),
    };
    (0..=u8::MAX).map(text).collect()
}

/// Widths as shares of the font size.
#[derive(Debug)]
struct Widths {
    /// By first code: last code and width.
    ranges: BTreeMap<u16, (u16, f32)>,
    /// Where the font file leaves them out.
    standard: Option<StandardFont>,
    /// For all other codes.
    default: f32,
}

impl Widths {
    fn of(&self, code: u16) -> f32 {
        let listed = self.ranges.range(..=code).next_back().filter(|(_, (last, _))| code <= *last);
        if let Some((_, (_, width))) = listed {
            return *width;
        }
        match (self.standard, u8::try_from(code)) {
            (Some(standard), Ok(code)) => standard.advance(code) / 1000.0,
            _ => self.default,
        }
    }

    fn simple(document: &Document, font: &Dictionary) -> Self {
        // Type 3 fonts have a coordinate system of their own.
        let unit = font
            .get_deref(b"FontMatrix", document)
            .and_then(Object::as_array)
            .ok()
            .and_then(|matrix| number(document, matrix.first()?))
            .unwrap_or(0.001);
        let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or(0);
        let first = u16::try_from(first).unwrap_or(0);
        let listed = font.get_deref(b"Widths", document).and_then(Object::as_array).ok();
        let ranges = (first..=255)
            .zip(listed.into_iter().flatten())
            .filter_map(|(code, width)| Some((code, (code, number(document, width)? * unit))))
            .collect();
        let missing = dictionary(document, font, b"FontDescriptor")
            .and_then(|descriptor| number(document, descriptor.get(b"MissingWidth").ok()?));
        let standard = match listed {
            Some(_) => None,
            None => StandardFont::named(name(document, font, b"BaseFont").unwrap_or_default()),
        };
        Self { ranges, standard, default: missing.unwrap_or(0.0) * unit }
    }

    /// From `/W` and `/DW` of the descendant (ISO 32000-1, 9.7.4.3), with codes taken as glyph numbers, as
    /// the usual encoding `Identity-H` has it.
    fn composite(document: &Document, font: &Dictionary) -> Self {
        let descendant = font
            .get_deref(b"DescendantFonts", document)
            .and_then(Object::as_array)
            .ok()
            .and_then(|fonts| document.dereference(fonts.first()?).ok())
            .and_then(|(_, object)| object.as_dict().ok());
        let entry = |key: &[u8]| descendant.and_then(|dictionary| dictionary.get_deref(key, document).ok());
        let default = entry(b"DW").and_then(|width| number(document, width)).unwrap_or(1000.0) / 1000.0;
        let mut ranges = BTreeMap::new();
        let mut rest =
            entry(b"W").and_then(|list| list.as_array().ok()).map(Vec::as_slice).unwrap_or_default();
        let at = |object: &Object| {
            let (_, object) = document.dereference(object).ok()?;
            u16::try_from(object.as_i64().ok()?).ok()
        };
        while let [first, second, after @ ..] = rest {
            let list = document.dereference(second).ok().and_then(|(_, object)| object.as_array().ok());
            if let (Some(list), Some(first)) = (list, at(first)) {
                for (code, width) in (first..=u16::MAX).zip(list) {
                    if let Some(width) = number(document, width) {
                        ranges.insert(code, (code, width / 1000.0));
                    }
                }
                rest = after;
            } else if let [third, after @ ..] = after {
                if let (Some(first), Some(last), Some(width)) =
                    (at(first), at(second), number(document, third))
                {
                    ranges.insert(first, (last, width / 1000.0));
                }
                rest = after;
            } else {
                break;
            }
        }
        Self { ranges, standard: None, default }
    }
}

fn number(document: &Document, object: &Object) -> Option<f32> {
    let (_, object) = document.dereference(object).ok()?;
    object.as_float().ok().filter(|number| number.is_finite())
}

fn name<'a>(document: &'a Document, font: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    font.get_deref(key, document).and_then(Object::as_name).ok()
}

fn dictionary<'a>(document: &'a Document, font: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
    font.get_deref(key, document).and_then(Object::as_dict).ok()
}
