//! Recipients: who takes part, in which role and order, how he is reached and how he is identified.

use std::fmt;

use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{field::Field, words::words};

words! {
    /// What a recipient does with the envelope.
    pub enum Role: "role" {
        /// Signs.
        Signer = "signer",
        /// Consents without a signature.
        Approver = "approver",
        /// Accepts without a signature, in the provider's own wording.
        Acceptor = "acceptor",
        /// Fills fields and does not sign.
        FormFiller = "form_filler",
        /// Has to open the documents.
        CertifiedRecipient = "certified_recipient",
        /// Receives a copy.
        CarbonCopy = "cc",
        /// Signs on the device of a host, see [`Recipient::host`].
        InPersonSigner = "in_person_signer",
    }
}

words! {
    /// How a recipient gets to the documents.
    pub enum Delivery: "delivery" {
        /// The provider sends an e-mail.
        Email = "email",
        /// The provider sends a text message.
        Sms = "sms",
        /// The provider sends an e-mail and a text message.
        EmailAndSms = "email_and_sms",
        /// The provider sends a WhatsApp message.
        WhatsApp = "whatsapp",
        /// Nobody is mailed; the application shows a signing link.
        Embedded = "embedded",
    }
}

words! {
    /// The legal level of the signature (in the sense of eIDAS).
    pub enum SignatureLevel: "signature level" {
        /// A simple electronic signature.
        Simple = "simple",
        /// An advanced electronic signature.
        Advanced = "advanced",
        /// A qualified electronic signature.
        Qualified = "qualified",
    }
}

words! {
    /// An electronic identity that a state or a scheme gives people.
    pub enum ElectronicIdentity: "electronic identity" {
        /// One that a member state of the European Union has notified.
        Eu = "eu",
        /// Singpass, of Singapore.
        Singpass = "singpass",
        /// iAM Smart, of Hong Kong.
        IamSmart = "iam_smart",
        /// Aadhaar, of India.
        Aadhaar = "aadhaar",
    }
}

/// A phone number in its two parts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Phone {
    /// The country's calling code, digits without `+`.
    pub country_code: String,
    /// The national number, digits without the trunk 0.
    pub number: String,
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone([redacted])")
    }
}

/// How a recipient proves who he is, beyond having the mail or link.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Authentication {
    /// A code told to him by another way.
    AccessCode(AccessCode),
    /// A one-time code by text message.
    SmsOtp(Phone),
    /// A one-time code by phone call.
    PhoneCall(Phone),
    /// Questions on his history.
    Kba,
    /// A one-time code by e-mail.
    EmailOtp,
    /// An identity document.
    IdDocument,
    /// An electronic identity.
    Eid(ElectronicIdentity),
}

impl Authentication {
    /// The word for this method, as files and capabilities name it.
    pub fn word(&self) -> AuthenticationMethod {
        match self {
            Self::AccessCode(_) => AuthenticationMethod::AccessCode,
            Self::SmsOtp(_) => AuthenticationMethod::SmsOtp,
            Self::PhoneCall(_) => AuthenticationMethod::PhoneCall,
            Self::Kba => AuthenticationMethod::Kba,
            Self::EmailOtp => AuthenticationMethod::EmailOtp,
            Self::IdDocument => AuthenticationMethod::IdDocument,
            Self::Eid(identity) => identity.method(),
        }
    }
}

impl ElectronicIdentity {
    /// The word for being identified by it.
    pub const fn method(self) -> AuthenticationMethod {
        match self {
            Self::Eu => AuthenticationMethod::EidEu,
            Self::Singpass => AuthenticationMethod::EidSingpass,
            Self::IamSmart => AuthenticationMethod::EidIamSmart,
            Self::Aadhaar => AuthenticationMethod::EidAadhaar,
        }
    }
}

words! {
    /// The methods of [`Authentication`], as capabilities list them.
    pub enum AuthenticationMethod: "authentication method" {
        /// A code told by another way.
        AccessCode = "access_code",
        /// A one-time code by text message.
        SmsOtp = "sms_otp",
        /// A one-time code by phone call.
        PhoneCall = "phone_call",
        /// Questions on his history.
        Kba = "kba",
        /// A one-time code by e-mail.
        EmailOtp = "email_otp",
        /// An identity document.
        IdDocument = "id_document",
        /// An electronic identity of the European Union.
        EidEu = "eid_eu",
        /// Singpass, of Singapore.
        EidSingpass = "eid_singpass",
        /// iAM Smart, of Hong Kong.
        EidIamSmart = "eid_iam_smart",
        /// Aadhaar, of India.
        EidAadhaar = "eid_aadhaar",
    }
}

impl AuthenticationMethod {
    /// The electronic identity that it is about.
    pub fn electronic_identity(self) -> Option<ElectronicIdentity> {
        ElectronicIdentity::ALL.iter().copied().find(|identity| identity.method() == self)
    }
}

/// An access code: a secret, written only into envelope files and to the provider.
#[derive(Clone, JsonSchema)]
#[schemars(transparent)]
pub struct AccessCode(#[schemars(with = "String")] SecretString);

impl AccessCode {
    /// Takes the code.
    pub fn new(code: impl Into<SecretString>) -> Self {
        Self(code.into())
    }

    /// The code itself, for the wire.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for AccessCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessCode([redacted])")
    }
}

impl Serialize for AccessCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for AccessCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(String::deserialize(deserializer)?))
    }
}

/// Who sits beside an in-person signer: a user of the provider's account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// The host's name.
    pub name: String,
    /// The host's e-mail address, known to the provider.
    pub email: String,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Host([redacted])")
    }
}

/// One recipient of a draft.
///
/// ```
/// use signbridge_core::{Field, Recipient};
///
/// let ann = Recipient::signer("Ann Lee", "ann@example.com")
///     .order(1)
///     .field(Field::signature().at(1, 72.0, 640.0));
/// assert_eq!(ann.fields.len(), 1);
/// ```
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Recipient {
    /// His name, 1 to 100 characters.
    pub name: String,
    /// His e-mail address. With the order it is how he is addressed later.
    pub email: String,
    /// What he does.
    #[serde(default = "Recipient::default_role")]
    pub role: Role,
    /// When he is asked: lower first, equal at the same time, from 1.
    #[serde(default = "Recipient::default_order")]
    pub order: u32,
    /// How he is reached.
    #[serde(default = "Recipient::default_delivery")]
    pub delivery: Delivery,
    /// For delivery by phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// How he is identified, beyond the delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Authentication>,
    /// The level his signature has to have.
    #[serde(default = "Recipient::default_level")]
    pub level: SignatureLevel,
    /// A message for him alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who hosts an in-person signer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Host>,
    /// The role of a template that he fills; its fields are his.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_role: Option<String>,
    /// The places he fills.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

impl Recipient {
    fn default_role() -> Role {
        Role::Signer
    }

    fn default_order() -> u32 {
        1
    }

    fn default_delivery() -> Delivery {
        Delivery::Email
    }

    fn default_level() -> SignatureLevel {
        SignatureLevel::Simple
    }

    /// A recipient in this role, first in order, reached by e-mail.
    pub fn new(role: Role, name: impl Into<String>, email: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            email: email.into(),
            role,
            order: 1,
            delivery: Delivery::Email,
            phone: None,
            authentication: None,
            level: SignatureLevel::Simple,
            note: None,
            host: None,
            template_role: None,
            fields: Vec::new(),
        }
    }

    /// Somebody who signs.
    pub fn signer(name: impl Into<String>, email: impl Into<String>) -> Self {
        Self::new(Role::Signer, name, email)
    }

    /// Somebody who receives a copy.
    pub fn carbon_copy(name: impl Into<String>, email: impl Into<String>) -> Self {
        Self::new(Role::CarbonCopy, name, email)
    }

    /// When he is asked.
    #[must_use]
    pub fn order(mut self, order: u32) -> Self {
        self.order = order;
        self
    }

    /// How he is reached.
    #[must_use]
    pub fn delivered_by(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// The application shows him a signing link; nobody mails him.
    #[must_use]
    pub fn embedded(self) -> Self {
        self.delivered_by(Delivery::Embedded)
    }

    /// His phone number for delivery.
    #[must_use]
    pub fn phone(mut self, country_code: impl Into<String>, number: impl Into<String>) -> Self {
        self.phone = Some(Phone { country_code: country_code.into(), number: number.into() });
        self
    }

    /// How he is identified.
    #[must_use]
    pub fn authenticated_by(mut self, authentication: Authentication) -> Self {
        self.authentication = Some(authentication);
        self
    }

    /// He has to enter this code.
    #[must_use]
    pub fn access_code(self, code: impl Into<SecretString>) -> Self {
        self.authenticated_by(Authentication::AccessCode(AccessCode::new(code)))
    }

    /// The level his signature has to have.
    #[must_use]
    pub fn level(mut self, level: SignatureLevel) -> Self {
        self.level = level;
        self
    }

    /// A message for him alone.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The role of a template that he fills.
    #[must_use]
    pub fn template_role(mut self, name: impl Into<String>) -> Self {
        self.template_role = Some(name.into());
        self
    }

    /// Who hosts him in person.
    #[must_use]
    pub fn host(mut self, name: impl Into<String>, email: impl Into<String>) -> Self {
        self.host = Some(Host { name: name.into(), email: email.into() });
        self
    }

    /// One more place he fills.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }
}

/// Signers' names and addresses appear only where the caller asks for them.
impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recipient")
            .field("role", &self.role)
            .field("order", &self.order)
            .field("delivery", &self.delivery)
            .field("authentication", &self.authentication.as_ref().map(Authentication::word))
            .field("level", &self.level)
            .field("fields", &self.fields.len())
            .finish_non_exhaustive()
    }
}
