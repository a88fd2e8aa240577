//! What a handler is given.

use http::StatusCode;
use serde_json::{Value, json};

use super::errors::ApiError;
use super::model::Envelope;
use super::params::Input;
use super::render;
use super::state::State;
use crate::dialect::Time;
use crate::exchange::{Answer, Request};
use crate::hub::Hub;
use crate::route::Params;

/// One authorised call.
pub(crate) struct Call<'c> {
    pub(crate) hub: &'c Hub,
    pub(crate) request: &'c Request,
    pub(crate) params: Params,
    pub(crate) input: Input,
    /// Authorised by an access token instead of the API key.
    pub(crate) bearer: bool,
    pub(crate) now: Time,
}

impl Call<'_> {
    /// The id in the path.
    pub(crate) fn id(&self) -> &str {
        self.params.get("id")
    }

    /// The request of the path, readable.
    pub(crate) fn readable<'s>(&self, state: &'s State) -> Result<&'s Envelope, ApiError> {
        readable(state, self.id())
    }

    pub(crate) fn show(&self, state: &State, own: &Envelope, warnings: Vec<Value>) -> Answer {
        let mut out = json!({ "signature_request": render::envelope(state, own, &self.request.origin) });
        if let (Some(out), false) = (out.as_object_mut(), warnings.is_empty()) {
            out.insert("warnings".into(), warnings.into());
        }
        ok(out)
    }

    /// Page and page size; a size beyond the limit shows an empty list [FACTS 3, recorded].
    pub(crate) fn paging(&self) -> Result<(usize, usize, bool), ApiError> {
        let number = |name: &str, default: usize| match self.request.query.get(name) {
            None | Some("") => Ok(default),
            Some(text) => text
                .parse::<usize>()
                .ok()
                .filter(|number| *number >= 1)
                .ok_or_else(|| ApiError::at(name, format!("Invalid parameter: {name}"))),
        };
        let (page, size) = (number("page", 1)?, number("page_size", 20)?);
        Ok((page, size, size > 100))
    }
}

pub(crate) fn readable<'s>(state: &'s State, id: &str) -> Result<&'s Envelope, ApiError> {
    let own = state.envelope(id).filter(|own| !own.removed);
    let own = own.ok_or_else(|| ApiError::not_found("Signature request not found"))?;
    if own.canceled { Err(ApiError::deleted()) } else { Ok(own) }
}

pub(crate) fn ok(value: Value) -> Answer {
    Answer::ok(value).with("content-type", "application/json")
}

/// The success of cancel, remove and template delete: nothing, as a page [FACTS 2, recorded].
pub(crate) fn nothing() -> Answer {
    Answer::empty(StatusCode::OK).with("content-type", "text/html; charset=utf-8")
}

pub(crate) fn warning(name: &str, message: impl Into<String>) -> Value {
    json!({ "warning_name": name, "warning_msg": message.into() })
}
