//! `POST transientDocuments`: one file, streamed as multipart; it is kept for seven days.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use serde::Deserialize;
use signbridge_core::{Body, Call, Error, PreparedDocument, Replay, Result};
use uuid::Uuid;

use super::{AccessPoint, build, parse};

/// Uploads a file. A second copy harms nobody.
#[derive(Debug)]
pub(crate) struct CreateTransientDocument {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) document: PreparedDocument,
    pub(crate) boundary: Arc<str>,
}

/// A boundary that no file holds.
pub(crate) fn boundary() -> Arc<str> {
    format!("signbridge-{}", Uuid::new_v4().simple()).into()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TransientDocumentAnswer {
    transient_document_id: String,
}

impl Call for CreateTransientDocument {
    type Reply = String;
    const NAME: &'static str = "transient_documents.create";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let boundary = &self.boundary;
        let (name, media_type) = (&self.document.name, media_type(&self.document.extension));
        let mut body = Body::empty();
        // The true name goes as a field of its own: a header cannot carry every letter.
        for (field, value) in [("File-Name", name.as_str()), ("Mime-Type", media_type)] {
            body.push_bytes(format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            ));
        }
        body.push_bytes(format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"File\"; filename=\"{}\"\r\nContent-Type: {media_type}\r\n\r\n",
            plain(name),
        ));
        body.push_source(Arc::clone(&self.document.source));
        body.push_bytes(format!("\r\n--{boundary}--\r\n"));
        let url = self.point.resource(&["transientDocuments"], &[]);
        let request = self
            .point
            .request(Method::POST, &url)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"));
        build(request, body)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<String> {
        parse::<TransientDocumentAnswer>(&answer).map(|answer| answer.transient_document_id)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}

fn media_type(extension: &str) -> &'static str {
    match extension {
        "pdf" => "application/pdf",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "doc" => "application/msword",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xls" => "application/vnd.ms-excel",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "ppt" => "application/vnd.ms-powerpoint",
        "rtf" => "application/rtf",
        "html" | "htm" => "text/html",
        "txt" => "text/plain",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "bmp" => "image/bmp",
        "tif" | "tiff" => "image/tiff",
        _ => "application/octet-stream",
    }
}

/// A name that cannot break out of its quotes or its header.
fn plain(name: &str) -> String {
    let safe =
        |letter: char| letter == ' ' || letter.is_ascii_graphic() && !matches!(letter, '"' | '\\' | ';');
    name.chars().map(|letter| if safe(letter) { letter } else { '_' }).collect()
}
