//! `GET agreements/{id}/combinedDocument/pagesInfo`: the pages of the one PDF that Adobe makes of all files.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{AccessPoint, parse};
use crate::wire::flexible;

/// Asks for the pages.
#[derive(Debug)]
pub(crate) struct GetPagesInfo {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
}

/// One page of the combined document.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub(crate) struct PageInfo {
    /// Its number, from 1.
    pub(crate) index: u32,
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// Degrees clockwise.
    #[serde(default)]
    pub(crate) rotation: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PagesInfoAnswer {
    #[serde(default, deserialize_with = "flexible::list")]
    document_pages_info: Vec<PageInfo>,
}

impl Call for GetPagesInfo {
    type Reply = Vec<PageInfo>;
    const NAME: &'static str = "pages_info.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let rest = ["combinedDocument", "pagesInfo"];
        self.point.get(&self.point.agreement(&self.agreement, &rest, &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Vec<PageInfo>> {
        let answer: PagesInfoAnswer = parse(&answer)?;
        Ok(answer.document_pages_info)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
