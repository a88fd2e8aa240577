//! eSignGlobal's answers about envelopes, in portable words.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{Envelope, EnvelopeDocument, EnvelopeRecipient, EnvelopeStatus, RecipientStatus, Role};

use super::{flexible, mark::Mark, status};
use crate::PROVIDER;

/// An envelope in detail; everything but id and status may be missing or null.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DetailAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    envelope_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    envelope_status: Option<String>,
    #[serde(default, deserialize_with = "flexible::time")]
    envelope_create_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    envelope_end_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    expire_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    envelope_expire_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::text")]
    subject: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    redirect_url: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    canceled_reason: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    declined_reason: Option<String>,
    #[serde(default, rename = "CCInfos", deserialize_with = "flexible::list")]
    copies: Vec<PersonAnswer>,
    #[serde(default, deserialize_with = "flexible::list")]
    sign_files: Vec<FileAnswer>,
    #[serde(default, deserialize_with = "flexible::list")]
    attachments: Vec<FileAnswer>,
    #[serde(default, alias = "SignerInfos", deserialize_with = "flexible::list")]
    signer_infos: Vec<PersonAnswer>,
}

#[derive(Debug, Deserialize)]
struct FileAnswer {
    #[serde(default, rename = "fileKey", deserialize_with = "flexible::text")]
    file_key: Option<String>,
}

/// A signer or somebody who gets a copy.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    pub(crate) business_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    pub(crate) user_email: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    user_name: Option<String>,
    #[serde(default, deserialize_with = "flexible::number")]
    sign_order: Option<u32>,
    #[serde(default, deserialize_with = "flexible::text")]
    signer_status: Option<String>,
    #[serde(default, deserialize_with = "flexible::time")]
    sign_date: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::text")]
    rejected_reason: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    pub(crate) sign_url: Option<String>,
}

/// An envelope with what stays inside the adapter.
#[derive(Debug)]
pub(crate) struct Detail {
    pub(crate) envelope: Envelope,
    pub(crate) redirect_url: Option<String>,
}

/// The portable envelope of a detail answer; the answer itself is kept as `raw`, without access codes. `None` when it
/// has no id or no status.
pub(crate) fn detail(mut raw: Value) -> Option<Detail> {
    let answer = DetailAnswer::deserialize(&raw).ok()?;
    let id = answer.envelope_id?;
    let declined = answer
        .declined_reason
        .as_deref()
        .or_else(|| answer.signer_infos.iter().find_map(|one| one.rejected_reason.as_deref()));
    let state = status::envelope(&answer.envelope_status?, answer.canceled_reason.as_deref(), declined);
    let declines = state.status == EnvelopeStatus::Declined;
    let mut envelope = Envelope::new(PROVIDER, id, state);
    let mark = answer.signer_infos.iter().find_map(|one| Mark::read(one.business_id.as_deref()?));
    if let Some(mark) = mark {
        envelope.idempotency_key = mark.key;
        envelope.digest = mark.digest;
        envelope.metadata = mark.metadata;
    }
    let signers = answer.signer_infos.into_iter().map(|one| signer(one, declines));
    envelope.recipients = signers.chain(answer.copies.into_iter().map(copy)).collect();
    envelope.documents = documents("contract", &answer.sign_files)
        .chain(documents("attachment", &answer.attachments))
        .collect();
    envelope.subject = answer.subject.unwrap_or_default();
    envelope.created_at = answer.envelope_create_time;
    envelope.ended_at = answer.envelope_end_time;
    envelope.expires_at = answer.expire_time.or(answer.envelope_expire_time);
    scrub(&mut raw);
    envelope.raw = raw;
    Some(Detail { envelope, redirect_url: answer.redirect_url })
}

fn signer(answer: PersonAnswer, declines: bool) -> EnvelopeRecipient {
    let raw = answer.signer_status.unwrap_or_default();
    let status = match status::signer(&raw) {
        // The number does not tell who refused; his reason does.
        _ if declines && answer.rejected_reason.is_some() => RecipientStatus::Declined,
        status => status,
    };
    let email = answer.user_email.unwrap_or_default();
    let mut one = EnvelopeRecipient::new(email.clone(), status, raw);
    one.email = email;
    one.name = answer.user_name.unwrap_or_default();
    Role::Signer.as_str().clone_into(&mut one.role);
    one.order = answer.sign_order.unwrap_or(1);
    one.embedded = answer.business_id.as_deref().and_then(Mark::read).is_some_and(|mark| mark.embedded);
    one.completed_at = answer.sign_date;
    one.declined_reason = answer.rejected_reason;
    one
}

/// Nothing is reported of somebody who gets a copy but that he is there.
fn copy(answer: PersonAnswer) -> EnvelopeRecipient {
    let email = answer.user_email.unwrap_or_default();
    let mut one = EnvelopeRecipient::new(email.clone(), RecipientStatus::Other("not_reported".into()), "");
    one.email = email;
    one.name = answer.user_name.unwrap_or_default();
    Role::CarbonCopy.as_str().clone_into(&mut one.role);
    one
}

/// Reads tell a key and no name; a document is named by its place.
fn documents<'a>(kind: &'a str, files: &'a [FileAnswer]) -> impl Iterator<Item = EnvelopeDocument> + 'a {
    files.iter().enumerate().map(move |(index, file)| {
        let name = file.file_key.clone().unwrap_or_default();
        EnvelopeDocument::new(document_id(kind, index), name, true)
    })
}

/// The id of the document at this place of its kind.
pub(crate) fn document_id(kind: &str, index: usize) -> String {
    format!("{}-{}", kind.to_ascii_lowercase(), index + 1)
}

/// Access codes come back in clear; they stay out of what is kept.
fn scrub(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let secret = matches!(name.as_str(), "accessCode" | "signUrl") && value.is_string();
                if secret && value.as_str() != Some("") {
                    *value = "[redacted]".into();
                } else {
                    scrub(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(scrub),
        _ => {}
    }
}

/// A file of a download list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DownloadFile {
    /// `contract`, `attachment`, `certificate`, `combined` or what is new, in lower case.
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) url: secret::Address,
}

/// Addresses that need no token, so they never print.
pub(crate) mod secret {
    use std::fmt;

    /// An address that is good by itself.
    #[derive(Clone, PartialEq, Eq)]
    pub(crate) struct Address(pub(crate) String);

    impl fmt::Debug for Address {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Address([redacted])")
        }
    }
}
