//! Tolerant reading of request JSON: providers accept a flag or a number as text or as itself.

use serde_json::{Map, Value};

pub(crate) type Object = Map<String, Value>;

/// Text, number or bool as text; nothing for null, lists and objects.
pub(crate) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

pub(crate) fn text(object: &Object, key: &str) -> Option<String> {
    object.get(key).and_then(as_text)
}

/// Text that is not blank.
pub(crate) fn filled(object: &Object, key: &str) -> Option<String> {
    text(object, key).filter(|value| !value.trim().is_empty())
}

pub(crate) fn flag(object: &Object, key: &str) -> Option<bool> {
    text(object, key).map(|value| value.trim().eq_ignore_ascii_case("true"))
}

pub(crate) fn integer(object: &Object, key: &str) -> Option<i64> {
    filled(object, key).and_then(|value| value.trim().parse().ok())
}

pub(crate) fn decimal(object: &Object, key: &str) -> Option<f32> {
    filled(object, key).and_then(|value| value.trim().parse().ok()).filter(|number: &f32| number.is_finite())
}

pub(crate) fn object<'v>(object: &'v Object, key: &str) -> Option<&'v Object> {
    object.get(key).and_then(Value::as_object)
}

pub(crate) fn list<'v>(object: &'v Object, key: &str) -> &'v [Value] {
    object.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// `"true"` or `"false"`, as DocuSign writes flags.
pub(crate) fn yes_no(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}
