//! `GET agreements/{id}/signingUrls`: the links of those whose turn it is.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use secrecy::SecretString;
use serde::Deserialize;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{AccessPoint, parse};
use crate::wire::flexible;

/// Asks for the links.
#[derive(Debug)]
pub(crate) struct GetSigningUrls {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SigningUrlsAnswer {
    #[serde(default, deserialize_with = "flexible::list")]
    signing_url_set_infos: Vec<SigningUrlSet>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SigningUrlSet {
    #[serde(default, deserialize_with = "flexible::list")]
    signing_urls: Vec<SigningUrl>,
}

/// The link of one signer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SigningUrl {
    pub(crate) email: String,
    pub(crate) esign_url: SecretString,
}

impl Call for GetSigningUrls {
    type Reply = Vec<SigningUrl>;
    const NAME: &'static str = "signing_urls.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.point.get(&self.point.agreement(&self.agreement, &["signingUrls"], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Vec<SigningUrl>> {
        let sets = parse::<SigningUrlsAnswer>(&answer)?.signing_url_set_infos;
        Ok(sets.into_iter().flat_map(|set| set.signing_urls).collect())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
