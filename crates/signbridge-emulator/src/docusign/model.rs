//! Envelopes, recipients, documents and tabs as the emulator keeps them.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::tab_kinds::TabKind;
use crate::values::{Object, filled, list, object};

pub(crate) type Time = DateTime<Utc>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EnvelopeStatus {
    Created,
    Sent,
    Delivered,
    /// The sender has the page that corrects it open; nobody can act.
    Correct,
    Completed,
    Declined,
    Voided,
}

impl EnvelopeStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Correct => "correct",
            Self::Completed => "completed",
            Self::Declined => "declined",
            Self::Voided => "voided",
        }
    }

    /// Nothing changes it any more.
    pub(crate) fn is_ended(self) -> bool {
        matches!(self, Self::Completed | Self::Declined | Self::Voided)
    }

    /// Its recipients can be changed: the published refusal names just these.
    pub(crate) fn is_changeable(self) -> bool {
        matches!(self, Self::Created | Self::Sent | Self::Delivered | Self::Correct)
    }

    /// Recipients can act.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Sent | Self::Delivered)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecipientStatus {
    /// Not his turn yet, or the envelope is a draft.
    Created,
    Sent,
    Delivered,
    Completed,
    Declined,
}

impl RecipientStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Completed => "completed",
            Self::Declined => "declined",
        }
    }

    pub(crate) fn is_done(self) -> bool {
        matches!(self, Self::Completed | Self::Declined)
    }

    /// It is his turn and he has not finished.
    pub(crate) fn is_active(self) -> bool {
        matches!(self, Self::Sent | Self::Delivered)
    }
}

/// The recipient groups the emulator plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Signers,
    CarbonCopies,
    CertifiedDeliveries,
    InPersonSigners,
}

impl Group {
    pub(crate) const ALL: [Self; 4] =
        [Self::Signers, Self::CarbonCopies, Self::CertifiedDeliveries, Self::InPersonSigners];

    /// The property of `recipients`.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Signers => "signers",
            Self::CarbonCopies => "carbonCopies",
            Self::CertifiedDeliveries => "certifiedDeliveries",
            Self::InPersonSigners => "inPersonSigners",
        }
    }

    pub(crate) fn role(self) -> &'static str {
        match self {
            Self::Signers => "signer",
            Self::CarbonCopies => "carbon copy",
            Self::CertifiedDeliveries => "certified delivery",
            Self::InPersonSigners => "in-person signer",
        }
    }

    pub(crate) fn signs(self) -> bool {
        matches!(self, Self::Signers | Self::InPersonSigners)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) guid: String,
    pub(crate) name: String,
    pub(crate) order: u32,
    /// The PDF: as sent, or the stand-in for what DocuSign would have converted.
    pub(crate) bytes: Bytes,
    pub(crate) sha256: String,
    pub(crate) pages: Vec<Page>,
    /// Other properties of the request that answers show again.
    pub(crate) extra: Object,
}

#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) id: String,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

#[derive(Debug, Clone)]
pub(crate) struct Tab {
    pub(crate) id: String,
    pub(crate) kind: &'static TabKind,
    pub(crate) props: Object,
    pub(crate) signed: bool,
    /// Its condition was not met when its recipient signed.
    pub(crate) hidden: bool,
    /// The recipient has brought his file.
    pub(crate) attached: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Recipient {
    pub(crate) id: String,
    pub(crate) guid: String,
    pub(crate) user: String,
    pub(crate) group: Group,
    pub(crate) name: String,
    pub(crate) email: String,
    /// Who hosts an in-person signing.
    pub(crate) host: Option<(String, String)>,
    pub(crate) order: u32,
    pub(crate) status: RecipientStatus,
    pub(crate) client_user_id: Option<String>,
    pub(crate) access_code: Option<String>,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) sent: Option<Time>,
    pub(crate) delivered: Option<Time>,
    pub(crate) signed: Option<Time>,
    pub(crate) declined: Option<Time>,
    pub(crate) declined_reason: Option<String>,
    /// The token of the link in his mail.
    pub(crate) mail_link: String,
    /// Other properties of the request that answers show again.
    pub(crate) extra: Object,
}

impl Recipient {
    /// The address that gets the mail and names the recipient in `act`.
    pub(crate) fn address(&self) -> &str {
        self.host.as_ref().map_or(self.email.as_str(), |(_, email)| email.as_str())
    }

    /// His number for messages, as it is dialled.
    pub(crate) fn phone(&self) -> Option<String> {
        dialled(self.extra.get("phoneNumber")?.as_object()?)
    }

    /// What he is told by: a mail or a message, and what was asked for besides.
    pub(crate) fn notices(&self, kind: MailKind, at: Time) -> Vec<Mail> {
        if !self.is_mailed() {
            return Vec::new();
        }
        let first = match filled(&self.extra, "deliveryMethod").and_then(|name| messenger(&name)) {
            Some(own) => self.phone().map(|to| (Some(own), to)),
            None => Some((None, self.address().to_owned())).filter(|(_, to)| !to.is_empty()),
        };
        let also = list(&self.extra, "additionalNotifications").iter().filter_map(|own| {
            let own = own.as_object()?;
            let by = messenger(&filled(own, "secondaryDeliveryMethod")?)?;
            Some((Some(by), dialled(object(own, "phoneNumber")?)?))
        });
        first.into_iter().chain(also).map(|(messenger, to)| Mail { messenger, kind, to, at }).collect()
    }

    /// DocuSign mails a recipient unless the application shows him the envelope.
    pub(crate) fn is_mailed(&self) -> bool {
        let at_docusign = self
            .extra
            .get("embeddedRecipientStartURL")
            .and_then(Value::as_str)
            .is_some_and(|url| url.eq_ignore_ascii_case("SIGN_AT_DOCUSIGN"));
        let suppressed = self
            .extra
            .get("suppressEmails")
            .and_then(Value::as_str)
            .is_some_and(|flag| flag.eq_ignore_ascii_case("true"));
        !suppressed && (self.client_user_id.is_none() || at_docusign)
    }
}

/// The messengers that DocuSign knows besides e-mail [FACTS 7].
fn messenger(name: &str) -> Option<&'static str> {
    ["SMS", "WhatsApp"].into_iter().find(|own| own.eq_ignore_ascii_case(name))
}

fn dialled(phone: &Object) -> Option<String> {
    Some(format!("+{}{}", filled(phone, "countryCode")?, filled(phone, "number")?))
}

#[derive(Debug, Clone)]
pub(crate) struct CustomField {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) show: bool,
    pub(crate) required: bool,
    /// A list field's choices.
    pub(crate) items: Option<Vec<String>>,
}

/// Reminders and expiry in days, as `notification` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notification {
    pub(crate) use_account_defaults: bool,
    pub(crate) reminder_enabled: bool,
    pub(crate) reminder_delay: u32,
    pub(crate) reminder_frequency: u32,
    pub(crate) expire_enabled: bool,
    pub(crate) expire_after: u32,
    pub(crate) expire_warn: u32,
}

impl Default for Notification {
    /// The account's defaults: 120 days, no reminders.
    fn default() -> Self {
        Self {
            use_account_defaults: true,
            reminder_enabled: false,
            reminder_delay: 0,
            reminder_frequency: 0,
            expire_enabled: true,
            expire_after: 120,
            expire_warn: 0,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailKind {
    Invitation,
    Resent,
    Reminder,
    Correction,
    Copy,
    Completed,
    Declined,
    Voided,
}

impl MailKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Resent => "resent",
            Self::Reminder => "reminder",
            Self::Correction => "correction",
            Self::Copy => "copy",
            Self::Completed => "completed",
            Self::Declined => "declined",
            Self::Voided => "voided",
        }
    }
}

/// A mail, or a message to a phone.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// `None` for e-mail.
    pub(crate) messenger: Option<&'static str>,
    pub(crate) kind: MailKind,
    pub(crate) to: String,
    pub(crate) at: Time,
}

/// A row of the audit trail.
#[derive(Debug, Clone)]
pub(crate) struct Audit {
    pub(crate) at: Time,
    pub(crate) action: &'static str,
    pub(crate) user_name: String,
    pub(crate) user_id: String,
    pub(crate) message: String,
    pub(crate) status: EnvelopeStatus,
}

#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) sender: Sender,
    pub(crate) status: EnvelopeStatus,
    pub(crate) subject: String,
    pub(crate) blurb: String,
    pub(crate) documents: Vec<Document>,
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) custom_fields: Vec<CustomField>,
    pub(crate) notification: Notification,
    pub(crate) transaction_id: Option<String>,
    pub(crate) created: Time,
    pub(crate) changed: Time,
    pub(crate) modified: Time,
    pub(crate) sent: Option<Time>,
    pub(crate) delivered: Option<Time>,
    pub(crate) completed: Option<Time>,
    pub(crate) declined: Option<Time>,
    pub(crate) voided: Option<Time>,
    pub(crate) voided_reason: Option<String>,
    /// Moved to the recycle bin.
    pub(crate) deleted: Option<Time>,
    pub(crate) lock: Option<Lock>,
    /// What it was before its sender began to correct it.
    pub(crate) correcting: Option<EnvelopeStatus>,
    pub(crate) workflow: Option<Workflow>,
    pub(crate) purge: Option<Purge>,
    pub(crate) reminded: u32,
    pub(crate) mails: Vec<Mail>,
    pub(crate) audit: Vec<Audit>,
    /// Other properties of the request that answers show again.
    pub(crate) extra: Object,
}

/// An edit lock.
#[derive(Debug, Clone)]
pub(crate) struct Lock {
    pub(crate) token: String,
    pub(crate) seconds: u32,
    pub(crate) until: Time,
    pub(crate) app: String,
    pub(crate) scratch_pad: bool,
    pub(crate) holder: Sender,
}

/// When an envelope goes out, and before which steps it stops.
#[derive(Debug, Clone, Default)]
pub(crate) struct Workflow {
    /// When it is to be sent.
    pub(crate) resume: Option<Time>,
    /// The sender has sent it, and its time has not come.
    pub(crate) scheduled: bool,
    /// Routing orders before which it pauses.
    pub(crate) pauses: Vec<u32>,
    pub(crate) paused: bool,
}

/// What is to be removed, as `purgeState` asked, and when that was.
#[derive(Debug, Clone)]
pub(crate) struct Purge {
    pub(crate) with_metadata: bool,
    pub(crate) asked: Time,
    pub(crate) done: bool,
}

/// Documents, placeholders of recipients and fields that envelopes are made from.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) owner: Sender,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) subject: String,
    pub(crate) blurb: String,
    pub(crate) documents: Vec<Document>,
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) custom_fields: Vec<CustomField>,
    pub(crate) notification: Notification,
    pub(crate) created: Time,
    pub(crate) modified: Time,
    /// Other properties of the request that answers show again.
    pub(crate) extra: Object,
}

#[derive(Debug, Clone)]
pub(crate) struct Sender {
    pub(crate) user_id: String,
    pub(crate) name: String,
    pub(crate) email: String,
}

impl Envelope {
    pub(crate) fn recipient(&self, id: &str) -> Option<&Recipient> {
        self.recipients.iter().find(|recipient| recipient.id == id)
    }

    pub(crate) fn recipient_mut(&mut self, id: &str) -> Option<&mut Recipient> {
        self.recipients.iter_mut().find(|recipient| recipient.id == id)
    }

    pub(crate) fn document(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.id == id)
    }

    /// The order whose recipients can act now, or the last one when all are done.
    pub(crate) fn current_order(&self) -> u32 {
        let open = self.recipients.iter().filter(|r| !r.status.is_done()).map(|r| r.order).min();
        open.or_else(|| self.recipients.iter().map(|r| r.order).max()).unwrap_or(1)
    }

    /// When it expires if nobody finishes it; counted from the first sending [FACTS 4.10, mapping 9].
    pub(crate) fn expires(&self) -> Option<Time> {
        let sent = self.sent.filter(|_| self.notification.expire_enabled)?;
        sent.checked_add_signed(TimeDelta::try_days(i64::from(self.notification.expire_after))?)
    }
}
