//! `POST envelopes/{id}/views/sender`, `…/correct` and `views/console`: DocuSign's own pages for the sender.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json as value;
use signbridge_core::{Body, Call, Error, Replay, Result};
use url::Url;

use super::{Account, json, parse, refusal};

#[derive(Deserialize)]
struct ViewAnswer {
    url: SecretString,
}

/// A link to the page that prepares a draft.
#[derive(Debug)]
pub(crate) struct CreateSenderView {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) return_url: Url,
}

impl Call for CreateSenderView {
    type Reply = SecretString;
    const NAME: &'static str = "views.sender";
    // A link that nobody opened dies by itself.
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope, "views", "sender"], &[]);
        json(Method::POST, &url, &value!({ "returnUrl": self.return_url, "viewAccess": "envelope" }))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<SecretString> {
        parse::<ViewAnswer>(&answer).map(|answer| answer.url)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// A link to the page that corrects an envelope on its way.
#[derive(Debug)]
pub(crate) struct CreateCorrectView {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) return_url: Url,
}

impl Call for CreateCorrectView {
    type Reply = SecretString;
    const NAME: &'static str = "views.correct";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope, "views", "correct"], &[]);
        json(Method::POST, &url, &value!({ "returnUrl": self.return_url }))
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<SecretString> {
        parse::<ViewAnswer>(&answer).map(|answer| answer.url)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}

/// A link to the web application, at an envelope or where it begins.
#[derive(Debug)]
pub(crate) struct CreateConsoleView {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: Option<String>,
    pub(crate) return_url: Url,
}

impl Call for CreateConsoleView {
    type Reply = SecretString;
    const NAME: &'static str = "views.console";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let mut view = value!({ "returnUrl": self.return_url });
        if let (Some(envelope), Some(view)) = (&self.envelope, view.as_object_mut()) {
            view.insert("envelopeId".to_owned(), envelope.clone().into());
        }
        json(Method::POST, &self.account.resource(&["views", "console"], &[]), &view)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<SecretString> {
        parse::<ViewAnswer>(&answer).map(|answer| answer.url)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
