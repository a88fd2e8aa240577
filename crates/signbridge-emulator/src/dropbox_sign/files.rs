//! Downloads: the merged PDF with the audit trail, the archive, and their detours by address.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::json;

use super::call::{Call, ok, readable};
use super::errors::ApiError;
use super::fields;
use super::model::{Envelope, Status};
use super::state::hex_id;
use crate::dialect::Time;
use crate::docusign::convert;
use crate::exchange::Answer;
use crate::hub::Hub;
use crate::pdf::{self, Certificate, CertificateRecipient, Mark, MarkKind, PdfError};

/// How long an address for a download lives; unverified.
const DOWNLOAD_SECONDS: i64 = 3_600;

/// As what a file is asked for.
pub(crate) enum Wanted {
    FileUrl,
    DataUri,
    Attachment { zip: bool },
}

impl Wanted {
    /// By `file_type`, or by the old ways to ask for text or an address instead.
    pub(crate) fn of(call: &Call<'_>) -> Result<Self, ApiError> {
        let asked = |name: &str| matches!(call.request.query.get(name), Some("1" | "true" | "True"));
        if asked("get_url") {
            return Ok(Self::FileUrl);
        }
        if asked("get_data_uri") {
            return Ok(Self::DataUri);
        }
        match call.request.query.get("file_type").unwrap_or("pdf") {
            "pdf" | "" => Ok(Self::Attachment { zip: false }),
            "zip" => Ok(Self::Attachment { zip: true }),
            other => Err(ApiError::at("file_type", format!("Invalid parameter: {other}"))),
        }
    }
}

/// `files/{id}`.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let zip = match Wanted::of(call)? {
        Wanted::FileUrl => return as_file_url(call),
        Wanted::DataUri => return as_data_uri(call),
        Wanted::Attachment { zip } => zip,
    };
    let own = copy(call)?;
    let bytes = if zip { archive(&own) } else { merged(&own, call.now) };
    Ok(attachment(&own.id, zip, bytes.map_err(unreadable)?))
}

/// The old address of a completed copy.
pub(crate) fn final_copy(call: &Call<'_>) -> Result<Answer, ApiError> {
    let own = copy(call)?;
    if !own.is_complete() {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "forbidden", "Not ready"));
    }
    let bytes = merged(&own, call.now).map_err(unreadable)?;
    Ok(attachment(&own.id, false, bytes))
}

pub(crate) fn as_data_uri(call: &Call<'_>) -> Result<Answer, ApiError> {
    merged(&copy(call)?, call.now).map_err(unreadable).map(|bytes| data_uri(&bytes))
}

pub(crate) fn as_file_url(call: &Call<'_>) -> Result<Answer, ApiError> {
    Ok(file_url(call, copy(call)?.id))
}

/// A PDF as text.
pub(crate) fn data_uri(pdf: &[u8]) -> Answer {
    ok(json!({ "data_uri": format!("data:application/pdf;base64,{}", STANDARD.encode(pdf)) }))
}

/// A new address of the file of this request or template.
pub(crate) fn file_url(call: &Call<'_>, id: String) -> Answer {
    let token = hex_id(40);
    let expires = call.now + TimeDelta::seconds(DOWNLOAD_SECONDS);
    call.hub.world().dropbox_sign.downloads.insert(token.clone(), (id, expires));
    let url = format!("{}/downloads/{token}", call.request.origin);
    ok(json!({ "file_url": url, "expires_at": expires.timestamp() }))
}

pub(crate) fn unreadable(error: PdfError) -> ApiError {
    ApiError::bad(error.to_string())
}

/// Follows an address made by [`file_url`].
pub(crate) fn download(hub: &Hub, token: &str) -> Answer {
    let now = hub.clock.now();
    let world = hub.world();
    let state = &world.dropbox_sign;
    let made = state.downloads.get(token).filter(|(_, expires)| *expires > now).and_then(|(id, _)| {
        let bytes = match super::templates::ready(state, id, now) {
            Ok(template) => super::templates::merged(template),
            Err(_) => merged(readable(state, id).ok()?, now),
        };
        Some(attachment(id, false, bytes.ok()?))
    });
    made.unwrap_or_else(|| Answer::empty(StatusCode::NOT_FOUND))
}

pub(crate) fn attachment(id: &str, zip: bool, bytes: Bytes) -> Answer {
    let (media, tail) = if zip { ("application/zip", "zip") } else { ("application/pdf", "pdf") };
    Answer::bytes(media, bytes).with("content-disposition", &format!("attachment; filename=\"{id}.{tail}\""))
}

/// The request, when a copy of its files can be had [FACTS 7].
fn copy(call: &Call<'_>) -> Result<Envelope, ApiError> {
    let world = call.hub.world();
    let own = call.readable(&world.dropbox_sign)?;
    if !own.prepared || own.copy_at > call.now {
        return Err(ApiError::conflict("Files are still being processed. Please try again later."));
    }
    if own.has_error() {
        return Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unprocessable_entity",
            "The files of this request could not be processed",
        ));
    }
    if own.word() == "expired" {
        let why = "This signature request has expired";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "signature_request_expired", why));
    }
    Ok(own.clone())
}

/// A document with what was signed, as the signer and the copy show it.
pub(crate) fn document(own: &Envelope, index: usize) -> Result<Bytes, PdfError> {
    let missing = || PdfError::Unreadable(format!("there is no document {index}"));
    let document = own.documents.get(index).ok_or_else(missing)?;
    let marks = fields::marks(own, index);
    pdf::stamp(&document.bytes, &marks, Some(&header(own))).map(Bytes::from)
}

fn header(own: &Envelope) -> String {
    let test = if own.test_mode { "TEST MODE, not legally binding. " } else { "" };
    format!("{test}Doc ID: {}", own.id)
}

/// The page that is appended when a request has no fields.
fn signature_page(own: &Envelope) -> Result<Option<Bytes>, PdfError> {
    if !own.signature_page {
        return Ok(None);
    }
    let Some(page) = convert::stand_in("Signature page", "txt", b"Signature page") else { return Ok(None) };
    let marks: Vec<Mark> = own
        .signatures
        .iter()
        .zip(0_u16..9)
        .filter(|(one, _)| one.status == Status::Signed)
        .map(|(one, at)| Mark {
            page: 1,
            x: 72.0,
            y: 110.0 + 70.0 * f32::from(at),
            kind: MarkKind::Signature { name: one.name.clone(), id: one.id.chars().take(16).collect() },
        })
        .collect();
    pdf::stamp(&page, &marks, Some(&header(own))).map(|bytes| Some(Bytes::from(bytes)))
}

/// Documents, signature page and audit trail in one file.
pub(crate) fn merged(own: &Envelope, now: Time) -> Result<Bytes, PdfError> {
    let mut files = (0..own.documents.len()).map(|at| document(own, at)).collect::<Result<Vec<_>, _>>()?;
    files.extend(signature_page(own)?);
    files.push(audit(own, now)?);
    let parts: Vec<&[u8]> = files.iter().map(|file| &file[..]).collect();
    pdf::combine(&parts).map(Bytes::from)
}

fn archive(own: &Envelope) -> Result<Bytes, PdfError> {
    let mut files = Vec::new();
    for (at, one) in own.documents.iter().enumerate() {
        files.push((one.name.as_str(), document(own, at)?));
    }
    if let Some(page) = signature_page(own)? {
        files.push(("Signature page", page));
    }
    packed(files)
}

/// An archive of PDFs, no two of one name.
pub(crate) fn packed(files: Vec<(&str, Bytes)>) -> Result<Bytes, PdfError> {
    let mut entries: Vec<(String, Bytes)> = Vec::new();
    for (at, (name, bytes)) in files.into_iter().enumerate() {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let mut name = format!("{}.pdf", stem.replace(['/', '\\'], "_"));
        if entries.iter().any(|(taken, _)| *taken == name) {
            name = format!("{}-{name}", at + 1);
        }
        entries.push((name, bytes));
    }
    let entries: Vec<(String, &[u8])> =
        entries.iter().map(|(name, bytes)| (name.clone(), &bytes[..])).collect();
    pdf::archive(&entries).map(Bytes::from)
}

fn audit(own: &Envelope, now: Time) -> Result<Bytes, PdfError> {
    let shown = |time: Time| time.format("%m / %d / %Y %H:%M:%S UTC").to_string();
    let recipients = own
        .signatures
        .iter()
        .map(|one| {
            let events = [("Sent", Some(own.created)), ("Viewed", one.viewed), ("Signed", one.signed)];
            CertificateRecipient {
                name: one.name.clone(),
                email: one.email.clone(),
                role: one.role.clone().unwrap_or_else(|| "signer".to_owned()),
                status: one.status.as_str().to_owned(),
                events: events
                    .into_iter()
                    .filter_map(|(label, time)| Some((label.to_owned(), shown(time?))))
                    .collect(),
            }
        })
        .collect();
    let documents = own
        .documents
        .iter()
        .map(|one| (one.name.clone(), u32::try_from(one.pages.len()).unwrap_or(u32::MAX), one.sha256.clone()))
        .collect();
    pdf::certificate(&Certificate {
        envelope_id: own.id.clone(),
        subject: own.title.clone(),
        status: own.word().to_owned(),
        sender: "Emulated Account".to_owned(),
        documents,
        recipients,
        issued: shown(own.completed.unwrap_or(now)),
    })
    .map(Bytes::from)
}
