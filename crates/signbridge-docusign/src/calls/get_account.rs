//! `GET` the account: its plan and what is left of the billing period.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Request, Response};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Quota, Replay, Result};

use super::{Account, get, parse, refusal};
use crate::{error::unexpected, wire::flexible};

/// Reads the account.
#[derive(Debug)]
pub(crate) struct GetAccount {
    pub(crate) account: Arc<Account>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    plan_name: Option<String>,
    /// A number as text; an account without a limit says so in a word, which is no number.
    #[serde(default, deserialize_with = "flexible::number")]
    billing_period_envelopes_allowed: Option<u32>,
    #[serde(default, deserialize_with = "flexible::number")]
    billing_period_envelopes_sent: Option<u32>,
    #[serde(default, deserialize_with = "flexible::time")]
    billing_period_end_date: Option<DateTime<Utc>>,
}

impl Call for GetAccount {
    type Reply = Quota;
    const NAME: &'static str = "account.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        get(&self.account.resource(&[], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Quota> {
        let raw: Value = parse(&answer)?;
        let own =
            AccountAnswer::deserialize(&raw).map_err(|_| unexpected(&answer, "it is not an account"))?;
        let mut quota = Quota::new(
            own.billing_period_envelopes_allowed.map(u64::from),
            own.billing_period_envelopes_sent.map(u64::from),
        );
        quota.renews_at = own.billing_period_end_date;
        quota.plan = own.plan_name;
        quota.raw = raw;
        Ok(quota)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
