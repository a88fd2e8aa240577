//! Reading, reminding, changing and ending signature requests; embedded signing links.

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::json;

use super::call::{Call, nothing, ok, readable};
use super::create;
use super::errors::ApiError;
use super::model::Status;
use super::query;
use super::render::{self, paged};
use super::state::{LINK_SECONDS, Link, hex_id};
use crate::exchange::Answer;

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.hub.world();
    let own = call.readable(&world.dropbox_sign)?;
    Ok(call.show(&world.dropbox_sign, own, Vec::new()))
}

/// Newest first; what is canceled or removed is not listed. A query finds what is indexed.
pub(crate) fn list(call: &Call<'_>) -> Result<Answer, ApiError> {
    let (page, size, beyond) = call.paging()?;
    let world = call.hub.world();
    let state = &world.dropbox_sign;
    if let Some(account) = call.request.query.get("account_id")
        && account != "all"
        && account != state.account_id
    {
        return Err(ApiError::not_found("Account not found"));
    }
    let query = query::parse(call.request.query.get("query").unwrap_or_default())?;
    let indexed = call.now - state.delays.index;
    let rows: Vec<_> = state
        .envelopes
        .iter()
        .rev()
        .filter(|own| !own.canceled && !own.removed && !beyond)
        .filter(|own| query.is_empty() || (own.created <= indexed && query.fits(own, &state.email)))
        .collect();
    let (info, rows) = paged(rows, page, size);
    let rows: Vec<_> =
        rows.into_iter().map(|own| render::envelope(state, own, &call.request.origin)).collect();
    Ok(ok(json!({ "list_info": info, "signature_requests": rows })))
}

pub(crate) fn remind(call: &Call<'_>) -> Result<Answer, ApiError> {
    let refuse = |why: &str| ApiError::new(StatusCode::BAD_REQUEST, "invalid_reminder", why);
    let email = call
        .input
        .text("email_address")
        .ok_or_else(|| ApiError::at("email_address", "Missing parameter: email_address"))?;
    let name = call.input.text("name");
    let mut world = call.hub.world();
    let state = &mut world.dropbox_sign;
    let id = call.readable(state)?.id.clone();
    let Some(own) = state.envelope_mut(&id) else { return Err(ApiError::not_found("Not found")) };
    if own.embedded {
        return Err(refuse("Reminders cannot be sent for embedded signature requests"));
    }
    let fitting = own
        .signatures
        .iter()
        .find(|one| {
            one.email.eq_ignore_ascii_case(&email) && name.as_ref().is_none_or(|name| one.name == *name)
        })
        .cloned();
    let Some(one) = fitting else {
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "invalid_recipient",
            "The email address is not a signer of this request",
        ));
    };
    if !own.is_open() || !own.is_turn(&one) {
        return Err(refuse("This signer cannot be reminded now"));
    }
    if one.reminded.is_some_and(|at| call.now - at < TimeDelta::hours(1)) {
        return Err(refuse("A reminder was sent within the last hour"));
    }
    if let Some(one) = own.signature_mut(&one.id) {
        one.reminded = Some(call.now);
    }
    own.mail("reminder", &one.email, call.now);
    answer(call, state, &id)
}

fn answer(call: &Call<'_>, state: &super::State, id: &str) -> Result<Answer, ApiError> {
    let own = readable(state, id)?;
    Ok(call.show(state, own, Vec::new()))
}

/// A new address is a new signature with a new id [FACTS 3].
pub(crate) fn update(call: &Call<'_>) -> Result<Answer, ApiError> {
    let signature = call
        .input
        .text("signature_id")
        .ok_or_else(|| ApiError::at("signature_id", "Missing parameter: signature_id"))?;
    let (email, name) = (call.input.text("email_address"), call.input.text("name"));
    let expires = create::expiry(&call.input, call.now)?;
    if email.is_none() && name.is_none() {
        return Err(ApiError::bad("One of email_address and name is needed"));
    }
    let mut world = call.hub.world();
    let state = &mut world.dropbox_sign;
    let id = call.readable(state)?.id.clone();
    let Some(own) = state.envelope_mut(&id) else { return Err(ApiError::not_found("Not found")) };
    if own.signature_page {
        return Err(ApiError::bad("A request with an appended signature page cannot be updated"));
    }
    if !own.is_open() {
        return Err(ApiError::bad("This signature request can no longer be updated"));
    }
    let embedded = own.embedded;
    if email.as_ref().is_some_and(|email| !create::is_address(email)) {
        return Err(ApiError::at("email_address", "Invalid email address"));
    }
    let Some(one) = own.signature_mut(&signature) else {
        return Err(ApiError::at("signature_id", "Signature not found"));
    };
    if one.status != Status::Awaiting {
        return Err(ApiError::bad("This signer has already acted"));
    }
    if let Some(name) = name {
        one.name = name;
    }
    if let Some(email) = email.filter(|email| !email.eq_ignore_ascii_case(&one.email)) {
        one.email.clone_from(&email);
        one.id = hex_id(32);
        one.mail_link = crate::docusign::state::opaque(24);
        (one.viewed, one.reminded) = (None, None);
        if !embedded {
            own.invite(call.now);
        }
        state.links.retain(|_, link| link.signature != signature);
    }
    if let Some(own) = state.envelope_mut(&id)
        && expires.is_some()
    {
        own.expires = expires;
    }
    answer(call, state, &id)
}

/// Queued; the effect comes later [FACTS 3].
pub(crate) fn cancel(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut world = call.hub.world();
    let state = &mut world.dropbox_sign;
    let id = call.readable(state)?.id.clone();
    let delay = state.delays.cancel;
    let Some(own) = state.envelope_mut(&id) else { return Err(ApiError::not_found("Not found")) };
    if !own.is_open() {
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "signature_request_cancel_failed",
            "This signature request cannot be canceled",
        ));
    }
    own.cancel_at = own.cancel_at.or(Some(call.now + delay));
    state.pass_time(call.now);
    Ok(nothing())
}

pub(crate) fn remove(call: &Call<'_>) -> Result<Answer, ApiError> {
    if call.bearer {
        let why = "This call is only available with an API key";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "forbidden", why));
    }
    let mut world = call.hub.world();
    let state = &mut world.dropbox_sign;
    let id = call.readable(state)?.id.clone();
    let Some(own) = state.envelope_mut(&id) else { return Err(ApiError::not_found("Not found")) };
    // Signed or declined by all parties [spec]; the fact sheet says completed only.
    if !own.is_complete() && !own.has(Status::Declined) {
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "signature_request_remove_failed",
            "Only signature requests that all parties have signed or declined can be removed",
        ));
    }
    own.removed = true;
    Ok(nothing())
}

/// Takes the id of a signature, never of a request [FACTS 3].
pub(crate) fn sign_url(call: &Call<'_>) -> Result<Answer, ApiError> {
    let signature = call.id();
    let mut world = call.hub.world();
    let state = &mut world.dropbox_sign;
    let own = state
        .envelopes
        .iter()
        .find(|own| !own.removed && own.signature(signature).is_some())
        .ok_or_else(|| ApiError::bad("Signature not found"))?;
    if own.canceled {
        return Err(ApiError::deleted());
    }
    if !own.embedded {
        return Err(ApiError::bad("This signature request was not created for embedded signing"));
    }
    let turn = own.signature(signature).is_some_and(|one| own.is_turn(one));
    if own.has(Status::Expired) {
        let why = "This signature request has expired";
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "signature_request_expired", why));
    }
    if !own.is_open() || !turn {
        return Err(ApiError::bad("This signature is not awaiting a signer now"));
    }
    let (envelope, token) = (own.id.clone(), hex_id(40));
    let expires = call.now + TimeDelta::seconds(LINK_SECONDS);
    let link = Link { envelope, signature: signature.to_owned(), expires, used: false };
    state.links.insert(token.clone(), link);
    let url = format!("{}/editor/embeddedSign?signature_id={signature}&token={token}", call.request.origin);
    Ok(ok(json!({ "embedded": { "sign_url": url, "expires_at": expires.timestamp() } })))
}
