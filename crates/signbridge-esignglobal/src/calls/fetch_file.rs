//! `GET` of a download address: the bytes of a file or of the archive.

use bytes::Bytes;
use http::{Method, Request, Response, header};
use signbridge_core::{Body, Call, Error, ErrorKind, Reach, Replay, Result};

use super::build;
use crate::{
    PROVIDER,
    error::{self, unexpected},
    wire::answer::secret::Address,
};

/// Fetches a file. The address is good by itself, so no token goes along.
#[derive(Debug)]
pub(crate) struct FetchFile {
    pub(crate) url: Address,
}

/// The head of a download.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FileHead {
    pub(crate) content_type: String,
    pub(crate) length: Option<u64>,
}

impl Call for FetchFile {
    type Reply = FileHead;
    const NAME: &'static str = "files.fetch";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        build(Request::builder().method(Method::GET).uri(self.url.0.as_str()), Body::empty())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<FileHead> {
        let text = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = text(header::CONTENT_TYPE).unwrap_or("application/octet-stream").to_owned();
        if content_type.starts_with("text/html") || content_type.starts_with("application/json") {
            return Err(unexpected(&answer, &format!("{content_type} instead of a file")));
        }
        let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        Ok(FileHead { content_type, length })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        if answer.status().as_u16() == 403 {
            return Error::new(ErrorKind::NotReady, "the file host does not know the address any more")
                .with_provider(PROVIDER)
                .with_status(403)
                .with_reach(Reach::Yes)
                .with_remedy("download again; addresses are good for half an hour or an hour");
        }
        error::refusal(&answer)
    }
}
