//! Library documents in portable words. They hold files and fields; who fills them in is no part of them.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::Template;

use super::flexible;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LibraryAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "flexible::time")]
    modified_date: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::list")]
    template_types: Vec<Value>,
}

/// A library document that was read by its id.
pub(crate) fn read(id: &str, raw: Value) -> Option<Template> {
    let answer = LibraryAnswer::deserialize(&raw).ok()?;
    let mut template = Template::new(answer.id.unwrap_or_else(|| id.to_owned()), answer.name?);
    template.changed_at = answer.modified_date;
    template.raw = raw;
    Some(template)
}

/// A row of a list, and whether agreements can be made of it: not of one in authoring, nor of fields without a document.
pub(crate) fn row(raw: Value) -> Option<(Template, bool)> {
    let answer = LibraryAnswer::deserialize(&raw).ok()?;
    let is = |word: &str, wanted: &str| word.eq_ignore_ascii_case(wanted);
    let active = answer.status.as_deref().is_none_or(|status| is(status, "ACTIVE"));
    let types = &answer.template_types;
    let whole = types.is_empty() || types.iter().filter_map(Value::as_str).any(|own| is(own, "DOCUMENT"));
    Some((read(&answer.id?, raw)?, active && whole))
}
