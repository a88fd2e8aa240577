//! Refusals: status, `errorCode` and message, in DocuSign's shape.
//!
//! The codes are those of the fact sheet's section 11. The messages are the emulator's own words.

use http::StatusCode;
use serde_json::{Value, json};

use crate::exchange::Answer;

#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// HTTP 400, which DocuSign uses for nearly everything.
    pub(crate) fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(crate) fn parameter(message: impl Into<String>) -> Self {
        Self::bad("INVALID_REQUEST_PARAMETER", message)
    }

    /// A feature of DocuSign that the emulator does not play: refused, never half done.
    pub(crate) fn unplayed(feature: &str) -> Self {
        Self::bad("INVALID_REQUEST_PARAMETER", format!("The emulator does not play {feature}."))
    }

    pub(crate) fn no_envelope(id: &str) -> Self {
        Self::bad("ENVELOPE_DOES_NOT_EXIST", format!("There is no envelope {id} in this account."))
    }

    pub(crate) fn no_template(id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "RESOURCE_NOT_FOUND",
            format!("There is no template {id} in this account."),
        )
    }

    pub(crate) fn no_document(id: &str) -> Self {
        Self::bad("DOCUMENT_DOES_NOT_EXIST", format!("The envelope has no document {id}."))
    }

    pub(crate) fn no_recipient(id: &str) -> Self {
        Self::bad("INVALID_RECIPIENT_ID", format!("The envelope has no recipient {id}."))
    }

    pub(crate) fn envelope_status(status: &str, wanted: &str) -> Self {
        Self::bad("ENVELOPE_INVALID_STATUS", format!("The envelope is {status}; {wanted}."))
    }

    /// The object that stands beside an item of a list.
    pub(crate) fn details(&self) -> Value {
        json!({ "errorCode": self.code, "message": self.message })
    }

    pub(crate) fn answer(&self) -> Answer {
        Answer::json(self.status, self.details())
    }
}
