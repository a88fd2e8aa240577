//! A draft as DocuSign's envelope definition.

use serde::Serialize;
use serde_json::{Map, Value};
use signbridge_core::{
    Authentication, Delivery, Error, ErrorKind, Phone, Prepared, Recipient, Result, Role, once::Intent,
};
use uuid::Uuid;

use super::{
    marks::{self, CustomFields, TextCustomField},
    tabs::Tabs,
};
use crate::PROVIDER;

/// What an envelope is created from.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EnvelopeDefinition {
    status: &'static str,
    email_subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_blurb: Option<String>,
    allow_reassign: String,
    transaction_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    documents: Vec<DocumentPart>,
    recipients: Recipients,
    custom_fields: CustomFields,
    notification: Notification,
    #[serde(flatten)]
    extras: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct DocumentPart {
    document_id: String,
    name: String,
    file_extension: String,
    order: String,
}

#[derive(Debug, Clone, Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Recipients {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    signers: Vec<RecipientPart>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    in_person_signers: Vec<RecipientPart>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    certified_deliveries: Vec<RecipientPart>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    carbon_copies: Vec<RecipientPart>,
}

#[derive(Debug, Clone, Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct RecipientPart {
    recipient_id: String,
    routing_order: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signer_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signer_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_method: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<PhoneNumber>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    additional_notifications: Vec<AdditionalNotification>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_check_configuration_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    require_id_lookup: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_authentication: Option<SenderProvidedNumbers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_authentication: Option<SenderProvidedNumbers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tabs: Option<Tabs>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhoneNumber {
    country_code: String,
    number: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct AdditionalNotification {
    secondary_delivery_method: &'static str,
    phone_number: PhoneNumber,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct SenderProvidedNumbers {
    sender_provided_numbers: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    use_account_defaults: &'static str,
    reminders: ReminderPart,
    expirations: ExpirationPart,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReminderPart {
    reminder_enabled: String,
    reminder_delay: String,
    reminder_frequency: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ExpirationPart {
    expire_enabled: &'static str,
    expire_after: String,
    expire_warn: &'static str,
}

/// How an envelope comes into being.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Creation<'a> {
    /// Sent at once instead of kept as a draft.
    pub(crate) sent: bool,
    /// By which it can be asked for during seven days.
    pub(crate) transaction_id: Uuid,
    /// What it is marked with.
    pub(crate) intent: Option<Intent<'a>>,
    /// Documents and fields follow in requests of their own; the mark of completeness too.
    pub(crate) staged: bool,
}

impl EnvelopeDefinition {
    /// The definition of a checked draft.
    ///
    /// # Errors
    /// `invalid_draft` when an extra collides with what the draft says itself.
    pub(crate) fn new(prepared: &Prepared, creation: Creation<'_>) -> Result<Self> {
        let draft = &prepared.draft;
        let mut custom_fields = CustomFields::default();
        let fields = &mut custom_fields.text_custom_fields;
        fields.extend(draft.metadata.iter().map(|(name, value)| TextCustomField::new(name, value)));
        if let Some(intent) = &creation.intent {
            fields.push(marks::key(intent.key));
            if !creation.staged {
                fields.push(marks::digest(intent));
            }
        }
        fields.extend(draft.return_url.iter().flat_map(marks::return_url));
        let documents = if creation.staged { Vec::new() } else { documents(prepared) };
        let definition = Self {
            status: if creation.sent { "sent" } else { "created" },
            email_subject: draft.subject.clone(),
            email_blurb: draft.message.clone(),
            allow_reassign: draft.allow_reassign.to_string(),
            transaction_id: creation.transaction_id.to_string(),
            documents,
            recipients: recipients(prepared, !creation.staged),
            custom_fields,
            notification: notification(prepared),
            extras: Map::new(),
        };
        definition.with_extras(draft.extras.get(PROVIDER).cloned().unwrap_or_default())
    }

    fn with_extras(mut self, extras: Map<String, Value>) -> Result<Self> {
        let own = serde_json::to_value(&self).map_err(|error| {
            Error::new(ErrorKind::InvalidDraft, "the draft cannot be written").with_source(error)
        })?;
        let staged_only = ["documents", "emailBlurb"];
        if let Some(name) =
            extras.keys().find(|name| own.get(name).is_some() || staged_only.contains(&name.as_str()))
        {
            return Err(Error::new(
                ErrorKind::InvalidDraft,
                format!("extras.docusign.{name} repeats what the draft says itself"),
            )
            .with_provider(PROVIDER)
            .with_remedy("set it in the draft, or remove it from the extras"));
        }
        self.extras = extras;
        Ok(self)
    }

    /// The tabs of each recipient by his id, for requests that follow a staged creation.
    pub(crate) fn staged_tabs(prepared: &Prepared) -> Vec<(String, Tabs)> {
        let recipients = prepared.draft.recipients.iter().enumerate();
        recipients
            .filter_map(|(index, recipient)| Some((recipient_id(index), Tabs::of(index, &recipient.fields)?)))
            .collect()
    }
}

/// DocuSign's id of the document at this place of the draft.
pub(crate) fn document_id(index: usize) -> String {
    (index + 1).to_string()
}

fn recipient_id(index: usize) -> String {
    (index + 1).to_string()
}

fn documents(prepared: &Prepared) -> Vec<DocumentPart> {
    let part = |(index, document): (usize, &signbridge_core::PreparedDocument)| DocumentPart {
        document_id: document_id(index),
        name: document.name.clone(),
        file_extension: document.extension.clone(),
        order: document_id(index),
    };
    prepared.documents.iter().enumerate().map(part).collect()
}

fn notification(prepared: &Prepared) -> Notification {
    let draft = &prepared.draft;
    let reminders = match draft.reminders {
        Some(reminders) => (true, reminders.first_after_days, reminders.every_days),
        None => (false, 0, 0),
    };
    Notification {
        use_account_defaults: "false",
        reminders: ReminderPart {
            reminder_enabled: reminders.0.to_string(),
            reminder_delay: reminders.1.to_string(),
            reminder_frequency: reminders.2.to_string(),
        },
        expirations: ExpirationPart {
            expire_enabled: "true",
            expire_after: draft.expires_after_days.to_string(),
            expire_warn: "0",
        },
    }
}

fn recipients(prepared: &Prepared, with_tabs: bool) -> Recipients {
    let mut groups = Recipients::default();
    let ranks = prepared.draft.ranks();
    for ((index, recipient), rank) in prepared.draft.recipients.iter().enumerate().zip(ranks) {
        let part = part(index, rank, recipient, with_tabs);
        match recipient.role {
            Role::CarbonCopy => groups.carbon_copies.push(part),
            Role::CertifiedRecipient => groups.certified_deliveries.push(part),
            Role::InPersonSigner => groups.in_person_signers.push(part),
            _ => groups.signers.push(part),
        }
    }
    groups
}

fn part(index: usize, rank: u32, recipient: &Recipient, with_tabs: bool) -> RecipientPart {
    let mut part = RecipientPart {
        recipient_id: recipient_id(index),
        routing_order: rank.to_string(),
        note: recipient.note.clone(),
        tabs: if with_tabs { Tabs::of(index, &recipient.fields) } else { None },
        ..RecipientPart::default()
    };
    match &recipient.host {
        Some(host) => {
            part.host_name = Some(host.name.clone());
            part.host_email = Some(host.email.clone());
            part.signer_name = Some(recipient.name.clone());
            part.signer_email = Some(recipient.email.clone());
        }
        None => {
            part.name = Some(recipient.name.clone());
            part.email = Some(recipient.email.clone());
        }
    }
    deliver(&mut part, index, recipient);
    authenticate(&mut part, recipient.authentication.as_ref());
    part
}

fn deliver(part: &mut RecipientPart, index: usize, recipient: &Recipient) {
    let phone = recipient.phone.as_ref().map(phone_number);
    match recipient.delivery {
        Delivery::Embedded => part.client_user_id = Some(format!("signbridge-{}", index + 1)),
        Delivery::Sms | Delivery::WhatsApp => {
            // An address beside the phone number would be mailed too.
            part.email = None;
            part.delivery_method = Some(if recipient.delivery == Delivery::Sms { "SMS" } else { "WhatsApp" });
            part.phone_number = phone;
        }
        Delivery::EmailAndSms => {
            part.additional_notifications.extend(phone.map(|phone_number| AdditionalNotification {
                secondary_delivery_method: "SMS",
                phone_number,
            }))
        }
        _ => {}
    }
}

fn authenticate(part: &mut RecipientPart, authentication: Option<&Authentication>) {
    let check = |part: &mut RecipientPart, name| {
        part.id_check_configuration_name = Some(name);
        part.require_id_lookup = Some("true");
    };
    match authentication {
        Some(Authentication::AccessCode(code)) => part.access_code = Some(code.expose().to_owned()),
        Some(Authentication::SmsOtp(phone)) => {
            check(part, "SMS Auth $");
            part.sms_authentication = Some(numbers(phone));
        }
        Some(Authentication::PhoneCall(phone)) => {
            check(part, "Phone Auth $");
            part.phone_authentication = Some(numbers(phone));
        }
        Some(Authentication::Kba) => check(part, "ID Check $"),
        _ => {}
    }
}

fn phone_number(phone: &Phone) -> PhoneNumber {
    PhoneNumber { country_code: phone.country_code.clone(), number: phone.number.clone() }
}

fn numbers(phone: &Phone) -> SenderProvidedNumbers {
    SenderProvidedNumbers {
        sender_provided_numbers: vec![format!("+{}{}", phone.country_code, phone.number)],
    }
}
