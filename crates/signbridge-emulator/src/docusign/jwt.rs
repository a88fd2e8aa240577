//! The JWT grant's assertion: what is checked, and what the token endpoint says when it fails.
//!
//! The checks follow section 2.1 of the fact sheet. The answers marked recorded are those of section
//! 2.3; the others are the nearest recorded one and unverified (table in [`crate::docusign`]).

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use uuid::Uuid;

use super::model::Time;
use super::state::State;
use crate::values::{Object, text};

/// DocuSign's own hosts, taken as audience because clients may be told a host other than they call.
const REAL_HOSTS: [&str; 2] = ["account-d.docusign.com", "account.docusign.com"];
/// An assertion may claim at most an hour [FACTS 2.1].
const LONGEST_LIFE: i64 = 3_600;
/// How far a client's clock may be ahead; unverified.
const SKEW: i64 = 60;

/// Why no token is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrantError {
    /// Recorded.
    ConsentRequired,
    /// Recorded.
    IssuerNotFound,
    /// Recorded for an unknown user; unverified for an e-mail address and for a disabled user.
    UserNotFound,
    /// Recorded for a wrong key; unverified for audience, times, algorithm and a malformed assertion.
    NoValidKeysOrSignatures,
    /// Recorded.
    UnsupportedGrantType,
    /// Unverified: RFC 6749's word for a scope that cannot be granted.
    InvalidScope,
}

impl GrantError {
    /// `error` and, if any, `error_description`.
    pub(crate) fn words(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::ConsentRequired => ("consent_required", None),
            Self::IssuerNotFound => ("invalid_grant", Some("issuer_not_found")),
            Self::UserNotFound => ("invalid_grant", Some("user_not_found")),
            Self::NoValidKeysOrSignatures => ("invalid_grant", Some("no_valid_keys_or_signatures")),
            Self::UnsupportedGrantType => ("invalid_grant", Some("unsupported_grant_type")),
            Self::InvalidScope => ("invalid_scope", None),
        }
    }
}

/// The user and scopes a valid assertion asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Granted {
    pub(crate) user: String,
    pub(crate) scopes: Vec<String>,
}

/// Judges an assertion.
pub(crate) fn judge(
    assertion: &str,
    state: &State,
    own_hosts: &[String],
    now: Time,
) -> Result<Granted, GrantError> {
    let malformed = GrantError::NoValidKeysOrSignatures;
    let (signed, signature) = assertion.rsplit_once('.').ok_or(malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(malformed)?;
    let header = decode(header).ok_or(malformed)?;
    let claims = decode(claims).ok_or(malformed)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| malformed)?;

    let issuer = text(&claims, "iss").ok_or(GrantError::IssuerNotFound)?;
    if !issuer.eq_ignore_ascii_case(&state.integration_key) {
        return Err(GrantError::IssuerNotFound);
    }
    if text(&header, "alg").as_deref() != Some("RS256") {
        return Err(malformed);
    }
    let verified = state.keys.iter().any(|key| {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.der.as_slice())
            .verify(signed.as_bytes(), &signature)
            .is_ok()
    });
    if !verified {
        return Err(malformed);
    }
    let audience = text(&claims, "aud").ok_or(malformed)?;
    if !REAL_HOSTS.contains(&audience.as_str()) && !own_hosts.contains(&audience) {
        return Err(malformed);
    }
    times(&claims, now)?;

    let user = text(&claims, "sub")
        .filter(|sub| Uuid::parse_str(sub).is_ok())
        .and_then(|sub| state.user(&sub))
        .filter(|user| !user.disabled)
        .ok_or(GrantError::UserNotFound)?;
    let scopes: Vec<String> =
        text(&claims, "scope").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    if !scopes.iter().any(|scope| scope == "signature") {
        return Err(GrantError::InvalidScope);
    }
    // The grant implies `impersonation`, so consent must cover it even when it is not asked for.
    let covered =
        scopes.iter().map(String::as_str).chain(["impersonation"]).all(|scope| user.consent.contains(scope));
    if !covered {
        return Err(GrantError::ConsentRequired);
    }
    Ok(Granted { user: user.id.clone(), scopes })
}

fn times(claims: &Object, now: Time) -> Result<(), GrantError> {
    let second = |name: &str| claims.get(name).and_then(Value::as_f64).filter(|time| time.is_finite());
    let wrong = GrantError::NoValidKeysOrSignatures;
    let now = now.timestamp() as f64;
    let skew = SKEW as f64;
    let expires = second("exp").ok_or(wrong)?;
    let issued = second("iat").ok_or(wrong)?;
    let valid = expires > now
        && issued <= now + skew
        && expires > issued
        && expires <= issued + LONGEST_LIFE as f64
        && second("nbf").is_none_or(|not_before| not_before <= now + skew);
    if valid { Ok(()) } else { Err(wrong) }
}

fn decode(part: &str) -> Option<Object> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    match serde_json::from_slice(&bytes).ok()? {
        Value::Object(object) => Some(object),
        _ => None,
    }
}
