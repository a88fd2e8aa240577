//! Inkpost's JSON, and what its words mean. Incoming values are open: an unknown word is kept as it came.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use signbridge_core::{
    Basis, Draft, EndedBy, Envelope, EnvelopeRecipient, EnvelopeStatus, Placement, RecipientStatus, Role,
    State, once::Intent,
};

use crate::PROVIDER;

/// The body of `POST /v1/envelopes`.
#[derive(Debug, Serialize)]
pub(crate) struct NewEnvelope {
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// Our key and the digest of the draft: by them an envelope is found again.
    reference: String,
    digest: String,
    expires_in_days: u32,
    files: Vec<String>,
    signers: Vec<Signer>,
}

#[derive(Debug, Serialize)]
struct Signer {
    name: String,
    email: String,
    step: u32,
    signatures: Vec<Mark>,
}

/// Points from the upper left corner, as in a draft; elsewhere this is where units and origins are converted.
#[derive(Debug, Serialize)]
struct Mark {
    file: u32,
    page: u32,
    x: f64,
    y: f64,
}

impl NewEnvelope {
    pub(crate) fn new(draft: &Draft, files: Vec<String>, intent: Intent<'_>) -> Self {
        // Steps at Inkpost count from 1 without gaps; the orders of a draft only have to rise.
        let orders: BTreeSet<u32> = draft.recipients.iter().map(|one| one.order).collect();
        let step = |order: u32| orders.range(..=order).map(|_| 1).sum();
        let signers = draft.recipients.iter().map(|one| {
            let marks = one.fields.iter().filter_map(|field| match &field.placement {
                Placement::At(at) => Some(Mark { file: field.document, page: at.page, x: at.x, y: at.y }),
                _ => None,
            });
            let (name, email) = (one.name.clone(), one.email.clone());
            Signer { name, email, step: step(one.order), signatures: marks.collect() }
        });
        Self {
            subject: draft.subject.clone(),
            message: draft.message.clone(),
            reference: intent.key.to_string(),
            digest: intent.digest.to_owned(),
            expires_in_days: draft.expires_after_days,
            files,
            signers: signers.collect(),
        }
    }
}

/// An envelope as Inkpost shows it. Only id and state are surely there.
#[derive(Debug, Deserialize)]
pub(crate) struct Shown {
    id: String,
    state: String,
    reason: Option<String>,
    #[serde(default)]
    subject: String,
    reference: Option<String>,
    digest: Option<String>,
    created_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    #[serde(default)]
    signers: Vec<ShownSigner>,
}

#[derive(Debug, Deserialize)]
struct ShownSigner {
    #[serde(default)]
    name: String,
    email: String,
    state: String,
    step: Option<u32>,
    done_at: Option<DateTime<Utc>>,
}

impl From<Shown> for Envelope {
    fn from(shown: Shown) -> Self {
        let (status, ended_by) = match shown.state.as_str() {
            "open" => (EnvelopeStatus::InProgress, None),
            "signed" => (EnvelopeStatus::Completed, Some(EndedBy::Recipient)),
            "declined" => (EnvelopeStatus::Declined, Some(EndedBy::Recipient)),
            "cancelled" => (EnvelopeStatus::Voided, Some(EndedBy::Sender)),
            "expired" => (EnvelopeStatus::Expired, Some(EndedBy::Time)),
            other => (EnvelopeStatus::Other(other.to_owned()), None),
        };
        let state = State::new(status, shown.state, Basis::Wire);
        let state = match ended_by {
            Some(by) => state.ended(by, shown.reason),
            None => state,
        };
        let mut envelope = Self::new(PROVIDER, shown.id, state);
        envelope.subject = shown.subject;
        envelope.idempotency_key = shown.reference;
        envelope.digest = shown.digest;
        envelope.created_at = shown.created_at;
        // What is created there is sent with it.
        envelope.sent_at = shown.created_at;
        envelope.ended_at = shown.ended_at;
        envelope.recipients = shown.signers.into_iter().map(recipient).collect();
        envelope
    }
}

fn recipient(shown: ShownSigner) -> EnvelopeRecipient {
    let status = match shown.state.as_str() {
        "waiting" => RecipientStatus::Waiting,
        "asked" => RecipientStatus::Active,
        "signed" => RecipientStatus::Completed,
        "declined" => RecipientStatus::Declined,
        other => RecipientStatus::Other(other.to_owned()),
    };
    // Inkpost tells signers apart by their addresses.
    let mut recipient = EnvelopeRecipient::new(shown.email.clone(), status, shown.state);
    recipient.name = shown.name;
    recipient.email = shown.email;
    recipient.role = Role::Signer.to_string();
    recipient.order = shown.step.unwrap_or(1);
    recipient.completed_at = shown.done_at;
    recipient
}
