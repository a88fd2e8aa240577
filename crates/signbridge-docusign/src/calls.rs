//! DocuSign's operations, one file each: how to ask, how to read the answer. No I/O.

pub(crate) mod add_custom_fields;
pub(crate) mod add_tabs;
pub(crate) mod audit_events;
pub(crate) mod create_envelope;
pub(crate) mod create_recipient_view;
pub(crate) mod create_sender_view;
pub(crate) mod download_document;
pub(crate) mod find_transaction;
pub(crate) mod form_data;
pub(crate) mod get_account;
pub(crate) mod get_envelope;
pub(crate) mod get_user_info;
pub(crate) mod identity_workflows;
pub(crate) mod list_documents;
pub(crate) mod list_envelopes;
pub(crate) mod lock;
pub(crate) mod notification;
pub(crate) mod put_document;
pub(crate) mod raw;
pub(crate) mod recipients;
pub(crate) mod recycle;
pub(crate) mod signature_providers;
pub(crate) mod templates;
pub(crate) mod update_envelope;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Method, Request, Response, header};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use signbridge_core::{Body, Error, ErrorKind, Object, Result};
use url::Url;

use crate::{
    PROVIDER,
    error::{self, ErrorDetails},
};

/// Where an account's resources live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    /// The account's GUID.
    pub(crate) id: String,
    /// `https://HOST/restapi/v2.1/accounts/ID/`
    root: Url,
}

impl Account {
    /// An account at a host, given with or without `/restapi`.
    pub(crate) fn new(host: &Url, id: &str) -> Result<Self> {
        let host = host.as_str().trim_end_matches('/').trim_end_matches("/restapi");
        let root = Url::parse(&format!("{host}/restapi/v2.1/accounts/{id}/")).map_err(|error| {
            Error::new(ErrorKind::InvalidConfiguration, error.to_string()).with_provider(PROVIDER)
        })?;
        Ok(Self { id: id.to_owned(), root })
    }

    /// A resource of the account. Every segment is escaped.
    pub(crate) fn resource(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.root.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// A resource by a path and query as text, which cannot leave the account.
    pub(crate) fn relative(&self, path_and_query: &str) -> Result<Url> {
        let joined = self.root.join(path_and_query.trim_start_matches('/')).ok();
        joined.filter(|url| url.as_str().starts_with(self.root.as_str())).ok_or_else(|| {
            Error::new(ErrorKind::InvalidInput, "the path is not one of this account").with_provider(PROVIDER)
        })
    }
}

/// A request without a body.
fn get(url: &Url) -> Result<Request<Body>> {
    let request =
        Request::builder().method(Method::GET).uri(url.as_str()).header(header::ACCEPT, "application/json");
    build(request, Body::empty())
}

/// A request with a JSON body.
fn json(method: Method, url: &Url, body: &impl Serialize) -> Result<Request<Body>> {
    let bytes = serde_json::to_vec(body).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, "the request cannot be written").with_source(error)
    })?;
    let request = Request::builder()
        .method(method)
        .uri(url.as_str())
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/json");
    build(request, bytes.into())
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
        error::unexpected(
            answer,
            &format!("{:?} error at line {} column {}", fault.classify(), fault.line(), fault.column()),
        )
    })
}

/// The rows of a list, which may be left out only beside a size of 0.
fn rows(answer: &Response<Bytes>, rows: Option<Vec<Value>>, size: Option<u32>) -> Result<Vec<Value>> {
    match (rows, size) {
        (Some(rows), _) => Ok(rows),
        (None, Some(0)) => Ok(Vec::new()),
        _ => Err(error::unexpected(answer, "neither rows, nor that there are none")),
    }
}

/// The JSON of a good answer that has to be about one envelope.
fn envelope_id(answer: &Response<Bytes>) -> Result<(String, Value)> {
    let value: Value = parse(answer)?;
    if let Some(failure) = value.get("errorDetails") {
        item_failure(answer, failure)?;
    }
    match value.get("envelopeId").and_then(Value::as_str).filter(|id| !id.is_empty()) {
        Some(id) => Ok((id.to_lowercase(), value.clone())),
        None => Err(error::unexpected(answer, "no envelopeId")),
    }
}

/// A refusal inside a good answer: 2xx is not success until it was looked for.
fn item_failure(answer: &Response<Bytes>, details: &Value) -> Result<()> {
    let details: Option<ErrorDetails> = serde_json::from_value(details.clone()).ok();
    match details.as_ref().and_then(ErrorDetails::failure) {
        Some((code, message)) => Err(error::from_code(code, message, answer.status().as_u16())),
        None => Ok(()),
    }
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
