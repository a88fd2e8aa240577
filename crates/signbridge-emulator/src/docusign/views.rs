//! Embedded pages: the recipient view, and the views of the sender [FACTS 4.9].

use chrono::TimeDelta;
use serde_json::json;
use url::Url;

use super::call::Call;
use super::errors::ApiError;
use super::model::{EnvelopeStatus, RecipientStatus, Time};
use super::recipients;
use super::state::{SenderView, View, new_id, opaque};
use crate::exchange::Answer;
use crate::values::filled;

/// A link must be opened within five minutes.
const LIFE_MINUTES: i64 = 5;
const LONGEST_RETURN: usize = 470;

pub(crate) fn recipient(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let return_url =
        filled(&body, "returnUrl").ok_or_else(|| ApiError::parameter("The returnUrl is missing."))?;
    if filled(&body, "authenticationMethod").is_none() {
        return Err(ApiError::parameter("The authenticationMethod is missing."));
    }
    // What is too long is cut by DocuSign [mapping 5]; an address that no longer parses is refused.
    let return_url: String = return_url.chars().take(LONGEST_RETURN).collect();
    if Url::parse(&return_url).is_err() {
        return Err(ApiError::parameter("The returnUrl is no absolute address."));
    }
    let mut world = call.world();
    let state = &mut world.docusign;
    let envelope = state.envelope(call.envelope_id())?;
    let Some(recipient) = envelope.recipients.iter().find(|own| recipients::is_named(own, &body)) else {
        return Err(ApiError::bad(
            "UNKNOWN_ENVELOPE_RECIPIENT",
            "No recipient has exactly this clientUserId, userName and email.",
        ));
    };
    if envelope.status.as_str() == "created" {
        return Err(ApiError::envelope_status("created", "a signing view needs a sent envelope"));
    }
    if envelope.status.is_open() && recipient.status == RecipientStatus::Created {
        return Err(ApiError::bad(
            "RECIPIENT_NOT_IN_SEQUENCE",
            format!("It is not yet the turn of recipient {}.", recipient.id),
        ));
    }
    let view = View {
        envelope: envelope.id.clone(),
        recipient: recipient.id.clone(),
        return_url,
        expires: call.now + TimeDelta::minutes(LIFE_MINUTES),
        used: false,
    };
    let token = opaque(48);
    let url = format!("{}/Signing/MTRedeem/v1/{}?slt={token}", call.request.origin, new_id());
    state.views.insert(token, view);
    Ok(Answer::created(json!({ "url": url })))
}

/// How long a link to correct lives [FACTS 4.9].
const CORRECT_MINUTES: i64 = 10;

/// The sender's page for a draft.
pub(crate) fn sender(call: &Call<'_>) -> Result<Answer, ApiError> {
    page(call, "a sender view needs a draft", None, |status| status == EnvelopeStatus::Created)
}

/// The sender's page for an envelope on its way.
pub(crate) fn correct(call: &Call<'_>) -> Result<Answer, ApiError> {
    let expires = call.now + TimeDelta::minutes(CORRECT_MINUTES);
    page(call, "a correct view needs a sent envelope", Some(expires), EnvelopeStatus::is_open)
}

fn page(
    call: &Call<'_>,
    wanted: &str,
    expires: Option<Time>,
    fits: impl Fn(EnvelopeStatus) -> bool,
) -> Result<Answer, ApiError> {
    let return_url =
        filled(&call.json()?, "returnUrl").ok_or_else(|| ApiError::parameter("The returnUrl is missing."))?;
    if Url::parse(&return_url).is_err() {
        return Err(ApiError::parameter("The returnUrl is no absolute address."));
    }
    let mut world = call.world();
    let envelope = world.docusign.envelope(call.envelope_id())?;
    if !fits(envelope.status) || envelope.deleted.is_some() {
        return Err(ApiError::envelope_status(envelope.status.as_str(), wanted));
    }
    let token = opaque(48);
    let url = format!("{}/Signing/MTRedeem/v1/{}?slt={token}", call.request.origin, new_id());
    world.docusign.sender_views.insert(token, SenderView { return_url, expires, used: false });
    Ok(Answer::created(json!({ "url": url })))
}
