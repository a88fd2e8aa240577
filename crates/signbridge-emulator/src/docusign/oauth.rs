//! The authorisation server: `/oauth/token` (JWT bearer, code, refresh), `/oauth/userinfo`, `/oauth/auth`.

use http::{Method, StatusCode};
use serde_json::json;
use url::Url;
use uuid::Uuid;

use super::code_grant;
use super::jwt::{self, GrantError};
use super::state::TOKEN_SECONDS;
use crate::dialect::Provider;
use crate::exchange::{Answer, Query, Request};
use crate::hub::Hub;
use crate::pages;
use crate::values::Object;

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

type Endpoint = fn(&Hub, &Request) -> Answer;

/// Answers what lies under `/oauth/`; nothing when the path is another.
pub(crate) fn answer(hub: &Hub, request: &Request) -> Option<Answer> {
    let (methods, operation): (&[Method], Endpoint) = match request.path.as_str() {
        "/oauth/token" => (&[Method::POST], token),
        "/oauth/userinfo" => (&[Method::GET], userinfo),
        "/oauth/auth" => (&[Method::GET, Method::POST], consent),
        _ => return None,
    };
    if !methods.contains(&request.method) {
        return Some(Answer::empty(StatusCode::METHOD_NOT_ALLOWED));
    }
    let mut answer = operation(hub, request);
    answer.operation = Some(format!("{} {}", request.method, request.path));
    Some(answer.with("cache-control", "no-store"))
}

fn refused(error: GrantError) -> Answer {
    let (code, description) = error.words();
    let mut body = Object::new();
    body.insert("error".into(), code.into());
    if let Some(description) = description {
        body.insert("error_description".into(), description.into());
    }
    Answer::json(StatusCode::BAD_REQUEST, body.into())
}

fn token(hub: &Hub, request: &Request) -> Answer {
    let form = request.form();
    let now = hub.clock.now();
    let mut world = hub.world();
    let state = &mut world.docusign;
    match form.get("grant_type") {
        Some(JWT_BEARER) => {}
        Some("authorization_code" | "refresh_token") => return code_grant::token(state, request, &form, now),
        _ => return refused(GrantError::UnsupportedGrantType),
    }
    let judged_at = if state.strict_jwt_clock { now } else { chrono::Utc::now() };
    match jwt::judge(
        form.get("assertion").unwrap_or_default(),
        state,
        &hub.own_hosts(Provider::Docusign),
        judged_at,
    ) {
        Ok(granted) => {
            let token = state.issue_token(&granted.user, now, TOKEN_SECONDS);
            Answer::ok(json!({
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
                "scope": granted.scopes.join(" "),
            }))
        }
        Err(error) => refused(error),
    }
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = request.header("authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn userinfo(hub: &Hub, request: &Request) -> Answer {
    let now = hub.clock.now();
    let world = hub.world();
    let state = &world.docusign;
    let Some(user) = bearer(request).and_then(|token| state.token_user(token, now)) else {
        // Recorded: an expired or bad token is told as a server failure with status 401 [FACTS 2.3].
        return Answer::json(
            StatusCode::UNAUTHORIZED,
            json!({ "error": "internal_server_error", "reference_id": Uuid::new_v4().to_string() }),
        );
    };
    let (given, family) = user.name.split_once(' ').unwrap_or((user.name.as_str(), ""));
    Answer::ok(json!({
        "sub": user.id,
        "name": user.name,
        "given_name": given,
        "family_name": family,
        // Without zone, as recorded [FACTS 0].
        "created": user.created.format("%Y-%m-%dT%H:%M:%S%.3f").to_string(),
        "email": user.email,
        "accounts": [{
            "account_id": state.account_id,
            "is_default": true,
            "account_name": state.account_name,
            "base_uri": request.origin,
        }],
    }))
}

/// The consent page. The person is the one named by `login_hint` (id or e-mail), else the first user.
fn consent(hub: &Hub, request: &Request) -> Answer {
    let form = request.form();
    let query = if request.method == Method::POST && !form.0.is_empty() {
        // What the page hid in the form, or the query of the form's own address.
        Query(form.0.into_iter().chain(request.query.0.clone()).collect())
    } else {
        request.query.clone()
    };
    let refuse = |text: &str| Answer::html(StatusCode::BAD_REQUEST, pages::notice("Consent", text));
    let mut world = hub.world();
    let state = &mut world.docusign;
    if !query.get("client_id").is_some_and(|id| id.eq_ignore_ascii_case(&state.integration_key)) {
        return refuse("The client_id is no integration key of this emulator.");
    }
    let Some(back) = query.get("redirect_uri").and_then(|uri| Url::parse(uri).ok()).filter(is_web) else {
        return refuse("The redirect_uri is missing or no http address.");
    };
    if query.get("response_type") != Some("code") {
        return refuse("The response_type must be code.");
    }
    let admin = query.get("admin_consent_scope");
    let scopes: Vec<String> = admin
        .or_else(|| query.get("scope"))
        .unwrap_or_default()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    if scopes.is_empty() {
        return refuse("The scope is missing.");
    }
    let hint = query.get("login_hint").unwrap_or_default();
    let person = state
        .users
        .iter()
        .find(|user| user.id.eq_ignore_ascii_case(hint) || user.email.eq_ignore_ascii_case(hint))
        .or_else(|| state.users.first().filter(|_| hint.is_empty()))
        .map(|user| (user.id.clone(), user.name.clone()));
    let Some((id, name)) = person else { return refuse("The login_hint names no user.") };

    if request.method == Method::GET {
        return Answer::html(StatusCode::OK, pages::consent("signbridge", &name, &scopes, &query.0));
    }
    let allowed = query.get("consent") == Some("allow");
    if allowed {
        for user in state.users.iter_mut().filter(|user| admin.is_some() || user.id == id) {
            user.consent.extend(scopes.iter().cloned());
        }
    }
    let code = allowed.then(|| state.logins.code(&id, &scopes, &query, hub.clock.now()));
    let mut back = back;
    {
        let mut pairs = back.query_pairs_mut();
        if let Some(code) = &code {
            pairs.append_pair("code", code);
        } else {
            pairs.append_pair("error", "access_denied");
        }
        if let Some(state) = query.get("state") {
            pairs.append_pair("state", state);
        }
    }
    Answer::redirect(back.as_str())
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}
