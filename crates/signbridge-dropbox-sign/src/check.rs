//! Holds a draft against Dropbox Sign: the declared capabilities, and rules that only Dropbox Sign has.

use signbridge_core::{
    Authentication, Delivery, Draft, Field, FieldKind, Placement, Position, Prepared, PreparedDocument,
    Recipient, Report, Role, Severity, ValidationRule, check, geometry::Geometry,
};

use crate::{
    PROVIDER,
    capabilities::CAPABILITIES,
    config::Config,
    wire::{fields, marks, request},
};

/// The days that a request may be open.
pub(crate) const LONGEST_EXPIRY: u32 = 90;
/// Characters of a template's subject; an envelope's may be longer.
const TEMPLATE_SUBJECT: usize = 200;
const CODE_LENGTHS: std::ops::RangeInclusive<usize> = 4..=12;
/// US Letter in points: the one page size for which places are documented to be exact.
const LETTER: (f64, f64) = (612.0, 792.0);

/// Every gap between a draft and an account.
pub(crate) fn check(prepared: &Prepared, config: &Config) -> Report {
    let report = check::against(&CAPABILITIES, prepared, &config.allow_unverified);
    let mut check = Check { report, config, template: false };
    check.envelope(&prepared.draft);
    check.delivery(&prepared.draft);
    if !prepared.draft.templates.is_empty() {
        check.roles(&prepared.draft);
    }
    for (index, recipient) in prepared.draft.recipients.iter().enumerate() {
        check.recipient(index, recipient, &prepared.draft);
    }
    check.documents(prepared);
    check.report
}

/// Every gap between a draft whose recipients are roles, without the roles' names, and a template.
pub(crate) fn template(prepared: &Prepared, config: &Config) -> Report {
    let report = check::against(&CAPABILITIES, prepared, &config.allow_unverified);
    let mut check = Check { report, config, template: true };
    check.envelope(&prepared.draft);
    let length = prepared.draft.subject.chars().count();
    if length > TEMPLATE_SUBJECT {
        let message = format!("has {length} characters, a template takes at most {TEMPLATE_SUBJECT}");
        check.refuse("subject", message);
    }
    if prepared.draft.free_placement {
        check.refuse("free_placement", "is not for templates: their fields are placed");
    }
    for (index, recipient) in prepared.draft.recipients.iter().enumerate() {
        let later = "belongs to the envelope; give it when one is sent from the template";
        if recipient.authentication.is_some() {
            check.refuse(format!("recipients[{index}].authentication"), later);
        }
        if recipient.delivery != Delivery::Email {
            check.refuse(format!("recipients[{index}].delivery"), later);
        }
        check.recipient(index, recipient, &prepared.draft);
    }
    check.documents(prepared);
    check.report
}

struct Check<'a> {
    report: Report,
    config: &'a Config,
    /// What is checked becomes a template.
    template: bool,
}

impl Check<'_> {
    fn documents(&mut self, prepared: &Prepared) {
        for (index, document) in prepared.documents.iter().enumerate() {
            if document.extension != "pdf" {
                let message = "which types besides PDF are taken is not published";
                self.unverified("document_type", format!("documents[{index}]"), message);
            }
        }
        for (index, place, field) in prepared.draft.fields() {
            self.field(&format!("recipients[{index}].fields[{place}]"), field, prepared);
        }
    }

    /// Roles, fields and their order are the template's.
    fn roles(&mut self, draft: &Draft) {
        for (index, recipient) in draft.recipients.iter().enumerate() {
            let path = format!("recipients[{index}]");
            if recipient.template_role.is_none() {
                self.refuse(
                    format!("{path}.template_role"),
                    "is missing; everybody fills a role of the template",
                );
            }
            if !recipient.fields.is_empty() {
                self.refuse(format!("{path}.fields"), "the template brings its own; leave them out");
            }
        }
        if draft.allow_reassign {
            self.refuse("allow_reassign", "is a setting of the template; leave it out");
        } else {
            let message = "whether a signer may pass his task on is a setting of the template";
            self.report.add(Severity::Note, "allow_reassign", message);
        }
    }

    fn refuse(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.report.add(Severity::Refused, path, message);
    }

    fn unverified(&mut self, word: &str, path: impl Into<String>, message: &str) {
        if self.config.allow_unverified.iter().any(|allowed| allowed == word) {
            self.report.add(Severity::Note, path, format!("{message}; allowed by the profile"));
        } else {
            let message =
                format!("{message}; allow_unverified = [\"{word}\"] in the profile accepts the risk");
            self.report.add(Severity::Unverified, path, message);
        }
    }

    fn envelope(&mut self, draft: &Draft) {
        if draft.expires_after_days > LONGEST_EXPIRY {
            let message =
                format!("is {}, Dropbox Sign takes at most {LONGEST_EXPIRY}", draft.expires_after_days);
            self.refuse("expires_after_days", message);
        }
        if draft.reminders.is_some() {
            self.refuse("reminders", "are not scheduled by Dropbox Sign; remind when it is time");
        }
        if draft.allow_reassign {
            self.report.add(Severity::Gated, "allow_reassign", "needs a Premium plan");
        }
        for name in draft.metadata.keys() {
            let path = format!("metadata.{name}");
            if name.starts_with(marks::PREFIX) {
                self.refuse(path.clone(), "names that begin with `sb_` are ours; choose another");
            }
            let length = name.chars().count();
            if length > marks::KEY_LENGTH {
                let limit = marks::KEY_LENGTH;
                self.refuse(
                    path,
                    format!("its name has {length} characters, {PROVIDER} takes at most {limit}"),
                );
            }
        }
        let unplaced = request::signing(draft).filter(|(_, recipient)| recipient.fields.is_empty()).count();
        if draft.templates.is_empty() && draft.free_placement && unplaced > 0 {
            if draft.fields().next().is_none() {
                let message =
                    "a page for all signatures is appended; names and addresses cannot be corrected then";
                self.report.add(Severity::Emulated, "free_placement", message);
            } else {
                let message = "works for all signers or none: one who has no field beside others who have is not documented";
                self.refuse("free_placement", message);
            }
        }
        // Of a template's roles it is the template's order that counts.
        let orders = request::orders(draft).filter(|_| draft.templates.is_empty()).unwrap_or_default();
        let mut steps = orders.clone();
        steps.sort_unstable();
        steps.dedup();
        if steps.len() < orders.len() {
            let message = "some sign at the same time within a sequence, which is not documented; give all the same order, or each his own";
            self.unverified("parallel_order", "recipients", message);
        }
    }

    fn delivery(&mut self, draft: &Draft) {
        let embedded = |recipient: &Recipient| recipient.delivery == Delivery::Embedded;
        let count = request::signing(draft).filter(|(_, recipient)| embedded(recipient)).count();
        if count == 0 {
            return;
        }
        if count < request::signing(draft).count() {
            let message = "Dropbox Sign mails all signers or none; make all `embedded`, or none";
            for (index, _) in request::signing(draft).filter(|(_, recipient)| !embedded(recipient)) {
                self.refuse(format!("recipients[{index}].delivery"), message);
            }
        }
        if self.config.client_id.is_none() {
            for (index, _) in request::signing(draft).filter(|(_, recipient)| embedded(recipient)) {
                let message = "needs an API app; set client_id in the profile";
                self.refuse(format!("recipients[{index}].delivery"), message);
            }
        }
        if draft.return_url.is_some() {
            let message = "is not for Dropbox Sign: the signer stays on the page that embeds the link; let it move on when the embedding library says `finish`";
            self.report.add(Severity::Note, "return_url", message);
        }
    }

    fn recipient(&mut self, index: usize, recipient: &Recipient, draft: &Draft) {
        let path = format!("recipients[{index}]");
        if recipient.note.is_some() {
            self.refuse(format!("{path}.note"), "there is one message for all; use message");
        }
        if recipient.role == Role::CarbonCopy {
            return self.copy(&path, recipient, draft);
        }
        match &recipient.authentication {
            Some(Authentication::AccessCode(code)) => {
                let path = format!("{path}.authentication.access_code");
                let code = code.expose();
                if code.chars().count() < *CODE_LENGTHS.start() {
                    self.refuse(path, "has fewer than 4 characters");
                } else if !code.chars().all(|letter| letter.is_ascii_alphanumeric()) {
                    let message = "which characters a code may have besides letters and digits is unknown";
                    self.unverified("access_code_characters", path, message);
                }
            }
            Some(Authentication::SmsOtp(_)) => {
                let path = format!("{path}.authentication");
                if self.config.test_mode {
                    self.refuse(path.clone(), "text messages are not sent in test mode");
                }
                if recipient.delivery == Delivery::EmailAndSms {
                    self.refuse(
                        path,
                        "a phone number serves either the code or the delivery; use delivery `email`",
                    );
                }
            }
            _ => {}
        }
        if recipient.delivery == Delivery::EmailAndSms && self.config.test_mode {
            self.refuse(format!("{path}.delivery"), "text messages are not sent in test mode");
        }
    }

    /// Somebody who gets a copy is an address, to which the finished document is mailed.
    fn copy(&mut self, path: &str, copy: &Recipient, draft: &Draft) {
        if copy.delivery != Delivery::Email {
            self.refuse(format!("{path}.delivery"), "copies are sent by e-mail only");
        }
        if copy.authentication.is_some() {
            self.refuse(format!("{path}.authentication"), "is not asked of those who get a copy");
        }
        let last = request::signing(draft).map(|(_, signer)| signer.order).max().unwrap_or_default();
        if copy.order <= last {
            let message = format!(
                "Dropbox Sign mails copies when all have signed; give {} or more",
                last.saturating_add(1)
            );
            self.refuse(format!("{path}.order"), message);
        }
    }

    fn field(&mut self, path: &str, field: &Field, prepared: &Prepared) {
        let text = field.kind == FieldKind::Text;
        if text && field.read_only && field.value.is_some() == self.template {
            let message = if self.template {
                "only a text can be filled by the sender; leave its value out, each envelope gives its own"
            } else {
                "only a text with a value can be fixed before sending"
            };
            self.refuse(format!("{path}.read_only"), message);
        }
        let validation = field.validation.as_ref();
        if text && field.read_only && validation.is_some() {
            self.refuse(format!("{path}.validation"), "nobody types what the sender fills; leave it out");
        } else if validation.is_some_and(|own| own.message.is_some() && own.rule == ValidationRule::Email) {
            let message = "Dropbox Sign has a message for patterns only; leave it out";
            self.refuse(format!("{path}.validation.message"), message);
        }
        if text && field.value.is_some() && !field.read_only {
            let message =
                "a text that the signer types begins empty; leave the value out, or make it read_only";
            self.refuse(format!("{path}.value"), message);
        }
        if field.kind == FieldKind::SenderText && self.template && field.value.is_some() {
            self.refuse(format!("{path}.value"), "is given by each envelope; leave it out of the template");
        }
        if field.group.as_ref().is_some_and(|group| fields::requirement(group).is_none()) {
            let message = "Dropbox Sign knows three rules: at most one, exactly one, one or more";
            self.refuse(format!("{path}.group"), message);
        }
        for (name, placement) in field.placements() {
            match placement {
                Placement::Anchor(_) => {
                    let message = "Dropbox Sign finds no text to put a field beside; give page, x and y";
                    self.refuse(format!("{path}.{name}"), message);
                }
                Placement::At(at) => {
                    let document = (field.document as usize).checked_sub(1);
                    if let Some(document) = document.and_then(|index| prepared.documents.get(index)) {
                        self.place(&format!("{path}.{name}.at"), field.kind, at, document);
                    }
                }
                Placement::Choices => {}
            }
        }
    }

    fn place(&mut self, path: &str, kind: FieldKind, at: &Position, document: &PreparedDocument) {
        let message = "places are documented to be exact on pages of US Letter size (612 by 792 points) only";
        let pages = match &document.geometry {
            Geometry::Pages(pages) => pages,
            Geometry::TooLong => {
                let message = format!("{message}, and this document's pages were not measured");
                return self.unverified("page_size", path, &message);
            }
            _ => return,
        };
        let Some(page) = (at.page as usize).checked_sub(1).and_then(|index| pages.get(index)) else { return };
        if (page.width - LETTER.0).abs() > 1.0 || (page.height - LETTER.1).abs() > 1.0 {
            let (width, height) = (page.width, page.height);
            self.unverified(
                "page_size",
                path,
                &format!("{message}; page {} is {width} by {height}", at.page),
            );
        }
        let (width, height) = fields::size(kind, at);
        let inside = at.x < page.width && at.y < page.height;
        if inside && (at.x + width > page.width || at.y + height > page.height) {
            let message = format!("the field, {width} by {height} points, reaches beyond page {}", at.page);
            self.refuse(path, message);
        }
    }
}

#[cfg(test)]
mod tests;
