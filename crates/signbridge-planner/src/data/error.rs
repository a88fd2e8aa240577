//! What is wrong with data, and where.

use crate::money::MoneyError;

/// Data that cannot be used: the file, the place in it, and the fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {path}: {fault}")]
pub struct DataError {
    /// The file, as it was named when it was handed in.
    pub file: String,
    /// The place: `plan[docusign.standard].price[2].seen`, or a line for what is no TOML of this shape.
    pub path: String,
    /// What is wrong there.
    pub fault: Fault,
}

/// What can be wrong with data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// No TOML, an unknown key, a missing key, a word outside its vocabulary, or a negative number.
    #[error("{0}")]
    Shape(String),
    /// Another version of the format.
    #[error("schema version {0} is not known; this version reads 1")]
    SchemaVersion(u32),
    /// A source that no file lists.
    #[error("no source has the id `{0}`; list it under [[source]]")]
    UnknownSource(String),
    /// A provider that no file lists.
    #[error("no provider has the id `{0}`; list it under [[provider]]")]
    UnknownProvider(String),
    /// A plan that no file lists.
    #[error("no plan has the id `{0}`; list it under [[plan]]")]
    UnknownPlan(String),
    /// A level that the jurisdiction does not list.
    #[error("the jurisdiction lists no level `{0}`")]
    UnknownLevel(String),
    /// An id that is there already.
    #[error("`{0}` is there already")]
    Duplicate(String),
    /// A date that is none.
    #[error("`{0}` is no date; write it as 2026-11-24")]
    BadDate(String),
    /// A date after the one on which its source was read.
    #[error("{0} lies after the day on which the source was read")]
    FutureDate(chrono::NaiveDate),
    /// An amount that is none.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Confidence A without a date.
    #[error("confidence A needs a date")]
    UndatedA,
    /// A plan without a price that does not say so.
    #[error("the plan has neither a price nor `unpriced = true`")]
    NoPrice,
    /// Keys that exclude one another, or of which one is missing.
    #[error("{0}")]
    Keys(&'static str),
    /// An automatic upgrade that does not lead to a higher tier of the same provider.
    #[error("`{0}` is no higher tier of the same provider and channel")]
    NoUpgrade(String),
    /// An overlay that passes its values off as published.
    #[error("an overlay's source needs `kind = \"user\"`: its values replace published ones")]
    NotTheUsers,
}
