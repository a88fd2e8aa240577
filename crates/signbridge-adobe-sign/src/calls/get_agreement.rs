//! `GET agreements/{id}`: an agreement, with the version that its changes have to name.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{AccessPoint, etag, parse};
use crate::{error::unexpected, wire::answer::AgreementAnswer};

/// Reads an agreement.
#[derive(Debug)]
pub(crate) struct GetAgreement {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
}

/// An agreement as it was read.
#[derive(Debug)]
pub(crate) struct ReadAgreement {
    pub(crate) agreement: AgreementAnswer,
    pub(crate) etag: Option<String>,
    pub(crate) raw: Value,
}

impl Call for GetAgreement {
    type Reply = ReadAgreement;
    const NAME: &'static str = "agreements.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.point.get(&self.point.agreement(&self.agreement, &[], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<ReadAgreement> {
        let raw: Value = parse(&answer)?;
        let agreement: AgreementAnswer = parse(&answer)?;
        if agreement.status.is_none() {
            return Err(unexpected(&answer, "it is not an agreement"));
        }
        Ok(ReadAgreement { agreement, etag: etag(answer.headers()), raw })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
