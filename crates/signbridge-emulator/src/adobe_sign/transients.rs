//! `POST /transientDocuments`: one file by multipart [FACTS 4, Upload].

use http::StatusCode;
use serde_json::json;

use super::call::Call;
use super::convert;
use super::errors::ApiError;
use super::model::File;
use super::state::{Transient, new_id, opaque};
use crate::exchange::Answer;
use crate::journal::sha256;
use crate::multipart::{self, Part};

/// The default of the account's tier.
const LARGEST_FILE: usize = 10 * 1024 * 1024;
const LONGEST_NAME: usize = 255;

pub(crate) fn create(call: &Call<'_>) -> Result<Answer, ApiError> {
    let parts = parts(call)?;
    let text = |name: &str| {
        let part = parts.iter().find(|part| part.parameter("name").as_deref() == Some(name))?;
        Some(String::from_utf8_lossy(&part.body).into_owned()).filter(|value| !value.is_empty())
    };
    let part = parts
        .iter()
        .find(|part| part.parameter("name").as_deref() == Some("File"))
        .filter(|part| !part.body.is_empty())
        .ok_or_else(|| ApiError::bad("NO_FILE_CONTENT", "There is no part named File, or it is empty."))?;
    let name = text("File-Name")
        .or_else(|| part.parameter("filename"))
        .filter(|name| !name.is_empty())
        .ok_or_else(|| ApiError::bad("NO_FILE_NAME", "Neither File-Name nor the part names the file."))?;
    if name.chars().count() > LONGEST_NAME {
        return Err(ApiError::arguments("The file name is longer than 255 characters."));
    }
    if part.body.len() > LARGEST_FILE {
        return Err(ApiError::forbidden(
            "LARGE_FILE_SIZE",
            format!("The file has {} bytes; {LARGEST_FILE} are allowed.", part.body.len()),
        ));
    }
    let named = text("Mime-Type").or_else(|| Some(part.content_type().to_owned()));
    let mime = convert::media_type(named.as_deref(), &name).ok_or_else(|| {
        ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            format!("Files like {name} are not taken."),
        )
    })?;
    let file = File {
        id: new_id(),
        sha256: sha256(&part.body),
        length: part.body.len(),
        converted: convert::convert(mime, &name, &part.body),
        mime: mime.to_owned(),
        label: None,
        layer: Vec::new(),
        name,
    };
    let id = format!("3AAABLblqZhB{}*", opaque(36));
    let transient = Transient { file, user: call.user.id.clone(), uploaded: call.now };
    call.world().adobe_sign.transients.insert(id.clone(), transient);
    Ok(Answer::created(json!({ "transientDocumentId": id })))
}

fn parts(call: &Call<'_>) -> Result<Vec<Part>, ApiError> {
    let content_type = call.request.header("content-type").unwrap_or_default();
    if call.request.media_type().as_deref() != Some("multipart/form-data") {
        return Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            "The body must be multipart/form-data.",
        ));
    }
    let broken = |why: &str| ApiError::bad("INVALID_MULTIPART", format!("The multipart is broken: {why}."));
    let boundary = multipart::boundary(content_type).ok_or_else(|| broken("it names no boundary"))?;
    multipart::parse(&call.request.body, &boundary).map_err(|why| broken(&why))
}
