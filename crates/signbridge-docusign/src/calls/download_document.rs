//! `GET envelopes/{id}/documents/{id}`: bytes of a document, of all as one PDF, of the archive or the certificate.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use signbridge_client::rest::DocumentHead;
use signbridge_core::{Body, Call, Error, Replay, Result, What};

use super::{Account, build, refusal};
use crate::error::unexpected;

/// Downloads.
#[derive(Debug)]
pub(crate) struct DownloadDocument {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) what: What,
}

impl Call for DownloadDocument {
    type Reply = DocumentHead;
    const NAME: &'static str = "documents.download";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let (id, accept) = match &self.what {
            What::Combined => ("combined", "application/pdf"),
            What::Archive => ("archive", "application/zip"),
            What::Certificate => ("certificate", "application/pdf"),
            What::Document(id) => (id.as_str(), "application/pdf"),
        };
        // Whether the certificate is appended would otherwise follow an account setting.
        let query: &[_] = if self.what == What::Combined { &[("certificate", "false")] } else { &[] };
        let url = self.account.resource(&["envelopes", &self.envelope, "documents", id], query);
        build(
            Request::builder().method(Method::GET).uri(url.as_str()).header(header::ACCEPT, accept),
            Body::empty(),
        )
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<DocumentHead> {
        let head = DocumentHead::of(&answer);
        if head.is_json() || head.is_page() {
            return Err(unexpected(&answer, &format!("{} instead of a document", head.content_type)));
        }
        Ok(head)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
