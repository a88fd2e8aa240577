//! `POST envelopes`: creates an envelope and asks its first signers.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use signbridge_core::{Body, Call, Envelope, Error, ErrorKind, Replay, Result};

use super::{Root, parse, request};
use crate::{
    error::refusal,
    wire::{NewEnvelope, Shown},
};

/// Creates and sends.
#[derive(Debug)]
pub(crate) struct CreateEnvelope<'a> {
    pub(crate) root: Arc<Root>,
    pub(crate) envelope: &'a NewEnvelope,
}

impl Call for CreateEnvelope<'_> {
    type Reply = Envelope;
    const NAME: &'static str = "envelopes.create";
    // A second one would ask people to sign twice.
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let body = serde_json::to_vec(self.envelope).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "the request cannot be written").with_source(error)
        })?;
        request(Method::POST, &self.root.resource(&["envelopes"], &[]), "application/json", body.into())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Envelope> {
        parse::<Shown>(&answer).map(Envelope::from)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
