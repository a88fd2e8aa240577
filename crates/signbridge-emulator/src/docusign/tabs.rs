//! Tabs: reading them from requests, and the tabs resource of a recipient.

use serde_json::{Value, json};

use super::call::Call;
use super::definition::is_given;
use super::errors::ApiError;
use super::model::{Envelope, EnvelopeStatus, Tab};
use super::state::new_id;
use super::tab_kinds::{Behaviour, TabKind};
use super::{placement, render, tab_rules};
use crate::exchange::Answer;
use crate::values::{Object, as_text, filled, list};

const RADIO: &[&str] = &[
    "anchorCaseSensitive",
    "anchorIgnoreIfNotPresent",
    "anchorMatchWholeWord",
    "anchorString",
    "anchorUnits",
    "anchorXOffset",
    "anchorYOffset",
    "locked",
    "pageNumber",
    "required",
    "selected",
    "tabId",
    "tabOrder",
    "value",
    "xPosition",
    "yPosition",
];

/// Reads a `tabs` object, whose tabs are complete.
pub(crate) fn read(tabs: &Object) -> Result<Vec<Tab>, ApiError> {
    items_of(tabs, true)
}

/// Reads a `tabs` object that names tabs which are there already.
pub(crate) fn read_values(tabs: &Object) -> Result<Vec<Tab>, ApiError> {
    items_of(tabs, false)
}

fn items_of(tabs: &Object, whole: bool) -> Result<Vec<Tab>, ApiError> {
    let mut found = Vec::new();
    for (key, value) in tabs.iter().filter(|(_, value)| is_given(value)) {
        let kind = TabKind::of(key).ok_or_else(|| ApiError::unplayed(&format!("the tabs {key}")))?;
        let Value::Array(items) = value else {
            return Err(ApiError::parameter(format!("The property {key} must be a list.")));
        };
        for item in items {
            let item = item
                .as_object()
                .ok_or_else(|| ApiError::parameter(format!("Each of the {key} must be an object.")))?;
            let props = props(kind, item)?;
            let tab = Tab { id: new_id(), kind, props, signed: false, hidden: false, attached: false };
            if whole {
                tab_rules::alone(&tab)?;
            }
            found.push(tab);
        }
    }
    Ok(found)
}

/// The properties the model knows, each as text.
fn props(kind: &TabKind, item: &Object) -> Result<Object, ApiError> {
    let mut out = Object::new();
    for (key, value) in item {
        if key == "tabGroupLabels" || (kind.behaviour == Behaviour::List && key == "listItems") {
            if is_given(value) {
                out.insert(key.clone(), value.clone());
            }
        } else if kind.behaviour == Behaviour::Radio && key == "radios" {
            let radios = value.as_array().map_or(&[][..], Vec::as_slice);
            let radios: Vec<Value> = radios.iter().filter_map(Value::as_object).map(radio).collect();
            out.insert(key.clone(), radios.into());
        } else if kind.has(key)
            && let Some(text) = as_text(value).filter(|text| !text.is_empty())
        {
            out.insert(key.clone(), text.into());
        }
    }
    for key in ["xPosition", "yPosition", "pageNumber", "anchorXOffset", "anchorYOffset"] {
        if let Some(text) = filled(&out, key)
            && text.trim().parse::<f32>().is_err()
        {
            return Err(ApiError::parameter(format!("The {key} of a tab is {text:?}, not a number.")));
        }
    }
    Ok(out)
}

fn radio(item: &Object) -> Value {
    let mut out: Object =
        RADIO.iter().filter_map(|key| Some(((*key).to_owned(), Value::String(filled(item, key)?)))).collect();
    out.entry("tabId").or_insert_with(|| new_id().into());
    out.into()
}

fn recipient_of<'e>(
    call: &Call<'_>,
    envelope: &'e Envelope,
) -> Result<&'e super::model::Recipient, ApiError> {
    let id = call.params.get("recipientId");
    envelope.recipient(id).ok_or_else(|| ApiError::no_recipient(id))
}

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let envelope = world.docusign.envelope(call.envelope_id())?;
    let recipient = recipient_of(call, envelope)?;
    Ok(Answer::ok(render::tabs(&recipient.tabs, recipient)))
}

/// Adds tabs: to a draft as given, to a sent envelope placed at once.
pub(crate) fn post(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut tabs = read(&call.json()?)?;
    let (documents, sent) = {
        let world = call.world();
        let envelope = world.docusign.envelope(call.envelope_id())?;
        changeable(call, envelope)?;
        (envelope.documents.clone(), envelope.status != EnvelopeStatus::Created)
    };
    if sent {
        tabs = placement::resolve(tabs, &documents)?;
        let own = recipient_of(call, call.world().docusign.envelope(call.envelope_id())?)?.tabs.clone();
        tab_rules::together(&own.into_iter().chain(tabs.iter().cloned()).collect::<Vec<_>>())?;
    }
    change(call, |own| {
        own.extend(tabs.iter().cloned());
        tabs
    })
    .map(Answer::created)
}

pub(crate) fn put(call: &Call<'_>) -> Result<Answer, ApiError> {
    items(call, |tab, props| {
        tab.props.extend(props);
        true
    })
}

pub(crate) fn delete(call: &Call<'_>) -> Result<Answer, ApiError> {
    items(call, |_, _| false)
}

fn changeable(call: &Call<'_>, envelope: &Envelope) -> Result<(), ApiError> {
    let open = envelope.status.is_changeable();
    if !open || recipient_of(call, envelope)?.status.is_done() {
        return Err(ApiError::envelope_status(envelope.status.as_str(), "these tabs cannot change any more"));
    }
    Ok(())
}

fn change(call: &Call<'_>, edit: impl FnOnce(&mut Vec<Tab>) -> Vec<Tab>) -> Result<Value, ApiError> {
    let id = call.params.get("recipientId");
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    changeable(call, envelope)?;
    envelope.modified = call.now;
    let recipient = envelope.recipient_mut(id).ok_or_else(|| ApiError::no_recipient(id))?;
    let shown = edit(&mut recipient.tabs);
    Ok(render::tabs(&shown, recipient))
}

/// Changes (`true`) or removes (`false`) the tabs named by `tabId`; an unknown one is an item with
/// `INVALID_TABID` inside a success [FACTS 0].
fn items(call: &Call<'_>, keep: impl Fn(&mut Tab, Object) -> bool) -> Result<Answer, ApiError> {
    let id = call.params.get("recipientId");
    let body = call.json()?;
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    changeable(call, envelope)?;
    envelope.modified = call.now;
    let recipient = envelope.recipient_mut(id).ok_or_else(|| ApiError::no_recipient(id))?;
    let mut out = Object::new();
    for (key, _) in body.iter().filter(|(_, value)| is_given(value)) {
        let kind = TabKind::of(key).ok_or_else(|| ApiError::unplayed(&format!("the tabs {key}")))?;
        let mut rows = Vec::new();
        for item in list(&body, key).iter().filter_map(Value::as_object) {
            let wanted = filled(item, "tabId").unwrap_or_default();
            let props = props(kind, item)?;
            let at = recipient.tabs.iter().position(|tab| tab.kind.key == key && tab.id == wanted);
            match at.and_then(|at| recipient.tabs.get_mut(at).map(|tab| (at, tab))) {
                Some((at, tab)) => {
                    let stays = keep(tab, props);
                    let shown = tab.clone();
                    if !stays {
                        recipient.tabs.remove(at);
                    }
                    rows.push(render::tab(&shown, recipient));
                }
                None => {
                    let error = ApiError::bad("INVALID_TABID", format!("There is no tab {wanted:?}."));
                    rows.push(json!({ "tabId": wanted, "errorDetails": error.details() }));
                }
            }
        }
        out.insert(key.clone(), rows.into());
    }
    Ok(Answer::ok(out.into()))
}
