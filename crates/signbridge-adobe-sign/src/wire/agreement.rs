//! `AgreementInfo`, as requests write it.

use std::{collections::BTreeSet, fmt};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use signbridge_core::{
    Authentication, Delivery, Draft, Error, ErrorKind, IdempotencyKey, Phone, Prepared, Recipient, Reminders,
    Result, Role,
};
use url::Url;

use super::fields::{self, FormFieldGenerator};
use crate::PROVIDER;

/// What our labels begin with: the rest is the draft's digest and a place.
const LABEL: &str = "sb-";

/// In which state an agreement is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum InitialState {
    #[serde(rename = "DRAFT")]
    Draft,
    /// A draft whose fields can be set.
    #[serde(rename = "AUTHORING")]
    Authoring,
    #[serde(rename = "IN_PROCESS")]
    InProcess,
}

/// An agreement to be created.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewAgreement {
    file_infos: Vec<FileInfo>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    signature_type: &'static str,
    state: InitialState,
    external_id: ExternalId,
    participant_sets_info: Vec<ParticipantSet>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ccs: Vec<Cc>,
    email_option: EmailOption,
    expiration_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reminder_frequency: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_reminder_delay: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_sign_option: Option<PostSignOption>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    form_field_generators: Vec<FormFieldGenerator>,
    /// Known from third parties only: sent where the profile allows it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    merge_field_info: Vec<MergeField>,
    #[serde(flatten)]
    extras: Map<String, Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileInfo {
    #[serde(flatten)]
    source: FileSource,
    label: String,
}

/// Where a file comes from: exactly one id, the others must not even be there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum FileSource {
    TransientDocumentId(String),
    LibraryDocumentId(String),
}

/// A text that the sender fills into a field of a library document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MergeField {
    field_name: String,
    default_value: String,
}

#[derive(Serialize)]
struct ExternalId {
    id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ParticipantSet {
    /// On the first set the mark of the draft: an agreement shows it in every state, its files' labels only later.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    order: u32,
    role: &'static str,
    name: String,
    member_infos: [Member; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    private_message: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    email: String,
    security_option: Security,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Security {
    authentication_method: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_info: Option<PhoneInfo>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhoneInfo {
    country_code: String,
    phone: String,
}

#[derive(Serialize)]
struct Cc {
    email: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EmailOption {
    send_options: SendOptions,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SendOptions {
    init_emails: &'static str,
    in_flight_emails: &'static str,
    completion_emails: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PostSignOption {
    redirect_url: Url,
    redirect_delay: u32,
}

/// Texts, addresses and codes stay out of logs.
impl fmt::Debug for NewAgreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAgreement").field("state", &self.state).finish_non_exhaustive()
    }
}

impl NewAgreement {
    /// The agreement for a checked draft whose files were uploaded, in the draft's order.
    pub(crate) fn new(
        prepared: &Prepared,
        state: InitialState,
        key: &IdempotencyKey,
        digest: &str,
        uploads: Vec<String>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let draft = &prepared.draft;
        let names = set_names(draft);
        let sets = draft.recipients.iter().zip(ranks(draft)).zip(&names);
        let mut participant_sets_info: Vec<_> =
            sets.filter_map(|((recipient, rank), name)| participant_set(recipient, rank?, name)).collect();
        if let Some(first) = participant_sets_info.first_mut() {
            first.label = Some(label(digest, 0));
        }
        // Templates come first in the agreement; their labels follow on those of the draft's own documents.
        let templates = draft.templates.iter().cloned().map(FileSource::LibraryDocumentId);
        let templates = templates.zip(uploads.len() + 1..);
        let documents = uploads.into_iter().map(FileSource::TransientDocumentId).zip(1..);
        let file_infos = templates
            .chain(documents)
            .map(|(source, place)| FileInfo { source, label: label(digest, place) })
            .collect();
        let copies = draft.recipients.iter().filter(|recipient| recipient.role == Role::CarbonCopy);
        let agreement = Self {
            file_infos,
            name: draft.subject.clone(),
            message: draft.message.clone(),
            signature_type: "ESIGN",
            state,
            external_id: ExternalId { id: key.as_str().to_owned() },
            participant_sets_info,
            ccs: copies.map(|recipient| Cc { email: recipient.email.clone() }).collect(),
            email_option: EmailOption { send_options: mails(draft) },
            expiration_time: (now + TimeDelta::days(i64::from(draft.expires_after_days)))
                .to_rfc3339_opts(SecondsFormat::Secs, true),
            reminder_frequency: draft.reminders.and_then(frequency),
            first_reminder_delay: draft
                .reminders
                .map(|reminders| reminders.first_after_days.saturating_mul(24)),
            post_sign_option: draft
                .return_url
                .clone()
                .map(|redirect_url| PostSignOption { redirect_url, redirect_delay: 0 }),
            form_field_generators: fields::generators(draft, &names),
            merge_field_info: draft.values.iter().map(merged).collect(),
            extras: Map::new(),
        };
        agreement.with_extras(draft)
    }

    /// Adds the members that the draft carries for Adobe; they cannot repeat ours.
    fn with_extras(mut self, draft: &Draft) -> Result<Self> {
        let Some(extras) = draft.extras.get(PROVIDER) else { return Ok(self) };
        let own = serde_json::to_value(&self).unwrap_or_default();
        if let Some(name) = extras.keys().find(|name| own.get(name).is_some()) {
            return Err(Error::new(
                ErrorKind::InvalidDraft,
                format!("extras.{PROVIDER}.{name} repeats what the draft says itself"),
            )
            .with_provider(PROVIDER)
            .with_remedy("set it in the draft, or remove it from the extras"));
        }
        self.extras = extras.clone();
        Ok(self)
    }
}

/// The label of a file by its place, or of the first set (0). Labels are unique, seen by nobody, and given back. The
/// specification describes them for workflows; that others may use them is inferred.
fn label(digest: &str, place: usize) -> String {
    format!("{LABEL}{digest}-{place}")
}

/// Digest and place in a label of ours.
pub(crate) fn read_label(label: &str) -> Option<(String, usize)> {
    let (digest, place) = label.strip_prefix(LABEL)?.rsplit_once('-')?;
    Some((digest.to_owned(), place.parse().ok()?))
}

/// The place of each recipient in Adobe's order: consecutive from 1, without those who only get copies (`None`).
pub(crate) fn ranks(draft: &Draft) -> Vec<Option<u32>> {
    let acts = |recipient: &&Recipient| recipient.role != Role::CarbonCopy;
    let orders: BTreeSet<u32> =
        draft.recipients.iter().filter(acts).map(|recipient| recipient.order).collect();
    let rank = |order| orders.range(..=order).count() as u32;
    draft.recipients.iter().map(|recipient| acts(&recipient).then(|| rank(recipient.order))).collect()
}

/// The names of the sets. Anchored fields are assigned by them, so they have to differ.
pub(crate) fn set_names(draft: &Draft) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(draft.recipients.len());
    for recipient in &draft.recipients {
        let mut name = recipient.name.clone();
        let mut number = 2;
        while names.contains(&name) {
            name = format!("{} ({number})", recipient.name);
            number += 1;
        }
        names.push(name);
    }
    names
}

fn merged((field, text): (&String, &String)) -> MergeField {
    MergeField { field_name: field.clone(), default_value: text.clone() }
}

fn participant_set(recipient: &Recipient, rank: u32, name: &str) -> Option<ParticipantSet> {
    let role = match recipient.role {
        Role::Signer => "SIGNER",
        Role::Approver => "APPROVER",
        Role::Acceptor => "ACCEPTOR",
        Role::FormFiller => "FORM_FILLER",
        Role::CertifiedRecipient => "CERTIFIED_RECIPIENT",
        _ => return None,
    };
    let member = Member { email: recipient.email.clone(), security_option: security(recipient) };
    Some(ParticipantSet {
        label: None,
        order: rank,
        role,
        name: name.to_owned(),
        member_infos: [member],
        private_message: recipient.note.clone(),
    })
}

/// One method per person; that there is none is written, too.
fn security(recipient: &Recipient) -> Security {
    let phone =
        |phone: &Phone| PhoneInfo { country_code: phone.country_code.clone(), phone: phone.number.clone() };
    let (method, password, phone_info) = match &recipient.authentication {
        Some(Authentication::AccessCode(code)) => ("PASSWORD", Some(code.expose().to_owned()), None),
        Some(Authentication::SmsOtp(number) | Authentication::PhoneCall(number)) => {
            ("PHONE", None, Some(phone(number)))
        }
        Some(Authentication::Kba) => ("KBA", None, None),
        Some(Authentication::EmailOtp) => ("EMAIL_OTP", None, None),
        Some(Authentication::IdDocument) => ("GOV_ID", None, None),
        _ => ("NONE", None, None),
    };
    Security { authentication_method: method, password, phone_info }
}

/// Whether the application shows the links: for all signers or for none, as the mails are for all or none.
pub(crate) fn is_embedded(draft: &Draft) -> bool {
    draft.recipients.iter().any(|recipient| recipient.delivery == Delivery::Embedded)
}

/// Which mails Adobe sends. Nobody is mailed where the application shows the links, but for somebody who is to get a
/// copy the final mail has to go out.
fn mails(draft: &Draft) -> SendOptions {
    let copies = draft.recipients.iter().any(|recipient| recipient.role == Role::CarbonCopy);
    match is_embedded(draft) {
        false => SendOptions { init_emails: "ALL", in_flight_emails: "ALL", completion_emails: "ALL" },
        true => SendOptions {
            init_emails: "NONE",
            in_flight_emails: "NONE",
            completion_emails: if copies { "ALL" } else { "NONE" },
        },
    }
}

/// Adobe's word for the days between reminders. The specification has two, the others were seen on live reminders.
pub(crate) fn frequency(reminders: Reminders) -> Option<&'static str> {
    match reminders.every_days {
        1 => Some("DAILY_UNTIL_SIGNED"),
        2 => Some("EVERY_OTHER_DAY_UNTIL_SIGNED"),
        3 => Some("EVERY_THIRD_DAY_UNTIL_SIGNED"),
        5 => Some("EVERY_FIFTH_DAY_UNTIL_SIGNED"),
        7 => Some("WEEKLY_UNTIL_SIGNED"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: 3 order base, 3 all parallel, 15 11
    #[test]
    fn order_is_consecutive_from_one_and_leaves_out_copies() {
        let draft = Draft::new("x")
            .recipient(Recipient::carbon_copy("C", "c@x.io").order(1))
            .recipient(Recipient::signer("A", "a@x.io").order(5))
            .recipient(Recipient::signer("B", "b@x.io").order(9))
            .recipient(Recipient::signer("D", "d@x.io").order(5));
        assert_eq!(ranks(&draft), [None, Some(1), Some(2), Some(1)]);
    }

    #[test]
    fn equal_names_become_different_sets() {
        let ann = || Recipient::signer("Ann", "ann@x.io");
        let draft = Draft::new("x").recipient(ann()).recipient(ann().order(2)).recipient(ann().order(3));
        assert_eq!(set_names(&draft), ["Ann", "Ann (2)", "Ann (3)"]);
    }

    #[test]
    fn a_label_comes_back_as_digest_and_place() {
        assert_eq!(read_label(&label("ab12", 3)), Some(("ab12".to_owned(), 3)));
        for foreign in ["", "sb-", "ab12-1", "sb-ab12-x"] {
            assert_eq!(read_label(foreign), None, "{foreign}");
        }
    }
}
