//! Events of an agreement: the only place where Adobe says how it ended and who did what.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{AuditAction, AuditEvent};

use super::flexible;

/// One event. The specification's list of types and the guide's differ; unknown ones are kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventAnswer {
    #[serde(default, rename = "type", deserialize_with = "flexible::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "flexible::time")]
    date: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::text")]
    comment: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    participant_email: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    acting_user_email: Option<String>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// What an event means for the state of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Created,
    Requested,
    MailViewed,
    Viewed,
    Bounced,
    Done,
    Rejected,
    Recalled,
    /// Conversion failed, or attempts to prove an identity were used up.
    Failed,
    Expired,
    Reminded,
    Other,
}

impl EventAnswer {
    pub(crate) fn at(&self) -> Option<DateTime<Utc>> {
        self.date
    }

    pub(crate) fn kind(&self) -> &str {
        self.kind.as_deref().unwrap_or_default()
    }

    pub(crate) fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// Whether it is about this participant.
    pub(crate) fn is_about(&self, email: &str) -> bool {
        self.participant_email.as_deref().is_some_and(|about| about.eq_ignore_ascii_case(email))
    }

    pub(crate) fn meaning(&self) -> Meaning {
        let kind = self.kind().to_ascii_uppercase();
        match kind.as_str() {
            "ACTION_REQUESTED" => Meaning::Requested,
            "EMAIL_VIEWED" => Meaning::MailViewed,
            "DOCUMENTS_VIEWED" => Meaning::Viewed,
            "EMAIL_BOUNCED" => Meaning::Bounced,
            "ESIGNED" | "DIGSIGNED" | "SIGNED" | "WRITTEN_SIGNED" | "PRESIGNED" | "APPROVED" | "ACCEPTED"
            | "DELIVERED" | "FORM_FILLED" | "ACKNOWLEDGED" => Meaning::Done,
            "REJECTED" => Meaning::Rejected,
            "RECALLED" => Meaning::Recalled,
            "EXPIRED" | "EXPIRED_AUTOMATICALLY" => Meaning::Expired,
            "REMINDER_SENT" => Meaning::Reminded,
            _ if kind.starts_with("ACTION_COMPLETED") => Meaning::Done,
            _ if kind.starts_with("AUTO_CANCELLED") || kind.starts_with("RECALLED_MAX_") => Meaning::Failed,
            _ if kind == "CREATED" || kind.starts_with("CREATED_") => Meaning::Created,
            _ => Meaning::Other,
        }
    }

    /// The entry of an audit trail. A mail that was opened is no document that was opened.
    pub(crate) fn portable(self) -> AuditEvent {
        let action = match self.meaning() {
            Meaning::Created => AuditAction::Created,
            Meaning::Requested | Meaning::Reminded => AuditAction::Sent,
            Meaning::Viewed => AuditAction::Viewed,
            Meaning::Done => AuditAction::Signed,
            Meaning::Rejected => AuditAction::Declined,
            Meaning::Recalled => AuditAction::Voided,
            _ => AuditAction::Other(self.kind().to_owned()),
        };
        let mut raw: BTreeMap<String, String> = self
            .rest
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                (name, text)
            })
            .collect();
        let own = [
            ("type", self.kind),
            ("date", self.date.map(|date| date.to_rfc3339())),
            ("comment", self.comment),
            ("participantEmail", self.participant_email),
            ("actingUserEmail", self.acting_user_email.clone()),
        ];
        raw.extend(own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        AuditEvent::new(self.date, action, self.acting_user_email, raw)
    }
}
