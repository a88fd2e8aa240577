//! The audit trail and the form data of an envelope [FACTS 4.10].

use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::filling::held;
use super::model::{Audit, Envelope, Recipient};
use super::tab_kinds::Behaviour;
use super::tab_rules::label;
use crate::clock::seven_digits;
use crate::exchange::Answer;
use crate::values::Object;

pub(crate) fn events(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let envelope = world.docusign.envelope(call.envelope_id())?;
    let rows: Vec<Value> = envelope.audit.iter().map(row).collect();
    Ok(Answer::ok(json!({ "auditEvents": rows })))
}

fn row(event: &Audit) -> Value {
    let time = seven_digits(event.at);
    let fields = [
        ("logTime", time.as_str()),
        ("Source", "api"),
        ("UserName", &event.user_name),
        ("UserId", &event.user_id),
        ("Action", event.action),
        ("Message", &event.message),
        ("EnvelopeStatus", event.status.as_str()),
        ("ClientIPAddress", "127.0.0.1"),
        ("Information", &event.message),
        ("InformationLocalized", &event.message),
        ("GeoLocation", ""),
        ("Language", "en"),
    ];
    let fields: Vec<Value> =
        fields.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    json!({ "eventFields": fields })
}

pub(crate) fn form_data(call: &Call<'_>) -> Result<Answer, ApiError> {
    let world = call.world();
    let envelope = world.docusign.envelope(call.envelope_id())?;
    let mut out = Object::new();
    out.insert("envelopeId".into(), envelope.id.clone().into());
    out.insert("status".into(), envelope.status.as_str().into());
    out.insert("emailSubject".into(), envelope.subject.clone().into());
    if let Some(sent) = envelope.sent {
        out.insert("sentDateTime".into(), seven_digits(sent).into());
    }
    let all: Vec<Value> = envelope.recipients.iter().flat_map(data).collect();
    out.insert("formData".into(), all.into());
    out.insert("prefillFormData".into(), json!({ "formData": [] }));
    out.insert("recipientFormData".into(), by_recipient(envelope).into());
    Ok(Answer::ok(out.into()))
}

fn by_recipient(envelope: &Envelope) -> Vec<Value> {
    envelope
        .recipients
        .iter()
        .filter(|own| own.group.signs())
        .map(|own| {
            let mut row = Object::new();
            row.insert("recipientId".into(), own.id.clone().into());
            row.insert("name".into(), own.name.clone().into());
            row.insert("email".into(), own.email.clone().into());
            row.insert("formData".into(), data(own).into());
            for (key, time) in [
                ("SentTime", own.sent),
                ("DeliveredTime", own.delivered),
                ("SignedTime", own.signed),
                ("DeclinedTime", own.declined),
            ] {
                if let Some(time) = time {
                    row.insert(key.into(), seven_digits(time).into());
                }
            }
            row.into()
        })
        .collect()
}

/// The values a recipient has given, by tab label.
fn data(recipient: &Recipient) -> Vec<Value> {
    recipient
        .tabs
        .iter()
        .filter(|_| recipient.signed.is_some())
        .filter_map(|tab| {
            let value = match tab.kind.behaviour {
                Behaviour::Signature
                | Behaviour::Initials
                | Behaviour::Passive
                | Behaviour::Attachment
                | Behaviour::Group => return None,
                Behaviour::Checkbox if held(tab) == "true" => "X".to_owned(),
                Behaviour::Checkbox => String::new(),
                _ => held(tab),
            };
            let name = label(tab).unwrap_or_else(|| tab.kind.type_name.to_owned());
            let mut item = json!({ "name": name, "value": value });
            let beside = match tab.kind.behaviour {
                Behaviour::List => Some("listSelectedValue"),
                _ if tab.kind.key == "numericalTabs" => Some("numericalValue"),
                _ => None,
            };
            if let Some((item, key)) = item.as_object_mut().zip(beside) {
                item.insert(key.into(), value.into());
            }
            Some(item)
        })
        .collect()
}
