//! `GET templates/templateList`: the smallest read of the API, by which the doctor tries out a token.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::Api;
use crate::error;

/// Reads the first template, if there is one.
#[derive(Debug)]
pub(crate) struct ListTemplates {
    pub(crate) api: Arc<Api>,
}

impl Call for ListTemplates {
    type Reply = u64;
    const NAME: &'static str = "templates.list";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.api.get("templates/templateList", &[("pageNum", "1"), ("pageSize", "1")])
    }

    /// How many templates there are.
    fn reply(&self, answer: Response<Bytes>) -> Result<u64> {
        Ok(error::data(&answer)?.get("total").and_then(Value::as_u64).unwrap_or(0))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
