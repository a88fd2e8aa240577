//! DocuSign's refusals in portable kinds. The code decides before the status: throttling was recorded as HTTP 400.

#[cfg(test)]
mod tests;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use http::{HeaderMap, Response};
use serde::Deserialize;
use signbridge_client::{RateState, rest::excerpt};
use signbridge_core::{Error, ErrorKind, Reach, Retry};

use crate::PROVIDER;

/// `{"errorCode":…,"message":…}`: the body of a refusal, and an item's own refusal inside a good answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorDetails {
    #[serde(default)]
    pub(crate) error_code: Option<String>,
    #[serde(default)]
    pub(crate) message: Option<String>,
}

impl ErrorDetails {
    /// An item that failed although the answer is good. `SUCCESS` is no failure.
    pub(crate) fn failure(&self) -> Option<(&str, &str)> {
        let code = self
            .error_code
            .as_deref()
            .filter(|code| !code.is_empty() && !code.eq_ignore_ascii_case("success"))?;
        Some((code, self.message.as_deref().unwrap_or_default()))
    }
}

/// The error for a refusal.
pub(crate) fn refusal(answer: &Response<Bytes>, now: DateTime<Utc>) -> Error {
    let details: Option<ErrorDetails> = serde_json::from_slice(answer.body()).ok();
    let status = answer.status().as_u16();
    let code = details.as_ref().and_then(|details| details.error_code.clone()).unwrap_or_default();
    let message = details.and_then(|details| details.message).unwrap_or_default();
    let error = from_code(&code, &message, status);
    let error = match error.kind() {
        ErrorKind::RateLimited => error.with_retry_at(retry_at(&code, answer.headers(), now)),
        _ => error,
    };
    let error = error.with_status(status);
    match request_id(answer.headers()) {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

/// The error for a code, wherever it stood. Codes are compared without regard to case.
pub(crate) fn from_code(code: &str, message: &str, status: u16) -> Error {
    let known = KNOWN.iter().find(|known| known.code.eq_ignore_ascii_case(code));
    let (kind, remedy) = match known {
        Some(known) => (known.kind, known.remedy),
        None if is_throttle(code) => {
            (ErrorKind::RateLimited, "wait and try again; see the time in the error")
        }
        None => by_status(status),
    };
    let text = match excerpt(message) {
        text if text.is_empty() => format!("DocuSign answered with status {status}"),
        text => text,
    };
    let error = Error::new(kind, text).with_provider(PROVIDER).with_reach(Reach::Yes).with_remedy(remedy);
    let error = if code.is_empty() { error } else { error.with_code(code) };
    // Without a code of DocuSign's own a gateway answered, and whether DocuSign saw the request is open.
    match kind {
        ErrorKind::Unavailable => error.with_reach(Reach::Maybe),
        ErrorKind::Unexpected => error.with_retry(Retry::IfNotSent),
        _ => error,
    }
}

struct Known {
    code: &'static str,
    kind: ErrorKind,
    remedy: &'static str,
}

macro_rules! known {
    ($($kind:ident: $remedy:literal { $($code:ident)+ })+) => {
        &[$($(Known { code: stringify!($code), kind: ErrorKind::$kind, remedy: $remedy },)+)+]
    };
}

/// The codes that the facts list, by class.
const KNOWN: &[Known] = known! {
    Unauthenticated: "check integration key, user and key; `signbridge doctor` names the fault" {
        USER_AUTHENTICATION_FAILED AUTHORIZATION_INVALID_TOKEN
    }
    WrongHost: "the account lives on another host or environment; remove base_url, or correct environment" {
        PARTNER_AUTHENTICATION_FAILED USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT
    }
    Forbidden: "give the user the right, or act as another user" {
        USER_LACKS_PERMISSIONS USER_LACKS_MEMBERSHIP USER_NOT_ACCOUNT_ADMIN ACCOUNT_NOT_AUTHORIZED_FOR_ENVELOPE
        USER_NOT_ENVELOPE_SENDER_OR_RECIPIENT
    }
    FeatureOff: "the plan or an account setting has to offer it; ask DocuSign" {
        ACCOUNT_LACKS_PERMISSIONS PLAN_ITEM_NOT_ENABLED
    }
    QuotaExhausted: "the plan's envelopes are used up; buy more or wait for the next period" {
        ENVELOPE_ALLOWANCE_EXCEEDED
    }
    NotFound: "check the id, and whether it belongs to this profile" {
        ENVELOPE_DOES_NOT_EXIST DOCUMENT_DOES_NOT_EXIST RESOURCE_NOT_FOUND PAGE_IMAGE_NOT_FOUND USER_NOT_FOUND
        USER_DOES_NOT_EXIST_IN_SYSTEM
    }
    NotReady: "another recipient has to act first" {
        RECIPIENT_NOT_IN_SEQUENCE
    }
    InvalidState: "read the envelope; its present state does not allow this" {
        ENVELOPE_INVALID_STATUS ENVELOPE_CANNOT_VOID_INVALID_STATE RECIPIENT_UPDATE_FAILED
        ONESIGNALLSIGN_NOT_SATISFIED WORKFLOW_UPDATE_NOT_ALLOWED
    }
    Locked: "wait until the lock is released" {
        EDIT_LOCK_ENVELOPE_ALREADY_LOCKED EDIT_LOCK_NOT_LOCK_OWNER EDIT_LOCK_ENVELOPE_NOT_LOCKED
    }
    InvalidInput: "correct the value that the message names" {
        INVALID_REQUEST_PARAMETER INVALID_RECIPIENT_ID INVALID_EMAIL_ADDRESS_FOR_RECIPIENT DOCUMENT_UPLOAD_NOT_ALLOWED
        SIGNATURE_PROVIDER_INVALID_NAME OPTED_OUT_PHONE_NUMBER_FOR_RECIPIENT INVALID_CAPTIVE_RECIPIENT_OPERATION
        UNKNOWN_ENVELOPE_RECIPIENT INVALID_TABID INVALID_FOLDER_ID
    }
    PlacementFailed: "correct the place of the field, or the text it is anchored to" {
        ANCHOR_TAG_PROCESSING_FAILURE TAB_PAGE_NUMBER_NOT_SPECIFIED TAB_OUT_OF_BOUNDS
    }
    Unexpected: "DocuSign does not say what is wrong; check the input, and give its support the request id" {
        UNSPECIFIED_ERROR
    }
    DocumentRejected: "send a readable PDF without a password" {
        UNABLE_TO_LOAD_DOCUMENT UNSUPPORTED_PDF_CONTENT
    }
};

fn is_throttle(code: &str) -> bool {
    let code = code.to_ascii_uppercase();
    code.ends_with("_LIMIT_EXCEEDED") || code == "API_REQUEST_IS_THROTTLED"
}

fn by_status(status: u16) -> (ErrorKind, &'static str) {
    match status {
        401 => (
            ErrorKind::Unauthenticated,
            "check integration key, user and key; `signbridge doctor` names the fault",
        ),
        403 => (ErrorKind::Forbidden, "give the user the right, or act as another user"),
        404 => (ErrorKind::NotFound, "check the id, and whether it belongs to this profile"),
        413 => (ErrorKind::DocumentRejected, "the request is larger than DocuSign takes"),
        429 | 444 => (ErrorKind::RateLimited, "wait and try again; see the time in the error"),
        408 | 500.. => (ErrorKind::Unavailable, "try again later; give DocuSign's support the request id"),
        400..=499 => (ErrorKind::InvalidInput, "correct the value that the message names"),
        _ => (ErrorKind::Unexpected, "give DocuSign's support the request id"),
    }
}

/// An hourly limit ends with the full hour, a burst limit after half a minute.
fn retry_at(code: &str, headers: &HeaderMap, now: DateTime<Utc>) -> DateTime<Utc> {
    let hourly = code.to_ascii_uppercase().starts_with("HOURLY");
    let reset = number(headers, "x-ratelimit-reset").and_then(|epoch| Utc.timestamp_opt(epoch, 0).single());
    match reset {
        Some(reset) if hourly && reset > now => reset,
        _ if hourly => now + TimeDelta::seconds(3600 - now.timestamp().rem_euclid(3600)),
        _ => now + TimeDelta::seconds(30),
    }
}

/// DocuSign's rate headers, for the client's pacing. The burst window has no header that says when it ends.
pub(crate) fn rate(headers: &HeaderMap, now: DateTime<Utc>) -> RateState {
    let remaining = |name| number(headers, name).and_then(|value| u32::try_from(value).ok());
    if remaining("x-burstlimit-remaining") == Some(0) {
        return RateState::new(Some(0), Some(now + TimeDelta::seconds(30)));
    }
    let resets = number(headers, "x-ratelimit-reset").and_then(|epoch| Utc.timestamp_opt(epoch, 0).single());
    RateState::new(remaining("x-ratelimit-remaining"), resets)
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    Some(headers.get("x-docusign-tracetoken")?.to_str().ok()?.to_owned())
}

/// An answer that is not what the specification says. Its body is not shown.
pub(crate) fn unexpected(answer: &Response<Bytes>, what: &str) -> Error {
    let error = Error::new(ErrorKind::Unexpected, format!("DocuSign's answer cannot be read: {what}"))
        .with_provider(PROVIDER)
        .with_status(answer.status().as_u16())
        .with_reach(Reach::Yes)
        .with_remedy("give DocuSign's support the request id");
    match request_id(answer.headers()) {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}
