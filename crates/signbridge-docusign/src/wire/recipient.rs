//! Recipients as requests write them.

#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::{Map, Value};
use signbridge_core::{Authentication, Delivery, Phone, Recipient, Role};

use super::{
    identity::{Identification, IdentityVerification, ProviderPart},
    tabs::Tabs,
};

#[derive(Debug, Clone, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recipients {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) signers: Vec<RecipientPart>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) in_person_signers: Vec<RecipientPart>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) certified_deliveries: Vec<RecipientPart>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) carbon_copies: Vec<RecipientPart>,
}

#[derive(Debug, Clone, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecipientPart {
    pub(crate) recipient_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) role_name: Option<String>,
    pub(crate) routing_order: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) host_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) host_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) signer_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) signer_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delivery_method: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number: Option<PhoneNumber>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) additional_notifications: Vec<AdditionalNotification>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) access_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id_check_configuration_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) require_id_lookup: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sms_authentication: Option<SenderProvidedNumbers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_authentication: Option<SenderProvidedNumbers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) identity_verification: Option<IdentityVerification>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) recipient_signature_providers: Vec<ProviderPart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tabs: Option<RecipientTabs>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhoneNumber {
    pub(crate) country_code: String,
    pub(crate) number: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdditionalNotification {
    pub(crate) secondary_delivery_method: &'static str,
    pub(crate) phone_number: PhoneNumber,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SenderProvidedNumbers {
    pub(crate) sender_provided_numbers: Vec<String>,
}

/// A recipient's fields: placed ones, or values for those that a template has placed.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(crate) enum RecipientTabs {
    Placed(Box<Tabs>),
    Values(Map<String, Value>),
}

impl Recipients {
    /// Puts a recipient into the group of his role.
    pub(crate) fn push(&mut self, role: Role, part: RecipientPart) {
        match role {
            Role::CarbonCopy => self.carbon_copies.push(part),
            Role::CertifiedRecipient => self.certified_deliveries.push(part),
            Role::InPersonSigner => self.in_person_signers.push(part),
            _ => self.signers.push(part),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.signers.is_empty()
            && self.in_person_signers.is_empty()
            && self.certified_deliveries.is_empty()
            && self.carbon_copies.is_empty()
    }
}

/// A recipient under this id, at this place in the order.
pub(crate) fn part(
    id: &str,
    order: u32,
    recipient: &Recipient,
    tabs: Option<RecipientTabs>,
    identification: &Identification,
) -> RecipientPart {
    let mut part = RecipientPart {
        recipient_id: id.to_owned(),
        role_name: recipient.template_role.clone(),
        routing_order: order.to_string(),
        note: recipient.note.clone(),
        tabs,
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
    deliver(&mut part, id, recipient);
    authenticate(&mut part, recipient.authentication.as_ref(), identification);
    part.recipient_signature_providers =
        identification.certification(recipient.level, recipient.authentication.as_ref());
    part
}

/// The id by which an application's own page names an embedded signer.
pub(crate) fn client_user_id(id: &str) -> String {
    format!("signbridge-{id}")
}

fn deliver(part: &mut RecipientPart, id: &str, recipient: &Recipient) {
    let phone = recipient.phone.as_ref().map(phone_number);
    match recipient.delivery {
        Delivery::Embedded => part.client_user_id = Some(client_user_id(id)),
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

pub(crate) fn authenticate(
    part: &mut RecipientPart,
    authentication: Option<&Authentication>,
    identification: &Identification,
) {
    part.identity_verification = authentication.and_then(|own| identification.verification(own));
    if part.identity_verification.is_some() {
        return;
    }
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

pub(crate) fn phone_number(phone: &Phone) -> PhoneNumber {
    PhoneNumber { country_code: phone.country_code.clone(), number: phone.number.clone() }
}

fn numbers(phone: &Phone) -> SenderProvidedNumbers {
    SenderProvidedNumbers {
        sender_provided_numbers: vec![format!("+{}{}", phone.country_code, phone.number)],
    }
}
