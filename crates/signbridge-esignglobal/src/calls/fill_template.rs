//! `POST templates/createFileByTemplate`: has a template filled into a file. It is made later, by a task.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::Api;
use crate::{
    error::{self, unexpected},
    wire::template::FieldValue,
};

/// Asks for a file. One that no envelope names harms nobody, so it may be asked for again.
#[derive(Debug)]
pub(crate) struct FillTemplate {
    pub(crate) api: Arc<Api>,
    pub(crate) template: String,
    pub(crate) values: Vec<FieldValue>,
}

impl Call for FillTemplate {
    /// The task's id.
    type Reply = String;
    const NAME: &'static str = "templates.fill";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let body = json!({ "templateId": self.template, "fields": self.values });
        self.api.post("templates/createFileByTemplate", &body)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<String> {
        match error::data(&answer)?.get("taskId").and_then(Value::as_str) {
            Some(id) if !id.is_empty() => Ok(id.to_owned()),
            _ => Err(unexpected(&answer, "no taskId")),
        }
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
