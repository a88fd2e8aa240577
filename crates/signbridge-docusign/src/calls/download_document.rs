//! `GET envelopes/{id}/documents/{id}`: bytes of a document, of all as one PDF, of the archive or the certificate.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
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
        let text = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = text(header::CONTENT_TYPE).unwrap_or("application/octet-stream").to_owned();
        if content_type.starts_with("application/json") || content_type.starts_with("text/html") {
            return Err(unexpected(&answer, &format!("{content_type} instead of a document")));
        }
        let name = text(header::CONTENT_DISPOSITION).and_then(file_name);
        let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        Ok(DocumentHead { name, content_type, length })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// The name in `file; filename="x.pdf"; documentid="1"`.
fn file_name(disposition: &str) -> Option<String> {
    let (_, rest) = disposition.split_once("filename=")?;
    let name = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split(';').next()?.trim(),
    };
    (!name.is_empty()).then(|| name.to_owned())
}
