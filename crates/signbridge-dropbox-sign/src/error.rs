//! Dropbox Sign's refusals in portable kinds. The name decides before the status.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use http::{HeaderMap, Response};
use serde::Deserialize;
use signbridge_client::{RateState, rest::excerpt};
use signbridge_core::{Error, ErrorKind, Fault, Reach, Retry};

use crate::{PROVIDER, wire::flexible};

/// The name of the refusal that says: the same request is being carried out, or a file is being made.
pub(crate) const CONFLICT: &str = "conflict";

/// `{"error":{"error_msg":…,"error_name":…,"error_path":…}}`
#[derive(Debug, Default, Deserialize)]
struct Refused {
    #[serde(default)]
    error: Details,
}

#[derive(Debug, Default, Deserialize)]
struct Details {
    /// JSON text at times.
    #[serde(default, deserialize_with = "flexible::text")]
    error_msg: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    error_name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    error_path: Option<String>,
}

/// The error for a refusal.
pub(crate) fn refusal(answer: &Response<Bytes>, now: DateTime<Utc>) -> Error {
    let details = serde_json::from_slice::<Refused>(answer.body()).unwrap_or_default().error;
    let status = answer.status().as_u16();
    let name = details.error_name.unwrap_or_default();
    let text = excerpt(&details.error_msg.unwrap_or_default());
    let text = if text.is_empty() { format!("Dropbox Sign answered with status {status}") } else { text };
    let (kind, remedy) = kind(&name, &text, status);
    let error = match details.error_path.filter(|path| !path.is_empty()) {
        Some(path) => {
            Error::from_faults(kind, "the request was refused", vec![Fault::new(excerpt(&path), text)])
        }
        None => Error::new(kind, text),
    };
    let error = error.with_provider(PROVIDER).with_status(status).with_reach(Reach::Yes).with_remedy(remedy);
    let error = if name.is_empty() { error } else { error.with_code(name) };
    match kind {
        ErrorKind::RateLimited => error.with_retry_at(retry_at(answer.headers(), now)),
        ErrorKind::Unavailable => error.with_reach(Reach::Maybe),
        ErrorKind::Unexpected => error.with_retry(Retry::IfNotSent),
        _ => error,
    }
}

fn kind(name: &str, text: &str, status: u16) -> (ErrorKind, &'static str) {
    const KEY: &str = "check the credential; `signbridge doctor` tries it out";
    const RIGHT: &str = "the account, or the scopes of the app, must have this right";
    const ID: &str = "check the id, and whether it belongs to this profile";
    const STATE: &str = "read the envelope; its present state does not allow this";
    const VALUE: &str = "correct the value that the message names";
    const LATER: &str = "try again later";
    const PLAN: &str = "choose a plan with it, or test_mode = true in the profile";
    match name.to_ascii_lowercase().as_str() {
        // A signing link asked for with an id that is none of a signer.
        "bad_request" if text.starts_with("Signature not found") => (ErrorKind::NotFound, ID),
        "bad_request" | "invalid_recipient" | "invalid_file" => (ErrorKind::InvalidInput, VALUE),
        "invalid_reminder" => (
            ErrorKind::InvalidState,
            "wait an hour after the last reminder; embedded signers and those who signed are not reminded",
        ),
        "signature_request_cancel_failed"
        | "signature_request_remove_failed"
        | "signature_request_expired" => (ErrorKind::InvalidState, STATE),
        "unauthorized" => (ErrorKind::Unauthenticated, KEY),
        "payment_required" | "test_mode_only" | "addon_required" => (ErrorKind::FeatureOff, PLAN),
        "quota_reached" | "need_credit" => {
            (ErrorKind::QuotaExhausted, "buy more requests, or wait for the next period")
        }
        "forbidden" | "team_invite_failed" => (ErrorKind::Forbidden, RIGHT),
        "not_found" => (ErrorKind::NotFound, ID),
        "method_not_supported" => (ErrorKind::InvalidInput, "the path knows no such method"),
        CONFLICT => (ErrorKind::NotReady, "it is still being done; look again in a while"),
        "deleted" => (ErrorKind::Gone, "it was cancelled or removed"),
        "unprocessable_entity" => {
            (ErrorKind::NotReady, "read the envelope: it is being processed, or its processing failed")
        }
        "exceeded_rate" => (ErrorKind::RateLimited, "wait and try again; see the time in the error"),
        "maintenance" | "unavailable" | "temporary_unavailable" => (ErrorKind::Unavailable, LATER),
        // Without a name of its own a gateway answered.
        _ => match status {
            400 | 405 | 413..=421 => (ErrorKind::InvalidInput, VALUE),
            401 => (ErrorKind::Unauthenticated, KEY),
            402 => (ErrorKind::FeatureOff, PLAN),
            403 => (ErrorKind::Forbidden, RIGHT),
            404 => (ErrorKind::NotFound, ID),
            408 | 500.. => (ErrorKind::Unavailable, LATER),
            409 => (ErrorKind::NotReady, "it is still being done; look again in a while"),
            410 => (ErrorKind::Gone, "it was cancelled or removed"),
            422 => {
                (ErrorKind::NotReady, "read the envelope: it is being processed, or its processing failed")
            }
            429 => (ErrorKind::RateLimited, "wait and try again; see the time in the error"),
            _ => (ErrorKind::Unexpected, "read the provider's status page, and try again later"),
        },
    }
}

/// The bucket leaks: its reset is now or a few seconds ahead, and may lie in the past.
fn retry_at(headers: &HeaderMap, now: DateTime<Utc>) -> DateTime<Utc> {
    let soonest = now + TimeDelta::seconds(1);
    resets_at(headers).map_or(soonest, |at| at.max(soonest))
}

fn resets_at(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    Utc.timestamp_opt(number(headers, "x-ratelimit-reset")?, 0).single()
}

/// Dropbox Sign's rate headers. What is left stands under a name that the specification does not have; both are read.
pub(crate) fn rate(headers: &HeaderMap, now: DateTime<Utc>) -> RateState {
    let left = ["x-ratelimit-limit-remaining", "x-ratelimit-remaining"]
        .into_iter()
        .find_map(|name| number(headers, name))
        .and_then(|left| u32::try_from(left).ok());
    RateState::new(left, left.map(|_| retry_at(headers, now)))
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// An answer that is not what the specification says. Its body is not shown.
pub(crate) fn unexpected(answer: &Response<Bytes>, what: &str) -> Error {
    Error::new(ErrorKind::Unexpected, format!("Dropbox Sign's answer cannot be read: {what}"))
        .with_provider(PROVIDER)
        .with_status(answer.status().as_u16())
        .with_reach(Reach::Yes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn now() -> DateTime<Utc> {
        Utc.timestamp_opt(1_700_000_000, 0).unwrap()
    }

    fn refused(status: u16, name: &str) -> Error {
        let body = json!({"error": {"error_msg": "No.", "error_name": name}}).to_string();
        refusal(&Response::builder().status(status).body(body.into()).unwrap(), now())
    }

    /// Rows: 4 plan errors, 11 Unauthenticated, 11 Forbidden, 11 FeatureOff, 11 QuotaExhausted, 11 RateLimited, 11 InvalidInput,
    /// 11 NotFound, 11 Gone, 11 NotReady, 11 InvalidState, 11 Unavailable
    #[test]
    fn every_row_of_the_error_table() {
        for (status, name, kind) in [
            (400, "bad_request", ErrorKind::InvalidInput),
            (400, "invalid_recipient", ErrorKind::InvalidInput),
            (400, "invalid_reminder", ErrorKind::InvalidState),
            (400, "signature_request_cancel_failed", ErrorKind::InvalidState),
            (400, "signature_request_remove_failed", ErrorKind::InvalidState),
            (400, "signature_request_expired", ErrorKind::InvalidState),
            (403, "signature_request_expired", ErrorKind::InvalidState),
            (402, "test_mode_only", ErrorKind::FeatureOff),
            (402, "need_credit", ErrorKind::QuotaExhausted),
            (401, "unauthorized", ErrorKind::Unauthenticated),
            (402, "payment_required", ErrorKind::FeatureOff),
            (402, "quota_reached", ErrorKind::QuotaExhausted),
            (403, "forbidden", ErrorKind::Forbidden),
            (404, "not_found", ErrorKind::NotFound),
            (405, "method_not_supported", ErrorKind::InvalidInput),
            (409, "conflict", ErrorKind::NotReady),
            (410, "deleted", ErrorKind::Gone),
            (422, "unprocessable_entity", ErrorKind::NotReady),
            (429, "exceeded_rate", ErrorKind::RateLimited),
            (500, "unknown", ErrorKind::Unavailable),
            (503, "maintenance", ErrorKind::Unavailable),
            (400, "a_new_name", ErrorKind::InvalidInput),
        ] {
            let error = refused(status, name);
            assert_eq!((error.kind(), error.code()), (kind, Some(name)));
        }
        assert_eq!(refused(500, "unknown").reach(), Reach::Maybe);
    }

    /// Seen where the colours of a page were refused: the message is JSON itself.
    #[test]
    fn a_message_may_be_json_text_and_need_not_be_text_at_all() {
        let answer = |message: serde_json::Value| {
            let body = json!({"error": {"error_msg": message, "error_name": "bad_request"}}).to_string();
            refusal(&Response::builder().status(400).body(body.into()).unwrap(), now())
        };
        let text = answer(json!("{\"link_color\":\"Invalid value\"}"));
        assert_eq!((text.kind(), text.code()), (ErrorKind::InvalidInput, Some("bad_request")));
        assert!(text.message().contains("link_color"), "{text}");
        let nested = answer(json!({"link_color": "Invalid value"}));
        assert_eq!(nested.code(), Some("bad_request"), "its name counts all the same");
    }

    /// Rows: 11 InvalidInput
    #[test]
    fn the_path_of_a_refused_value_is_named_and_no_address_is_shown() {
        let body = json!({"error": {"error_msg": "ann@example.com is no address", "error_name": "bad_request", "error_path": "cc_email_addresses[0]"}});
        let error = refusal(&Response::builder().status(400).body(body.to_string().into()).unwrap(), now());
        assert_eq!(error.faults()[0].path, "cc_email_addresses[0]");
        assert!(!error.to_string().contains("ann@"), "{error}");
    }

    #[test]
    fn both_names_of_the_rate_header_are_read_and_a_reset_in_the_past_is_a_second_ahead() {
        for name in ["X-Ratelimit-Limit-Remaining", "X-RateLimit-Remaining"] {
            let answer = Response::builder().header(name, "0").header("X-Ratelimit-Reset", "1699999999");
            let headers = answer.body(()).unwrap().into_parts().0.headers;
            assert_eq!(rate(&headers, now()), RateState::new(Some(0), Some(now() + TimeDelta::seconds(1))));
        }
        assert_eq!(rate(&HeaderMap::new(), now()), RateState::default());
        let answer = Response::builder().status(429).header("X-Ratelimit-Reset", "1700000004");
        let error = refusal(&answer.body(Bytes::new()).unwrap(), now());
        assert_eq!(error.retry_at(), Some(now() + TimeDelta::seconds(4)));
    }
}
