//! `GET envelopes?reference=KEY`: the envelopes with our key.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::Deserialize;
use signbridge_core::{Body, Call, Envelope, Error, IdempotencyKey, Replay, Result};

use super::{Root, parse, request};
use crate::{error::refusal, wire::Shown};

/// Finds by key.
#[derive(Debug)]
pub(crate) struct FindEnvelopes<'a> {
    pub(crate) root: Arc<Root>,
    pub(crate) key: &'a IdempotencyKey,
}

#[derive(Deserialize)]
struct Found {
    envelopes: Vec<Shown>,
}

impl Call for FindEnvelopes<'_> {
    type Reply = Vec<Envelope>;
    const NAME: &'static str = "envelopes.find";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.root.resource(&["envelopes"], &[("reference", self.key.as_str())]);
        request(Method::GET, &url, "", Body::empty())
    }

    /// What the provider found is looked at again: the envelope's own reference decides.
    fn reply(&self, answer: Response<Bytes>) -> Result<Vec<Envelope>> {
        let found = parse::<Found>(&answer)?.envelopes.into_iter().map(Envelope::from);
        Ok(found.filter(|one| one.idempotency_key.as_deref() == Some(self.key.as_str())).collect())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
