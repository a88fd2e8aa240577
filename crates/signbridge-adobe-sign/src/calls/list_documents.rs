//! `GET agreements/{id}/documents`: the files of an agreement, and what its recipients uploaded.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{AccessPoint, parse};
use crate::wire::answer::DocumentsAnswer;

/// Lists documents.
#[derive(Debug)]
pub(crate) struct ListDocuments {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
}

impl Call for ListDocuments {
    type Reply = DocumentsAnswer;
    const NAME: &'static str = "documents.list";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.point.get(&self.point.agreement(&self.agreement, &["documents"], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<DocumentsAnswer> {
        parse(&answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
