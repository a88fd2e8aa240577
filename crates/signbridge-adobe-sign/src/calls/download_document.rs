//! `GET agreements/{id}/combinedDocument`, `documents/{id}` and `auditTrail`: the bytes.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use signbridge_client::rest::DocumentHead;
use signbridge_core::{Body, Call, Error, ErrorKind, Replay, Result, What};

use super::{AccessPoint, build};
use crate::{PROVIDER, error::unexpected};

/// Downloads.
#[derive(Debug)]
pub(crate) struct DownloadDocument {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
    pub(crate) what: What,
}

impl Call for DownloadDocument {
    type Reply = DocumentHead;
    const NAME: &'static str = "documents.download";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let agreement =
            |rest: &[&str], query: &[(&str, &str)]| self.point.agreement(&self.agreement, rest, query);
        let (url, accept) = match &self.what {
            What::Combined => {
                // Both are written, although both are today's defaults.
                let query = [("attachSupportingDocuments", "true"), ("attachAuditReport", "false")];
                (agreement(&["combinedDocument"], &query), "application/pdf")
            }
            What::Certificate => (agreement(&["auditTrail"], &[]), "application/pdf"),
            What::Document(id) => (agreement(&["documents", id], &[]), "*/*"),
            What::Archive => {
                return Err(Error::new(ErrorKind::Unsupported, "Adobe makes no archive")
                    .with_provider(PROVIDER)
                    .with_remedy("download the documents one by one, or all as one PDF"));
            }
        };
        build(self.point.request(Method::GET, &url).header(header::ACCEPT, accept), Body::empty())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<DocumentHead> {
        let head = DocumentHead::of(&answer);
        // A document on its own comes as what it was uploaded as, which may be a page.
        let page = head.is_page() && !matches!(self.what, What::Document(_));
        if page || head.is_json() {
            return Err(unexpected(&answer, &format!("{} instead of a document", head.content_type)));
        }
        Ok(head)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
