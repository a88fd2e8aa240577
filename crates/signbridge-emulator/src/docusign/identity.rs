//! What the account's plan has to identify people and to certify signatures: workflows and signature providers
//! [FACTS 7]. Names and ids are the emulator's own; which products an account really has is its contract.

use http::Method;
use serde_json::{Value, json};

use super::call::Call;
use super::errors::ApiError;
use super::model::Recipient;
use crate::control::ControlError;
use crate::exchange::Answer;
use crate::values::{Object, filled, list, object};

/// Id, name, and the phone input where codes are sent by it.
const WORKFLOWS: [(&str, &str, bool); 4] = [
    ("5e1f0a10-0000-8000-8000-000000000001", "Emulated document check", false),
    ("5e1f0a10-0000-8000-8000-000000000002", "Emulated European identity", false),
    ("5e1f0a10-0000-8000-8000-000000000003", "Emulated Singpass", false),
    ("5e1f0a10-0000-8000-8000-000000000004", "Emulated phone code", true),
];
/// Name, name as shown, and the options it takes. The first is DocuSign's own simple signature.
const PROVIDERS: [(&str, &str, &[&str]); 3] = [
    ("universalsignaturepen_default", "Electronic signature", &[]),
    ("emulated_advanced", "Emulated advanced signature", &["sms", "oneTimePassword"]),
    ("emulated_qualified", "Emulated qualified signature", &[]),
];

/// What the plan has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) identity_verification: bool,
    pub(crate) signature_providers: bool,
    pub(crate) recipient_authentication: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self { identity_verification: true, signature_providers: true, recipient_authentication: true }
    }
}

impl Plan {
    /// Refuses what the plan lacks, and what the account does not know.
    pub(crate) fn check(self, recipient: &Recipient) -> Result<(), ApiError> {
        let lacks =
            |code, what: &str| Err(ApiError::bad(code, format!("The plan of the account has no {what}.")));
        if let Some(asked) = object(&recipient.extra, "identityVerification") {
            let id = filled(asked, "workflowId").unwrap_or_default();
            if !self.identity_verification {
                return lacks("PLAN_ITEM_NOT_ENABLED", "identity verification");
            }
            let Some((_, _, by_phone)) = WORKFLOWS.iter().find(|(own, ..)| own.eq_ignore_ascii_case(&id))
            else {
                return Err(ApiError::parameter(format!("The account has no identity workflow {id}.")));
            };
            let phones = list(asked, "inputOptions").iter().filter_map(Value::as_object);
            let phones = phones.filter(|own| filled(own, "name").as_deref() == Some("phone_number_list"));
            if *by_phone && phones.flat_map(|own| list(own, "phoneNumberList")).next().is_none() {
                return Err(ApiError::parameter("The workflow needs a phone_number_list."));
            }
        }
        for provider in
            list(&recipient.extra, "recipientSignatureProviders").iter().filter_map(Value::as_object)
        {
            let name = filled(provider, "signatureProviderName").unwrap_or_default();
            if !PROVIDERS.iter().any(|(own, ..)| *own == name) {
                let message = format!("The account has no signature provider {name:?}.");
                return Err(ApiError::bad("SIGNATURE_PROVIDER_INVALID_NAME", message));
            }
            if !self.signature_providers {
                return lacks("ACCOUNT_LACKS_PERMISSIONS", "signature providers");
            }
        }
        if recipient.extra.contains_key("idCheckConfigurationName") && !self.recipient_authentication {
            return lacks("PLAN_ITEM_NOT_ENABLED", "authentication of recipients");
        }
        Ok(())
    }
}

pub(crate) fn workflows(call: &Call<'_>) -> Result<Answer, ApiError> {
    let has = call.world().docusign.plan.identity_verification;
    let row = |(id, name, by_phone): &(&str, &str, bool)| {
        let inputs = if *by_phone {
            json!([{ "optionName": "phone_number_list", "valueType": "PhoneNumberList", "isRequired": true }])
        } else {
            json!([])
        };
        json!({ "workflowId": id, "defaultName": name, "inputOptions": inputs })
    };
    let rows: Vec<Value> = WORKFLOWS.iter().filter(|_| has).map(row).collect();
    Ok(Answer::ok(json!({ "identityVerification": rows })))
}

pub(crate) fn providers(call: &Call<'_>) -> Result<Answer, ApiError> {
    let has = call.world().docusign.plan.signature_providers;
    let row = |(at, (name, shown, options)): (usize, &(&str, &str, &[&str]))| {
        let options: Vec<Value> =
            options.iter().map(|option| json!({ "signatureProviderOptionName": option })).collect();
        json!({
            "signatureProviderId": (at + 1).to_string(),
            "signatureProviderName": name,
            "signatureProviderDisplayName": shown,
            "signatureProviderOptionsMetadata": options,
        })
    };
    let rows = PROVIDERS.iter().enumerate().filter(|(at, _)| has || *at == 0).map(row);
    Ok(Answer::ok(json!({ "signatureProviders": rows.collect::<Vec<_>>() })))
}

/// `POST …/docusign/plan {"identity_verification":false, …}`: what the plan has.
pub(crate) fn control(plan: &mut Plan, method: &Method, body: &Value) -> Option<Result<Value, ControlError>> {
    if method != Method::POST {
        return None;
    }
    let empty = Object::new();
    for (name, value) in body.as_object().unwrap_or(&empty) {
        let Some(has) = value.as_bool() else {
            return Some(Err(ControlError::Invalid(format!("{name} is true or false"))));
        };
        match name.as_str() {
            "identity_verification" => plan.identity_verification = has,
            "signature_providers" => plan.signature_providers = has,
            "recipient_authentication" => plan.recipient_authentication = has,
            other => return Some(Err(ControlError::Invalid(format!("the plan has no {other}")))),
        }
    }
    Some(Ok(json!({ "ok": true })))
}
