//! `POST agreements/{id}/views`: the address of one of Adobe's own pages for the sender, who is signed in by it.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Method, Request, Response};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use signbridge_core::{Body, Call, Error, Replay, Result};

use super::{AccessPoint, parse};
use crate::{error::unexpected, wire::flexible};

/// Asks for a view.
#[derive(Debug)]
pub(crate) struct CreateView {
    pub(crate) point: Arc<AccessPoint>,
    pub(crate) agreement: String,
    /// `COMPOSE`, `AUTHORING`, `PREFILL` or `MANAGE`.
    pub(crate) name: &'static str,
}

/// Where the page is.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) url: SecretString,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ViewsAnswer {
    #[serde(default, deserialize_with = "flexible::list")]
    agreement_view_list: Vec<ViewAnswer>,
}

#[derive(Deserialize)]
struct ViewAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default)]
    url: Option<SecretString>,
    #[serde(default, deserialize_with = "flexible::time")]
    expiration: Option<DateTime<Utc>>,
}

impl Call for CreateView {
    type Reply = View;
    const NAME: &'static str = "views.create";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.point.agreement(&self.agreement, &["views"], &[]);
        let body = json!({ "name": self.name, "commonViewConfiguration": { "autoLoginUser": true } });
        self.point.json(Method::POST, &url, None, &body)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<View> {
        let views = parse::<ViewsAnswer>(&answer)?.agreement_view_list;
        let asked =
            |view: &ViewAnswer| view.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(self.name));
        let view = views.into_iter().find(asked).and_then(|view| Some((view.url?, view.expiration)));
        let (url, expires_at) = view.ok_or_else(|| unexpected(&answer, "no such view"))?;
        Ok(View { url, expires_at })
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.point.refusal(&answer)
    }
}
