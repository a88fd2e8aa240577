//! `POST envelopes/{id}/custom_fields`: the mark that a staged draft is complete.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{Account, item_failure, json, parse, refusal};
use crate::wire::marks::CustomFields;

/// Adds custom fields.
#[derive(Debug)]
pub(crate) struct AddCustomFields {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) fields: CustomFields,
}

impl Call for AddCustomFields {
    type Reply = ();
    const NAME: &'static str = "custom_fields.create";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope, "custom_fields"], &[]);
        json(Method::POST, &url, &self.fields)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        let value: Value = parse(&answer)?;
        let fields = value.get("textCustomFields").and_then(Value::as_array);
        for details in fields.into_iter().flatten().filter_map(|field| field.get("errorDetails")) {
            item_failure(&answer, details)?;
        }
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
