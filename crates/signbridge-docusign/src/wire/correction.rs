//! Changes of recipients who are there already: the changed members and nothing else.

use std::collections::BTreeMap;

use serde::Serialize;
use signbridge_core::{Phone, RecipientChange};

use super::{
    answer::RecipientAnswer,
    identity::{Identification, IdentityVerification},
    recipient::{self, PhoneNumber, RecipientPart, SenderProvidedNumbers},
};

/// Changes by group of recipients.
pub(crate) type Changes = BTreeMap<&'static str, Vec<Change>>;

/// What changes for one recipient. DocuSign takes even an unchanged address for a new one and mails it.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    pub(crate) recipient_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signer_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signer_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    routing_order: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<PhoneNumber>,
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
    identity_verification: Option<IdentityVerification>,
}

impl Change {
    /// Only the recipient: which one to remove.
    pub(crate) fn of(own: &RecipientAnswer) -> Self {
        Self { recipient_id: own.portable.id.clone(), ..Self::default() }
    }

    /// Whether another way than a workflow identifies him from now on.
    pub(crate) fn replaces_workflow(&self) -> bool {
        self.identity_verification.is_none()
            && (self.access_code.is_some() || self.require_id_lookup == Some("true"))
    }

    /// What differs from how he stands in the envelope; `None` when nothing does.
    pub(crate) fn new(
        own: &RecipientAnswer,
        change: &RecipientChange,
        identification: &Identification,
    ) -> Option<Self> {
        let mut made = Self::of(own);
        let name = change.name.clone().filter(|name| *name != own.portable.name);
        let email = change.email.clone().filter(|email| *email != own.portable.email);
        if own.group == "inPersonSigners" {
            (made.signer_name, made.signer_email) = (name, email);
        } else {
            (made.name, made.email) = (name, email);
        }
        made.routing_order =
            change.order.filter(|order| *order != own.portable.order).map(|order| order.to_string());
        made.phone_number = change.phone.as_ref().map(|phone: &Phone| recipient::phone_number(phone));
        if let Some(authentication) = &change.authentication {
            let mut part = RecipientPart::default();
            recipient::authenticate(&mut part, Some(authentication), identification);
            made.identity_verification = part.identity_verification;
            made.id_check_configuration_name = part.id_check_configuration_name;
            made.sms_authentication = part.sms_authentication;
            made.phone_authentication = part.phone_authentication;
            // What identified him before is taken away, else he would be asked for both.
            made.require_id_lookup = part.require_id_lookup.or_else(|| own.has_check.then_some("false"));
            made.access_code = part.access_code.or_else(|| own.has_code.then(String::new));
        }
        (made != Self::of(own)).then_some(made)
    }
}
