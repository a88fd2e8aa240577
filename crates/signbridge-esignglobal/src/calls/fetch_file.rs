//! `GET` of a download address: the bytes of a file or of the archive.

use bytes::Bytes;
use http::{Method, Request, Response};
use signbridge_client::rest::DocumentHead;
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

impl Call for FetchFile {
    type Reply = DocumentHead;
    const NAME: &'static str = "files.fetch";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        build(Request::builder().method(Method::GET).uri(self.url.0.as_str()), Body::empty())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<DocumentHead> {
        let head = DocumentHead::of(&answer);
        if head.is_page() || head.is_json() {
            return Err(unexpected(&answer, &format!("{} instead of a file", head.content_type)));
        }
        Ok(head)
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
