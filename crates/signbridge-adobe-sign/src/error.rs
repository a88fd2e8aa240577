//! Adobe's refusals in portable kinds. The code decides before the status: 404 is not always final, 401 may be a wrong
//! shard. Codes that are not listed fall back to the status; Adobe announces that new ones appear.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, Response};
use serde::Deserialize;
use serde_json::Value;
use signbridge_client::rest::excerpt;
use signbridge_core::{Error, ErrorKind, Reach, Retry};

use crate::{PROVIDER, config::Tier, wire::flexible};

/// `{"code":…,"message":…,"retryAfter":…}`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ErrorAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    code: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    message: Option<String>,
    #[serde(default, deserialize_with = "flexible::number")]
    retry_after: Option<u32>,
}

/// How long to keep away when Adobe does not say: asking early starts the wait anew on recent accounts.
const UNTOLD_PAUSE: TimeDelta = TimeDelta::seconds(60);

/// The error for a refusal. `now` is Adobe's time.
pub(crate) fn refusal(answer: &Response<Bytes>, tier: Tier, now: DateTime<Utc>) -> Error {
    let said: Option<ErrorAnswer> = serde_json::from_slice::<Value>(answer.body())
        .ok()
        .and_then(|value| serde_json::from_value(value).ok());
    let said = said.unwrap_or_default();
    let status = answer.status().as_u16();
    let code = said.code.unwrap_or_default();
    let error = from_code(&code, said.message.as_deref().unwrap_or_default(), status);
    let error = match error.kind() {
        ErrorKind::RateLimited => {
            let asked = said.retry_after.map(|seconds| TimeDelta::seconds(i64::from(seconds)));
            let asked = asked.or_else(|| retry_after(answer.headers()));
            // Within the interval a 304 means "not asked", not "unchanged".
            let untold = if status == 304 { tier.interval() } else { UNTOLD_PAUSE };
            error.with_retry_at(now + asked.unwrap_or(untold))
        }
        ErrorKind::NotReady => error.with_retry_at(now + tier.interval()),
        _ => error,
    };
    let error = error.with_status(status);
    match request_id(answer.headers()) {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

fn from_code(code: &str, message: &str, status: u16) -> Error {
    let known = KNOWN.iter().find(|known| known.code.eq_ignore_ascii_case(code));
    let (kind, remedy) = match known {
        Some(known) => (known.kind, known.remedy),
        None if code.to_ascii_uppercase().starts_with("THROTTLING_") => {
            (ErrorKind::RateLimited, "wait and try again; see the time in the error")
        }
        None => by_status(status, code),
    };
    let text = match excerpt(message) {
        text if text.is_empty() => format!("Adobe answered with status {status}"),
        text => text,
    };
    let error = Error::new(kind, text).with_provider(PROVIDER).with_reach(Reach::Yes).with_remedy(remedy);
    let error = if code.is_empty() { error } else { error.with_code(code) };
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

/// The published codes whose meaning differs from their status, by class.
const KNOWN: &[Known] = known! {
    WrongHost: "the account lives on another access point; remove base_url, it is found by itself" {
        INVALID_API_ACCESS_POINT
    }
    Unauthenticated: "check the credentials of the profile; `signbridge doctor` names the fault" {
        INVALID_ACCESS_TOKEN NO_ACCESS_TOKEN_HEADER NO_AUTHORIZATION_HEADER UNVERIFIED_USER
    }
    Forbidden: "give the token the scope, with `:account` for other users, or act as another user" {
        INVALID_USER INVALID_ON_BEHALF_OF_USER UNAUTHORIZED NO_PERMISSION_TO_SIGN
        NOT_AUTHORIZED_FOR_TRANSIENT_RESOURCE AUTOLOGIN_DENIED PERMISSION_DENIED NOT_IN_ACCOUNT
        ONLY_SENDER_CAN_REPLACE
    }
    ConsentRequired: "an administrator has to accept Adobe's terms on the web site" {
        API_TERMS_NOT_ACCEPTED CONSENT_ACCEPTANCE_REQUIRED
    }
    FeatureOff: "the plan or an account setting has to offer it; ask the account's administrator" {
        HYBRID_ROUTING_NOT_ALLOWED PRIVATE_MESSAGES_NOT_ENABLED SIGNER_AUTH_NOT_ALLOWED
        INTERNAL_SIGNER_AUTH_NOT_ALLOWED AUTH_METHOD_PROVIDED_IS_NOT_ALLOWED
        EXTERNAL_AUTH_METHOD_PROVIDED_IS_NOT_ALLOWED INTERNAL_AUTH_METHOD_PROVIDED_IS_NOT_ALLOWED
        DOCUMENT_VISIBILITY_DISABLED DOCUMENT_ORIGINAL_FORMAT_NOT_ALLOWED PAYMENT_INTEGRATION_DISABLED
        DYNAMIC_DOCUMENT_EXPIRATION_NOT_ENABLED
    }
    QuotaExhausted: "the allowance is used up; buy more or wait for the next period" {
        SEND_LIMIT_EXCEEDED KBA_LIMIT_EXCEEDED PHONE_AUTH_LIMIT_EXCEEDED
    }
    DocumentRejected: "send a readable PDF without a password, within the plan's limit (10 MB unless raised)" {
        LARGE_FILE_SIZE UNSUPPORTED_MEDIA_TYPE NO_MEDIA_TYPE INVALID_MIME_TYPE NO_FILE_CONTENT
        TRANSIENT_RESOURCE_VIRUS_DETECTED TRANSIENT_RESOURCE_PROCESSING_FAILED
    }
    NotReady: "Adobe is still preparing it, or it is not his turn; ask again later, not earlier than the polling rule says" {
        AGREEMENT_NOT_EXPOSED AGREEMENT_NOT_SIGNABLE AGREEMENT_NOT_AVAILABLE DOCUMENT_NOT_AVAILABLE
        DOCUMENT_NOT_YET_AVAILABLE AGREEMENT_NOT_IN_AUTHORING_STATE
    }
    Gone: "it was removed from Adobe" {
        AGREEMENT_DELETED AGREEMENT_REMOVED AGREEMENT_ARCHIVED DOCUMENTS_REMOVED DOCUMENT_HAS_BEEN_DELETED
        TRANSIENT_RESOURCE_DELETED
    }
    InvalidState: "read the envelope; its present state does not allow this" {
        OPERATION_NOT_ALLOWED AGREEMENT_IN_DRAFT_STATE CANNOT_CREATE_REMINDER INVALID_REMINDER_STATUS
        AGREEMENT_CANCELLED AGREEMENT_EXPIRED AGREEMENT_SIGNED AGREEMENT_ALREADY_CANCELLED AGREEMENT_ALREADY_SIGNED
        AGREEMENT_ALREADY_DELEGATED AGREEMENT_MODIFICATION_NOT_ACKNOWLEDGED INVALID_AGREEMENT_STATUS
        UPDATE_NOT_ALLOWED VIEW_NOT_AVAILABLE
    }
    Stale: "read it again and repeat the step" {
        RESOURCE_MODIFIED MISSING_IF_MATCH_HEADER
    }
    RateLimited: "wait and try again; see the time in the error" {
        RESOURCE_NOT_MODIFIED
    }
};

fn by_status(status: u16, code: &str) -> (ErrorKind, &'static str) {
    match status {
        304 | 429 => (ErrorKind::RateLimited, "wait and try again; see the time in the error"),
        401 => (
            ErrorKind::Unauthenticated,
            "check the credentials of the profile; `signbridge doctor` names the fault",
        ),
        403 => (ErrorKind::Forbidden, "give the token the scope, or act as another user"),
        404 => (ErrorKind::NotFound, "check the id, and whether it belongs to this profile"),
        409 => (ErrorKind::InvalidState, "read the envelope; its present state does not allow this"),
        412 => (ErrorKind::Stale, "read it again and repeat the step"),
        413 | 415 => (ErrorKind::DocumentRejected, "send a readable PDF within the plan's limit"),
        408 | 500.. => (ErrorKind::Unavailable, "try again later; give Adobe's support the request id"),
        400..=499 if !code.is_empty() => {
            (ErrorKind::InvalidInput, "correct the value that the message names")
        }
        _ => (ErrorKind::Unexpected, "give Adobe's support the request id"),
    }
}

fn retry_after(headers: &HeaderMap) -> Option<TimeDelta> {
    let seconds: u32 = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(TimeDelta::seconds(i64::from(seconds)))
}

pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    Some(headers.get("x-request-id")?.to_str().ok()?.to_owned())
}

/// An answer that is not what the specification says. Its body is not shown.
pub(crate) fn unexpected(answer: &Response<Bytes>, what: &str) -> Error {
    let error = Error::new(ErrorKind::Unexpected, format!("Adobe's answer cannot be read: {what}"))
        .with_provider(PROVIDER)
        .with_status(answer.status().as_u16())
        .with_reach(Reach::Yes)
        .with_remedy("give Adobe's support the request id");
    match request_id(answer.headers()) {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(status: u16, body: Value) -> Error {
        let answer = Response::builder().status(status).body(body.to_string().into()).unwrap();
        refusal(&answer, Tier::Standard, DateTime::UNIX_EPOCH)
    }

    /// Rows: 11 Unauthenticated, 11 ConsentRequired, 11 WrongHost, 11 Forbidden, 11 FeatureOff, 11 QuotaExhausted, 11 RateLimited, 11 InvalidInput, 11 DocumentRejected, 11 NotFound, 11 Gone, 11 NotReady, 11 InvalidState, 11 Stale, 11 Unavailable, 11 Unexpected, 4 plan errors, 12 DocumentsReady
    #[test]
    fn the_code_decides_before_the_status() {
        for (status, code, kind) in [
            (401, "INVALID_API_ACCESS_POINT", ErrorKind::WrongHost),
            (400, "INVALID_API_ACCESS_POINT", ErrorKind::WrongHost),
            (401, "INVALID_ACCESS_TOKEN", ErrorKind::Unauthenticated),
            (403, "PERMISSION_DENIED", ErrorKind::Forbidden),
            (403, "API_TERMS_NOT_ACCEPTED", ErrorKind::ConsentRequired),
            (403, "HYBRID_ROUTING_NOT_ALLOWED", ErrorKind::FeatureOff),
            (403, "SEND_LIMIT_EXCEEDED", ErrorKind::QuotaExhausted),
            (403, "LARGE_FILE_SIZE", ErrorKind::DocumentRejected),
            (404, "TRANSIENT_RESOURCE_VIRUS_DETECTED", ErrorKind::DocumentRejected),
            (404, "AGREEMENT_NOT_EXPOSED", ErrorKind::NotReady),
            (404, "DOCUMENT_NOT_AVAILABLE", ErrorKind::NotReady),
            (404, "INVALID_AGREEMENT_ID", ErrorKind::NotFound),
            (404, "AGREEMENT_DELETED", ErrorKind::Gone),
            (403, "OPERATION_NOT_ALLOWED", ErrorKind::InvalidState),
            (409, "AGREEMENT_ALREADY_CANCELLED", ErrorKind::InvalidState),
            (412, "RESOURCE_MODIFIED", ErrorKind::Stale),
            (400, "MISSING_IF_MATCH_HEADER", ErrorKind::Stale),
            (429, "THROTTLING_TOO_MANY_REQUESTS", ErrorKind::RateLimited),
            (400, "MISSING_REQUIRED_PARAM", ErrorKind::InvalidInput),
            (500, "MISC_SERVER_ERROR", ErrorKind::Unavailable),
            (403, "SOMETHING_NEW", ErrorKind::Forbidden),
            (415, "UNSUPPORTED_MEDIA_TYPE", ErrorKind::DocumentRejected),
            (429, "THROTTLING_SOMETHING_NEW", ErrorKind::RateLimited),
            (401, "AUTOLOGIN_DENIED", ErrorKind::Forbidden),
            (412, "DYNAMIC_DOCUMENT_EXPIRATION_NOT_ENABLED", ErrorKind::FeatureOff),
            (403, "SIGNER_AUTH_NOT_ALLOWED", ErrorKind::FeatureOff),
            (403, "PHONE_AUTH_LIMIT_EXCEEDED", ErrorKind::QuotaExhausted),
            (404, "SOMETHING_NEW", ErrorKind::NotFound),
        ] {
            let error = refused(status, json!({"code": code, "message": "m"}));
            assert_eq!((error.kind(), error.code()), (kind, Some(code)));
        }
        assert_eq!(refused(400, json!("no JSON object")).kind(), ErrorKind::Unexpected);
    }

    /// Rows: 15 22, 11 RateLimited, 12 reading budget
    #[test]
    fn waits_are_as_long_as_adobe_says() {
        let at = |error: Error| error.retry_at().map(|at| at.timestamp());
        let told = json!({"code": "THROTTLING_TOO_MANY_REQUESTS", "message": "m", "retryAfter": 37});
        assert_eq!(at(refused(429, told)), Some(37));
        assert_eq!(at(refused(429, json!({}))), Some(60));
        assert_eq!(at(refused(304, json!(null))), Some(600), "a 304 within the interval says nothing");
        assert_eq!(at(refused(404, json!({"code": "AGREEMENT_NOT_EXPOSED"}))), Some(600));
    }

    #[test]
    fn people_and_links_stay_out_of_messages() {
        let error = refused(
            400,
            json!({"code": "INVALID_EMAIL", "message": "ann@example.com at https://x.y is bad."}),
        );
        assert_eq!(error.message(), "[redacted] at [redacted] is bad");
    }
}
