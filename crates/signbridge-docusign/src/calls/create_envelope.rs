//! `POST envelopes`: an envelope from its definition and its documents, as multipart without base64.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use signbridge_core::{Body, Call, Error, Prepared, Replay, Result};
use uuid::Uuid;

use super::{Account, build, envelope_id, json, refusal};
use crate::wire::definition::{self, EnvelopeDefinition};

/// The largest request that DocuSign takes, in bytes (34 MiB).
pub(crate) const REQUEST_BYTES: u64 = 35_651_584;

/// Creates an envelope.
#[derive(Debug)]
pub(crate) struct CreateEnvelope {
    pub(crate) account: Arc<Account>,
    pub(crate) definition: Arc<EnvelopeDefinition>,
    /// `None` when the documents follow in requests of their own.
    pub(crate) documents: Option<Arc<Prepared>>,
    pub(crate) boundary: Arc<str>,
}

impl CreateEnvelope {
    pub(crate) fn new(
        account: Arc<Account>,
        definition: Arc<EnvelopeDefinition>,
        documents: Option<Arc<Prepared>>,
    ) -> Self {
        Self {
            account,
            definition,
            documents,
            boundary: format!("signbridge-{}", Uuid::new_v4().simple()).into(),
        }
    }

    /// Definition and documents, the documents from their sources. DocuSign wants `file` as the disposition of a
    /// document, which no form library writes.
    fn multipart(&self, prepared: &Prepared) -> Result<Body> {
        let definition = serde_json::to_vec(&*self.definition).map_err(|error| {
            Error::new(signbridge_core::ErrorKind::InvalidDraft, "the draft cannot be written")
                .with_source(error)
        })?;
        let boundary = &self.boundary;
        let mut body = Body::empty();
        body.push_bytes(format!(
            "--{boundary}\r\nContent-Type: application/json\r\nContent-Disposition: form-data\r\n\r\n"
        ));
        body.push_bytes(definition);
        for (index, document) in prepared.documents.iter().enumerate() {
            body.push_bytes(format!(
                "\r\n--{boundary}\r\nContent-Type: {}\r\nContent-Disposition: file; filename=\"{}\"; documentid={}\r\n\r\n",
                media_type(&document.extension),
                file_name(&document.name),
                definition::document_id(index),
            ));
            body.push_source(Arc::clone(&document.source));
        }
        body.push_bytes(format!("\r\n--{boundary}--\r\n"));
        Ok(body)
    }

    /// The exact length of the request's body in bytes.
    pub(crate) fn length(&self) -> Result<u64> {
        Ok(self.request()?.body().len())
    }
}

impl Call for CreateEnvelope {
    type Reply = String;
    const NAME: &'static str = "envelopes.create";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes"], &[]);
        // Without documents there is nothing that multipart would carry.
        let Some(prepared) = self.documents.as_ref().filter(|own| !own.documents.is_empty()) else {
            return json(Method::POST, &url, &*self.definition);
        };
        let request = Request::builder()
            .method(Method::POST)
            .uri(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={}", self.boundary));
        build(request, self.multipart(prepared)?)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<String> {
        envelope_id(&answer).map(|(id, _)| id)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// The media type for a file extension; DocuSign goes by the extension.
pub(crate) fn media_type(extension: &str) -> &'static str {
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

/// A name that cannot break out of its quotes or its header; the definition carries it unchanged.
pub(crate) fn file_name(name: &str) -> String {
    name.chars()
        .map(|letter| {
            if letter.is_ascii_graphic() && !matches!(letter, '"' | '\\' | ';') || letter == ' ' {
                letter
            } else {
                '_'
            }
        })
        .collect()
}
