//! Envelopes, signers and files as eSignGlobal's dialect remembers them.

use bytes::Bytes;
use chrono::{DateTime, Utc};

pub(crate) type Time = DateTime<Utc>;

/// The numbers of an envelope's state [FACTS 6]; 6 was never seen, 7 only in a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Draft = 0,
    InProgress = 1,
    Completed = 2,
    Expired = 3,
    Declined = 4,
    Cancelled = 5,
}

impl Status {
    pub(crate) fn number(self) -> u8 {
        self as u8
    }
}

/// The numbers of a signer's state in answers [FACTS 6]; viewed and failed live in callbacks only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignerStatus {
    Pending = 0,
    Signing = 1,
    Signed = 2,
}

impl SignerStatus {
    pub(crate) fn number(self) -> u8 {
        self as u8
    }
}

/// How a signer is told [FACTS 5].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryMethod {
    Auto,
    None,
    Email,
    Sms,
    WhatsApp,
}

impl DeliveryMethod {
    pub(crate) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "auto" => Self::Auto,
            "none" => Self::None,
            "email" => Self::Email,
            "sms" => Self::Sms,
            "WhatsApp" => Self::WhatsApp,
            _ => return None,
        })
    }
}

/// How a signer is identified, by the newer names [FACTS 5].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AuthMode {
    NoAuth,
    AccessCode { code: String, hint: Option<String> },
    Sms(Phone),
    IdVerification,
    EmailAuth,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phone {
    pub(crate) country_code: String,
    pub(crate) number: String,
}

/// A file that was uploaded and is part of an envelope.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
    pub(crate) pages: u32,
    pub(crate) sha256: String,
}

/// Where a signature was asked for. Unit and origin of the coordinates are unknown, so only document and
/// page are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file_key: String,
    pub(crate) page: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct Signer {
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) order: u32,
    pub(crate) business_id: Option<String>,
    pub(crate) phone: Option<Phone>,
    pub(crate) delivery: DeliveryMethod,
    pub(crate) any_signer: bool,
    pub(crate) auth: AuthMode,
    pub(crate) note: Option<String>,
    pub(crate) free_form: bool,
    pub(crate) places: Vec<Place>,
    pub(crate) status: SignerStatus,
    pub(crate) asked: Option<Time>,
    pub(crate) viewed: Option<Time>,
    pub(crate) signed: Option<Time>,
    pub(crate) rejected_reason: Option<String>,
    /// The secret of his signing address.
    pub(crate) link: String,
}

impl Signer {
    pub(crate) fn access_code(&self) -> Option<&str> {
        match &self.auth {
            AuthMode::AccessCode { code, .. } => Some(code),
            _ => None,
        }
    }
}

/// Somebody who may look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CarbonCopy {
    pub(crate) email: String,
    pub(crate) name: String,
}

/// A message the provider would have sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) channel: &'static str,
    pub(crate) to: String,
    pub(crate) at: Time,
}

/// What a draft and a started envelope have in common.
#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    pub(crate) subject: String,
    pub(crate) remark: Option<String>,
    pub(crate) allow_transfer: bool,
    pub(crate) expire_after: Option<i64>,
    pub(crate) redirect_url: Option<String>,
    pub(crate) callback_url: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    pub(crate) id: String,
    pub(crate) head: Head,
    pub(crate) status: Status,
    pub(crate) created: Time,
    pub(crate) expires: Option<Time>,
    /// When it starts by itself; until then it is as a draft.
    pub(crate) starts: Option<Time>,
    pub(crate) ended: Option<Time>,
    pub(crate) cancelled_reason: Option<String>,
    pub(crate) declined_reason: Option<String>,
    pub(crate) documents: Vec<Document>,
    pub(crate) attachments: Vec<Document>,
    pub(crate) signers: Vec<Signer>,
    pub(crate) copies: Vec<CarbonCopy>,
    pub(crate) mails: Vec<Mail>,
}

impl Envelope {
    pub(crate) fn signer(&self, email: &str) -> Option<&Signer> {
        self.signers.iter().find(|own| own.email.eq_ignore_ascii_case(email))
    }

    pub(crate) fn signer_mut(&mut self, email: &str) -> Option<&mut Signer> {
        self.signers.iter_mut().find(|own| own.email.eq_ignore_ascii_case(email))
    }
}
