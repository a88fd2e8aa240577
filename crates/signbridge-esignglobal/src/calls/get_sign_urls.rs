//! `GET envelope/signUrls`: the signing addresses of all signers. The answer holds access codes, which are not read.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use secrecy::SecretString;
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::Api;
use crate::{
    error::{self, unexpected},
    wire::answer::PersonAnswer,
};

/// Asks for the signing addresses.
#[derive(Debug)]
pub(crate) struct GetSignUrls {
    pub(crate) api: Arc<Api>,
    pub(crate) envelope: String,
}

/// One signer's address.
#[derive(Debug)]
pub(crate) struct SignUrl {
    pub(crate) email: String,
    pub(crate) url: SecretString,
}

impl Call for GetSignUrls {
    type Reply = Vec<SignUrl>;
    const NAME: &'static str = "envelopes.sign_urls";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.api.get("envelope/signUrls", &[("envelopeId", &self.envelope)])
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Vec<SignUrl>> {
        let data = error::data(&answer)?;
        let rows = ["signerInfos", "SignerInfos"].iter().find_map(|name| data.get(*name)?.as_array());
        let rows = rows.ok_or_else(|| unexpected(&answer, "no signerInfos"))?;
        let person = |row: &Value| serde_json::from_value::<PersonAnswer>(row.clone()).ok();
        Ok(rows
            .iter()
            .filter_map(person)
            .filter_map(|one| Some(SignUrl { email: one.user_email?, url: one.sign_url?.into() }))
            .collect())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
