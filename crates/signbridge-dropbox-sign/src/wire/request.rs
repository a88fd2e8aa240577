//! A draft as Dropbox Sign's signature request.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use signbridge_core::{
    Authentication, Delivery, Draft, Error, ErrorKind, Phone, Prepared, Recipient, Result, Role, once::Intent,
};

use super::{
    fields::{self, CustomField, FormField, FormFieldGroup},
    marks,
};
use crate::PROVIDER;

/// What a request is created from. What a signer sees, when it ends and what is billed is always written.
#[derive(Serialize)]
struct SignatureRequest {
    title: String,
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    template_ids: Vec<String>,
    signers: Vec<Signer>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cc_email_addresses: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ccs: Vec<Copy>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    form_fields_per_document: Vec<FormField>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    form_field_groups: Vec<FormFieldGroup>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    custom_fields: Vec<CustomField>,
    metadata: BTreeMap<String, String>,
    allow_decline: bool,
    /// Of a request from a template it is the template's.
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_reassign: Option<bool>,
    expires_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    test_mode: bool,
}

/// Somebody who gets a copy, in a role of a template.
#[derive(Serialize)]
struct Copy {
    role: String,
    email_address: String,
}

#[derive(Serialize)]
struct Signer {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    name: String,
    email_address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_phone_number_type: Option<&'static str>,
}

/// How a request comes into being.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Creation<'a> {
    pub(crate) test_mode: bool,
    /// The API app of an embedded request; mailed ones name none.
    pub(crate) client_id: Option<&'a str>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) intent: Intent<'a>,
}

/// The members of the request for a checked draft.
///
/// # Errors
/// `invalid_draft` when an extra repeats what the draft says itself.
pub(crate) fn members(prepared: &Prepared, creation: Creation<'_>) -> Result<Map<String, Value>> {
    let draft = &prepared.draft;
    let fields = fields::of(draft);
    let from_template = !draft.templates.is_empty();
    let copies = draft.recipients.iter().filter(|recipient| recipient.role == Role::CarbonCopy);
    let (copies_by_role, copies): (Vec<_>, Vec<_>) = copies.partition(|_| from_template);
    let in_role = |copy: &Recipient| Copy {
        role: copy.template_role.clone().unwrap_or_default(),
        email_address: copy.email.clone(),
    };
    let request = SignatureRequest {
        title: draft.subject.clone(),
        subject: draft.subject.clone(),
        message: draft.message.clone(),
        template_ids: draft.templates.clone(),
        signers: signers(draft),
        cc_email_addresses: copies.iter().map(|copy| copy.email.clone()).collect(),
        ccs: copies_by_role.into_iter().map(in_role).collect(),
        form_fields_per_document: fields.form,
        form_field_groups: fields.groups,
        custom_fields: fields.values,
        metadata: marks::marked(&draft.metadata, creation.intent),
        allow_decline: draft.allow_decline,
        allow_reassign: (!from_template).then_some(draft.allow_reassign),
        expires_at: creation.expires_at.timestamp(),
        client_id: creation.client_id.map(str::to_owned),
        test_mode: creation.test_mode,
    };
    let written = serde_json::to_value(&request).map_err(|error| {
        Error::new(ErrorKind::InvalidDraft, "the draft cannot be written").with_source(error)
    })?;
    let Value::Object(mut members) = written else {
        return Err(Error::new(ErrorKind::InvalidDraft, "the draft cannot be written"));
    };
    // What the draft may say, whether or not this one does.
    const OURS: [&str; 12] = [
        "message",
        "cc_email_addresses",
        "ccs",
        "allow_reassign",
        "form_fields_per_document",
        "form_field_groups",
        "custom_fields",
        "client_id",
        "grouped_signers",
        "files",
        "file_urls",
        "template_ids",
    ];
    for (name, value) in draft.extras.get(PROVIDER).into_iter().flatten() {
        if members.contains_key(name) || OURS.contains(&name.as_str()) {
            let message = format!("extras.{PROVIDER}.{name} repeats what the draft says itself");
            return Err(Error::new(ErrorKind::InvalidDraft, message)
                .with_provider(PROVIDER)
                .with_remedy("set it in the draft, or remove it from the extras"));
        }
        members.insert(name.clone(), value.clone());
    }
    Ok(members)
}

/// The recipients who sign, with their places in the draft.
pub(crate) fn signing(draft: &Draft) -> impl Iterator<Item = (usize, &Recipient)> {
    draft.recipients.iter().enumerate().filter(|(_, recipient)| recipient.role != Role::CarbonCopy)
}

/// The ranks of those who sign, without gaps, from 0; none when all sign at the same time.
pub(crate) fn orders(draft: &Draft) -> Option<Vec<u32>> {
    let orders: Vec<u32> = signing(draft).map(|(_, recipient)| recipient.order).collect();
    let mut steps = orders.clone();
    steps.sort_unstable();
    steps.dedup();
    let rank = |order: &u32| steps.iter().filter(|step| *step < order).count() as u32;
    (steps.len() > 1).then(|| orders.iter().map(rank).collect())
}

fn signers(draft: &Draft) -> Vec<Signer> {
    // The order of roles is the template's.
    let orders = orders(draft).filter(|_| draft.templates.is_empty());
    let signer = |(index, (_, recipient)): (usize, (usize, &Recipient))| {
        let (phone, kind) = phone(recipient).unzip();
        Signer {
            role: recipient.template_role.clone(),
            name: recipient.name.clone(),
            email_address: recipient.email.clone(),
            order: orders.as_ref().and_then(|orders| orders.get(index).copied()),
            pin: match &recipient.authentication {
                Some(Authentication::AccessCode(code)) => Some(code.expose().to_owned()),
                _ => None,
            },
            sms_phone_number: phone,
            sms_phone_number_type: kind,
        }
    };
    signing(draft).enumerate().map(signer).collect()
}

/// A signer has one number, for one purpose.
fn phone(recipient: &Recipient) -> Option<(String, &'static str)> {
    let e164 = |phone: &Phone| format!("+{}{}", phone.country_code, phone.number);
    match (&recipient.authentication, recipient.delivery, &recipient.phone) {
        (Some(Authentication::SmsOtp(phone)), _, _) => Some((e164(phone), "authentication")),
        (_, Delivery::EmailAndSms, Some(phone)) => Some((e164(phone), "delivery")),
        _ => None,
    }
}
