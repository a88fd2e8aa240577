//! What was asked against what a stage tells.

use serde_json::{Value, json};
use signbridge_core::Draft;

use crate::behaviours::say;

/// Files by their extension, with the media type that is registered for them.
pub(super) const TYPES: [(&str, &str); 17] = [
    ("pdf", "application/pdf"),
    ("txt", "text/plain"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("rtf", "application/rtf"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("bmp", "image/bmp"),
    ("tiff", "image/tiff"),
];

/// Points and inches written with four digits.
const NEAR: f64 = 0.05;

/// The draft in the words of its file, with what a provider may know of documents, and with dense orders.
pub(super) async fn asked(draft: &Draft) -> Result<Value, String> {
    let mut plain = draft.clone();
    plain.documents.clear();
    let mut asked = serde_json::to_value(&plain).map_err(|error| error.to_string())?;
    let mut documents = Vec::new();
    for document in &draft.documents {
        let source = document.open().await.map_err(say)?;
        let sha256 = signbridge_core::sha256(&*source).await.map_err(|error| error.to_string())?;
        let extension = document.extension();
        let media_type = TYPES.iter().find(|(own, _)| *own == extension).map(|(_, media_type)| *media_type);
        documents.push(json!({
            "name": document.name(),
            "length": source.length(),
            "sha256": sha256,
            "media_type": media_type,
        }));
    }
    if let Some(members) = asked.as_object_mut() {
        members.insert("documents".to_owned(), documents.into());
    }
    let recipients = asked.get_mut("recipients").and_then(Value::as_array_mut).into_iter().flatten();
    for (recipient, rank) in recipients.zip(draft.ranks()) {
        if let Some(recipient) = recipient.as_object_mut() {
            recipient.insert("order".to_owned(), rank.into());
        }
    }
    Ok(asked)
}

/// Everything that is told has to be as asked; what is not told is not compared.
pub(super) fn differences(asked: &Value, told: &Value, path: &str, faults: &mut Vec<String>) {
    match (asked, told) {
        // One word there stands for several here.
        (_, Value::Object(words)) if words.contains_key("any") => {
            if !words.get("any").and_then(Value::as_array).is_some_and(|words| words.contains(asked)) {
                faults.push(format!("{path}: {told} instead of {asked}"));
            }
        }
        (_, Value::Object(members)) => {
            for (name, told) in members {
                let asked = asked.get(name).unwrap_or(&Value::Null);
                differences(asked, told, &format!("{path}.{name}"), faults);
            }
        }
        (Value::Array(asked), Value::Array(told)) => {
            let (asked, told) = (sorted(asked), sorted(told));
            if asked.len() != told.len() {
                faults.push(format!("{path}: {} instead of {}", told.len(), asked.len()));
            }
            for (place, (asked, told)) in asked.into_iter().zip(told).enumerate() {
                differences(asked, told, &format!("{path}[{place}]"), faults);
            }
        }
        // A size that the draft leaves to the provider.
        (Value::Null, Value::Number(_)) if path.ends_with(".width") || path.ends_with(".height") => {}
        _ if is_absent(asked) && is_absent(told) => {}
        _ => {
            let same = match (asked.as_f64(), told.as_f64()) {
                (Some(asked), Some(told)) if asked.fract() == 0.0 && told.fract() == 0.0 => asked == told,
                (Some(asked), Some(told)) => (asked - told).abs() < NEAR,
                _ => asked == told,
            };
            if !same {
                faults.push(format!("{path}: {told} instead of {asked}"));
            }
        }
    }
}

/// In the file of a draft these are not written.
fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// People by their address, fields by their place, the rest as it comes.
fn sorted(values: &[Value]) -> Vec<&Value> {
    let mut sorted: Vec<&Value> = values.iter().collect();
    sorted.sort_by_key(|value| {
        let place = value.pointer("/placement/at").unwrap_or(&Value::Null);
        let number = |of: &Value, name: &str| {
            of.get(name).and_then(Value::as_f64).map_or(0, |number| number.round() as i64)
        };
        let email = value.get("email").and_then(Value::as_str).unwrap_or_default().to_owned();
        (email, number(value, "document"), number(place, "page"), number(place, "y") / 20, number(place, "x"))
    });
    sorted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::differences;

    #[test]
    fn what_is_told_has_to_be_as_asked() {
        let asked = json!({"subject": "a", "recipients": [
            {"email": "b", "order": 2, "fields": []},
            {"email": "a", "fields": [{"kind": "text", "placement": {"at": {"page": 1, "x": 72.0, "y": 600.0}}}]},
        ]});
        let faults = |told| {
            let mut faults = Vec::new();
            differences(&asked, &told, "", &mut faults);
            faults
        };
        assert!(faults(json!({})).is_empty());
        assert!(faults(json!({"recipients": [{"email": "a"}, {"email": "b", "order": 2}]})).is_empty());
        let near = json!({"recipients": [
            {"email": "a", "fields": [{"kind": "text", "placement": {"at": {"x": 72.04, "y": 599.96}}}]}, {"email": "b"},
        ]});
        assert!(faults(near).is_empty());
        assert!(faults(json!({"subject": {"any": ["b", "a"]}, "free_placement": false})).is_empty());
        assert_eq!(faults(json!({"subject": {"any": ["b"]}})).len(), 1);
        let far = json!({"recipients": [{"email": "a", "fields": [{"placement": {"at": {"x": 73.0}}}]}, {"email": "b"}]});
        assert_eq!(faults(far).len(), 1);
        assert_eq!(faults(json!({"subject": "b"})), [".subject: \"b\" instead of \"a\""]);
        assert_eq!(faults(json!({"message": "x"})), [".message: \"x\" instead of null"]);
        assert_eq!(faults(json!({"recipients": [{"email": "a"}]})), [".recipients: 1 instead of 2"]);
        let other = json!({"recipients": [{"email": "a"}, {"email": "b", "order": 1}]});
        assert_eq!(faults(other), [".recipients[1].order: 1 instead of 2"]);
    }
}
