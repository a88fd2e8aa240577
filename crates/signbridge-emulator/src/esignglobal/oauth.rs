//! `POST /esignglobal/v1/oauth2/accessToken` [FACTS 2].

use http::StatusCode;
use serde_json::json;

use super::model::Time;
use super::state::{State, TOKEN_SECONDS};
use crate::exchange::{Answer, Query, Request};
use crate::multipart;

pub(crate) const PATH: &str = "/esignglobal/v1/oauth2/accessToken";

/// The one answer without wrapper.
pub(crate) fn token(state: &mut State, request: &Request, now: Time) -> Answer {
    let refused = |message: &str| {
        // Status and shape of a refusal are unknown; the wrapper is what every other answer has.
        Answer::json(StatusCode::BAD_REQUEST, json!({ "code": "1", "data": null, "message": message }))
    };
    let Some(form) = form(request) else {
        return refused("The token call takes multipart/form-data; query and JSON are not read.");
    };
    let known = form.get("client_id") == Some(state.app_id.as_str())
        && form.get("client_secret") == Some(state.app_secret.as_str());
    if !known {
        return refused("client_id and client_secret belong to no app.");
    }
    match form.get("grant_type") {
        Some("client_credentials") => Answer::ok(json!({
            "access_token": state.issue_token(now),
            "expires_in": TOKEN_SECONDS,
            "scope": "read-write",
            "token_type": "bearer",
        })),
        Some("authorization_code" | "refresh_token") => {
            refused("The emulator has no users who log in; use client_credentials.")
        }
        _ => refused("grant_type is none of client_credentials, authorization_code, refresh_token."),
    }
}

/// The page names multipart only; the vendor's own script sends the url-encoded form [FACTS 2].
fn form(request: &Request) -> Option<Query> {
    match request.media_type().as_deref() {
        Some("application/x-www-form-urlencoded") => Some(request.form()),
        Some("multipart/form-data") => {
            let boundary = multipart::boundary(request.header("content-type")?)?;
            let parts = multipart::parse(&request.body, &boundary).ok()?;
            let fields = parts
                .iter()
                .filter_map(|part| {
                    Some((part.parameter("name")?, String::from_utf8_lossy(&part.body).into_owned()))
                })
                .collect();
            Some(Query(fields))
        }
        _ => None,
    }
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = request.header("authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
