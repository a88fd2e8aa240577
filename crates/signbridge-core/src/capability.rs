//! Capabilities: what a provider can do, as data, with limits and the evidence of each claim.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use crate::{
    field::{FieldKind, FieldProperty},
    recipient::{AuthenticationMethod, Delivery, Role, SignatureLevel},
    words::words,
};

words! {
    /// The operations of [`Provider`](crate::Provider).
    pub enum Operation: "operation" {
        /// Create an envelope that is not sent yet.
        CreateDraft = "create_draft",
        /// Create and send in one step.
        CreateSent = "create_sent",
        /// Send a draft.
        Send = "send",
        /// Read an envelope.
        Get = "get",
        /// Find an envelope by its idempotency key.
        Find = "find",
        /// List envelopes.
        List = "list",
        /// Stop an envelope.
        Void = "void",
        /// Mail everybody whose turn it is again.
        Remind = "remind",
        /// Mail one recipient whose turn it is again.
        RemindOne = "remind_one",
        /// Make a signing link for an embedded signer.
        SigningLink = "signing_link",
        /// List the documents.
        Documents = "documents",
        /// Download all documents as one PDF.
        DownloadCombined = "download_combined",
        /// Download all documents as a ZIP archive.
        DownloadArchive = "download_archive",
        /// Download the certificate of completion.
        DownloadCertificate = "download_certificate",
        /// Download one document.
        DownloadDocument = "download_document",
        /// Read the audit trail as data.
        Audit = "audit",
        /// Act as another user of the account.
        ActingAs = "acting_as",
        /// List the templates.
        Templates = "templates",
        /// Read a template with its roles.
        Template = "template",
        /// Make a template.
        CreateTemplate = "create_template",
        /// Create an envelope from templates.
        FromTemplate = "from_template",
        /// Send later, at a given time.
        Schedule = "schedule",
        /// Change recipients or expiry of an envelope on its way.
        Correct = "correct",
        /// Delete an envelope that was never sent.
        DeleteDraft = "delete_draft",
        /// Remove the documents of an envelope that has ended.
        Purge = "purge",
        /// Read what the signers filled in.
        FormData = "form_data",
        /// Make a link to the provider's own page for the sender.
        SenderView = "sender_view",
        /// Make a link to the provider's web application, at an envelope.
        ConsoleView = "console_view",
        /// Read how many envelopes may still be sent.
        Quota = "quota",
    }
}

/// How well something is supported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "support", content = "detail")]
pub enum Support {
    /// By the provider itself.
    Native,
    /// By these steps of ours.
    Emulated(&'static str),
    /// Only with this plan, add-on or account setting.
    Gated(&'static str),
    /// Not at all, for this reason.
    Unsupported(&'static str),
    /// Nobody told us; refused unless the profile allows it.
    Unverified(&'static str),
}

/// What a claim rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "date")]
pub enum Evidence {
    /// Seen at the live provider on this date (`2026-11-24`).
    VerifiedLive(&'static str),
    /// The provider's published specification or documentation.
    Published,
    /// The provider's own SDK.
    VendorCode,
    /// Traffic that others recorded.
    Recorded,
    /// Inferred; run on the emulator only.
    EmulatorOnly,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VerifiedLive(date) => write!(f, "verified live ({date})"),
            Self::Published => f.write_str("published specification"),
            Self::VendorCode => f.write_str("vendor code"),
            Self::Recorded => f.write_str("recorded traffic"),
            Self::EmulatorOnly => f.write_str("emulator only"),
        }
    }
}

impl Evidence {
    /// How an adapter as a whole was verified, by the text of its file `verified.toml`: live on the day that stands
    /// there as `date = "2026-11-24"`, and on the emulator only where that is empty or no day.
    pub fn verified(file: &'static str) -> Self {
        let value = |line: &'static str| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == "date").then(|| value.trim().trim_matches('"'))
        };
        let is_day = |date: &&str| date.len() == 10 && date.parse::<chrono::NaiveDate>().is_ok();
        match file.lines().find_map(value).filter(is_day) {
            Some(date) => Self::VerifiedLive(date),
            None => Self::EmulatorOnly,
        }
    }
}

/// One thing a provider can do, or cannot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Capability {
    /// How well.
    #[serde(flatten)]
    pub support: Support,
    /// What the claim rests on.
    pub evidence: Evidence,
}

impl Capability {
    /// A capability of the provider itself.
    pub const fn native(evidence: Evidence) -> Self {
        Self { support: Support::Native, evidence }
    }

    /// A capability that our steps make.
    pub const fn emulated(steps: &'static str, evidence: Evidence) -> Self {
        Self { support: Support::Emulated(steps), evidence }
    }

    /// A capability that a plan or setting opens.
    pub const fn gated(by: &'static str, evidence: Evidence) -> Self {
        Self { support: Support::Gated(by), evidence }
    }

    /// What is not there, and why.
    pub const fn unsupported(reason: &'static str, evidence: Evidence) -> Self {
        Self { support: Support::Unsupported(reason), evidence }
    }

    /// What nobody told us.
    pub const fn unverified(reason: &'static str) -> Self {
        Self { support: Support::Unverified(reason), evidence: Evidence::EmulatorOnly }
    }

    /// Whether it can be used without opting in.
    pub fn is_usable(&self) -> bool {
        matches!(self.support, Support::Native | Support::Emulated(_) | Support::Gated(_))
    }
}

/// Published limits; `None` means that none is known, not that there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[non_exhaustive]
pub struct Limits {
    /// Characters of the subject.
    pub subject: Option<usize>,
    /// Characters of the message.
    pub message: Option<usize>,
    /// Characters of a recipient's own note.
    pub note: Option<usize>,
    /// Characters of a recipient's name.
    pub name: Option<usize>,
    /// Characters of an access code.
    pub access_code: Option<usize>,
    /// Recipients of an envelope.
    pub recipients: Option<usize>,
    /// Bytes of one document.
    pub document_bytes: Option<u64>,
    /// Bytes of one request.
    pub request_bytes: Option<u64>,
    /// Bytes of all documents together.
    pub envelope_bytes: Option<u64>,
    /// Pieces of metadata.
    pub metadata_entries: Option<usize>,
    /// Characters of a metadata key or value.
    pub metadata_text: Option<usize>,
    /// Bytes of a return address.
    pub return_url: Option<usize>,
    /// Characters of the reason for voiding.
    pub void_reason: Option<usize>,
    /// Seconds that a signing link lives.
    pub signing_link_seconds: Option<u64>,
    /// Envelopes of a page of a list.
    pub page_size: Option<u32>,
    /// Seconds between two reads of one envelope, by the provider's polling rule.
    pub polling_seconds: Option<u64>,
}

words! {
    /// What protects a send from happening twice.
    pub enum Once: "once mode" {
        /// The envelope is made as a draft, and sending the draft is tied to its id.
        DraftThenSend = "draft_then_send",
        /// One request; afterwards the provider can be asked by our key.
        SendThenFind = "send_then_find",
        /// One request, and nothing to ask afterwards: an unknown outcome stays unknown until a person looks.
        SendOnly = "send_only",
    }
}

/// Everything a provider can do, known without credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Capabilities {
    /// The provider.
    pub provider: &'static str,
    /// How the adapter as a whole was verified.
    pub evidence: Evidence,
    /// What protects a send from happening twice.
    pub once: Once,
    /// By operation.
    pub operations: BTreeMap<Operation, Capability>,
    /// By role.
    pub roles: BTreeMap<Role, Capability>,
    /// By kind of field.
    pub fields: BTreeMap<FieldKind, Capability>,
    /// By property of a field, for every kind that can have it.
    pub field_properties: BTreeMap<FieldProperty, Capability>,
    /// By property and kind, where a kind differs from the others.
    pub field_exceptions: BTreeMap<FieldProperty, BTreeMap<FieldKind, Capability>>,
    /// By delivery.
    pub deliveries: BTreeMap<Delivery, Capability>,
    /// By authentication method.
    pub authentications: BTreeMap<AuthenticationMethod, Capability>,
    /// By signature level.
    pub levels: BTreeMap<SignatureLevel, Capability>,
    /// Published limits.
    pub limits: Limits,
}

impl Capabilities {
    /// Capabilities of a provider that can do nothing yet: an adapter fills them in.
    pub fn new(provider: &'static str, evidence: Evidence, once: Once) -> Self {
        Self {
            provider,
            evidence,
            once,
            operations: BTreeMap::new(),
            roles: BTreeMap::new(),
            fields: BTreeMap::new(),
            field_properties: BTreeMap::new(),
            field_exceptions: BTreeMap::new(),
            deliveries: BTreeMap::new(),
            authentications: BTreeMap::new(),
            levels: BTreeMap::new(),
            limits: Limits::default(),
        }
    }

    /// The capability for an operation; what is not listed is unsupported.
    pub fn operation(&self, operation: Operation) -> Capability {
        self.operations.get(&operation).cloned().unwrap_or(NOT_LISTED)
    }

    /// The capability for a property of a kind of field; what is not listed is unsupported.
    pub fn field_property(&self, kind: FieldKind, property: FieldProperty) -> &Capability {
        let exception = self.field_exceptions.get(&property).and_then(|kinds| kinds.get(&kind));
        exception.or_else(|| self.field_properties.get(&property)).unwrap_or(&NOT_LISTED)
    }

    /// Declares that these kinds of field differ in a property.
    pub fn except(&mut self, property: FieldProperty, kinds: &[FieldKind], capability: &Capability) {
        let known = self.field_exceptions.entry(property).or_default();
        known.extend(kinds.iter().map(|kind| (*kind, capability.clone())));
    }
}

/// What an adapter does not mention, it does not do.
pub const NOT_LISTED: Capability =
    Capability::unsupported("the adapter does not offer it", Evidence::EmulatorOnly);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_day_is_evidence() {
        let live = Evidence::verified("# date = \"2020-01-01\"\nsuite = \"1\"\ndate = \"2026-11-24\"\n");
        assert_eq!(live, Evidence::VerifiedLive("2026-11-24"));
        for text in
            ["", "date = \"\"\n", "date = \"soon\"\n", "date = \"2026-13-01\"\n", "update = \"2026-11-24\"\n"]
        {
            assert_eq!(Evidence::verified(text), Evidence::EmulatorOnly, "{text}");
        }
    }
}
