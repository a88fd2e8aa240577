//! `PUT agreements/{id}/state`: send a draft, or cancel. Each names the version that it means.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::json;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::AccessPoint;

/// Sends a draft. Adobe refuses it for another version than this, so doubt is settled by reading.
#[derive(Debug)]
pub(crate) struct SendAgreement {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
    pub(crate) etag: String,
}

impl Call for SendAgreement {
    type Reply = ();
    const NAME: &'static str = "agreements.send";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.point.agreement(&self.agreement, &["state"], &[]);
        self.point.json(Method::PUT, &url, Some(&self.etag), &json!({ "state": "IN_PROCESS" }))
    }

    fn reply(&self, _answer: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}

/// Cancels an agreement and tells its recipients why; Adobe's default is to tell nobody.
#[derive(Debug)]
pub(crate) struct CancelAgreement {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
    pub(crate) etag: String,
    pub(crate) reason: String,
}

impl Call for CancelAgreement {
    type Reply = ();
    const NAME: &'static str = "agreements.cancel";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.point.agreement(&self.agreement, &["state"], &[]);
        let info = json!({ "comment": self.reason, "notifyOthers": true });
        let body = json!({ "state": "CANCELLED", "agreementCancellationInfo": info });
        self.point.json(Method::PUT, &url, Some(&self.etag), &body)
    }

    fn reply(&self, _answer: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
