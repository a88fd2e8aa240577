//! `POST envelope/createAndStart`: the one documented way to send. It starts at once.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::Api;
use crate::{
    error::{self, unexpected},
    wire::definition::Definition,
};

/// Creates and starts an envelope.
#[derive(Debug)]
pub(crate) struct CreateAndStart {
    pub(crate) api: Arc<Api>,
    pub(crate) definition: Arc<Definition>,
}

impl Call for CreateAndStart {
    type Reply = String;
    const NAME: &'static str = "envelopes.create_and_start";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        self.api.post("envelope/createAndStart", &*self.definition)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<String> {
        envelope_id(&answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}

/// The id of what was created.
pub(super) fn envelope_id(answer: &Response<Bytes>) -> Result<String> {
    match error::data(answer)?.get("envelopeId").and_then(Value::as_str) {
        Some(id) if !id.is_empty() => Ok(id.to_owned()),
        _ => Err(unexpected(answer, "no envelopeId")),
    }
}
