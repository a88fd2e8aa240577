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

#[cfg(test)]
mod tests;

use bytes::Bytes;
use http::{Method, Request, Response, request::Builder};
use serde::Serialize;
use signbridge_client::rest::{self, RawApi, build};
use signbridge_core::{Body, Error, Result};
use url::Url;

use crate::error;

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
        let mut url = rest::relative(&self.root, path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Request<Body>> {
        let url = self.operation(path, query)?;
        rest::bare(Request::builder().method(Method::GET).uri(url.as_str()))
    }

    fn post(&self, path: &str, body: &impl Serialize) -> Result<Request<Body>> {
        let url = self.operation(path, &[])?;
        rest::json(Request::builder().method(Method::POST).uri(url.as_str()), body)
    }
}

/// Paths below `/esignglobal/v1/`; a refusal is an error also inside a good answer.
impl RawApi for Api {
    fn begin(&self, method: Method, path_and_query: &str) -> Result<Builder> {
        let url = rest::relative(&self.root, path_and_query)?;
        Ok(Request::builder().method(method).uri(url.as_str()))
    }

    fn check(&self, answer: &Response<Bytes>) -> Result<()> {
        error::data(answer).map(drop)
    }

    fn refusal(&self, answer: &Response<Bytes>) -> Error {
        error::refusal(answer)
    }
}
