//! `POST envelopes/views/sender`: the page on which a person prepares a draft and sends it. Its address holds a secret.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use secrecy::SecretString;
use serde_json::{Value, json};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::Api;
use crate::error::{self, unexpected};

/// The longest address to return to, in characters.
pub(crate) const RETURN_URL: usize = 2048;

/// Asks for the sender's page of a draft. An address that nobody opens changes nothing.
#[derive(Debug)]
pub(crate) struct GetSenderView {
    pub(crate) api: Arc<Api>,
    pub(crate) envelope: String,
    pub(crate) return_url: String,
}

impl Call for GetSenderView {
    type Reply = SecretString;
    const NAME: &'static str = "envelopes.sender_view";
    const REPLAY: Replay = Replay::Safe;

    /// What the page does at its end is written also where it is the default of today.
    fn request(&self) -> Result<Request<Body>> {
        let settings = json!({ "startingPage": "preparePage", "submitAction": "send" });
        let body = json!({ "envelopeId": self.envelope, "returnUrl": self.return_url, "settings": settings });
        self.api.post("envelopes/views/sender", &body)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<SecretString> {
        match error::data(&answer)?.get("url").and_then(Value::as_str) {
            Some(url) if !url.is_empty() => Ok(url.into()),
            _ => Err(unexpected(&answer, "no url")),
        }
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
