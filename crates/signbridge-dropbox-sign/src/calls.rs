//! Dropbox Sign's operations, one file each: how to ask, how to read the answer. No I/O.

pub(crate) mod cancel_request;
pub(crate) mod create_template;
pub(crate) mod download_files;
pub(crate) mod get_account;
pub(crate) mod get_request;
pub(crate) mod get_sign_url;
pub(crate) mod get_template;
pub(crate) mod list_requests;
pub(crate) mod list_templates;
pub(crate) mod raw;
pub(crate) mod refresh_token;
pub(crate) mod remind_signer;
pub(crate) mod remove_request;
pub(crate) mod send_request;
pub(crate) mod update_request;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Method, Request, Response, header};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use signbridge_core::{Body, Envelope, Error, ErrorKind, Object, Result};
use url::Url;

use crate::{
    PROVIDER,
    error::{self, unexpected},
    wire::answer,
};

/// Where the API lives: `https://HOST/v3/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root(Url);

impl Root {
    /// A host, given with or without `/v3`.
    pub(crate) fn new(host: &Url) -> Result<Self> {
        let host = host.as_str().trim_end_matches('/').trim_end_matches("/v3");
        let root = Url::parse(&format!("{host}/v3/")).map_err(|error| {
            Error::new(ErrorKind::InvalidConfiguration, error.to_string()).with_provider(PROVIDER)
        })?;
        Ok(Self(root))
    }

    /// A resource. Every segment is escaped.
    fn resource(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// A resource by a path and query as text, which cannot leave the API.
    fn relative(&self, path_and_query: &str) -> Result<Url> {
        let joined = self.0.join(path_and_query.trim_start_matches('/')).ok();
        joined.filter(|url| url.as_str().starts_with(self.0.as_str())).ok_or_else(|| {
            Error::new(ErrorKind::InvalidInput, "the path is not one of this API").with_provider(PROVIDER)
        })
    }
}

/// A request without a body.
fn bare(method: Method, url: &Url) -> Result<Request<Body>> {
    let request =
        Request::builder().method(method).uri(url.as_str()).header(header::ACCEPT, "application/json");
    build(request, Body::empty())
}

fn build(request: http::request::Builder, body: Body) -> Result<Request<Body>> {
    request
        .body(body)
        .map_err(|error| Error::new(ErrorKind::InvalidInput, "the request cannot be made").with_source(error))
}

/// The JSON of a good answer.
fn parse<T: DeserializeOwned>(answer: &Response<Bytes>) -> Result<T> {
    serde_json::from_slice(answer.body()).map(|Object(read)| read).map_err(|fault| {
        // serde_json's message holds a position and a type, and for text it would hold the text itself.
        let place =
            format!("{:?} error at line {} column {}", fault.classify(), fault.line(), fault.column());
        unexpected(answer, &place)
    })
}

/// The signature request of a good answer, with the warnings beside it.
fn signature_request(answer: &Response<Bytes>) -> Result<Envelope> {
    let mut all: Map<String, Value> = parse(answer)?;
    let warnings = answer::warnings(&all);
    let request = all.remove("signature_request").and_then(answer::envelope);
    let mut envelope = request.ok_or_else(|| unexpected(answer, "it is not a signature request"))?;
    envelope.warnings = warnings;
    Ok(envelope)
}

/// A refusal of any call.
fn refusal(answer: &Response<Bytes>) -> Error {
    error::refusal(answer, server_time(answer.headers()).unwrap_or_else(Utc::now))
}

/// The time at the provider: limits end by its clock.
fn server_time(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(date).ok().map(|date| date.to_utc())
}
