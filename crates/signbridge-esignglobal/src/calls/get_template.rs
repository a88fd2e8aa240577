//! `GET templates/templateDetail`: a template with the fields that the sender fills.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::Api;
use crate::{
    error::{self, unexpected},
    wire::template::{self, FullTemplate},
};

/// Reads a template.
#[derive(Debug)]
pub(crate) struct GetTemplate {
    pub(crate) api: Arc<Api>,
    pub(crate) template: String,
}

impl Call for GetTemplate {
    type Reply = FullTemplate;
    const NAME: &'static str = "templates.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.api.get("templates/templateDetail", &[("templateId", &self.template)])
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<FullTemplate> {
        template::full(error::data(&answer)?).ok_or_else(|| unexpected(&answer, "it is no template"))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        error::refusal(&answer)
    }
}
