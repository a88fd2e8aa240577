//! Rules that only Acrobat Sign has, beyond the declared capabilities and limits.

use std::collections::HashSet;

use signbridge_core::{
    Authentication, Delivery, Draft, Field, FieldKind, Placement, Prepared, Report, Role, Severity, check,
};

use crate::{
    capabilities::CAPABILITIES,
    tags::{self, Found},
    wire::{agreement, fields},
};

/// The word that accepts texts for fields of a template, which third parties alone describe.
pub(crate) const TEMPLATE_VALUES: &str = "template_values";

/// The word that accepts anchors in a draft, which Adobe documents for agreements sent at once only.
pub(crate) const ANCHORED_DRAFT: &str = "anchored_draft";

/// Holds a draft against Acrobat Sign.
pub(crate) async fn check(prepared: &Prepared, allowed: &[String]) -> Report {
    let mut rules = Rules { report: check::against(&CAPABILITIES, prepared, allowed), allowed };
    let draft = &prepared.draft;
    rules.deliveries(draft);
    rules.recipients(draft);
    rules.order(draft);
    rules.reminders(draft);
    rules.placements(draft);
    rules.templates(draft);
    for (index, document) in prepared.documents.iter().enumerate() {
        let path = format!("documents[{index}]");
        match tags::scan(document).await {
            Found::Nothing => {}
            Found::Tags(tags) => {
                let shown = tags.join(", ");
                let fate = if fields::are_placed(draft) {
                    "acts by itself at Adobe; the draft's placed fields replace what it makes"
                } else {
                    "acts by itself: Adobe turns it into a field"
                };
                rules.note(&path, format!("the text {shown} {fate}"));
            }
            Found::FormFields => {
                rules.note(
                    &path,
                    "the PDF's own form fields act by themselves: Adobe turns them into fields".into(),
                );
            }
            Found::NotScanned(reason) => {
                rules.note(&path, format!("was not looked through for text that acts by itself: {reason}"));
            }
        }
    }
    rules.report
}

struct Rules<'a> {
    report: Report,
    allowed: &'a [String],
}

impl Rules<'_> {
    fn refuse(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.report.add(Severity::Refused, path, message);
    }

    fn note(&mut self, path: &str, message: String) {
        self.report.add(Severity::Note, path, message);
    }

    fn unverified(&mut self, word: &str, path: impl Into<String>, message: &str) {
        let (severity, message) = if self.allowed.iter().any(|allowed| allowed == word) {
            (Severity::Note, format!("{message}; allowed by the profile"))
        } else {
            let hint = format!("allow_unverified = [\"{word}\"] in the profile accepts the risk");
            (Severity::Unverified, format!("{message}; {hint}"))
        };
        self.report.add(severity, path, message);
    }

    /// Mails are for all or for none, so nobody can be mailed beside somebody who is shown a link.
    fn deliveries(&mut self, draft: &Draft) {
        let acting = || draft.recipients.iter().filter(|recipient| fields::acts(recipient.role));
        let embedded = acting().filter(|recipient| recipient.delivery == Delivery::Embedded).count();
        if embedded > 0 && embedded < acting().count() {
            self.refuse(
                "recipients",
                "some are embedded and some are mailed, Adobe mails all or none; choose one delivery for all",
            );
        }
        if embedded > 0 && embedded < draft.recipients.len() {
            self.report.add(
                Severity::Emulated,
                "recipients",
                "so that copies go out, Adobe mails the finished document to everybody, embedded signers included",
            );
        }
        if draft.return_url.is_some() {
            self.report.add(
                Severity::Gated,
                "return_url",
                "needs the account setting that allows a redirect after signing",
            );
        }
        if !draft.allow_decline {
            let message = "whether a signer may decline is a setting of the account, which no request changes; leave it out";
            self.report.add(Severity::Refused, "allow_decline", message);
        }
        if !draft.allow_reassign {
            self.note(
                "allow_reassign",
                "whether a signer may delegate is a setting of the account".to_owned(),
            );
        }
    }

    fn recipients(&mut self, draft: &Draft) {
        let mut seen = HashSet::new();
        for (index, recipient) in draft.recipients.iter().enumerate() {
            let path = format!("recipients[{index}]");
            if !seen.insert(recipient.email.to_lowercase()) {
                let message = "this e-mail address takes part twice, and what Adobe makes of that is unknown";
                self.unverified("same_email", format!("{path}.email"), message);
            }
            if let Some(Authentication::AccessCode(code)) = &recipient.authentication
                && !code.expose().bytes().all(|byte| byte.is_ascii_alphanumeric())
            {
                self.refuse(format!("{path}.authentication.access_code"), "may hold letters and digits only");
            }
            if recipient.note.is_some() {
                self.report.add(
                    Severity::Gated,
                    format!("{path}.note"),
                    "needs private messages to be switched on for the account",
                );
            }
            if recipient.role == Role::Signer && recipient.fields.is_empty() && draft.free_placement {
                self.report.add(
                    Severity::Emulated,
                    format!("{path}.fields"),
                    "Adobe appends a signature block instead of letting the signer choose the place",
                );
            }
        }
    }

    fn order(&mut self, draft: &Draft) {
        let mut ranks: Vec<u32> = agreement::ranks(draft).into_iter().flatten().collect();
        let people = ranks.len();
        ranks.sort_unstable();
        ranks.dedup();
        if ranks.len() > 1 && ranks.len() < people {
            let message =
                "some act together and some one after another, which needs hybrid routing in the account";
            self.report.add(Severity::Gated, "recipients", message);
        }
    }

    fn templates(&mut self, draft: &Draft) {
        if draft.templates.is_empty() {
            return;
        }
        self.note("templates", "their documents were not looked through for text that acts by itself".into());
        if fields::are_placed(draft) {
            let message =
                "have placed fields, and placing fields replaces those of the template; leave out either";
            self.refuse("recipients", message);
        }
        if !draft.values.is_empty() {
            let message = "filling fields of a template is described by third parties only";
            self.unverified(TEMPLATE_VALUES, "values", message);
        }
        for (index, _) in draft.recipients.iter().enumerate().filter(|(_, one)| one.template_role.is_some()) {
            self.report.add(
                Severity::Emulated,
                format!("recipients[{index}].template_role"),
                "Adobe's templates know no roles: persons are taken in the order of the draft, those who only get \
                 copies not counted",
            );
        }
    }

    /// A field is named in a condition, which one that is found by a text is not: its name is only a beginning.
    fn conditions(&mut self, draft: &Draft) {
        for (index, place, field) in draft.fields() {
            let Some(condition) = &field.condition else { continue };
            let named = |own: &&Field| own.id.as_deref() == Some(condition.field.as_str());
            let parent = draft.fields().map(|(_, _, field)| field).find(named);
            let path = format!("recipients[{index}].fields[{place}].condition");
            match parent {
                Some(parent) if !matches!(parent.placement, Placement::At(_)) => {
                    self.refuse(path, "Adobe's conditions name fields that have a place; give page, x and y");
                }
                Some(parent)
                    if !matches!(
                        parent.kind,
                        FieldKind::Text | FieldKind::Number | FieldKind::Date | FieldKind::Dropdown
                    ) =>
                {
                    let message = "what such a field holds in Adobe's conditions is not documented; use a dropdown or a text";
                    self.refuse(path, message);
                }
                _ => {}
            }
        }
    }

    fn reminders(&mut self, draft: &Draft) {
        let path = "reminders.every_days";
        match draft.reminders {
            None => {
                let message =
                    "cannot be switched off in a request: the account's own frequency applies, if it has one";
                self.note("reminders", message.to_owned());
            }
            Some(reminders) => {
                if agreement::frequency(reminders).is_none() {
                    self.refuse(path, "Adobe reminds every day or every 7 days; choose 1 or 7");
                } else if !matches!(reminders.every_days, 1 | 7) {
                    let message = "Adobe's specification has 1 and 7 days only, others were seen live";
                    self.unverified("reminder_interval", path, message);
                }
                if reminders.first_after_days > draft.expires_after_days {
                    self.refuse("reminders.first_after_days", "comes after the agreement expires");
                }
            }
        }
    }

    fn placements(&mut self, draft: &Draft) {
        let (placed, anchored) = (fields::are_placed(draft), fields::are_anchored(draft));
        if placed && anchored {
            let message = "some fields have a place and some an anchor; Adobe's placed fields replace all others, so \
                           choose one way for all";
            self.refuse("recipients", message);
        } else if placed {
            self.report.add(
                Severity::Emulated,
                "recipients",
                "placed fields are set while the agreement is in authoring, once Adobe has read its pages; that its \
                 units are points and that it counts to a field's upper edge is inferred",
            );
        } else if anchored && self.allowed.iter().any(|allowed| allowed == ANCHORED_DRAFT) {
            self.note("recipients", "anchors in a draft are unverified; allowed by the profile".to_owned());
        } else if anchored {
            self.report.add(
                Severity::Emulated,
                "recipients",
                format!(
                    "anchors are documented for agreements that are sent at once: with an idempotency key, or as a \
                     draft, they are refused unless allow_unverified = [\"{ANCHORED_DRAFT}\"] accepts the risk"
                ),
            );
        }
        self.conditions(draft);
        for (index, place, field) in draft.fields() {
            let path = format!("recipients[{index}].fields[{place}].placement.anchor");
            let Placement::Anchor(anchor) = &field.placement else { continue };
            if anchor.case_sensitive || anchor.whole_word {
                self.refuse(&*path, "Adobe cannot be told to mind case or whole words; leave both out");
            }
            let message = "what Adobe does where the text is missing, and from where it measures, is unknown";
            self.note(&path, message.to_owned());
        }
    }
}
