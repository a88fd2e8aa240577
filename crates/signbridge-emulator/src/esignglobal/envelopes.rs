//! Envelopes: create, start, cancel, read, signing addresses, the sender's page [FACTS 4].

use chrono::TimeDelta;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::call::Call;
use super::errors::{CodeForm, Refusal};
use super::input::{self, MOST_SIGNERS};
use super::model::{CarbonCopy, Document, Envelope, Head, Signer, Status, Time};
use super::render;
use super::state::{new_id, opaque};
use crate::exchange::Answer;
use crate::values::{filled, flag, object};

fn new(head: Head, now: Time) -> Envelope {
    Envelope {
        id: new_id(),
        // Counted from creation; from where eSignGlobal counts is unknown.
        expires: head.expire_after.map(|seconds| now + TimeDelta::seconds(seconds)),
        starts: None,
        head,
        status: Status::Draft,
        created: now,
        ended: None,
        cancelled_reason: None,
        declined_reason: None,
        documents: Vec::new(),
        attachments: Vec::new(),
        signers: Vec::new(),
        copies: Vec::new(),
        mails: Vec::new(),
    }
}

pub(crate) fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let envelope = new(input::head(&call.json()?)?, call.now);
    let answer = reference(&envelope);
    call.state.envelopes.push(envelope);
    Ok(answer)
}

fn reference(envelope: &Envelope) -> Answer {
    CodeForm::Text.success(json!({ "envelopeId": envelope.id, "envelopeStatus": envelope.status.number() }))
}

pub(crate) fn create_and_start(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let later = input::later(&body)?;
    let mut envelope = new(input::head(&body)?, call.now);
    let keys = input::file_keys(&body, "signFiles")?;
    envelope.documents = keys.iter().map(|key| call.state.contract(key)).collect::<Result<_, _>>()?;
    if body.get("attachments").and_then(Value::as_array).is_some_and(|rows| !rows.is_empty()) {
        let keys = input::file_keys(&body, "attachments")?;
        envelope.attachments = keys.iter().map(|key| call.state.attachment(key)).collect::<Result<_, _>>()?;
    }
    add_signers(&mut envelope, input::signers(&body)?)?;
    add_copies(&mut envelope, input::copies(&body)?)?;
    // Which state an envelope has until a later start is unknown: here it is as a draft.
    match later {
        None => envelope.start(call.now),
        Some(seconds) => envelope.starts = Some(call.now + TimeDelta::seconds(seconds)),
    }
    let answer = reference(&envelope);
    call.state.envelopes.push(envelope);
    Ok(answer)
}

/// E-mail identifies a signer, so it is there once; places have to be on a page of a file to sign.
pub(crate) fn add_signers(envelope: &mut Envelope, signers: Vec<Signer>) -> Result<(), Refusal> {
    for signer in signers {
        if envelope.signer(&signer.email).is_some() {
            return Err(Refusal::new("userEmail is there already."));
        }
        if envelope.signers.len() >= MOST_SIGNERS {
            return Err(Refusal::new("An envelope has at most 10 signers."));
        }
        if !envelope.documents.is_empty() {
            check_places(&envelope.documents, &signer)?;
        }
        envelope.signers.push(signer);
    }
    Ok(())
}

fn check_places(documents: &[Document], signer: &Signer) -> Result<(), Refusal> {
    for place in &signer.places {
        let document = documents.iter().find(|own| own.key == place.file_key).ok_or_else(Refusal::no_file)?;
        if place.page > document.pages {
            return Err(Refusal::new(format!("pageNo {} is beyond the file's end.", place.page)));
        }
    }
    Ok(())
}

pub(crate) fn add_copies(envelope: &mut Envelope, copies: Vec<CarbonCopy>) -> Result<(), Refusal> {
    for copy in copies {
        if envelope.copies.iter().any(|own| own.email.eq_ignore_ascii_case(&copy.email)) {
            return Err(Refusal::new("userEmail is there already."));
        }
        envelope.copies.push(copy);
    }
    Ok(())
}

/// The newer page's answer: a number as code and no data.
pub(crate) fn cancel(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let reason = input::needed(&body, "reason")?;
    let now = call.now;
    let envelope = call.state.envelope_mut(&input::needed(&body, "envelopeId")?)?;
    if !envelope.may_cancel() {
        return Err(Refusal::new("Nothing is left to be signed, so nothing can be cancelled."));
    }
    envelope.cancel(&reason, now);
    Ok(CodeForm::Number.success(Value::Null))
}

pub(crate) fn detail(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.query("envelopeId")?;
    Ok(CodeForm::Text.success(render::detail(call.state.envelope(&id)?)))
}

/// The whole list, access codes in clear; of a draft none, which is inferred.
pub(crate) fn sign_urls(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.query("envelopeId")?;
    let origin = call.request.origin.clone();
    let envelope = call.state.envelope(&id)?;
    if envelope.status == Status::Draft {
        return Err(Refusal::new("The envelope is not started."));
    }
    Ok(CodeForm::Text.success(render::sign_urls(envelope, &origin)))
}

/// A page in which a person prepares a draft. Here it only says so.
pub(crate) fn sender_view(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let id = input::needed(&body, "envelopeId")?;
    let back = input::needed(&body, "returnUrl")?;
    if back.chars().count() > 2048 {
        return Err(Refusal::new("returnUrl has more than 2048 characters."));
    }
    if let Some(settings) = object(&body, "settings") {
        let known = |key: &str, words: [&str; 2]| {
            filled(settings, key).is_none_or(|word| words.contains(&word.as_str()))
        };
        if !known("startingPage", ["preparePage", "taggingPage"]) || !known("submitAction", ["send", "save"])
        {
            return Err(Refusal::new("settings hold a word that is not known."));
        }
        flag(settings, "showBackButton");
    }
    let envelope = call.state.envelope(&id)?;
    if envelope.status != Status::Draft {
        return Err(Refusal::new("Only a draft has a sender's page."));
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("envelopeId", &id)
        .append_pair("tcode", &opaque(16))
        .append_pair("dc", "sml")
        .finish();
    let url = format!("{}{}?{query}", call.request.origin, super::SENDER_PAGE);
    Ok(CodeForm::Text.success(json!({ "url": url })))
}
