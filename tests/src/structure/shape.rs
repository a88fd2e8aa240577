//! `structure.json`: operations, models, and the notation of their types.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// The type of a property or a body.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Type {
    String,
    Boolean,
    Integer,
    Number,
    /// Bytes that are not JSON.
    File,
    /// One of the values that the published file lists.
    Choice(Vec<String>),
    Model(String),
    List(Box<Type>),
    Map(Box<Type>),
}

impl FromStr for Type {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(items) = text.strip_prefix("array of ") {
            return Ok(Self::List(Box::new(items.parse()?)));
        }
        if let Some(values) = text.strip_prefix("map of ") {
            return Ok(Self::Map(Box::new(values.parse()?)));
        }
        if let Some(model) = text.strip_prefix("ref ") {
            return Ok(Self::Model(model.to_owned()));
        }
        if let Some(values) = text.strip_prefix("string in [").and_then(|rest| rest.strip_suffix(']')) {
            return Ok(Self::Choice(values.split('|').map(str::to_owned).collect()));
        }
        match text {
            "string" => Ok(Self::String),
            "boolean" => Ok(Self::Boolean),
            "integer" => Ok(Self::Integer),
            "number" => Ok(Self::Number),
            "file" => Ok(Self::File),
            other => Err(format!("unknown type {other:?}")),
        }
    }
}

impl TryFrom<String> for Type {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String | Self::Choice(_) => f.write_str("string"),
            Self::Boolean => f.write_str("boolean"),
            Self::Integer => f.write_str("integer"),
            Self::Number => f.write_str("number"),
            Self::File => f.write_str("bytes"),
            Self::Model(name) => write!(f, "object ({name})"),
            Self::List(items) => write!(f, "array of {items}"),
            Self::Map(values) => write!(f, "map of {values}"),
        }
    }
}

impl Type {
    /// The model this type leads to.
    pub(crate) fn model(&self) -> Option<&str> {
        match self {
            Self::Model(name) => Some(name),
            Self::List(inner) | Self::Map(inner) => inner.model(),
            _ => None,
        }
    }

    /// Whether a value of this type is neither text nor made of text: what almost nothing at DocuSign is.
    pub(crate) fn is_real_scalar(&self) -> bool {
        match self {
            Self::Boolean | Self::Integer | Self::Number => true,
            Self::List(inner) | Self::Map(inner) => inner.is_real_scalar(),
            _ => false,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Structure {
    #[expect(dead_code, reason = "read so that an unknown member stays an error")]
    version: String,
    pub(crate) operations: BTreeMap<String, PublishedOperation>,
    pub(crate) models: BTreeMap<String, Origins<BTreeMap<String, Type>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishedOperation {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Origins<Vec<String>>,
    pub(crate) request: Option<Type>,
    pub(crate) success: BTreeMap<String, Type>,
    pub(crate) errors: BTreeMap<String, Type>,
    #[expect(dead_code, reason = "content types are the transport's matter")]
    consumes: Vec<String>,
    #[expect(dead_code, reason = "content types are the transport's matter")]
    produces: Vec<String>,
}

/// One kind of thing, by who declares it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Origins<T: Default> {
    #[serde(default)]
    pub(crate) both: T,
    #[serde(default)]
    pub(crate) spec: T,
    #[serde(default)]
    pub(crate) sdk: T,
}
