//! Signers and copies of an envelope that exists [FACTS 4].

use serde_json::{Value, json};

use super::call::Call;
use super::envelopes;
use super::errors::{CodeForm, Refusal};
use super::input;
use super::model::{Envelope, Status};
use super::render;
use crate::exchange::Answer;

/// On drafts, and after the start for a later turn than the running one.
pub(crate) fn add_signers(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let signers = input::signers(&body)?;
    let envelope = call.state.envelope_mut(&input::needed(&body, "envelopeId")?)?;
    match envelope.status {
        Status::Draft => {}
        Status::InProgress => {
            let running = envelope.running_order().unwrap_or(0);
            if signers.iter().any(|own| own.order <= running) {
                return Err(Refusal::new("signOrder has to exceed that of the signers in progress."));
            }
        }
        _ => return Err(Refusal::new("The envelope has ended.")),
    }
    // All or none, so that a refused call changes nothing.
    let mut changed = envelope.clone();
    envelopes::add_signers(&mut changed, signers)?;
    *envelope = changed;
    Ok(CodeForm::Text.success(render::recipients(envelope)))
}

pub(crate) fn delete_signers(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let emails = input::emails(&body, "signerInfos")?;
    let envelope = draft(call.state.envelope_mut(&input::needed(&body, "envelopeId")?)?)?;
    if emails.iter().any(|email| envelope.signer(email).is_none()) {
        return Err(Refusal::new("There is no such signer."));
    }
    envelope.signers.retain(|own| !emails.iter().any(|email| own.email.eq_ignore_ascii_case(email)));
    Ok(CodeForm::Text.success(render::recipients(envelope)))
}

pub(crate) fn add_copies(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let copies = input::copies(&body)?;
    if copies.is_empty() {
        return Err(Refusal::new("CCInfos is missing."));
    }
    let envelope = call.state.envelope_mut(&input::needed(&body, "envelopeId")?)?;
    if !matches!(envelope.status, Status::Draft | Status::InProgress) {
        return Err(Refusal::new("The envelope has ended."));
    }
    let mut changed = envelope.clone();
    envelopes::add_copies(&mut changed, copies)?;
    *envelope = changed;
    Ok(in_chinese(envelope))
}

pub(crate) fn delete_copies(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let emails = input::emails(&body, "CCInfos")?;
    let envelope = draft(call.state.envelope_mut(&input::needed(&body, "envelopeId")?)?)?;
    if emails.iter().any(|email| !envelope.copies.iter().any(|own| own.email.eq_ignore_ascii_case(email))) {
        return Err(Refusal::new("There is no such recipient of a copy."));
    }
    envelope.copies.retain(|own| !emails.iter().any(|email| own.email.eq_ignore_ascii_case(email)));
    Ok(in_chinese(envelope))
}

/// The pages of these two calls print the message in Chinese.
fn in_chinese(envelope: &Envelope) -> Answer {
    let data: Value = json!({ "envelopeId": envelope.id, "CCInfos": render::copies(envelope) });
    Answer::ok(json!({ "code": "0", "data": data, "message": "成功" }))
}

pub(crate) fn draft(envelope: &mut Envelope) -> Result<&mut Envelope, Refusal> {
    if envelope.status == Status::Draft {
        Ok(envelope)
    } else {
        Err(Refusal::new("Only a draft can be changed so."))
    }
}
