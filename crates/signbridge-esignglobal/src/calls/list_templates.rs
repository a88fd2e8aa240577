//! `GET templates/templateList`: a page of the app's templates. The smallest one is how the doctor tries out a token.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Replay, Result, Template};

use super::Api;
use crate::{
    error::{self, unexpected},
    wire::{flexible, template},
};

/// The most templates of a page.
pub(crate) const PAGE_SIZE: u32 = 20;

/// Reads a page of templates.
#[derive(Debug)]
pub(crate) struct ListTemplates {
    pub(crate) api: Arc<Api>,
    /// From 1.
    pub(crate) page: u32,
    pub(crate) size: u32,
}

/// A page, and how many templates there are on all.
#[derive(Debug, PartialEq)]
pub(crate) struct TemplatePage {
    pub(crate) total: u64,
    pub(crate) templates: Vec<Template>,
}

impl Call for ListTemplates {
    type Reply = TemplatePage;
    const NAME: &'static str = "templates.list";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let (page, size) = (self.page.to_string(), self.size.to_string());
        self.api.get("templates/templateList", &[("pageNum", &page), ("pageSize", &size)])
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<TemplatePage> {
        let data = error::data(&answer)?;
        let rows = data.get("templateList").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let templates: Option<Vec<_>> = rows.iter().map(template::row).collect();
        Ok(TemplatePage {
            total: data.get("total").and_then(flexible::whole).unwrap_or(0),
            templates: templates.ok_or_else(|| unexpected(&answer, "a template has no templateId"))?,
        })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
