//! The source with its switches.

use std::collections::BTreeSet;
use std::ops::Range;

use super::find::Mutant;

/// Reads once which mutant is alive, or writes down which ones are reached. The lines of the source stay where they are.
pub(super) const SWITCH: &str = r#"//! Which mutant is alive.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::sync::{Mutex, OnceLock};

static ALIVE: OnceLock<u32> = OnceLock::new();
static REACHED: Mutex<Option<BTreeSet<u32>>> = Mutex::new(None);

/// Whether it is this one.
pub(crate) fn on(id: u32) -> bool {
    let alive = || match std::env::var("SIGNBRIDGE_MUTANT").ok().and_then(|id| id.parse().ok()) {
        Some(id) => id,
        None if std::env::var_os("SIGNBRIDGE_REACHED").is_some() => u32::MAX,
        None => 0,
    };
    let alive = *ALIVE.get_or_init(alive);
    if alive == u32::MAX {
        reached(id);
    }
    alive == id
}

fn reached(id: u32) {
    let Ok(mut known) = REACHED.lock() else { return };
    let Some(path) = std::env::var_os("SIGNBRIDGE_REACHED") else { return };
    if known.get_or_insert_with(BTreeSet::new).insert(id) {
        if let Ok(mut file) = OpenOptions::new().create(true).append(true).open(path) {
            let _ = writeln!(file, "{id}");
        }
    }
}
"#;

/// A source with switches, and where the text of each mutant lies in it.
#[derive(Debug, Default)]
pub(super) struct Switched {
    pub(super) text: String,
    places: Vec<(Range<usize>, u32)>,
}

/// Puts the switches of the mutants into their source, except the dropped ones.
pub(super) fn switched(text: &str, mutants: &[&Mutant], dropped: &BTreeSet<u32>) -> Switched {
    let alive = mutants.iter().filter(|mutant| !dropped.contains(&mutant.id));
    let mut pieces: Vec<_> =
        alive.flat_map(|mutant| mutant.pieces.iter().map(|piece| (piece, mutant.id))).collect();
    pieces.sort_by_key(|(piece, _)| (piece.at.start, piece.rank));

    let mut switched = Switched::default();
    let mut done = 0;
    for (piece, id) in pieces {
        switched.text += text.get(done..piece.at.start).unwrap_or_default();
        let start = switched.text.len();
        switched.text += &piece.text;
        switched.places.push((start..switched.text.len(), id));
        done = done.max(piece.at.end);
    }
    switched.text += text.get(done..).unwrap_or_default();
    switched
}

impl Switched {
    /// The mutants that a complaint about these bytes is about: those whose text it touches, or else the closest ones
    /// around it.
    pub(super) fn accused(&self, bytes: &Range<usize>) -> BTreeSet<u32> {
        let touches =
            |place: &Range<usize>| place.start < bytes.end.max(bytes.start + 1) && bytes.start < place.end;
        let touched: BTreeSet<u32> =
            self.places.iter().filter(|(place, _)| touches(place)).map(|(_, id)| *id).collect();
        if !touched.is_empty() {
            return touched;
        }
        let whole = |id: u32| {
            let places = self.places.iter().filter(move |(_, of)| *of == id).map(|(place, _)| place);
            let (starts, ends): (Vec<usize>, Vec<usize>) =
                places.map(|place| (place.start, place.end)).unzip();
            starts.into_iter().min().unwrap_or(0)..ends.into_iter().max().unwrap_or(0)
        };
        let ids: BTreeSet<u32> = self.places.iter().map(|(_, id)| *id).collect();
        let around = ids.into_iter().map(|id| (id, whole(id)));
        let around = around.filter(|(_, whole)| whole.start <= bytes.start && bytes.end <= whole.end);
        around.min_by_key(|(_, whole)| whole.len()).map(|(id, _)| id).into_iter().collect()
    }
}
