//! `POST signature_request/remind/{id}`: mails one signer again.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{Method, Request, Response, header};
use serde::Serialize;
use signbridge_core::{Body, Call, Error, ErrorKind, Replay, Result};

use super::{Root, build, refusal};

/// Reminds a signer. The name tells apart those who share an address.
pub(crate) struct RemindSigner {
    pub(crate) root: Arc<Root>,
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) name: String,
}

impl fmt::Debug for RemindSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemindSigner").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Reminder<'a> {
    email_address: &'a str,
    name: &'a str,
}

impl Call for RemindSigner {
    type Reply = ();
    const NAME: &'static str = "signature_request.remind";
    // Each one mails.
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.root.resource(&["signature_request", "remind", &self.id], &[]);
        let reminder = Reminder { email_address: &self.email, name: &self.name };
        let bytes = serde_json::to_vec(&reminder).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "the reminder cannot be written").with_source(error)
        })?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json");
        build(request, bytes.into())
    }

    /// The answer repeats the request; that it is good is all that counts.
    fn reply(&self, _: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
