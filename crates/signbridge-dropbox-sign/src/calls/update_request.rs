//! `POST signature_request/update/{id}`: a signer's new name or address, and a new end.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{Method, Request, Response, header};
use serde::Serialize;
use signbridge_core::{Body, Call, Envelope, Error, ErrorKind, Replay, Result};

use super::{Root, build, refusal, signature_request};

/// Corrects one signer. A new address makes a new signature id and mails him; an end alone is not taken, so it goes with
/// a name.
pub(crate) struct UpdateRequest {
    pub(crate) root: Arc<Root>,
    pub(crate) id: String,
    pub(crate) change: Change,
}

/// What changes; only what is given is written.
#[derive(Clone, Serialize)]
pub(crate) struct Change {
    pub(crate) signature_id: String,
    #[serde(rename = "email_address", skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// In seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<i64>,
}

impl fmt::Debug for UpdateRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateRequest").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Call for UpdateRequest {
    type Reply = Envelope;
    const NAME: &'static str = "signature_request.update";
    // A new address mails.
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.root.resource(&["signature_request", "update", &self.id], &[]);
        let bytes = serde_json::to_vec(&self.change).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "the change cannot be written").with_source(error)
        })?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json");
        build(request, bytes.into())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Envelope> {
        signature_request(&answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
