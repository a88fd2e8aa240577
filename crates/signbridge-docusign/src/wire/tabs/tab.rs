//! One tab: its place, and what it holds. Members that its kind does not have stay unwritten.

use serde::Serialize;
use signbridge_core::{Field, FieldKind, Placement};

/// One tab.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tab {
    pub(super) tab_label: String,
    #[serde(flatten)]
    pub(super) place: Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) optional: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) required: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) locked: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) selected: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) list_items: Vec<ListItem>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tab_group_labels: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stamp_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) button_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) formula: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) round_decimal_places: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) validation_pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) validation_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min_numerical_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_numerical_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_length: Option<String>,
    #[serde(flatten)]
    pub(super) shown: Shown,
}

/// When a tab is shown, and the hint beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    #[serde(skip_serializing_if = "Option::is_none")]
    tooltip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conditional_parent_label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conditional_parent_value: Option<String>,
}

/// A radio group. Where its buttons are found by texts it has no document of its own.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RadioGroup {
    group_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    document_id: Option<String>,
    radios: Vec<Radio>,
    #[serde(flatten)]
    shown: Shown,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Radio {
    value: String,
    selected: String,
    required: String,
    locked: String,
    #[serde(flatten)]
    place: Place,
}

/// Where a tab lies.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct Place {
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
pub(super) struct ListItem {
    text: String,
    value: String,
    selected: String,
}

impl Place {
    fn of(document: u32, placement: &Placement) -> Self {
        match placement {
            Placement::At(at) => {
                let points = |value: f64| format!("{}", value.round());
                Self {
                    document_id: Some(document.to_string()),
                    page_number: Some(at.page.to_string()),
                    x_position: Some(points(at.x)),
                    y_position: Some(points(at.y)),
                    width: at.width.map(points),
                    height: at.height.map(points),
                    anchor: None,
                }
            }
            Placement::Anchor(anchor) => Self {
                anchor: Some(AnchorTab {
                    anchor_string: anchor.text.clone(),
                    anchor_units: "inches",
                    x_offset: inches(anchor.x),
                    y_offset: inches(anchor.y),
                    anchor_case_sensitive: anchor.case_sensitive.to_string(),
                    anchor_match_whole_word: anchor.whole_word.to_string(),
                    anchor_ignore_if_not_present: anchor.optional.to_string(),
                }),
                ..Self::default()
            },
            Placement::Choices => Self::default(),
        }
    }
}

/// Inches are the one unit whose size is beyond doubt: DocuSign's pixels are not defined.
fn inches(points: f64) -> String {
    format!("{:.4}", points / 72.0)
}

impl Tab {
    /// A tab at its place; `fields` are all of the recipient's, among which the one is that shows or hides it.
    pub(super) fn at(tab_label: String, field: &Field, fields: &[Field]) -> Self {
        let place = Place::of(field.document, &field.placement);
        Self { tab_label, place, shown: Shown::of(field, fields), ..Self::default() }
    }
}

impl Shown {
    pub(super) fn of(field: &Field, fields: &[Field]) -> Self {
        let condition = field.condition.as_ref();
        let parent = condition
            .and_then(|own| fields.iter().find(|other| other.id.as_deref() == Some(own.field.as_str())));
        // What is ticked or signed is `on`; what holds a value is shown by that.
        let is_on = matches!(
            parent.map(|parent| parent.kind),
            Some(FieldKind::Checkbox | FieldKind::Signature | FieldKind::Initials | FieldKind::Stamp)
        );
        Self {
            tooltip: field.tooltip.clone(),
            conditional_parent_label: condition.map(|own| own.field.clone()),
            conditional_parent_value: condition
                .map(|own| if is_on { "on".to_owned() } else { own.value.clone() }),
        }
    }

    /// The same without the hint.
    pub(super) fn without_tooltip(self) -> Self {
        Self { tooltip: None, ..self }
    }
}

impl RadioGroup {
    pub(super) fn of(group_name: String, field: &Field, fields: &[Field]) -> Self {
        let placed = field.choices.iter().any(|choice| matches!(choice.placement, Placement::At(_)));
        let radio = |choice: &signbridge_core::Choice| {
            let mut place = Place::of(field.document, &choice.placement);
            // The document is that of the group.
            place.document_id = None;
            Radio {
                value: choice.value.clone(),
                selected: (field.value.as_ref() == Some(&choice.value)).to_string(),
                required: field.required.to_string(),
                locked: field.read_only.to_string(),
                place,
            }
        };
        Self {
            group_name,
            document_id: placed.then(|| field.document.to_string()),
            radios: field.choices.iter().map(radio).collect(),
            shown: Shown::of(field, fields),
        }
    }
}

/// The items of a dropdown.
pub(super) fn items(field: &Field) -> Vec<ListItem> {
    let item = |text: &String| ListItem {
        text: text.clone(),
        value: text.clone(),
        selected: (field.value.as_ref() == Some(text)).to_string(),
    };
    field.options.iter().map(item).collect()
}
