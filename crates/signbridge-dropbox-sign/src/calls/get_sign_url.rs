//! `GET embedded/sign_url/{signature_id}`: a signing link for a signer of an embedded request.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Method, Request, Response};
use secrecy::SecretString;
use serde::Deserialize;
use signbridge_core::{Body, Call, Error, Replay, Result, SigningLink};

use super::{Root, bare, parse, refusal};
use crate::wire::flexible;

/// Makes a signing link. The id is the signer's, not the request's.
#[derive(Debug)]
pub(crate) struct GetSignUrl {
    pub(crate) root: Arc<Root>,
    pub(crate) signature_id: String,
}

#[derive(Deserialize)]
struct SignUrlAnswer {
    embedded: Embedded,
}

#[derive(Deserialize)]
struct Embedded {
    sign_url: SecretString,
    #[serde(default, deserialize_with = "flexible::time")]
    expires_at: Option<DateTime<Utc>>,
}

impl Call for GetSignUrl {
    type Reply = SigningLink;
    const NAME: &'static str = "embedded.sign_url";
    // A link that nobody opened dies by itself.
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        bare(Method::GET, &self.root.resource(&["embedded", "sign_url", &self.signature_id], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<SigningLink> {
        let link = parse::<SignUrlAnswer>(&answer)?.embedded;
        Ok(SigningLink::new(link.sign_url, link.expires_at))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
