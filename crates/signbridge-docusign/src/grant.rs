//! What DocuSign's refusals of a token mean, each with its remedy.

use chrono::{DateTime, TimeDelta, Utc};
use signbridge_client::oauth::OAuthRefusal;
use signbridge_core::{Error, ErrorKind, Reach};

use crate::{PROVIDER, config::Config};

/// The word for a key that DocuSign does not know (any more).
pub(crate) const UNKNOWN_KEY: &str = "no_valid_keys_or_signatures";
/// Clocks may differ by so much before it is worth saying.
pub(crate) const TOLERATED_SKEW: TimeDelta = TimeDelta::seconds(60);

/// The error for a refusal.
pub(crate) fn explain(config: &Config, refusal: &OAuthRefusal, now: DateTime<Utc>) -> Error {
    let reason = refusal.description.as_deref().unwrap_or(&refusal.error);
    let host = config.audience();
    let (kind, message, remedy) = match (refusal.error.as_str(), reason) {
        ("consent_required", _) => (
            ErrorKind::ConsentRequired,
            format!("user {} has not consented to `{}`", config.user_id, config.scope()),
            format!(
                "open this address as that user, once: {} - or, as an administrator of the organisation, for all its users: {}",
                config.consent_url(),
                config.admin_consent_url()
            ),
        ),
        (_, UNKNOWN_KEY) => (
            ErrorKind::Unauthenticated,
            "the private key does not belong to this integration key".to_owned(),
            "use the key that Apps and Keys gave for it, or add the new public key there".to_owned(),
        ),
        (_, "issuer_not_found") => (
            ErrorKind::WrongHost,
            format!("the integration key is unknown at {host}"),
            "check integration_key, and whether environment is the one it was made in".to_owned(),
        ),
        (_, "user_not_found") => (
            ErrorKind::Unauthenticated,
            format!("user {} is unknown at {host}", config.user_id),
            "set user_id to the API user id (a GUID) shown in Apps and Keys of this environment".to_owned(),
        ),
        ("unauthorized_client", _) | (_, "unauthorized_client") => (
            ErrorKind::Forbidden,
            "the integration key may not use the JWT grant".to_owned(),
            "enable JWT for it in Apps and Keys".to_owned(),
        ),
        ("invalid_scope", _) => (
            ErrorKind::Forbidden,
            format!("a scope among `{}` is not known or not allowed", config.scope()),
            "correct scopes; `signature impersonation` is what this adapter needs".to_owned(),
        ),
        _ if refusal.status >= 500 => (
            ErrorKind::Unavailable,
            format!("{host} is in trouble (status {})", refusal.status),
            "try again later".to_owned(),
        ),
        _ if refusal.status == 429 => {
            (ErrorKind::RateLimited, "too many token requests".to_owned(), "wait and try again".to_owned())
        }
        _ => (
            ErrorKind::Unauthenticated,
            format!("{host} refused the assertion: {reason}"),
            "check auth_url, environment, user_id and the clock of this machine".to_owned(),
        ),
    };
    let skew = refusal.date.map(|date| now - date).filter(|skew| skew.abs() > TOLERATED_SKEW);
    let (message, remedy) = match skew {
        Some(skew) if kind == ErrorKind::Unauthenticated => (
            format!(
                "this machine's clock differs from DocuSign's by {} seconds, or {message}",
                skew.num_seconds()
            ),
            format!("set the clock by a time server; if it is right, {remedy}"),
        ),
        _ => (message, remedy),
    };
    let error = Error::new(kind, message)
        .with_provider(PROVIDER)
        .with_code(reason)
        .with_status(refusal.status)
        .with_reach(Reach::Yes)
        .with_remedy(remedy);
    let error = match kind {
        ErrorKind::ConsentRequired => error.with_consent_url(config.consent_url()),
        _ => error,
    };
    match &refusal.request_id {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}
