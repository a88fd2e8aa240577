//! The authorization code grant: codes, PKCE, and refresh tokens that change with each use [FACTS 2.4].

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::model::Time;
use super::state::{State, opaque};
use crate::exchange::{Answer, Query, Request};

/// An access token of this grant lives eight hours.
const TOKEN_SECONDS: i64 = 28_800;
/// How long a code is good is not published; it is used at once by every client.
const CODE_SECONDS: i64 = 120;
/// A refresh token lives about 30 days; with `extended` each use begins them anew.
const REFRESH_DAYS: i64 = 30;

/// What the grant remembers.
#[derive(Debug, Default)]
pub(crate) struct Logins {
    /// The app's secret.
    pub(crate) secret: String,
    codes: HashMap<String, Code>,
    refresh_tokens: HashMap<String, Granted>,
}

#[derive(Debug)]
struct Code {
    granted: Granted,
    redirect_uri: String,
    challenge: Option<String>,
    expires: Time,
}

/// What a person granted.
#[derive(Debug, Clone)]
struct Granted {
    user: String,
    scopes: Vec<String>,
    expires: Time,
}

impl Logins {
    pub(crate) fn new() -> Self {
        Self { secret: opaque(24), ..Self::default() }
    }

    /// A code for who consented on the page that `query` led to.
    pub(crate) fn code(&mut self, user: &str, scopes: &[String], query: &Query, now: Time) -> String {
        let code = opaque(48);
        let granted = Granted {
            user: user.to_owned(),
            scopes: scopes.to_vec(),
            expires: now + TimeDelta::days(REFRESH_DAYS),
        };
        let made = Code {
            granted,
            redirect_uri: query.get("redirect_uri").unwrap_or_default().to_owned(),
            challenge: query
                .get("code_challenge")
                .filter(|_| query.get("code_challenge_method") == Some("S256"))
                .map(str::to_owned),
            expires: now + TimeDelta::seconds(CODE_SECONDS),
        };
        self.codes.insert(code.clone(), made);
        code
    }

    /// Ends the logins of a user whose consent was withdrawn.
    pub(crate) fn revoke(&mut self, user: &str) {
        self.refresh_tokens.retain(|_, granted| granted.user != user);
    }
}

/// The two token calls of this grant.
pub(crate) fn token(state: &mut State, request: &Request, form: &Query, now: Time) -> Answer {
    let Some(client) = client(state, request, form) else { return refused("invalid_client") };
    let granted = match form.get("grant_type") {
        Some("authorization_code") => exchange(state, client, form, now),
        _ => refresh(state, form, now),
    };
    match granted {
        Some(granted) => issued(state, &granted, now),
        None => refused("invalid_grant"),
    }
}

/// How the app proved itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Client {
    /// By its secret in the header.
    Confidential,
    /// By nothing: only PKCE protects the code.
    Public,
}

fn client(state: &State, request: &Request, form: &Query) -> Option<Client> {
    let is_app = |id: &str| id.eq_ignore_ascii_case(&state.integration_key);
    let Some(header) = request.header("authorization") else {
        return form.get("client_id").is_some_and(is_app).then_some(Client::Public);
    };
    let decoded = STANDARD.decode(header.strip_prefix("Basic ")?.trim()).ok()?;
    let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    (is_app(id) && secret == state.logins.secret).then_some(Client::Confidential)
}

fn exchange(state: &mut State, client: Client, form: &Query, now: Time) -> Option<Granted> {
    // A code works once, whatever comes of it.
    let code = state.logins.codes.remove(form.get("code")?)?;
    let same_address = form.get("redirect_uri").is_none_or(|uri| uri == code.redirect_uri);
    let proven = match (&code.challenge, form.get("code_verifier")) {
        (Some(challenge), Some(verifier)) => {
            URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == *challenge
        }
        (None, None) => client == Client::Confidential,
        _ => false,
    };
    (code.expires > now && same_address && proven).then_some(code.granted)
}

/// The token used is gone: its successor is in the answer.
fn refresh(state: &mut State, form: &Query, now: Time) -> Option<Granted> {
    let mut granted = state.logins.refresh_tokens.remove(form.get("refresh_token")?)?;
    if granted.expires <= now {
        return None;
    }
    if granted.scopes.iter().any(|scope| scope == "extended") {
        granted.expires = now + TimeDelta::days(REFRESH_DAYS);
    }
    Some(granted)
}

fn issued(state: &mut State, granted: &Granted, now: Time) -> Answer {
    let access = state.issue_token(&granted.user, now, TOKEN_SECONDS);
    let refresh = opaque(96);
    state.logins.refresh_tokens.insert(refresh.clone(), granted.clone());
    Answer::ok(json!({
        "access_token": access,
        "token_type": "Bearer",
        "refresh_token": refresh,
        "expires_in": TOKEN_SECONDS,
        "scope": granted.scopes.join(" "),
    }))
}

fn refused(error: &str) -> Answer {
    Answer::json(StatusCode::BAD_REQUEST, json!({ "error": error }))
}
