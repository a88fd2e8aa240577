//! Requests and answers as values: what every dialect reads and writes, without sockets.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

/// One request, its body complete.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path as sent, still percent-encoded.
    pub(crate) path: String,
    pub(crate) query: Query,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Scheme and authority the request came in on, such as `https://127.0.0.1:4433`.
    pub(crate) origin: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The media type without parameters, lower case.
    pub(crate) fn media_type(&self) -> Option<String> {
        self.header("content-type")
            .map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// The fields of an `application/x-www-form-urlencoded` body.
    pub(crate) fn form(&self) -> Query {
        Query(url::form_urlencoded::parse(&self.body).into_owned().collect())
    }
}

/// Decoded query or form parameters in the order they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(raw: &str) -> Self {
        Self(url::form_urlencoded::parse(raw.as_bytes()).into_owned().collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// A comma-separated list, blanks dropped, lower case.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        self.get(name)
            .unwrap_or_default()
            .split(',')
            .map(|item| item.trim().to_ascii_lowercase())
            .filter(|item| !item.is_empty())
            .collect()
    }
}

/// The body of an answer.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    Empty,
    Json(Value),
    Bytes(Bytes),
}

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    /// Method and route template, for the journal.
    pub(crate) operation: Option<String>,
}

impl Answer {
    pub(crate) fn json(status: StatusCode, value: Value) -> Self {
        Self { status, headers: HeaderMap::new(), body: Body::Json(value), operation: None }
            .with("content-type", "application/json; charset=utf-8")
    }

    pub(crate) fn ok(value: Value) -> Self {
        Self::json(StatusCode::OK, value)
    }

    pub(crate) fn created(value: Value) -> Self {
        Self::json(StatusCode::CREATED, value)
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Body::Empty, operation: None }
    }

    pub(crate) fn bytes(content_type: &str, bytes: Bytes) -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), body: Body::Bytes(bytes), operation: None }
            .with("content-type", content_type)
    }

    pub(crate) fn html(status: StatusCode, page: String) -> Self {
        let mut answer = Self::bytes("text/html; charset=utf-8", Bytes::from(page));
        answer.status = status;
        // The pages need their own style and, to show a document, their own origin.
        answer.with("cache-control", "no-store").with(
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; object-src 'self'; frame-src 'self'",
        )
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self::empty(StatusCode::FOUND).with("location", to).with("cache-control", "no-store")
    }

    /// Sets a header; a value that cannot stand in a header is left out.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    pub(crate) fn content_type(&self) -> Option<&str> {
        self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok())
    }
}
