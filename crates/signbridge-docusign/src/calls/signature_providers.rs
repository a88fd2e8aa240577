//! `GET signatureProviders`: who certifies signatures for the account.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Account, get, parse, refusal};
use crate::wire::{flexible, identity::SignatureProvider};

/// Lists the signature providers.
#[derive(Debug)]
pub(crate) struct ListSignatureProviders {
    pub(crate) account: Arc<Account>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default, deserialize_with = "flexible::list")]
    signature_providers: Vec<SignatureProvider>,
}

impl Call for ListSignatureProviders {
    type Reply = Vec<SignatureProvider>;
    const NAME: &'static str = "signature_providers.list";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        get(&self.account.resource(&["signatureProviders"], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Self::Reply> {
        parse::<Answer>(&answer).map(|answer| answer.signature_providers)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
