//! `GET envelope/files/download`: addresses of the files of a completed envelope, or of one archive of them.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::Api;
use crate::{
    error::{self, unexpected},
    wire::answer::{DownloadFile, secret::Address},
};

/// Asks for the address of the archive, good for half an hour.
#[derive(Debug)]
pub(crate) struct GetArchiveUrl {
    pub(crate) api: Arc<Api>,
    pub(crate) envelope: String,
}

/// Asks for the addresses of the files, good for an hour.
#[derive(Debug)]
pub(crate) struct GetFileUrls {
    pub(crate) api: Arc<Api>,
    pub(crate) envelope: String,
}

fn ask(api: &Api, envelope: &str, kind: &str) -> Result<Request<Body>> {
    api.get("envelope/files/download", &[("envelopeId", envelope), ("downloadType", kind)])
}

impl Call for GetArchiveUrl {
    type Reply = Address;
    const NAME: &'static str = "files.archive_url";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        ask(&self.api, &self.envelope, "zip")
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Address> {
        match error::data(&answer)?.get("downloadUrl").and_then(Value::as_str) {
            Some(url) if !url.is_empty() => Ok(Address(url.to_owned())),
            _ => Err(unexpected(&answer, "no downloadUrl")),
        }
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}

impl Call for GetFileUrls {
    type Reply = Vec<DownloadFile>;
    const NAME: &'static str = "files.urls";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        ask(&self.api, &self.envelope, "list")
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Vec<DownloadFile>> {
        let data = error::data(&answer)?;
        let rows = data.get("envelopeFiles").and_then(Value::as_array);
        let rows = rows.ok_or_else(|| unexpected(&answer, "no envelopeFiles"))?;
        let file = |row: &Value| {
            let text = |name: &str| row.get(name).and_then(Value::as_str);
            Some(DownloadFile {
                // An older copy of the page has the kinds in lower case.
                kind: text("fileType")?.to_ascii_lowercase(),
                name: text("fileName").unwrap_or_default().to_owned(),
                url: Address(text("downloadUrl")?.to_owned()),
            })
        };
        Ok(rows.iter().filter_map(file).collect())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
