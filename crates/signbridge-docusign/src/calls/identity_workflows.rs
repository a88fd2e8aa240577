//! `GET identity_verification`: the workflows by which the account verifies identities.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Account, get, parse, refusal};
use crate::wire::{flexible, identity::Workflow};

/// Lists the workflows.
#[derive(Debug)]
pub(crate) struct ListIdentityWorkflows {
    pub(crate) account: Arc<Account>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default, deserialize_with = "flexible::list")]
    identity_verification: Vec<Workflow>,
}

impl Call for ListIdentityWorkflows {
    type Reply = Vec<Workflow>;
    const NAME: &'static str = "identity_verification.list";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        get(&self.account.resource(&["identity_verification"], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Self::Reply> {
        parse::<Answer>(&answer).map(|answer| answer.identity_verification)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
