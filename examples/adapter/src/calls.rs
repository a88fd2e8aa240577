//! Inkpost's operations, one file each: how to ask, how to read the answer, how to read a refusal. No I/O.

pub(crate) mod cancel_envelope;
pub(crate) mod create_envelope;
pub(crate) mod download_signed;
pub(crate) mod find_envelopes;
pub(crate) mod get_envelope;
pub(crate) mod put_file;
pub(crate) mod raw;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use serde::de::DeserializeOwned;
use signbridge_core::{Body, Error, ErrorKind, Result};
use url::Url;

use crate::{PROVIDER, error::unexpected};

/// Where the API lives: `https://HOST/v1/`.
#[derive(Debug, Clone)]
pub(crate) struct Root(Url);

impl Root {
    pub(crate) fn new(host: &Url) -> Self {
        let mut root = host.clone();
        root.set_path("/v1/");
        root.set_query(None);
        Self(root)
    }

    /// A resource. Every segment and value is escaped, so that an id cannot lead elsewhere.
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
            Error::new(ErrorKind::InvalidInput, "the path is not one of the API").with_provider(PROVIDER)
        })
    }
}

fn request(method: Method, url: &Url, media_type: &str, body: Body) -> Result<Request<Body>> {
    let mut request = Request::builder().method(method).uri(url.as_str()).header(header::ACCEPT, "*/*");
    if !media_type.is_empty() {
        request = request.header(header::CONTENT_TYPE, media_type);
    }
    request
        .body(body)
        .map_err(|error| Error::new(ErrorKind::InvalidInput, "the request cannot be made").with_source(error))
}

fn parse<T: DeserializeOwned>(answer: &Response<Bytes>) -> Result<T> {
    // The fault itself may quote the answer, so only its place is told.
    serde_json::from_slice(answer.body())
        .map_err(|fault| unexpected(answer, &format!("line {} column {}", fault.line(), fault.column())))
}
