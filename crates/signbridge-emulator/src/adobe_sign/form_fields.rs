//! `…/formFields`: read once processed, written only while authoring [FACTS 4, Fields].

use http::StatusCode;
use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::etag;
use super::fields::{Field, KNOWN, Location};
use super::model::{Agreement, Status};
use crate::exchange::Answer;
use crate::values::{Object, decimal, filled, flag, integer, list};

const INPUTS: &[&str] = &[
    "TEXT_FIELD",
    "MULTILINE",
    "PASSWORD",
    "RADIO",
    "CHECKBOX",
    "DROP_DOWN",
    "LISTBOX",
    "SIGNATURE",
    "BUTTON",
    "BLOCK",
    "FILE_CHOOSER",
    "COMB",
    "INLINE_IMAGE",
];
const CONTENTS: &[&str] = &[
    "DATA",
    "SIGNATURE_BLOCK",
    "SIGNATURE",
    "SIGNER_NAME",
    "SIGNER_FIRST_NAME",
    "SIGNER_LAST_NAME",
    "SIGNER_INITIALS",
    "SIGNER_EMAIL",
    "SIGNER_TITLE",
    "SIGNER_COMPANY",
    "SIGNATURE_DATE",
    "AGREEMENT_NAME",
    "AGREEMENT_MESSAGE",
    "TRANSACTION_ID",
    "SIGNATURE_STAMP",
    "PAYMENT",
    "DIGITAL_SIGNATURE",
];

fn render(own: &Agreement) -> Value {
    json!({ "fields": own.fields.iter().map(Field::json).collect::<Vec<_>>() })
}

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let own = call.agreement(&world.adobe_sign)?;
    if matches!(own.status, Status::Draft | Status::Processing) {
        let text = "The agreement is not processed yet.";
        return Err(ApiError::missing("AGREEMENT_NOT_AVAILABLE", text));
    }
    Ok(etag::answer(call.request, render(own)))
}

/// Replaces the whole set of fields.
pub(crate) fn put(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let mut world = call.world();
    let own = call.own_agreement_mut(&mut world.adobe_sign)?;
    authoring(own)?;
    etag::check(call.request, &render(own))?;
    let fields = list(&body, "fields")
        .iter()
        .map(|item| of_agreement(own, item))
        .collect::<Result<Vec<_>, ApiError>>()?;
    own.fields = fields;
    own.touch(call.now);
    let body = render(own);
    let tag = etag::of(&body);
    Ok(Answer::ok(body).with("etag", &tag))
}

fn authoring(own: &Agreement) -> Result<(), ApiError> {
    if own.status == Status::Authoring {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "AGREEMENT_NOT_IN_AUTHORING_STATE",
        format!("The agreement is {}; fields can only be changed while AUTHORING.", own.status_word()),
    ))
}

fn of_agreement(own: &Agreement, item: &Value) -> Result<Field, ApiError> {
    read(&|assignee| own.set(assignee).is_some(), own.pages().len(), item)
}

/// Reads a field that may be assigned to those whom `is_known` knows, on one of so many pages.
pub(crate) fn read(is_known: &dyn Fn(&str) -> bool, pages: usize, item: &Value) -> Result<Field, ApiError> {
    let invalid = |text: String| ApiError::bad("INVALID_JSON", text);
    let item = item.as_object().ok_or_else(|| invalid("A field must be an object.".to_owned()))?;
    let name = filled(item, "name").ok_or_else(|| invalid("A field has no name.".to_owned()))?;
    let input = filled(item, "inputType").unwrap_or_else(|| "TEXT_FIELD".to_owned());
    let content = filled(item, "contentType").unwrap_or_else(|| "DATA".to_owned());
    if !INPUTS.contains(&input.as_str()) {
        return Err(invalid(format!("The inputType {input} of field {name} cannot be written.")));
    }
    if !CONTENTS.contains(&content.as_str()) {
        return Err(invalid(format!("The contentType {content} of field {name} is not known.")));
    }
    let assignee = filled(item, "assignee").unwrap_or_else(|| "NOBODY".to_owned());
    if !matches!(assignee.as_str(), "NOBODY" | "PREFILL") && !is_known(&assignee) {
        return Err(invalid(format!("The assignee of field {name} is no participant set.")));
    }
    let locations = list(item, "locations")
        .iter()
        .map(|place| {
            let place = place
                .as_object()
                .ok_or_else(|| invalid(format!("A location of field {name} must be an object.")))?;
            let number = |key: &str| {
                decimal(place, key)
                    .ok_or_else(|| invalid(format!("A location of field {name} has no number {key}.")))
            };
            let page = integer(place, "pageNumber")
                .and_then(|page| u32::try_from(page).ok())
                .filter(|page| usize::try_from(*page).is_ok_and(|page| (1..=pages).contains(&page)))
                .ok_or_else(|| invalid(format!("Field {name} is on a page that does not exist.")))?;
            Ok(Location {
                page,
                left: number("left")?,
                top: number("top")?,
                width: number("width")?,
                height: number("height")?,
            })
        })
        .collect::<Result<Vec<_>, ApiError>>()?;
    if locations.is_empty() {
        return Err(invalid(format!("Field {name} has no location.")));
    }
    let mut extra = item.clone();
    extra.retain(|key, value| !KNOWN.contains(&key.as_str()) && !value.is_null());
    extra.entry("origin").or_insert_with(|| "AUTHORED".into());
    Ok(Field {
        name,
        input,
        content,
        assignee,
        required: flag(item, "required").unwrap_or(false),
        read_only: flag(item, "readOnly").unwrap_or(false),
        locations,
        extra,
        value: None,
    })
}

fn merge(own: &Agreement) -> Value {
    let rows: Vec<Value> = own
        .fields
        .iter()
        .filter_map(|field| {
            let value = filled(&field.extra, "defaultValue")?;
            Some(json!({ "fieldName": field.name, "defaultValue": value }))
        })
        .collect();
    json!({ "fieldMergeInfos": rows })
}

pub(crate) fn get_merge(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let own = call.agreement(&world.adobe_sign)?;
    authoring(own)?;
    Ok(etag::answer(call.request, merge(own)))
}

/// Sets the defaults of fields; names nobody has are ignored.
pub(crate) fn put_merge(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let mut world = call.world();
    let own = call.own_agreement_mut(&mut world.adobe_sign)?;
    authoring(own)?;
    etag::check(call.request, &merge(own))?;
    for row in list(&body, "fieldMergeInfos").iter().filter_map(Value::as_object) {
        apply(own, row);
    }
    own.touch(call.now);
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

fn apply(own: &mut Agreement, row: &Object) {
    let (name, value) = (filled(row, "fieldName"), filled(row, "defaultValue").unwrap_or_default());
    for field in own.fields.iter_mut().filter(|field| Some(&field.name) == name.as_ref()) {
        field.extra.insert("defaultValue".into(), value.clone().into());
    }
}
