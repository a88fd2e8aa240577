//! Dropbox Sign's answers about signature requests, in portable words.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use signbridge_client::rest::excerpt;
use signbridge_core::{Envelope, EnvelopeRecipient, FormValue, RecipientStatus};

use super::{
    flexible,
    marks::Marks,
    status::{self, Flags},
};
use crate::PROVIDER;

/// A signature request in an answer; everything but its id may be missing.
#[derive(Deserialize)]
struct RequestAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    signature_request_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    subject: Option<String>,
    /// Not in the specification, but in recorded answers: the API app that the request was made with.
    #[serde(default, deserialize_with = "flexible::text")]
    client_id: Option<String>,
    /// Null where signers are shown their links; seen null on completed requests of any kind.
    #[serde(default, deserialize_with = "flexible::text")]
    signing_url: Option<String>,
    #[serde(default)]
    metadata: Value,
    #[serde(default, deserialize_with = "flexible::time")]
    created_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    expires_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::flag")]
    is_complete: Option<bool>,
    #[serde(default, deserialize_with = "flexible::flag")]
    is_declined: Option<bool>,
    #[serde(default, deserialize_with = "flexible::flag")]
    has_error: Option<bool>,
    #[serde(default, deserialize_with = "flexible::list")]
    cc_email_addresses: Vec<String>,
    #[serde(default, deserialize_with = "flexible::list")]
    signatures: Vec<SignatureAnswer>,
}

#[derive(Deserialize)]
struct SignatureAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    signature_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    signer_email_address: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    signer_name: Option<String>,
    #[serde(default, deserialize_with = "flexible::number")]
    order: Option<i64>,
    #[serde(default, deserialize_with = "flexible::text")]
    status_code: Option<String>,
    #[serde(default, deserialize_with = "flexible::time")]
    signed_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    last_viewed_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::text")]
    decline_reason: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    error: Option<String>,
}

impl SignatureAnswer {
    fn code(&self) -> &str {
        self.status_code.as_deref().unwrap_or_default()
    }
}

/// The portable envelope of a signature request; the request itself is kept as `raw`. `None` when it has no id.
pub(crate) fn envelope(raw: Value) -> Option<Envelope> {
    let answer = RequestAnswer::deserialize(&raw).ok()?;
    let id = answer.signature_request_id?;
    let flags = Flags {
        is_complete: answer.is_complete.unwrap_or_default(),
        is_declined: answer.is_declined.unwrap_or_default(),
        has_error: answer.has_error.unwrap_or_default(),
    };
    let signatures = &answer.signatures;
    let codes: Vec<&str> = signatures.iter().map(SignatureAnswer::code).collect();
    let reason = if flags.is_declined {
        signatures.iter().find_map(|one| one.decline_reason.clone())
    } else {
        signatures.iter().find_map(|one| one.error.as_deref().map(excerpt))
    };
    let state = status::envelope(flags, &codes, reason);
    // The lowest order that somebody has not signed is the one whose turn it is.
    let turn = signatures.iter().filter(|one| one.code() != "signed").filter_map(|one| one.order).min();
    let embedded = answer.signing_url.is_none() && (answer.client_id.is_some() || !flags.is_complete);
    let signers = signatures.iter().map(|one| signer(one, turn, embedded));
    let copies = answer.cc_email_addresses.iter().map(|email| {
        let mut copy = EnvelopeRecipient::new("", RecipientStatus::Other("unknown".to_owned()), "");
        copy.email.clone_from(email);
        copy.role = "cc".to_owned();
        copy.order = 1 + signatures.iter().map(order).max().unwrap_or_default();
        copy
    });
    let mut envelope = Envelope::new(PROVIDER, id, state);
    envelope.recipients = signers.chain(copies).collect();
    envelope.recipients.sort_by_key(|recipient| recipient.order);
    envelope.subject = answer.subject.or(answer.title).unwrap_or_default();
    let marks = answer.metadata.as_object().map(Marks::from).unwrap_or_default();
    envelope.metadata = marks.metadata;
    envelope.idempotency_key = marks.key;
    envelope.digest = marks.digest;
    envelope.created_at = answer.created_at;
    envelope.expires_at = answer.expires_at;
    if flags.is_complete {
        envelope.ended_at = signatures.iter().filter_map(|one| one.signed_at).max();
    }
    envelope.raw = raw;
    Some(envelope)
}

/// Orders are counted from 0 here, and missing where everybody signs at the same time.
fn order(signature: &SignatureAnswer) -> u32 {
    signature.order.and_then(|order| u32::try_from(order + 1).ok()).unwrap_or(1)
}

fn signer(signature: &SignatureAnswer, turn: Option<i64>, embedded: bool) -> EnvelopeRecipient {
    let his_turn = signature.order.is_none_or(|order| turn.is_none_or(|turn| order <= turn));
    let code = signature.code();
    let status = status::recipient(code, his_turn, signature.last_viewed_at.is_some());
    let id = signature.signature_id.clone().unwrap_or_default();
    let mut portable = EnvelopeRecipient::new(id, status, code);
    portable.name = signature.signer_name.clone().unwrap_or_default();
    portable.email = signature.signer_email_address.clone().unwrap_or_default();
    portable.role = "signer".to_owned();
    portable.order = order(signature);
    portable.embedded = embedded;
    portable.completed_at = signature.signed_at;
    portable.declined_reason.clone_from(&signature.decline_reason);
    portable
}

#[derive(Deserialize)]
struct ResponseAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    api_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "flexible::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    signature_id: Option<String>,
    /// A flag for check boxes and radio buttons, text otherwise; null or absent where nothing was filled in.
    #[serde(default, deserialize_with = "flexible::text")]
    value: Option<String>,
}

/// What signers filled in so far. Signatures and initials are drawn, not filled in.
pub(crate) fn form_values(raw: &Value) -> Vec<FormValue> {
    let list = raw.get("response_data").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let signatures = raw.get("signatures").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let email = |id: &str| {
        let signatures = signatures.iter().filter_map(|one| SignatureAnswer::deserialize(one).ok());
        let mut his = signatures.filter(|one| one.signature_id.as_deref() == Some(id));
        his.next().and_then(|one| one.signer_email_address)
    };
    list.iter()
        .filter_map(|response| ResponseAnswer::deserialize(response).ok())
        .filter(|response| !matches!(response.kind.as_deref(), Some("signature" | "initials")))
        .filter_map(|response| {
            let field = response.api_id.or(response.name)?;
            Some(FormValue::new(field, response.value?, response.signature_id.as_deref().and_then(email)))
        })
        .collect()
}

/// The warnings of a good answer: what Dropbox Sign did not like but accepted.
pub(crate) fn warnings(answer: &Map<String, Value>) -> Vec<String> {
    let list = answer.get("warnings").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|warning| {
            let text = |name| warning.get(name).and_then(Value::as_str).map(excerpt).unwrap_or_default();
            let (name, message) = (text("warning_name"), text("warning_msg"));
            if name.is_empty() { message } else { format!("{name}: {message}") }
        })
        .collect()
}

#[cfg(test)]
mod tests;
