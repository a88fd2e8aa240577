//! `POST signature_request/cancel/{id}`: queues the end of an incomplete request.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Root, bare, refusal};

/// Cancels a request. There is no reason to give, and a good answer means that it is queued.
#[derive(Debug)]
pub(crate) struct CancelRequest {
    pub(crate) root: Arc<Root>,
    pub(crate) id: String,
}

impl Call for CancelRequest {
    type Reply = ();
    const NAME: &'static str = "signature_request.cancel";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        bare(Method::POST, &self.root.resource(&["signature_request", "cancel", &self.id], &[]))
    }

    /// The body was recorded as empty, with a content type of HTML.
    fn reply(&self, _: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
