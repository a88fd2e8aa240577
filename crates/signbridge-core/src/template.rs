//! Templates: documents and fields that the provider keeps, with roles that a draft fills.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::EnvelopeDocument;

/// A role of a template: who a draft has to name before it can be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TemplateRole {
    /// Its name, as [`Recipient::template_role`](crate::Recipient) repeats it. Compared exactly.
    pub name: String,
    /// Its place in the order, from 1.
    pub order: u32,
    /// The portable role, or the provider's own group, where it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl TemplateRole {
    /// A role with this name and place in the order.
    pub fn new(name: impl Into<String>, order: u32) -> Self {
        Self { name: name.into(), order, kind: None }
    }
}

/// A template as its provider reports it.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Template {
    /// The provider's id, for [`Draft::templates`](crate::Draft).
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for, where the provider keeps such a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its roles in their order. A list may leave them out; a read has them, where the provider knows roles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<TemplateRole>,
    /// Its documents, where they were read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<EnvelopeDocument>,
    /// When it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<DateTime<Utc>>,
    /// The provider's answer as it came. Not part of the published JSON.
    #[serde(skip)]
    pub raw: serde_json::Value,
}

impl Template {
    /// A template of which only id and name are known.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            description: None,
            roles: Vec::new(),
            documents: Vec::new(),
            changed_at: None,
            raw: serde_json::Value::Null,
        }
    }
}

/// Names and texts stay out of logs.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template")
            .field("id", &self.id)
            .field("roles", &self.roles.len())
            .field("documents", &self.documents.len())
            .finish_non_exhaustive()
    }
}

/// Which templates to list.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct TemplateQuery {
    /// Only those whose name holds this text; the answer is filtered again on our side.
    pub name: Option<String>,
    /// At most so many in one page.
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub cursor: Option<String>,
}
