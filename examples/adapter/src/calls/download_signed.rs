//! `GET envelopes/ID/signed`: the signed documents as one PDF.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Root, request};
use crate::error::{refusal, unexpected};

/// Downloads.
#[derive(Debug)]
pub(crate) struct DownloadSigned<'a> {
    pub(crate) root: Arc<Root>,
    pub(crate) id: &'a str,
}

impl Call for DownloadSigned<'_> {
    /// The announced length. The content follows in chunks and never lies in memory as a whole.
    type Reply = Option<u64>;
    const NAME: &'static str = "envelopes.signed";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        request(Method::GET, &self.root.resource(&["envelopes", self.id, "signed"], &[]), "", Body::empty())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Option<u64>> {
        let text = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        if text(header::CONTENT_TYPE) != Some("application/pdf") {
            return Err(unexpected(&answer, "it is no document"));
        }
        Ok(text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
