//! `GET libraryDocuments/{id}` and its `documents`: a document kept for reuse, and the files it is made of.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Replay, Result, Template};

use super::{AccessPoint, parse};
use crate::{
    error::unexpected,
    wire::{answer::DocumentsAnswer, library},
};

/// Reads a library document.
#[derive(Debug)]
pub(crate) struct GetTemplate {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) template: String,
}

impl Call for GetTemplate {
    type Reply = Template;
    const NAME: &'static str = "templates.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.point.get(&self.point.resource(&["libraryDocuments", &self.template], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Template> {
        let raw: Value = parse(&answer)?;
        library::read(&self.template, raw).ok_or_else(|| unexpected(&answer, "it is not a library document"))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}

/// Lists the files of a library document.
#[derive(Debug)]
pub(crate) struct ListTemplateDocuments {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) template: String,
}

impl Call for ListTemplateDocuments {
    type Reply = DocumentsAnswer;
    const NAME: &'static str = "templates.documents";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.point.get(&self.point.resource(&["libraryDocuments", &self.template, "documents"], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<DocumentsAnswer> {
        parse(&answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
