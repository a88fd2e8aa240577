//! Reminders and expiry [FACTS 4.10].

use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::model::Notification;
use crate::exchange::Answer;
use crate::values::{Object, filled, flag, object, yes_no};

/// Reads rules over `base`; what is not given keeps its value.
pub(crate) fn read(rules: &Object, base: &Notification) -> Result<Notification, ApiError> {
    if flag(rules, "useAccountDefaults") == Some(true) {
        return Ok(Notification::default());
    }
    let mut out = Notification { use_account_defaults: false, ..base.clone() };
    if let Some(reminders) = object(rules, "reminders") {
        out.reminder_enabled = flag(reminders, "reminderEnabled").unwrap_or(out.reminder_enabled);
        days(reminders, "reminderDelay", &mut out.reminder_delay)?;
        days(reminders, "reminderFrequency", &mut out.reminder_frequency)?;
    }
    if let Some(expirations) = object(rules, "expirations") {
        out.expire_enabled = flag(expirations, "expireEnabled").unwrap_or(out.expire_enabled);
        days(expirations, "expireAfter", &mut out.expire_after)?;
        days(expirations, "expireWarn", &mut out.expire_warn)?;
    }
    if out.expire_enabled && out.expire_after == 0 {
        return Err(ApiError::parameter("The expireAfter must be at least one day."));
    }
    Ok(out)
}

fn days(rules: &Object, key: &str, into: &mut u32) -> Result<(), ApiError> {
    if let Some(text) = filled(rules, key) {
        *into = text.trim().parse().ok().filter(|days| *days <= 999).ok_or_else(|| {
            ApiError::parameter(format!("The {key} is {text:?}, not a number of days up to 999."))
        })?;
    }
    Ok(())
}

pub(crate) fn render(rules: &Notification) -> Value {
    json!({
        "useAccountDefaults": yes_no(rules.use_account_defaults),
        "reminders": {
            "reminderEnabled": yes_no(rules.reminder_enabled),
            "reminderDelay": rules.reminder_delay.to_string(),
            "reminderFrequency": rules.reminder_frequency.to_string(),
        },
        "expirations": {
            "expireEnabled": yes_no(rules.expire_enabled),
            "expireAfter": rules.expire_after.to_string(),
            "expireWarn": rules.expire_warn.to_string(),
        },
    })
}

pub(crate) fn get(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    Ok(Answer::ok(render(&world.docusign.envelope(call.envelope_id())?.notification)))
}

pub(crate) fn put(call: &Call<'_>) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let mut world = call.world();
    let envelope = world.docusign.envelope_mut(call.envelope_id())?;
    if !envelope.status.is_changeable() {
        return Err(ApiError::envelope_status(
            envelope.status.as_str(),
            "its notification cannot change any more",
        ));
    }
    envelope.notification = read(&body, &envelope.notification)?;
    envelope.modified = call.now;
    Ok(Answer::ok(render(&envelope.notification)))
}
