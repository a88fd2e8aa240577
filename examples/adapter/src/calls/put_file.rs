//! `PUT files?name=NAME`: takes a document.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::Deserialize;
use signbridge_core::{Body, Call, Error, PreparedDocument, Replay, Result};

use super::{Root, parse, request};
use crate::error::refusal;

/// Uploads a document, streamed from where it lies.
#[derive(Debug)]
pub(crate) struct PutFile<'a> {
    pub(crate) root: Arc<Root>,
    pub(crate) document: &'a PreparedDocument,
}

#[derive(Deserialize)]
struct Taken {
    id: String,
}

impl Call for PutFile<'_> {
    type Reply = String;
    const NAME: &'static str = "files.put";
    // A second copy of a file asks nobody for anything.
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.root.resource(&["files"], &[("name", &self.document.name)]);
        request(Method::PUT, &url, "application/pdf", Arc::clone(&self.document.source).into())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<String> {
        parse::<Taken>(&answer).map(|taken| taken.id)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
