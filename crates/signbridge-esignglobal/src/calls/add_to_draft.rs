//! `POST envelope/files/addSignFiles`, `envelope/recipients/addSigners` and `…/addCCs`: what a draft is filled with.
//! A second request would add a file twice and is refused for a person, so none is repeated in doubt.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::Api;
use crate::{error, wire::definition::Definition};

/// The draft and what it is filled with.
#[derive(Debug, Clone)]
pub(crate) struct Filling {
    pub(crate) api: Arc<Api>,
    pub(crate) envelope: String,
    pub(crate) definition: Arc<Definition>,
}

/// Adds the files, in their order.
#[derive(Debug)]
pub(crate) struct AddFiles(pub(crate) Filling);

/// Adds the signers.
#[derive(Debug)]
pub(crate) struct AddSigners(pub(crate) Filling);

/// Adds who gets a copy.
#[derive(Debug)]
pub(crate) struct AddCopies(pub(crate) Filling);

impl Call for AddFiles {
    type Reply = ();
    const NAME: &'static str = "envelopes.add_files";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let Filling { api, envelope, definition } = &self.0;
        api.post("envelope/files/addSignFiles", &definition.files_of(envelope))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        error::data(&answer).map(|_| ())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}

impl Call for AddSigners {
    type Reply = ();
    const NAME: &'static str = "envelopes.add_signers";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let Filling { api, envelope, definition } = &self.0;
        api.post("envelope/recipients/addSigners", &definition.signers_of(envelope))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        error::data(&answer).map(|_| ())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}

impl Call for AddCopies {
    type Reply = ();
    const NAME: &'static str = "envelopes.add_copies";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let Filling { api, envelope, definition } = &self.0;
        api.post("envelope/recipients/addCCs", &definition.copies_of(envelope))
    }

    /// Its message is Chinese on the page; the code says it all.
    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        error::data(&answer).map(|_| ())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
