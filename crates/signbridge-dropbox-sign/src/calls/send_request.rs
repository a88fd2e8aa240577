//! `POST signature_request/send`, `create_embedded` and their twins `…_with_template`: a request from its members and
//! documents, as a multipart form.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use serde_json::{Map, Value};
use signbridge_core::{Basis, Body, Call, Envelope, EnvelopeStatus, Error, Prepared, Replay, Result, State};
use uuid::Uuid;

use super::{Root, build, refusal, signature_request};
use crate::wire::form;

/// Sends a request, or creates one whose signers are shown their links.
pub(crate) struct SendRequest {
    root: Arc<Root>,
    embedded: bool,
    members: Map<String, Value>,
    prepared: Arc<Prepared>,
    pub(crate) boundary: String,
}

impl SendRequest {
    pub(crate) fn new(
        root: Arc<Root>,
        embedded: bool,
        members: Map<String, Value>,
        prepared: Arc<Prepared>,
    ) -> Self {
        let boundary = format!("signbridge-{}", Uuid::new_v4().simple());
        Self { root, embedded, members, prepared, boundary }
    }
}

impl Call for SendRequest {
    type Reply = Envelope;
    const NAME: &'static str = "signature_request.send";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let operation = match (self.embedded, self.members.contains_key("template_ids")) {
            (false, false) => "send",
            (false, true) => "send_with_template",
            (true, false) => "create_embedded",
            (true, true) => "create_embedded_with_template",
        };
        let url = self.root.resource(&["signature_request", operation], &[]);
        let request = Request::builder()
            .method(Method::POST)
            .uri(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={}", self.boundary));
        build(request, form::body(&self.members, &self.prepared, &self.boundary))
    }

    /// Accepted is not prepared: whether the documents can be read shows later.
    fn reply(&self, answer: Response<Bytes>) -> Result<Envelope> {
        let mut envelope = signature_request(&answer)?;
        if envelope.status == EnvelopeStatus::InProgress {
            envelope.state = State::new(EnvelopeStatus::Processing, envelope.state.raw, Basis::Derived);
            envelope.status = envelope.state.status.clone();
        }
        for recipient in &mut envelope.recipients {
            recipient.embedded = self.embedded && recipient.role == "signer";
        }
        Ok(envelope)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
