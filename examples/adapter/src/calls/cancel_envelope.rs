//! `POST envelopes/ID/cancel`: stops an envelope and tells its signers why.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Root, request};
use crate::error::refusal;

/// Stops.
#[derive(Debug)]
pub(crate) struct CancelEnvelope<'a> {
    pub(crate) root: Arc<Root>,
    pub(crate) id: &'a str,
    pub(crate) reason: &'a str,
}

impl Call for CancelEnvelope<'_> {
    type Reply = ();
    const NAME: &'static str = "envelopes.cancel";
    // A second one is refused as `ended`, although the first one did it.
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let body = serde_json::json!({"reason": self.reason}).to_string();
        let url = self.root.resource(&["envelopes", self.id, "cancel"], &[]);
        request(Method::POST, &url, "application/json", body.into())
    }

    fn reply(&self, _: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
