//! `PUT envelopes/{id}/documents/{id}`: one document of a draft, as raw bytes from its source.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use serde_json::Value;
use signbridge_core::{Body, Call, Error, PreparedDocument, Replay, Result};

use super::{
    Account, build,
    create_envelope::{file_name, media_type},
    item_failure, parse, refusal,
};

/// Adds or replaces a document of a draft.
#[derive(Debug)]
pub(crate) struct PutDocument {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) document_id: String,
    pub(crate) document: PreparedDocument,
}

impl Call for PutDocument {
    type Reply = ();
    const NAME: &'static str = "documents.put";
    // The same bytes under the same id: a second one replaces the first.
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope, "documents", &self.document_id], &[]);
        let request = Request::builder()
            .method(Method::PUT)
            .uri(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, media_type(&self.document.extension))
            .header(header::CONTENT_DISPOSITION, format!("filename=\"{}\"", file_name(&self.document.name)));
        build(request, Arc::clone(&self.document.source).into())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<()> {
        let value: Value = parse(&answer)?;
        value.get("errorDetails").map_or(Ok(()), |details| item_failure(&answer, details))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
