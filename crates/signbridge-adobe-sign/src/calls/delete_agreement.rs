//! `DELETE agreements/{id}` and `agreements/{id}/documents`: the agreement as a whole, or its documents alone.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::AccessPoint;

/// Deletes an agreement. Adobe keeps it for 14 days. The version is named, although nobody says that Adobe demands it:
/// where it looks at it, an agreement that was sent meanwhile stays.
#[derive(Debug)]
pub(crate) struct DeleteAgreement {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
    pub(crate) etag: String,
}

impl Call for DeleteAgreement {
    type Reply = ();
    const NAME: &'static str = "agreements.delete";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        self.point.delete(&self.point.agreement(&self.agreement, &[], &[]), &self.etag)
    }

    fn reply(&self, _answer: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}

/// Deletes the documents of an agreement that has ended.
#[derive(Debug)]
pub(crate) struct DeleteDocuments {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
    pub(crate) etag: String,
}

impl Call for DeleteDocuments {
    type Reply = ();
    const NAME: &'static str = "documents.delete";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        self.point.delete(&self.point.agreement(&self.agreement, &["documents"], &[]), &self.etag)
    }

    fn reply(&self, _answer: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
