//! Envelope custom fields: text and list, at most 500 of 100 characters each [FACTS 4.10, 12].

use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::model::CustomField;
use crate::exchange::Answer;
use crate::values::{Object, as_text, filled, flag, list, text, yes_no};

const MOST: usize = 500;
const LONGEST: usize = 100;

/// Reads the fields of a request; new ids follow those in `existing`.
pub(crate) fn read(fields: &Object, existing: &[CustomField]) -> Result<Vec<CustomField>, ApiError> {
    let mut next = existing.iter().filter_map(|field| field.id.parse::<u64>().ok()).max().unwrap_or(100);
    let mut found = Vec::new();
    for (key, is_list) in [("textCustomFields", false), ("listCustomFields", true)] {
        for item in list(fields, key).iter().filter_map(Value::as_object) {
            let name =
                filled(item, "name").ok_or_else(|| ApiError::parameter("A custom field has no name."))?;
            let value = text(item, "value").unwrap_or_default();
            if name.chars().count() > LONGEST || value.chars().count() > LONGEST {
                return Err(ApiError::parameter(format!(
                    "The custom field {name:?} has a name or value of more than 100 characters."
                )));
            }
            next += 1;
            found.push(CustomField {
                id: filled(item, "fieldId").unwrap_or_else(|| next.to_string()),
                name,
                value,
                show: flag(item, "show").unwrap_or(false),
                required: flag(item, "required").unwrap_or(false),
                items: is_list.then(|| list(item, "listItems").iter().filter_map(as_text).collect()),
            });
        }
    }
    if existing.len() + found.len() > MOST {
        return Err(ApiError::parameter("An envelope has at most 500 custom fields."));
    }
    Ok(found)
}

pub(crate) fn render(fields: &[CustomField]) -> Value {
    let row = |field: &CustomField| {
        let mut row = json!({
            "fieldId": field.id,
            "name": field.name,
            "show": yes_no(field.show),
            "required": yes_no(field.required),
            "value": field.value,
        });
        if let (Some(items), Some(row)) = (&field.items, row.as_object_mut()) {
            row.insert("listItems".into(), json!(items));
        }
        row
    };
    let (lists, texts): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.items.is_some());
    json!({
        "textCustomFields": texts.into_iter().map(row).collect::<Vec<_>>(),
        "listCustomFields": lists.into_iter().map(row).collect::<Vec<_>>(),
    })
}

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    Ok(Answer::ok(render(&world.docusign.envelope(call.envelope_id())?.custom_fields)))
}

pub(crate) fn post(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    edit(call, |fields| {
        let added = read(&body, fields)?;
        fields.extend(added.iter().cloned());
        Ok(added)
    })
    .map(Answer::created)
}

/// Changes fields by `fieldId`.
pub(crate) fn put(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    edit(call, |fields| {
        let changed = read(&body, &[])?;
        for field in &changed {
            let own = fields.iter_mut().find(|own| own.id == field.id).ok_or_else(|| unknown(&field.id))?;
            own.clone_from(field);
        }
        Ok(changed)
    })
    .map(Answer::ok)
}

pub(crate) fn delete(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    edit(call, |fields| {
        let mut removed = Vec::new();
        for key in ["textCustomFields", "listCustomFields"] {
            for id in list(&body, key).iter().filter_map(|item| item.get("fieldId").and_then(as_text)) {
                let at = fields.iter().position(|own| own.id == id).ok_or_else(|| unknown(&id))?;
                removed.push(fields.remove(at));
            }
        }
        Ok(removed)
    })
    .map(Answer::ok)
}

fn unknown(id: &str) -> ApiError {
    ApiError::parameter(format!("There is no custom field with fieldId {id}."))
}

fn edit(
    call: &Call<'_>,
    change: impl FnOnce(&mut Vec<CustomField>) -> Result<Vec<CustomField>, ApiError>,
) -> Result<Value, ApiError> {
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    if !envelope.status.is_changeable() {
        return Err(ApiError::envelope_status(
            envelope.status.as_str(),
            "its custom fields cannot change any more",
        ));
    }
    let shown = change(&mut envelope.custom_fields)?;
    envelope.modified = call.now;
    Ok(render(&shown))
}
