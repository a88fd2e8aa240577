//! Acrobat Sign's operations, one file each: how to ask, how to read the answer. No I/O.

pub(crate) mod create_agreement;
pub(crate) mod create_reminder;
pub(crate) mod create_template;
pub(crate) mod create_transient_document;
pub(crate) mod create_view;
pub(crate) mod delete_agreement;
pub(crate) mod download_document;
pub(crate) mod form_fields;
pub(crate) mod get_agreement;
pub(crate) mod get_base_uris;
pub(crate) mod get_events;
pub(crate) mod get_form_data;
pub(crate) mod get_members;
pub(crate) mod get_pages_info;
pub(crate) mod get_signing_urls;
pub(crate) mod get_template;
pub(crate) mod list_agreements;
pub(crate) mod list_documents;
pub(crate) mod list_templates;
pub(crate) mod participant_set;
pub(crate) mod update_agreement;
pub(crate) mod update_state;

#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc};

use bytes::Bytes;
use chrono::Utc;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header, request::Builder};
use serde::{Serialize, de::DeserializeOwned};
use signbridge_client::rest::{self, RawApi, build, server_time};
use signbridge_core::{Body, Error, ErrorKind, Result};
use url::Url;

use crate::{
    config::Tier,
    error,
    wire::page::{self, Rows},
};

/// The path of version 6 under an access point.
const VERSION: [&str; 3] = ["api", "rest", "v6"];

/// Where an account's resources live, and for whom they are asked.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct AccessPoint {
    /// `https://HOST/api/rest/v6/`
    root: Url,
    /// The value of `x-api-user`.
    user: Option<Arc<str>>,
    tier: Tier,
}

/// The user's address stays out of logs.
impl fmt::Debug for AccessPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessPoint").field("root", &self.root.as_str()).finish_non_exhaustive()
    }
}

impl AccessPoint {
    /// An access point, given with or without `/api/rest/v6`.
    pub(crate) fn new(base: &Url, user: Option<Arc<str>>, tier: Tier) -> Self {
        let mut root = base.clone();
        root.set_query(None);
        root.set_fragment(None);
        let versioned = root.path().trim_end_matches('/').ends_with("/api/rest/v6");
        if let Ok(mut path) = root.path_segments_mut() {
            path.pop_if_empty();
            if !versioned {
                path.extend(VERSION);
            }
            path.push("");
        }
        Self { root, user, tier }
    }

    /// A resource of the account. Every segment is escaped; ids may hold `*`.
    fn resource(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = rest::resource(&self.root, segments, query);
        // An address may hold it, but Adobe asks for its escape.
        let escaped = url.path().replace('*', "%2A");
        url.set_path(&escaped);
        url
    }

    /// A resource of one agreement.
    fn agreement(&self, id: &str, rest: &[&str], query: &[(&str, &str)]) -> Url {
        let segments: Vec<&str> = ["agreements", id].into_iter().chain(rest.iter().copied()).collect();
        self.resource(&segments, query)
    }

    fn request(&self, method: Method, url: &Url) -> Builder {
        let request = Request::builder().method(method).uri(url.as_str());
        match &self.user {
            Some(user) => request.header("x-api-user", &**user),
            None => request,
        }
    }

    /// A request without a body.
    fn get(&self, url: &Url) -> Result<Request<Body>> {
        rest::bare(self.request(Method::GET, url))
    }

    /// A deletion of the version that it is meant for.
    fn delete(&self, url: &Url, if_match: &str) -> Result<Request<Body>> {
        let request = self.request(Method::DELETE, url).header(header::ACCEPT, "application/json");
        build(request.header(header::IF_MATCH, if_match), Body::empty())
    }

    /// A request with a JSON body, and with the version it is meant for where Adobe demands that.
    fn json(
        &self,
        method: Method,
        url: &Url,
        if_match: Option<&str>,
        body: &impl Serialize,
    ) -> Result<Request<Body>> {
        let mut request = rest::json(self.request(method, url), body)?;
        if let Some(etag) = if_match {
            let etag = HeaderValue::from_str(etag).map_err(|error| {
                Error::new(ErrorKind::InvalidInput, "the version cannot be written").with_source(error)
            })?;
            request.headers_mut().insert(header::IF_MATCH, etag);
        }
        Ok(request)
    }

    /// A refusal of any call.
    fn refusal(&self, answer: &Response<Bytes>) -> Error {
        error::refusal(answer, self.tier, server_time(answer.headers()).unwrap_or_else(Utc::now))
    }
}

/// Paths below the version.
impl RawApi for AccessPoint {
    fn begin(&self, method: Method, path_and_query: &str) -> Result<Builder> {
        Ok(self.request(method, &rest::relative(&self.root, path_and_query)?))
    }

    fn refusal(&self, answer: &Response<Bytes>) -> Error {
        Self::refusal(self, answer)
    }
}

/// The JSON of a good answer.
fn parse<T: DeserializeOwned>(answer: &Response<Bytes>) -> Result<T> {
    rest::read(answer).map_err(|place| error::unexpected(answer, &place))
}

/// The rows of a good answer under this name.
fn page(answer: &Response<Bytes>, name: &str) -> Result<Rows> {
    let read = serde_json::from_slice(answer.body()).ok().and_then(|answer| page::rows(answer, name));
    read.ok_or_else(|| error::unexpected(answer, &format!("no {name}, and not that there is none")))
}

/// The version of what was answered: opaque text without quotes.
fn etag(headers: &HeaderMap) -> Option<String> {
    headers.get(header::ETAG)?.to_str().ok().map(str::to_owned)
}
