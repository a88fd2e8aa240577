//! `GET agreements/{id}/formData`: what was filled in, as comma-separated values, for the sender alone.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use signbridge_core::{Body, Call, Error, FormValue, Replay, Result};

use super::{AccessPoint, build};
use crate::wire::form_data;

/// Reads what was filled in.
#[derive(Debug)]
pub(crate) struct GetFormData {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
}

impl Call for GetFormData {
    type Reply = Vec<FormValue>;
    const NAME: &'static str = "form_data.get";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.point.agreement(&self.agreement, &["formData"], &[]);
        build(self.point.request(Method::GET, &url).header(header::ACCEPT, "text/csv"), Body::empty())
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Vec<FormValue>> {
        Ok(form_data::values(&String::from_utf8_lossy(answer.body())))
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
