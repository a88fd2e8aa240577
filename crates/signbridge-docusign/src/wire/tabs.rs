//! Fields as DocuSign's tabs: strings everywhere, points from the top left, offsets of anchors in inches.

mod tab;
#[cfg(test)]
mod tests;

use serde::Serialize;
use signbridge_core::{Bounds, DEFAULT_DECIMALS, Field, FieldGroup, FieldKind, ValidationRule};

use tab::{RadioGroup, Shown, Tab};

/// A rule for how many boxes are ticked: a box's own `required` has no effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct TabGroup {
    group_label: String,
    group_rule: &'static str,
    minimum_required: String,
    maximum_allowed: String,
    tab_scope: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    document_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_number: Option<&'static str>,
    #[serde(flatten)]
    shown: Shown,
}

/// The tabs of one recipient, by kind.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tabs {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sign_here_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    initial_here_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    date_signed_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    date_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    text_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    email_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    number_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    numerical_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checkbox_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    radio_group_tabs: Vec<RadioGroup>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    list_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    full_name_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    email_address_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    company_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    title_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    signer_attachment_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    formula_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    note_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    approve_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    decline_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tab_groups: Vec<TabGroup>,
}

impl Tabs {
    /// The fields of the recipient at this place of the draft; `None` when he has none.
    pub(crate) fn of(recipient: usize, fields: &[Field]) -> Option<Self> {
        Self::some(recipient, fields, |_| true)
    }

    /// Those of them that belong to this document, counted from 1.
    pub(crate) fn on(recipient: usize, fields: &[Field], document: u32) -> Option<Self> {
        Self::some(recipient, fields, |field| field.document == document)
    }

    fn some(recipient: usize, fields: &[Field], fits: impl Fn(&Field) -> bool) -> Option<Self> {
        let mut tabs = Self::default();
        let mut empty = true;
        for (place, field) in fields.iter().enumerate().filter(|(_, field)| fits(field)) {
            tabs.add(label(recipient, place, field), field, fields);
            empty = false;
        }
        let mut groups: Vec<&FieldGroup> = Vec::new();
        for group in fields.iter().filter(|field| fits(field)).filter_map(|field| field.group.as_ref()) {
            if groups.iter().all(|known| known.name != group.name) {
                groups.push(group);
                tabs.tab_groups.push(TabGroup::of(group, fields));
            }
        }
        (!empty).then_some(tabs)
    }

    fn add(&mut self, label: String, field: &Field, fields: &[Field]) {
        if field.kind == FieldKind::RadioGroup {
            return self.radio_group_tabs.push(RadioGroup::of(label, field, fields));
        }
        let mut tab = Tab::at(label, field, fields);
        match field.kind {
            FieldKind::Signature | FieldKind::Initials | FieldKind::Stamp | FieldKind::Attachment => {
                tab.optional = Some((!field.required).to_string());
                tab.stamp_type = (field.kind == FieldKind::Stamp).then_some("stamp");
            }
            FieldKind::DateSigned | FieldKind::FullName | FieldKind::Email => {}
            FieldKind::Checkbox => {
                tab.selected = Some((field.value.as_deref() == Some("true")).to_string());
                tab.locked = Some(field.read_only.to_string());
                tab.tab_group_labels.extend(field.group.iter().map(|group| group.name.clone()));
                if field.required {
                    let group = TabGroup::of_one(&tab, field);
                    tab.tab_group_labels.push(group.group_label.clone());
                    self.tab_groups.push(group);
                }
            }
            FieldKind::Note => tab.value.clone_from(&field.value),
            FieldKind::Approve | FieldKind::Decline => tab.button_text.clone_from(&field.value),
            FieldKind::Formula => {
                tab.formula.clone_from(&field.formula);
                tab.round_decimal_places = Some(field.decimals.unwrap_or(DEFAULT_DECIMALS).to_string());
                fixed(&mut tab);
            }
            FieldKind::SenderText => {
                tab.value.clone_from(&field.value);
                fixed(&mut tab);
            }
            kind => {
                tab.required = Some(field.required.to_string());
                tab.locked = Some(field.read_only.to_string());
                tab.max_length = field.max_length.map(|most| most.to_string());
                if kind == FieldKind::Dropdown {
                    tab.list_items = tab::items(field);
                } else {
                    tab.value.clone_from(&field.value);
                }
                if let Some(validation) = &field.validation {
                    tab.validation_message.clone_from(&validation.message);
                    match &validation.rule {
                        ValidationRule::Pattern(pattern) => tab.validation_pattern = Some(pattern.clone()),
                        ValidationRule::Range(Bounds { min, max }) => {
                            tab.min_numerical_value = min.map(|number| number.to_string());
                            tab.max_numerical_value = max.map(|number| number.to_string());
                        }
                        ValidationRule::Email => {}
                    }
                }
            }
        }
        self.list(field).push(tab);
    }

    /// The collection that a field belongs to.
    fn list(&mut self, field: &Field) -> &mut Vec<Tab> {
        let rule = field.validation.as_ref().map(|validation| &validation.rule);
        match (field.kind, rule) {
            (FieldKind::Signature | FieldKind::Stamp, _) => &mut self.sign_here_tabs,
            (FieldKind::Initials, _) => &mut self.initial_here_tabs,
            (FieldKind::DateSigned, _) => &mut self.date_signed_tabs,
            (FieldKind::Date, _) => &mut self.date_tabs,
            (FieldKind::Number, Some(ValidationRule::Range(_))) => &mut self.numerical_tabs,
            (FieldKind::Number, _) => &mut self.number_tabs,
            (FieldKind::Checkbox, _) => &mut self.checkbox_tabs,
            (FieldKind::Dropdown, _) => &mut self.list_tabs,
            (FieldKind::FullName, _) => &mut self.full_name_tabs,
            (FieldKind::Email, _) => &mut self.email_address_tabs,
            (FieldKind::Company, _) => &mut self.company_tabs,
            (FieldKind::Title, _) => &mut self.title_tabs,
            (FieldKind::Attachment, _) => &mut self.signer_attachment_tabs,
            (FieldKind::Formula, _) => &mut self.formula_tabs,
            (FieldKind::Note, _) => &mut self.note_tabs,
            (FieldKind::Approve, _) => &mut self.approve_tabs,
            (FieldKind::Decline, _) => &mut self.decline_tabs,
            (FieldKind::Text, Some(ValidationRule::Email)) => &mut self.email_tabs,
            _ => &mut self.text_tabs,
        }
    }
}

/// What the recipient neither fills nor changes.
fn fixed(tab: &mut Tab) {
    tab.required = Some("false".to_owned());
    tab.locked = Some("true".to_owned());
}

impl TabGroup {
    /// The rule of a group of boxes. It holds on one document, or on all if its boxes lie on several.
    fn of(group: &FieldGroup, fields: &[Field]) -> Self {
        let boxes =
            || fields.iter().filter(|own| own.group.as_ref().is_some_and(|own| own.name == group.name));
        let documents = || boxes().map(|own| own.document);
        let one = documents().min().filter(|first| documents().max() == Some(*first));
        let count = u32::try_from(boxes().count()).unwrap_or(u32::MAX);
        let (group_rule, least, most) = match (group.at_least.unwrap_or(0), group.at_most) {
            (least, None) => ("SelectAtLeast", least, count),
            (0, Some(most)) => ("SelectAtMost", 0, most),
            (least, Some(most)) if least == most => ("SelectExactly", least, most),
            (least, Some(most)) => ("SelectARange", least, most),
        };
        Self {
            group_label: group.name.clone(),
            group_rule,
            minimum_required: least.to_string(),
            maximum_allowed: most.to_string(),
            tab_scope: if one.is_some() { "Document" } else { "Envelope" },
            document_id: one.map(|document| document.to_string()),
            page_number: one.map(|_| "1"),
            shown: Shown::default(),
        }
    }

    /// The rule that makes one box required, as long as it is shown.
    fn of_one(tab: &Tab, field: &Field) -> Self {
        Self {
            group_label: required_group(&tab.tab_label),
            group_rule: "SelectAtLeast",
            minimum_required: "1".to_owned(),
            maximum_allowed: "1".to_owned(),
            tab_scope: "Document",
            document_id: Some(field.document.to_string()),
            page_number: Some("1"),
            shown: tab.shown.clone().without_tooltip(),
        }
    }
}

/// The group of a box that is required for itself.
pub(crate) fn required_group(label: &str) -> String {
    format!("{label}_required")
}

/// The field's name, or one that nothing else has: fields that share a label would be linked.
fn label(recipient: usize, place: usize, field: &Field) -> String {
    field.id.clone().unwrap_or_else(|| format!("sb_{}_{}", recipient + 1, place + 1))
}
