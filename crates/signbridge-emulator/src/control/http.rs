//! The control over HTTP; every request becomes a call of [`Control`].

use std::collections::BTreeMap;
use std::time::Duration;

use ::http::{Method, StatusCode};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Action, Control, ControlError};
use crate::exchange::{Answer, Request};
use crate::faults::Fault;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Act {
    envelope: String,
    recipient: String,
    action: Action,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Consent {
    user: String,
    #[serde(default)]
    scopes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewUser {
    name: String,
    email: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKey {
    public_key: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Tokens {
    #[serde(default)]
    token: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewLimits {
    hourly: u32,
    burst: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JwtClock {
    strict: bool,
}

/// What each dialect does not play, or plays otherwise.
const DIFFERENCES: [(&str, &str); 4] = [
    ("docusign", include_str!("../docusign/differences.md")),
    ("adobe-sign", include_str!("../adobe_sign/differences.md")),
    ("dropbox-sign", include_str!("../dropbox_sign/differences.md")),
    ("esignglobal", include_str!("../esignglobal/differences.md")),
];

/// Answers what lies under `/_emulator`.
pub(crate) fn answer(control: &Control, request: &Request) -> Answer {
    let page = request.path.strip_prefix("/_emulator/differences/").filter(|_| request.method == Method::GET);
    if let Some((_, text)) = DIFFERENCES.iter().find(|(name, _)| Some(*name) == page) {
        return Answer::bytes("text/markdown; charset=utf-8", Bytes::from_static(text.as_bytes()));
    }
    match route(control, request) {
        Ok(value) => Answer::ok(value),
        Err(error) => {
            let status = match error {
                ControlError::NotFound(_) => StatusCode::NOT_FOUND,
                ControlError::Conflict(_) => StatusCode::CONFLICT,
                ControlError::Invalid(_) => StatusCode::BAD_REQUEST,
            };
            Answer::json(status, json!({ "error": { "kind": error.kind(), "message": error.to_string() } }))
        }
    }
}

fn body<T: DeserializeOwned>(request: &Request) -> Result<T, ControlError> {
    let bytes: &[u8] = if request.body.is_empty() { b"{}" } else { &request.body };
    serde_json::from_slice(bytes)
        .map_err(|error| ControlError::Invalid(format!("the body does not fit: {error}")))
}

fn as_value(value: impl serde::Serialize) -> Result<Value, ControlError> {
    serde_json::to_value(value).map_err(|error| ControlError::Invalid(error.to_string()))
}

fn route(control: &Control, request: &Request) -> Result<Value, ControlError> {
    let segments: Vec<&str> = request.path.trim_matches('/').split('/').skip(1).collect();
    let done = || Ok(json!({ "ok": true }));
    match (&request.method, segments.as_slice()) {
        (&Method::POST, ["act"]) => {
            let act: Act = body(request)?;
            let fields: Vec<(String, String)> = act.fields.into_iter().collect();
            let (envelope, recipient, reason) = (&act.envelope, &act.recipient, act.reason.as_deref());
            as_value(control.run(envelope, recipient, act.action, reason, &fields)?)
        }
        (&Method::GET, ["journal"]) => Ok(json!({ "entries": as_value(control.journal())? })),
        (&Method::DELETE, ["journal"]) => {
            control.clear_journal();
            done()
        }
        (&Method::GET, ["clock"]) => Ok(json!({ "now": control.now() })),
        (&Method::POST, ["clock"]) => {
            let by: Advance = body(request)?;
            control.advance_clock(Duration::from_secs(by.advance_seconds));
            Ok(json!({ "now": control.now() }))
        }
        (&Method::GET, ["faults"]) => Ok(json!({ "faults": as_value(control.faults())? })),
        (&Method::POST, ["faults"]) => {
            control.add_fault(body::<Fault>(request)?);
            done()
        }
        (&Method::DELETE, ["faults"]) => {
            control.clear_faults();
            done()
        }
        (&Method::GET, ["envelopes"]) => Ok(json!({ "envelopes": control.envelopes() })),
        (&Method::GET, ["envelopes", id]) => control.envelope(&decoded(id)),
        (method, ["docusign", rest @ ..]) => docusign(control, request, method, rest),
        (method, [provider, rest @ ..]) if !rest.is_empty() => {
            let body: Value = body(request)?;
            control.provider(provider, method.as_str(), &rest.join("/"), &body)
        }
        _ => Err(unknown(request)),
    }
}

fn docusign(
    control: &Control,
    request: &Request,
    method: &Method,
    rest: &[&str],
) -> Result<Value, ControlError> {
    let done = || Ok(json!({ "ok": true }));
    match (method, rest) {
        (&Method::POST, ["consent"]) => {
            let consent: Consent = body(request)?;
            let scopes: Vec<&str> = consent.scopes.iter().map(String::as_str).collect();
            control.grant_consent(&consent.user, &scopes)?;
            done()
        }
        (&Method::DELETE, ["consent"]) => {
            let consent: Consent = body(request)?;
            let scopes: Vec<&str> = consent.scopes.iter().map(String::as_str).collect();
            control.revoke_consent(&consent.user, &scopes)?;
            done()
        }
        (&Method::POST, ["users"]) => {
            let user: NewUser = body(request)?;
            Ok(json!({ "user_id": control.add_user(&user.name, &user.email) }))
        }
        (&Method::POST, ["users", id, "disable"]) => {
            control.disable_user(id, true)?;
            done()
        }
        (&Method::POST, ["users", id, "enable"]) => {
            control.disable_user(id, false)?;
            done()
        }
        (&Method::GET, ["keys"]) => Ok(json!({ "keys": control.keys() })),
        (&Method::POST, ["keys"]) => {
            let key: NewKey = body(request)?;
            Ok(json!({ "key_id": control.add_key(&key.public_key)? }))
        }
        (&Method::DELETE, ["keys", id]) => {
            control.revoke_key(id)?;
            done()
        }
        (&Method::DELETE, ["tokens"]) => {
            match body::<Tokens>(request)?.token {
                Some(token) => control.revoke_token(&token)?,
                None => control.revoke_tokens(),
            }
            done()
        }
        (&Method::POST, ["limits"]) => {
            let limits: NewLimits = body(request)?;
            control.set_limits(limits.hourly, limits.burst);
            done()
        }
        (&Method::POST, ["jwt-clock"]) => {
            control.set_strict_jwt_clock(body::<JwtClock>(request)?.strict);
            done()
        }
        (method, rest) => control.provider("docusign", method.as_str(), &rest.join("/"), &body(request)?),
    }
}

fn unknown(request: &Request) -> ControlError {
    ControlError::NotFound(format!("the control has no {} {}", request.method, request.path))
}

/// A reference such as `docusign:ID` may come with its colon percent-encoded.
fn decoded(segment: &str) -> String {
    segment.replace("%3A", ":").replace("%3a", ":")
}
