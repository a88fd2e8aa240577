//! Envelopes as providers report them: open statuses with their basis, the raw value kept.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::words::open_words;

open_words! {
    /// The state of an envelope.
    pub enum EnvelopeStatus {
        /// Nobody was asked yet; the sender can still change it.
        Draft = "draft",
        /// Accepted; whether it can be prepared is not known yet.
        Processing = "processing",
        /// Somebody can act, or will be able to without the sender.
        InProgress = "in_progress",
        /// Nobody can act until the sender does something.
        OnHold = "on_hold",
        /// Everything required is done.
        Completed = "completed",
        /// A recipient refused.
        Declined = "declined",
        /// The sender's side stopped it.
        Voided = "voided",
        /// Its time ran out.
        Expired = "expired",
        /// The provider ended it.
        Failed = "failed",
    }
}

impl EnvelopeStatus {
    /// Whether nothing can change it any more.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Completed | Self::Declined | Self::Voided | Self::Expired | Self::Failed)
    }
}

open_words! {
    /// The state of one recipient.
    pub enum RecipientStatus {
        /// It is not his turn.
        Waiting = "waiting",
        /// He may act now.
        Active = "active",
        /// He opened the documents.
        Viewed = "viewed",
        /// He did what he had to.
        Completed = "completed",
        /// He refused.
        Declined = "declined",
        /// The message to him probably did not arrive.
        DeliveryFailed = "delivery_failed",
        /// He could not prove who he is.
        AuthenticationFailed = "authentication_failed",
        /// He was taken out or replaced.
        Removed = "removed",
    }
}

open_words! {
    /// Who ended an envelope.
    pub enum EndedBy {
        /// A recipient.
        Recipient = "recipient",
        /// The sender's side.
        Sender = "sender",
        /// The provider.
        Provider = "provider",
        /// Its time.
        Time = "time",
    }
}

open_words! {
    /// What a portable value rests on.
    pub enum Basis {
        /// The provider said so in these words.
        Wire = "wire",
        /// A documented rule was applied to what the provider said.
        Derived = "derived",
    }
}

/// The state of an envelope and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct State {
    /// The portable status.
    pub status: EnvelopeStatus,
    /// The provider's own word.
    pub raw: String,
    /// What the portable status rests on.
    pub basis: Basis,
    /// Who ended it, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<EndedBy>,
    /// The reason given for declining or voiding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl State {
    /// A state read off the wire.
    pub fn new(status: EnvelopeStatus, raw: impl Into<String>, basis: Basis) -> Self {
        Self { status, raw: raw.into(), basis, ended_by: None, reason: None }
    }

    /// The same, ended by this side with this reason.
    #[must_use]
    pub fn ended(mut self, by: EndedBy, reason: Option<String>) -> Self {
        self.ended_by = Some(by);
        self.reason = reason;
        self
    }
}

/// One recipient of an envelope and how far he is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnvelopeRecipient {
    /// The provider's id for him, good until the next correction.
    pub id: String,
    /// His name.
    pub name: String,
    /// His e-mail address.
    pub email: String,
    /// The portable role, or the provider's own group.
    pub role: String,
    /// His place in the order, from 1.
    pub order: u32,
    /// How far he is.
    pub status: RecipientStatus,
    /// The provider's own word.
    pub raw_status: String,
    /// Whether the application shows him a link.
    pub embedded: bool,
    /// When he finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<DateTime<Utc>>,
    /// Why he declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined_reason: Option<String>,
}

impl EnvelopeRecipient {
    /// A recipient in this state.
    pub fn new(id: impl Into<String>, status: RecipientStatus, raw_status: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: String::new(),
            email: String::new(),
            role: String::new(),
            order: 1,
            status,
            raw_status: raw_status.into(),
            embedded: false,
            completed_at: None,
            declined_reason: None,
        }
    }
}

impl fmt::Debug for EnvelopeRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvelopeRecipient")
            .field("id", &self.id)
            .field("role", &self.role)
            .field("order", &self.order)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// A document of an envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnvelopeDocument {
    /// The provider's id, to download it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its pages, where the provider says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// Whether it was sent by us, or made by the provider (a certificate).
    pub content: bool,
}

impl EnvelopeDocument {
    /// A document with this id and name.
    pub fn new(id: impl Into<String>, name: impl Into<String>, content: bool) -> Self {
        Self { id: id.into(), name: name.into(), pages: None, content }
    }
}

/// An envelope as its provider reports it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Envelope {
    /// The id: the provider's own from an adapter, a reference `PROFILE:NATIVE` from the facade.
    pub id: String,
    /// The provider.
    pub provider: String,
    /// The portable status; [`Envelope::state`] has the details.
    pub status: EnvelopeStatus,
    /// The state in detail.
    pub state: State,
    /// The subject, where it was read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The recipients, where they were read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<EnvelopeRecipient>,
    /// The documents, where they were read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<EnvelopeDocument>,
    /// The application's own data, where it was read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// When it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<DateTime<Utc>>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// When it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// The key it was created with, where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// The digest of the draft it was created from, where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// What the provider warned about although it accepted the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The provider's answer as it came. Not part of the published JSON.
    #[serde(skip)]
    pub raw: serde_json::Value,
}

impl Envelope {
    /// An envelope of which only id and state are known.
    pub fn new(provider: &str, id: impl Into<String>, state: State) -> Self {
        Self {
            id: id.into(),
            provider: provider.to_owned(),
            status: state.status.clone(),
            state,
            subject: String::new(),
            recipients: Vec::new(),
            documents: Vec::new(),
            metadata: BTreeMap::new(),
            created_at: None,
            sent_at: None,
            ended_at: None,
            expires_at: None,
            idempotency_key: None,
            digest: None,
            warnings: Vec::new(),
            raw: serde_json::Value::Null,
        }
    }

    /// The recipient with this e-mail address; with several, the one whose turn is first.
    pub fn recipient(&self, email: &str) -> Option<&EnvelopeRecipient> {
        self.recipients
            .iter()
            .filter(|recipient| recipient.email.eq_ignore_ascii_case(email))
            .min_by_key(|recipient| (recipient.completed_at.is_some(), recipient.order))
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("id", &self.id)
            .field("provider", &self.provider)
            .field("state", &self.state)
            .field("recipients", &self.recipients)
            .finish_non_exhaustive()
    }
}
