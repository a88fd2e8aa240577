//! Fields as DocuSign's tabs: strings everywhere, points from the top left, offsets of anchors in inches.

use serde::Serialize;
use signbridge_core::{Field, FieldKind, Placement};

/// One tab. Members that its kind does not have stay unwritten.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tab {
    tab_label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    document_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x_position: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y_position: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    anchor: Option<AnchorTab>,
    #[serde(skip_serializing_if = "Option::is_none")]
    optional: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locked: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selected: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    list_items: Vec<ListItem>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tab_group_labels: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct AnchorTab {
    anchor_string: String,
    anchor_units: &'static str,
    #[serde(rename = "anchorXOffset")]
    x_offset: String,
    #[serde(rename = "anchorYOffset")]
    y_offset: String,
    anchor_case_sensitive: String,
    anchor_match_whole_word: String,
    anchor_ignore_if_not_present: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct ListItem {
    text: String,
    value: String,
    selected: String,
}

/// The rule that makes a checkbox required: its own `required` has no effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct TabGroup {
    group_label: String,
    group_rule: &'static str,
    minimum_required: &'static str,
    maximum_allowed: &'static str,
    tab_scope: &'static str,
    document_id: String,
    page_number: &'static str,
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
    number_tabs: Vec<Tab>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checkbox_tabs: Vec<Tab>,
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
            tabs.add(label(recipient, place, field), field);
            empty = false;
        }
        (!empty).then_some(tabs)
    }

    fn add(&mut self, label: String, field: &Field) {
        let mut tab = placed(label, field);
        let list = match field.kind {
            FieldKind::Signature => &mut self.sign_here_tabs,
            FieldKind::Initials => &mut self.initial_here_tabs,
            FieldKind::DateSigned => &mut self.date_signed_tabs,
            FieldKind::Date => &mut self.date_tabs,
            FieldKind::Number => &mut self.number_tabs,
            FieldKind::Checkbox => &mut self.checkbox_tabs,
            FieldKind::Dropdown => &mut self.list_tabs,
            FieldKind::FullName => &mut self.full_name_tabs,
            FieldKind::Email => &mut self.email_address_tabs,
            FieldKind::Company => &mut self.company_tabs,
            FieldKind::Title => &mut self.title_tabs,
            FieldKind::Attachment => &mut self.signer_attachment_tabs,
            _ => &mut self.text_tabs,
        };
        match field.kind {
            FieldKind::Signature | FieldKind::Initials | FieldKind::Attachment => {
                tab.optional = Some((!field.required).to_string());
            }
            FieldKind::DateSigned | FieldKind::FullName | FieldKind::Email => {}
            FieldKind::Checkbox => {
                tab.selected = Some((field.value.as_deref() == Some("true")).to_string());
                tab.locked = Some(field.read_only.to_string());
                if field.required {
                    let group_label = format!("{}_required", tab.tab_label);
                    tab.tab_group_labels.push(group_label.clone());
                    self.tab_groups.push(TabGroup {
                        group_label,
                        group_rule: "SelectAtLeast",
                        minimum_required: "1",
                        maximum_allowed: "1",
                        tab_scope: "Document",
                        document_id: field.document.to_string(),
                        page_number: "1",
                    });
                }
            }
            kind => {
                tab.required = Some(field.required.to_string());
                tab.locked = Some(field.read_only.to_string());
                if kind == FieldKind::Dropdown {
                    tab.list_items = items(field);
                } else {
                    tab.value.clone_from(&field.value);
                }
            }
        }
        list.push(tab);
    }
}

/// The field's name, or one that nothing else has: fields that share a label would be linked.
fn label(recipient: usize, place: usize, field: &Field) -> String {
    field.id.clone().unwrap_or_else(|| format!("sb_{}_{}", recipient + 1, place + 1))
}

fn placed(tab_label: String, field: &Field) -> Tab {
    let tab = Tab { tab_label, ..Tab::default() };
    match &field.placement {
        Placement::At(at) => {
            let points = |value: f64| format!("{}", value.round());
            Tab {
                document_id: Some(field.document.to_string()),
                page_number: Some(at.page.to_string()),
                x_position: Some(points(at.x)),
                y_position: Some(points(at.y)),
                width: at.width.map(points),
                height: at.height.map(points),
                ..tab
            }
        }
        Placement::Anchor(anchor) => Tab {
            anchor: Some(AnchorTab {
                anchor_string: anchor.text.clone(),
                anchor_units: "inches",
                x_offset: inches(anchor.x),
                y_offset: inches(anchor.y),
                anchor_case_sensitive: anchor.case_sensitive.to_string(),
                anchor_match_whole_word: anchor.whole_word.to_string(),
                anchor_ignore_if_not_present: anchor.optional.to_string(),
            }),
            ..tab
        },
    }
}

/// Inches are the one unit whose size is beyond doubt: DocuSign's pixels are not defined.
fn inches(points: f64) -> String {
    format!("{:.4}", points / 72.0)
}

fn items(field: &Field) -> Vec<ListItem> {
    let item = |text: &String| ListItem {
        text: text.clone(),
        value: text.clone(),
        selected: (field.value.as_ref() == Some(text)).to_string(),
    };
    field.options.iter().map(item).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn tabs(fields: &[Field]) -> Value {
        serde_json::to_value(Tabs::of(0, fields).unwrap()).unwrap()
    }

    /// Rows: 15 13, 15 9
    #[test]
    fn a_required_signature_is_not_optional_and_the_other_way_round() {
        let both = [Field::signature().at(1, 10.4, 20.6), Field::signature().at(1, 0.0, 0.0).optional()];
        let made = tabs(&both);
        assert_eq!(made["signHereTabs"][0]["optional"], "false");
        assert_eq!(made["signHereTabs"][1]["optional"], "true");
        assert_eq!(made["signHereTabs"][0]["xPosition"], "10");
        assert_eq!(made["signHereTabs"][0]["yPosition"], "21");
    }

    /// Rows: 15 12
    #[test]
    fn a_required_checkbox_is_made_so_by_a_group() {
        let made = tabs(&[Field::checkbox("terms").at(1, 1.0, 1.0)]);
        assert_eq!(made["checkboxTabs"][0]["tabGroupLabels"], json!(["terms_required"]));
        assert_eq!(made["tabGroups"][0]["groupRule"], "SelectAtLeast");
        assert_eq!(made["tabGroups"][0]["minimumRequired"], "1");
        assert!(made["checkboxTabs"][0].get("required").is_none());
        assert!(tabs(&[Field::checkbox("terms").at(1, 1.0, 1.0).optional()]).get("tabGroups").is_none());
    }

    #[test]
    fn an_anchor_is_offset_in_inches_and_bound_to_no_page() {
        let made = tabs(&[Field::signature().at_anchor("/sig/", 36.0, -18.0)]);
        let tab = &made["signHereTabs"][0];
        assert_eq!((&tab["anchorXOffset"], &tab["anchorYOffset"]), (&json!("0.5000"), &json!("-0.2500")));
        assert_eq!(tab["anchorUnits"], "inches");
        assert_eq!(tab["anchorIgnoreIfNotPresent"], "false");
        assert!(tab.get("pageNumber").is_none() && tab.get("documentId").is_none());
    }

    /// Rows: 15 14
    #[test]
    fn fields_without_a_name_get_different_ones() {
        let made = tabs(&[Field::signature().at(1, 1.0, 1.0), Field::signature().at(2, 1.0, 1.0)]);
        assert_ne!(made["signHereTabs"][0]["tabLabel"], made["signHereTabs"][1]["tabLabel"]);
    }
}
