//! `GET signature_request/list`: a page of the account's requests, sent and received ones.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{Body, Call, Envelope, Error, Page, Replay, Result};

use super::{Root, bare, parse, refusal};
use crate::{
    error::unexpected,
    wire::{answer, flexible},
};

/// The most requests of a page. A larger number was recorded to give an empty list and no error.
pub(crate) const PAGE_SIZE: u32 = 100;

/// Lists requests.
#[derive(Debug)]
pub(crate) struct ListRequests {
    pub(crate) root: Arc<Root>,
    pub(crate) query: Option<String>,
    /// From 1.
    pub(crate) page: u32,
    pub(crate) page_size: u32,
}

#[derive(Deserialize)]
struct ListAnswer {
    #[serde(default)]
    list_info: ListInfo,
    signature_requests: Vec<Value>,
}

#[derive(Deserialize, Default)]
pub(super) struct ListInfo {
    #[serde(default, deserialize_with = "flexible::number")]
    num_pages: Option<i64>,
}

impl ListInfo {
    /// The page after `page`, which held so many items; an empty page is the last one.
    pub(super) fn next(&self, page: u32, items: usize) -> Option<String> {
        let more = self.num_pages.is_some_and(|pages| i64::from(page) < pages);
        (more && items > 0).then(|| (page + 1).to_string())
    }
}

impl Call for ListRequests {
    type Reply = Page<Envelope>;
    const NAME: &'static str = "signature_request.list";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let (page, size) = (self.page.to_string(), self.page_size.clamp(1, PAGE_SIZE).to_string());
        let mut query = vec![("page", page.as_str()), ("page_size", &size)];
        query.extend(self.query.as_deref().map(|words| ("query", words)));
        bare(Method::GET, &self.root.resource(&["signature_request", "list"], &query))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Page<Envelope>> {
        let list: ListAnswer = parse(&answer)?;
        let next = list.list_info.next(self.page, list.signature_requests.len());
        let items = list.signature_requests.into_iter().map(|row| {
            answer::envelope(row).ok_or_else(|| unexpected(&answer, "a row is not a signature request"))
        });
        Ok(Page { items: items.collect::<Result<_>>()?, next })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
