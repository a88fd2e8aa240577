//! `GET signature_request/{id}`: a request with its signers and metadata.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use signbridge_core::{Body, Call, Envelope, Error, Replay, Result};

use super::{Root, bare, refusal, signature_request};

/// Reads a request.
#[derive(Debug)]
pub(crate) struct GetRequest {
    pub(crate) root: Arc<Root>,
    pub(crate) id: String,
}

impl Call for GetRequest {
    type Reply = Envelope;
    const NAME: &'static str = "signature_request.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        bare(Method::GET, &self.root.resource(&["signature_request", &self.id], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Envelope> {
        signature_request(&answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
