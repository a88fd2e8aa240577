//! `GET signature_request/files/{id}`: the documents as one PDF or as an archive.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use signbridge_client::rest::DocumentHead;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Root, build, refusal};
use crate::error::unexpected;

/// How the documents come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileType {
    /// One merged PDF, the audit pages inside.
    Pdf,
    /// An archive of single documents.
    Zip,
}

/// Downloads.
#[derive(Debug)]
pub(crate) struct DownloadFiles {
    pub(crate) root: Arc<Root>,
    pub(crate) id: String,
    pub(crate) file_type: FileType,
}

impl Call for DownloadFiles {
    type Reply = DocumentHead;
    const NAME: &'static str = "signature_request.files";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let (file_type, accept) = match self.file_type {
            FileType::Pdf => ("pdf", "application/pdf"),
            FileType::Zip => ("zip", "application/zip"),
        };
        let url = self.root.resource(&["signature_request", "files", &self.id], &[("file_type", file_type)]);
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
