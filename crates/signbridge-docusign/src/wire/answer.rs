//! DocuSign's answers about envelopes, in portable words.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{Envelope, EnvelopeDocument, EnvelopeRecipient, EnvelopeStatus, RecipientStatus};

use super::{
    flexible,
    marks::{CustomFieldsAnswer, Marks},
    status::{self, End},
    workflow::WorkflowAnswer,
};
use crate::PROVIDER;

/// An envelope in an answer; everything but its id may be missing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EnvelopeAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    pub(crate) envelope_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    email_subject: Option<String>,
    #[serde(default, deserialize_with = "flexible::time")]
    created_date_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    sent_date_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    completed_date_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    declined_date_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    voided_date_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::text")]
    voided_reason: Option<String>,
    #[serde(default, deserialize_with = "flexible::time")]
    expire_date_time: Option<DateTime<Utc>>,
    #[serde(default)]
    recipients: Option<Value>,
    #[serde(default, deserialize_with = "flexible::list")]
    envelope_documents: Vec<DocumentAnswer>,
    #[serde(default)]
    custom_fields: Option<CustomFieldsAnswer>,
    #[serde(default)]
    workflow: Option<WorkflowAnswer>,
    /// When it was moved to the recycle bin.
    #[serde(default, deserialize_with = "flexible::time")]
    deleted_date_time: Option<DateTime<Utc>>,
}

/// Whether an answer is about a draft that was thrown away.
pub(crate) fn is_discarded(raw: &Value) -> bool {
    EnvelopeAnswer::deserialize(raw).is_ok_and(|answer| {
        answer.deleted_date_time.is_some()
            && answer.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("created"))
    })
}

/// The portable envelope of an answer; the answer itself is kept as `raw`. `None` when it has no id.
pub(crate) fn envelope(raw: Value) -> Option<(Envelope, Marks)> {
    let answer = EnvelopeAnswer::deserialize(&raw).ok()?;
    let id = answer.envelope_id?.to_lowercase();
    let recipients = answer.recipients.as_ref().map(recipients).unwrap_or_default();
    let end = End {
        voided_reason: answer.voided_reason.as_deref(),
        voided_at: answer.voided_date_time,
        expires_at: answer.expire_date_time,
        declined_reason: recipients
            .iter()
            .find_map(|recipient| recipient.portable.declined_reason.as_deref()),
        paused: answer.workflow.as_ref().is_some_and(WorkflowAnswer::is_paused),
        scheduled: answer.workflow.as_ref().is_some_and(WorkflowAnswer::is_waiting),
    };
    let state = status::envelope(answer.status.as_deref().unwrap_or_default(), end);
    let marks = Marks::from(answer.custom_fields.unwrap_or_default());
    let mut envelope = Envelope::new(PROVIDER, id, state);
    envelope.subject = answer.email_subject.unwrap_or_default();
    envelope.recipients = recipients.into_iter().map(|recipient| recipient.portable).collect();
    envelope.documents = answer.envelope_documents.into_iter().filter_map(DocumentAnswer::portable).collect();
    envelope.metadata = marks.metadata.clone();
    envelope.created_at = answer.created_date_time;
    envelope.sent_at = answer.sent_date_time;
    envelope.ended_at = answer.completed_date_time.or(answer.declined_date_time).or(answer.voided_date_time);
    envelope.expires_at = answer.expire_date_time;
    envelope.idempotency_key.clone_from(&marks.key);
    envelope.digest.clone_from(&marks.digest);
    if envelope.status == EnvelopeStatus::Voided && envelope.state.ended_by.is_none() {
        envelope.warnings.push(status::MAYBE_EXPIRED.to_owned());
    }
    envelope.raw = raw;
    Some((envelope, marks))
}

/// A recipient of an answer, with what a signing link needs.
#[derive(Clone)]
pub(crate) struct RecipientAnswer {
    pub(crate) portable: EnvelopeRecipient,
    pub(crate) client_user_id: Option<String>,
    /// His group among the recipients, as requests name it.
    pub(crate) group: &'static str,
    /// Name and address of who opens his session: his own, or his host's.
    pub(crate) opened_by: (String, String),
    /// He is asked for an access code.
    pub(crate) has_code: bool,
    /// He is identified by an id check.
    pub(crate) has_check: bool,
    /// He is identified by a workflow.
    pub(crate) has_workflow: bool,
}

/// A recipient in any of DocuSign's groups.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecipientWire {
    #[serde(default)]
    recipient_authentication_status: Option<Value>,
    #[serde(default, deserialize_with = "flexible::text")]
    recipient_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    email: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    signer_name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    signer_email: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    host_name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    host_email: Option<String>,
    #[serde(default, deserialize_with = "flexible::number")]
    routing_order: Option<u32>,
    #[serde(default, deserialize_with = "flexible::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    client_user_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    access_code: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    require_id_lookup: Option<String>,
    #[serde(default)]
    identity_verification: Option<Value>,
    #[serde(default, deserialize_with = "flexible::text")]
    declined_reason: Option<String>,
    #[serde(default, deserialize_with = "flexible::time")]
    signed_date_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    declined_date_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    delivered_date_time: Option<DateTime<Utc>>,
}

/// DocuSign's groups of recipients, with the portable word for those that have one.
pub(crate) const GROUPS: [(&str, &str); 12] = [
    ("signers", "signer"),
    ("inPersonSigners", "in_person_signer"),
    ("certifiedDeliveries", "certified_recipient"),
    ("carbonCopies", "cc"),
    ("agents", "agents"),
    ("editors", "editors"),
    ("intermediaries", "intermediaries"),
    ("seals", "seals"),
    ("witnesses", "witnesses"),
    ("notaries", "notaries"),
    ("notaryWitnesses", "notaryWitnesses"),
    ("participants", "participants"),
];

/// All recipients of a recipients object, in their order.
pub(crate) fn recipients(groups: &Value) -> Vec<RecipientAnswer> {
    let mut all: Vec<RecipientAnswer> = GROUPS
        .iter()
        .flat_map(|(group, role)| {
            let entries = groups.get(group).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            entries
                .iter()
                .filter_map(|entry| Some(recipient(group, role, RecipientWire::deserialize(entry).ok()?)))
        })
        .collect();
    all.sort_by_key(|recipient| recipient.portable.order);
    all
}

fn recipient(group: &'static str, role: &str, wire: RecipientWire) -> RecipientAnswer {
    let raw_status = wire.status.unwrap_or_default();
    let results = wire.recipient_authentication_status.as_ref();
    let status = status::authenticated(status::recipient(&raw_status), results);
    let mut portable =
        EnvelopeRecipient::new(wire.recipient_id.unwrap_or_default(), status.clone(), raw_status);
    portable.name = wire.signer_name.or(wire.name).unwrap_or_default();
    portable.email = wire.signer_email.or(wire.email).unwrap_or_default();
    portable.role = role.to_owned();
    portable.order = wire.routing_order.unwrap_or(1);
    portable.embedded = wire.client_user_id.is_some();
    portable.declined_reason = wire.declined_reason;
    portable.completed_at = match status {
        RecipientStatus::Completed => wire.signed_date_time.or(wire.delivered_date_time),
        RecipientStatus::Declined => wire.declined_date_time,
        _ => None,
    };
    RecipientAnswer {
        opened_by: (
            wire.host_name.unwrap_or_else(|| portable.name.clone()),
            wire.host_email.unwrap_or_else(|| portable.email.clone()),
        ),
        portable,
        client_user_id: wire.client_user_id,
        group,
        has_code: wire.access_code.is_some(),
        has_workflow: wire
            .identity_verification
            .and_then(|own| own.get("workflowId")?.as_str().map(|id| !id.is_empty()))
            .unwrap_or_default(),
        has_check: wire.require_id_lookup.is_some_and(|flag| flag.eq_ignore_ascii_case("true")),
    }
}

/// A document in an answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    document_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "flexible::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "flexible::list")]
    pages: Vec<Value>,
}

impl DocumentAnswer {
    pub(crate) fn portable(self) -> Option<EnvelopeDocument> {
        let content = self.kind.is_none_or(|kind| kind.eq_ignore_ascii_case("content"));
        let mut document = EnvelopeDocument::new(self.document_id?, self.name.unwrap_or_default(), content);
        document.pages = u32::try_from(self.pages.len()).ok().filter(|pages| *pages > 0);
        Some(document)
    }
}

/// An entry of the audit trail: a bag of names and values.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditAnswer {
    #[serde(default, deserialize_with = "flexible::list")]
    event_fields: Vec<NameValue>,
}

#[derive(Debug, Deserialize)]
struct NameValue {
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    value: Option<String>,
}

impl AuditAnswer {
    pub(crate) fn fields(self) -> BTreeMap<String, String> {
        self.event_fields
            .into_iter()
            .filter_map(|field| Some((field.name?, field.value.unwrap_or_default())))
            .collect()
    }
}
