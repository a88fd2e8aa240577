//! `GET envelopes/ID`: reads an envelope.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use signbridge_core::{Body, Call, Envelope, Error, Replay, Result};

use super::{Root, parse, request};
use crate::{error::refusal, wire::Shown};

/// Reads.
#[derive(Debug)]
pub(crate) struct GetEnvelope {
    pub(crate) root: Arc<Root>,
    pub(crate) id: String,
}

impl Call for GetEnvelope {
    type Reply = Envelope;
    const NAME: &'static str = "envelopes.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        request(Method::GET, &self.root.resource(&["envelopes", &self.id], &[]), "", Body::empty())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Envelope> {
        parse::<Shown>(&answer).map(Envelope::from)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
