//! `POST oauth2/accessToken`: a token for the app itself, asked for as multipart, the documented form.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{Request, Response, header};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use signbridge_client::IssuedToken;
use signbridge_core::{Body, Call, Error, ErrorKind, Replay, Result};

use super::{Api, build};
use crate::error::{self, unexpected};

/// A token's life where the answer does not say it: a day.
const LIFE: Duration = Duration::from_secs(86_400);

/// Asks for a token. Repeating it is safe: a second one harms nobody.
pub(crate) struct GetToken<'a> {
    pub(crate) api: &'a Api,
    pub(crate) app_id: &'a str,
    pub(crate) app_secret: &'a SecretString,
    pub(crate) boundary: &'a str,
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    #[serde(default)]
    expires_in: Option<u64>,
    #[serde(default)]
    scope: Option<String>,
}

impl Call for GetToken<'_> {
    type Reply = IssuedToken;
    const NAME: &'static str = "oauth.token";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let mut body = String::new();
        let fields = [
            ("client_id", self.app_id),
            ("client_secret", self.app_secret.expose_secret()),
            ("grant_type", "client_credentials"),
        ];
        for (name, value) in fields {
            if value.contains(['\r', '\n']) {
                return Err(Error::new(
                    ErrorKind::InvalidConfiguration,
                    "app_id and app_secret are one line each",
                ));
            }
            body += &format!(
                "--{}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n",
                self.boundary
            );
        }
        body += &format!("--{}--\r\n", self.boundary);
        let request = Request::post(self.api.operation("oauth2/accessToken", &[])?.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={}", self.boundary));
        build(request, body.into())
    }

    /// The one answer without wrapper; a wrapper in its place is a refusal.
    fn reply(&self, answer: Response<Bytes>) -> Result<IssuedToken> {
        match serde_json::from_slice::<Granted>(answer.body()) {
            Ok(granted) => Ok(IssuedToken {
                access_token: granted.access_token,
                lifetime: granted.expires_in.map_or(LIFE, Duration::from_secs),
                scope: granted.scope,
            }),
            Err(_) => match error::data(&answer) {
                Err(error) if error.kind() == ErrorKind::InvalidInput => Err(refused(error)),
                _ => Err(unexpected(&answer, "it holds no token")),
            },
        }
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refused(error::refusal(&answer))
    }
}

/// Whatever this call is refused for, it is the credentials: there is nothing else in it.
fn refused(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Unavailable | ErrorKind::RateLimited => error,
        _ => error.with_kind(ErrorKind::Unauthenticated).with_remedy(
            "check app_id and app_secret, and that data_center is that of the workspace which owns the app",
        ),
    }
}

impl fmt::Debug for GetToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetToken").field("app_id", &self.app_id).finish_non_exhaustive()
    }
}
