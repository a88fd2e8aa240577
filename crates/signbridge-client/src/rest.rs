//! What the calls of adapters for REST APIs have in common: addresses below a root, JSON both ways, numbered pages, the
//! head of a download, text of a refusal that may be shown, and [any other request](RawApi).

mod download;
mod paging;
mod raw;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Request, Response, header, request::Builder};
use serde::{Serialize, de::DeserializeOwned};
use signbridge_core::{Body, Error, ErrorKind, Object, Result};
use url::Url;

pub use self::{
    download::DocumentHead,
    paging::NumberedPage,
    raw::{Raw, RawApi, RawRead, RawWrite, is_read},
};

/// A resource below `root`. Every segment is escaped, so that an id with `/` in it stays one segment.
pub fn resource(root: &Url, segments: &[&str], query: &[(&str, &str)]) -> Url {
    let mut url = root.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

/// A resource by path and query as text, which cannot leave `root` (an address that ends with `/`).
///
/// # Errors
/// `invalid_input` when it would.
pub fn relative(root: &Url, path_and_query: &str) -> Result<Url> {
    let joined = root.join(path_and_query.trim_start_matches('/')).ok();
    joined.filter(|url| url.as_str().starts_with(root.as_str())).ok_or_else(|| {
        Error::new(ErrorKind::InvalidInput, "the path is not one of this API")
            .with_remedy("give the path below the API's root, without `..`")
    })
}

/// The request with this body.
///
/// # Errors
/// `invalid_input` when a header or the address cannot be written.
pub fn build(request: Builder, body: Body) -> Result<Request<Body>> {
    request
        .body(body)
        .map_err(|error| Error::new(ErrorKind::InvalidInput, "the request cannot be made").with_source(error))
}

/// The request without a body, for an answer in JSON.
///
/// # Errors
/// As [`build`].
pub fn bare(request: Builder) -> Result<Request<Body>> {
    build(request.header(header::ACCEPT, "application/json"), Body::empty())
}

/// The request with a body in JSON, for an answer in JSON.
///
/// # Errors
/// As [`build`], and when the body cannot be written.
pub fn json(request: Builder, body: &impl Serialize) -> Result<Request<Body>> {
    let bytes = serde_json::to_vec(body).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, "the request cannot be written").with_source(error)
    })?;
    let request =
        request.header(header::ACCEPT, "application/json").header(header::CONTENT_TYPE, "application/json");
    build(request, bytes.into())
}

/// The JSON of an answer, which has to be an object, see [`Object`].
///
/// # Errors
/// Where it cannot be read, in words. The message of `serde_json` is not among them: it would hold text of the answer.
pub fn read<T: DeserializeOwned>(answer: &Response<Bytes>) -> std::result::Result<T, String> {
    serde_json::from_slice(answer.body()).map(|Object(read)| read).map_err(|fault| {
        format!("{:?} error at line {} column {}", fault.classify(), fault.line(), fault.column())
    })
}

/// The time at the provider, by whose clock its waits are counted.
pub fn server_time(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    crate::client::http_date(headers.get(header::DATE)?.to_str().ok()?)
}

/// The first line of a provider's message: at most 300 characters, without addresses of people and links.
pub fn excerpt(message: &str) -> String {
    let line = message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let words: Vec<&str> = line
        .split_whitespace()
        .map(|word| if word.contains('@') || word.contains("://") { "[redacted]" } else { word })
        .collect();
    let mut text = words.join(" ");
    if text.chars().count() > 300 {
        text = text.chars().take(300).chain(['…']).collect();
    }
    text.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::{Value, json};

    use super::*;

    fn root() -> Url {
        Url::parse("https://x.example/v3/accounts/1/").unwrap()
    }

    #[test]
    fn an_id_stays_one_segment_and_a_path_below_the_root() {
        let url = resource(&root(), &["envelopes", "a/../b"], &[("q", "x & y")]);
        assert_eq!(url.as_str(), "https://x.example/v3/accounts/1/envelopes/a%2F..%2Fb?q=x+%26+y");
        for good in ["/envelopes?count=5", "envelopes?count=5"] {
            let url = relative(&root(), good).unwrap();
            assert_eq!(url.as_str(), "https://x.example/v3/accounts/1/envelopes?count=5");
        }
        for outside in ["/../2/envelopes", "/../../accounts/10/x", "/%2e%2e/2", "https://y.example/"] {
            let error = relative(&root(), outside).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{outside}");
        }
    }

    #[test]
    fn json_goes_and_comes() {
        let request = || Request::builder().method(Method::POST).uri("https://x.example/");
        let sent = json(request(), &json!({"a": 1})).unwrap();
        assert_eq!(sent.headers()[header::CONTENT_TYPE], "application/json");
        assert_eq!(sent.headers()[header::ACCEPT], "application/json");
        assert_eq!(sent.body().len(), 7);
        assert_eq!(bare(request()).unwrap().body().len(), 0);
        let broken = bare(request().header("x", "a\nb")).unwrap_err();
        assert_eq!(broken.kind(), ErrorKind::InvalidInput);
        let answer = |text: &'static str| Response::new(Bytes::from_static(text.as_bytes()));
        assert_eq!(read::<Value>(&answer("{\"a\":1}")).unwrap(), json!({"a": 1}));
        assert!(read::<Vec<u8>>(&answer("[1]")).is_err(), "a list is no answer");
        let told = read::<u8>(&answer("\"ann@example.com\"")).unwrap_err();
        assert_eq!(told, "Data error at line 1 column 17");
    }

    #[test]
    fn a_message_is_one_line_without_people() {
        assert_eq!(
            excerpt("\r\n Ann ann@example.com at https://x.y left.\nmore"),
            "Ann [redacted] at [redacted] left"
        );
        let long = excerpt(&"ab ".repeat(200));
        assert!(long.chars().count() == 301 && long.ends_with('…'), "{long}");
        assert_eq!(excerpt(" \n"), "");
    }

    #[test]
    fn the_providers_time_is_its_date_header() {
        let mut headers = HeaderMap::new();
        assert_eq!(server_time(&headers), None);
        headers.insert(header::DATE, "Tue, 24 Nov 2026 12:10:00 GMT".parse().unwrap());
        assert_eq!(server_time(&headers), Some("2026-11-24T12:10:00Z".parse().unwrap()));
    }
}
