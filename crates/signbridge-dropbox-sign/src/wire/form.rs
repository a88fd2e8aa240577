//! Multipart forms with documents streamed from their sources. One part per member: text and numbers as they are,
//! flags as `true` and `false`, lists and objects as JSON text.

use std::sync::Arc;

use serde_json::{Map, Value};
use signbridge_core::{Body, Prepared};

/// The form of a request and its documents.
pub(crate) fn body(members: &Map<String, Value>, prepared: &Prepared, boundary: &str) -> Body {
    let mut body = Body::empty();
    for (name, value) in members {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let name = quoted(name);
        body.push_bytes(format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n"
        ));
    }
    for (index, document) in prepared.documents.iter().enumerate() {
        let (name, media_type) = (quoted(&document.name), media_type(&document.extension));
        body.push_bytes(format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"files[{index}]\"; filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n"
        ));
        body.push_source(Arc::clone(&document.source));
        body.push_bytes("\r\n");
    }
    body.push_bytes(format!("--{boundary}--\r\n"));
    body
}

/// A name that cannot break out of its quotes or its header, escaped as browsers do (HTML, multipart/form-data).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// The media type for a file extension.
fn media_type(extension: &str) -> &'static str {
    match extension {
        "pdf" => "application/pdf",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "doc" => "application/msword",
        "html" | "htm" => "text/html",
        "txt" => "text/plain",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        _ => "application/octet-stream",
    }
}
