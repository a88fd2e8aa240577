//! `GET template/{id}`: a template with its roles and the fields that its sender fills.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Map, Value};
use signbridge_core::{Body, Call, Error, Replay, Result, Template};

use super::{Root, bare, parse, refusal};
use crate::{error::unexpected, wire::template};

/// Reads a template.
#[derive(Debug)]
pub(crate) struct GetTemplate {
    pub(crate) root: Arc<Root>,
    pub(crate) id: String,
}

impl Call for GetTemplate {
    type Reply = Template;
    const NAME: &'static str = "template.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        bare(Method::GET, &self.root.resource(&["template", &self.id], &[]))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Template> {
        let mut all: Map<String, Value> = parse(&answer)?;
        let template = all.remove("template").and_then(template::read);
        template.ok_or_else(|| unexpected(&answer, "it is not a template"))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
