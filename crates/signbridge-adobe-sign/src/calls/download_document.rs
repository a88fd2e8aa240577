//! `GET agreements/{id}/combinedDocument`, `documents/{id}` and `auditTrail`: the bytes.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
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

/// The head of a download.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DocumentHead {
    pub(crate) name: Option<String>,
    pub(crate) content_type: String,
    pub(crate) length: Option<u64>,
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
        let text = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = text(header::CONTENT_TYPE).unwrap_or("application/octet-stream").to_owned();
        let page = content_type.starts_with("text/html") && !matches!(self.what, What::Document(_));
        if page || content_type.starts_with("application/json") {
            return Err(unexpected(&answer, &format!("{content_type} instead of a document")));
        }
        let name = text(header::CONTENT_DISPOSITION).and_then(file_name);
        let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        Ok(DocumentHead { name, content_type, length })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}

/// The name in `attachment; filename="x.pdf"`.
fn file_name(disposition: &str) -> Option<String> {
    let (_, rest) = disposition.split_once("filename=")?;
    let name = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split(';').next()?.trim(),
    };
    (!name.is_empty()).then(|| name.to_owned())
}
