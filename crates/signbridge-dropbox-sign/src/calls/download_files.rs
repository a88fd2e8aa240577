//! `GET signature_request/files/{id}`: the documents as one PDF or as an archive.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
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

/// The head of a download.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DocumentHead {
    pub(crate) name: Option<String>,
    pub(crate) content_type: String,
    pub(crate) length: Option<u64>,
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

/// The name in `attachment; filename="x.pdf"`.
fn file_name(disposition: &str) -> Option<String> {
    let (_, rest) = disposition.split_once("filename=")?;
    let name = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split(';').next()?.trim(),
    };
    (!name.is_empty()).then(|| name.to_owned())
}
