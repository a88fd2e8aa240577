//! Every class of refusal, written from the published codes.

use chrono::{DateTime, Utc};
use http::Response;
use signbridge_core::{ErrorKind, Reach, Retry};

use super::*;

fn refused(status: u16, body: &str) -> Error {
    let answer = Response::builder()
        .status(status)
        .header("X-DocuSign-TraceToken", "trace-1")
        .body(Bytes::from(body.to_owned()))
        .unwrap();
    refusal(&answer, now())
}

fn coded(status: u16, code: &str) -> Error {
    refused(status, &format!(r#"{{"errorCode":"{code}","message":"Made up.\r\nMore."}}"#))
}

fn now() -> DateTime<Utc> {
    "2026-11-24T12:10:05Z".parse().unwrap()
}

/// Rows: 11 Unauthenticated, 11 WrongHost, 11 Forbidden, 11 FeatureOff, 11 QuotaExhausted, 11 InvalidInput
/// Rows: 11 PlacementFailed, 11 DocumentRejected, 11 NotFound, 11 NotReady, 11 InvalidState, 11 Stale, 11 Unexpected
/// Rows: 4 plan errors
#[test]
fn every_code_has_its_kind_whatever_its_case() {
    for (kind, codes) in [
        (ErrorKind::Unauthenticated, &["USER_AUTHENTICATION_FAILED", "AUTHORIZATION_INVALID_TOKEN"][..]),
        (
            ErrorKind::WrongHost,
            &["PARTNER_AUTHENTICATION_FAILED", "USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT"],
        ),
        (
            ErrorKind::Forbidden,
            &[
                "USER_LACKS_PERMISSIONS",
                "USER_LACKS_MEMBERSHIP",
                "USER_NOT_ACCOUNT_ADMIN",
                "ACCOUNT_NOT_AUTHORIZED_FOR_ENVELOPE",
                "USER_NOT_ENVELOPE_SENDER_OR_RECIPIENT",
            ],
        ),
        (ErrorKind::FeatureOff, &["PLAN_ITEM_NOT_ENABLED", "ACCOUNT_LACKS_PERMISSIONS"]),
        (ErrorKind::QuotaExhausted, &["ENVELOPE_ALLOWANCE_EXCEEDED"]),
        (
            ErrorKind::RateLimited,
            &[
                "HOURLY_APIINVOCATION_LIMIT_EXCEEDED",
                "Burst_APIInvocation_Envelope_Limit_Exceeded",
                "Hourly_Envelope_Polling_Limit_Exceeded",
                "API_REQUEST_IS_THROTTLED",
            ],
        ),
        (
            ErrorKind::InvalidInput,
            &[
                "INVALID_REQUEST_PARAMETER",
                "INVALID_RECIPIENT_ID",
                "UNKNOWN_ENVELOPE_RECIPIENT",
                "INVALID_TABID",
            ],
        ),
        (ErrorKind::PlacementFailed, &["ANCHOR_TAG_PROCESSING_FAILURE", "TAB_PAGE_NUMBER_NOT_SPECIFIED"]),
        (ErrorKind::DocumentRejected, &["UNABLE_TO_LOAD_DOCUMENT", "UNSUPPORTED_PDF_CONTENT"]),
        (ErrorKind::NotFound, &["ENVELOPE_DOES_NOT_EXIST", "DOCUMENT_DOES_NOT_EXIST", "RESOURCE_NOT_FOUND"]),
        (ErrorKind::NotReady, &["RECIPIENT_NOT_IN_SEQUENCE"]),
        (
            ErrorKind::InvalidState,
            &["ENVELOPE_INVALID_STATUS", "ENVELOPE_CANNOT_VOID_INVALID_STATE", "RECIPIENT_UPDATE_FAILED"],
        ),
        (ErrorKind::Locked, &["EDIT_LOCK_ENVELOPE_ALREADY_LOCKED", "EDIT_LOCK_NOT_LOCK_OWNER"]),
        (ErrorKind::Unexpected, &["UNSPECIFIED_ERROR"]),
    ] {
        for code in codes {
            for spelled in [code.to_string(), code.to_lowercase(), code.to_uppercase()] {
                // Nearly everything comes as 400, so the code decides.
                let error = coded(400, &spelled);
                assert_eq!((error.kind(), error.code()), (kind, Some(spelled.as_str())));
                assert!(error.remedy().is_some(), "{code} names no remedy");
                assert_eq!((error.status(), error.request_id()), (Some(400), Some("trace-1")));
            }
        }
    }
}

/// Rows: 11 RateLimited
#[test]
fn a_limit_is_told_with_its_end_although_it_comes_as_400() {
    let hourly = coded(400, "HOURLY_APIINVOCATION_LIMIT_EXCEEDED");
    assert_eq!(hourly.retry_at(), Some("2026-11-24T13:00:00Z".parse().unwrap()), "the full hour");
    let burst = coded(400, "BURST_APIINVOCATION_LIMIT_EXCEEDED");
    assert_eq!(burst.retry_at(), Some("2026-11-24T12:10:35Z".parse().unwrap()), "half a minute");
    for status in [429, 444] {
        assert_eq!(refused(status, "").kind(), ErrorKind::RateLimited);
    }
    let reset = Response::builder()
        .status(400)
        .header("X-RateLimit-Reset", "1795525200")
        .body(Bytes::from(r#"{"errorCode":"HOURLY_APIINVOCATION_LIMIT_EXCEEDED"}"#))
        .unwrap();
    assert_eq!(refusal(&reset, now()).retry_at().unwrap().timestamp(), 1_795_525_200, "its own word counts");
}

/// Rows: 11 Unavailable, 11 Unexpected
#[test]
fn a_body_that_is_no_json_is_judged_by_its_status() {
    for (status, kind, reach) in [
        (502, ErrorKind::Unavailable, Reach::Maybe),
        (500, ErrorKind::Unavailable, Reach::Maybe),
        (408, ErrorKind::Unavailable, Reach::Maybe),
        (401, ErrorKind::Unauthenticated, Reach::Yes),
        (403, ErrorKind::Forbidden, Reach::Yes),
        (404, ErrorKind::NotFound, Reach::Yes),
        (400, ErrorKind::InvalidInput, Reach::Yes),
    ] {
        for body in ["<html>Bad gateway</html>", "", "{}", "null"] {
            let error = refused(status, body);
            assert_eq!((error.kind(), error.reach()), (kind, reach), "{status} {body:?}");
        }
    }
    assert_eq!(coded(400, "UNSPECIFIED_ERROR").retry(), Retry::IfNotSent, "nobody knows how far it got");
}

#[test]
fn a_message_is_one_line_without_people_and_links() {
    let error = refused(
        400,
        r#"{"errorCode":"INVALID_RECIPIENT_ID","message":"Ask ann@example.com at https://x.y now.\r\nMore"}"#,
    );
    assert_eq!(error.message(), "Ask [redacted] at [redacted] now");
}
