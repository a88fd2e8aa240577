//! Members: who takes part, replacing one, declining as one [FACTS 4, Members].

use http::StatusCode;
use serde_json::{Value, json};

use super::agreements;
use super::call::Call;
use super::definition;
use super::errors::ApiError;
use super::etag;
use super::model::{Agreement, Member, ParticipantSet, Party, Status};
use crate::dialect::Failure;
use crate::exchange::Answer;
use crate::values::{Object, filled, list};

/// Members of a draft cannot be read.
fn readable(own: &Agreement) -> Result<(), ApiError> {
    if own.status == Status::Draft {
        return Err(in_draft());
    }
    Ok(())
}

pub(crate) fn in_draft() -> ApiError {
    ApiError::forbidden("AGREEMENT_IN_DRAFT_STATE", "The agreement is a draft.")
}

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let own = call.agreement(&world.adobe_sign)?;
    readable(own)?;
    let me = call.user.email.as_str();
    let next = if call.request.query.flag("includeNextParticipantSet") {
        own.sets.iter().filter(|set| own.status == Status::Out && set.is_current()).collect()
    } else {
        Vec::new()
    };
    let next: Vec<Value> = next.into_iter().map(|set| detailed(own, set, me)).collect();
    let ccs: Vec<Value> = own
        .ccs
        .iter()
        .map(|email| json!({ "participantId": email, "email": email, "name": "", "company": "" }))
        .collect();
    let body = json!({
        "senderInfo": {
            "participantId": own.sender.id,
            "email": own.sender.email,
            "name": own.sender.name,
            "company": "Emulated Account",
            "self": own.sender.id == call.user.id,
            "status": sender_status(own),
        },
        "participantSets": own.sets.iter().map(|set| detailed(own, set, me)).collect::<Vec<_>>(),
        "nextParticipantSets": next,
        "ccsInfo": ccs,
        "sharesInfo": [],
    });
    Ok(etag::answer(call.request, body))
}

fn sender_status(own: &Agreement) -> &'static str {
    match own.status {
        Status::Draft | Status::Authoring => "WAITING_FOR_AUTHORING",
        Status::Processing | Status::Out => "WAITING_FOR_OTHERS",
        Status::Completed => "COMPLETED",
        Status::Cancelled => "CANCELLED",
        Status::Expired => "EXPIRED",
    }
}

/// A set as `/members` shows it.
fn detailed(own: &Agreement, set: &ParticipantSet, me: &str) -> Value {
    let members: Vec<Value> = set
        .members
        .iter()
        .map(|member| {
            json!({
                "id": member.id,
                "email": member.email,
                "name": if member.named || member.acted.is_some() { member.name.as_str() } else { "" },
                "company": "",
                "self": member.email.eq_ignore_ascii_case(me),
                "status": if member.replaced { "REPLACED" } else { "ACTIVE" },
                "securityOption": member.security,
            })
        })
        .collect();
    let mut out = Object::new();
    out.insert("id".into(), set.id.clone().into());
    out.insert("name".into(), set.name.clone().unwrap_or_default().into());
    out.insert("order".into(), set.order.into());
    out.insert("role".into(), set.role.as_str().into());
    out.insert("status".into(), own.set_status(set).into());
    out.insert("memberInfos".into(), members.into());
    for (key, value) in [("label", &set.label), ("privateMessage", &set.private_message)] {
        if let Some(value) = value {
            out.insert(key.into(), value.clone().into());
        }
    }
    out.into()
}

fn no_set() -> ApiError {
    ApiError::missing("INVALID_PARTICIPANT_SET_ID", "The agreement has no such participant set.")
}

pub(crate) fn get_set(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let own = call.agreement(&world.adobe_sign)?;
    readable(own)?;
    let set = own.set(call.params.get("participantSetId")).ok_or_else(no_set)?;
    Ok(etag::answer(call.request, detailed(own, set, &call.user.email)))
}

/// Replaces members of a set. Who was replaced can still act [FACTS 4]. How a member proves himself cannot be
/// changed here, so what the body says of it is passed over and a new member has what the first one has.
pub(crate) fn put_set(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let mut world = call.world();
    let own = call.agreement_mut(&mut world.adobe_sign)?;
    if own.sender.id != call.user.id {
        let text = "Only the sender can replace a participant.";
        return Err(ApiError::forbidden("ONLY_SENDER_CAN_REPLACE", text));
    }
    readable(own)?;
    match own.status {
        Status::Completed => {
            return Err(ApiError::conflict("AGREEMENT_ALREADY_SIGNED", "The agreement is signed already."));
        }
        Status::Cancelled => {
            return Err(ApiError::missing("AGREEMENT_CANCELLED", "The agreement is cancelled."));
        }
        Status::Expired => return Err(ApiError::missing("AGREEMENT_EXPIRED", "The agreement expired.")),
        _ => {}
    }
    let set_id = call.params.get("participantSetId");
    let set = own.set(set_id).ok_or_else(no_set)?;
    etag::check(call.request, &detailed(own, set, &call.user.email))?;
    if set.completed.is_some() {
        return Err(ApiError::conflict("AGREEMENT_ALREADY_SIGNED", "This participant is done already."));
    }
    let mut wanted =
        list(&body, "memberInfos").iter().map(replacement).collect::<Result<Vec<_>, ApiError>>()?;
    if wanted.is_empty() {
        return Err(ApiError::required("memberInfos"));
    }
    if let Some(first) = set.members.first() {
        for new in &mut wanted {
            new.security.clone_from(&first.security);
            new.password.clone_from(&first.password);
        }
    }
    let role = set.role.as_str();
    let exposed = set.exposed.is_some();
    let sender = own.sender.clone();
    let mut added = Vec::new();
    if let Some(set) = own.sets.iter_mut().find(|set| set.id == set_id) {
        let is = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        for old in &mut set.members {
            old.replaced = !wanted.iter().any(|new| is(&new.email, &old.email));
        }
        for new in wanted {
            if !set.members.iter().any(|old| is(&old.email, &new.email)) {
                added.push(Party {
                    id: new.id.clone(),
                    name: new.name.clone(),
                    email: new.email.clone(),
                    role,
                });
                set.members.push(new);
            }
        }
    }
    own.touch(call.now);
    for party in added {
        let text = format!("{} was asked instead.", party.email);
        own.note("ACTION_REPLACED_SIGNER", call.now, &text, None, party.clone(), sender.clone());
        if exposed {
            own.ask(party, call.now);
        }
    }
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// A member as a changed set names him: only his address counts.
fn replacement(info: &Value) -> Result<Member, ApiError> {
    let email = info.get("email").cloned().unwrap_or_default();
    definition::member(&json!({ "email": email }))
}

/// Declines as the participant who calls.
pub(crate) fn reject(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let mut world = call.world();
    let own = call.agreement_mut(&mut world.adobe_sign)?;
    etag::check(call.request, &agreements::render(own))?;
    own.set(call.params.get("participantSetId")).ok_or_else(no_set)?;
    let id = call.params.get("participantId");
    let (_, member) = own.member(id).ok_or_else(|| {
        ApiError::missing("INVALID_PARTICIPANT_ID", "The agreement has no such participant.")
    })?;
    if !member.email.eq_ignore_ascii_case(&call.user.email) {
        return Err(super::call::denied());
    }
    own.decline(id, &filled(&body, "comment").unwrap_or_default(), call.now).map_err(
        |failure| match failure {
            Failure::Refused(text) if own.status == Status::Cancelled => {
                ApiError::conflict("AGREEMENT_ALREADY_CANCELLED", text)
            }
            Failure::Refused(text) => ApiError::conflict("AGREEMENT_ALREADY_SIGNED", text),
            Failure::Unknown(text) | Failure::NotYet(text) => {
                ApiError::missing("AGREEMENT_NOT_VISIBLE", text)
            }
            Failure::Missing(_) | Failure::Unfit(_) => ApiError::bad("BAD_REQUEST", "Fields are missing."),
        },
    )?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
