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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct All {
        #[serde(default, deserialize_with = "text")]
        flag: Option<String>,
        #[serde(default, deserialize_with = "number")]
        count: Option<u32>,
        #[serde(default, deserialize_with = "time")]
        at: Option<DateTime<Utc>>,
        #[serde(default, deserialize_with = "list")]
        items: Vec<String>,
    }

    fn read(value: Value) -> All {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn flags_and_numbers_come_as_text_or_as_themselves() {
        for (value, flag) in [(json!("true"), Some("true")), (json!(true), Some("true")), (json!(null), None)]
        {
            assert_eq!(read(json!({"flag": value})).flag.as_deref(), flag);
        }
        for (value, count) in
            [(json!("12"), Some(12)), (json!(12), Some(12)), (json!("unlimited"), None), (json!(""), None)]
        {
            assert_eq!(read(json!({"count": value})).count, count);
        }
    }

    #[test]
    fn an_empty_list_is_absent_null_empty_or_an_object() {
        for value in [json!({}), json!({"items": null}), json!({"items": []}), json!({"items": {}})] {
            assert!(read(value.clone()).items.is_empty(), "{value}");
        }
        assert_eq!(read(json!({"items": ["a"]})).items, ["a"]);
    }

    #[test]
    fn times_have_any_number_of_digits_and_without_zone_they_say_nothing() {
        for (text, seen) in [
            ("2026-06-24T14:31:11.6600000Z", Some("2026-06-24T14:31:11.66Z")),
            ("2022-09-22T15:19:24.5Z", Some("2022-09-22T15:19:24.5Z")),
            ("2022-09-22T15:19:24Z", Some("2022-09-22T15:19:24Z")),
            ("2018-09-07T23:49:34.163", None),
            ("", None),
        ] {
            assert_eq!(read(json!({"at": text})).at, seen.map(|seen| seen.parse().unwrap()), "{text}");
        }
        assert!(parse_audit_time("2018-09-07T23:49:34.163").is_some(), "the audit trail is in UTC");
    }
}
