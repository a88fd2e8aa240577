//! `PUT` to an upload address: the bytes of one file, from their source, with the announced type and MD5.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use signbridge_core::{Body, Call, Error, ErrorKind, Reach, Replay, Result, Source};

use super::{build, get_upload_url::CONTENT_TYPE};
use crate::{PROVIDER, error, wire::answer::secret::Address};

/// Uploads a file. The address is good by itself, so no token goes along.
#[derive(Debug)]
pub(crate) struct PutFile {
    pub(crate) url: Address,
    pub(crate) md5: String,
    pub(crate) source: Arc<dyn Source>,
}

impl Call for PutFile {
    type Reply = ();
    const NAME: &'static str = "files.put";
    // The same bytes at the same address.
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let request = Request::builder()
            .method(Method::PUT)
            .uri(self.url.0.as_str())
            .header(header::CONTENT_TYPE, CONTENT_TYPE)
            .header("content-md5", &self.md5);
        build(request, Arc::clone(&self.source).into())
    }

    fn reply(&self, _: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    /// 403 is documented for a type that differs; the file host has no wrapper.
    fn refusal(&self, answer: Response<Bytes>) -> Error {
        if answer.status().as_u16() == 403 {
            return Error::new(ErrorKind::DocumentRejected, "the file host refused the upload")
                .with_provider(PROVIDER)
                .with_status(403)
                .with_reach(Reach::Yes)
                .with_remedy("send it again; an upload address is good for an hour");
        }
        error::refusal(&answer)
    }
}
