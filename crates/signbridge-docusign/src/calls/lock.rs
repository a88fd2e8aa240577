//! `POST` and `DELETE envelopes/{id}/lock`, and the header by which a call shows that it holds the lock.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use serde::Deserialize;
use serde_json::json as value;
use signbridge_core::{Body, Call, Error, ErrorKind, Replay, Result};

use super::{Account, build, json, parse, refusal};
use crate::error::unexpected;

/// How long an envelope is held at most, should we never let go of it.
pub(crate) const LOCK_SECONDS: u32 = 120;
const HEADER: &str = "x-docusign-edit";

/// The lock of an envelope.
#[derive(Clone)]
pub(crate) struct EditLock {
    token: String,
}

impl std::fmt::Debug for EditLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EditLock([redacted])")
    }
}

impl EditLock {
    fn show(&self, request: &mut Request<Body>) -> Result<()> {
        let text = value!({ "LockToken": self.token, "LockDurationInSeconds": LOCK_SECONDS.to_string() });
        let mut header = HeaderValue::from_str(&text.to_string()).map_err(|error| {
            Error::new(ErrorKind::Unexpected, "the lock's token cannot stand in a header").with_source(error)
        })?;
        header.set_sensitive(true);
        request.headers_mut().insert(HEADER, header);
        Ok(())
    }
}

/// Takes the lock.
#[derive(Debug)]
pub(crate) struct CreateLock {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LockAnswer {
    #[serde(default)]
    lock_token: Option<String>,
}

impl Call for CreateLock {
    type Reply = EditLock;
    const NAME: &'static str = "lock.create";
    // A second one would find the first.
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let lock = value!({
            "lockDurationInSeconds": LOCK_SECONDS.to_string(), "lockedByApp": "signbridge", "lockType": "edit"
        });
        json(Method::POST, &self.account.resource(&["envelopes", &self.envelope, "lock"], &[]), &lock)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<EditLock> {
        match parse::<LockAnswer>(&answer)?.lock_token {
            Some(token) if !token.is_empty() => Ok(EditLock { token }),
            _ => Err(unexpected(&answer, "no lockToken")),
        }
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// Lets go of the lock, which saves what was changed under it.
#[derive(Debug)]
pub(crate) struct DeleteLock {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) lock: EditLock,
}

impl Call for DeleteLock {
    type Reply = ();
    const NAME: &'static str = "lock.delete";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope, "lock"], &[]);
        let request = Request::builder()
            .method(Method::DELETE)
            .uri(url.as_str())
            .header(header::ACCEPT, "application/json");
        let mut request = build(request, Body::empty())?;
        self.lock.show(&mut request)?;
        Ok(request)
    }

    /// Deletions were recorded with an empty answer too.
    fn reply(&self, _answer: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// A call under the lock.
#[derive(Debug)]
pub(crate) struct Held<C> {
    pub(crate) call: C,
    pub(crate) lock: EditLock,
}

impl<C: Call> Call for Held<C> {
    type Reply = C::Reply;
    const NAME: &'static str = C::NAME;
    const REPLAY: Replay = C::REPLAY;

    fn request(&self) -> Result<Request<Body>> {
        let mut request = self.call.request()?;
        self.lock.show(&mut request)?;
        Ok(request)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<C::Reply> {
        self.call.reply(answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.call.refusal(answer)
    }
}
