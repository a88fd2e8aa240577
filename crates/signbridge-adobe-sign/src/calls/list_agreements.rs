//! `GET agreements`: a page of the caller's agreements, or those with an external id. The list comes from an index
//! that may lag, and its statuses are as the caller sees them.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{Body, Call, Envelope, Error, Page, Replay, Result};

use super::{AccessPoint, parse};
use crate::wire::{answer, flexible};

/// The most agreements of a page.
pub(crate) const PAGE_SIZE: u32 = 500;

/// Lists agreements.
#[derive(Debug)]
pub(crate) struct ListAgreements {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) external_id: Option<String>,
    pub(crate) cursor: Option<String>,
    pub(crate) count: u32,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ListAnswer {
    #[serde(deserialize_with = "flexible::list")]
    user_agreement_list: Vec<Value>,
    page: Option<PageAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageAnswer {
    /// The specification demands it, the last page lacks it.
    #[serde(default, deserialize_with = "flexible::text")]
    next_cursor: Option<String>,
}

impl Call for ListAgreements {
    type Reply = Page<Envelope>;
    const NAME: &'static str = "agreements.list";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let count = self.count.clamp(1, PAGE_SIZE).to_string();
        let mut query = vec![("pageSize", count.as_str())];
        query.extend(self.cursor.as_deref().map(|cursor| ("cursor", cursor)));
        if let Some(id) = &self.external_id {
            // Somebody may have hidden what a key made.
            query.extend([("externalId", id.as_str()), ("showHiddenAgreements", "true")]);
        }
        self.point.get(&self.point.resource(&["agreements"], &query))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Page<Envelope>> {
        // Nothing found was seen as an object without the list, and as a bare empty array.
        let list = match parse::<Value>(&answer)? {
            Value::Array(rows) => ListAnswer { user_agreement_list: rows, page: None },
            _ => parse::<ListAnswer>(&answer)?,
        };
        let items = list.user_agreement_list.into_iter().filter_map(answer::row).collect();
        Ok(Page { items, next: list.page.and_then(|page| page.next_cursor) })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
