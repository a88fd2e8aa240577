//! `POST envelopes/{id}/recipients/{id}/tabs`: the fields of one recipient of a draft whose documents came alone.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Account, item_failure, json, parse, refusal};
use crate::wire::tabs::Tabs;

/// Adds the fields of a recipient.
#[derive(Debug)]
pub(crate) struct AddTabs {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) recipient_id: String,
    pub(crate) tabs: Tabs,
}

impl Call for AddTabs {
    type Reply = ();
    const NAME: &'static str = "tabs.create";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let path = ["envelopes", &self.envelope, "recipients", &self.recipient_id, "tabs"];
        json(Method::POST, &self.account.resource(&path, &[]), &self.tabs)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        let value: Value = parse(&answer)?;
        let kinds = value.as_object().into_iter().flat_map(|kinds| kinds.values());
        for tab in kinds.filter_map(Value::as_array).flatten() {
            if let Some(details) = tab.get("errorDetails") {
                item_failure(&answer, details)?;
            }
        }
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
