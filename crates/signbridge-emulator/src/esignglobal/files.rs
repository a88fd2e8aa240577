//! Files: upload addresses, the upload itself, the files of a draft, download addresses [FACTS 4].

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use http::StatusCode;
use md5::{Digest, Md5};
use serde_json::{Value, json};
use url::form_urlencoded;
use uuid::Uuid;

use super::call::Call;
use super::errors::{CodeForm, Refusal};
use super::input;
use super::model::{Document, Status, Time};
use super::recipients::draft;
use super::state::{Grant, State, UPLOAD_MINUTES, Upload, What, opaque};
use crate::exchange::{Answer, Request};

/// The archive's address lives half an hour, a file's an hour.
const ZIP_MINUTES: i64 = 30;
const FILE_MINUTES: i64 = 60;

pub(crate) fn upload_url(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let name = input::name(&body, "fileName")?;
    if !name.rsplit_once('.').is_some_and(|(stem, extension)| !stem.is_empty() && !extension.is_empty()) {
        return Err(Refusal::new("fileName has no extension."));
    }
    let content_type = input::needed(&body, "contentType")?;
    let md5 = crate::values::filled(&body, "contentMD5");
    let is_md5 = |text: &String| STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == 16);
    if md5.as_ref().is_some_and(|text| !is_md5(text)) {
        return Err(Refusal::new("contentMD5 is not the base64 of 16 bytes."));
    }
    let upload = Upload {
        key: Uuid::new_v4().to_string(),
        name: name.clone(),
        content_type,
        md5,
        expires: call.now + TimeDelta::minutes(UPLOAD_MINUTES),
        bytes: None,
    };
    let secret = opaque(24);
    let data = json!({
        "fileKey": upload.key,
        "fileName": name,
        "fileUploadUrl": format!("{}{}{secret}", call.request.origin, super::UPLOADS),
    });
    call.state.uploads.insert(secret, upload);
    Ok(CodeForm::Text.success(data))
}

/// The file host: no token, no wrapper; 403 when what was announced is not what comes.
///
/// Documented for another Content-Type; for a missing or wrong MD5 and a late upload it is unverified.
pub(crate) fn put(state: &mut State, request: &Request, secret: &str, now: Time) -> Answer {
    let refused = Answer::empty(StatusCode::FORBIDDEN);
    let Some(upload) = state.uploads.get_mut(secret) else { return refused };
    let announced = upload.md5.as_deref();
    let same_md5 = announced.is_none_or(|md5| {
        request.header("content-md5") == Some(md5) && STANDARD.encode(Md5::digest(&request.body)) == md5
    });
    if upload.expires <= now
        || request.header("content-type") != Some(upload.content_type.as_str())
        || !same_md5
    {
        return refused;
    }
    upload.bytes = Some(request.body.clone());
    Answer::empty(StatusCode::OK)
}

pub(crate) fn add_sign_files(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    add(call, "signFiles", State::contract, |own| &mut own.documents)
}

pub(crate) fn add_attachments(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    add(call, "attachments", State::attachment, |own| &mut own.attachments)
}

pub(crate) fn delete_sign_files(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    delete(call, "signFiles", |own| &mut own.documents)
}

pub(crate) fn delete_attachments(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    delete(call, "attachments", |own| &mut own.attachments)
}

type Files = fn(&mut super::model::Envelope) -> &mut Vec<Document>;

fn add(
    call: &mut Call<'_>,
    list: &str,
    take: fn(&State, &str) -> Result<Document, Refusal>,
    files: Files,
) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let keys = input::file_keys(&body, list)?;
    let new = keys.iter().map(|key| take(call.state, key)).collect::<Result<Vec<_>, _>>()?;
    let envelope = draft(call.state.envelope_mut(&input::needed(&body, "envelopeId")?)?)?;
    files(envelope).extend(new);
    Ok(CodeForm::Text.success(Value::Null))
}

fn delete(call: &mut Call<'_>, list: &str, files: Files) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let keys = input::file_keys(&body, list)?;
    let envelope = draft(call.state.envelope_mut(&input::needed(&body, "envelopeId")?)?)?;
    let files = files(envelope);
    if keys.iter().any(|key| !files.iter().any(|own| own.key == *key)) {
        return Err(Refusal::no_file());
    }
    files.retain(|own| !keys.contains(&own.key));
    Ok(CodeForm::Text.success(Value::Null))
}

/// Addresses for the files of a completed envelope.
pub(crate) fn download(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.query("envelopeId")?;
    let kind = call.request.query.get("downloadType").unwrap_or("zip").to_owned();
    let envelope = call.state.envelope(&id)?;
    if envelope.status != Status::Completed {
        return Err(Refusal::new("Only a completed envelope can be downloaded."));
    }
    let status = envelope.status.number();
    match kind.as_str() {
        "zip" => {
            let url = grant(call, &id, What::Zip, "all.zip", ZIP_MINUTES);
            Ok(CodeForm::Text
                .success(json!({ "envelopeId": id, "downloadUrl": url, "envelopeStatus": status })))
        }
        "list" => {
            let mut files: Vec<(&str, String, What)> = Vec::new();
            for own in &envelope.documents {
                files.push(("CONTRACT", own.name.clone(), What::Contract(own.key.clone())));
            }
            for own in &envelope.attachments {
                files.push(("ATTACHMENT", own.name.clone(), What::Attachment(own.key.clone())));
            }
            files.push(("CERTIFICATE", "certificate.pdf".to_owned(), What::Certificate));
            let rows: Value = files
                .into_iter()
                .map(|(kind, name, what)| {
                    let url = grant(call, &id, what, &name, FILE_MINUTES);
                    json!({ "fileType": kind, "fileName": name, "downloadUrl": url })
                })
                .collect();
            Ok(CodeForm::Text
                .success(json!({ "envelopeId": id, "envelopeStatus": status, "envelopeFiles": rows })))
        }
        _ => Err(Refusal::new("downloadType is none of zip, list.")),
    }
}

fn grant(call: &mut Call<'_>, envelope: &str, what: What, name: &str, minutes: i64) -> String {
    let secret = opaque(24);
    let expires = call.now + TimeDelta::minutes(minutes);
    let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let url = format!("{}{}{secret}/{}", call.request.origin, super::DOWNLOADS, name.replace('+', "%20"));
    call.state.grants.insert(secret, Grant { envelope: envelope.to_owned(), what, expires });
    url
}
