//! `GET envelopes/{id}/documents`: the documents of an envelope, its certificate among them.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use signbridge_core::{Body, Call, EnvelopeDocument, Error, Replay, Result};

use super::{Account, get, parse, refusal};
use crate::{error::unexpected, wire::answer::DocumentAnswer};

/// Lists the documents of an envelope.
#[derive(Debug)]
pub(crate) struct ListDocuments {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DocumentsAnswer {
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
        let DocumentsAnswer { envelope_documents } = parse(&answer)?;
        let documents = envelope_documents
            .into_iter()
            .map(|document| document.portable().ok_or_else(|| unexpected(&answer, "a document has no id")));
        documents.collect()
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
