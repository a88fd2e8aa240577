//! Any request of the API, for what the portable model does not have.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Api, build};
use crate::error;

/// A read, which may be repeated.
#[derive(Debug)]
pub(crate) struct RawRead(pub(crate) RawRequest);

/// Anything else, which may not.
#[derive(Debug)]
pub(crate) struct RawWrite(pub(crate) RawRequest);

/// A request whose path is relative to `/esignglobal/v1/`.
pub(crate) struct RawRequest {
    pub(crate) api: Arc<Api>,
    pub(crate) request: Request<Bytes>,
}

impl std::fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawRequest").field("method", self.request.method()).finish_non_exhaustive()
    }
}

impl RawRequest {
    pub(crate) fn is_read(&self) -> bool {
        matches!(*self.request.method(), Method::GET | Method::HEAD)
    }

    fn absolute(&self) -> Result<Request<Body>> {
        let path = self.request.uri().path_and_query().map_or("", |path| path.as_str());
        let url = self.api.relative(path)?;
        let mut request = Request::builder().method(self.request.method().clone()).uri(url.as_str());
        if let Some(headers) = request.headers_mut() {
            headers.extend(self.request.headers().clone());
        }
        build(request, self.request.body().clone().into())
    }

    /// A refusal is an error as everywhere, also the one inside a good answer.
    fn checked(answer: Response<Bytes>) -> Result<Response<Bytes>> {
        error::data(&answer)?;
        Ok(answer)
    }
}

impl Call for RawRead {
    type Reply = Response<Bytes>;
    const NAME: &'static str = "raw";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.0.absolute()
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Response<Bytes>> {
        RawRequest::checked(answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}

impl Call for RawWrite {
    type Reply = Response<Bytes>;
    const NAME: &'static str = "raw";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        self.0.absolute()
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Response<Bytes>> {
        RawRequest::checked(answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
