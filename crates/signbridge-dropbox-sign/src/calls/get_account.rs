//! `GET account`: whose credential this is, and what is left of his allowance.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Root, bare, parse, refusal};
use crate::{error::unexpected, wire::flexible};

/// Reads the account.
#[derive(Debug)]
pub(crate) struct GetAccount {
    pub(crate) root: Arc<Root>,
}

/// The account.
#[derive(Deserialize)]
pub(crate) struct Account {
    #[serde(default, deserialize_with = "flexible::text")]
    pub(crate) account_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::flag")]
    pub(crate) is_locked: Option<bool>,
    /// Whether there is a paid plan for sending through the API.
    #[serde(default, deserialize_with = "flexible::flag")]
    pub(crate) is_paid_hs: Option<bool>,
    #[serde(default)]
    pub(crate) quotas: Option<Quotas>,
    /// As it came.
    #[serde(skip)]
    pub(crate) raw: Value,
}

/// Addresses stay out of logs.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("account_id", &self.account_id)
            .field("is_locked", &self.is_locked)
            .field("is_paid_hs", &self.is_paid_hs)
            .field("quotas", &self.quotas)
            .finish_non_exhaustive()
    }
}

/// What is left of allowances; nothing said means no limit.
#[derive(Debug, Deserialize)]
pub(crate) struct Quotas {
    #[serde(default, deserialize_with = "flexible::number")]
    pub(crate) api_signature_requests_left: Option<i64>,
}

#[derive(Deserialize)]
struct AccountAnswer {
    account: Value,
}

impl Call for GetAccount {
    type Reply = Account;
    const NAME: &'static str = "account.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        bare(Method::GET, &self.root.resource(&["account"], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Account> {
        let raw = parse::<AccountAnswer>(&answer)?.account;
        let mut account =
            Account::deserialize(&raw).map_err(|_| unexpected(&answer, "it is not an account"))?;
        account.raw = raw;
        Ok(account)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
