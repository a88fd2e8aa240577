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
pub(crate) mod list_documents;
pub(crate) mod list_envelopes;
pub(crate) mod lock;
pub(crate) mod notification;
pub(crate) mod put_document;
pub(crate) mod recipients;
pub(crate) mod recycle;
pub(crate) mod templates;
pub(crate) mod update_envelope;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use chrono::Utc;
use http::{Method, Request, Response, request::Builder};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use signbridge_client::rest::{self, RawApi, build, server_time};
use signbridge_core::{Body, Error, ErrorKind, Result};
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
        rest::resource(&self.root, segments, query)
    }
}

/// Paths below the account.
impl RawApi for Account {
    fn begin(&self, method: Method, path_and_query: &str) -> Result<Builder> {
        let url = rest::relative(&self.root, path_and_query)?;
        Ok(Request::builder().method(method).uri(url.as_str()))
    }

    fn refusal(&self, answer: &Response<Bytes>) -> Error {
        refusal(answer)
    }
}

/// A request without a body.
fn get(url: &Url) -> Result<Request<Body>> {
    rest::bare(Request::builder().method(Method::GET).uri(url.as_str()))
}

/// A request with a JSON body.
fn json(method: Method, url: &Url, body: &impl Serialize) -> Result<Request<Body>> {
    rest::json(Request::builder().method(method).uri(url.as_str()), body)
}

/// The JSON of a good answer.
fn parse<T: DeserializeOwned>(answer: &Response<Bytes>) -> Result<T> {
    rest::read(answer).map_err(|place| error::unexpected(answer, &place))
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
