//! The account: a good first call.

use serde_json::json;

use super::call::{Call, ok};
use super::errors::ApiError;
use super::render;
use crate::exchange::Answer;

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.hub.world();
    let state = &world.dropbox_sign;
    let asked = |name: &str| call.request.query.get(name).filter(|own| !own.is_empty());
    let other = asked("account_id").is_some_and(|id| id != state.account_id)
        || asked("email_address").is_some_and(|email| !email.eq_ignore_ascii_case(&state.email));
    if other {
        return Err(ApiError::not_found("Account not found"));
    }
    Ok(ok(json!({ "account": render::account(state) })))
}

pub(crate) fn put(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut world = call.hub.world();
    let state = &mut world.dropbox_sign;
    if let Some(url) = call.input.text("callback_url") {
        if !url.starts_with("https://") {
            return Err(ApiError::at("callback_url", "The callback must be an https address"));
        }
        state.callback_url = Some(url);
    }
    Ok(ok(json!({ "account": render::account(state) })))
}

/// An address nobody has answers an empty object [FACTS 3].
pub(crate) fn verify(call: &Call<'_>) -> Result<Answer, ApiError> {
    let email = call
        .input
        .text("email_address")
        .ok_or_else(|| ApiError::at("email_address", "Missing parameter: email_address"))?;
    let own = call.hub.world().dropbox_sign.email.clone();
    if email.eq_ignore_ascii_case(&own) {
        return Ok(ok(json!({ "account": { "email_address": own } })));
    }
    Ok(ok(json!({})))
}
