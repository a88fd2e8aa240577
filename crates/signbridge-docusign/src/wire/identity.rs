//! How an account verifies identities and certifies signatures: its workflows and signature providers, by name.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use signbridge_core::{
    Authentication, AuthenticationMethod, Error, ErrorKind, Fault, Phone, Result, SignatureLevel,
};

use super::{
    flexible,
    recipient::{PhoneNumber, phone_number},
};
use crate::PROVIDER;

/// The type of a workflow's input that takes phone numbers.
const PHONE_NUMBERS: &str = "PhoneNumberList";

/// A workflow in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Workflow {
    #[serde(default, deserialize_with = "flexible::text")]
    workflow_id: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    default_name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    is_disabled: Option<String>,
    #[serde(default, deserialize_with = "flexible::list")]
    input_options: Vec<InputOption>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct InputOption {
    #[serde(default, deserialize_with = "flexible::text")]
    option_name: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    value_type: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    is_required: Option<String>,
}

impl InputOption {
    fn takes_phones(&self) -> bool {
        self.value_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case(PHONE_NUMBERS))
    }
}

impl Workflow {
    /// Its name; an account may give one name to several.
    pub(crate) fn name(&self) -> Option<&str> {
        self.default_name.as_deref().or(self.workflow_id.as_deref()).filter(|_| !is_true(&self.is_disabled))
    }

    /// Whether the profile means this one, by its name or its id.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let id = self.workflow_id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(name));
        self.name().is_some_and(|own| id || own == name)
    }

    /// It as a request names it, for this method.
    fn chosen(&self, method: AuthenticationMethod) -> Result<ChosenWorkflow, String> {
        let name = self.name().unwrap_or_default();
        let id = self.workflow_id.clone().ok_or_else(|| format!("the workflow `{name}` has no id"))?;
        let phones = self.input_options.iter().find(|option| option.takes_phones());
        let phone_input = phones.and_then(|option| option.option_name.clone());
        if method == AuthenticationMethod::SmsOtp {
            if phone_input.is_none() {
                return Err(format!("the workflow `{name}` takes no phone number"));
            }
        } else if let Some(input) = self.input_options.iter().find(|option| is_true(&option.is_required)) {
            let wanted = input.option_name.as_deref().unwrap_or("an input");
            return Err(format!("the workflow `{name}` wants `{wanted}`, which signbridge does not give"));
        }
        Ok(ChosenWorkflow { id, phone_input })
    }
}

fn is_true(flag: &Option<String>) -> bool {
    flag.as_deref().is_some_and(|flag| flag.eq_ignore_ascii_case("true"))
}

/// A signature provider in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignatureProvider {
    #[serde(default, deserialize_with = "flexible::text")]
    signature_provider_name: Option<String>,
    #[serde(default, deserialize_with = "flexible::list")]
    signature_provider_options_metadata: Vec<ProviderOption>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProviderOption {
    #[serde(default, deserialize_with = "flexible::text")]
    signature_provider_option_name: Option<String>,
}

impl SignatureProvider {
    pub(crate) fn name(&self) -> Option<&str> {
        self.signature_provider_name.as_deref()
    }

    fn takes(&self, option: &str) -> bool {
        let mut named = self.signature_provider_options_metadata.iter();
        named.any(|own| {
            own.signature_provider_option_name
                .as_deref()
                .is_some_and(|name| name.eq_ignore_ascii_case(option))
        })
    }
}

/// What the recipients of one request need, found in the account.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identification {
    workflows: BTreeMap<AuthenticationMethod, ChosenWorkflow>,
    providers: BTreeMap<SignatureLevel, ChosenProvider>,
}

#[derive(Debug, Clone)]
struct ChosenWorkflow {
    id: String,
    phone_input: Option<String>,
}

#[derive(Debug, Clone)]
struct ChosenProvider {
    name: String,
    takes_phone: bool,
    takes_password: bool,
}

impl Identification {
    /// Takes the workflow of this name for a method.
    ///
    /// # Errors
    /// `invalid_configuration` with the names that there are.
    pub(crate) fn workflow(
        &mut self,
        method: AuthenticationMethod,
        name: &str,
        all: &[Workflow],
    ) -> Result<()> {
        let key = format!("identity_workflows.{method}");
        let mut called = all.iter().filter(|workflow| workflow.is_called(name));
        let found = match (called.next(), called.next()) {
            (Some(one), None) => one,
            (Some(_), Some(_)) => {
                let ids: Vec<&str> = all
                    .iter()
                    .filter(|own| own.is_called(name))
                    .filter_map(|own| own.workflow_id.as_deref())
                    .collect();
                let message = format!("several workflows of the account are called `{name}`");
                return Err(unnamed(key, message, &ids));
            }
            _ => {
                let message = format!("the account has no identity workflow `{name}`");
                return Err(unnamed(
                    key,
                    message,
                    &all.iter().filter_map(Workflow::name).collect::<Vec<_>>(),
                ));
            }
        };
        let chosen = found.chosen(method).map_err(|message| {
            let fitting = all.iter().filter(|own| own.chosen(method).is_ok());
            unnamed(key, message, &fitting.filter_map(Workflow::name).collect::<Vec<_>>())
        })?;
        self.workflows.insert(method, chosen);
        Ok(())
    }

    /// Takes the signature provider of this name for a level.
    ///
    /// # Errors
    /// `invalid_configuration` with the names that there are.
    pub(crate) fn provider(
        &mut self,
        level: SignatureLevel,
        name: &str,
        all: &[SignatureProvider],
    ) -> Result<()> {
        let Some(found) = all.iter().find(|own| own.name() == Some(name)) else {
            let message = format!("the account has no signature provider `{name}`");
            let names: Vec<&str> = all.iter().filter_map(SignatureProvider::name).collect();
            return Err(unnamed(format!("signature_providers.{level}"), message, &names));
        };
        let chosen = ChosenProvider {
            name: name.to_owned(),
            takes_phone: found.takes("sms"),
            takes_password: found.takes("oneTimePassword"),
        };
        self.providers.insert(level, chosen);
        Ok(())
    }

    /// How a workflow verifies somebody, if a workflow does.
    pub(crate) fn verification(&self, authentication: &Authentication) -> Option<IdentityVerification> {
        let workflow = self.workflows.get(&authentication.word())?;
        let input_options = match (authentication, &workflow.phone_input) {
            (Authentication::SmsOtp(phone), Some(name)) => vec![PhoneInput::new(name, phone)],
            _ => Vec::new(),
        };
        Some(IdentityVerification { workflow_id: workflow.id.clone(), input_options })
    }

    /// Who certifies a signature of this level.
    ///
    /// A provider that takes a phone number or a password of its own gets the one by which the signer is identified, who
    /// gives it again when he signs.
    pub(crate) fn certification(
        &self,
        level: SignatureLevel,
        authentication: Option<&Authentication>,
    ) -> Vec<ProviderPart> {
        let part = |provider: &ChosenProvider| {
            let mut options = ProviderOptions::default();
            match authentication {
                Some(Authentication::SmsOtp(phone)) if provider.takes_phone => {
                    options.sms = Some(format!("+{}{}", phone.country_code, phone.number));
                }
                Some(Authentication::AccessCode(code)) if provider.takes_password => {
                    options.one_time_password = Some(code.expose().to_owned());
                }
                _ => {}
            }
            let signature_provider_options = (options != ProviderOptions::default()).then_some(options);
            ProviderPart { signature_provider_name: provider.name.clone(), signature_provider_options }
        };
        self.providers.get(&level).map(part).into_iter().collect()
    }
}

/// The account does not have what the profile names.
fn unnamed(key: String, message: String, there_are: &[&str]) -> Error {
    let remedy = match there_are {
        [] => "the account has none that would do; ask DocuSign for one, or use another account".to_owned(),
        names => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("set {key} in the profile to one of {}", names.join(", "))
        }
    };
    let what = "the profile names what the account does not have";
    Error::from_faults(ErrorKind::InvalidConfiguration, what, vec![Fault::new(key, message)])
        .with_provider(PROVIDER)
        .with_remedy(remedy)
}

/// A workflow as a request names it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IdentityVerification {
    workflow_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    input_options: Vec<PhoneInput>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhoneInput {
    name: String,
    value_type: &'static str,
    phone_number_list: [PhoneNumber; 1],
}

impl PhoneInput {
    fn new(name: &str, phone: &Phone) -> Self {
        Self { name: name.to_owned(), value_type: PHONE_NUMBERS, phone_number_list: [phone_number(phone)] }
    }
}

/// A signature provider as a request names it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProviderPart {
    signature_provider_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature_provider_options: Option<ProviderOptions>,
}

#[derive(Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProviderOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    sms: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    one_time_password: Option<String>,
}

/// Phone numbers and passwords stay out of logs.
impl fmt::Debug for ProviderOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProviderOptions([redacted])")
    }
}
