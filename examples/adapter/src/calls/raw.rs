//! Any request an application makes by itself, with the account's key.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::Root;
use crate::error::refusal;

/// A request below `/v1/`.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) root: Arc<Root>,
    pub(crate) request: Request<Bytes>,
}

impl Call for Raw {
    type Reply = Response<Bytes>;
    const NAME: &'static str = "raw";
    // Nobody knows what it does.
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let path = self.request.uri().path_and_query().map_or("", |path| path.as_str());
        let url = self.root.relative(path)?;
        let mut request =
            super::request(self.request.method().clone(), &url, "", self.request.body().clone().into())?;
        request.headers_mut().extend(self.request.headers().clone());
        Ok(request)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Response<Bytes>> {
        Ok(answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
