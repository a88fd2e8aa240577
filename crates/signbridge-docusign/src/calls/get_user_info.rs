//! `GET /oauth/userinfo`: the user's accounts, and the host on which each lives.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Request, Response};
use serde::Deserialize;
use signbridge_core::{Body, Call, Error, ErrorKind, Reach, Replay, Result};
use url::Url;

use super::{get, parse, server_time};
use crate::{PROVIDER, error::request_id};

/// Asks who the token's user is.
#[derive(Debug)]
pub(crate) struct GetUserInfo {
    pub(crate) auth_url: Url,
}

/// The token's user.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct UserInfo {
    #[serde(default)]
    pub(crate) accounts: Vec<UserAccount>,
    /// The time at DocuSign, from the answer's head.
    #[serde(skip)]
    pub(crate) server_time: Option<DateTime<Utc>>,
}

/// One of his accounts.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct UserAccount {
    pub(crate) account_id: String,
    #[serde(default)]
    pub(crate) is_default: bool,
    #[serde(default)]
    pub(crate) account_name: String,
    pub(crate) base_uri: Url,
}

impl Call for GetUserInfo {
    type Reply = UserInfo;
    const NAME: &'static str = "oauth.userinfo";
    const REPLAY: Replay = Replay::Safe;

    fn request(&self) -> Result<Request<Body>> {
        let mut url = self.auth_url.clone();
        url.set_path("/oauth/userinfo");
        get(&url)
    }

    fn reply(&self, answer: Response<Bytes>) -> Result<UserInfo> {
        let info: UserInfo = parse(&answer)?;
        Ok(UserInfo { server_time: server_time(answer.headers()), ..info })
    }

    /// A bad token was recorded as 401 with `internal_server_error`: the status tells, not the word.
    fn refusal(&self, answer: Response<Bytes>) -> Error {
        let status = answer.status().as_u16();
        let (kind, message) = match status {
            401 | 403 => (ErrorKind::Unauthenticated, "the token was refused"),
            429 => (ErrorKind::RateLimited, "too many questions about this user"),
            500.. => (ErrorKind::Unavailable, "the account host is in trouble"),
            _ => (ErrorKind::Unexpected, "the account host refused"),
        };
        let error = Error::new(kind, format!("{message} (status {status})"))
            .with_provider(PROVIDER)
            .with_status(status)
            .with_reach(Reach::Yes)
            .with_remedy("check auth_url and environment; `signbridge doctor` names the fault");
        match request_id(answer.headers()) {
            Some(id) => error.with_request_id(id),
            None => error,
        }
    }
}
