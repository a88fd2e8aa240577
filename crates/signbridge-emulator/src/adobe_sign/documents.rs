//! Downloads: combined document, single documents, page sizes, audit report, form data [FACTS 4].

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use super::agreements;
use super::call::Call;
use super::errors::ApiError;
use super::etag;
use super::members::in_draft;
use super::model::{Agreement, File, Status};
use super::rendition;
use crate::exchange::Answer;
use crate::pdf::PdfError;
use crate::values::Object;

/// A copy of the agreement to render without the lock, once there is something to see.
fn ready(call: &Call<'_>, early: &'static str) -> Result<Agreement, ApiError> {
    let world = call.world();
    let own = call.agreement(&world.adobe_sign)?;
    match own.status {
        Status::Draft => Err(in_draft()),
        Status::Processing => Err(ApiError::missing(early, "The documents are not processed yet.")),
        _ if own.documents_removed => {
            Err(ApiError::missing("DOCUMENTS_REMOVED", "The documents were deleted."))
        }
        _ if own.converted().is_none() => {
            Err(ApiError::missing("DOCUMENT_NOT_AVAILABLE", "The documents could not be converted."))
        }
        _ => Ok(own.clone()),
    }
}

/// The bytes, as base64 when the client asks for that.
pub(crate) fn file(call: &Call<'_>, rendered: Result<Bytes, PdfError>) -> Result<Answer, ApiError> {
    let bytes = rendered.map_err(|error| {
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "MISC_SERVER_ERROR", error.to_string())
    })?;
    let tag = etag::of_bytes(&bytes);
    if call.request.header("if-none-match") == Some(tag.as_str()) {
        return Ok(etag::not_modified(&tag));
    }
    let encoded = call.request.header("accept").is_some_and(|own| own.contains("encoding=base64"));
    let answer = if encoded {
        Answer::bytes("application/pdf;encoding=base64", Bytes::from(STANDARD.encode(&bytes)))
    } else {
        Answer::bytes("application/pdf", bytes)
    };
    Ok(answer.with("etag", &tag))
}

pub(crate) fn combined(call: &Call<'_>) -> Result<Answer, ApiError> {
    let own = ready(call, "AGREEMENT_NOT_AVAILABLE")?;
    if call.query("participantId").is_some_and(|id| own.member(id).is_none()) {
        return Err(ApiError::missing("INVALID_PARTICIPANT_ID", "The agreement has no such participant."));
    }
    let with_audit = call.request.query.flag("attachAuditReport");
    file(call, rendition::combined(&own, with_audit))
}

pub(crate) fn pages_info(call: &Call<'_>) -> Result<Answer, ApiError> {
    let own = ready(call, "AGREEMENT_NOT_AVAILABLE")?;
    let rows: Vec<Value> = own
        .pages()
        .iter()
        .zip(1..)
        .map(|(page, index)| {
            json!({ "index": index, "width": page.width, "height": page.height, "rotation": 0.0 })
        })
        .collect();
    Ok(etag::answer(call.request, json!({ "documentPagesInfo": rows })))
}

/// A document as lists show it.
pub(crate) fn row(file: &File) -> Value {
    let pages = file.converted.as_ref().map_or(0, |own| own.pages.len());
    let mut out = Object::new();
    out.insert("id".into(), file.id.clone().into());
    out.insert("label".into(), file.label.clone().unwrap_or_default().into());
    out.insert("name".into(), file.name.clone().into());
    out.insert("mimeType".into(), file.mime.clone().into());
    out.insert("numPages".into(), pages.into());
    out.into()
}

pub(crate) fn list(call: &Call<'_>) -> Result<Answer, ApiError> {
    let own = ready(call, "DOCUMENT_NOT_AVAILABLE")?;
    let rows: Vec<Value> = own.files.iter().map(row).collect();
    Ok(etag::answer(call.request, json!({ "documents": rows })))
}

pub(crate) fn one(call: &Call<'_>) -> Result<Answer, ApiError> {
    let own = ready(call, "DOCUMENT_NOT_AVAILABLE")?;
    let at = own
        .files
        .iter()
        .position(|file| file.id == call.params.get("documentId"))
        .ok_or_else(|| ApiError::missing("INVALID_DOCUMENT_ID", "The agreement has no such document."))?;
    file(call, rendition::document(&own, at))
}

pub(crate) fn audit(call: &Call<'_>) -> Result<Answer, ApiError> {
    let own = call.agreement(&call.world().adobe_sign)?.clone();
    file(call, rendition::audit(&own))
}

/// Deletes the documents of an agreement that has ended.
pub(crate) fn remove(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut world = call.world();
    let own = call.own_agreement_mut(&mut world.adobe_sign)?;
    etag::check(call.request, &agreements::render(own))?;
    if own.documents_removed {
        return Err(ApiError::missing("DOCUMENTS_REMOVED", "The documents were deleted."));
    }
    if !own.status.is_final() {
        return Err(super::call::denied());
    }
    own.documents_removed = true;
    own.touch(call.now);
    let sender = own.sender.clone();
    own.note("DOCUMENTS_DELETED", call.now, "The documents were deleted.", None, sender.clone(), sender);
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// One line of names, one of values; for the sender only.
pub(crate) fn form_data(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut world = call.world();
    let own = call.own_agreement_mut(&mut world.adobe_sign)?;
    if own.status == Status::Draft {
        return Err(in_draft());
    }
    let values: Vec<(&str, &str)> = own
        .fields
        .iter()
        .filter(|field| field.is_typed())
        .filter_map(|field| Some((field.name.as_str(), field.value.as_deref()?)))
        .collect();
    if values.is_empty() {
        return Err(ApiError::missing("NO_FORM_DATA", "Nobody has filled in anything."));
    }
    let line = |cells: Vec<&str>| {
        let cells: Vec<String> =
            cells.into_iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        format!("{}\r\n", cells.join(","))
    };
    let (names, given): (Vec<&str>, Vec<&str>) = values.into_iter().unzip();
    Ok(Answer::bytes("text/csv;charset=utf-8", Bytes::from(line(names) + &line(given))))
}
