//! Where things are: a page as a reader displays it, and the way from there to the page's own coordinates.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

/// US Letter, what common readers assume of a page whose boxes are missing or broken.
const LETTER: [f32; 4] = [0.0, 0.0, 612.0, 792.0];

/// A page's visible rectangle in its own coordinates, and how far a reader turns it clockwise.
///
/// `/UserUnit` is not applied: common readers and converters report page sizes without it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    left: f32,
    bottom: f32,
    right: f32,
    top: f32,
    turn: Turn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    None,
    Quarter,
    Half,
    ThreeQuarters,
}

impl Frame {
    /// Reads crop box (within the media box) and rotation, both possibly inherited (ISO 32000-1, 7.7.3.4).
    pub(super) fn of(document: &Document, page: ObjectId) -> Self {
        let media = inherited(document, page, b"MediaBox")
            .and_then(|object| rectangle(document, object))
            .unwrap_or(LETTER);
        let visible = inherited(document, page, b"CropBox")
            .and_then(|object| rectangle(document, object))
            .and_then(|crop| intersection(crop, media))
            .unwrap_or(media);
        let degrees = inherited(document, page, b"Rotate")
            .and_then(|object| object.as_float().ok())
            .filter(|degrees| degrees.is_finite())
            .map_or(0.0, |degrees| degrees.rem_euclid(360.0));
        let turn = match degrees {
            90.0 => Turn::Quarter,
            180.0 => Turn::Half,
            270.0 => Turn::ThreeQuarters,
            _ => Turn::None,
        };
        let [left, bottom, right, top] = visible;
        Self { left, bottom, right, top, turn }
    }

    /// Width of the displayed page in points.
    pub(super) fn width(&self) -> f32 {
        match self.turn {
            Turn::None | Turn::Half => self.right - self.left,
            Turn::Quarter | Turn::ThreeQuarters => self.top - self.bottom,
        }
    }

    /// Height of the displayed page in points.
    pub(super) fn height(&self) -> f32 {
        match self.turn {
            Turn::None | Turn::Half => self.top - self.bottom,
            Turn::Quarter | Turn::ThreeQuarters => self.right - self.left,
        }
    }

    /// The matrix from the displayed page (origin at its lower left corner, y upwards) to the page's own
    /// coordinates: what is drawn under it stands upright.
    pub(super) fn matrix(&self) -> [f32; 6] {
        match self.turn {
            Turn::None => [1.0, 0.0, 0.0, 1.0, self.left, self.bottom],
            Turn::Quarter => [0.0, 1.0, -1.0, 0.0, self.right, self.bottom],
            Turn::Half => [-1.0, 0.0, 0.0, -1.0, self.right, self.top],
            Turn::ThreeQuarters => [0.0, -1.0, 1.0, 0.0, self.left, self.top],
        }
    }

    /// A point of the page's own coordinates on the displayed page, from its upper left corner, y downwards.
    pub(super) fn displayed(&self, x: f32, y: f32) -> (f32, f32) {
        match self.turn {
            Turn::None => (x - self.left, self.top - y),
            Turn::Quarter => (y - self.bottom, x - self.left),
            Turn::Half => (self.right - x, y - self.bottom),
            Turn::ThreeQuarters => (self.top - y, self.right - x),
        }
    }
}

/// A page attribute, looked up along `/Parent` as the specification says; dereferenced.
pub(super) fn inherited<'a>(document: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
    let mut seen = HashSet::new();
    let mut node: &Dictionary = document.get_dictionary(page).ok()?;
    loop {
        if let Ok(found) = node.get_deref(key, document)
            && !found.is_null()
        {
            return Some(found);
        }
        let parent = node.get(b"Parent").and_then(Object::as_reference).ok()?;
        if !seen.insert(parent) {
            return None;
        }
        node = document.get_dictionary(parent).ok()?;
    }
}

fn rectangle(document: &Document, object: &Object) -> Option<[f32; 4]> {
    let numbers: Vec<f32> = object
        .as_array()
        .ok()?
        .iter()
        .map_while(|item| document.dereference(item).and_then(|(_, number)| number.as_float()).ok())
        .collect();
    let [x1, y1, x2, y2] = numbers.try_into().ok()?;
    let rectangle = [x1.min(x2), y1.min(y2), x1.max(x2), y1.max(y2)];
    (rectangle.iter().all(|number| number.is_finite()) && has_area(rectangle)).then_some(rectangle)
}

fn intersection([l1, b1, r1, t1]: [f32; 4], [l2, b2, r2, t2]: [f32; 4]) -> Option<[f32; 4]> {
    let both = [l1.max(l2), b1.max(b2), r1.min(r2), t1.min(t2)];
    has_area(both).then_some(both)
}

fn has_area([left, bottom, right, top]: [f32; 4]) -> bool {
    right > left && top > bottom
}
