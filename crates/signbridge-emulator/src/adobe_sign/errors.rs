//! Refusals: status, `code` and message, in the REST API's shape.
//!
//! The codes are those the published specification lists per operation. The messages are the emulator's
//! own words.

use http::StatusCode;
use serde_json::json;

use crate::exchange::Answer;

#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Seconds to wait, on 429 only.
    pub(crate) retry_after: Option<i64>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None }
    }

    pub(crate) fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(crate) fn unauthorised(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }

    pub(crate) fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    pub(crate) fn missing(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// HTTP 429 with the seconds to wait in body and header.
    pub(crate) fn throttled(code: &'static str, seconds: i64) -> Self {
        let message = format!("Too many requests of this kind; come back in {seconds} seconds.");
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, message) }
    }

    pub(crate) fn required(name: &str) -> Self {
        Self::bad("MISSING_REQUIRED_PARAM", format!("The parameter {name} is missing."))
    }

    pub(crate) fn arguments(message: impl Into<String>) -> Self {
        Self::bad("INVALID_ARGUMENTS", message)
    }

    /// A feature of Acrobat Sign that the emulator does not play: refused, never half done.
    pub(crate) fn unplayed(code: &'static str, feature: &str) -> Self {
        Self::bad(code, format!("The emulator does not play {feature}."))
    }

    pub(crate) fn no_agreement() -> Self {
        Self::missing("INVALID_AGREEMENT_ID", "There is no agreement with this id.")
    }

    pub(crate) fn answer(&self) -> Answer {
        match self.retry_after {
            Some(seconds) => Answer::json(
                self.status,
                json!({ "code": self.code, "message": self.message, "retryAfter": seconds }),
            )
            .with("retry-after", &seconds.to_string()),
            None => Answer::json(self.status, json!({ "code": self.code, "message": self.message })),
        }
    }
}
