//! One reading of all four encodings of a request: JSON, form, and both multipart styles [FACTS 2].

use bytes::Bytes;
use serde_json::Value;

use super::errors::ApiError;
use crate::exchange::Request;
use crate::multipart::{self, parameter};
use crate::values::{Object, as_text};

/// Fields whose value may come as JSON text in one part.
const STRUCTURED: &[&str] = &[
    "attachments",
    "cc_email_addresses",
    "cc_roles",
    "ccs",
    "custom_fields",
    "field_options",
    "file_urls",
    "form_field_groups",
    "form_field_rules",
    "form_fields_per_document",
    "grouped_signers",
    "merge_fields",
    "metadata",
    "signer_experience",
    "signer_roles",
    "signers",
    "signing_options",
    "template_ids",
];

/// Fields that are flags, which forms send as text.
const FLAGS: &[&str] = &[
    "allow_ccs",
    "allow_decline",
    "allow_reassign",
    "hide_text_tags",
    "ignore_text_tags_extraction_errors",
    "is_eid",
    "is_qualified_signature",
    "populate_auto_fill_fields",
    "test_mode",
    "use_preexisting_fields",
    "use_text_tags",
];

/// Old names that still work, and today's.
const LEGACY: &[(&str, &str)] =
    &[("file", "files"), ("file_url", "file_urls"), ("template_id", "template_ids")];

/// An uploaded file.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

/// The parameters of a request, however they were encoded.
#[derive(Debug, Clone, Default)]
pub(crate) struct Input {
    pub(crate) fields: Object,
    pub(crate) files: Vec<Upload>,
}

impl Input {
    pub(crate) fn read(request: &Request) -> Result<Self, ApiError> {
        let mut input = Self::default();
        let media = request.media_type().unwrap_or_default();
        if request.body.is_empty() {
            return Ok(input);
        }
        if media.starts_with("multipart/") {
            let boundary = request.header("content-type").and_then(multipart::boundary);
            let boundary = boundary.ok_or_else(|| ApiError::bad("The multipart boundary is missing."))?;
            let parts = multipart::parse(&request.body, &boundary)
                .map_err(|why| ApiError::bad(format!("The multipart body is broken: {why}.")))?;
            for part in parts {
                let name = parameter(part.disposition(), "name").unwrap_or_default();
                let (base, _) = segments(&name);
                if matches!(base, "file" | "files") {
                    let file = part.parameter("filename").filter(|own| !own.is_empty());
                    let name = file.unwrap_or_else(|| format!("document-{}.pdf", input.files.len() + 1));
                    input.files.push(Upload { name, bytes: part.body });
                } else {
                    let text = String::from_utf8_lossy(&part.body).into_owned();
                    set(&mut input.fields, &name, text);
                }
            }
        } else if media == "application/x-www-form-urlencoded" {
            for (name, value) in request.form().0 {
                set(&mut input.fields, &name, value);
            }
        } else if media == "application/json" || media.is_empty() {
            let value: Value = serde_json::from_slice(&request.body)
                .map_err(|error| ApiError::bad(format!("The body is no JSON: {error}.")))?;
            match value {
                Value::Object(fields) => input.fields = fields,
                Value::Array(list) if list.is_empty() => {}
                _ => return Err(ApiError::bad("The body is no JSON object.")),
            }
            input.fields.retain(|_, value| !value.is_null());
        } else {
            return Err(ApiError::bad(format!("The content type {media} is not supported.")));
        }
        input.tidy();
        Ok(input)
    }

    fn tidy(&mut self) {
        for (old, new) in LEGACY {
            if let Some(value) = self.fields.shift_remove(*old) {
                self.fields.entry(*new).or_insert(value);
            }
        }
        for (name, value) in &mut self.fields {
            if STRUCTURED.contains(&name.as_str())
                && let Some(text) = value.as_str()
                && let Ok(parsed @ (Value::Array(_) | Value::Object(_))) = serde_json::from_str(text)
            {
                *value = parsed;
            }
            if name == "metadata" {
                continue;
            }
            *value = lists(value.take());
        }
        for name in ["file_urls", "template_ids", "cc_email_addresses"] {
            if let Some(value) = self.fields.get_mut(name)
                && value.is_string()
            {
                *value = Value::Array(vec![value.take()]);
            }
        }
    }

    /// The fields with flags and numbers in their own types, as the JSON form has them.
    pub(crate) fn typed(mut self) -> Object {
        for name in FLAGS {
            let on = self.flag(name);
            if let Some(value) = self.fields.get_mut(*name) {
                *value = on.into();
            }
        }
        let number = |value: &mut Value| {
            if let Some(number) = value.as_str().and_then(|text| text.parse::<i64>().ok()) {
                *value = number.into();
            }
        };
        self.fields.get_mut("expires_at").map(number);
        for signer in self.fields.get_mut("signers").and_then(Value::as_array_mut).into_iter().flatten() {
            signer.get_mut("order").map(number);
        }
        self.fields
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        crate::values::filled(&self.fields, name)
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        flag(&self.fields, name)
    }

    pub(crate) fn list(&self, name: &str) -> &[Value] {
        crate::values::list(&self.fields, name)
    }

    /// A text of at most `longest` characters.
    pub(crate) fn short(&self, name: &str, longest: usize) -> Result<Option<String>, ApiError> {
        let text = self.text(name);
        match &text {
            Some(own) if own.chars().count() > longest => {
                Err(ApiError::at(name, format!("{name} must be at most {longest} characters")))
            }
            _ => Ok(text),
        }
    }
}

/// A flag as `true`, `"true"`, `1` or `"1"`.
pub(crate) fn flag(object: &Object, name: &str) -> bool {
    object.get(name).and_then(as_text).is_some_and(|text| text == "1" || text.eq_ignore_ascii_case("true"))
}

/// `signers[0][name]` as its base and the keys in brackets.
fn segments(name: &str) -> (&str, Vec<&str>) {
    match name.split_once('[') {
        Some((base, rest)) => (base, rest.trim_end_matches(']').split("][").collect()),
        None => (name, Vec::new()),
    }
}

fn set(fields: &mut Object, name: &str, value: String) {
    let (base, keys) = segments(name);
    let mut place = fields.entry(base).or_insert(Value::Null);
    for key in keys {
        if !place.is_object() {
            *place = Value::Object(Object::new());
        }
        let Some(object) = place.as_object_mut() else { return };
        let key = if key.is_empty() { object.len().to_string() } else { key.to_owned() };
        place = object.entry(key).or_insert(Value::Null);
    }
    *place = Value::String(value);
}

/// Objects with nothing but numbers for keys are lists, counted from 0 or 1.
fn lists(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let numbers: Option<Vec<u32>> = object.keys().map(|key| key.parse().ok()).collect();
            let inner = object.into_iter().map(|(key, value)| (key, lists(value)));
            match numbers {
                Some(numbers) if !numbers.is_empty() => {
                    let mut items: Vec<_> = numbers.into_iter().zip(inner.map(|(_, value)| value)).collect();
                    items.sort_by_key(|(number, _)| *number);
                    Value::Array(items.into_iter().map(|(_, value)| value).collect())
                }
                _ => Value::Object(inner.collect()),
            }
        }
        Value::Array(items) => Value::Array(items.into_iter().map(lists).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Object {
        let mut input = Input::default();
        for (name, value) in pairs {
            set(&mut input.fields, name, (*value).to_owned());
        }
        input.tidy();
        input.fields
    }

    #[test]
    fn brackets_become_lists_and_objects() {
        let fields = form(&[
            ("signers[1][name]", "Ada"),
            ("signers[2][name]", "Bob"),
            ("cc_email_addresses[]", "c@x.test"),
            ("metadata[1]", "one"),
            ("file_url[0]", "https://x.test/a.pdf"),
        ]);
        assert_eq!(fields["signers"], json!([{"name": "Ada"}, {"name": "Bob"}]));
        assert_eq!(fields["cc_email_addresses"], json!(["c@x.test"]));
        assert_eq!(fields["metadata"], json!({"1": "one"}));
        assert_eq!(fields["file_urls"], json!(["https://x.test/a.pdf"]));
    }

    #[test]
    fn json_text_is_read_where_structure_belongs_and_nowhere_else() {
        let fields = form(&[("signers", r#"[{"name":"Ada"}]"#), ("message", "[not a list]")]);
        assert_eq!(fields["signers"], json!([{"name": "Ada"}]));
        assert_eq!(fields["message"], "[not a list]");
    }

    #[test]
    fn signers_by_role_stay_an_object() {
        let fields = form(&[("signers[Client][name]", "Ada")]);
        assert_eq!(fields["signers"], json!({"Client": {"name": "Ada"}}));
    }
}
