//! `GET templates/renderTask`: how far the file of a template is. The page prints the task as a body, which a GET does
//! not have; as a query it is our reading.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use signbridge_client::rest::excerpt;
use signbridge_core::{Body, Call, Error, ErrorKind, Reach, Replay, Result};

use super::Api;
use crate::{
    PROVIDER,
    error::{self, unexpected},
    wire::flexible,
};

/// Asks how far a task is.
#[derive(Debug)]
pub(crate) struct GetRenderTask {
    pub(crate) api: Arc<Api>,
    pub(crate) task: String,
}

impl Call for GetRenderTask {
    /// The file's key, once it is made.
    type Reply = Option<String>;
    const NAME: &'static str = "templates.task";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.api.get("templates/renderTask", &[("taskId", &self.task)])
    }

    /// `1` is running, `2` made, `3` failed with a description.
    fn reply(&self, answer: Response<Bytes>) -> Result<Option<String>> {
        let data = error::data(&answer)?;
        let status = data.get("taskStatus").and_then(flexible::worded);
        match (status.as_deref(), data.get("fileKey").and_then(Value::as_str)) {
            (Some("1"), _) => Ok(None),
            (Some("2"), Some(key)) if !key.is_empty() => Ok(Some(key.to_owned())),
            (Some("3"), _) => {
                let why = excerpt(data.get("description").and_then(Value::as_str).unwrap_or_default());
                let message = format!("eSignGlobal could not fill the template: {why}");
                Err(Error::new(ErrorKind::DocumentRejected, message)
                    .with_provider(PROVIDER)
                    .with_status(answer.status().as_u16())
                    .with_reach(Reach::Yes)
                    .with_remedy("correct the draft's values; nothing was sent"))
            }
            _ => Err(unexpected(&answer, "the task is neither running, nor made, nor failed")),
        }
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
