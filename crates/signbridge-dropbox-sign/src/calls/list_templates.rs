//! `GET template/list`: a page of the account's templates.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Page, Replay, Result, Template};

use super::{
    Root, bare,
    list_requests::{ListInfo, PAGE_SIZE},
    parse, refusal,
};
use crate::{error::unexpected, wire::template};

/// Lists templates. No search goes along: whether it finds parts of a name is not published.
#[derive(Debug)]
pub(crate) struct ListTemplates {
    pub(crate) root: Arc<Root>,
    /// From 1.
    pub(crate) page: u32,
    pub(crate) page_size: u32,
}

#[derive(Deserialize)]
struct ListAnswer {
    #[serde(default)]
    list_info: ListInfo,
    templates: Vec<Value>,
}

impl Call for ListTemplates {
    type Reply = Page<Template>;
    const NAME: &'static str = "template.list";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let (page, size) = (self.page.to_string(), self.page_size.clamp(1, PAGE_SIZE).to_string());
        let query = [("page", page.as_str()), ("page_size", size.as_str())];
        bare(Method::GET, &self.root.resource(&["template", "list"], &query))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Page<Template>> {
        let list: ListAnswer = parse(&answer)?;
        let next = list.list_info.next(self.page, list.templates.len());
        let items = list
            .templates
            .into_iter()
            .map(|row| template::read(row).ok_or_else(|| unexpected(&answer, "a row is not a template")));
        Ok(Page { items: items.collect::<Result<_>>()?, next })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
