//! `PUT envelopes/status`: which envelopes a transaction of ours made, during seven days.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde::Deserialize;
use serde_json::json as value;
use signbridge_core::{Body, Call, Error, ErrorKind, Replay, Result};
use uuid::Uuid;

use super::{Account, json, parse, refusal};
use crate::{
    error::{ErrorDetails, from_code},
    wire::flexible,
};

/// Asks for the envelopes of a transaction.
#[derive(Debug)]
pub(crate) struct FindTransaction {
    pub(crate) account: Arc<Account>,
    pub(crate) transaction_id: Uuid,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StatusAnswer {
    #[serde(default, deserialize_with = "flexible::list")]
    envelope_transaction_statuses: Vec<TransactionStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TransactionStatus {
    #[serde(default, deserialize_with = "flexible::text")]
    transaction_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    envelope_id: Option<String>,
    #[serde(default)]
    error_details: Option<ErrorDetails>,
}

impl Call for FindTransaction {
    /// The ids of the envelopes, in the order of the answer.
    type Reply = Vec<String>;
    const NAME: &'static str = "envelopes.find";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", "status"], &[("transaction_ids", "request_body")]);
        json(Method::PUT, &url, &value!({ "transactionIds": [self.transaction_id.to_string()] }))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Vec<String>> {
        let status: StatusAnswer = parse(&answer)?;
        let ours = self.transaction_id.to_string();
        let mut ids = Vec::new();
        for status in status.envelope_transaction_statuses {
            if status.transaction_id.as_deref().is_none_or(|id| !id.eq_ignore_ascii_case(&ours)) {
                continue;
            }
            if let Some((code, message)) = status.error_details.as_ref().and_then(ErrorDetails::failure) {
                // Only "there is none" means none; anything else would let us make a second one.
                let refused = from_code(code, message, answer.status().as_u16());
                if refused.kind() != ErrorKind::NotFound {
                    return Err(refused);
                }
            }
            ids.extend(status.envelope_id.map(|id| id.to_lowercase()));
        }
        Ok(ids)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
