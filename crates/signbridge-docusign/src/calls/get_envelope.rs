//! `GET envelopes/{id}`: an envelope with its recipients, documents and custom fields.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use signbridge_core::{Body, Call, Envelope, Error, ErrorKind, Replay, Result};

use super::{Account, get, parse, refusal};
use crate::{
    PROVIDER,
    error::unexpected,
    wire::{
        answer::{self, RecipientAnswer},
        marks::Marks,
    },
};

/// Reads an envelope.
#[derive(Debug)]
pub(crate) struct GetEnvelope {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
}

/// An envelope with what stays inside the adapter.
pub(crate) struct FullEnvelope {
    pub(crate) envelope: Envelope,
    pub(crate) marks: Marks,
    pub(crate) recipients: Vec<RecipientAnswer>,
}

impl Call for GetEnvelope {
    type Reply = FullEnvelope;
    const NAME: &'static str = "envelopes.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let include = [("include", "recipients,documents,custom_fields,workflow")];
        get(&self.account.resource(&["envelopes", &self.envelope], &include))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<FullEnvelope> {
        let value: Value = parse(&answer)?;
        if answer::is_discarded(&value) {
            return Err(Error::new(ErrorKind::Gone, "the draft was thrown away")
                .with_provider(PROVIDER)
                .with_envelope_id(&self.envelope)
                .with_remedy("create the envelope anew; DocuSign keeps it in the bin for a while"));
        }
        let recipients = value.get("recipients").map(answer::recipients).unwrap_or_default();
        let (envelope, marks) =
            answer::envelope(value).ok_or_else(|| unexpected(&answer, "it is not an envelope"))?;
        Ok(FullEnvelope { envelope, marks, recipients })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
