//! Adobe's answers about agreements, in portable words.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use signbridge_core::{Envelope, EnvelopeDocument, EnvelopeRecipient, EnvelopeStatus, RecipientStatus};

use super::{
    agreement::read_label,
    events::{EventAnswer, Meaning},
    flexible, status,
};
use crate::PROVIDER;

/// What developer accounts put before every name.
const DEMO_PREFIX: &str = "[DEMO USE ONLY] ";

/// An agreement; everything may be missing.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgreementAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    pub(crate) status: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::time")]
    created_date: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    last_event_date: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::time")]
    expiration_time: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "flexible::list")]
    pub(crate) participant_sets_info: Vec<ParticipantSetAnswer>,
    #[serde(default)]
    external_id: Option<ExternalIdAnswer>,
    #[serde(default)]
    email_option: Option<EmailOptionAnswer>,
}

#[derive(Debug, Clone, Deserialize)]
struct ExternalIdAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    id: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EmailOptionAnswer {
    #[serde(default)]
    send_options: Option<SendOptionsAnswer>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendOptionsAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    init_emails: Option<String>,
}

/// Who takes part. Status and names stand here only, not in the agreement.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MembersAnswer {
    pub(crate) participant_sets: Vec<ParticipantSetAnswer>,
    #[serde(default, deserialize_with = "flexible::list")]
    ccs_info: Vec<CcAnswer>,
}

/// A set of people of whom any one acts.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ParticipantSetAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    pub(crate) id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    label: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    role: Option<String>,
    #[serde(default, deserialize_with = "flexible::number")]
    pub(crate) order: Option<u32>,
    #[serde(default, deserialize_with = "flexible::text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "flexible::list")]
    pub(crate) member_infos: Vec<MemberAnswer>,
}

impl ParticipantSetAnswer {
    /// Whether its members may act now.
    pub(crate) fn is_active(&self) -> bool {
        self.status
            .as_deref()
            .is_some_and(|status| status.to_ascii_uppercase().starts_with("WAITING_FOR_MY_"))
    }

    /// Whether somebody with this address belongs to it.
    pub(crate) fn has(&self, email: &str) -> bool {
        self.member_infos.iter().any(|member| member.is(email))
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct MemberAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    pub(crate) id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    email: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    status: Option<String>,
}

impl MemberAnswer {
    pub(crate) fn is(&self, email: &str) -> bool {
        self.email.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(email))
    }

    pub(crate) fn is_replaced(&self) -> bool {
        self.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("REPLACED"))
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CcAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    email: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    participant_id: Option<String>,
}

/// The documents of an agreement.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentsAnswer {
    documents: Vec<DocumentAnswer>,
    #[serde(default, deserialize_with = "flexible::list")]
    supporting_documents: Vec<DocumentAnswer>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DocumentAnswer {
    id: String,
    #[serde(default, deserialize_with = "flexible::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    label: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    display_label: Option<String>,
    #[serde(default, deserialize_with = "flexible::number")]
    num_pages: Option<u32>,
}

impl DocumentsAnswer {
    /// How many pages each of our files has, in the draft's order; `None` where one is not found.
    pub(crate) fn page_counts(&self, count: usize) -> Vec<Option<u32>> {
        (0..count)
            .map(|index| {
                let labelled = self.documents.iter().find(|document| {
                    document
                        .label
                        .as_deref()
                        .and_then(read_label)
                        .is_some_and(|(_, place)| place == index + 1)
                });
                labelled.and_then(|document| document.num_pages)
            })
            .collect()
    }

    pub(crate) fn portable(self) -> Vec<EnvelopeDocument> {
        let portable = |content: bool| {
            move |answer: DocumentAnswer| {
                let name = answer.name.or(answer.display_label).unwrap_or_default();
                let mut document = EnvelopeDocument::new(answer.id, name, content);
                document.pages = answer.num_pages;
                document
            }
        };
        let sent = self.documents.into_iter().map(portable(true));
        sent.chain(self.supporting_documents.into_iter().map(portable(false))).collect()
    }
}

/// What was read of an agreement, besides itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reads {
    pub(crate) members: Option<MembersAnswer>,
    pub(crate) events: Option<Vec<EventAnswer>>,
    pub(crate) documents: Option<DocumentsAnswer>,
}

/// The portable envelope.
pub(crate) fn envelope(id: &str, agreement: AgreementAnswer, raw: Value, reads: Reads) -> Envelope {
    let events = reads.events.as_deref().unwrap_or_default();
    let state = status::agreement(agreement.status.as_deref().unwrap_or_default(), reads.events.as_deref());
    let mailed = agreement.email_option.and_then(|option| option.send_options?.init_emails);
    let embedded = mailed.is_some_and(|mailed| mailed.eq_ignore_ascii_case("NONE"));
    // The digest of the draft that it was made from.
    let labels = agreement.participant_sets_info.iter().filter_map(|set| set.label.as_deref());
    let digest = labels.filter_map(read_label).map(|(digest, _)| digest).next();
    let (sets, ccs) = match reads.members {
        Some(members) => (members.participant_sets, members.ccs_info),
        None => (agreement.participant_sets_info, Vec::new()),
    };
    let mut envelope = Envelope::new(PROVIDER, id, state);
    envelope.subject = subject(agreement.name.unwrap_or_default());
    envelope.recipients = sets.into_iter().flat_map(|set| recipients(set, embedded, events)).collect();
    envelope.recipients.sort_by_key(|recipient| recipient.order);
    envelope.recipients.extend(ccs.into_iter().map(copied));
    envelope.created_at = agreement.created_date;
    envelope.sent_at = first(events, Meaning::Requested);
    if envelope.status.is_terminal() {
        let ending = events.iter().rev().find(|event| {
            let meaning = event.meaning();
            matches!(
                meaning,
                Meaning::Done | Meaning::Rejected | Meaning::Recalled | Meaning::Failed | Meaning::Expired
            )
        });
        envelope.ended_at = ending.and_then(EventAnswer::at).or(agreement.last_event_date);
    }
    envelope.expires_at = agreement.expiration_time;
    envelope.idempotency_key = agreement.external_id.and_then(|external| external.id);
    envelope.digest = digest;
    envelope.documents = reads.documents.map(DocumentsAnswer::portable).unwrap_or_default();
    envelope.raw = raw;
    envelope
}

/// A row of a list. Its statuses are as the caller sees them, and how a cancelled one ended it does not say.
pub(crate) fn row(raw: Value) -> Option<Envelope> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(default, deserialize_with = "flexible::text")]
        id: Option<String>,
        #[serde(default, deserialize_with = "flexible::text")]
        name: Option<String>,
        #[serde(default, deserialize_with = "flexible::text")]
        status: Option<String>,
    }
    let row = Row::deserialize(&raw).ok()?;
    let state = status::agreement(row.status.as_deref().unwrap_or_default(), None);
    let mut envelope = Envelope::new(PROVIDER, row.id?, state);
    envelope.subject = subject(row.name.unwrap_or_default());
    envelope.raw = raw;
    Some(envelope)
}

/// The date that a row shows.
pub(crate) fn display_date(row: &Envelope) -> Option<DateTime<Utc>> {
    flexible::parse_time(row.raw.get("displayDate")?.as_str()?)
}

/// Whether a row cannot say how its agreement ended.
pub(crate) fn is_open_question(row: &Envelope) -> bool {
    matches!(&row.status, EnvelopeStatus::Other(raw) if raw.eq_ignore_ascii_case("CANCELLED") || raw.eq_ignore_ascii_case("ABORTED"))
}

fn subject(name: String) -> String {
    name.strip_prefix(DEMO_PREFIX).map(str::to_owned).unwrap_or(name)
}

fn first(events: &[EventAnswer], meaning: Meaning) -> Option<DateTime<Utc>> {
    events.iter().find(|event| event.meaning() == meaning).and_then(EventAnswer::at)
}

fn recipients(
    set: ParticipantSetAnswer,
    embedded: bool,
    events: &[EventAnswer],
) -> impl Iterator<Item = EnvelopeRecipient> {
    let raw_status = set.status.unwrap_or_default();
    // The set keeps the name of whom it was made for: it is not that of somebody who came in his place.
    let set_name = set.name.filter(|_| !set.member_infos.iter().any(MemberAnswer::is_replaced));
    let (role, order) = (role(set.role.as_deref().unwrap_or_default()), set.order.unwrap_or(1));
    set.member_infos.into_iter().map(move |member| {
        let replaced = member.is_replaced();
        let email = member.email.unwrap_or_default();
        let status = match replaced {
            true => RecipientStatus::Removed,
            // Drafts have no status of a set.
            false if raw_status.is_empty() => RecipientStatus::Waiting,
            false => status::recipient(&raw_status, &email, events),
        };
        let newest = |meaning| {
            let mut his = events.iter().rev().filter(|event| event.is_about(&email));
            his.find(|event| event.meaning() == meaning)
        };
        let (done, rejected) = (newest(Meaning::Done), newest(Meaning::Rejected));
        let mut portable =
            EnvelopeRecipient::new(member.id.unwrap_or_default(), status.clone(), raw_status.clone());
        portable.name = member.name.or_else(|| set_name.clone()).unwrap_or_default();
        portable.role.clone_from(&role);
        portable.order = order;
        portable.embedded = embedded;
        portable.completed_at = match status {
            RecipientStatus::Completed => done.and_then(EventAnswer::at),
            RecipientStatus::Declined => rejected.and_then(EventAnswer::at),
            _ => None,
        };
        if status == RecipientStatus::Declined {
            portable.declined_reason = rejected.and_then(EventAnswer::comment).map(str::to_owned);
        }
        portable.email = email;
        portable
    })
}

/// Somebody who gets a copy: Adobe reports nothing about him.
fn copied(cc: CcAnswer) -> EnvelopeRecipient {
    let status = RecipientStatus::Other("not_reported".to_owned());
    let mut portable = EnvelopeRecipient::new(cc.participant_id.unwrap_or_default(), status, "");
    portable.name = cc.name.unwrap_or_default();
    portable.email = cc.email.unwrap_or_default();
    portable.role = "cc".to_owned();
    portable
}

/// The portable word for a role; others in Adobe's own spelling.
fn role(raw: &str) -> String {
    match raw.to_ascii_uppercase().as_str() {
        "SIGNER" => "signer",
        "APPROVER" => "approver",
        "ACCEPTOR" => "acceptor",
        "FORM_FILLER" => "form_filler",
        "CERTIFIED_RECIPIENT" => "certified_recipient",
        _ => raw,
    }
    .to_owned()
}
