//! OAuth: the authorisation code and refreshing, at the host that real clients call `app.` [FACTS 1].

use chrono::TimeDelta;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::call::ok;
use super::errors::ApiError;
use super::params::Input;
use super::state::{State, TOKEN_SECONDS, hex_id};
use crate::dialect::Time;
use crate::exchange::{Answer, Request};
use crate::hub::Hub;
use crate::pages;

/// A code's life; unverified.
const CODE_SECONDS: i64 = 600;

/// Answers what lies under `/oauth/`.
pub(crate) fn answer(hub: &Hub, request: &Request) -> Option<Answer> {
    let (operation, answer) = match (&request.method, request.path.as_str()) {
        (&Method::POST, "/oauth/token") => {
            // The published file lists the refresh as a path of its own.
            let refresh = request.query.get("refresh").is_some();
            let operation = if refresh { "POST /oauth/token?refresh" } else { "POST /oauth/token" };
            (operation, token(hub, request).unwrap_or_else(|error| error.answer()))
        }
        (&Method::GET, "/oauth/authorize") => ("GET /oauth/authorize", authorize(hub, request)),
        (&Method::POST, "/oauth/authorize") => ("POST /oauth/authorize", decide(hub, request)),
        _ => return None,
    };
    let mut answer = answer;
    answer.operation = Some(operation.to_owned());
    Some(answer)
}

/// Who may call, and as what.
pub(crate) fn admit(state: &State, request: &Request, now: Time) -> Result<bool, ApiError> {
    let refuse = |why: &str| ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", why);
    let header = request.header("authorization").ok_or_else(|| refuse("No credentials supplied"))?;
    let (scheme, value) = header.split_once(' ').unwrap_or((header, ""));
    if scheme.eq_ignore_ascii_case("bearer") {
        return match state.tokens.get(value.trim()) {
            Some(token) if !token.revoked && token.expires > now => Ok(true),
            _ => Err(refuse("Unauthorized access token")),
        };
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(refuse("No credentials supplied"));
    }
    let engine = base64::engine::general_purpose::STANDARD;
    let given = base64::Engine::decode(&engine, value.trim()).unwrap_or_default();
    // The key is the user; the password is empty, but its colon is needed.
    if given == format!("{}:", state.api_key).as_bytes() {
        Ok(false)
    } else {
        Err(refuse("Unauthorized api key"))
    }
}

fn token(hub: &Hub, request: &Request) -> Result<Answer, ApiError> {
    let refuse = |name: &'static str, why: &str| ApiError::new(StatusCode::BAD_REQUEST, name, why);
    let input = Input::read(request).map_err(|error| refuse("invalid_request", &error.message))?;
    let now = hub.clock.now();
    let mut world = hub.world();
    let state = &mut world.dropbox_sign;
    let given = |name: &str| input.text(name).unwrap_or_default();
    // Apps of older date refresh without credentials until they are switched [FACTS 1].
    let bare = given("grant_type") == "refresh_token"
        && !state.strict_refresh
        && !input.fields.contains_key("client_id")
        && !input.fields.contains_key("client_secret");
    if !bare && (given("client_id") != state.client_id || given("client_secret") != state.client_secret) {
        let why = "The client credentials are invalid";
        return Err(ApiError::new(StatusCode::UNAUTHORIZED, "invalid_client", why));
    }
    match given("grant_type").as_str() {
        "authorization_code" => {
            if state.codes.remove(&given("code")).is_none_or(|expires| expires <= now) {
                return Err(refuse("invalid_grant", "The authorization code is invalid or has expired"));
            }
            let (access, refresh) = state.issue_token(now);
            let told = input.text("state").map_or(Value::Null, Value::String);
            Ok(issued(&access, &refresh, Some(told)))
        }
        "refresh_token" => {
            let refresh = given("refresh_token");
            let known = state.tokens.values().any(|token| token.refresh == refresh && !token.revoked);
            if !known {
                return Err(refuse("invalid_grant", "The refresh token is invalid"));
            }
            let (access, _) = state.issue_token(now);
            // The refresh token stays the same [FACTS 1].
            if let Some(token) = state.tokens.get_mut(&access) {
                token.refresh.clone_from(&refresh);
            }
            Ok(issued(&access, &refresh, None))
        }
        "" => Err(refuse("invalid_request", "Missing parameter: grant_type")),
        _ => Err(refuse("unsupported_grant_type", "Only authorization_code and refresh_token are supported")),
    }
}

fn issued(access: &str, refresh: &str, told: Option<Value>) -> Answer {
    let mut out = json!({
        "access_token": access,
        "token_type": "Bearer",
        "refresh_token": refresh,
        "expires_in": TOKEN_SECONDS,
    });
    if let (Some(told), Some(out)) = (told, out.as_object_mut()) {
        out.insert("state".into(), told);
    }
    ok(out).with("cache-control", "no-store")
}

fn authorize(hub: &Hub, request: &Request) -> Answer {
    let world = hub.world();
    let state = &world.dropbox_sign;
    let query = &request.query;
    if query.get("response_type") != Some("code") || query.get("client_id") != Some(&state.client_id) {
        return refused();
    }
    let hidden: Vec<(String, String)> = ["client_id", "redirect_uri", "state"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), query.get(name)?.to_owned())))
        .collect();
    let scopes = vec!["signature_request_access".to_owned(), "account_access".to_owned()];
    Answer::html(StatusCode::OK, pages::consent("The API app", &state.email, &scopes, &hidden))
}

fn refused() -> Answer {
    Answer::html(
        StatusCode::BAD_REQUEST,
        pages::notice("Cannot authorize", "The request needs response_type=code and a known client_id."),
    )
}

/// Leads back with a code; without an address the code is shown, since the app has registered none.
fn decide(hub: &Hub, request: &Request) -> Answer {
    let form = request.form();
    let mut world = hub.world();
    let state = &mut world.dropbox_sign;
    if form.get("client_id") != Some(&state.client_id) {
        return refused();
    }
    let allowed = form.get("consent") == Some("allow");
    let mut pairs = Vec::new();
    if allowed {
        let code = hex_id(32);
        let expires = hub.clock.now() + TimeDelta::seconds(CODE_SECONDS);
        state.codes.insert(code.clone(), expires);
        pairs.push(("code", code));
    } else {
        pairs.push(("error", "access_denied".to_owned()));
    }
    pairs.extend(form.get("state").map(|own| ("state", own.to_owned())));
    match form.get("redirect_uri").map(Url::parse) {
        Some(Ok(mut url)) => {
            for (name, value) in &pairs {
                url.query_pairs_mut().append_pair(name, value);
            }
            Answer::redirect(url.as_str())
        }
        _ => {
            let text = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
            Answer::html(StatusCode::OK, pages::notice("Authorized", &text.join(" ")))
        }
    }
}
