//! `required.toml`: the reviewed table of what the published files do not say.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::format::Format;
use super::shape::Type;
use super::violation::Direction;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    /// Whose word the structure is, where it is not the provider's.
    #[serde(default)]
    pub(crate) source: String,
    /// What stands before the published paths; requests may come without it.
    #[serde(default)]
    pub(crate) prefix: String,
    pub(crate) errors: Errors,
    /// Models that the specification leaves out (OAuth).
    #[serde(default)]
    pub(crate) models: BTreeMap<String, BTreeMap<String, Type>>,
    #[serde(default)]
    pub(crate) operation: Vec<OwnOperation>,
    #[serde(default)]
    pub(crate) raw_body: Vec<RawBody>,
    /// Pages, file hosts and the like, which are no operation of the API.
    #[serde(default)]
    pub(crate) outside: Vec<Outside>,
    /// Where everything else is text: the exceptions, completely.
    #[serde(default)]
    pub(crate) real_scalar: Vec<RealScalar>,
    #[serde(default)]
    pub(crate) sets: BTreeMap<String, Set>,
    #[serde(default)]
    pub(crate) value: Vec<ValueRule>,
    #[serde(default)]
    pub(crate) required: Vec<RequiredRule>,
    #[serde(default)]
    pub(crate) query: Vec<QueryRule>,
    #[serde(default)]
    pub(crate) deviation: Vec<Deviation>,
}

impl Table {
    /// The fact behind each row, and how well it is known.
    pub(crate) fn citations(&self) -> impl Iterator<Item = (&str, Evidence)> {
        let required = self.required.iter().map(|row| (&row.fact, row.evidence));
        required
            .chain(self.value.iter().map(|row| (&row.fact, row.evidence)))
            .chain(self.query.iter().map(|row| (&row.fact, row.evidence)))
            .chain(self.sets.values().map(|row| (&row.fact, row.evidence)))
            .chain(self.real_scalar.iter().map(|row| (&row.fact, row.evidence)))
            .chain(self.raw_body.iter().map(|row| (&row.fact, row.evidence)))
            .chain(self.operation.iter().map(|row| (&row.fact, row.evidence)))
            .chain(self.outside.iter().map(|row| (&row.fact, row.evidence)))
            .chain(self.deviation.iter().map(|row| (&row.fact, row.evidence)))
            .chain([(&self.errors.fact, self.errors.evidence)])
            .map(|(fact, evidence)| (fact.as_str(), evidence))
    }
}

/// How well a row is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) enum Evidence {
    /// Official documentation or specification.
    #[serde(rename = "D")]
    Documented,
    /// Source of an official SDK.
    #[serde(rename = "S")]
    Sdk,
    /// Recorded traffic.
    #[serde(rename = "R")]
    Recorded,
    /// Code or writing of others, which the provider did not confirm.
    #[serde(rename = "3p")]
    ThirdParty,
    /// Nobody said so; a reading of ours that a live account may correct.
    #[serde(rename = "unverified")]
    Unverified,
}

impl Evidence {
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Sdk => "in an official SDK",
            Self::Recorded => "recorded",
            Self::ThirdParty => "third party",
            Self::Unverified => "unverified",
        }
    }

    /// A fact with its evidence, for a person.
    pub(crate) fn cite(self, fact: &str) -> String {
        format!("{fact}, {}", self.label())
    }
}

/// The statuses of refusal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Errors {
    pub(crate) statuses: Vec<u16>,
    /// What a refusal says, where the specification does not.
    pub(crate) body: Option<Type>,
    /// An answer of success whose properties have other values is a refusal all the same.
    #[serde(default)]
    pub(crate) success_when: BTreeMap<String, Vec<String>>,
    /// Answered by what stands before the provider: the body may be anything or nothing.
    pub(crate) gateway: Vec<u16>,
    pub(crate) fact: String,
    pub(crate) evidence: Evidence,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnOperation {
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// The form's fields, where the request is a form.
    pub(crate) form: Option<Type>,
    /// The body, where the request is JSON.
    pub(crate) json: Option<Type>,
    #[serde(default)]
    pub(crate) query: Vec<String>,
    pub(crate) status: u16,
    pub(crate) answer: Type,
    /// Nothing: as in all other operations.
    pub(crate) error: Option<Type>,
    /// The statuses of refusal.
    pub(crate) refusals: Vec<u16>,
    pub(crate) fact: String,
    pub(crate) evidence: Evidence,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawBody {
    pub(crate) operation: String,
    pub(crate) fact: String,
    pub(crate) evidence: Evidence,
}

/// Whatever lies below this path is no operation of the API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outside {
    pub(crate) path: String,
    pub(crate) fact: String,
    pub(crate) evidence: Evidence,
}

/// Where the wire is not as published: what is let pass although the specification says otherwise.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deviation {
    /// In one line, for a person.
    pub(crate) what: String,
    pub(crate) on: Scope,
    /// Properties that are not published.
    #[serde(default)]
    pub(crate) adds: BTreeMap<String, Type>,
    /// Properties of another type than published.
    #[serde(default)]
    pub(crate) retypes: BTreeMap<String, Type>,
    /// Further values of a property whose values are listed.
    #[serde(default)]
    pub(crate) values: BTreeMap<String, Vec<String>>,
    /// Published as required, yet may be missing.
    #[serde(default)]
    pub(crate) omits: Vec<String>,
    /// May be `null`.
    #[serde(default)]
    pub(crate) nulls: Vec<String>,
    /// Query parameters that are not published.
    #[serde(default)]
    pub(crate) query: Vec<String>,
    /// A status of success that is not published; its body is the published one.
    pub(crate) status: Option<u16>,
    pub(crate) fact: String,
    pub(crate) evidence: Evidence,
}

impl Deviation {
    pub(crate) fn says_nothing(&self) -> bool {
        self.adds.is_empty()
            && self.retypes.is_empty()
            && self.values.is_empty()
            && self.omits.is_empty()
            && self.nulls.is_empty()
            && self.query.is_empty()
            && self.status.is_none()
    }

    /// The row with its evidence, for a person.
    pub(crate) fn cite(&self) -> String {
        format!("{} ({})", self.what, self.evidence.cite(&self.fact))
    }
}

/// A property that is a real boolean or number, where nearly everything else is text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RealScalar {
    pub(crate) model: String,
    pub(crate) properties: Vec<String>,
    pub(crate) fact: String,
    pub(crate) evidence: Evidence,
}

/// A set of values. What is `unverified` is let pass, but known not to rest on evidence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Set {
    pub(crate) values: Vec<String>,
    #[serde(default)]
    pub(crate) unverified: Vec<String>,
    #[serde(default)]
    pub(crate) ignore_case: bool,
    pub(crate) fact: String,
    pub(crate) evidence: Evidence,
}

impl Set {
    pub(crate) fn holds(&self, text: &str) -> bool {
        self.values
            .iter()
            .chain(&self.unverified)
            .any(|value| if self.ignore_case { value.eq_ignore_ascii_case(text) } else { value == text })
    }
}

/// What the values of a property may be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValueRule {
    pub(crate) on: Scope,
    /// Names; `*End` stands for every property that ends so.
    pub(crate) properties: Vec<String>,
    pub(crate) set: Option<String>,
    pub(crate) format: Option<Format>,
    /// Characters.
    pub(crate) longest: Option<usize>,
    pub(crate) fact: String,
    pub(crate) evidence: Evidence,
}

/// Keys that must be there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequiredRule {
    pub(crate) on: Scope,
    #[serde(default)]
    pub(crate) keys: Vec<String>,
    /// One key at least, whichever the model declares.
    #[serde(default)]
    pub(crate) some: bool,
    /// The row holds only when these properties have one of these values.
    #[serde(default)]
    pub(crate) when: BTreeMap<String, Vec<String>>,
    /// The row holds only when one of these properties is present.
    #[serde(default)]
    pub(crate) when_present: Vec<String>,
    /// The row holds only when the query says so.
    #[serde(default)]
    pub(crate) when_query: BTreeMap<String, String>,
    /// Any of these properties lifts the row.
    #[serde(default)]
    pub(crate) unless: Vec<String>,
    /// Any of these query parameters lifts the row.
    #[serde(default)]
    pub(crate) unless_query: Vec<String>,
    pub(crate) fact: String,
    pub(crate) evidence: Evidence,
}

/// Where a row holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scope {
    /// Model names; `items of X` stands for the models of X's lists, `*` for all.
    #[serde(default)]
    pub(crate) models: Vec<String>,
    #[serde(default)]
    pub(crate) except: Vec<String>,
    /// Nothing: both.
    pub(crate) direction: Option<Direction>,
    /// Nothing: every operation.
    #[serde(default)]
    pub(crate) operations: Vec<String>,
}

impl Scope {
    pub(crate) fn covers(&self, operation: &str, direction: Direction, model: &str) -> bool {
        self.reaches(operation, direction)
            && self.models.iter().any(|name| name == "*" || name == model)
            && !self.except.iter().any(|name| name == model)
    }

    /// Whether the row holds in this half of the operation, whatever the model.
    pub(crate) fn reaches(&self, operation: &str, direction: Direction) -> bool {
        self.direction.is_none_or(|only| only == direction)
            && (self.operations.is_empty() || self.operations.iter().any(|name| name == operation))
    }
}

/// What a query parameter may be, or which must be there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueryRule {
    /// Nothing: every operation that declares the parameter.
    #[serde(default)]
    pub(crate) operations: Vec<String>,
    #[serde(default)]
    pub(crate) names: Vec<String>,
    pub(crate) set: Option<String>,
    pub(crate) format: Option<Format>,
    /// The value is a list divided by commas.
    #[serde(default)]
    pub(crate) list: bool,
    /// One of these parameters must be there.
    #[serde(default)]
    pub(crate) one_of: Vec<String>,
    pub(crate) fact: String,
    pub(crate) evidence: Evidence,
}
