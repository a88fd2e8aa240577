//! Fields: where they come from (authoring, anchors, text tags), who fills them, what they show.

use serde_json::{Value, json};

use super::convert;
use super::model::{Agreement, Party, Role, Time};
use super::tags::Tag;
use crate::pdf::{self, Mark, MarkKind};
use crate::values::{Object, decimal, filled, flag, list, object};

/// A text tag has no size of its own; that of the field made of it is the emulator's choice.
const TAG_SIZE: (f32, f32) = (150.0, 24.0);
/// From a tag's baseline up to the field's upper edge.
const TAG_RISE: f32 = 12.0;

/// A place of a field on a page of the combined document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Location {
    pub(crate) page: u32,
    pub(crate) left: f32,
    /// The upper edge, measured from the page's bottom.
    pub(crate) top: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Location {
    fn json(&self) -> Value {
        json!({
            "pageNumber": self.page,
            "left": self.left,
            "top": self.top,
            "width": self.width,
            "height": self.height,
        })
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) input: String,
    pub(crate) content: String,
    /// A participant set's id, `NOBODY` or `PREFILL`.
    pub(crate) assignee: String,
    pub(crate) required: bool,
    pub(crate) read_only: bool,
    pub(crate) locations: Vec<Location>,
    /// Everything else as it was given.
    pub(crate) extra: Object,
    /// What it shows; for signatures the signer's name.
    pub(crate) value: Option<String>,
}

impl Field {
    fn new(name: String, (input, content): (&str, &str), assignee: String, location: Location) -> Self {
        Self {
            name,
            input: input.to_owned(),
            content: content.to_owned(),
            assignee,
            required: false,
            read_only: false,
            locations: vec![location],
            extra: Object::new(),
            value: None,
        }
    }

    pub(crate) fn is_signature(&self) -> bool {
        matches!(self.content.as_str(), "SIGNATURE" | "SIGNATURE_BLOCK" | "DIGITAL_SIGNATURE")
            || (self.input == "SIGNATURE" && self.content != "SIGNER_INITIALS")
    }

    /// Whether the participant gives the value himself.
    pub(crate) fn is_typed(&self) -> bool {
        !self.read_only
            && matches!(
                self.input.as_str(),
                "TEXT_FIELD"
                    | "MULTILINE"
                    | "PASSWORD"
                    | "DROP_DOWN"
                    | "LISTBOX"
                    | "RADIO"
                    | "CHECKBOX"
                    | "COMB"
            )
            && matches!(self.content.as_str(), "DATA" | "" | "SIGNER_TITLE" | "SIGNER_COMPANY")
    }

    pub(crate) fn json(&self) -> Value {
        let mut out = self.extra.clone();
        out.insert("name".into(), self.name.clone().into());
        out.insert("inputType".into(), self.input.clone().into());
        out.insert("contentType".into(), self.content.clone().into());
        out.insert("assignee".into(), self.assignee.clone().into());
        out.insert("required".into(), self.required.into());
        out.insert("readOnly".into(), self.read_only.into());
        out.insert("locations".into(), self.locations.iter().map(Location::json).collect());
        out.into()
    }
}

/// Makes the fields of text tags and of anchors of a new agreement.
pub(crate) fn make(agreement: &mut Agreement) {
    let mut made = Vec::new();
    let mut before = 0_u32;
    for file in &agreement.files {
        let Ok(converted) = &file.converted else { continue };
        made.extend(converted.tags.iter().filter_map(|tag| tagged(agreement, converted, tag, before)));
        made.extend(file.layer.iter().filter_map(|field| kept(agreement, field, before)));
        for generator in agreement.generators.iter().filter_map(Value::as_object) {
            let wanted = object(generator, "anchorTextInfo").and_then(|own| filled(own, "fileInfoLabel"));
            if wanted.is_none() || wanted == file.label {
                made.extend(anchored(agreement, converted, generator, before, made.len()));
            }
        }
        before += u32::try_from(converted.pages.len()).unwrap_or(0);
    }
    agreement.fields.extend(made);
    for (name, value) in agreement.merge.clone() {
        for field in agreement.fields.iter_mut().filter(|own| own.name == name) {
            field.extra.insert("defaultValue".into(), value.clone().into());
        }
    }
}

fn height(converted: &super::model::Converted, page: u32) -> Option<f32> {
    let at = usize::try_from(page).ok()?.checked_sub(1)?;
    converted.pages.get(at).map(|own| own.height)
}

fn tagged(
    agreement: &Agreement,
    converted: &super::model::Converted,
    tag: &Tag,
    before: u32,
) -> Option<Field> {
    let assignee = match tag.signer {
        Some(number) => agreement.sets.get(number.checked_sub(1)?)?.id.clone(),
        None => "PREFILL".to_owned(),
    };
    let location = Location {
        page: tag.at.page + before,
        left: tag.at.x,
        top: height(converted, tag.at.page)? - tag.at.y + TAG_RISE,
        width: TAG_SIZE.0,
        height: TAG_SIZE.1,
    };
    let mut field = Field::new(tag.name.clone(), tag.kind, assignee, location);
    field.required = tag.required || field.is_signature();
    field.read_only = tag.read_only;
    field.extra.insert("origin".into(), "IMPORTED".into());
    Some(field)
}

/// A field that comes with a library document: `recipientN` is the set at that place, from 0. One for whom there is no
/// set is left out.
fn kept(agreement: &Agreement, field: &Field, before: u32) -> Option<Field> {
    let mut field = field.clone();
    if let Some(number) = recipient_number(&field.assignee) {
        field.assignee.clone_from(&agreement.sets.get(number)?.id);
    }
    field.locations.iter_mut().for_each(|place| place.page += before);
    Some(field)
}

/// The number in `recipientN`, as library documents name who fills in a field.
pub(crate) fn recipient_number(assignee: &str) -> Option<usize> {
    assignee.strip_prefix("recipient")?.parse().ok()
}

/// A generator makes one field per place of its text; numbers make their names unique.
fn anchored(
    agreement: &Agreement,
    converted: &super::model::Converted,
    generator: &Object,
    before: u32,
    made: usize,
) -> Vec<Field> {
    let Some(anchor) = object(generator, "anchorTextInfo") else { return Vec::new() };
    let text = filled(anchor, "anchorText").unwrap_or_default();
    let set = filled(generator, "participantSetName");
    let Some(set) = agreement.sets.iter().find(|own| own.name == set && set.is_some()) else {
        return Vec::new();
    };
    let place = object(anchor, "anchoredFormFieldLocation").cloned().unwrap_or_default();
    let number = |key: &str| decimal(&place, key).unwrap_or(0.0);
    let pages: Vec<String> = list(anchor, "pages").iter().filter_map(crate::values::as_text).collect();
    let prefix = filled(generator, "formFieldNamePrefix").unwrap_or_else(|| "field".to_owned());
    let mut description = object(generator, "formFieldDescription").cloned().unwrap_or_default();
    let input = filled(&description, "inputType").unwrap_or_else(|| "TEXT_FIELD".to_owned());
    let content = filled(&description, "contentType").unwrap_or_else(|| "DATA".to_owned());
    let (required, read_only) = (flag(&description, "required"), flag(&description, "readOnly"));
    description.retain(|key, _| !KNOWN.contains(&key.as_str()));
    description.insert("origin".into(), "GENERATED".into());
    pdf::find_text(&converted.pdf, &text, true, false)
        .unwrap_or_default()
        .into_iter()
        .filter(|hit| pages.is_empty() || pages.contains(&(hit.page + before).to_string()))
        .enumerate()
        .filter_map(|(at, hit)| {
            let location = Location {
                page: hit.page + before,
                left: hit.x + number("offsetX"),
                top: height(converted, hit.page)? - hit.y + number("offsetY") + number("height"),
                width: number("width"),
                height: number("height"),
            };
            let name = format!("{prefix}{}", made + at);
            let mut field = Field::new(name, (&input, &content), set.id.clone(), location);
            field.required = required.unwrap_or(false);
            field.read_only = read_only.unwrap_or(false);
            field.extra.clone_from(&description);
            Some(field)
        })
        .collect()
}

/// What a field holds as its own, beside everything it only shows again.
pub(crate) const KNOWN: &[&str] =
    &["name", "inputType", "contentType", "assignee", "required", "readOnly", "locations"];

/// A signer without signature field gets one on a page put at the end.
pub(crate) fn append_signature_page(agreement: &mut Agreement) {
    let bare: Vec<(String, String)> = agreement
        .sets
        .iter()
        .filter(|set| set.role == Role::Signer)
        .filter(|set| !agreement.fields.iter().any(|own| own.assignee == set.id && own.is_signature()))
        .map(|set| {
            let names: Vec<&str> = set.members.iter().map(|own| own.name.as_str()).collect();
            (set.id.clone(), names.join(" or "))
        })
        .collect();
    if bare.is_empty() {
        return;
    }
    let page = u32::try_from(agreement.pages().len()).unwrap_or(0) + 1;
    let names: Vec<&str> = bare.iter().map(|(_, name)| name.as_str()).collect();
    agreement.appended = convert::signature_page(&names).ok();
    for (at, (set, _)) in (0_u16..).zip(bare) {
        let location =
            Location { page, left: 72.0, top: convert::signature_line(at), width: 200.0, height: 40.0 };
        let name = format!("Signature Block {}", at + 1);
        let mut field = Field::new(name, ("SIGNATURE", "SIGNATURE_BLOCK"), set, location);
        field.required = true;
        field.extra.insert("origin".into(), "GENERATED".into());
        agreement.fields.push(field);
    }
}

/// Fields nobody fills show their default.
pub(crate) fn prefill(agreement: &mut Agreement) {
    for field in &mut agreement.fields {
        if matches!(field.assignee.as_str(), "NOBODY" | "PREFILL") {
            field.value = filled(&field.extra, "defaultValue");
        }
    }
}

/// The value typed for a field, else its default.
fn given(field: &Field, typed: &[(String, String)]) -> Option<String> {
    typed
        .iter()
        .find(|(name, _)| *name == field.name && field.is_typed())
        .map(|(_, value)| value.clone())
        .or_else(|| filled(&field.extra, "defaultValue"))
        .filter(|value| !value.is_empty())
}

/// The names of required fields of a set that would stay empty.
pub(crate) fn missing(agreement: &Agreement, set: &str, typed: &[(String, String)]) -> Vec<String> {
    agreement
        .fields
        .iter()
        .filter(|own| own.assignee == set && own.required && own.is_typed() && given(own, typed).is_none())
        .map(|own| own.name.clone())
        .collect()
}

/// Gives the fields of a set their values; the caller has checked that none is missing.
pub(crate) fn fill(
    agreement: &mut Agreement,
    set: &str,
    party: &Party,
    typed: &[(String, String)],
    now: Time,
) {
    let name = agreement.name.clone();
    let id = agreement.id.clone();
    let (first, last) = party.name.split_once(' ').unwrap_or((party.name.as_str(), ""));
    for field in agreement.fields.iter_mut().filter(|own| own.assignee == set) {
        field.value = match field.content.as_str() {
            "SIGNATURE_DATE" => Some(now.format("%Y-%m-%d").to_string()),
            "SIGNER_NAME" => Some(party.name.clone()),
            "SIGNER_FIRST_NAME" => Some(first.to_owned()),
            "SIGNER_LAST_NAME" => Some(last.to_owned()),
            "SIGNER_EMAIL" => Some(party.email.clone()),
            "AGREEMENT_NAME" => Some(name.clone()),
            "TRANSACTION_ID" => Some(id.clone()),
            "SIGNER_INITIALS" => Some(party.name.clone()),
            _ if field.is_signature() => Some(party.name.clone()),
            _ => given(field, typed),
        };
    }
}

/// What to draw on the combined document.
pub(crate) fn marks(agreement: &Agreement) -> Vec<Mark> {
    let pages = agreement.pages();
    let mut marks = Vec::new();
    for field in &agreement.fields {
        let Some(value) = &field.value else { continue };
        let id: String = crate::journal::sha256(format!("{}{}", agreement.id, field.name).as_bytes())
            .chars()
            .take(16)
            .collect::<String>()
            .to_ascii_uppercase();
        for place in &field.locations {
            let page = usize::try_from(place.page).ok().and_then(|page| page.checked_sub(1));
            let Some(page) = page.and_then(|at| pages.get(at)) else { continue };
            let name = value.clone();
            let kind = match (field.input.as_str(), field.content.as_str()) {
                (_, "SIGNER_INITIALS") => MarkKind::Initials { name, id: id.clone() },
                _ if field.is_signature() => MarkKind::Signature { name, id: id.clone() },
                ("CHECKBOX", _) => {
                    MarkKind::Checkbox(!matches!(value.to_ascii_lowercase().as_str(), "off" | "false" | "no"))
                }
                _ => MarkKind::Text(name),
            };
            marks.push(Mark { page: place.page, x: place.left, y: page.height - place.top, kind });
        }
    }
    marks
}
