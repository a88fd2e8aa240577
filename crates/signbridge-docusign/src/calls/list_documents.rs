//! `GET envelopes/{id}/documents`: the documents of an envelope, its certificate among them.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use signbridge_core::{Body, Call, EnvelopeDocument, Error, Replay, Result};

use super::{Account, get, parse, refusal};
use crate::wire::{answer::DocumentAnswer, flexible};

/// Lists the documents of an envelope.
#[derive(Debug)]
pub(crate) struct ListDocuments {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DocumentsAnswer {
    #[serde(default, deserialize_with = "flexible::list")]
    envelope_documents: Vec<DocumentAnswer>,
}

impl Call for ListDocuments {
    type Reply = Vec<EnvelopeDocument>;
    const NAME: &'static str = "documents.list";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        get(&self.account.resource(&["envelopes", &self.envelope, "documents"], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Vec<EnvelopeDocument>> {
        let answer: DocumentsAnswer = parse(&answer)?;
        Ok(answer.envelope_documents.into_iter().filter_map(DocumentAnswer::portable).collect())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
