//! `POST signature_request/remove/{id}`: gives up one's own access to a request that has ended.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Root, bare, refusal};

/// Removes a request from the account, at once and for good. The other parties keep theirs.
#[derive(Debug)]
pub(crate) struct RemoveRequest {
    pub(crate) root: Arc<Root>,
    pub(crate) id: String,
}

impl Call for RemoveRequest {
    type Reply = ();
    const NAME: &'static str = "signature_request.remove";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        bare(Method::POST, &self.root.resource(&["signature_request", "remove", &self.id], &[]))
    }

    /// The body was recorded as empty, with a content type of HTML.
    fn reply(&self, _: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
