//! eSignGlobal's refusals in portable kinds.
//!
//! eSignGlobal publishes no list of codes: 0 is success, everything else is a failure. So a code decides only that,
//! and the message, which may change and may be in Chinese, decides nothing.

use bytes::Bytes;
use http::Response;
use serde::Deserialize;
use serde_json::Value;
use signbridge_client::rest::excerpt;
use signbridge_core::{Error, ErrorKind, Object, Reach};

use crate::{PROVIDER, wire::flexible};

/// `{"code":…,"message":…,"data":…}`, around every answer but the token's. `code` is text or a number.
#[derive(Debug, Deserialize)]
pub(crate) struct Wrapper {
    #[serde(default, deserialize_with = "flexible::text")]
    code: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    message: Option<String>,
    #[serde(default)]
    data: Value,
}

/// The data of a good answer: 2xx is not success until `code` was read.
pub(crate) fn data(answer: &Response<Bytes>) -> Result<Value, Error> {
    let Object(wrapper): Object<Wrapper> =
        serde_json::from_slice(answer.body()).map_err(|_| unexpected(answer, "it is not its JSON"))?;
    match wrapper.code.as_deref() {
        Some("0") => Ok(wrapper.data),
        Some(code) => Err(failure(code, wrapper.message.as_deref(), ErrorKind::InvalidInput)
            .with_status(answer.status().as_u16())),
        None => Err(unexpected(answer, "it has no code")),
    }
}

/// The error for any status but 2xx. Which ones eSignGlobal uses is not documented; they are taken as HTTP means them.
pub(crate) fn refusal(answer: &Response<Bytes>) -> Error {
    let status = answer.status().as_u16();
    let (kind, remedy) = by_status(status);
    let wrapper: Option<Wrapper> = serde_json::from_slice(answer.body()).ok();
    let error = match &wrapper {
        Some(Wrapper { code: Some(code), message, .. }) => failure(code, message.as_deref(), kind),
        _ => Error::new(kind, format!("eSignGlobal answered with status {status}")).with_provider(PROVIDER),
    };
    let reach = if kind == ErrorKind::Unavailable { Reach::Maybe } else { Reach::Yes };
    error.with_status(status).with_reach(reach).with_remedy(remedy)
}

fn failure(code: &str, message: Option<&str>, kind: ErrorKind) -> Error {
    let text = match excerpt(message.unwrap_or_default()) {
        text if text.is_empty() => "eSignGlobal refused it".to_owned(),
        text => text,
    };
    Error::new(kind, text)
        .with_provider(PROVIDER)
        .with_code(code)
        .with_reach(Reach::Yes)
        .with_remedy("correct what the message names; eSignGlobal publishes no list of its codes")
}

fn by_status(status: u16) -> (ErrorKind, &'static str) {
    match status {
        401 => (ErrorKind::Unauthenticated, "check app_id, app_secret and data_center"),
        403 => (ErrorKind::Forbidden, "give the app the permission in its workspace"),
        404 => (ErrorKind::NotFound, "check the id, and whether it belongs to this profile"),
        429 => (ErrorKind::RateLimited, "wait and try again"),
        408 | 500.. => (ErrorKind::Unavailable, "try again later"),
        400..=499 => (ErrorKind::InvalidInput, "correct what the message names"),
        _ => (ErrorKind::Unexpected, "read the envelope before trying again"),
    }
}

/// An answer that is not what the pages say. Its body is not shown.
pub(crate) fn unexpected(answer: &Response<Bytes>, what: &str) -> Error {
    Error::new(ErrorKind::Unexpected, format!("eSignGlobal's answer cannot be read: {what}"))
        .with_provider(PROVIDER)
        .with_status(answer.status().as_u16())
        .with_reach(Reach::Yes)
        .with_remedy("read the envelope before trying again")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &'static str) -> Response<Bytes> {
        Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap()
    }

    /// Rows: 11 InvalidInput, 4 plan errors, 11 Unexpected
    #[test]
    fn the_code_decides_as_text_and_as_number_and_the_message_never() {
        assert_eq!(data(&answer(200, r#"{"code":"0","data":7,"message":"成功"}"#)).unwrap(), 7);
        assert_eq!(data(&answer(200, r#"{"code":0,"data":null}"#)).unwrap(), Value::Null);
        for body in [r#"{"code":"1437","message":"success"}"#, r#"{"code":1437,"message":"success"}"#] {
            let error = data(&answer(200, body)).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::InvalidInput, Some("1437")));
        }
        for body in ["", "<html>", "{}", "[]"] {
            let error = data(&answer(200, body)).unwrap_err();
            assert_eq!((error.kind(), error.reach()), (ErrorKind::Unexpected, Reach::Yes), "{body}");
        }
    }

    /// Rows: 11 Unauthenticated, 11 Forbidden, 11 NotFound, 11 RateLimited, 11 Unavailable
    #[test]
    fn a_status_means_what_http_means_by_it() {
        for (status, kind) in [
            (400, ErrorKind::InvalidInput),
            (401, ErrorKind::Unauthenticated),
            (403, ErrorKind::Forbidden),
            (404, ErrorKind::NotFound),
            (429, ErrorKind::RateLimited),
            (500, ErrorKind::Unavailable),
            (503, ErrorKind::Unavailable),
        ] {
            assert_eq!(refusal(&answer(status, "")).kind(), kind, "{status}");
        }
        let told = refusal(&answer(400, r#"{"code":"5","message":"bob@example.com is bad."}"#));
        assert_eq!(told.message(), "[redacted] is bad");
        assert_eq!(refusal(&answer(502, "")).reach(), Reach::Maybe);
    }
}
