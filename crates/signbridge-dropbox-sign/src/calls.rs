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
pub(crate) mod refresh_token;
pub(crate) mod remind_signer;
pub(crate) mod remove_request;
pub(crate) mod send_request;
pub(crate) mod update_request;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use chrono::Utc;
use http::{Method, Request, Response, request::Builder};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use signbridge_client::rest::{self, RawApi, build, server_time};
use signbridge_core::{Body, Envelope, Error, ErrorKind, Result};
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
        rest::resource(&self.0, segments, query)
    }
}

/// Paths below the version.
impl RawApi for Root {
    fn begin(&self, method: Method, path_and_query: &str) -> Result<Builder> {
        let url = rest::relative(&self.0, path_and_query)?;
        Ok(Request::builder().method(method).uri(url.as_str()))
    }

    fn refusal(&self, answer: &Response<Bytes>) -> Error {
        refusal(answer)
    }
}

/// A request without a body.
fn bare(method: Method, url: &Url) -> Result<Request<Body>> {
    rest::bare(Request::builder().method(method).uri(url.as_str()))
}

/// The JSON of a good answer.
fn parse<T: DeserializeOwned>(answer: &Response<Bytes>) -> Result<T> {
    rest::read(answer).map_err(|place| unexpected(answer, &place))
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
