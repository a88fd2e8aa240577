//! Agreements as the emulator keeps them.

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use super::fields::Field;
use super::tags::Tag;
use crate::pdf::PageInfo;
use crate::values::Object;

pub(crate) type Time = DateTime<Utc>;

/// The form of every time in the REST answers: whole seconds, UTC.
pub(crate) fn stamp(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// What a participant set has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Signer,
    Approver,
    Acceptor,
    CertifiedRecipient,
    FormFiller,
}

impl Role {
    const ALL: [Self; 5] =
        [Self::Signer, Self::Approver, Self::Acceptor, Self::CertifiedRecipient, Self::FormFiller];

    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Signer => "SIGNER",
            Self::Approver => "APPROVER",
            Self::Acceptor => "ACCEPTOR",
            Self::CertifiedRecipient => "CERTIFIED_RECIPIENT",
            Self::FormFiller => "FORM_FILLER",
        }
    }

    /// The agreement's status while such a set is asked.
    pub(crate) fn out_for(self) -> &'static str {
        match self {
            Self::Signer => "OUT_FOR_SIGNATURE",
            Self::Approver => "OUT_FOR_APPROVAL",
            Self::Acceptor => "OUT_FOR_ACCEPTANCE",
            Self::CertifiedRecipient => "OUT_FOR_DELIVERY",
            Self::FormFiller => "OUT_FOR_FORM_FILLING",
        }
    }

    /// The set's own status while it is asked, and the list's status for a caller who belongs to it.
    pub(crate) fn waiting(self) -> &'static str {
        match self {
            Self::Signer => "WAITING_FOR_MY_SIGNATURE",
            Self::Approver => "WAITING_FOR_MY_APPROVAL",
            Self::Acceptor => "WAITING_FOR_MY_ACCEPTANCE",
            Self::CertifiedRecipient => "WAITING_FOR_MY_ACKNOWLEDGEMENT",
            Self::FormFiller => "WAITING_FOR_MY_FORM_FILLING",
        }
    }

    /// The agreement's final status.
    pub(crate) fn done(self) -> &'static str {
        match self {
            Self::Signer => "SIGNED",
            Self::Approver => "APPROVED",
            Self::Acceptor => "ACCEPTED",
            Self::CertifiedRecipient => "DELIVERED",
            Self::FormFiller => "FORM_FILLED",
        }
    }
}

/// Where an agreement stands. What is being prepared is told by [`Agreement::pending`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Draft,
    Processing,
    Authoring,
    Out,
    Completed,
    Cancelled,
    Expired,
}

impl Status {
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Expired)
    }
}

/// Where asynchronous processing leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    Authoring,
    InProcess,
}

/// One person of a participant set.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) email: String,
    /// Given by the sender, else made of the address.
    pub(crate) name: String,
    /// Whether the sender gave it. A name that nobody gave is not told before the member acts.
    pub(crate) named: bool,
    /// `securityOption` as answers show it: without the password.
    pub(crate) security: Object,
    pub(crate) password: Option<String>,
    /// Unguessable; part of the signing link and of the mailed one.
    pub(crate) link: String,
    pub(crate) replaced: bool,
    pub(crate) viewed: Option<Time>,
    pub(crate) acted: Option<Time>,
    pub(crate) declined: Option<Time>,
}

/// Persons of whom any one acts.
#[derive(Debug, Clone)]
pub(crate) struct ParticipantSet {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) label: Option<String>,
    pub(crate) private_message: Option<String>,
    pub(crate) order: i64,
    pub(crate) role: Role,
    pub(crate) members: Vec<Member>,
    /// When it became their turn.
    pub(crate) exposed: Option<Time>,
    pub(crate) completed: Option<Time>,
}

impl ParticipantSet {
    pub(crate) fn is_current(&self) -> bool {
        self.exposed.is_some() && self.completed.is_none()
    }
}

/// A file after conversion.
#[derive(Debug, Clone)]
pub(crate) struct Converted {
    pub(crate) pdf: Bytes,
    pub(crate) pages: Vec<PageInfo>,
    pub(crate) tags: Vec<Tag>,
}

/// An uploaded file, by itself or within an agreement.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) mime: String,
    pub(crate) label: Option<String>,
    pub(crate) sha256: String,
    pub(crate) length: usize,
    /// Why it cannot be converted; told only after an agreement was made of it.
    pub(crate) converted: Result<Converted, String>,
    /// The fields of the library document it comes from. Their assignees are `recipientN`, from 0; their pages
    /// count from the first of this file.
    pub(crate) layer: Vec<Field>,
}

/// A document kept for reuse. Participants do not belong to it.
#[derive(Debug, Clone)]
pub(crate) struct LibraryDocument {
    pub(crate) id: String,
    /// The user who made it.
    pub(crate) owner: String,
    pub(crate) creator: String,
    pub(crate) name: String,
    /// `USER`, `GROUP` or `ACCOUNT`.
    pub(crate) sharing: String,
    pub(crate) kinds: Vec<String>,
    pub(crate) files: Vec<File>,
    pub(crate) fields: Vec<Field>,
    /// Whether agreements can be made of it; else it is in authoring.
    pub(crate) active: bool,
    pub(crate) created: Time,
    pub(crate) changed: Time,
}

/// One row of the history.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) at: Time,
    pub(crate) description: String,
    pub(crate) comment: Option<String>,
    pub(crate) participant: Party,
    pub(crate) acting: Party,
    pub(crate) version: u64,
}

/// Somebody in the history.
#[derive(Debug, Clone)]
pub(crate) struct Party {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) role: &'static str,
}

#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) kind: &'static str,
    pub(crate) to: String,
    pub(crate) at: Time,
}

/// A reminder made through its own resource.
#[derive(Debug, Clone)]
pub(crate) struct Reminder {
    pub(crate) id: String,
    pub(crate) members: Vec<String>,
    pub(crate) note: Option<String>,
    pub(crate) frequency: Option<String>,
    pub(crate) first_delay_hours: Option<i64>,
    /// Whether waiting begins when it becomes the participant's turn.
    pub(crate) from_availability: bool,
    pub(crate) created: Time,
    pub(crate) sent: Vec<Time>,
    pub(crate) complete: bool,
}

/// Everything of an agreement.
#[derive(Debug, Clone)]
pub(crate) struct Agreement {
    pub(crate) id: String,
    pub(crate) sender: Party,
    pub(crate) name: String,
    pub(crate) message: Option<String>,
    pub(crate) external_id: Option<String>,
    /// `locale`, `signatureType`, `emailOption`, `postSignOption` and the like, shown again as given.
    pub(crate) echoed: Object,
    pub(crate) files: Vec<File>,
    /// The signature page appended because a signer had no field.
    pub(crate) appended: Option<Converted>,
    pub(crate) sets: Vec<ParticipantSet>,
    pub(crate) ccs: Vec<String>,
    pub(crate) generators: Vec<Value>,
    pub(crate) merge: Vec<(String, String)>,
    pub(crate) fields: Vec<Field>,
    pub(crate) status: Status,
    pub(crate) pending: Option<(Goal, Time)>,
    /// Until then signing links are refused although the status is out already.
    pub(crate) exposed_from: Option<Time>,
    pub(crate) created: Time,
    pub(crate) changed: Time,
    pub(crate) expires: Option<Time>,
    pub(crate) version: u64,
    pub(crate) events: Vec<Event>,
    pub(crate) mails: Vec<Mail>,
    pub(crate) reminders: Vec<Reminder>,
    pub(crate) reminder_frequency: Option<String>,
    pub(crate) first_reminder_hours: Option<i64>,
    pub(crate) reminded: u32,
    pub(crate) hidden: bool,
    pub(crate) deleted: bool,
    pub(crate) documents_removed: bool,
}

impl Agreement {
    /// The status as `GET /agreements/{id}` tells it.
    pub(crate) fn status_word(&self) -> &'static str {
        match self.status {
            Status::Draft => "DRAFT",
            Status::Processing => "DOCUMENTS_NOT_YET_PROCESSED",
            Status::Authoring => "AUTHORING",
            Status::Out => self
                .sets
                .iter()
                .find(|set| set.is_current())
                .map_or("OUT_FOR_SIGNATURE", |set| set.role.out_for()),
            Status::Completed => self.final_role().done(),
            Status::Cancelled => "CANCELLED",
            Status::Expired => "EXPIRED",
        }
    }

    /// The last set's role, but a signature outweighs all others.
    fn final_role(&self) -> Role {
        if self.sets.iter().any(|set| set.role == Role::Signer) {
            return Role::Signer;
        }
        self.sets.iter().max_by_key(|set| set.order).map_or(Role::Signer, |set| set.role)
    }

    /// The status of a set as `/members` tells it.
    pub(crate) fn set_status(&self, set: &ParticipantSet) -> &'static str {
        match (set.completed, self.status) {
            (Some(_), _) => "COMPLETED",
            (None, Status::Cancelled) => "CANCELLED",
            (None, Status::Expired) => "EXPIRED",
            (None, Status::Out) if set.is_current() => set.role.waiting(),
            (None, _) => "NOT_YET_VISIBLE",
        }
    }

    pub(crate) fn set(&self, id: &str) -> Option<&ParticipantSet> {
        self.sets.iter().find(|set| set.id == id)
    }

    /// A member by id or link, with his set.
    pub(crate) fn member(&self, key: &str) -> Option<(&ParticipantSet, &Member)> {
        self.sets.iter().find_map(|set| {
            set.members.iter().find(|own| own.id == key || own.link == key).map(|own| (set, own))
        })
    }

    pub(crate) fn member_mut(&mut self, key: &str) -> Option<(&mut ParticipantSet, usize)> {
        self.sets.iter_mut().find_map(|set| {
            let at = set.members.iter().position(|own| own.id == key || own.link == key)?;
            Some((set, at))
        })
    }

    /// All files in their order, with what was appended; nothing when one cannot be converted.
    pub(crate) fn converted(&self) -> Option<Vec<&Converted>> {
        self.files
            .iter()
            .map(|file| file.converted.as_ref().ok())
            .chain(self.appended.as_ref().map(Some))
            .collect()
    }

    /// The pages of the combined document.
    pub(crate) fn pages(&self) -> Vec<PageInfo> {
        self.converted().unwrap_or_default().iter().flat_map(|own| own.pages.iter().copied()).collect()
    }

    /// A mail option: `initEmails`, `inFlightEmails` or `completionEmails`; ALL when not given.
    pub(crate) fn mails(&self, option: &str) -> bool {
        self.echoed
            .get("emailOption")
            .and_then(|own| own.get("sendOptions"))
            .and_then(|own| own.get(option))
            .and_then(Value::as_str)
            != Some("NONE")
    }

    /// Marks the agreement changed.
    pub(crate) fn touch(&mut self, now: Time) {
        self.changed = now;
        self.version += 1;
    }
}
