//! Inkpost's refusals in portable kinds: `{"error","message"}`.

use bytes::Bytes;
use http::Response;
use serde::Deserialize;
use signbridge_core::{Error, ErrorKind, Reach};

use crate::PROVIDER;

/// The code that says: an envelope with this reference is being made, or exists.
pub(crate) const TAKEN: &str = "reference_taken";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refused {
    error: String,
    message: String,
}

/// The error for any status but 2xx. Codes that are not known fall back to what HTTP means by the status.
pub(crate) fn refusal(answer: &Response<Bytes>) -> Error {
    let status = answer.status().as_u16();
    let Refused { error, message } = serde_json::from_slice(answer.body()).unwrap_or_default();
    let (kind, remedy) = match (error.as_str(), status) {
        ("unknown_envelope", _) | (_, 404) => {
            (ErrorKind::NotFound, "check the id, and whether it belongs to this profile")
        }
        ("ended" | "not_signed", _) => {
            (ErrorKind::InvalidState, "read the envelope; its state does not allow this")
        }
        (TAKEN, _) => (ErrorKind::Stale, "read the envelope with this key"),
        (_, 401) => (ErrorKind::Unauthenticated, "check api_key; `signbridge doctor` tries it out"),
        (_, 403) => (ErrorKind::Forbidden, "the account must have this right"),
        (_, 429) => (ErrorKind::RateLimited, "wait and try again"),
        (_, 500..) => (ErrorKind::Unavailable, "try again later"),
        _ => (ErrorKind::InvalidInput, "correct what the message names"),
    };
    // A server that broke may have done what was asked.
    let reach = if kind == ErrorKind::Unavailable { Reach::Maybe } else { Reach::Yes };
    let text = if message.is_empty() { format!("Inkpost answered with status {status}") } else { message };
    let told = Error::new(kind, text)
        .with_provider(PROVIDER)
        .with_status(status)
        .with_reach(reach)
        .with_remedy(remedy);
    if error.is_empty() { told } else { told.with_code(error) }
}

/// A good answer that is not what it should be. Its body is not shown.
pub(crate) fn unexpected(answer: &Response<Bytes>, what: &str) -> Error {
    Error::new(ErrorKind::Unexpected, format!("Inkpost's answer cannot be read: {what}"))
        .with_provider(PROVIDER)
        .with_status(answer.status().as_u16())
        .with_reach(Reach::Yes)
        .with_remedy("read the envelope before trying again")
}
