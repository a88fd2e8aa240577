//! `POST envelopes/{id}/views/recipient`: a signing link for an embedded signer.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{Method, Request, Response};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use signbridge_core::{Body, Call, Error, Replay, Result};
use url::Url;

use super::{Account, json, parse, refusal};

/// The largest return address that DocuSign keeps, in characters; longer ones are cut.
pub(crate) const RETURN_URL_LENGTH: usize = 470;

/// Makes a signing link. Name, address and client user id come from a fresh read: DocuSign compares them exactly.
pub(crate) struct CreateRecipientView {
    pub(crate) account: Arc<Account>,
    pub(crate) envelope: String,
    pub(crate) recipient_id: String,
    pub(crate) client_user_id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) return_url: Url,
}

impl fmt::Debug for CreateRecipientView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateRecipientView").field("envelope", &self.envelope).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ViewRequest<'a> {
    return_url: &'a str,
    authentication_method: &'static str,
    client_user_id: &'a str,
    recipient_id: &'a str,
    user_name: &'a str,
    email: &'a str,
}

#[derive(Deserialize)]
struct ViewAnswer {
    url: SecretString,
}

impl Call for CreateRecipientView {
    type Reply = SecretString;
    const NAME: &'static str = "views.recipient";
    // A link that nobody opened dies by itself.
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let url = self.account.resource(&["envelopes", &self.envelope, "views", "recipient"], &[]);
        let request = ViewRequest {
            return_url: self.return_url.as_str(),
            authentication_method: "none",
            client_user_id: &self.client_user_id,
            recipient_id: &self.recipient_id,
            user_name: &self.name,
            email: &self.email,
        };
        json(Method::POST, &url, &request)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<SecretString> {
        parse::<ViewAnswer>(&answer).map(|answer| answer.url)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refusal(&answer)
    }
}
