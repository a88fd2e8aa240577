//! Embedded pages: the recipient view, and the views of the sender [FACTS 4.9].

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::json;
use url::Url;

use super::call::Call;
use super::errors::ApiError;
use super::model::{EnvelopeStatus, RecipientStatus};
use super::recipients;
use super::state::{SenderPage, SenderView, View, new_id, opaque};
use crate::exchange::Answer;
use crate::values::filled;

/// A link must be opened within five minutes.
const LIFE_MINUTES: i64 = 5;
const LONGEST_RETURN: usize = 470;

pub(crate) fn recipient(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let return_url = return_url(call)?;
    if filled(&body, "authenticationMethod").is_none() {
        return Err(ApiError::parameter("The authenticationMethod is missing."));
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
    let return_url = return_url(call)?;
    fitting(call, "a sender view needs a draft", |status| status == EnvelopeStatus::Created)?;
    Ok(page(call, SenderView { return_url, page: SenderPage::Prepare, expires: None, used: false }))
}

/// The sender's page for an envelope on its way.
pub(crate) fn correct(call: &Call<'_>) -> Result<Answer, ApiError> {
    let return_url = return_url(call)?;
    let envelope = fitting(call, "a correct view needs a sent envelope", EnvelopeStatus::is_open)?;
    let expires = Some(call.now + TimeDelta::minutes(CORRECT_MINUTES));
    Ok(page(call, SenderView { return_url, page: SenderPage::Correct(envelope), expires, used: false }))
}

/// Revokes the links to the page that corrects, and ends the correction.
pub(crate) fn end_correction(call: &Call<'_>) -> Result<Answer, ApiError> {
    let wanted = "there is nothing to end";
    let corrected = |status: EnvelopeStatus| status.is_open() || status == EnvelopeStatus::Correct;
    let envelope = fitting(call, wanted, corrected)?;
    let mut world = call.world();
    world.docusign.sender_views.retain(|_, view| view.page != SenderPage::Correct(envelope.clone()));
    world.docusign.envelope_mut(&envelope)?.end_correction(call.now);
    Ok(Answer::empty(StatusCode::OK))
}

/// The web application, at an envelope or where it begins.
pub(crate) fn console(call: &Call<'_>) -> Result<Answer, ApiError> {
    let return_url = return_url(call)?;
    if let Some(id) = filled(&call.json()?, "envelopeId") {
        call.world().docusign.envelope(&id)?;
    }
    Ok(page(call, SenderView { return_url, page: SenderPage::Console, expires: None, used: false }))
}

fn return_url(call: &Call<'_>) -> Result<String, ApiError> {
    let url =
        filled(&call.json()?, "returnUrl").ok_or_else(|| ApiError::parameter("The returnUrl is missing."))?;
    // What is too long is cut by DocuSign [mapping 5]; an address that no longer parses is refused.
    let url: String = url.chars().take(LONGEST_RETURN).collect();
    if Url::parse(&url).is_err() {
        return Err(ApiError::parameter("The returnUrl is no absolute address."));
    }
    Ok(url)
}

/// The envelope of the call, in a status that fits.
fn fitting(call: &Call<'_>, wanted: &str, fits: impl Fn(EnvelopeStatus) -> bool) -> Result<String, ApiError> {
    let world = call.world();
    let envelope = world.docusign.envelope(call.envelope_id())?;
    if !fits(envelope.status) || envelope.deleted.is_some() {
        return Err(ApiError::envelope_status(envelope.status.as_str(), wanted));
    }
    Ok(envelope.id.clone())
}

fn page(call: &Call<'_>, view: SenderView) -> Answer {
    let token = opaque(48);
    let url = format!("{}/Signing/MTRedeem/v1/{}?slt={token}", call.request.origin, new_id());
    call.world().docusign.sender_views.insert(token, view);
    Answer::created(json!({ "url": url }))
}
