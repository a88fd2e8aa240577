//! `structure.json`: operations, models, and the notation of their types.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde_json::Value;

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
    /// No body.
    Nothing,
    /// Any value at all.
    Any,
    /// One of the texts that the published file lists.
    Choice(Vec<String>),
    /// One of the numbers that the published file lists.
    Code(Vec<i64>),
    /// A scalar of one of several types.
    Either(Vec<Type>),
    /// The type, or `null`.
    Nullable(Box<Type>),
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
        if let Some(inner) = text.strip_prefix("nullable ") {
            return Ok(Self::Nullable(Box::new(inner.parse()?)));
        }
        if let Some(model) = text.strip_prefix("ref ") {
            return Ok(Self::Model(model.to_owned()));
        }
        if let Some(values) = text.strip_prefix("string in [").and_then(|rest| rest.strip_suffix(']')) {
            return Ok(Self::Choice(values.split('|').map(str::to_owned).collect()));
        }
        if let Some(values) = text.strip_prefix("integer in [").and_then(|rest| rest.strip_suffix(']')) {
            let codes = values.split('|').map(|code| code.parse().map_err(|_| format!("no number {code:?}")));
            return Ok(Self::Code(codes.collect::<Result<_, _>>()?));
        }
        if text.contains(" or ") {
            return Ok(Self::Either(text.split(" or ").map(str::parse).collect::<Result<_, _>>()?));
        }
        match text {
            "string" => Ok(Self::String),
            "boolean" => Ok(Self::Boolean),
            "integer" => Ok(Self::Integer),
            "number" => Ok(Self::Number),
            "file" => Ok(Self::File),
            "nothing" => Ok(Self::Nothing),
            "any" => Ok(Self::Any),
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
            Self::Integer | Self::Code(_) => f.write_str("integer"),
            Self::Number => f.write_str("number"),
            Self::File => f.write_str("bytes"),
            Self::Nothing => f.write_str("nothing"),
            Self::Any => f.write_str("anything"),
            Self::Either(kinds) => {
                f.write_str(&kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "))
            }
            Self::Nullable(inner) => write!(f, "{inner} or null"),
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
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.model(),
            _ => None,
        }
    }

    /// Bytes, or a list of them.
    pub(crate) fn is_file(&self) -> bool {
        match self {
            Self::File => true,
            Self::List(inner) => inner.is_file(),
            _ => false,
        }
    }

    /// Whether a scalar has this type.
    pub(crate) fn is_of(&self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            _ => false,
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
    pub(crate) models: BTreeMap<String, PublishedModel>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishedModel {
    #[serde(default)]
    pub(crate) both: BTreeMap<String, Type>,
    #[serde(default)]
    pub(crate) spec: BTreeMap<String, Type>,
    #[serde(default)]
    pub(crate) sdk: BTreeMap<String, Type>,
    #[serde(default)]
    pub(crate) required: Vec<String>,
    pub(crate) by: Option<By>,
}

/// The model is one of several, told apart by the value of a property.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct By {
    pub(crate) property: String,
    pub(crate) models: BTreeMap<String, String>,
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
    pub(crate) consumes: Vec<String>,
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
