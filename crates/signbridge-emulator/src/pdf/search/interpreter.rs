//! Runs the text operators of content streams (ISO 32000-1, 9.4) and tells where each glyph falls.

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::super::geometry::inherited;
use super::super::{PdfError, source};
use super::font::Font;
use super::matrix::Matrix;

/// The most content interpreted for one document, counted after inflation.
const BUDGET: usize = 256 * 1024 * 1024;
/// Form XObjects within each other; also breaks cycles.
const DEEPEST_FORM: usize = 12;
/// Saved graphics states; real files need a few dozen.
const DEEPEST_STATE: usize = 512;

/// One glyph in the page's own coordinates.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    /// What it says; none where the font does not tell.
    pub(super) text: Option<String>,
    /// Where its baseline starts.
    pub(super) start: (f32, f32),
    /// Where the next glyph would start.
    pub(super) end: (f32, f32),
    /// The font size on the page.
    pub(super) size: f32,
}

#[derive(Debug, Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    character_spacing: f32,
    word_spacing: f32,
    scale: f32,
    leading: f32,
    rise: f32,
}

impl State {
    fn under(ctm: Matrix) -> Self {
        Self {
            ctm,
            font: None,
            size: 0.0,
            character_spacing: 0.0,
            word_spacing: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

pub(super) struct Interpreter<'a> {
    document: &'a Document,
    /// By the address of the font's dictionary, which stands still while the document is borrowed.
    fonts: HashMap<usize, Rc<Font>>,
    budget: usize,
}

/// The text position within one stream.
struct Cursor {
    text: Matrix,
    line: Matrix,
}

impl<'a> Interpreter<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, fonts: HashMap::new(), budget: BUDGET }
    }

    /// Gives every glyph of a page to `emit`, in the order drawn.
    pub(super) fn page(&mut self, page: ObjectId, emit: &mut dyn FnMut(Glyph)) -> Result<(), PdfError> {
        let content =
            self.document.get_page_content_with_limit(page, source::INFLATED).map_err(source::unreadable)?;
        let resources = inherited(self.document, page, b"Resources").and_then(|object| object.as_dict().ok());
        self.stream(&content, resources, State::under(Matrix::IDENTITY), 0, emit)
    }

    fn stream(
        &mut self,
        content: &[u8],
        resources: Option<&'a Dictionary>,
        mut state: State,
        depth: usize,
        emit: &mut dyn FnMut(Glyph),
    ) -> Result<(), PdfError> {
        // A stream costs something even when it is empty: forms can draw forms many times over.
        self.budget = self
            .budget
            .checked_sub(content.len() + 64)
            .ok_or_else(|| PdfError::Unreadable("too much page content to search".to_owned()))?;
        let mut saved = Vec::new();
        let mut cursor = Cursor { text: Matrix::IDENTITY, line: Matrix::IDENTITY };
        for operation in Content::decode_iter(content).map_while(Result::ok) {
            match operation.operator.as_str() {
                "q" if saved.len() < DEEPEST_STATE => saved.push(state.clone()),
                "Q" => {
                    if let Some(before) = saved.pop() {
                        state = before;
                    }
                }
                "Tf" => {
                    if let [Object::Name(name), size] = operation.operands.as_slice() {
                        state.font = self.font(resources, name);
                        state.size = size.as_float().unwrap_or(0.0);
                    }
                }
                "Do" => {
                    if let [Object::Name(name)] = operation.operands.as_slice()
                        && depth < DEEPEST_FORM
                        && let Some(form) = self.form(resources, name)
                    {
                        self.form_stream(form, resources, &state, depth, emit)?;
                    }
                }
                _ => text_operation(&operation, &mut state, &mut cursor, emit),
            }
        }
        Ok(())
    }

    fn form_stream(
        &mut self,
        form: &'a Stream,
        outer: Option<&'a Dictionary>,
        state: &State,
        depth: usize,
        emit: &mut dyn FnMut(Glyph),
    ) -> Result<(), PdfError> {
        let Ok(content) = form.get_plain_content_with_limit(source::INFLATED) else {
            return Ok(());
        };
        let entry = |key: &[u8]| form.dict.get_deref(key, self.document).ok();
        let matrix = entry(b"Matrix").and_then(|matrix| numbers(matrix.as_array().ok()?)).map(Matrix);
        let resources = entry(b"Resources").and_then(|object| object.as_dict().ok()).or(outer);
        let mut inner = state.clone();
        inner.ctm = matrix.unwrap_or(Matrix::IDENTITY).then(state.ctm);
        self.stream(&content, resources, inner, depth + 1, emit)
    }

    fn font(&mut self, resources: Option<&'a Dictionary>, name: &[u8]) -> Option<Rc<Font>> {
        let font = self.resource(resources, b"Font", name)?.as_dict().ok()?;
        let document = self.document;
        let read = || Rc::new(Font::read(document, font));
        Some(Rc::clone(self.fonts.entry(std::ptr::from_ref(font).addr()).or_insert_with(read)))
    }

    fn form(&self, resources: Option<&'a Dictionary>, name: &[u8]) -> Option<&'a Stream> {
        let stream = self.resource(resources, b"XObject", name)?.as_stream().ok()?;
        let subtype = stream.dict.get_deref(b"Subtype", self.document).and_then(Object::as_name).ok()?;
        (subtype == b"Form").then_some(stream)
    }

    fn resource(&self, resources: Option<&'a Dictionary>, kind: &[u8], name: &[u8]) -> Option<&'a Object> {
        let all = resources?.get_deref(kind, self.document).and_then(Object::as_dict).ok()?;
        all.get_deref(name, self.document).ok()
    }
}

/// Every operator that needs nothing but numbers and strings.
fn text_operation(
    operation: &Operation,
    state: &mut State,
    cursor: &mut Cursor,
    emit: &mut dyn FnMut(Glyph),
) {
    let operands = operation.operands.as_slice();
    let number = || operands.first().and_then(|operand| operand.as_float().ok()).unwrap_or(0.0);
    match (operation.operator.as_str(), operands) {
        ("cm", _) => {
            if let Some(matrix) = numbers(operands) {
                state.ctm = Matrix(matrix).then(state.ctm);
            }
        }
        ("BT", _) => cursor.start_line(Matrix::IDENTITY),
        ("Tm", _) => {
            if let Some(matrix) = numbers(operands) {
                cursor.start_line(Matrix(matrix));
            }
        }
        ("Tc", _) => state.character_spacing = number(),
        ("Tw", _) => state.word_spacing = number(),
        ("Tz", _) => state.scale = number() / 100.0,
        ("TL", _) => state.leading = number(),
        ("Ts", _) => state.rise = number(),
        ("Td", _) => {
            if let Some([x, y]) = numbers(operands) {
                cursor.next_line(x, y);
            }
        }
        ("TD", _) => {
            if let Some([x, y]) = numbers(operands) {
                state.leading = -y;
                cursor.next_line(x, y);
            }
        }
        ("T*", _) => cursor.next_line(0.0, -state.leading),
        ("Tj", [Object::String(string, _)]) => show(string, state, cursor, emit),
        ("'", [Object::String(string, _)]) => {
            cursor.next_line(0.0, -state.leading);
            show(string, state, cursor, emit);
        }
        ("\"", [word, character, Object::String(string, _)]) => {
            state.word_spacing = word.as_float().unwrap_or(0.0);
            state.character_spacing = character.as_float().unwrap_or(0.0);
            cursor.next_line(0.0, -state.leading);
            show(string, state, cursor, emit);
        }
        ("TJ", [Object::Array(items)]) => {
            for item in items {
                if let Object::String(string, _) = item {
                    show(string, state, cursor, emit);
                } else if let Ok(adjustment) = item.as_float() {
                    cursor.advance(-adjustment / 1000.0 * state.size * state.scale);
                }
            }
        }
        _ => {}
    }
}

fn show(string: &[u8], state: &State, cursor: &mut Cursor, emit: &mut dyn FnMut(Glyph)) {
    let Some(font) = &state.font else {
        return;
    };
    for code in font.codes(string) {
        let spacing = state.character_spacing + if code.space { state.word_spacing } else { 0.0 };
        let to_page = cursor.text.then(state.ctm);
        let start = to_page.apply(0.0, state.rise);
        let above = to_page.apply(0.0, state.rise + state.size);
        cursor.advance((code.width * state.size + spacing) * state.scale);
        let end = cursor.text.then(state.ctm).apply(0.0, state.rise);
        emit(Glyph { text: code.text, start, end, size: (above.0 - start.0).hypot(above.1 - start.1) });
    }
}

impl Cursor {
    fn start_line(&mut self, matrix: Matrix) {
        self.line = matrix;
        self.text = matrix;
    }

    fn next_line(&mut self, x: f32, y: f32) {
        self.start_line(Matrix::translation(x, y).then(self.line));
    }

    fn advance(&mut self, x: f32) {
        self.text = Matrix::translation(x, 0.0).then(self.text);
    }
}

fn numbers<const N: usize>(operands: &[Object]) -> Option<[f32; N]> {
    let numbers: Vec<f32> = operands.iter().map_while(|operand| operand.as_float().ok()).collect();
    numbers.try_into().ok()
}
