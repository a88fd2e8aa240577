//! Form fields: their kinds, and where they lie. Adobe counts from the bottom of a page of the one PDF it makes of all
//! files; the portable model from the top of a page of its document.

use serde::{Deserialize, Serialize};
use signbridge_core::{
    Anchor, Condition, Draft, Error, ErrorKind, Field, FieldKind, Placement, Position, Prepared, Result,
    Role, ValidationRule, geometry::Geometry,
};

use super::flexible;
use crate::{PROVIDER, calls::get_pages_info::PageInfo};

/// A field as Adobe has it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct FieldAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    assignee: Option<String>,
    #[serde(default, deserialize_with = "flexible::list")]
    locations: Vec<LocationAnswer>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct LocationAnswer {
    page_number: u32,
    left: f64,
    top: f64,
}

impl FormField {
    /// Whether this is one of ours at its place; half a point is lost in rounding.
    fn is(&self, found: &FieldAnswer) -> bool {
        let [own] = &self.locations;
        let there = |place: &LocationAnswer| {
            let near = |a: f64, b: f64| (a - b).abs() < 0.5;
            place.page_number == own.page_number && near(place.left, own.left) && near(place.top, own.top)
        };
        found.name.as_ref() == Some(&self.name)
            && found.assignee.as_ref() == Some(&self.assignee)
            && found.locations.iter().any(there)
    }
}

/// Whether Adobe has these fields already, and no others.
pub(crate) fn are_there(ours: &[FormField], found: &[FieldAnswer]) -> bool {
    ours.len() == found.len() && ours.iter().all(|field| found.iter().any(|answer| field.is(answer)))
}

/// What a field is, wherever it lies.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    input_type: &'static str,
    content_type: &'static str,
    required: bool,
    read_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_value: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    visible_options: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_err_msg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tooltip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conditional_action: Option<ConditionalAction>,
}

/// When a field is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConditionalAction {
    action: &'static str,
    any_or_all: &'static str,
    predicates: [Predicate; 1],
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Predicate {
    field_name: String,
    field_location_index: u32,
    operator: &'static str,
    value: String,
}

impl From<&Condition> for ConditionalAction {
    fn from(condition: &Condition) -> Self {
        let predicate = Predicate {
            field_name: condition.field.clone(),
            field_location_index: 0,
            operator: "EQUALS",
            value: condition.value.clone(),
        };
        Self { action: "SHOW", any_or_all: "ALL", predicates: [predicate] }
    }
}

/// A field at a place.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FormField {
    name: String,
    /// The id of a participant set.
    assignee: String,
    #[serde(flatten)]
    description: Description,
    locations: [Location; 1],
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    page_number: u32,
    left: f64,
    /// From the page's lower edge up to the field's upper edge.
    top: f64,
    width: f64,
    height: f64,
}

/// A field at each place where a text stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FormFieldGenerator {
    generator_type: &'static str,
    form_field_name_prefix: String,
    /// The name of a participant set: ids do not exist yet.
    participant_set_name: String,
    form_field_description: Description,
    anchor_text_info: AnchorText,
    linked: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct AnchorText {
    anchor_text: String,
    anchored_form_field_location: AnchoredLocation,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct AnchoredLocation {
    offset_x: f64,
    /// Upwards.
    offset_y: f64,
    width: f64,
    height: f64,
}

fn description(field: &Field) -> Description {
    let (input_type, content_type, validation) = match field.kind {
        FieldKind::Signature => ("SIGNATURE", "SIGNATURE", None),
        FieldKind::Initials => ("SIGNATURE", "SIGNER_INITIALS", None),
        FieldKind::Stamp => ("SIGNATURE", "SIGNATURE_STAMP", None),
        FieldKind::Text | FieldKind::SenderText if field.multiline => ("MULTILINE", "DATA", None),
        FieldKind::DateSigned => ("TEXT_FIELD", "SIGNATURE_DATE", None),
        FieldKind::Date => ("TEXT_FIELD", "DATA", Some("DATE")),
        FieldKind::Number => ("TEXT_FIELD", "DATA", Some("NUMBER")),
        FieldKind::Checkbox => ("CHECKBOX", "DATA", None),
        FieldKind::Dropdown => ("DROP_DOWN", "DATA", None),
        FieldKind::FullName => ("TEXT_FIELD", "SIGNER_NAME", None),
        FieldKind::Email => ("TEXT_FIELD", "SIGNER_EMAIL", None),
        FieldKind::Company => ("TEXT_FIELD", "SIGNER_COMPANY", None),
        FieldKind::Title => ("TEXT_FIELD", "SIGNER_TITLE", None),
        FieldKind::Attachment => ("FILE_CHOOSER", "DATA", None),
        _ => ("TEXT_FIELD", "DATA", None),
    };
    let ruled = field.validation.as_ref();
    let (min_value, max_value) = match ruled.map(|own| &own.rule) {
        Some(ValidationRule::Range(bounds)) => (bounds.min, bounds.max),
        _ => (None, None),
    };
    let is_email = matches!(ruled.map(|own| &own.rule), Some(ValidationRule::Email));
    Description {
        input_type,
        content_type,
        required: field.required && field.kind != FieldKind::SenderText,
        // What the sender writes the signer does not change.
        read_only: field.read_only || field.kind == FieldKind::SenderText,
        default_value: field.value.clone(),
        visible_options: field.options.clone(),
        validation: if is_email { Some("EMAIL") } else { validation },
        validation_err_msg: ruled.and_then(|own| own.message.clone()),
        min_value,
        max_value,
        max_length: field.max_length,
        tooltip: field.tooltip.clone(),
        conditional_action: field.condition.as_ref().map(ConditionalAction::from),
    }
}

/// Width and height in points where the draft gives none: Adobe wants both.
fn size(kind: FieldKind) -> (f64, f64) {
    match kind {
        FieldKind::Signature => (150.0, 30.0),
        FieldKind::Initials => (50.0, 30.0),
        FieldKind::Checkbox => (12.0, 12.0),
        _ => (120.0, 18.0),
    }
}

/// A name is unique in an agreement: two fields of one name would share their value.
fn name(recipient: usize, place: usize, field: &Field) -> String {
    field.id.clone().unwrap_or_else(|| format!("sb_{}_{}", recipient + 1, place + 1))
}

/// Whether any field has a place on a page: such a draft passes through authoring.
pub(crate) fn are_placed(draft: &Draft) -> bool {
    draft.fields().any(|(_, _, field)| matches!(field.placement, Placement::At(_)))
}

/// Whether any field is put beside a text.
pub(crate) fn are_anchored(draft: &Draft) -> bool {
    draft.fields().any(|(_, _, field)| matches!(field.placement, Placement::Anchor(_)))
}

/// The generators of the anchored fields; `names` are those of the sets.
pub(crate) fn generators(draft: &Draft, names: &[String]) -> Vec<FormFieldGenerator> {
    let generator = |(index, place, field): (usize, usize, &Field)| {
        let Placement::Anchor(Anchor { text, x, y, .. }) = &field.placement else { return None };
        let (width, height) = size(field.kind);
        Some(FormFieldGenerator {
            generator_type: "ANCHOR_TEXT",
            form_field_name_prefix: name(index, place, field),
            participant_set_name: names.get(index)?.clone(),
            form_field_description: description(field),
            anchor_text_info: AnchorText {
                anchor_text: text.clone(),
                anchored_form_field_location: AnchoredLocation {
                    offset_x: *x,
                    offset_y: 0.0 - *y,
                    width,
                    height,
                },
            },
            linked: false,
        })
    };
    draft.fields().filter_map(generator).collect()
}

/// The placed fields, once Adobe knows the pages and the sets. `page_counts` are those of the draft's documents.
///
/// # Errors
/// `placement_failed` when a page is not where the draft says, or is rotated.
pub(crate) fn placed(
    prepared: &Prepared,
    assignees: &[Option<String>],
    page_counts: &[Option<u32>],
    pages: &[PageInfo],
) -> Result<Vec<FormField>> {
    let mut fields = Vec::new();
    for (index, place, field) in prepared.draft.fields() {
        let Placement::At(at) = &field.placement else { continue };
        let path = format!("recipients[{index}].fields[{place}].placement.at");
        let assignee = assignees
            .get(index)
            .cloned()
            .flatten()
            .ok_or_else(|| failed(&path, "the agreement has no participant set for this recipient"))?;
        let before = field.document.saturating_sub(1) as usize;
        let offset = page_counts.iter().take(before).copied().sum::<Option<u32>>();
        let page = offset.and_then(|offset| offset.checked_add(at.page));
        let page = page
            .ok_or_else(|| failed(&path, "Adobe does not say how many pages the documents before it have"))?;
        let info = pages.iter().find(|info| info.index == page);
        let info = info.ok_or_else(|| failed(&path, &format!("the combined document has no page {page}")))?;
        if info.rotation.rem_euclid(360.0) != 0.0 {
            return Err(failed(&path, "the page is rotated, and how Adobe places fields there is unknown"));
        }
        let location = location(at, field.kind, info, display_size(prepared, field.document, at.page));
        fields.push(FormField {
            name: name(index, place, field),
            assignee,
            description: description(field),
            locations: [location],
        });
    }
    Ok(fields)
}

/// A place in Adobe's terms: scaled to the page as Adobe measures it, and counted from the bottom.
fn location(at: &Position, kind: FieldKind, page: &PageInfo, size_of_page: Option<(f64, f64)>) -> Location {
    let (own_width, own_height) = size_of_page.unwrap_or((page.width, page.height));
    let (across, down) = (page.width / own_width, page.height / own_height);
    let (width, height) = size(kind);
    Location {
        page_number: page.index,
        left: at.x * across,
        top: page.height - at.y * down,
        width: at.width.unwrap_or(width) * across,
        height: at.height.unwrap_or(height) * down,
    }
}

/// The size of a page as the draft means it, where the document was read.
fn display_size(prepared: &Prepared, document: u32, page: u32) -> Option<(f64, f64)> {
    let document = prepared.documents.get(document.checked_sub(1)? as usize)?;
    let Geometry::Pages(pages) = &document.geometry else { return None };
    let size = pages.get(page.checked_sub(1)? as usize)?;
    (size.width > 0.0 && size.height > 0.0).then_some((size.width, size.height))
}

/// Which of the draft's recipients have a set: all but those who only get copies.
pub(crate) fn acts(role: Role) -> bool {
    role != Role::CarbonCopy
}

fn failed(path: &str, message: &str) -> Error {
    Error::new(ErrorKind::PlacementFailed, format!("{path}: {message}")).with_provider(PROVIDER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: f64, height: f64) -> PageInfo {
        PageInfo { index: 3, width, height, rotation: 0.0 }
    }

    fn at(x: f64, y: f64) -> Position {
        Position { page: 1, x, y, width: None, height: None }
    }

    /// Rows: 15 9
    #[test]
    fn y_counts_from_the_bottom() {
        let letter =
            location(&at(72.0, 640.0), FieldKind::Signature, &page(612.0, 792.0), Some((612.0, 792.0)));
        assert_eq!((letter.page_number, letter.left, letter.top), (3, 72.0, 152.0));
        assert_eq!((letter.width, letter.height), (150.0, 30.0));
        let top = location(&at(0.0, 0.0), FieldKind::Checkbox, &page(595.0, 842.0), Some((595.0, 842.0)));
        assert_eq!((top.left, top.top), (0.0, 842.0));
    }

    #[test]
    fn what_may_be_typed_is_written_with_its_message() {
        let written = |field: Field| serde_json::to_value(description(&field)).unwrap();
        let mut age = Field::new(FieldKind::Number);
        age.validation = Some(signbridge_core::Validation {
            rule: ValidationRule::Range(signbridge_core::Bounds { min: Some(18.0), max: None }),
            message: Some("Adults only".into()),
        });
        let age = written(age);
        assert_eq!((&age["validation"], &age["minValue"]), (&"NUMBER".into(), &18.0.into()));
        assert_eq!(age["validationErrMsg"], "Adults only");
        let mut mail = Field::text("mail").valid_if(ValidationRule::Email).tooltip("Yours");
        (mail.multiline, mail.max_length) = (true, Some(40));
        let mail = written(mail.shown_if("by", "mail"));
        let shown = &mail["conditionalAction"];
        assert_eq!((&shown["action"], &shown["predicates"][0]["fieldName"]), (&"SHOW".into(), &"by".into()));
        assert_eq!(shown["predicates"][0]["value"], "mail");
        let fixed = written(Field::sender_text("Flat 7"));
        assert_eq!((&fixed["readOnly"], &fixed["required"]), (&true.into(), &false.into()));
        assert_eq!((&mail["validation"], &mail["inputType"]), (&"EMAIL".into(), &"MULTILINE".into()));
        assert_eq!((&mail["maxLength"], &mail["tooltip"]), (&40.into(), &"Yours".into()));
    }

    #[test]
    fn fields_are_there_only_at_their_places_and_for_their_people() {
        let kind = FieldKind::Signature;
        let location = location(&at(72.0, 640.0), kind, &page(612.0, 792.0), Some((612.0, 792.0)));
        let name = "sig".to_owned();
        let ours = [FormField {
            name,
            assignee: "S1".into(),
            description: description(&Field::new(kind).at(1, 72.0, 640.0)),
            locations: [location],
        }];
        let found = |name: &str, assignee: &str, top: f64| -> Vec<FieldAnswer> {
            serde_json::from_value(serde_json::json!([{ "name": name, "assignee": assignee,
                "locations": [{ "pageNumber": 3, "left": 72.2, "top": top, "width": 9 }] }]))
            .unwrap()
        };
        assert!(are_there(&ours, &found("sig", "S1", 152.0)));
        // A text tag of the same name lies elsewhere.
        for other in [found("sig", "S1", 300.0), found("sig", "S2", 152.0), found("x", "S1", 152.0), vec![]] {
            assert!(!are_there(&ours, &other), "{other:?}");
        }
        let more = [found("sig", "S1", 152.0), found("tag", "S1", 9.0)].concat();
        assert!(!are_there(&ours, &more), "the file's own fields would stay");
    }

    #[test]
    fn another_scale_of_adobes_is_followed() {
        let sized = Position { width: Some(100.0), height: Some(20.0), ..at(72.0, 100.0) };
        let doubled = location(&sized, FieldKind::Text, &page(1224.0, 1584.0), Some((612.0, 792.0)));
        assert_eq!((doubled.left, doubled.top), (144.0, 1384.0));
        assert_eq!((doubled.width, doubled.height), (200.0, 40.0));
        let unread = location(&at(10.0, 10.0), FieldKind::Text, &page(612.0, 792.0), None);
        assert_eq!((unread.left, unread.top), (10.0, 782.0));
    }
}
