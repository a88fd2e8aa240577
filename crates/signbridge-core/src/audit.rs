//! The audit trail as data.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::words::open_words;

open_words! {
    /// What happened, in portable words.
    pub enum AuditAction {
        /// The envelope was created.
        Created = "created",
        /// The envelope was sent, or sent again.
        Sent = "sent",
        /// Somebody opened it.
        Viewed = "viewed",
        /// Somebody signed.
        Signed = "signed",
        /// Somebody declined.
        Declined = "declined",
        /// The envelope was voided.
        Voided = "voided",
        /// Everything was done.
        Completed = "completed",
    }
}

/// One entry of the provider's audit trail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuditEvent {
    /// When, where the provider's text could be read as a time.
    pub at: Option<DateTime<Utc>>,
    /// What, in portable words; the provider's own word otherwise.
    pub action: AuditAction,
    /// Who, as the provider names him.
    pub actor: Option<String>,
    /// Every name and value of the entry as it came.
    pub raw: BTreeMap<String, String>,
}

impl AuditEvent {
    /// An entry.
    pub fn new(
        at: Option<DateTime<Utc>>,
        action: AuditAction,
        actor: Option<String>,
        raw: BTreeMap<String, String>,
    ) -> Self {
        Self { at, action, actor, raw }
    }
}

impl fmt::Debug for AuditEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditEvent")
            .field("at", &self.at)
            .field("action", &self.action)
            .finish_non_exhaustive()
    }
}
