//! Envelopes: creating, reading, sending, voiding, resending.

use serde_json::{Value, json};

use super::call::{Call, object};
use super::definition::{self, Definition};
use super::errors::ApiError;
use super::model::{Document, Envelope, EnvelopeStatus, MailKind, Purge, Recipient, Tab, Time};
use super::state::new_id;
use super::{compose, documents, placement, recipients, render, tab_rules, workflow};
use crate::exchange::Answer;
use crate::multipart::{self, Part};
use crate::values::{Object, filled, text};

pub(crate) fn create(call: &Call<'_>) -> Result<Answer, ApiError> {
    let (mut object, mut parts) = split(call)?;
    let composed = compose::take(call, &mut object, &mut parts)?;
    let mut definition = definition::read(object, parts, call.now)?;
    let mut documents: Vec<Document> = std::mem::take(&mut definition.documents)
        .into_iter()
        .enumerate()
        .map(|(position, document)| documents::load(document, position))
        .collect::<Result<_, _>>()?;
    if let Some(composed) = composed {
        composed.complete(&mut definition, &mut documents)?;
    }
    let plan = call.world().docusign.plan;
    definition.recipients.iter().try_for_each(|recipient| plan.check(recipient))?;
    let send = definition.send;
    let mut envelope = draft(call, definition, documents);
    if send {
        dispatch(&mut envelope, call.now)?;
    }
    let summary = render::summary(&envelope);
    call.world().docusign.envelopes.push(envelope);
    Ok(Answer::created(summary))
}

/// Checks, places and sends, at once or at its time.
pub(crate) fn dispatch(envelope: &mut Envelope, now: Time) -> Result<(), ApiError> {
    check_sendable(envelope)?;
    place(envelope)?;
    envelope.dispatch(now);
    Ok(())
}

/// The definition and the document parts, from JSON or from multipart [FACTS 4.2].
fn split(call: &Call<'_>) -> Result<(Object, Vec<Part>), ApiError> {
    let media = call.request.media_type().unwrap_or_else(|| "application/json".to_owned());
    if !media.starts_with("multipart/") {
        if media != "application/json" {
            return Err(ApiError::new(
                http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "INVALID_CONTENT_TYPE",
                format!("An envelope is made from application/json or multipart/form-data, not {media}."),
            ));
        }
        return Ok((call.json()?, Vec::new()));
    }
    let broken = |why: String| {
        ApiError::bad("INVALID_MULTI_PART_REQUEST", format!("The multipart body is broken: {why}."))
    };
    let boundary = call
        .request
        .header("content-type")
        .and_then(multipart::boundary)
        .ok_or_else(|| broken("the content type names no boundary".to_owned()))?;
    let mut parts = multipart::parse(&call.request.body, &boundary).map_err(broken)?;
    if parts.is_empty()
        || !parts.iter().take(1).all(|part| part.content_type().starts_with("application/json"))
    {
        return Err(broken("the first part is not application/json".to_owned()));
    }
    let definition = parts.remove(0);
    Ok((object(&definition.body)?, parts))
}

pub(crate) fn draft(call: &Call<'_>, definition: Definition, mut documents: Vec<Document>) -> Envelope {
    documents.sort_by_key(|document| document.order);
    let mut envelope = Envelope {
        id: new_id(),
        account: call.params.get("accountId").to_ascii_lowercase(),
        sender: call.user.clone(),
        status: EnvelopeStatus::Created,
        subject: definition.subject.unwrap_or_default(),
        blurb: definition.blurb.unwrap_or_default(),
        documents,
        recipients: definition.recipients,
        custom_fields: definition.custom_fields,
        notification: definition.notification.unwrap_or_default(),
        transaction_id: definition.transaction_id,
        created: call.now,
        changed: call.now,
        modified: call.now,
        sent: None,
        delivered: None,
        completed: None,
        declined: None,
        voided: None,
        voided_reason: None,
        deleted: None,
        lock: None,
        correcting: None,
        workflow: definition.workflow,
        purge: None,
        reminded: 0,
        mails: Vec::new(),
        audit: Vec::new(),
        extra: definition.extra,
    };
    envelope.note(call.now, "Registered", None, "The envelope was created.");
    envelope
}

pub(crate) fn check_sendable(envelope: &Envelope) -> Result<(), ApiError> {
    let incomplete =
        |what: &str| Err(ApiError::bad("ENVELOPE_IS_INCOMPLETE", format!("The envelope has no {what}.")));
    if envelope.subject.trim().is_empty() {
        return incomplete("emailSubject");
    }
    if envelope.documents.is_empty() {
        return incomplete("document");
    }
    if envelope.recipients.is_empty() {
        return incomplete("recipient");
    }
    envelope.recipients.iter().try_for_each(recipients::check_complete)
}

fn placed(recipients: &[Recipient], documents: &[Document]) -> Result<Vec<Vec<Tab>>, ApiError> {
    let place = |recipient: &Recipient| {
        let tabs = placement::resolve(recipient.tabs.clone(), documents)?;
        tab_rules::together(&tabs)?;
        Ok(tabs)
    };
    recipients.iter().map(place).collect()
}

fn place(envelope: &mut Envelope) -> Result<(), ApiError> {
    let tabs = placed(&envelope.recipients, &envelope.documents)?;
    for (recipient, tabs) in envelope.recipients.iter_mut().zip(tabs) {
        recipient.tabs = tabs;
    }
    Ok(())
}

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let include = render::Include::of(&call.request.query.list("include"));
    let world = call.world();
    Ok(Answer::ok(render::envelope(world.docusign.envelope(call.envelope_id())?, include)))
}

/// `PUT …/envelopes/{envelopeId}`: sends a draft, voids, resends, or changes a draft's texts.
pub(crate) fn update(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    if let Some(state) = filled(&body, "purgeState") {
        purge(call, &state)?;
    }
    let status = text(&body, "status").unwrap_or_default().to_ascii_lowercase();
    match status.as_str() {
        "" | "created" => change(call, &body)?,
        "sent" => send(call, &body)?,
        "voided" => void(call, &body)?,
        other => return Err(ApiError::parameter(format!("An envelope cannot be set to status {other}."))),
    }
    let going_on = workflow::resumes(&body) && resume(call)?;
    if call.flag("resend_envelope") && !going_on {
        let mut world = call.world();
        let envelope = world.docusign.envelope_mut(call.envelope_id())?;
        if !envelope.status.is_open() {
            return Err(ApiError::envelope_status(envelope.status.as_str(), "nobody can be mailed again"));
        }
        envelope.resend(None, MailKind::Resent, call.now);
        envelope.modified = call.now;
    }
    let world = call.world();
    Ok(Answer::ok(json!({ "envelopeId": world.docusign.envelope(call.envelope_id())?.id })))
}

/// Subject, blurb, notification and custom properties; only in a draft.
fn change(call: &Call<'_>, body: &Object) -> Result<(), ApiError> {
    let (subject, blurb) = definition::texts(body)?;
    let rules = body.get("notification").and_then(Value::as_object);
    let steps = body.get("workflow").and_then(Value::as_object).filter(|_| !workflow::resumes(body));
    if subject.is_none() && blurb.is_none() && rules.is_none() && steps.is_none() {
        return Ok(());
    }
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    if envelope.status != EnvelopeStatus::Created {
        return Err(ApiError::envelope_status(envelope.status.as_str(), "its texts change only in a draft"));
    }
    if let Some(rules) = rules {
        envelope.notification = super::notification::read(rules, &envelope.notification)?;
    }
    if let Some(steps) = steps {
        envelope.workflow = Some(workflow::read(steps, call.now)?);
    }
    if let Some(subject) = subject {
        envelope.subject = subject;
    }
    if let Some(blurb) = blurb {
        envelope.blurb = blurb;
    }
    envelope.modified = call.now;
    Ok(())
}

/// Sending is the guarded second step: a second time it is an invalid status [FACTS 4.5].
fn send(call: &Call<'_>, body: &Object) -> Result<(), ApiError> {
    let sendable = |envelope: &Envelope| {
        if envelope.status != EnvelopeStatus::Created || envelope.deleted.is_some() {
            let status = if envelope.deleted.is_some() { "deleted" } else { envelope.status.as_str() };
            return Err(ApiError::envelope_status(status, "only a draft can be sent"));
        }
        Ok(())
    };
    sendable(call.world().docusign.envelope(call.envelope_id())?)?;
    change(call, body)?;
    let draft = call.world().docusign.envelope(call.envelope_id())?.clone();
    check_sendable(&draft)?;
    let tabs = placed(&draft.recipients, &draft.documents)?;

    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    sendable(envelope)?;
    for (recipient, tabs) in envelope.recipients.iter_mut().zip(tabs) {
        recipient.tabs = tabs;
    }
    envelope.dispatch(call.now);
    Ok(())
}

/// Goes on where a workflow paused; whether it had.
fn resume(call: &Call<'_>) -> Result<bool, ApiError> {
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    if !envelope.resume(call.now) {
        let message = "The workflow of the envelope is not paused.";
        return Err(ApiError::bad("WORKFLOW_UPDATE_NOT_ALLOWED", message));
    }
    Ok(true)
}

/// Queues the documents of an envelope that has ended for removal, or takes them out of the queue [FACTS 4.6].
fn purge(call: &Call<'_>, state: &str) -> Result<(), ApiError> {
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    if !envelope.status.is_ended() {
        return Err(ApiError::envelope_status(envelope.status.as_str(), "only what has ended can be purged"));
    }
    let queued = envelope.purge.as_ref().is_some_and(|purge| !purge.done);
    let with_metadata = match state.to_ascii_lowercase().as_str() {
        "documents_queued" => false,
        "documents_and_metadata_queued" => true,
        "documents_dequeued" if queued => {
            envelope.purge = None;
            return Ok(());
        }
        "documents_dequeued" => {
            return Err(ApiError::parameter("Nothing of the envelope is queued for purging."));
        }
        "documents_and_metadata_and_redact_queued" => return Err(ApiError::unplayed("redaction")),
        other => return Err(ApiError::parameter(format!("The purgeState {other} is not known."))),
    };
    envelope.purge = Some(Purge { with_metadata, asked: call.now, done: false });
    envelope.modified = call.now;
    Ok(())
}

fn void(call: &Call<'_>, body: &Object) -> Result<(), ApiError> {
    let reason = filled(body, "voidedReason")
        .ok_or_else(|| ApiError::parameter("The voidedReason is missing; voiding needs one."))?;
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    if !envelope.status.is_open() {
        return Err(ApiError::bad(
            "ENVELOPE_CANNOT_VOID_INVALID_STATE",
            format!(
                "The envelope is {}; only sent and delivered ones can be voided.",
                envelope.status.as_str()
            ),
        ));
    }
    envelope.void(&reason, call.now);
    Ok(())
}
