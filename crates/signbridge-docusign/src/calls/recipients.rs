//! `PUT`, `POST` and `DELETE envelopes/{id}/recipients`: corrections. Each mails somebody, so none is repeated in doubt.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Account, item_failure, json, parse, refusal};
use crate::wire::{correction::Changes, recipient::Recipients};

/// Changes recipients: only those and only what changes.
#[derive(Debug)]
pub(crate) struct UpdateRecipients {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) changes: Arc<Changes>,
}

impl Call for UpdateRecipients {
    type Reply = ();
    const NAME: &'static str = "recipients.update";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope, "recipients"], &[]);
        json(Method::PUT, &url, &*self.changes)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        updated(&answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// Mails one recipient again: an update of him that changes nothing.
#[derive(Debug)]
pub(crate) struct ResendRecipient {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) recipient: Arc<Changes>,
}

impl Call for ResendRecipient {
    type Reply = ();
    const NAME: &'static str = "recipients.resend";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let segments = ["envelopes", &self.envelope, "recipients"];
        let url = self.account.resource(&segments, &[("resend_envelope", "true")]);
        json(Method::PUT, &url, &*self.recipient)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        updated(&answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// Each recipient of an update has a result of his own.
fn updated(answer: &Response<Bytes>) -> Result<()> {
    let value: Value = parse(answer)?;
    let results = value.get("recipientUpdateResults").and_then(Value::as_array);
    results
        .into_iter()
        .flatten()
        .filter_map(|row| row.get("errorDetails"))
        .try_for_each(|details| item_failure(answer, details))
}

/// Adds recipients. DocuSign ignores fields here; they follow by their own resource.
#[derive(Debug)]
pub(crate) struct AddRecipients {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) recipients: Arc<Recipients>,
}

impl Call for AddRecipients {
    type Reply = ();
    const NAME: &'static str = "recipients.create";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope, "recipients"], &[]);
        json(Method::POST, &url, &*self.recipients)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        items(&answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// Removes recipients.
#[derive(Debug)]
pub(crate) struct RemoveRecipients {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) recipients: Arc<Changes>,
}

impl Call for RemoveRecipients {
    type Reply = ();
    const NAME: &'static str = "recipients.delete";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope, "recipients"], &[]);
        json(Method::DELETE, &url, &*self.recipients)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        // Some deletions were recorded with an empty answer.
        if answer.body().is_empty() { Ok(()) } else { items(&answer) }
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// Each recipient of the groups of an answer may carry a refusal of its own.
fn items(answer: &Response<Bytes>) -> Result<()> {
    let value: Value = parse(answer)?;
    let groups = value.as_object().into_iter().flat_map(|groups| groups.values());
    groups
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(|recipient| recipient.get("errorDetails"))
        .try_for_each(|details| item_failure(answer, details))
}
