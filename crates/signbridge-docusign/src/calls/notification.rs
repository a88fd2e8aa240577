//! `GET` and `PUT envelopes/{id}/notification`: the expiry of an envelope on its way.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json as value};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Account, get, item_failure, json, parse, refusal};

/// Reads reminders and expiry.
#[derive(Debug)]
pub(crate) struct GetNotification {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
}

impl Call for GetNotification {
    /// The reminders as they came, to be written back as they are.
    type Reply = Value;
    const NAME: &'static str = "notification.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        get(&self.account.resource(&["envelopes", &self.envelope, "notification"], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Value> {
        let value: Value = parse(&answer)?;
        let none = || value!({ "reminderEnabled": "false", "reminderDelay": "0", "reminderFrequency": "0" });
        Ok(value.get("reminders").filter(|own| own.is_object()).cloned().unwrap_or_else(none))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// Sets the expiry in days from the first sending; the reminders stay. The same values again change nothing.
#[derive(Debug)]
pub(crate) struct UpdateNotification {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) reminders: Value,
    pub(crate) expire_after: i64,
}

impl Call for UpdateNotification {
    type Reply = ();
    const NAME: &'static str = "notification.update";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope, "notification"], &[]);
        let rules = value!({
            "useAccountDefaults": "false",
            "reminders": self.reminders,
            "expirations": {
                "expireEnabled": "true", "expireAfter": self.expire_after.to_string(), "expireWarn": "0"
            },
        });
        json(Method::PUT, &url, &rules)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        let value: Value = parse(&answer)?;
        value.get("errorDetails").map_or(Ok(()), |details| item_failure(&answer, details))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
