//! `POST files/getUploadUrl`: an address for one file, good for an hour, and the file's key.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::Api;
use crate::{
    error::{self, unexpected},
    wire::answer::secret::Address,
};

/// The media type of every document: only PDF files can be signed.
pub(crate) const CONTENT_TYPE: &str = "application/pdf";

/// Asks for an upload address. An address nobody uses harms nobody.
#[derive(Debug)]
pub(crate) struct GetUploadUrl {
    pub(crate) api: Arc<Api>,
    pub(crate) file_name: String,
    /// Base64 of the MD5 of the bytes that will come.
    pub(crate) md5: String,
}

/// Where a file goes.
#[derive(Debug)]
pub(crate) struct UploadAddress {
    pub(crate) file_key: String,
    pub(crate) url: Address,
}

impl Call for GetUploadUrl {
    type Reply = UploadAddress;
    const NAME: &'static str = "files.upload_url";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let body = json!({
            "fileName": self.file_name,
            "contentType": CONTENT_TYPE,
            "contentMD5": self.md5,
        });
        self.api.post("files/getUploadUrl", &body)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<UploadAddress> {
        let data = error::data(&answer)?;
        let text = |name: &str| data.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        match (text("fileKey"), text("fileUploadUrl")) {
            (Some(key), Some(url)) => {
                Ok(UploadAddress { file_key: key.to_owned(), url: Address(url.to_owned()) })
            }
            _ => Err(unexpected(&answer, "no fileKey or no fileUploadUrl")),
        }
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
