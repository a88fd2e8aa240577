//! Where tabs lie: checks at sending, anchors searched in the documents' text, marks when signed.

use std::collections::BTreeSet;

use serde_json::Value;

use super::errors::ApiError;
use super::model::{Document, Envelope, Recipient, Tab};
use super::state::new_id;
use super::tab_kinds::Behaviour;
use crate::pdf::{self, Mark, MarkKind, TextHit};
use crate::values::{Object, decimal, filled, flag, integer};

/// Checks every tab and turns anchors into positions; each hit in each document becomes a tab of its
/// own [FACTS 8].
pub(crate) fn resolve(tabs: Vec<Tab>, documents: &[Document]) -> Result<Vec<Tab>, ApiError> {
    let mut placed = Vec::new();
    for tab in tabs {
        if tab.kind.behaviour == Behaviour::Radio {
            placed.push(radio(tab, documents)?);
        } else if filled(&tab.props, "anchorString").is_some() && !has_position(&tab.props) {
            placed.extend(anchored(&tab, documents)?);
        } else {
            check(&tab.props, documents)?;
            placed.push(tab);
        }
    }
    Ok(placed)
}

/// A tab found by its anchor keeps the anchor's properties beside its position.
fn has_position(props: &Object) -> bool {
    ["documentId", "pageNumber", "xPosition", "yPosition"].iter().all(|key| filled(props, key).is_some())
}

fn check(props: &Object, documents: &[Document]) -> Result<(), ApiError> {
    let id = match (filled(props, "documentId"), documents) {
        (Some(id), _) => id,
        (None, _) => return Err(ApiError::bad("DOCUMENT_DOES_NOT_EXIST", "A tab has no documentId.")),
    };
    let document =
        documents.iter().find(|document| document.id == id).ok_or_else(|| ApiError::no_document(&id))?;
    let page = integer(props, "pageNumber").ok_or_else(|| {
        ApiError::bad("TAB_PAGE_NUMBER_NOT_SPECIFIED", format!("A tab on document {id} has no pageNumber."))
    })?;
    let size = usize::try_from(page)
        .ok()
        .and_then(|page| page.checked_sub(1))
        .and_then(|at| document.pages.get(at))
        .ok_or_else(|| out_of_bounds(&format!("document {id} has no page {page}")))?;
    let (x, y) = (decimal(props, "xPosition").unwrap_or(0.0), decimal(props, "yPosition").unwrap_or(0.0));
    if x < 0.0 || y < 0.0 || x > size.width || y > size.height {
        return Err(out_of_bounds(&format!("position {x}, {y} is outside page {page} of document {id}")));
    }
    Ok(())
}

fn out_of_bounds(why: &str) -> ApiError {
    ApiError::bad("TAB_OUT_OF_BOUNDS", format!("A tab lies outside: {why}."))
}

fn radio(mut tab: Tab, documents: &[Document]) -> Result<Tab, ApiError> {
    let group = tab.props.get("documentId").cloned();
    if let Some(Value::Array(radios)) = tab.props.get_mut("radios") {
        for item in radios {
            let Some(item) = item.as_object_mut() else { continue };
            let mut props = item.clone();
            if let Some(id) = &group {
                props.insert("documentId".into(), id.clone());
            }
            check(&props, documents)?;
        }
    }
    Ok(tab)
}

fn anchored(tab: &Tab, documents: &[Document]) -> Result<Vec<Tab>, ApiError> {
    let anchor = filled(&tab.props, "anchorString").unwrap_or_default();
    let case = flag(&tab.props, "anchorCaseSensitive").unwrap_or(false);
    let word = flag(&tab.props, "anchorMatchWholeWord").unwrap_or(false);
    let (dx, dy) = (offset(&tab.props, "anchorXOffset")?, offset(&tab.props, "anchorYOffset")?);
    let mut hits: Vec<(&Document, TextHit)> = Vec::new();
    for document in documents {
        let found = pdf::find_text(&document.bytes, &anchor, case, word).map_err(|error| {
            ApiError::bad("ANCHOR_TAG_PROCESSING_FAILURE", format!("Document {}: {error}.", document.id))
        })?;
        hits.extend(found.into_iter().map(|hit| (document, hit)));
    }
    if hits.is_empty() && !flag(&tab.props, "anchorIgnoreIfNotPresent").unwrap_or(false) {
        return Err(ApiError::bad(
            "ANCHOR_TAG_PROCESSING_FAILURE",
            format!("The anchor {anchor:?} occurs in none of the documents."),
        ));
    }
    hits.into_iter()
        .map(|(document, hit)| {
            let mut placed = tab.clone();
            placed.id = new_id();
            let props = &mut placed.props;
            props.insert("documentId".into(), document.id.clone().into());
            props.insert("pageNumber".into(), hit.page.to_string().into());
            props.insert("xPosition".into(), whole(hit.x + dx).into());
            props.insert("yPosition".into(), whole(hit.y + dy).into());
            check(props, documents)?;
            Ok(placed)
        })
        .collect()
}

/// An offset in points. A pixel is taken as a point, since positions are 72 to the inch; unverified.
fn offset(props: &Object, key: &str) -> Result<f32, ApiError> {
    let unit = match filled(props, "anchorUnits").unwrap_or_default().to_ascii_lowercase().as_str() {
        "" | "pixels" => 1.0,
        "inches" => 72.0,
        "mms" => 72.0 / 25.4,
        "cms" => 72.0 / 2.54,
        other => return Err(ApiError::parameter(format!("The anchorUnits {other} are not known."))),
    };
    Ok(decimal(props, key).unwrap_or(0.0) * unit)
}

fn whole(points: f32) -> String {
    format!("{:.0}", points.round().max(0.0))
}

/// What to draw on a document: the tabs of those who have signed, and the sender's fixed texts.
pub(crate) fn marks(envelope: &Envelope, document: &Document) -> Vec<Mark> {
    let mut marks = Vec::new();
    for recipient in envelope.recipients.iter().filter(|recipient| recipient.signed.is_some()) {
        for tab in &recipient.tabs {
            if tab.kind.behaviour == Behaviour::Radio {
                marks.extend(radio_marks(tab, document));
            } else if filled(&tab.props, "documentId").as_deref() == Some(document.id.as_str())
                && let (Some((page, x, y)), Some(kind)) =
                    (position(&tab.props), drawn(envelope, recipient, tab))
            {
                marks.push(Mark { page, x, y, kind });
            }
        }
    }
    marks
}

fn position(props: &Object) -> Option<(u32, f32, f32)> {
    let page = integer(props, "pageNumber").and_then(|page| u32::try_from(page).ok())?;
    Some((page, decimal(props, "xPosition").unwrap_or(0.0), decimal(props, "yPosition").unwrap_or(0.0)))
}

fn radio_marks(tab: &Tab, document: &Document) -> Vec<Mark> {
    if filled(&tab.props, "documentId").as_deref() != Some(document.id.as_str()) {
        return Vec::new();
    }
    crate::values::list(&tab.props, "radios")
        .iter()
        .filter_map(Value::as_object)
        .filter_map(|item| {
            let (page, x, y) = position(item)?;
            Some(Mark { page, x, y, kind: MarkKind::Checkbox(flag(item, "selected").unwrap_or(false)) })
        })
        .collect()
}

fn drawn(envelope: &Envelope, recipient: &Recipient, tab: &Tab) -> Option<MarkKind> {
    let own = |value: &str| Some(MarkKind::Text(value.to_owned()));
    let id: String = tab.id.chars().filter(|c| *c != '-').take(16).collect::<String>().to_ascii_uppercase();
    match tab.kind.behaviour {
        Behaviour::Signature => Some(MarkKind::Signature { name: recipient.name.clone(), id }),
        Behaviour::Initials => Some(MarkKind::Initials { name: recipient.name.clone(), id }),
        Behaviour::Checkbox => Some(MarkKind::Checkbox(flag(&tab.props, "selected").unwrap_or(false))),
        Behaviour::EnvelopeId => own(&envelope.id),
        Behaviour::Passive | Behaviour::Radio => None,
        Behaviour::DateSigned
        | Behaviour::FullName
        | Behaviour::FirstName
        | Behaviour::LastName
        | Behaviour::EmailAddress
        | Behaviour::Typed
        | Behaviour::List => filled(&tab.props, "value").and_then(|value| own(&value)),
    }
}

/// Gives the tabs of a recipient who signs their values. A signer without any tab places his
/// signature himself [FACTS 4.1]; here it goes to the foot of the last page.
pub(crate) fn fill(
    recipient: &mut Recipient,
    documents: &[Document],
    typed: &[(String, String)],
    position: usize,
    day: &str,
) {
    if recipient.tabs.is_empty()
        && let Some((kind, document)) = super::tab_kinds::TabKind::of("signHereTabs").zip(documents.last())
    {
        let height = document.pages.last().map_or(792.0, |page| page.height);
        let column = f32::from(u16::try_from(position % 3).unwrap_or(0));
        let mut props = Object::new();
        props.insert("documentId".into(), document.id.clone().into());
        props.insert("pageNumber".into(), document.pages.len().to_string().into());
        props.insert("xPosition".into(), whole(40.0 + 180.0 * column).into());
        props.insert("yPosition".into(), whole(height - 90.0).into());
        recipient.tabs.push(Tab { id: new_id(), kind, props, signed: false });
    }
    let (first, last) = recipient.name.split_once(' ').unwrap_or((recipient.name.as_str(), ""));
    let (first, last) = (first.to_owned(), last.to_owned());
    for tab in &mut recipient.tabs {
        if tab.kind.behaviour == Behaviour::Radio {
            select(tab, typed);
            continue;
        }
        let label = filled(&tab.props, "tabLabel").unwrap_or_else(|| tab.id.clone());
        let given = typed.iter().find(|(name, _)| *name == label).map(|(_, value)| value.clone());
        let locked = flag(&tab.props, "locked").unwrap_or(false);
        let value = match tab.kind.behaviour {
            Behaviour::DateSigned => Some(day.to_owned()),
            Behaviour::FullName => Some(recipient.name.clone()),
            Behaviour::FirstName => Some(first.clone()),
            Behaviour::LastName => Some(last.clone()),
            Behaviour::EmailAddress => Some(recipient.email.clone()),
            Behaviour::Typed | Behaviour::List => given.filter(|_| !locked),
            Behaviour::Checkbox => {
                if !typed.is_empty() && !locked {
                    let on = given.is_some_and(|value| !value.is_empty() && value != "false");
                    tab.props.insert("selected".into(), crate::values::yes_no(on).into());
                }
                None
            }
            _ => None,
        };
        if let Some(value) = value {
            tab.props.insert("value".into(), value.into());
        }
    }
}

/// Selects the radio of the group whose value was given.
fn select(tab: &mut Tab, typed: &[(String, String)]) {
    let group = filled(&tab.props, "groupName");
    let Some((_, value)) = typed.iter().find(|(name, _)| Some(name) == group.as_ref()) else { return };
    if let Some(radios) = tab.props.get_mut("radios").and_then(Value::as_array_mut) {
        for radio in radios.iter_mut().filter_map(Value::as_object_mut) {
            let on = filled(radio, "value").is_some_and(|own| own == *value);
            radio.insert("selected".into(), crate::values::yes_no(on).into());
        }
    }
    tab.props.insert("value".into(), value.clone().into());
}

/// The labels of required fields nobody filled.
pub(crate) fn missing(recipient: &Recipient) -> BTreeSet<String> {
    recipient
        .tabs
        .iter()
        .filter(|tab| tab.kind.behaviour == Behaviour::Typed)
        .filter(|tab| flag(&tab.props, "required").unwrap_or(false) && filled(&tab.props, "value").is_none())
        .map(|tab| filled(&tab.props, "tabLabel").unwrap_or_else(|| tab.kind.type_name.to_owned()))
        .collect()
}
