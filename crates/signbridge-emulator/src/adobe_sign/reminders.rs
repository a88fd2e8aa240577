//! Reminders made through their own resource [FACTS 4, Members].

use serde_json::{Value, json};

use super::call::Call;
use super::definition::{self, FREQUENCIES};
use super::errors::ApiError;
use super::members::in_draft;
use super::model::{Agreement, Mail, Reminder, Status, stamp};
use super::state::new_id;
use crate::exchange::Answer;
use crate::values::{Object, as_text, filled, list};

pub(crate) fn create(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let members: Vec<String> = list(&body, "recipientParticipantIds").iter().filter_map(as_text).collect();
    if members.is_empty() {
        return Err(ApiError::required("recipientParticipantIds"));
    }
    match filled(&body, "status").as_deref() {
        Some("ACTIVE") => {}
        Some(_) => return Err(ApiError::bad("INVALID_REMINDER_STATUS", "The status must be ACTIVE.")),
        None => return Err(ApiError::required("status")),
    }
    let first_delay_hours = definition::first_delay(&body)?;
    let frequency = filled(&body, "frequency");
    if let Some(other) = frequency.as_deref().filter(|own| *own != "ONCE" && !FREQUENCIES.contains(own)) {
        return Err(ApiError::unplayed("BAD_REQUEST", &format!("the frequency {other}")));
    }
    let from_availability = match filled(&body, "startReminderCounterFrom").as_deref() {
        Some("AGREEMENT_AVAILABILITY") => true,
        Some("REMINDER_CREATION") | None => false,
        Some(_) => return Err(ApiError::bad("BAD_REQUEST", "The startReminderCounterFrom is not known.")),
    };
    let now_only = first_delay_hours.is_none()
        && frequency.is_none()
        && filled(&body, "startReminderCounterFrom").is_none();
    let mut world = call.world();
    let own = call.own_agreement_mut(&mut world.adobe_sign)?;
    open(own)?;
    if let Some(id) = members.iter().find(|id| !is_member(own, id)) {
        return Err(ApiError::missing(
            "INVALID_PARTICIPANT_SET_ID",
            format!("There is no participant {id}."),
        ));
    }
    let mut reminder = Reminder {
        id: new_id(),
        members,
        note: filled(&body, "note"),
        frequency,
        first_delay_hours,
        from_availability,
        created: call.now,
        sent: Vec::new(),
        complete: now_only,
    };
    if now_only {
        let asked: Vec<String> = own
            .current_members()
            .filter(|(id, _)| reminder.members.contains(id))
            .map(|(_, email)| email)
            .collect();
        if asked.is_empty() {
            let text = "It is nobody's turn among these participants, so no reminder can be sent now.";
            return Err(ApiError::forbidden("CANNOT_CREATE_REMINDER", text));
        }
        reminder.sent.push(call.now);
        own.mails.extend(asked.into_iter().map(|to| Mail { kind: "reminder", to, at: call.now }));
    }
    let id = reminder.id.clone();
    own.reminders.push(reminder);
    Ok(Answer::created(json!({ "id": id })))
}

fn is_member(own: &Agreement, id: &str) -> bool {
    own.sets.iter().flat_map(|set| &set.members).any(|member| member.id == id)
}

fn open(own: &Agreement) -> Result<(), ApiError> {
    match own.status {
        Status::Draft => Err(in_draft()),
        Status::Cancelled => Err(ApiError::missing("AGREEMENT_CANCELLED", "The agreement is cancelled.")),
        Status::Expired => Err(ApiError::missing("AGREEMENT_EXPIRED", "The agreement expired.")),
        Status::Completed => {
            Err(ApiError::forbidden("CANNOT_CREATE_REMINDER", "Everybody has done his part."))
        }
        Status::Processing | Status::Authoring | Status::Out => Ok(()),
    }
}

pub(crate) fn list_all(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let own = call.agreement(&world.adobe_sign)?;
    if own.status == Status::Draft {
        return Err(in_draft());
    }
    let wanted = call.query("status").map(str::to_owned);
    let rows: Vec<Value> = own
        .reminders
        .iter()
        .map(row)
        .filter(|row| wanted.as_ref().is_none_or(|status| row.get("status").is_some_and(|own| own == status)))
        .collect();
    Ok(Answer::ok(json!({ "reminderInfoList": rows })))
}

fn row(own: &Reminder) -> Value {
    let mut out = Object::new();
    out.insert("reminderId".into(), own.id.clone().into());
    out.insert("recipientParticipantIds".into(), own.members.clone().into());
    out.insert("status".into(), if own.complete { "COMPLETE" } else { "ACTIVE" }.into());
    if let Some(note) = &own.note {
        out.insert("note".into(), note.clone().into());
    }
    if let Some(frequency) = &own.frequency {
        out.insert("frequency".into(), frequency.clone().into());
    }
    if let Some(hours) = own.first_delay_hours {
        out.insert("firstReminderDelay".into(), hours.into());
    }
    if let Some(last) = own.sent.last() {
        out.insert("lastSentDate".into(), stamp(*last).into());
    }
    out.into()
}
