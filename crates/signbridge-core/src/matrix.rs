//! Capabilities side by side: one row for each thing, one column for each provider.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};

use serde::Serialize;

use crate::{
    capability::{Capabilities, Capability, Evidence, NOT_LISTED, Operation, Support},
    field::FieldProperty,
};

/// One provider's word on one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cell {
    /// In a word or two: `native`, `emulated`, `gated`, `no`, `unverified`, or a value.
    pub word: String,
    /// By which steps, with which plan, or why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<&'static str>,
    /// What it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

impl Cell {
    fn value(word: impl Into<String>) -> Self {
        Self { word: word.into(), detail: None, evidence: None }
    }

    fn of(capability: &Capability) -> Self {
        let (word, detail) = match capability.support {
            Support::Native => ("native", None),
            Support::Emulated(steps) => ("emulated", Some(steps)),
            Support::Gated(by) => ("gated", Some(by)),
            Support::Unsupported(reason) => ("no", Some(reason)),
            Support::Unverified(reason) => ("unverified", Some(reason)),
        };
        Self { word: word.to_owned(), detail, evidence: Some(capability.evidence) }
    }
}

/// One thing, and what each provider says to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// What kind of thing: `provider`, `operation`, `role`, `field`, `field property`, `delivery`, `authentication`, `level` or `limit`.
    pub kind: &'static str,
    /// The thing.
    pub name: String,
    /// In the order of [`Matrix::providers`].
    pub cells: Vec<Cell>,
}

/// The capabilities of several providers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Matrix {
    /// The columns.
    pub providers: Vec<&'static str>,
    /// The rows; the first says how each provider was verified.
    pub rows: Vec<Row>,
}

impl Matrix {
    /// Puts these side by side.
    pub fn new(all: &[&Capabilities]) -> Self {
        let mut rows = vec![
            row("provider", "verified by", all, |one| Cell::value(one.evidence.to_string())),
            row("provider", "sent once by", all, |one| Cell::value(one.once.to_string())),
        ];
        for operation in Operation::ALL {
            rows.push(row("operation", operation, all, |one| Cell::of(&one.operation(*operation))));
        }
        macro_rules! words {
            ($kind:literal, $map:ident) => {
                for word in all.iter().flat_map(|one| one.$map.keys()).collect::<BTreeSet<_>>() {
                    rows.push(row($kind, word, all, |one| {
                        Cell::of(one.$map.get(word).unwrap_or(&NOT_LISTED))
                    }));
                }
            };
        }
        words!("role", roles);
        words!("field", fields);
        for property in FieldProperty::ALL {
            let of_all =
                |one: &Capabilities| Cell::of(one.field_properties.get(property).unwrap_or(&NOT_LISTED));
            rows.push(row("field property", property, all, of_all));
            let exceptions = all.iter().filter_map(|one| one.field_exceptions.get(property));
            for kind in exceptions.flat_map(BTreeMap::keys).collect::<BTreeSet<_>>() {
                let name = format!("{kind}.{property}");
                rows.push(row("field property", name, all, |one| {
                    match one.fields.get(kind).map(|kind| &kind.support) {
                        None | Some(Support::Unsupported(_)) => Cell::value("no such field"),
                        _ => Cell::of(one.field_property(*kind, *property)),
                    }
                }));
            }
        }
        words!("delivery", deliveries);
        words!("authentication", authentications);
        words!("level", levels);
        for (name, read) in LIMITS {
            let cell =
                |one: &Capabilities| Cell::value(read(one).map_or("unknown".to_owned(), |n| n.to_string()));
            rows.push(row("limit", name, all, cell));
        }
        Self { providers: all.iter().map(|one| one.provider).collect(), rows }
    }
}

fn row(
    kind: &'static str,
    name: impl Display,
    all: &[&Capabilities],
    cell: impl Fn(&Capabilities) -> Cell,
) -> Row {
    Row { kind, name: name.to_string(), cells: all.iter().map(|one| cell(one)).collect() }
}

type Limit = (&'static str, fn(&Capabilities) -> Option<u64>);

/// Every limit with its unit.
const LIMITS: [Limit; 16] = [
    ("subject (characters)", |of| of.limits.subject.map(|n| n as u64)),
    ("message (characters)", |of| of.limits.message.map(|n| n as u64)),
    ("note (characters)", |of| of.limits.note.map(|n| n as u64)),
    ("name (characters)", |of| of.limits.name.map(|n| n as u64)),
    ("access code (characters)", |of| of.limits.access_code.map(|n| n as u64)),
    ("recipients", |of| of.limits.recipients.map(|n| n as u64)),
    ("one document (bytes)", |of| of.limits.document_bytes),
    ("one request (bytes)", |of| of.limits.request_bytes),
    ("all documents (bytes)", |of| of.limits.envelope_bytes),
    ("metadata entries", |of| of.limits.metadata_entries.map(|n| n as u64)),
    ("metadata key or value (characters)", |of| of.limits.metadata_text.map(|n| n as u64)),
    ("return address (bytes)", |of| of.limits.return_url.map(|n| n as u64)),
    ("reason for voiding (characters)", |of| of.limits.void_reason.map(|n| n as u64)),
    ("life of a signing link (seconds)", |of| of.limits.signing_link_seconds),
    ("envelopes of a list's page", |of| of.limits.page_size.map(u64::from)),
    ("between two reads of one envelope (seconds)", |of| of.limits.polling_seconds),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Once, Role};

    #[test]
    fn the_first_row_says_how_each_was_verified() {
        let mut one = Capabilities::new("one", Evidence::VerifiedLive("2026-11-24"), Once::DraftThenSend);
        one.roles.insert(Role::Signer, Capability::native(Evidence::Published));
        let two = Capabilities::new("two", Evidence::EmulatorOnly, Once::SendOnly);
        let matrix = Matrix::new(&[&one, &two]);
        let first: Vec<_> = matrix.rows[0].cells.iter().map(|cell| cell.word.as_str()).collect();
        assert_eq!(
            (matrix.rows[0].name.as_str(), first),
            ("verified by", vec!["verified live (2026-11-24)", "emulator only"])
        );
        let signer = matrix.rows.iter().find(|row| row.name == "signer").unwrap();
        let words: Vec<_> = signer.cells.iter().map(|cell| cell.word.as_str()).collect();
        assert_eq!(words, ["native", "no"]);
        assert!(matrix.rows.iter().all(|row| row.cells.len() == 2));
    }

    #[test]
    fn no_limit_is_left_out() {
        let limits = serde_json::to_value(crate::Limits::default()).unwrap();
        assert_eq!(limits.as_object().unwrap().len(), LIMITS.len());
    }
}
