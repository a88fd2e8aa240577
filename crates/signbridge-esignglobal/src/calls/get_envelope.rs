//! `GET envelope/envelopeDetail`: an envelope with its people and files.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::Api;
use crate::{
    error::{self, unexpected},
    wire::answer::{self, Detail},
};

/// Reads an envelope.
#[derive(Debug)]
pub(crate) struct GetEnvelope {
    pub(crate) api: Arc<Api>,
    pub(crate) envelope: String,
}

impl Call for GetEnvelope {
    type Reply = Detail;
    const NAME: &'static str = "envelopes.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.api.get("envelope/envelopeDetail", &[("envelopeId", &self.envelope)])
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Detail> {
        answer::detail(error::data(&answer)?).ok_or_else(|| unexpected(&answer, "it is no envelope"))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
