//! `POST envelope/cancel`: stops an envelope while somebody has not signed. All signatures become void.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::Api;
use crate::error;

/// Cancels an envelope.
#[derive(Debug)]
pub(crate) struct CancelEnvelope {
    pub(crate) api: Arc<Api>,
    pub(crate) envelope: String,
    pub(crate) reason: String,
}

impl Call for CancelEnvelope {
    type Reply = ();
    const NAME: &'static str = "envelopes.cancel";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        self.api.post("envelope/cancel", &json!({ "envelopeId": self.envelope, "reason": self.reason }))
    }

    /// Newer pages answer without data, older ones with id and status; the code says it all.
    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        error::data(&answer).map(|_| ())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
