//! Agreements: create, read, change, start, cancel, hide, delete.

use http::StatusCode;
use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::model::{Agreement, Goal, Status, stamp};
use super::{definition, etag, fields};
use crate::exchange::Answer;
use crate::values::{Object, filled, flag, object};

pub(crate) fn create(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let (mut agreement, wanted) = definition::read(call, &call.world().adobe_sign, &body)?;
    // Searching the files takes its time, so it is done without the lock.
    fields::make(&mut agreement);
    let mut world = call.world();
    let state = &mut world.adobe_sign;
    let sender = agreement.sender.clone();
    agreement.note("CREATED", call.now, "The agreement was created.", None, sender.clone(), sender);
    match wanted.as_str() {
        "AUTHORING" => agreement.process(Goal::Authoring, call.now, state.processing()),
        "IN_PROCESS" => agreement.process(Goal::InProcess, call.now, state.processing()),
        _ => {}
    }
    let id = agreement.id.clone();
    let tag = etag::of(&render(&agreement));
    state.agreements.push(agreement);
    Ok(Answer::created(json!({ "id": id })).with("etag", &tag))
}

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    Ok(etag::answer(call.request, render(call.agreement(&world.adobe_sign)?)))
}

/// Changes a draft; the newer change of `expirationTime` in flight is played too.
pub(crate) fn update(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut body = call.json()?;
    let own = call.own_agreement_mut(&mut call.world().adobe_sign)?.clone();
    etag::check(call.request, &render(&own))?;
    if own.status == Status::Draft {
        return redraft(call, own, &mut body);
    }
    if own.status != Status::Out {
        return Err(ApiError::bad("UPDATE_NOT_ALLOWED", "Only a draft can be changed."));
    }
    let text = filled(&body, "expirationTime").ok_or_else(|| {
        ApiError::bad("UPDATE_NOT_ALLOWED", "Of an agreement in flight only expirationTime can be changed.")
    })?;
    let time = chrono::DateTime::parse_from_rfc3339(&text)
        .map_err(|_| ApiError::bad("INVALID_DATE", "The expirationTime is no ISO 8601 time."))?
        .with_timezone(&chrono::Utc);
    if time <= call.now {
        return Err(ApiError::bad("PAST_EXPIRY_TIME", "The expirationTime has passed."));
    }
    let mut world = call.world();
    let target = call.own_agreement_mut(&mut world.adobe_sign)?;
    target.expires = Some(time);
    target.touch(call.now);
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// Replaces a draft, which keeps its files when the body names none.
fn redraft(call: &Call<'_>, own: Agreement, body: &mut Object) -> Result<Answer, ApiError> {
    body.insert("state".into(), "DRAFT".into());
    if let Some(Value::Array(files)) = body.get_mut("fileInfos") {
        files.retain(|own| own.get("document").is_none());
    }
    let (mut new, _) = definition::read(call, &call.world().adobe_sign, body)?;
    if new.files.is_empty() {
        new.files = own.files;
    }
    fields::make(&mut new);
    let mut world = call.world();
    let target = call.own_agreement_mut(&mut world.adobe_sign)?;
    // Somebody may have been faster in the meantime.
    etag::check(call.request, &render(target))?;
    *target = Agreement {
        id: own.id,
        created: own.created,
        events: own.events,
        version: own.version,
        hidden: own.hidden,
        ..new
    };
    target.touch(call.now);
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

pub(crate) fn put_state(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let wanted = filled(&body, "state").ok_or_else(|| ApiError::required("state"))?;
    let mut world = call.world();
    let state = &mut world.adobe_sign;
    let takes = state.processing();
    let own = call.own_agreement_mut(state)?;
    etag::check(call.request, &render(own))?;
    let complete = |own: &Agreement| {
        if own.files.is_empty() || own.sets.is_empty() {
            return Err(ApiError::required("fileInfos, participantSetsInfo"));
        }
        Ok(())
    };
    match (wanted.as_str(), own.status) {
        ("AUTHORING", Status::Draft) => {
            complete(own)?;
            own.process(Goal::Authoring, call.now, takes);
        }
        ("IN_PROCESS", Status::Draft | Status::Authoring) => {
            complete(own)?;
            own.process(Goal::InProcess, call.now, takes);
        }
        ("CANCELLED", Status::Out | Status::Processing) => {
            let info = object(&body, "agreementCancellationInfo").cloned().unwrap_or_default();
            let notify = flag(&info, "notifyOthers").unwrap_or(false);
            own.cancel(filled(&info, "comment"), notify, call.now);
        }
        ("CANCELLED", Status::Cancelled) => {
            let text = "The agreement is cancelled already.";
            return Err(ApiError::conflict("AGREEMENT_ALREADY_CANCELLED", text));
        }
        ("CANCELLED", Status::Completed) => {
            return Err(ApiError::conflict("AGREEMENT_ALREADY_SIGNED", "The agreement is signed already."));
        }
        ("AUTHORING" | "IN_PROCESS" | "CANCELLED", _) => {
            return Err(ApiError::forbidden(
                "OPERATION_NOT_ALLOWED",
                format!("An agreement that is {} cannot become {wanted}.", own.status_word()),
            ));
        }
        _ => return Err(ApiError::arguments(format!("The state {wanted} is not known."))),
    }
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

pub(crate) fn visibility(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let hidden = match filled(&body, "visibility").as_deref() {
        Some("HIDE") => true,
        Some("SHOW") => false,
        _ => return Err(ApiError::required("visibility")),
    };
    call.agreement_mut(&mut call.world().adobe_sign)?.hidden = hidden;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// The soft deletion of 2022: the agreement is gone for the API. No source asks for `If-Match` here; given, it counts.
pub(crate) fn delete(call: &Call<'_>) -> Result<Answer, ApiError> {
    let mut world = call.world();
    let own = call.own_agreement_mut(&mut world.adobe_sign)?;
    if call.request.header("if-match").is_some() {
        etag::check(call.request, &render(own))?;
    }
    if matches!(own.status, Status::Out | Status::Processing) {
        let text = "An agreement in flight must be cancelled first.";
        return Err(ApiError::forbidden("OPERATION_NOT_ALLOWED", text));
    }
    own.deleted = true;
    own.touch(call.now);
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// An agreement as `GET /agreements/{id}` shows it: without files and without any status of its
/// participants, as recorded.
pub(crate) fn render(own: &Agreement) -> Value {
    let mut out = own.echoed.clone();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    put("id", own.id.clone().into());
    put("name", own.name.clone().into());
    put("type", "AGREEMENT".into());
    put("participantSetsInfo", own.sets.iter().map(definition::set_info).collect());
    put("senderEmail", own.sender.email.clone().into());
    put("createdDate", stamp(own.created).into());
    put("lastEventDate", stamp(own.events.last().map_or(own.changed, |event| event.at)).into());
    put("status", own.status_word().into());
    put("hasFormFieldData", own.fields.iter().any(|field| field.is_typed()).into());
    put("hasSignerIdentityReport", false.into());
    put("documentRetentionApplied", own.documents_removed.into());
    if !own.ccs.is_empty() {
        put("ccs", own.ccs.iter().map(|email| json!({ "email": email })).collect());
    }
    for (key, value) in [
        ("message", own.message.clone()),
        ("expirationTime", own.expires.map(stamp)),
        ("reminderFrequency", own.reminder_frequency.clone()),
    ] {
        if let Some(value) = value {
            put(key, value.into());
        }
    }
    if let Some(hours) = own.first_reminder_hours {
        put("firstReminderDelay", hours.into());
    }
    if let Some(id) = &own.external_id {
        put("externalId", json!({ "id": id }));
    }
    out.entry("locale").or_insert_with(|| "en_US".into());
    out.entry("documentVisibilityEnabled").or_insert_with(|| false.into());
    out.into()
}
