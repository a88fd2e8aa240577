//! Access points: which address the account lives at, and who may call there.
//!
//! A listener stands for the shardless host and for the account's shard at once. The control moves the
//! account to a named shard, `{listener}/shards/{name}/`; every other address then answers
//! `INVALID_API_ACCESS_POINT`, except discovery, which works everywhere.

use http::{Method, StatusCode};

use super::errors::ApiError;
use super::model::Time;
use super::state::{Caller, State, User};
use crate::exchange::Request;

const SHARDS: &str = "/shards/";

/// The shard a path begins with, if any, and the path below it.
pub(crate) fn split(path: &str) -> (Option<&str>, &str) {
    let Some(rest) = path.strip_prefix(SHARDS) else { return (None, path) };
    let name = rest.split('/').next().unwrap_or_default();
    (Some(name), rest.get(name.len()..).unwrap_or_default())
}

/// The address of a shard, without a slash at the end.
pub(crate) fn base(origin: &str, shard: Option<&str>) -> String {
    match shard {
        Some(name) => format!("{origin}{SHARDS}{name}"),
        None => origin.to_owned(),
    }
}

/// The account's access point, with the slash at its end; `called` is the address that was asked.
pub(crate) fn point(state: &State, called: &str, request: &Request) -> String {
    match &state.shard {
        Some(name) => format!("{}/", base(&request.origin, Some(name))),
        None => format!("{called}/"),
    }
}

/// Token, access point, acting user, scope: in this order.
pub(crate) fn admit(
    state: &mut State,
    request: &Request,
    shard: Option<&str>,
    scopes: &[&str],
    now: Time,
) -> Result<User, ApiError> {
    let header = request.header("authorization").ok_or_else(|| {
        ApiError::unauthorised("NO_AUTHORIZATION_HEADER", "The Authorization header is missing.")
    })?;
    let caller = header
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .and_then(|(_, token)| state.caller(token.trim(), now))
        .ok_or_else(|| {
            ApiError::unauthorised("INVALID_ACCESS_TOKEN", "The access token is not known or has expired.")
        })?;
    let discovery = scopes.is_empty();
    if !discovery && shard != state.shard.as_deref() {
        return Err(ApiError::unauthorised(
            "INVALID_API_ACCESS_POINT",
            "The account lives at another API access point; ask GET /baseUris.",
        ));
    }
    let user = acting(state, request, &caller)?;
    if !discovery && !scopes.iter().any(|scope| caller.scopes.contains(*scope)) {
        return Err(ApiError::forbidden(
            "PERMISSION_DENIED",
            format!("The token lacks the scope {}.", scopes.join(" or ")),
        ));
    }
    Ok(user)
}

/// Whether the request's token has a scope.
pub(crate) fn allows(state: &State, request: &Request, scope: &str, now: Time) -> bool {
    let token = request.header("authorization").and_then(|header| header.split_once(' '));
    let caller = token.and_then(|(_, token)| state.caller(token.trim(), now));
    caller.is_some_and(|own| own.scopes.contains(scope))
}

/// The user named by `x-api-user`, else the token's owner.
fn acting(state: &State, request: &Request, caller: &Caller) -> Result<User, ApiError> {
    let find = |header: &str, format: &'static str, unknown: &'static str| {
        let Some(given) = request.header(header) else { return Ok(None) };
        let user = match given.split_once(':') {
            Some(("userid", id)) => state.users.iter().find(|own| own.id == id),
            Some(("email", mail)) => state.users.iter().find(|own| own.email.eq_ignore_ascii_case(mail)),
            _ => {
                let text = format!("The header {header} must be userid:ID or email:ADDRESS.");
                return Err(ApiError::bad(format, text));
            }
        };
        let text = format!("The header {header} names no user of the account.");
        user.cloned().map(Some).ok_or_else(|| ApiError::unauthorised(unknown, text))
    };
    let shared =
        find("x-on-behalf-of-user", "INVALID_ON_BEHALF_OF_USER_HEADER", "INVALID_ON_BEHALF_OF_USER")?;
    let named = find("x-api-user", "INVALID_X_API_USER_HEADER", "INVALID_USER")?;
    Ok(shared.or(named).unwrap_or_else(|| caller.user.clone()))
}

/// Counts a GET against the polling rule.
///
/// # Errors
/// 429; or, when the request carries `If-None-Match`, `Ok(false)`: it is answered 304, changed or not.
pub(crate) fn poll(
    state: &mut State,
    request: &Request,
    path: &str,
    user: &User,
    now: Time,
) -> Result<bool, ApiError> {
    if request.method != Method::GET {
        return Ok(true);
    }
    let mut key = format!("{} {path}", user.id);
    for (name, value) in &request.query.0 {
        key.push_str(&format!("&{name}={value}"));
    }
    if let Some(accept) = request.header("accept") {
        key.push_str(accept);
    }
    match state.polling.take(key, now) {
        Ok(()) => Ok(true),
        Err(_) if request.header("if-none-match").is_some() => Ok(false),
        Err(seconds) => Err(ApiError::throttled("THROTTLING_TOO_FREQUENT_POLLING", seconds)),
    }
}

/// What an unknown path or a wrong method answers; both are unverified.
pub(crate) fn no_route(wrong_method: bool, request: &Request) -> ApiError {
    if wrong_method {
        ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            format!("This resource does not answer {}.", request.method),
        )
    } else {
        ApiError::missing("RESOURCE_NOT_FOUND", format!("There is no resource {}.", request.path))
    }
}
