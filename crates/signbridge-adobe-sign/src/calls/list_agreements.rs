//! `GET agreements`: a page of the caller's agreements, or those with an external id. The list comes from an index
//! that may lag, and its statuses are as the caller sees them.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use signbridge_core::{Body, Call, Envelope, Error, Page, Replay, Result};

use super::{AccessPoint, page};
use crate::{error::unexpected, wire::answer};

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
        let list = page(&answer, "userAgreementList")?;
        let items = list
            .rows
            .into_iter()
            .map(|row| answer::row(row).ok_or_else(|| unexpected(&answer, "a row is not an agreement")));
        Ok(Page { items: items.collect::<Result<_>>()?, next: list.next })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
