//! One authorised call of the REST API, as its handler sees it.

use serde_json::Value;

use super::errors::ApiError;
use super::model::{Sender, Time};
use crate::exchange::Request;
use crate::hub::{Hub, World};
use crate::route::Params;
use crate::values::Object;

pub(crate) struct Call<'a> {
    pub(crate) hub: &'a Hub,
    pub(crate) request: &'a Request,
    pub(crate) params: Params,
    pub(crate) user: Sender,
    pub(crate) now: Time,
}

impl Call<'_> {
    pub(crate) fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.hub.world()
    }

    pub(crate) fn envelope_id(&self) -> &str {
        self.params.get("envelopeId")
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.request.query.get(name).filter(|value| !value.is_empty())
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.request.query.flag(name)
    }

    /// The JSON object of the body; an empty body counts as `{}`.
    pub(crate) fn json(&self) -> Result<Object, ApiError> {
        object(&self.request.body)
    }
}

pub(crate) fn object(body: &[u8]) -> Result<Object, ApiError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Object::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(ApiError::bad("INVALID_REQUEST_BODY", "The body must be a JSON object.")),
        Err(error) => Err(ApiError::bad("INVALID_REQUEST_BODY", format!("The body is not JSON: {error}."))),
    }
}
