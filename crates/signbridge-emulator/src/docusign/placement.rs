//! Where tabs lie: checks at sending, anchors searched in the documents' text, marks when signed.

use serde_json::Value;

use super::errors::ApiError;
use super::filling::held;
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
        if tab.kind.behaviour == Behaviour::Group {
            placed.push(tab);
        } else if tab.kind.behaviour == Behaviour::Radio {
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

/// Radios at their places, all on the document of their group. A text that is found several times makes several of one
/// value.
fn radio(mut tab: Tab, documents: &[Document]) -> Result<Tab, ApiError> {
    let mut group = filled(&tab.props, "documentId");
    let mut radios = Vec::new();
    for item in crate::values::list(&tab.props, "radios").iter().filter_map(Value::as_object) {
        if filled(item, "anchorString").is_none() || filled(item, "pageNumber").is_some() {
            let mut props = item.clone();
            if let Some(id) = &group {
                props.insert("documentId".into(), id.clone().into());
            }
            check(&props, documents)?;
            radios.push(Value::Object(item.clone()));
            continue;
        }
        for (document, mut props) in found(item, documents)? {
            if group.get_or_insert_with(|| document.clone()) != &document {
                return Err(ApiError::unplayed("radios of one group on several documents"));
            }
            props.insert("tabId".into(), new_id().into());
            radios.push(Value::Object(props));
        }
    }
    if let Some(id) = group {
        tab.props.insert("documentId".into(), id.into());
    }
    tab.props.insert("radios".into(), radios.into());
    Ok(tab)
}

fn anchored(tab: &Tab, documents: &[Document]) -> Result<Vec<Tab>, ApiError> {
    let place = |(document, mut props): (String, Object)| {
        props.insert("documentId".into(), document.into());
        Tab { id: new_id(), props, ..tab.clone() }
    };
    Ok(found(&tab.props, documents)?.into_iter().map(place).collect())
}

/// The properties of an anchored tab at each place where its text stands, with the document.
fn found(props: &Object, documents: &[Document]) -> Result<Vec<(String, Object)>, ApiError> {
    let anchor = filled(props, "anchorString").unwrap_or_default();
    let case = flag(props, "anchorCaseSensitive").unwrap_or(false);
    let word = flag(props, "anchorMatchWholeWord").unwrap_or(false);
    let (dx, dy) = (offset(props, "anchorXOffset")?, offset(props, "anchorYOffset")?);
    let mut hits: Vec<(&Document, TextHit)> = Vec::new();
    for document in documents {
        let found = pdf::find_text(&document.bytes, &anchor, case, word).map_err(|error| {
            ApiError::bad("ANCHOR_TAG_PROCESSING_FAILURE", format!("Document {}: {error}.", document.id))
        })?;
        hits.extend(found.into_iter().map(|hit| (document, hit)));
    }
    if hits.is_empty() && !flag(props, "anchorIgnoreIfNotPresent").unwrap_or(false) {
        return Err(ApiError::bad(
            "ANCHOR_TAG_PROCESSING_FAILURE",
            format!("The anchor {anchor:?} occurs in none of the documents."),
        ));
    }
    hits.into_iter()
        .map(|(document, hit)| {
            let mut placed = props.clone();
            placed.insert("pageNumber".into(), hit.page.to_string().into());
            placed.insert("xPosition".into(), whole(hit.x + dx).into());
            placed.insert("yPosition".into(), whole(hit.y + dy).into());
            let mut whole = placed.clone();
            whole.insert("documentId".into(), document.id.clone().into());
            check(&whole, documents)?;
            Ok((document.id.clone(), placed))
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
        for tab in recipient.tabs.iter().filter(|tab| !tab.hidden) {
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
        Behaviour::Passive | Behaviour::Radio | Behaviour::Attachment | Behaviour::Group => None,
        Behaviour::DateSigned
        | Behaviour::FullName
        | Behaviour::FirstName
        | Behaviour::LastName
        | Behaviour::EmailAddress
        | Behaviour::Typed
        | Behaviour::Formula
        | Behaviour::List => Some(held(tab)).filter(|value| !value.is_empty()).and_then(|value| own(&value)),
    }
}
