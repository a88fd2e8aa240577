//! `POST template/create`: a template from roles, fields and documents, as a multipart form.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use serde::Deserialize;
use serde_json::{Map, Value};
use signbridge_core::{Body, Call, Error, Prepared, Replay, Result};
use uuid::Uuid;

use super::{Root, build, parse, refusal};
use crate::{
    error::unexpected,
    wire::{flexible, form},
};

/// Makes a template. The answer has its id only; it can be read and used a while later.
pub(crate) struct CreateTemplate {
    root: Arc<Root>,
    members: Map<String, Value>,
    prepared: Prepared,
    pub(crate) boundary: String,
}

impl CreateTemplate {
    pub(crate) fn new(root: Arc<Root>, members: Map<String, Value>, prepared: Prepared) -> Self {
        let boundary = format!("signbridge-{}", Uuid::new_v4().simple());
        Self { root, members, prepared, boundary }
    }
}

#[derive(Deserialize)]
struct Created {
    template: Reference,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(default, deserialize_with = "flexible::text")]
    template_id: Option<String>,
}

impl Call for CreateTemplate {
    type Reply = String;
    const NAME: &'static str = "template.create";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.root.resource(&["template", "create"], &[]);
        let request = Request::builder()
            .method(Method::POST)
            .uri(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={}", self.boundary));
        build(request, form::body(&self.members, &self.prepared, &self.boundary))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<String> {
        let created: Created = parse(&answer)?;
        created.template.template_id.ok_or_else(|| unexpected(&answer, "the template has no id"))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
