//! Fields as Dropbox Sign's form fields: positions in points from the top left, sizes in eightieths of an inch.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use signbridge_core::{Draft, Field, FieldKind, Placement, Position, ValidationRule};

use super::request::signing;

/// One form field. Members that its type does not have stay unwritten.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct FormField {
    document_index: u32,
    api_id: String,
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    required: bool,
    /// The place among the signers from 0, or `sender` for what is filled before.
    signer: String,
    /// With a page, positions are points of that page.
    page: u32,
    x: i64,
    y: i64,
    width: i64,
    height: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_checked: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_custom_regex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_custom_regex_format_label: Option<String>,
}

/// The value of a field that is filled before sending, matched by name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct CustomField {
    pub(crate) name: String,
    /// Text, or a flag for a check box.
    pub(crate) value: Value,
}

impl From<CustomField> for Value {
    fn from(field: CustomField) -> Self {
        serde_json::json!({"name": field.name, "value": field.value})
    }
}

/// Type of a merge field, and who fills it.
const MERGE: (&str, &str) = ("text-merge", "sender");
const DATE_FORM: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
const DATE_LABEL: &str = "YYYY-MM-DD";

/// The fields of a checked draft, and the values of those that are filled before.
pub(crate) fn of(draft: &Draft) -> (Vec<FormField>, Vec<CustomField>) {
    let signers: BTreeMap<usize, usize> =
        signing(draft).enumerate().map(|(signer, (index, _))| (index, signer)).collect();
    let mut values = Vec::new();
    let fields = draft.fields().filter_map(|(index, place, field)| {
        let Placement::At(at) = &field.placement else { return None };
        let recipient = draft.recipients.get(index)?;
        let api_id = field.id.clone().unwrap_or_else(|| format!("sb_{}_{}", index + 1, place + 1));
        let before = match field.kind {
            FieldKind::FullName => Some(recipient.name.clone()),
            FieldKind::Email => Some(recipient.email.clone()),
            // Without a value in a template only: there it comes when the envelope is sent.
            FieldKind::Text if field.read_only => Some(field.value.clone().unwrap_or_default()),
            _ => None,
        };
        let signer = signers.get(&index)?.to_string();
        let mut form = form(field, at, api_id, signer);
        if let Some(value) = before {
            let (kind, signer) = MERGE;
            (form.kind, form.signer, form.required) = (kind, signer.to_owned(), false);
            values.push(CustomField { name: form.name.clone(), value: value.into() });
        }
        Some(form)
    });
    (fields.collect(), values)
}

fn form(field: &Field, at: &Position, api_id: String, signer: String) -> FormField {
    let (width, height) = size(field.kind, at);
    let mut form = FormField {
        document_index: field.document - 1,
        name: api_id.clone(),
        api_id,
        kind: kind(field.kind),
        required: field.required,
        signer,
        page: at.page,
        x: points(at.x),
        y: points(at.y),
        width: pixels(width) + 2,
        height: pixels(height),
        is_checked: None,
        options: field.options.clone(),
        content: None,
        validation_type: None,
        validation_custom_regex: None,
        validation_custom_regex_format_label: None,
    };
    match field.kind {
        FieldKind::Checkbox => form.is_checked = Some(field.value.as_deref() == Some("true")),
        FieldKind::Dropdown => form.content.clone_from(&field.value),
        FieldKind::Number => form.validation_type = Some("numbers_only"),
        FieldKind::Date => {
            form.validation_type = Some("custom_regex");
            form.validation_custom_regex = Some(DATE_FORM.to_owned());
            form.validation_custom_regex_format_label = Some(DATE_LABEL.to_owned());
        }
        _ => {}
    }
    if let Some(validation) = &field.validation {
        match &validation.rule {
            ValidationRule::Pattern(pattern) => {
                form.validation_type = Some("custom_regex");
                form.validation_custom_regex = Some(pattern.clone());
                form.validation_custom_regex_format_label.clone_from(&validation.message);
            }
            ValidationRule::Email => form.validation_type = Some("email_address"),
            ValidationRule::Range(_) => {}
        }
    }
    form
}

fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Signature => "signature",
        FieldKind::Initials => "initials",
        FieldKind::DateSigned => "date_signed",
        FieldKind::Checkbox => "checkbox",
        FieldKind::Dropdown => "dropdown",
        _ => "text",
    }
}

/// Width and height in points. Dropbox Sign demands both and has none of its own; these are ours.
pub(crate) fn size(kind: FieldKind, at: &Position) -> (f64, f64) {
    let (width, height) = match kind {
        FieldKind::Signature => (150.0, 30.0),
        FieldKind::Initials => (60.0, 30.0),
        FieldKind::Date | FieldKind::DateSigned => (90.0, 18.0),
        FieldKind::Checkbox => (14.0, 14.0),
        _ => (150.0, 18.0),
    };
    (at.width.unwrap_or(width), at.height.unwrap_or(height))
}

fn points(value: f64) -> i64 {
    value.round() as i64
}

/// Eightieths of an inch for points.
fn pixels(points: f64) -> i64 {
    (points * 10.0 / 9.0).round() as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use signbridge_core::{Document, Recipient};

    use super::*;

    fn written(fields: Vec<Field>) -> (Value, Value) {
        let signer = fields.into_iter().fold(Recipient::signer("Ann", "ann@example.com"), Recipient::field);
        let draft = Draft::new("Lease")
            .document(Document::from_bytes("a.pdf", &b"%PDF"[..]))
            .recipient(Recipient::carbon_copy("Bob", "bob@example.com"))
            .recipient(signer);
        let (fields, values) = of(&draft);
        (serde_json::to_value(fields).unwrap(), serde_json::to_value(values).unwrap())
    }

    /// Rows: 15 10
    #[test]
    fn positions_are_points_and_sizes_eightieths_of_an_inch() {
        let mut field = Field::signature().at(2, 72.4, 640.6);
        if let Placement::At(at) = &mut field.placement {
            (at.width, at.height) = (Some(90.0), Some(36.0));
        }
        let (fields, _) = written(vec![field]);
        let field = &fields[0];
        assert_eq!((&field["x"], &field["y"]), (&json!(72), &json!(641)));
        assert_eq!((&field["width"], &field["height"]), (&json!(102), &json!(40)));
        assert_eq!((&field["page"], &field["document_index"]), (&json!(2), &json!(0)));
        assert_eq!(field["signer"], "0", "somebody who gets a copy is no signer");
    }

    #[test]
    fn what_is_known_before_is_merged_by_name() {
        let mut fixed = Field::text("price").at(1, 1.0, 1.0).value("1200");
        fixed.read_only = true;
        let (fields, values) = written(vec![fixed, Field::new(FieldKind::Email).at(1, 1.0, 40.0)]);
        for (index, name) in ["price", "sb_2_2"].into_iter().enumerate() {
            assert_eq!(fields[index]["type"], "text-merge");
            assert_eq!(fields[index]["signer"], "sender");
            assert_eq!(fields[index]["name"], name);
        }
        let all = json!([{"name": "price", "value": "1200"}, {"name": "sb_2_2", "value": "ann@example.com"}]);
        assert_eq!(values, all);
    }

    /// Rows: 15 14
    #[test]
    fn choices_boxes_and_dates_have_members_of_their_own() {
        let mut list = Field::new(FieldKind::Dropdown).at(1, 1.0, 1.0).value("b");
        list.options = vec!["a".into(), "b".into()];
        let date = Field::new(FieldKind::Date).at(1, 1.0, 60.0);
        let (fields, _) = written(vec![list, Field::checkbox("terms").at(1, 1.0, 30.0).optional(), date]);
        assert_eq!(fields[0]["options"], json!(["a", "b"]));
        assert_eq!(fields[0]["content"], "b");
        assert_eq!((&fields[1]["is_checked"], &fields[1]["required"]), (&json!(false), &json!(false)));
        assert_eq!(fields[2]["validation_type"], "custom_regex");
        assert!(fields[2]["validation_custom_regex_format_label"].is_string());
        assert!(fields[1].get("validation_type").is_none() && fields[1].get("options").is_none());
    }

    #[test]
    fn what_may_be_typed_is_a_pattern_with_its_label_or_an_address() {
        let mut zip =
            Field::text("zip").at(1, 1.0, 1.0).valid_if(ValidationRule::Pattern("^[0-9]{5}$".into()));
        if let Some(validation) = &mut zip.validation {
            validation.message = Some("Five digits".into());
        }
        let mail = Field::text("mail").at(1, 1.0, 30.0).valid_if(ValidationRule::Email);
        let (fields, _) = written(vec![zip, mail]);
        assert_eq!(
            (&fields[0]["validation_type"], &fields[0]["validation_custom_regex"]),
            (&json!("custom_regex"), &json!("^[0-9]{5}$"))
        );
        assert_eq!(fields[0]["validation_custom_regex_format_label"], "Five digits");
        assert_eq!(fields[1]["validation_type"], "email_address");
        assert!(fields[1].get("validation_custom_regex").is_none());
    }

    proptest! {
        #[test]
        fn a_size_comes_back_within_a_point(points in 5.0f64..600.0) {
            prop_assert!((pixels(points) as f64 * 0.9 - points).abs() <= 0.5);
        }
    }
}
