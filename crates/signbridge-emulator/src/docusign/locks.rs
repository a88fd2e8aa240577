//! Edit locks: who holds one changes the envelope, everybody else is refused [FACTS 4.10].

use chrono::TimeDelta;
use http::Method;
use serde_json::{Value, json};

use super::call::{Call, object};
use super::errors::ApiError;
use super::model::{Envelope, EnvelopeStatus, Lock};
use super::state::new_id;
use crate::clock::seven_digits;
use crate::exchange::{Answer, Request};
use crate::values::{filled, flag, yes_no};

/// Refuses a change of an envelope that somebody else holds. Reads, the lock itself and signing links are free.
pub(crate) fn guard(call: &Call<'_>, template: &str) -> Result<(), ApiError> {
    let id = call.envelope_id();
    if id.is_empty()
        || call.request.method == Method::GET
        || template.ends_with("/lock")
        || template.ends_with("/views/recipient")
    {
        return Ok(());
    }
    let world = call.world();
    // An unknown envelope is for the handler to refuse.
    let Ok(envelope) = world.docusign.envelope(id) else { return Ok(()) };
    match live(envelope, call) {
        Some(lock) if token(call.request).as_deref() != Some(lock.token.as_str()) => Err(not_owner(lock)),
        _ => Ok(()),
    }
}

fn live<'e>(envelope: &'e Envelope, call: &Call<'_>) -> Option<&'e Lock> {
    envelope.lock.as_ref().filter(|lock| lock.until > call.now)
}

/// The token in `X-DocuSign-Edit: {"LockToken":…,"LockDurationInSeconds":…}`.
fn token(request: &Request) -> Option<String> {
    let header = object(request.header("x-docusign-edit")?.as_bytes()).ok()?;
    let token = header.iter().find(|(key, _)| key.eq_ignore_ascii_case("LockToken"))?.1;
    token.as_str().map(str::to_owned)
}

fn not_owner(lock: &Lock) -> ApiError {
    ApiError::bad("EDIT_LOCK_NOT_LOCK_OWNER", format!("The envelope is locked by {}.", lock.app))
}

fn not_locked() -> ApiError {
    ApiError::bad("EDIT_LOCK_ENVELOPE_NOT_LOCKED", "The envelope is not locked.")
}

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let envelope = world.docusign.envelope(call.envelope_id())?;
    let lock = live(envelope, call).ok_or_else(not_locked)?;
    let own = lock.holder.user_id == call.user.user_id;
    Ok(Answer::ok(render(lock, own)))
}

pub(crate) fn post(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let seconds =
        seconds(call)?.ok_or_else(|| ApiError::parameter("The lockDurationInSeconds is missing."))?;
    let kind = filled(&body, "lockType").unwrap_or_else(|| "edit".to_owned());
    if !kind.eq_ignore_ascii_case("edit") {
        return Err(ApiError::parameter(format!("The lockType {kind} is not known; there is only edit.")));
    }
    let lock = Lock {
        token: new_id(),
        seconds,
        until: call.now + TimeDelta::seconds(i64::from(seconds)),
        app: filled(&body, "lockedByApp").unwrap_or_default(),
        scratch_pad: flag(&body, "useScratchPad").unwrap_or(false),
        holder: call.user.clone(),
    };
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    if envelope.status != EnvelopeStatus::Created && !envelope.status.is_open() {
        return Err(ApiError::envelope_status(envelope.status.as_str(), "it is not edited any more"));
    }
    if let Some(held) = live(envelope, call) {
        return Err(ApiError::bad(
            "EDIT_LOCK_ENVELOPE_ALREADY_LOCKED",
            format!("The envelope is locked by {} until {}.", held.app, seven_digits(held.until)),
        ));
    }
    let shown = render(&lock, true);
    envelope.lock = Some(lock);
    Ok(Answer::created(shown))
}

/// Prolongs the lock from now.
pub(crate) fn put(call: &Call<'_>) -> Result<Answer, ApiError> {
    let seconds = seconds(call)?;
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    own(envelope, call)?;
    let lock = envelope.lock.as_mut().ok_or_else(not_locked)?;
    lock.seconds = seconds.unwrap_or(lock.seconds);
    lock.until = call.now + TimeDelta::seconds(i64::from(lock.seconds));
    Ok(Answer::ok(render(lock, true)))
}

pub(crate) fn delete(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    own(envelope, call)?;
    let lock = envelope.lock.take().ok_or_else(not_locked)?;
    Ok(Answer::ok(render(&lock, true)))
}

fn own(envelope: &Envelope, call: &Call<'_>) -> Result<(), ApiError> {
    let lock = live(envelope, call).ok_or_else(not_locked)?;
    if token(call.request).as_deref() == Some(lock.token.as_str()) { Ok(()) } else { Err(not_owner(lock)) }
}

fn seconds(call: &Call<'_>) -> Result<Option<u32>, ApiError> {
    let Some(text) = filled(&call.json()?, "lockDurationInSeconds") else { return Ok(None) };
    text.trim().parse().ok().filter(|seconds| *seconds > 0).map(Some).ok_or_else(|| {
        ApiError::parameter(format!("The lockDurationInSeconds is {text:?}, not a number above 0."))
    })
}

fn render(lock: &Lock, with_token: bool) -> Value {
    let mut out = json!({
        "lockedByUser": {
            "userName": lock.holder.name,
            "userId": lock.holder.user_id,
            "email": lock.holder.email,
        },
        "lockedByApp": lock.app,
        "lockedUntilDateTime": seven_digits(lock.until),
        "lockDurationInSeconds": lock.seconds.to_string(),
        "lockType": "edit",
        "useScratchPad": yes_no(lock.scratch_pad),
    });
    if with_token && let Some(out) = out.as_object_mut() {
        out.insert("lockToken".into(), lock.token.clone().into());
    }
    out
}
