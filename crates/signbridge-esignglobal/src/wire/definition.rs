//! A draft as the body of `createAndStart`.

use serde::Serialize;
use serde_json::{Map, Value};
use signbridge_core::{
    Authentication, Delivery, Draft, Error, ErrorKind, Field, FieldKind, Phone, Placement, Recipient, Result,
    Role, once::Intent,
};

use super::mark::Mark;
use crate::PROVIDER;

const SECONDS_OF_A_DAY: u64 = 86_400;
/// How a date of signing is written.
const DATE_FORMAT: &str = "yyyy-MM-dd";

/// What an envelope is created and started from: all at once, or as a draft part by part.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Definition {
    #[serde(flatten)]
    head: Head,
    #[serde(skip_serializing_if = "Option::is_none")]
    send_later_after_seconds: Option<u64>,
    sign_files: Vec<SignFile>,
    signer_infos: Vec<Signer>,
    #[serde(rename = "CCInfos", skip_serializing_if = "Vec::is_empty")]
    copies: Vec<CopyPart>,
    #[serde(flatten)]
    extras: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
    signer_settings: SignerSettings,
    expire_after_seconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_url: Option<String>,
}

/// The body that creates an empty draft.
#[derive(Debug, Serialize)]
pub(crate) struct EmptyDraft<'a> {
    #[serde(flatten)]
    head: &'a Head,
    #[serde(flatten)]
    extras: &'a Map<String, Value>,
}

/// A part that is added to an envelope.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Part<'a> {
    envelope_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    sign_files: &'a [SignFile],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    signer_infos: &'a [Signer],
    #[serde(rename = "CCInfos", skip_serializing_if = "<[_]>::is_empty")]
    copies: &'a [CopyPart],
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct SignerSettings {
    allow_transfer: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct SignFile {
    file_key: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Signer {
    business_id: String,
    user_email: String,
    user_name: String,
    sign_order: u32,
    delivery_methods: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<PhonePart>,
    auth_modes: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_config: Option<AuthConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customize_settings: Option<CustomizeSettings>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    free_form_sign: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    seal_infos: Vec<SealInfo>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sign_date_configs: Vec<SignDateConfig>,
}

/// Holds an access code.
impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("sign_order", &self.sign_order).finish_non_exhaustive()
    }
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhonePart {
    country_code: String,
    number: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
enum AuthConfig {
    AccessCode {
        #[serde(rename = "accessCode")]
        code: String,
    },
    Sms(PhonePart),
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct CustomizeSettings {
    notification_settings: NotificationSettings,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct NotificationSettings {
    customize_message: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct SealInfo {
    file_key: String,
    sign_configs: Vec<SignConfig>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct SignConfig {
    field_type: &'static str,
    pos_x: f64,
    pos_y: f64,
    page_no: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct SignDateConfig {
    pos_x: f64,
    pos_y: f64,
    page_no: String,
    sign_date_format: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct CopyPart {
    user_email: String,
    user_name: String,
}

/// What a definition needs beside its draft.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// The keys of the files made from the draft's templates.
    pub(crate) templates: &'a [String],
    /// The keys of the draft's own documents.
    pub(crate) documents: &'a [String],
    /// Seconds until it is sent; at once without.
    pub(crate) later: Option<u64>,
    pub(crate) intent: Intent<'a>,
}

impl Definition {
    /// The definition of a checked draft whose files are there. Those of templates come before its own documents.
    ///
    /// # Errors
    /// `invalid_draft` when an extra collides with what the draft says itself.
    pub(crate) fn new(draft: &Draft, setting: Setting<'_>) -> Result<Self> {
        let orders = orders(draft);
        let signs = |one: &&Recipient| one.role != Role::CarbonCopy;
        let copies = draft.recipients.iter().filter(|one| one.role == Role::CarbonCopy);
        let definition = Self {
            head: Head {
                subject: draft.subject.clone(),
                remark: draft.message.clone(),
                signer_settings: SignerSettings { allow_transfer: draft.allow_reassign },
                expire_after_seconds: u64::from(draft.expires_after_days) * SECONDS_OF_A_DAY,
                redirect_url: draft.return_url.as_ref().map(ToString::to_string),
            },
            send_later_after_seconds: setting.later,
            sign_files: setting
                .templates
                .iter()
                .chain(setting.documents)
                .map(|key| SignFile { file_key: key.clone() })
                .collect(),
            signer_infos: draft
                .recipients
                .iter()
                .filter(signs)
                .map(|one| signer(draft, one, &orders, setting))
                .collect(),
            copies: copies
                .map(|one| CopyPart { user_email: one.email.clone(), user_name: one.name.clone() })
                .collect(),
            extras: Map::new(),
        };
        definition.with_extras(draft.extras.get(PROVIDER).cloned().unwrap_or_default())
    }

    /// What a draft is created from.
    pub(crate) fn envelope(&self) -> EmptyDraft<'_> {
        EmptyDraft { head: &self.head, extras: &self.extras }
    }

    /// The files, for this draft.
    pub(crate) fn files_of<'a>(&'a self, envelope_id: &'a str) -> Part<'a> {
        Part { envelope_id, sign_files: &self.sign_files, signer_infos: &[], copies: &[] }
    }

    /// The signers, for this draft.
    pub(crate) fn signers_of<'a>(&'a self, envelope_id: &'a str) -> Part<'a> {
        Part { envelope_id, sign_files: &[], signer_infos: &self.signer_infos, copies: &[] }
    }

    /// Who gets a copy, for this draft.
    pub(crate) fn copies_of<'a>(&'a self, envelope_id: &'a str) -> Part<'a> {
        Part { envelope_id, sign_files: &[], signer_infos: &[], copies: &self.copies }
    }

    /// Whether anybody gets a copy.
    pub(crate) fn has_copies(&self) -> bool {
        !self.copies.is_empty()
    }

    fn with_extras(mut self, extras: Map<String, Value>) -> Result<Self> {
        let own = serde_json::to_value(&self).map_err(|error| {
            Error::new(ErrorKind::InvalidDraft, "the draft cannot be written").with_source(error)
        })?;
        if let Some(name) = extras.keys().find(|name| own.get(name).is_some()) {
            return Err(Error::new(
                ErrorKind::InvalidDraft,
                format!("extras.{PROVIDER}.{name} repeats what the draft says itself"),
            )
            .with_provider(PROVIDER)
            .with_remedy("set it in the draft, or remove it from the extras"));
        }
        self.extras = extras;
        Ok(self)
    }
}

/// The orders of those who sign, ascending: a copy has no turn here, so it must not leave a gap.
fn orders(draft: &Draft) -> Vec<u32> {
    let mut orders: Vec<u32> =
        draft.recipients.iter().filter(|one| one.role != Role::CarbonCopy).map(|one| one.order).collect();
    orders.sort_unstable();
    orders.dedup();
    orders
}

fn signer(draft: &Draft, one: &Recipient, orders: &[u32], setting: Setting<'_>) -> Signer {
    let embedded = one.delivery == Delivery::Embedded;
    let (auth_modes, auth_config) = authentication(one.authentication.as_ref());
    Signer {
        business_id: Mark::new(setting.intent, embedded, &draft.metadata).write(),
        user_email: one.email.clone(),
        user_name: one.name.clone(),
        sign_order: u32::try_from(orders.iter().filter(|order| **order <= one.order).count()).unwrap_or(1),
        delivery_methods: match one.delivery {
            Delivery::Embedded => "none",
            Delivery::Sms => "sms",
            Delivery::WhatsApp => "WhatsApp",
            _ => "email",
        },
        phone_number: one.phone.as_ref().map(phone),
        auth_modes,
        auth_config,
        customize_settings: one.note.as_ref().map(|note| CustomizeSettings {
            notification_settings: NotificationSettings { customize_message: note.clone() },
        }),
        free_form_sign: one.fields.is_empty(),
        seal_infos: seals(&one.fields, setting.documents),
        sign_date_configs: one.fields.iter().filter_map(date).collect(),
    }
}

/// The method is written also where it is the default of today.
fn authentication(authentication: Option<&Authentication>) -> (&'static str, Option<AuthConfig>) {
    match authentication {
        Some(Authentication::AccessCode(code)) => {
            ("accessCode", Some(AuthConfig::AccessCode { code: code.expose().to_owned() }))
        }
        Some(Authentication::SmsOtp(number)) => ("sms", Some(AuthConfig::Sms(phone(number)))),
        Some(Authentication::EmailOtp) => ("emailAuth", None),
        Some(Authentication::IdDocument) => ("idVerification", None),
        _ => ("noAuth", None),
    }
}

fn phone(phone: &Phone) -> PhonePart {
    PhonePart { country_code: phone.country_code.clone(), number: phone.number.clone() }
}

/// The signatures of a signer, per file. Only where the profile allows `coordinates` does a draft get here with any:
/// the numbers go out as the draft has them, in points from the top left corner.
fn seals(fields: &[Field], file_keys: &[String]) -> Vec<SealInfo> {
    let of_file = |index: usize| -> Vec<SignConfig> {
        fields
            .iter()
            .filter(|field| field.kind == FieldKind::Signature && field.document as usize == index + 1)
            .filter_map(|field| match &field.placement {
                Placement::At(at) => Some(SignConfig {
                    field_type: "signature",
                    pos_x: at.x,
                    pos_y: at.y,
                    page_no: at.page.to_string(),
                }),
                Placement::Anchor(_) | Placement::Choices => None,
            })
            .collect()
    };
    let seal = |(index, key): (usize, &String)| {
        let sign_configs = of_file(index);
        (!sign_configs.is_empty()).then(|| SealInfo { file_key: key.clone(), sign_configs })
    };
    file_keys.iter().enumerate().filter_map(seal).collect()
}

fn date(field: &Field) -> Option<SignDateConfig> {
    match (field.kind, &field.placement) {
        (FieldKind::DateSigned, Placement::At(at)) => Some(SignDateConfig {
            pos_x: at.x,
            pos_y: at.y,
            page_no: at.page.to_string(),
            sign_date_format: DATE_FORMAT,
        }),
        _ => None,
    }
}
