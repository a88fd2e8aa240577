//! `GET libraryDocuments`: a page of the documents that the account keeps for reuse.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Page, Replay, Result, Template};

use super::{AccessPoint, list_agreements::PAGE_SIZE, parse};
use crate::wire::{flexible, library};

/// Lists library documents.
#[derive(Debug)]
pub(crate) struct ListTemplates {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) cursor: Option<String>,
    pub(crate) count: u32,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ListAnswer {
    #[serde(deserialize_with = "flexible::list")]
    library_document_list: Vec<Value>,
    page: Option<PageAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    next_cursor: Option<String>,
}

impl Call for ListTemplates {
    /// Those that agreements can be made of.
    type Reply = Page<Template>;
    const NAME: &'static str = "templates.list";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let count = self.count.clamp(1, PAGE_SIZE).to_string();
        let mut query = vec![("pageSize", count.as_str())];
        query.extend(self.cursor.as_deref().map(|cursor| ("cursor", cursor)));
        self.point.get(&self.point.resource(&["libraryDocuments"], &query))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Page<Template>> {
        // Nothing found may be a bare empty array, as for agreements.
        let list = match parse::<Value>(&answer)? {
            Value::Array(rows) => ListAnswer { library_document_list: rows, page: None },
            _ => parse::<ListAnswer>(&answer)?,
        };
        let items = list.library_document_list.into_iter().filter_map(library::usable).collect();
        Ok(Page { items, next: list.page.and_then(|page| page.next_cursor) })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
