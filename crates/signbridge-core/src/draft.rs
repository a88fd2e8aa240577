//! Drafts: what an application wants signed, validated as a whole before any request.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fmt,
};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use crate::{
    Error, ErrorKind, Fault, Result,
    document::{self, Document, DocumentFile},
    field::{self, Field},
    recipient::{Authentication, Delivery, Recipient, Role},
};

/// How many days an envelope may be signed if the draft does not say otherwise. It is always written to the wire,
/// because providers differ: one ends after 120 days, one after 365, one never.
pub const DEFAULT_EXPIRY_DAYS: u32 = 30;

/// When recipients are reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reminders {
    /// Days from sending to the first reminder, at least 1.
    pub first_after_days: u32,
    /// Days between reminders, at least 1.
    pub every_days: u32,
}

/// An envelope to be created.
///
/// ```
/// use signbridge_core::{Document, Draft, Field, Recipient};
///
/// let draft = Draft::new("Please sign the lease")
///     .document(Document::from_bytes("lease.pdf", &b"%PDF-1.7"[..]))
///     .recipient(Recipient::signer("Ann Lee", "ann@example.com").field(Field::signature().at(1, 72.0, 640.0)));
/// assert!(draft.validate().is_ok());
/// ```
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Draft {
    /// The subject of the mails and the envelope's name.
    pub subject: String,
    /// The message to all recipients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Days from sending until it expires, at least 1.
    #[serde(default = "Draft::default_expiry")]
    pub expires_after_days: u32,
    /// Reminders; nobody is reminded without them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminders: Option<Reminders>,
    /// Where an embedded signer's browser goes afterwards. A signing link may name another one where the provider can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub return_url: Option<Url>,
    /// Whether a signer may pass his task to somebody else.
    #[serde(default)]
    pub allow_reassign: bool,
    /// Whether a signer may decline. Providers that leave this to a setting of the account refuse `false`.
    #[serde(default = "Draft::may_decline", skip_serializing_if = "Draft::is_declinable")]
    pub allow_decline: bool,
    /// Whether signers without a signature field choose its place themselves.
    #[serde(default)]
    pub free_placement: bool,
    /// The application's own data, found again by [`ListQuery`](crate::ListQuery).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Per provider, members that go into its request as they are: the way past the portable model.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extras: BTreeMap<String, serde_json::Map<String, serde_json::Value>>,
    /// Ids of the provider's templates whose documents, fields and roles it takes, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<String>,
    /// Texts that the sender fills into fields of a template, by the field's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// When it is sent; at once if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_at: Option<DateTime<Utc>>,
    /// The documents in their order.
    #[schemars(with = "Vec<DocumentFile>")]
    #[serde(default)]
    pub documents: Vec<Document>,
    /// The recipients.
    #[serde(default)]
    pub recipients: Vec<Recipient>,
}

impl Draft {
    fn default_expiry() -> u32 {
        DEFAULT_EXPIRY_DAYS
    }

    fn may_decline() -> bool {
        true
    }

    /// The usual is not written, so that it changes no digest.
    fn is_declinable(allowed: &bool) -> bool {
        *allowed
    }

    /// An empty draft with this subject.
    pub fn new(subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            message: None,
            expires_after_days: DEFAULT_EXPIRY_DAYS,
            reminders: None,
            return_url: None,
            allow_reassign: false,
            allow_decline: true,
            free_placement: false,
            metadata: BTreeMap::new(),
            extras: BTreeMap::new(),
            templates: Vec::new(),
            values: BTreeMap::new(),
            send_at: None,
            documents: Vec::new(),
            recipients: Vec::new(),
        }
    }

    /// The message to all.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Takes documents, fields and roles of this template of the provider.
    #[must_use]
    pub fn template(mut self, id: impl Into<String>) -> Self {
        self.templates.push(id.into());
        self
    }

    /// The text that the sender fills into this field of a template.
    #[must_use]
    pub fn value(mut self, field: impl Into<String>, text: impl Into<String>) -> Self {
        self.values.insert(field.into(), text.into());
        self
    }

    /// When it is sent.
    #[must_use]
    pub fn send_at(mut self, time: DateTime<Utc>) -> Self {
        self.send_at = Some(time);
        self
    }

    /// One more document.
    #[must_use]
    pub fn document(mut self, document: Document) -> Self {
        self.documents.push(document);
        self
    }

    /// One more recipient.
    #[must_use]
    pub fn recipient(mut self, recipient: Recipient) -> Self {
        self.recipients.push(recipient);
        self
    }

    /// Days from sending until it expires.
    #[must_use]
    pub fn expires_after_days(mut self, days: u32) -> Self {
        self.expires_after_days = days;
        self
    }

    /// Reminders: the first after so many days, then every so many days.
    #[must_use]
    pub fn reminders(mut self, first_after_days: u32, every_days: u32) -> Self {
        self.reminders = Some(Reminders { first_after_days, every_days });
        self
    }

    /// Where an embedded signer's browser goes afterwards.
    #[must_use]
    pub fn return_url(mut self, url: Url) -> Self {
        self.return_url = Some(url);
        self
    }

    /// Signers without a signature field choose its place themselves.
    #[must_use]
    pub fn free_placement(mut self) -> Self {
        self.free_placement = true;
        self
    }

    /// One piece of the application's own data.
    #[must_use]
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// Everything that is wrong whatever the provider; nothing is read or requested.
    ///
    /// # Errors
    /// `invalid_draft` with every fault and its path.
    pub fn validate(&self) -> Result<()> {
        self.hold(false)
    }

    /// The same for what becomes a template, whose fields may wait for a value.
    pub(crate) fn hold(&self, template: bool) -> Result<()> {
        let mut faults = Vec::new();
        let mut fault = |path: String, message: &str| faults.push(Fault::new(path, message));
        if self.subject.trim().is_empty() {
            fault("subject".into(), "is empty; say what is to be signed");
        }
        if self.expires_after_days == 0 {
            fault("expires_after_days".into(), "must be at least 1");
        }
        if let Some(reminders) = self.reminders
            && (reminders.first_after_days == 0 || reminders.every_days == 0)
        {
            fault("reminders".into(), "days must be at least 1");
        }
        if let Some(url) = &self.return_url
            && !matches!(url.scheme(), "https" | "http")
        {
            fault("return_url".into(), "must be an https or http address");
        }
        if self.documents.is_empty() && self.templates.is_empty() {
            fault("documents".into(), "are missing; an envelope needs at least one, or a template");
        }
        if self.templates.is_empty() && !self.values.is_empty() {
            fault("values".into(), "belong to the fields of a template; name it in `templates`");
        }
        for (index, document) in self.documents.iter().enumerate() {
            if document.extension().is_empty() {
                fault(format!("documents[{index}].name"), "needs a file extension, such as `contract.pdf`");
            }
        }
        if !self.recipients.iter().any(|recipient| recipient.role != Role::CarbonCopy) {
            fault("recipients".into(), "nobody has anything to do; add at least one signer");
        }
        let mut seen = HashSet::new();
        for (index, recipient) in self.recipients.iter().enumerate() {
            let key = (recipient.email.to_lowercase(), recipient.order, recipient.name.clone());
            if !seen.insert(key) {
                fault(
                    format!("recipients[{index}]"),
                    "repeats name, e-mail address and order of another one",
                );
            }
            for problem in problems_of(recipient) {
                fault(format!("recipients[{index}].{}", problem.path), &problem.message);
            }
            if recipient.template_role.is_some() && self.templates.is_empty() {
                let path = format!("recipients[{index}].template_role");
                fault(path, "belongs to a template; name it in `templates`");
            }
        }
        let mut ids = BTreeSet::new();
        for (index, place, field) in self.fields() {
            let path = format!("recipients[{index}].fields[{place}]");
            if let Some(id) = &field.id
                && !ids.insert(id.clone())
            {
                fault(format!("{path}.id"), "is used by another field; names are unique in an envelope");
            }
            if field.document == 0 || field.document as usize > self.documents.len() {
                fault(format!("{path}.document"), "there is no such document; they are counted from 1");
            }
            for problem in field::problems(field, template) {
                fault(format!("{path}.{}", problem.path), &problem.message);
            }
        }
        for problem in field::problems_between(&self.recipients) {
            fault(problem.path, &problem.message);
        }
        for (key, value) in &self.metadata {
            if key.is_empty() || value.is_empty() {
                fault(format!("metadata.{key}"), "key and value must not be empty");
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::from_faults(ErrorKind::InvalidDraft, "the draft has faults", faults))
        }
    }

    /// All fields, with the index of their recipient and their own.
    pub fn fields(&self) -> impl Iterator<Item = (usize, usize, &Field)> {
        self.recipients.iter().enumerate().flat_map(|(index, recipient)| {
            recipient.fields.iter().enumerate().map(move |(place, field)| (index, place, field))
        })
    }

    /// The recipients' orders, ranked without gaps from 1.
    pub fn ranks(&self) -> Vec<u32> {
        let orders: BTreeSet<u32> = self.recipients.iter().map(|recipient| recipient.order).collect();
        self.recipients.iter().map(|recipient| orders.range(..=recipient.order).count() as u32).collect()
    }

    /// A SHA-256 over everything the draft holds, documents included (they are read, in streams).
    /// Two drafts with one digest ask for the same envelope.
    ///
    /// # Errors
    /// `io` when a document cannot be read.
    pub async fn digest(&self) -> Result<String> {
        let mut hasher = Sha256::new();
        let words = Self { documents: Vec::new(), ..self.clone() };
        let canonical = serde_json::to_vec(&words).map_err(|error| {
            Error::new(ErrorKind::InvalidDraft, "the draft cannot be written down").with_source(error)
        })?;
        hasher.update(&canonical);
        for document in &self.documents {
            let source = document.open().await?;
            let content = document::sha256(&*source).await.map_err(|error| {
                Error::new(ErrorKind::Io, format!("the document `{}`: {error}", document.name()))
            })?;
            hasher.update([0]);
            hasher.update(document.name());
            hasher.update([0]);
            hasher.update(content);
        }
        Ok(hex::encode(hasher.finalize()))
    }
}

/// Texts, addresses and the application's data stay out of logs.
impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("documents", &self.documents)
            .field("recipients", &self.recipients)
            .field("expires_after_days", &self.expires_after_days)
            .field("reminders", &self.reminders)
            .finish_non_exhaustive()
    }
}

fn problems_of(recipient: &Recipient) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |path: &str, message: &str| faults.push(Fault::new(path, message));
    if recipient.name.trim().is_empty() {
        fault("name", "is empty");
    }
    if !is_address(&recipient.email) {
        fault("email", "is not an e-mail address");
    }
    if recipient.order == 0 {
        fault("order", "is counted from 1");
    }
    let by_phone = matches!(recipient.delivery, Delivery::Sms | Delivery::EmailAndSms | Delivery::WhatsApp);
    if by_phone && recipient.phone.is_none() {
        fault("phone", "is needed for this delivery");
    }
    let authentication_phone = match &recipient.authentication {
        Some(Authentication::SmsOtp(phone) | Authentication::PhoneCall(phone)) => Some(phone),
        _ => None,
    };
    for phone in recipient.phone.iter().chain(authentication_phone) {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(&phone.country_code) || !digits(&phone.number) || phone.number.starts_with('0') {
            fault("phone", "is digits only: the country code without `+`, the number without its leading 0");
        }
    }
    if let Some(Authentication::AccessCode(code)) = &recipient.authentication
        && code.expose().is_empty()
    {
        fault("authentication.access_code", "is empty");
    }
    if recipient.role == Role::CarbonCopy && !recipient.fields.is_empty() {
        fault("fields", "somebody who gets a copy has no fields");
    }
    match (recipient.role, &recipient.host) {
        (Role::InPersonSigner, None) => fault("host", "an in-person signer needs a host"),
        (Role::InPersonSigner, Some(_)) | (_, None) => {}
        (_, Some(_)) => fault("host", "only an in-person signer has a host"),
    }
    faults
}

/// A modest test: one `@` with something on both sides, a dot in the domain or `localhost`, no blanks or controls.
/// Whether the mailbox exists only its owner knows.
fn is_address(text: &str) -> bool {
    let plain =
        text.len() <= 254 && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    plain
        && !text.contains(['<', '>', ',', ';'])
        && text.rsplit_once('@').is_some_and(|(user, domain)| {
            !user.is_empty()
                && !user.contains('@')
                && (domain == "localhost" || domain.split('.').count() > 1)
                && domain.split('.').all(|label| !label.is_empty())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Draft {
        Draft::new("Lease").document(Document::from_bytes("lease.pdf", &b"%PDF-1.7"[..])).recipient(
            Recipient::signer("Ann", "ann@example.com").field(Field::signature().at(1, 72.0, 640.0)),
        )
    }

    fn paths(draft: &Draft) -> Vec<String> {
        draft.validate().unwrap_err().faults().iter().map(|fault| fault.path.clone()).collect()
    }

    #[test]
    fn all_faults_are_listed_at_once_with_their_paths() {
        let draft = Draft {
            expires_after_days: 0,
            ..Draft::new(" ")
                .document(Document::from_bytes("lease", &b"x"[..]))
                .recipient(Recipient::signer("", "nobody").order(0).field(Field::text("a").at(0, -1.0, 0.0)))
                .recipient(
                    Recipient::carbon_copy("Bob", "bob@example.com")
                        .field(Field::text("a").on_document(2).at(1, 1.0, 1.0)),
                )
        };
        assert_eq!(
            paths(&draft),
            [
                "subject",
                "expires_after_days",
                "documents[0].name",
                "recipients[0].name",
                "recipients[0].email",
                "recipients[0].order",
                "recipients[1].fields",
                "recipients[0].fields[0].placement.at.page",
                "recipients[0].fields[0].placement.at",
                "recipients[1].fields[0].id",
                "recipients[1].fields[0].document",
            ]
        );
    }

    #[test]
    fn what_is_right_passes() {
        assert!(good().validate().is_ok());
        assert!(is_address("a@localhost") && is_address("a.b+c@sub.example.org"));
        for wrong in ["", "a", "@b.c", "a@", "a@b", "a@@b.c", "a b@c.d", "a@b..c", "<a@b.c>"] {
            assert!(!is_address(wrong), "{wrong}");
        }
    }

    #[test]
    fn orders_are_ranked_without_gaps() {
        let draft = good()
            .recipient(Recipient::signer("B", "b@x.org").order(7))
            .recipient(Recipient::signer("C", "c@x.org").order(3));
        assert_eq!(draft.ranks(), [1, 3, 2]);
    }

    #[tokio::test]
    async fn the_digest_covers_every_member_and_the_documents() {
        let digest = good().digest().await.unwrap();
        assert_eq!(good().digest().await.unwrap(), digest);
        let mut others = vec![
            good().message("x"),
            good().expires_after_days(31),
            good().metadata("a", "b"),
            good().document(Document::from_bytes("b.pdf", &b"%PDF"[..])),
            good().recipient(Recipient::signer("B", "b@x.org").access_code("1234")),
            good().recipient(Recipient::signer("B", "b@x.org").access_code("1235")),
        ];
        let mut changed = good();
        changed.documents = vec![Document::from_bytes("lease.pdf", &b"%PDF-1.6"[..])];
        others.push(changed);
        let mut digests = HashSet::from([digest]);
        for other in others {
            assert!(digests.insert(other.digest().await.unwrap()), "{other:?}");
        }
    }

    #[test]
    fn debug_shows_no_person_and_no_code() {
        let text =
            format!("{:?}", good().recipient(Recipient::signer("Bob", "bob@x.org").access_code("s3cret")));
        assert!(
            !text.contains("ann@example.com") && !text.contains("s3cret") && !text.contains("Bob"),
            "{text}"
        );
    }
}
