//! `POST libraryDocuments`: a document for reuse from uploaded files, ready at once, for its maker alone.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::json;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{AccessPoint, create_agreement::CreationAnswer, parse};
use crate::error::unexpected;

/// Makes a library document.
pub(crate) struct CreateTemplate {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) name: String,
    pub(crate) uploads: Arc<[String]>,
}

/// The name stays out of logs.
impl fmt::Debug for CreateTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateTemplate").field("uploads", &self.uploads.len()).finish_non_exhaustive()
    }
}

impl Call for CreateTemplate {
    /// Its id.
    type Reply = String;
    const NAME: &'static str = "templates.create";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let files: Vec<_> = self.uploads.iter().map(|id| json!({ "transientDocumentId": id })).collect();
        let body = json!({
            "fileInfos": files,
            "name": self.name,
            "sharingMode": "USER",
            "state": "ACTIVE",
            "templateTypes": ["DOCUMENT"],
        });
        self.point.json(Method::POST, &self.point.resource(&["libraryDocuments"], &[]), None, &body)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<String> {
        let CreationAnswer { id } = parse(&answer)?;
        if id.is_empty() { Err(unexpected(&answer, "no id")) } else { Ok(id) }
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
