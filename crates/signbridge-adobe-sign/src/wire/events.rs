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
            // Webhooks say it in a second word, events in one.
            "RECALLED" if self.is_exhausted() => Meaning::Failed,
            "RECALLED" => Meaning::Recalled,
            "EXPIRED" | "EXPIRED_AUTOMATICALLY" => Meaning::Expired,
            "REMINDER_SENT" => Meaning::Reminded,
            _ if kind.starts_with("ACTION_COMPLETED") => Meaning::Done,
            _ if kind.starts_with("AUTO_CANCELLED") || kind.starts_with("RECALLED_MAX_") => Meaning::Failed,
            _ if kind == "CREATED" || kind.starts_with("CREATED_") => Meaning::Created,
            _ => Meaning::Other,
        }
    }

    fn is_exhausted(&self) -> bool {
        let more = self.rest.get("subEvent").and_then(Value::as_str);
        more.is_some_and(|more| more.to_ascii_uppercase().starts_with("MAX_SIGNING_"))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(value: Value) -> EventAnswer {
        serde_json::from_value(value).unwrap()
    }

    /// Rows: 12 EnvelopeSent, 12 RecipientInvited, 12 RecipientViewed, 12 RecipientCompleted, 12 RecipientDeclined, 12 DeliveryFailed, 12 Authenticated, 12 RecipientReplaced, 12 ReminderSent, 12 EnvelopeVoided, 12 EnvelopeExpired, 12 EnvelopeFailed, 12 Corrected, 12 DocumentsPurged, 2 Viewed
    #[test]
    fn every_row_of_the_event_table() {
        let other = |kind: &str| AuditAction::Other(kind.to_owned());
        for (kind, meaning, action) in [
            ("CREATED", Meaning::Created, AuditAction::Created),
            ("CREATED_VIA_UPLOAD", Meaning::Created, AuditAction::Created),
            ("ACTION_REQUESTED", Meaning::Requested, AuditAction::Sent),
            ("REMINDER_SENT", Meaning::Reminded, AuditAction::Sent),
            // A mail that was opened is no document that was opened.
            ("EMAIL_VIEWED", Meaning::MailViewed, other("EMAIL_VIEWED")),
            ("DOCUMENTS_VIEWED", Meaning::Viewed, AuditAction::Viewed),
            ("EMAIL_BOUNCED", Meaning::Bounced, other("EMAIL_BOUNCED")),
            ("ACTION_COMPLETED", Meaning::Done, AuditAction::Signed),
            ("ACTION_COMPLETED_HOSTED", Meaning::Done, AuditAction::Signed),
            ("ESIGNED", Meaning::Done, AuditAction::Signed),
            ("DIGSIGNED", Meaning::Done, AuditAction::Signed),
            ("APPROVED", Meaning::Done, AuditAction::Signed),
            ("REJECTED", Meaning::Rejected, AuditAction::Declined),
            ("recalled", Meaning::Recalled, AuditAction::Voided),
            ("EXPIRED", Meaning::Expired, other("EXPIRED")),
            ("EXPIRED_AUTOMATICALLY", Meaning::Expired, other("EXPIRED_AUTOMATICALLY")),
            (
                "AUTO_CANCELLED_CONVERSION_PROBLEM",
                Meaning::Failed,
                other("AUTO_CANCELLED_CONVERSION_PROBLEM"),
            ),
            (
                "RECALLED_MAX_SIGNING_KBA_ATTEMPTS",
                Meaning::Failed,
                other("RECALLED_MAX_SIGNING_KBA_ATTEMPTS"),
            ),
            (
                "RECALLED_MAX_SIGNING_EMAIL_OTP_ATTEMPTS",
                Meaning::Failed,
                other("RECALLED_MAX_SIGNING_EMAIL_OTP_ATTEMPTS"),
            ),
            ("KBA_AUTHENTICATED", Meaning::Other, other("KBA_AUTHENTICATED")),
            ("ACTION_REPLACED_SIGNER", Meaning::Other, other("ACTION_REPLACED_SIGNER")),
            ("ACTION_DELEGATED", Meaning::Other, other("ACTION_DELEGATED")),
            ("MODIFIED", Meaning::Other, other("MODIFIED")),
            ("DOCUMENTS_DELETED", Meaning::Other, other("DOCUMENTS_DELETED")),
            ("BRAND_NEW", Meaning::Other, other("BRAND_NEW")),
        ] {
            let event = event(json!({"type": kind, "date": "2026-01-02T03:04:05Z"}));
            assert_eq!((event.meaning(), event.portable().action), (meaning, action), "{kind}");
        }
    }

    /// Rows: 12 EnvelopeFailed
    #[test]
    fn a_recall_for_attempts_used_up_is_no_recall_by_the_sender() {
        for word in ["MAX_SIGNING_PASSWORD_ATTEMPTS_EXCEEDED", "MAX_SIGNING_KBA_ATTEMPTS_EXCEEDED"] {
            assert_eq!(event(json!({"type": "RECALLED", "subEvent": word})).meaning(), Meaning::Failed);
        }
        assert_eq!(event(json!({"type": "RECALLED", "subEvent": "RECALLED"})).meaning(), Meaning::Recalled);
    }
}
