//! One authorised call of the API, as its handler sees it.

use serde_json::Value;

use super::errors::Refusal;
use super::model::Time;
use super::state::State;
use crate::exchange::Request;
use crate::values::Object;

/// Handlers only change state; no file is rendered by them.
pub(crate) struct Call<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) request: &'a Request,
    pub(crate) now: Time,
}

impl Call<'_> {
    /// The JSON object of the body.
    pub(crate) fn json(&self) -> Result<Object, Refusal> {
        if self.request.media_type().as_deref() != Some("application/json") {
            return Err(Refusal::new("The body has to be application/json."));
        }
        match serde_json::from_slice(&self.request.body) {
            Ok(Value::Object(object)) => Ok(object),
            _ => Err(Refusal::new("The body is not a JSON object.")),
        }
    }

    pub(crate) fn query(&self, name: &str) -> Result<String, Refusal> {
        self.request
            .query
            .get(name)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .ok_or_else(|| Refusal::new(format!("{name} is missing.")))
    }
}
