//! `GET libraryDocuments`: a page of the documents that the account keeps for reuse.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use signbridge_core::{Body, Call, Error, Page, Replay, Result, Template};

use super::{AccessPoint, list_agreements::PAGE_SIZE, page};
use crate::{error::unexpected, wire::library};

/// Lists library documents.
#[derive(Debug)]
pub(crate) struct ListTemplates {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) cursor: Option<String>,
    pub(crate) count: u32,
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
        let list = page(&answer, "libraryDocumentList")?;
        let mut items = Vec::with_capacity(list.rows.len());
        for row in list.rows {
            let (template, usable) =
                library::row(row).ok_or_else(|| unexpected(&answer, "a row is not a library document"))?;
            items.extend(usable.then_some(template));
        }
        Ok(Page { items, next: list.next })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
