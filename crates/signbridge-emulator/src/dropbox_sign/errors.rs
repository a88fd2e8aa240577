//! Refusals in the shape of the published error body.

use http::StatusCode;
use serde_json::json;

use crate::exchange::Answer;

/// A refusal: `{"error":{"error_msg","error_name","error_path"?}}` [FACTS 7].
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) name: &'static str,
    pub(crate) message: String,
    /// The parameter at fault.
    pub(crate) path: Option<String>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, name: &'static str, message: impl Into<String>) -> Self {
        Self { status, name, message: message.into(), path: None }
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    /// A parameter that does not fit.
    pub(crate) fn at(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..Self::bad(message) }
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", message)
    }

    pub(crate) fn deleted() -> Self {
        Self::new(StatusCode::GONE, "deleted", "This resource has been deleted")
    }

    pub(crate) fn answer(&self) -> Answer {
        let mut error = json!({ "error_msg": self.message, "error_name": self.name });
        if let (Some(path), Some(object)) = (&self.path, error.as_object_mut()) {
            object.insert("error_path".into(), path.clone().into());
        }
        Answer::json(self.status, json!({ "error": error })).with("content-type", "application/json")
    }
}
