//! `check`: every gap between a draft and a provider, at once and before any request.

use std::{collections::BTreeMap, fmt::Display};

use serde::Serialize;

use crate::{
    Capabilities, Error, ErrorKind, Fault, Result,
    capability::{Capability, NOT_LISTED, Operation, Support},
    field::{Field, Placement},
    geometry::{GEOMETRY_LIMIT, Geometry},
    prepared::Prepared,
    recipient::{Authentication, Delivery, Role},
    words::words,
};

words! {
    /// How much a finding matters.
    pub enum Severity: "severity" {
        /// The draft cannot go to this provider as it is.
        Refused = "refused",
        /// Nobody verified that it works; refused unless the profile allows it.
        Unverified = "unverified",
        /// It needs a plan, add-on or account setting.
        Gated = "gated",
        /// It works by steps of ours.
        Emulated = "emulated",
        /// Worth knowing.
        Note = "note",
    }
}

/// One finding, with the path of the value it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Where in the draft.
    pub path: String,
    /// What, and what to write instead.
    pub message: String,
}

/// What `check` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The provider.
    pub provider: &'static str,
    /// The findings, in the order of the draft.
    pub findings: Vec<Finding>,
}

impl Report {
    /// An empty report for a provider.
    pub fn new(provider: &'static str) -> Self {
        Self { provider, findings: Vec::new() }
    }

    /// Adds a finding.
    pub fn add(&mut self, severity: Severity, path: impl Into<String>, message: impl Into<String>) {
        self.findings.push(Finding { severity, path: path.into(), message: message.into() });
    }

    /// The findings that keep the draft from being sent.
    pub fn refusals(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| matches!(finding.severity, Severity::Refused | Severity::Unverified))
    }

    /// Whether the draft can go there unchanged.
    pub fn is_sendable(&self) -> bool {
        self.refusals().next().is_none()
    }

    /// The refusals as an error, with every fault.
    ///
    /// # Errors
    /// `unsupported`, when there is any refusal.
    pub fn into_result(self) -> Result<()> {
        let faults: Vec<_> = self
            .refusals()
            .map(|finding| Fault::new(finding.path.clone(), finding.message.clone()))
            .collect();
        if faults.is_empty() {
            return Ok(());
        }
        Err(Error::from_faults(ErrorKind::Unsupported, "this draft cannot go there as it is", faults)
            .with_provider(self.provider)
            .with_operation("check")
            .with_remedy("change the named values, or choose another provider"))
    }
}

/// Holds a draft against declared capabilities and limits; an adapter adds its own rules to the report.
///
/// `allowed` are the paths or words that the profile opted into although they are unverified.
pub fn against(capabilities: &Capabilities, prepared: &Prepared, allowed: &[String]) -> Report {
    let mut check = Check { report: Report::new(capabilities.provider), allowed };
    let draft = &prepared.draft;
    let limits = &capabilities.limits;
    check.length("subject", &draft.subject, limits.subject);
    check.length("message", draft.message.as_deref().unwrap_or_default(), limits.message);
    if let Some(url) = &draft.return_url {
        check.length("return_url", url.as_str(), limits.return_url);
    }
    if !draft.templates.is_empty() {
        check.operation(capabilities, "templates", Operation::FromTemplate);
    }
    if draft.send_at.is_some() {
        check.operation(capabilities, "send_at", Operation::Schedule);
    }
    check.count("recipients", draft.recipients.len(), limits.recipients);
    check.count("metadata", draft.metadata.len(), limits.metadata_entries);
    for (key, value) in &draft.metadata {
        check.length(format!("metadata.{key}"), key, limits.metadata_text);
        check.length(format!("metadata.{key}"), value, limits.metadata_text);
    }
    let mut total = 0;
    for (index, document) in prepared.documents.iter().enumerate() {
        let path = format!("documents[{index}]");
        let bytes = document.source.length();
        total += bytes;
        check.bytes(&path, bytes, limits.document_bytes, "for one document");
        check.geometry(&path, &document.geometry);
    }
    check.bytes("documents", total, limits.envelope_bytes, "for all documents of an envelope");
    for (index, recipient) in draft.recipients.iter().enumerate() {
        let path = format!("recipients[{index}]");
        check.length(format!("{path}.name"), &recipient.name, limits.name);
        check.length(format!("{path}.note"), recipient.note.as_deref().unwrap_or_default(), limits.note);
        check.capability(format!("{path}.role"), recipient.role, &capabilities.roles);
        check.capability(format!("{path}.delivery"), recipient.delivery, &capabilities.deliveries);
        check.capability(format!("{path}.level"), recipient.level, &capabilities.levels);
        if let Some(authentication) = &recipient.authentication {
            let path = format!("{path}.authentication");
            check.capability(path.clone(), authentication.word(), &capabilities.authentications);
            if let Authentication::AccessCode(code) = authentication {
                check.length(format!("{path}.access_code"), code.expose(), limits.access_code);
            }
        }
        let places_signature = recipient.fields.iter().any(|field| field.kind.signs());
        if signs(recipient.role)
            && recipient.template_role.is_none()
            && !places_signature
            && !(draft.free_placement && recipient.fields.is_empty())
        {
            let message = "hold no signature; place one, or leave out all fields and set free_placement, so that the signer chooses";
            check.refuse(format!("{path}.fields"), message.to_owned());
        }
        for (place, field) in recipient.fields.iter().enumerate() {
            let path = format!("{path}.fields[{place}]");
            check.field(&path, field, capabilities);
            for (name, placement) in field.placements() {
                if let (Placement::At(at), Some(document)) =
                    (placement, prepared.documents.get(field.document as usize - 1))
                {
                    check.position(&format!("{path}.{name}"), at.page, at.x, at.y, document);
                }
            }
        }
    }
    if draft.return_url.is_some() && !draft.recipients.iter().any(|one| one.delivery == Delivery::Embedded) {
        check.report.add(Severity::Note, "return_url", "nobody signs embedded, so nobody is sent there");
    }
    check.report
}

fn signs(role: Role) -> bool {
    matches!(role, Role::Signer | Role::InPersonSigner)
}

struct Check<'a> {
    report: Report,
    allowed: &'a [String],
}

impl Check<'_> {
    fn refuse(&mut self, path: impl Into<String>, message: String) {
        self.report.add(Severity::Refused, path, message);
    }

    fn length(&mut self, path: impl Into<String>, text: &str, limit: Option<usize>) {
        let length = text.chars().count();
        if let Some(limit) = limit.filter(|limit| length > *limit) {
            self.refuse(
                path,
                format!("has {length} characters, {} takes at most {limit}", self.report.provider),
            );
        }
    }

    fn count(&mut self, path: &str, count: usize, limit: Option<usize>) {
        if let Some(limit) = limit.filter(|limit| count > *limit) {
            self.refuse(path, format!("are {count}, {} takes at most {limit}", self.report.provider));
        }
    }

    fn bytes(&mut self, path: &str, bytes: u64, limit: Option<u64>, what: &str) {
        if let Some(limit) = limit.filter(|limit| bytes > *limit) {
            self.refuse(
                path,
                format!("{bytes} bytes, {} takes at most {limit} {what}", self.report.provider),
            );
        }
    }

    fn capability<W: Ord + Display + Copy>(
        &mut self,
        path: String,
        word: W,
        known: &BTreeMap<W, Capability>,
    ) {
        self.support(path, word, &known.get(&word).unwrap_or(&NOT_LISTED).support);
    }

    /// The kind of a field, and each property that it asks for. Where the kind is not to be had, its properties do not
    /// matter.
    fn field(&mut self, path: &str, field: &Field, capabilities: &Capabilities) {
        self.capability(format!("{path}.kind"), field.kind, &capabilities.fields);
        let kind = capabilities.fields.get(&field.kind).unwrap_or(&NOT_LISTED);
        if matches!(kind.support, Support::Unsupported(_)) {
            return;
        }
        for property in field.properties() {
            let word = format!("{}.{property}", field.kind);
            let capability = capabilities.field_property(field.kind, property);
            self.support(format!("{path}.{}", property.path()), word, &capability.support);
        }
    }

    /// A part of a draft that asks for an operation of its own.
    fn operation(&mut self, capabilities: &Capabilities, path: &str, operation: Operation) {
        self.support(path.to_owned(), operation, &capabilities.operation(operation).support);
    }

    fn support(&mut self, path: String, word: impl Display, support: &Support) {
        let provider = self.report.provider;
        let (severity, message) = match support {
            Support::Native => return,
            Support::Emulated(steps) => (Severity::Emulated, format!("`{word}` is made by {steps}")),
            Support::Gated(by) => (Severity::Gated, format!("`{word}` needs {by}")),
            Support::Unsupported(reason) => {
                (Severity::Refused, format!("`{word}` is not possible at {provider}: {reason}"))
            }
            Support::Unverified(reason) => {
                self.unverified(&word.to_string(), format!("`{word}` is unverified at {provider}: {reason}"))
            }
        };
        self.report.add(severity, path, message);
    }

    fn unverified(&self, word: &str, message: String) -> (Severity, String) {
        if self.allowed.iter().any(|allowed| allowed == word) {
            (Severity::Note, format!("{message}; allowed by the profile"))
        } else {
            (
                Severity::Unverified,
                format!("{message}; allow_unverified = [\"{word}\"] in the profile accepts the risk"),
            )
        }
    }

    fn geometry(&mut self, path: &str, geometry: &Geometry) {
        match geometry {
            Geometry::NotNeeded | Geometry::Pages(_) => {}
            Geometry::TooLong => self.report.add(
                Severity::Note,
                path,
                format!("is longer than {GEOMETRY_LIMIT} bytes, so its page sizes were not compared with the fields"),
            ),
            Geometry::Unreadable(reason) => self.refuse(path, format!("cannot be read as a PDF: {reason}")),
            Geometry::Encrypted => self.refuse(path, "is protected by a password; remove it before sending".to_owned()),
        }
    }

    fn position(&mut self, path: &str, page: u32, x: f64, y: f64, document: &crate::PreparedDocument) {
        if document.extension != "pdf" {
            let message = "only PDF documents take a place on a page; use an anchor, or convert the document"
                .to_owned();
            return self.refuse(path, message);
        }
        let Geometry::Pages(pages) = &document.geometry else { return };
        let Some(size) = (page as usize).checked_sub(1).and_then(|index| pages.get(index)) else {
            return self.refuse(
                format!("{path}.at.page"),
                format!("is {page}, `{}` has {} pages", document.name, pages.len()),
            );
        };
        if x >= size.width || y >= size.height {
            let (width, height) = (size.width, size.height);
            self.refuse(
                format!("{path}.at"),
                format!("({x}, {y}) lies outside page {page}, which is {width} by {height} points"),
            );
        }
        if size.rotation != 0 {
            let message = format!(
                "page {page} is rotated, and how {} places fields there is unknown",
                self.report.provider
            );
            let (severity, message) = self.unverified("rotated_page", message);
            self.report.add(severity, format!("{path}.at"), message);
        }
    }
}
