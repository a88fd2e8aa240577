//! `PUT envelopes/{id}`: send a draft, void, mail again, queue for purging.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::Serialize;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Account, envelope_id, json, refusal};

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Update<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voided_reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purge_state: Option<&'static str>,
}

/// Sends a draft. A second time is refused, so doubt is settled by reading.
#[derive(Debug)]
pub(crate) struct SendDraft {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
}

impl Call for SendDraft {
    type Reply = ();
    const NAME: &'static str = "envelopes.send";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope], &[]);
        json(Method::PUT, &url, &Update { status: Some("sent"), ..Update::default() })
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        envelope_id(&answer).map(drop)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// Voids an envelope.
#[derive(Debug)]
pub(crate) struct VoidEnvelope {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) reason: String,
}

impl Call for VoidEnvelope {
    type Reply = ();
    const NAME: &'static str = "envelopes.void";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope], &[]);
        json(
            Method::PUT,
            &url,
            &Update { status: Some("voided"), voided_reason: Some(&self.reason), ..Update::default() },
        )
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        envelope_id(&answer).map(drop)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// Mails everybody whose turn it is again. Each one mails, so doubt is never repeated.
#[derive(Debug)]
pub(crate) struct ResendEnvelope {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
}

impl Call for ResendEnvelope {
    type Reply = ();
    const NAME: &'static str = "envelopes.resend";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope], &[("resend_envelope", "true")]);
        json(Method::PUT, &url, &Update::default())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        envelope_id(&answer).map(drop)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// Queues the documents of an envelope that has ended for removal. A second time changes nothing.
#[derive(Debug)]
pub(crate) struct PurgeEnvelope {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
}

impl Call for PurgeEnvelope {
    type Reply = ();
    const NAME: &'static str = "envelopes.purge";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope], &[]);
        json(Method::PUT, &url, &Update { purge_state: Some("documents_queued"), ..Update::default() })
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        envelope_id(&answer).map(drop)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
