//! Readers for what DocuSign writes in several ways: flags and numbers as text, seven-digit times, missing lists.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Text, also where a number, a flag or null stands.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// A number, also as text.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(text(deserializer)?.and_then(|text| text.trim().parse().ok()))
}

/// A time with any number of digits; without a zone it is opaque and left out.
pub(crate) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    Ok(text(deserializer)?.as_deref().and_then(parse_time))
}

/// A time as DocuSign's REST answers write it.
pub(crate) fn parse_time(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).map(|time| time.to_utc()).ok()
}

/// A time of the audit trail, which DocuSign also writes without a zone; it is UTC there.
pub(crate) fn parse_audit_time(text: &str) -> Option<DateTime<Utc>> {
    parse_time(text).or_else(|| {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|time| time.and_utc())
    })
}

/// A list, empty also where it is absent, null or `{}`.
pub(crate) fn list<'de, D: Deserializer<'de>, T: for<'a> Deserialize<'a>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Array(items) => items
            .into_iter()
            .map(|item| serde_json::from_value(item).map_err(serde::de::Error::custom))
            .collect(),
        _ => Ok(Vec::new()),
    }
}
