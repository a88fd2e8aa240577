//! What is read from the published files, and from the list of the operations in use.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A document in the form that `openapi::uniform` makes, as far as names and types go.
#[derive(Debug, Deserialize)]
pub(crate) struct Specification {
    pub(crate) info: Info,
    #[serde(default)]
    pub(crate) consumes: Vec<String>,
    #[serde(default)]
    pub(crate) produces: Vec<String>,
    pub(crate) paths: BTreeMap<String, PathItem>,
    pub(crate) definitions: BTreeMap<String, Definition>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Info {
    pub(crate) version: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PathItem {
    #[serde(flatten)]
    members: BTreeMap<String, serde_json::Value>,
}

impl PathItem {
    pub(crate) fn operation(&self, method: &str) -> Option<serde_json::Result<Operation>> {
        self.members.get(&method.to_ascii_lowercase()).map(|value| Operation::deserialize(value.clone()))
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Operation {
    #[serde(default)]
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) responses: BTreeMap<String, Response>,
    #[serde(default)]
    pub(crate) consumes: Vec<String>,
    #[serde(default)]
    pub(crate) produces: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    #[serde(rename = "in")]
    pub(crate) place: String,
    pub(crate) schema: Option<Schema>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Response {
    pub(crate) schema: Option<Schema>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Definition {
    #[serde(default)]
    pub(crate) properties: BTreeMap<String, Schema>,
    #[serde(default)]
    pub(crate) required: Vec<String>,
    pub(crate) by: Option<By>,
}

/// The model is one of several, told apart by the value of a property.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct By {
    property: String,
    pub(crate) models: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Schema {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    #[serde(rename = "$ref")]
    pub(crate) reference: Option<String>,
    pub(crate) items: Option<Box<Schema>>,
    #[serde(rename = "additionalProperties")]
    pub(crate) values: Option<Box<Schema>>,
    #[serde(rename = "enum", default)]
    pub(crate) choices: Vec<serde_json::Value>,
    pub(crate) format: Option<String>,
    #[serde(default)]
    pub(crate) nullable: bool,
}

/// The surface of the official SDK: its models (property -> type in the SDK's notation) and operations.
#[derive(Debug, Default)]
pub(crate) struct Sdk {
    pub(crate) models: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) operations: Vec<SdkOperation>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SdkOperation {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<String>,
    pub(crate) returns: String,
}

/// `operations.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Used {
    pub(crate) operation: Vec<UsedOperation>,
    #[serde(default)]
    pub(crate) aliases: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UsedOperation {
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) why: String,
}
