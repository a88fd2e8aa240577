//! Fields as Dropbox Sign's form fields: positions in points from the top left, sizes in eightieths of an inch.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use signbridge_core::{Draft, Field, FieldGroup, FieldKind, Placement, Position, ValidationRule};

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
    content_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_custom_regex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_custom_regex_format_label: Option<String>,
}

/// How many boxes or buttons of a group are ticked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct FormFieldGroup {
    group_id: String,
    group_label: String,
    requirement: &'static str,
}

/// The fields of a draft, in the parts that a request has for them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Fields {
    pub(crate) form: Vec<FormField>,
    pub(crate) groups: Vec<FormFieldGroup>,
    /// The values of those that are filled before.
    pub(crate) values: Vec<CustomField>,
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

/// The fields of a checked draft.
pub(crate) fn of(draft: &Draft) -> Fields {
    let signers: BTreeMap<usize, usize> =
        signing(draft).enumerate().map(|(signer, (index, _))| (index, signer)).collect();
    let mut all = Fields::default();
    for (index, place, field) in draft.fields() {
        let (Some(recipient), Some(signer)) = (draft.recipients.get(index), signers.get(&index)) else {
            continue;
        };
        let api_id = field.id.clone().unwrap_or_else(|| format!("sb_{}_{}", index + 1, place + 1));
        if field.kind == FieldKind::RadioGroup {
            all.radios(field, &api_id, *signer);
            continue;
        }
        let Placement::At(at) = &field.placement else { continue };
        let mut form = form(field, at, api_id, signer.to_string());
        let before = match field.kind {
            FieldKind::FullName => Some(recipient.name.clone()),
            FieldKind::Email => Some(recipient.email.clone()),
            // Without a value in a template only: there it comes when the envelope is sent.
            FieldKind::SenderText => Some(field.value.clone().unwrap_or_default()),
            FieldKind::Text if field.read_only => Some(field.value.clone().unwrap_or_default()),
            _ => None,
        };
        if let Some(value) = before {
            let (kind, signer) = MERGE;
            (form.kind, form.signer, form.required) = (kind, signer.to_owned(), false);
            all.values.push(CustomField { name: form.name.clone(), value: value.into() });
        }
        if let Some(group) = &field.group {
            form.group = Some(group.name.clone());
            all.group(&group.name, requirement(group).unwrap_or(AT_LEAST_ONE));
        }
        all.form.push(form);
    }
    all
}

/// One box or more.
const AT_LEAST_ONE: &str = "require_1-ormore";
const EXACTLY_ONE: &str = "require_1";
const AT_MOST_ONE: &str = "require_0-1";

/// The word for the rule of a group of boxes, where there is one.
pub(crate) fn requirement(group: &FieldGroup) -> Option<&'static str> {
    match (group.at_least.unwrap_or(0), group.at_most) {
        (1, None) => Some(AT_LEAST_ONE),
        (1, Some(1)) => Some(EXACTLY_ONE),
        (0, Some(1)) => Some(AT_MOST_ONE),
        _ => None,
    }
}

/// What stands between the name of a radio group and the number of a button in the button's id.
const BUTTON: &str = "__choice_";

fn button(group: &str, at: usize) -> String {
    format!("{group}{BUTTON}{}", at + 1)
}

/// The radio group of ours that a button belongs to, by the button's id.
pub(crate) fn group_of(button: &str) -> Option<&str> {
    let (group, number) = button.rsplit_once(BUTTON)?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(group)
}

impl Fields {
    /// A radio group is a field for each of its buttons.
    fn radios(&mut self, field: &Field, api_id: &str, signer: usize) {
        for (at, choice) in field.choices.iter().enumerate() {
            let Placement::At(position) = &choice.placement else { continue };
            let mut radio = form(field, position, button(api_id, at), signer.to_string());
            radio.name.clone_from(&choice.value);
            radio.is_checked = Some(field.value.as_ref() == Some(&choice.value));
            radio.group = Some(api_id.to_owned());
            self.form.push(radio);
        }
        self.group(api_id, if field.required { EXACTLY_ONE } else { AT_MOST_ONE });
    }

    fn group(&mut self, name: &str, requirement: &'static str) {
        if self.groups.iter().all(|known| known.group_id != name) {
            let (group_id, group_label) = (name.to_owned(), name.to_owned());
            self.groups.push(FormFieldGroup { group_id, group_label, requirement });
        }
    }
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
        content_url: None,
        group: None,
        validation_type: None,
        validation_custom_regex: None,
        validation_custom_regex_format_label: None,
    };
    match field.kind {
        FieldKind::Checkbox => form.is_checked = Some(field.value.as_deref() == Some("true")),
        FieldKind::Dropdown => form.content.clone_from(&field.value),
        FieldKind::Hyperlink => {
            form.content.clone_from(&field.value);
            form.content_url = field.url.as_ref().map(ToString::to_string);
            // Nobody fills it.
            form.required = false;
        }
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
        FieldKind::RadioGroup => "radio",
        FieldKind::Hyperlink => "hyperlink",
        _ => "text",
    }
}

/// Width and height in points. Dropbox Sign demands both and has none of its own; these are ours.
pub(crate) fn size(kind: FieldKind, at: &Position) -> (f64, f64) {
    let (width, height) = match kind {
        FieldKind::Signature => (150.0, 30.0),
        FieldKind::Initials => (60.0, 30.0),
        FieldKind::Date | FieldKind::DateSigned => (90.0, 18.0),
        FieldKind::Checkbox | FieldKind::RadioGroup => (14.0, 14.0),
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
        let all = of(&draft);
        (serde_json::to_value(all.form).unwrap(), serde_json::to_value(all.values).unwrap())
    }

    #[test]
    fn buttons_and_boxes_belong_to_groups_and_a_link_leads_somewhere() {
        let boxed = |id: &str| Field::checkbox(id).at(1, 1.0, 1.0).in_group("toppings", Some(1), None);
        let mut link = Field::new(FieldKind::Hyperlink).at(1, 1.0, 90.0).value("terms");
        link.url = "https://a.example/terms".parse().ok();
        let fields = vec![
            Field::radio_group("plan")
                .choice("month", 1, 1.0, 30.0)
                .choice("year", 2, 9.0, 60.0)
                .value("year"),
            boxed("a"),
            boxed("b"),
            link,
            Field::sender_text("Flat 7").named("flat").at(1, 1.0, 120.0),
        ];
        let signer = fields.into_iter().fold(Recipient::signer("Ann", "ann@example.com"), Recipient::field);
        let draft =
            Draft::new("Lease").document(Document::from_bytes("a.pdf", &b"%PDF"[..])).recipient(signer);
        let all = of(&draft);
        let form = serde_json::to_value(all.form).unwrap();
        let year = &form[1];
        assert_eq!(
            (&year["type"], &year["group"], &year["name"]),
            (&json!("radio"), &json!("plan"), &json!("year"))
        );
        assert_eq!((&year["is_checked"], &year["page"], &year["y"]), (&json!(true), &json!(2), &json!(60)));
        assert_ne!(form[0]["api_id"], year["api_id"], "each is unique in the request");
        assert_eq!((&form[3]["type"], &form[3]["group"]), (&json!("checkbox"), &json!("toppings")));
        assert_eq!(
            (&form[4]["content"], &form[4]["content_url"]),
            (&json!("terms"), &json!("https://a.example/terms"))
        );
        assert_eq!((&form[5]["type"], &form[5]["signer"]), (&json!("text-merge"), &json!("sender")));
        assert_eq!(serde_json::to_value(all.values).unwrap(), json!([{"name": "flat", "value": "Flat 7"}]));
        assert_eq!(
            serde_json::to_value(all.groups).unwrap(),
            json!([
                {"group_id": "plan", "group_label": "plan", "requirement": "require_1"},
                {"group_id": "toppings", "group_label": "toppings", "requirement": "require_1-ormore"},
            ])
        );
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
