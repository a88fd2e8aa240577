//! eSignGlobal's operations, one file each: how to ask, how to read the answer. No I/O.

pub(crate) mod add_to_draft;
pub(crate) mod cancel_envelope;
pub(crate) mod create_and_start;
pub(crate) mod create_envelope;
pub(crate) mod fetch_file;
pub(crate) mod fill_template;
pub(crate) mod get_download;
pub(crate) mod get_envelope;
pub(crate) mod get_render_task;
pub(crate) mod get_sender_view;
pub(crate) mod get_sign_urls;
pub(crate) mod get_template;
pub(crate) mod get_token;
pub(crate) mod get_upload_url;
pub(crate) mod list_templates;
pub(crate) mod put_file;
pub(crate) mod raw;

#[cfg(test)]
mod tests;

use http::{Method, Request, header};
use serde::Serialize;
use signbridge_core::{Body, Error, ErrorKind, Result};
use url::Url;

use crate::PROVIDER;

const ROOT: &str = "/esignglobal/v1/";

/// Where the API of a data centre lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Api {
    /// `https://HOST/esignglobal/v1/`
    root: Url,
}

impl Api {
    pub(crate) fn new(base: &Url) -> Self {
        let mut root = base.clone();
        root.set_path(ROOT);
        root.set_query(None);
        Self { root }
    }

    /// An operation by its path below `/esignglobal/v1/`.
    fn operation(&self, path: &str, query: &[(&str, &str)]) -> Result<Url> {
        let mut url = self.relative(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    /// An operation by path and query as text, which cannot leave the API.
    pub(crate) fn relative(&self, path_and_query: &str) -> Result<Url> {
        let joined = self.root.join(path_and_query.trim_start_matches('/')).ok();
        joined.filter(|url| url.as_str().starts_with(self.root.as_str())).ok_or_else(|| {
            Error::new(ErrorKind::InvalidInput, "the path is not one of the API").with_provider(PROVIDER)
        })
    }

    fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Request<Body>> {
        let url = self.operation(path, query)?;
        let request = Request::builder()
            .method(Method::GET)
            .uri(url.as_str())
            .header(header::ACCEPT, "application/json");
        build(request, Body::empty())
    }

    fn post(&self, path: &str, body: &impl Serialize) -> Result<Request<Body>> {
        let bytes = serde_json::to_vec(body).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "the request cannot be written").with_source(error)
        })?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.operation(path, &[])?.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json");
        build(request, bytes.into())
    }
}

fn build(request: http::request::Builder, body: Body) -> Result<Request<Body>> {
    request
        .body(body)
        .map_err(|error| Error::new(ErrorKind::InvalidInput, "the request cannot be made").with_source(error))
}
