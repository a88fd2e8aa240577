//! `GET envelopes`: a page of the account's envelopes.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use http::{Request, Response};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{Body, Call, Envelope, Error, Page, Replay, Result};

use super::{Account, get, parse, refusal};
use crate::{
    error::unexpected,
    wire::{answer, flexible},
};

/// The most envelopes of a page.
pub(crate) const PAGE_SIZE: u32 = 1000;

/// Lists envelopes, newest first.
#[derive(Debug)]
pub(crate) struct ListEnvelopes {
    pub(crate) account: Arc<Account>,
    pub(crate) from: DateTime<Utc>,
    pub(crate) to: Option<DateTime<Utc>>,
    pub(crate) statuses: Vec<&'static str>,
    /// `name=value` of a custom field.
    pub(crate) custom_field: Option<String>,
    pub(crate) count: u32,
    pub(crate) start: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListAnswer {
    /// Left out where there is none.
    envelopes: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "flexible::number")]
    result_set_size: Option<u32>,
    #[serde(default, deserialize_with = "flexible::number")]
    end_position: Option<u32>,
    /// Text, empty, null and absent were all seen on the last page.
    #[serde(default, deserialize_with = "flexible::text")]
    next_uri: Option<String>,
}

impl Call for ListEnvelopes {
    type Reply = Page<Envelope>;
    const NAME: &'static str = "envelopes.list";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
        let (from, to) = (time(self.from), self.to.map(time));
        let (count, start) = (self.count.min(PAGE_SIZE).to_string(), self.start.to_string());
        let statuses = self.statuses.join(",");
        let mut query = vec![("from_date", from.as_str()), ("count", &count), ("start_position", &start)];
        query.extend([("order", "desc"), ("include", "custom_fields")]);
        query.extend(to.as_deref().map(|to| ("to_date", to)));
        query.extend((!statuses.is_empty()).then_some(("status", statuses.as_str())));
        query.extend(self.custom_field.as_deref().map(|field| ("custom_field", field)));
        get(&self.account.resource(&["envelopes"], &query))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Page<Envelope>> {
        let list: ListAnswer = parse(&answer)?;
        let rows = super::rows(&answer, list.envelopes, list.result_set_size)?;
        let read = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let end = list.end_position.unwrap_or(self.start.saturating_add(read).saturating_sub(1));
        let next = list
            .next_uri
            .filter(|_| read > 0 && end >= self.start)
            .map(|_| end.saturating_add(1).to_string());
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let (envelope, _) =
                answer::envelope(row).ok_or_else(|| unexpected(&answer, "a row is not an envelope"))?;
            items.push(envelope);
        }
        Ok(Page { items, next })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
