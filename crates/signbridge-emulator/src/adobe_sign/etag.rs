//! Entity tags: opaque, unquoted, `HEX.HEX` [FACTS 3].

use http::StatusCode;
use serde_json::Value;

use super::errors::ApiError;
use crate::exchange::{Answer, Request};
use crate::journal::sha256;

/// The tag of an answer's content.
pub(crate) fn of(value: &Value) -> String {
    of_bytes(value.to_string().as_bytes())
}

pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    let digest = sha256(bytes).to_ascii_uppercase();
    let (head, tail) = digest.split_at_checked(32).unwrap_or((&digest, ""));
    format!("{head}.{tail}")
}

/// A JSON answer with its tag, or 304 when the client has it.
pub(crate) fn answer(request: &Request, value: Value) -> Answer {
    let tag = of(&value);
    if request.header("if-none-match") == Some(tag.as_str()) {
        return not_modified(&tag);
    }
    Answer::ok(value).with("etag", &tag)
}

pub(crate) fn not_modified(tag: &str) -> Answer {
    Answer::empty(StatusCode::NOT_MODIFIED).with("etag", tag)
}

/// Checks the mandatory `If-Match` against the resource as it is now.
pub(crate) fn check(request: &Request, now: &Value) -> Result<(), ApiError> {
    match request.header("if-match") {
        None => Err(ApiError::bad("MISSING_IF_MATCH_HEADER", "The If-Match header is missing.")),
        Some(given) if given == of(now) => Ok(()),
        Some(_) => Err(ApiError::new(
            StatusCode::PRECONDITION_FAILED,
            "RESOURCE_MODIFIED",
            "The resource has changed since it was read; read it again.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tag_is_two_hex_words_without_quotes_and_follows_the_content() {
        let tag = of(&json!({ "a": 1 }));
        let (head, tail) = tag.split_once('.').unwrap();
        for word in [head, tail] {
            assert!(word.len() == 32 && word.bytes().all(|b| b.is_ascii_hexdigit()), "{tag}");
        }
        assert_ne!(tag, of(&json!({ "a": 2 })));
    }
}
