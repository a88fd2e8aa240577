//! The authorisation server: consent, code, refresh, revocation; the first version's paths as well.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use serde_json::json;
use url::Url;

use super::access;
use super::state::{State, TOKEN_SECONDS};
use crate::exchange::{Answer, Query, Request};
use crate::hub::Hub;
use crate::pages;

/// Answers the OAuth paths; nothing when the path is another. `path` is without the shard.
pub(crate) fn answer(hub: &Hub, request: &Request, path: &str, base: &str) -> Option<Answer> {
    let get = request.method == Method::GET;
    let post = request.method == Method::POST;
    let answer = match path {
        "/public/oauth/v2" | "/public/oauth" if get || post => consent(hub, request, base),
        "/oauth/v2/token" if post => token(hub, request, Some(base)),
        "/oauth/token" if post => token(hub, request, None),
        "/oauth/v2/refresh" | "/oauth/refresh" if post => refresh(hub, request),
        "/oauth/v2/revoke" | "/oauth/revoke" if post => revoke(hub, request),
        "/public/oauth/v2" | "/public/oauth" | "/oauth/v2/token" | "/oauth/token" | "/oauth/v2/refresh"
        | "/oauth/refresh" | "/oauth/v2/revoke" | "/oauth/revoke" => {
            Answer::empty(StatusCode::METHOD_NOT_ALLOWED)
        }
        _ => return None,
    };
    let mut answer = answer.with("cache-control", "no-store");
    answer.operation = Some(format!("{} {path}", request.method));
    Some(answer)
}

/// Recorded: OAuth failures come with status 401 and another shape than those of the REST API.
fn refused(description: &str) -> Answer {
    Answer::json(
        StatusCode::UNAUTHORIZED,
        json!({ "error": "invalid_request", "error_description": description }),
    )
}

/// Whether the form names the application; fields nobody knows are ignored.
fn is_client(state: &State, form: &Query) -> bool {
    form.get("client_id") == Some(state.client_id.as_str())
        && form.get("client_secret") == Some(state.client_secret.as_str())
}

/// The second version's answer names the access points, the first one's does not.
fn token(hub: &Hub, request: &Request, base: Option<&str>) -> Answer {
    let form = request.form();
    let now = hub.clock.now();
    let mut world = hub.world();
    let state = &mut world.adobe_sign;
    if form.get("grant_type") != Some("authorization_code") {
        return refused("invalid grant_type");
    }
    if !is_client(state, &form) {
        return refused("invalid client credentials");
    }
    // A code works once, whatever comes of it.
    let code = state.codes.remove(form.get("code").unwrap_or_default());
    let Some(code) = code.filter(|own| own.expires > now) else {
        return refused("invalid authorization code");
    };
    if form.get("redirect_uri") != Some(code.redirect.as_str()) {
        return refused("invalid redirect_uri");
    }
    let refresh = state.grant(code.user, code.scopes, now);
    let Some(access) = state.token(&refresh, now) else { return refused("invalid authorization code") };
    let mut body = json!({
        "access_token": access,
        "refresh_token": refresh,
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
    });
    if let (Some(base), Some(body)) = (base, body.as_object_mut()) {
        let point = access::point(state, base, request);
        body.insert("api_access_point".into(), point.clone().into());
        body.insert("web_access_point".into(), point.into());
    }
    Answer::ok(body)
}

/// A new access token; the refresh token stays the same and is not sent again.
fn refresh(hub: &Hub, request: &Request) -> Answer {
    let form = request.form();
    let now = hub.clock.now();
    let mut world = hub.world();
    let state = &mut world.adobe_sign;
    if form.get("grant_type") != Some("refresh_token") {
        return refused("invalid grant_type");
    }
    if !is_client(state, &form) {
        return refused("invalid client credentials");
    }
    match state.token(form.get("refresh_token").unwrap_or_default(), now) {
        Some(access) => Answer::ok(json!({
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
        })),
        None => refused("invalid refresh token"),
    }
}

/// Revoking a refresh token ends its access tokens, and the other way round.
fn revoke(hub: &Hub, request: &Request) -> Answer {
    let form = request.form();
    let now = hub.clock.now();
    let mut world = hub.world();
    let state = &mut world.adobe_sign;
    let bad = |code: &str| Answer::json(StatusCode::BAD_REQUEST, json!({ "error": code }));
    let Some(given) = form.get("token").filter(|own| !own.is_empty()) else { return bad("INVALID_REQUEST") };
    let grant = match state.tokens.get(given) {
        Some(token) if token.expires <= now => return bad("EXPIRED_TOKEN"),
        Some(token) => token.grant.clone(),
        None => given.to_owned(),
    };
    match state.grants.get_mut(&grant) {
        Some(own) if !own.revoked => {
            own.revoked = true;
            Answer::empty(StatusCode::OK)
        }
        _ => bad("INVALID_TOKEN"),
    }
}

/// The consent page, and the way back with a code.
fn consent(hub: &Hub, request: &Request, base: &str) -> Answer {
    let mut query = request.query.clone();
    if request.method == Method::POST {
        query = Query(request.form().0.into_iter().chain(query.0).collect());
    }
    let refuse = |text: &str| Answer::html(StatusCode::BAD_REQUEST, pages::notice("Consent", text));
    let now = hub.clock.now();
    let mut world = hub.world();
    let state = &mut world.adobe_sign;
    if query.get("client_id") != Some(state.client_id.as_str()) {
        return refuse("The client_id is no application of this emulator.");
    }
    let redirect = query.get("redirect_uri").unwrap_or_default().to_owned();
    let Some(mut back) = Url::parse(&redirect).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
    else {
        return refuse("The redirect_uri is missing or no http address.");
    };
    let Some(user) = state.users.first().cloned() else { return refuse("There is no user.") };
    let scopes: BTreeSet<String> =
        query.get("scope").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    let plain: BTreeSet<String> =
        scopes.iter().map(|own| own.split(':').next().unwrap_or_default().to_owned()).collect();
    let failure = if query.get("response_type") != Some("code") {
        Some("INVALID_REQUEST")
    } else if plain.is_empty() || plain.iter().any(|own| !super::KNOWN_SCOPES.contains(&own.as_str())) {
        Some("INVALID_SCOPE")
    } else if request.method == Method::POST && query.get("consent") != Some("allow") {
        Some("ACCESS_DENIED")
    } else {
        None
    };
    if failure.is_none() && request.method == Method::GET {
        let shown: Vec<String> = scopes.into_iter().collect();
        return Answer::html(StatusCode::OK, pages::consent("signbridge", &user.name(), &shown, &query.0));
    }
    {
        let mut pairs = back.query_pairs_mut();
        match failure {
            Some(error) => {
                pairs.append_pair("error", error);
            }
            None => {
                let point = access::point(state, base, request);
                pairs.append_pair("code", &state.code(user.id, plain, redirect, now));
                pairs.append_pair("api_access_point", &point);
                pairs.append_pair("web_access_point", &point);
            }
        }
        if let Some(own) = query.get("state") {
            pairs.append_pair("state", own);
        }
    }
    Answer::redirect(back.as_str())
}
