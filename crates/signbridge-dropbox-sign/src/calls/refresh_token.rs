//! `POST oauth/token?refresh` at the host for tokens: a new access token.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use signbridge_client::{RefreshGrant, Refreshed};
use signbridge_core::{Body, Call, Error, Replay, Result};

/// The usual refresh grant. Its refusals come in Dropbox Sign's own shape, with the usual names in it.
pub(crate) struct RefreshToken<'a>(pub(crate) RefreshGrant<'a>);

impl Call for RefreshToken<'_> {
    type Reply = Refreshed;
    const NAME: &'static str = "oauth.refresh";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        self.0.request()
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Refreshed> {
        self.0.reply(answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        self.0.refusal(usual(answer))
    }
}

/// `{"error":{"error_name":…,"error_msg":…}}` as `{"error":…,"error_description":…}`; anything else as it is.
fn usual(answer: Response<Bytes>) -> Response<Bytes> {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let text = |name: &str| body.get("error").and_then(|error| error.get(name)).and_then(Value::as_str);
    match text("error_name") {
        Some(name) => {
            let usual = json!({"error": name, "error_description": text("error_msg")}).to_string();
            answer.map(|_| usual.into())
        }
        None => answer,
    }
}
