//! `POST envelope/create`: an empty draft. Nobody is asked; files and people are added to it.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Api, create_and_start::envelope_id};
use crate::{error, wire::definition::Definition};

/// Creates an empty draft. A spare one asks nobody, so it may be repeated.
#[derive(Debug)]
pub(crate) struct CreateEnvelope {
    pub(crate) api: Arc<Api>,
    pub(crate) definition: Arc<Definition>,
}

impl Call for CreateEnvelope {
    type Reply = String;
    const NAME: &'static str = "envelopes.create";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.api.post("envelope/create", &self.definition.envelope())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<String> {
        envelope_id(&answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
