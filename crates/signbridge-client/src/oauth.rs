//! OAuth 2 token calls: the JWT bearer grant (RFC 7523, section 2.1) and the refresh grant (RFC 6749, section 6).

use std::{fmt, time::Duration};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Request, Response, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de};
use signbridge_core::{Body, Call, Error, ErrorKind, Reach, Replay, Result};
use url::{Url, form_urlencoded};

use crate::{client::http_date, tokens::IssuedToken};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Headers in which providers name a request, for their support.
const REQUEST_IDS: [&str; 3] = ["x-docusign-tracetoken", "x-request-id", "request-id"];

/// Asks for a token with a signed assertion. Run it on a client without authenticator.
///
/// Repeating it is safe: a second token harms nobody.
#[derive(Clone)]
pub struct JwtBearer<'a> {
    /// The token endpoint, such as `https://account.docusign.com/oauth/token`.
    pub token_url: Url,
    /// The signed assertion.
    pub assertion: &'a SecretString,
    /// Says what a refusal means, and what to do.
    pub explain: &'a (dyn Fn(&OAuthRefusal) -> Error + Sync),
}

/// A token endpoint's refusal (RFC 6749, section 5.2), free of secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OAuthRefusal {
    /// The HTTP status.
    pub status: u16,
    /// The code, such as `invalid_grant`; empty when the answer is no OAuth answer.
    pub error: String,
    /// What the provider says beside it: bounded, and without anything that looks like a token.
    pub description: Option<String>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
    /// The provider's time, to tell a wrong clock from a wrong key.
    pub date: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(deserialize_with = "seconds")]
    expires_in: Duration,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    refresh_token: Option<SecretString>,
}

#[derive(Deserialize, Default)]
struct Refused {
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    error_description: Option<String>,
}

impl Call for JwtBearer<'_> {
    type Reply = IssuedToken;
    const NAME: &'static str = "oauth.token";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        form(&self.token_url, &[("grant_type", GRANT), ("assertion", self.assertion.expose_secret())])
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<IssuedToken> {
        granted(&answer).map(|granted| granted.token)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refused(&answer, self.explain)
    }
}

/// Asks for a token with a refresh token. Run it on a client without authenticator.
///
/// Repeating it is safe where a provider keeps the refresh token; where it gives a new one, keep [`Refreshed`]'s.
#[derive(Clone)]
pub struct RefreshGrant<'a> {
    /// The token endpoint.
    pub token_url: Url,
    /// The refresh token.
    pub refresh_token: &'a SecretString,
    /// The app's id and secret, where the provider wants them in the form.
    pub client: Option<(&'a str, &'a SecretString)>,
    /// Says what a refusal means, and what to do.
    pub explain: &'a (dyn Fn(&OAuthRefusal) -> Error + Sync),
}

/// What a refresh gave.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Refreshed {
    /// The access token.
    pub token: IssuedToken,
    /// The refresh token to use from now on, if the provider gave another one.
    pub refresh_token: Option<SecretString>,
}

impl Call for RefreshGrant<'_> {
    type Reply = Refreshed;
    const NAME: &'static str = "oauth.refresh";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let mut fields =
            vec![("grant_type", "refresh_token"), ("refresh_token", self.refresh_token.expose_secret())];
        if let Some((id, secret)) = self.client {
            fields.extend([("client_id", id), ("client_secret", secret.expose_secret())]);
        }
        form(&self.token_url, &fields)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<Refreshed> {
        granted(&answer)
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refused(&answer, self.explain)
    }
}

impl fmt::Debug for RefreshGrant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshGrant")
            .field("host", &self.token_url.host_str())
            .field("path", &self.token_url.path())
            .finish_non_exhaustive()
    }
}

/// Ends a token at the provider (RFC 7009). Run it on a client without authenticator.
#[derive(Clone)]
pub struct RevokeToken<'a> {
    /// The revocation endpoint.
    pub revoke_url: Url,
    /// The token.
    pub token: &'a SecretString,
    /// Says what a refusal means, and what to do.
    pub explain: &'a (dyn Fn(&OAuthRefusal) -> Error + Sync),
}

impl Call for RevokeToken<'_> {
    type Reply = ();
    const NAME: &'static str = "oauth.revoke";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        form(&self.revoke_url, &[("token", self.token.expose_secret())])
    }

    fn reply(&self, _answer: Response<Bytes>) -> Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: Response<Bytes>) -> Error {
        refused(&answer, self.explain)
    }
}

impl fmt::Debug for RevokeToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevokeToken").field("host", &self.revoke_url.host_str()).finish_non_exhaustive()
    }
}

fn form(url: &Url, fields: &[(&str, &str)]) -> Result<Request<Body>> {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Request::post(url.as_str())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .body(form.into())
        .map_err(|error| {
            Error::new(ErrorKind::InvalidConfiguration, "the token address cannot be requested")
                .with_source(error)
        })
}

fn granted(answer: &Response<Bytes>) -> Result<Refreshed> {
    let unexpected = |what: &str| {
        let error = Error::new(ErrorKind::Unexpected, what).with_reach(Reach::Yes);
        match request_id(answer.headers()) {
            Some(id) => error.with_request_id(id),
            None => error,
        }
    };
    // The parser's own message is left out: it may quote what it could not read.
    let granted: Granted = serde_json::from_slice(answer.body())
        .map_err(|_| unexpected("the token endpoint's answer holds no token with a lifetime"))?;
    match granted.token_type {
        Some(kind) if !kind.eq_ignore_ascii_case("bearer") => {
            Err(unexpected("the token endpoint gave a token that is not a bearer token"))
        }
        _ => Ok(Refreshed {
            token: IssuedToken {
                access_token: granted.access_token,
                lifetime: granted.expires_in,
                scope: granted.scope,
            },
            refresh_token: granted.refresh_token,
        }),
    }
}

pub(crate) fn refused(answer: &Response<Bytes>, explain: &(dyn Fn(&OAuthRefusal) -> Error + Sync)) -> Error {
    let refusal = OAuthRefusal::read(answer);
    let error = match (refusal.error.as_str(), answer.status()) {
        (_, StatusCode::TOO_MANY_REQUESTS) => {
            Error::new(ErrorKind::RateLimited, "the token endpoint asks for a pause")
        }
        ("", StatusCode::REQUEST_TIMEOUT) => unavailable(),
        (_, status) if status.is_server_error() => unavailable(),
        _ => explain(&refusal),
    };
    match (error.request_id(), &refusal.request_id) {
        (None, Some(id)) => error.with_request_id(id),
        _ => error,
    }
}

fn unavailable() -> Error {
    Error::new(ErrorKind::Unavailable, "the token endpoint is in trouble").with_remedy("try again later")
}

impl OAuthRefusal {
    fn read(answer: &Response<Bytes>) -> Self {
        let refused: Refused = serde_json::from_slice(answer.body()).unwrap_or_default();
        Self {
            status: answer.status().as_u16(),
            error: refused.error.as_deref().map(excerpt).unwrap_or_default(),
            description: refused.error_description.as_deref().map(excerpt).filter(|text| !text.is_empty()),
            request_id: request_id(answer.headers()),
            date: answer.headers().get(header::DATE).and_then(|date| http_date(date.to_str().ok()?)),
        }
    }
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = REQUEST_IDS.iter().find_map(|name| headers.get(*name))?.to_str().ok()?;
    Some(excerpt(id))
}

/// At most 200 characters; long words and those that begin like a token are left out.
fn excerpt(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        let token = word.len() > 64 || word.contains("eyJ") || word.contains('@') || word.contains("://");
        if token { "[redacted]" } else { word }
    });
    words.collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

/// A number of seconds, written as a number or as text.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(u64),
        Text(String),
    }
    match Written::deserialize(deserializer)? {
        Written::Number(number) => Ok(Duration::from_secs(number)),
        Written::Text(text) => text.trim().parse().map(Duration::from_secs).map_err(de::Error::custom),
    }
}

impl fmt::Debug for JwtBearer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.token_url.host_str();
        f.debug_struct("JwtBearer")
            .field("host", &host)
            .field("path", &self.token_url.path())
            .finish_non_exhaustive()
    }
}
