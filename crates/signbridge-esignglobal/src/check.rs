//! Every gap between a draft and eSignGlobal: its capabilities, and rules that only eSignGlobal has.

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use signbridge_core::{
    Authentication, Delivery, Draft, Error, ErrorKind, Fault, FieldKind, Placement, Prepared, Recipient,
    Report, Result, Role, Severity, check,
};

use crate::{PROVIDER, capabilities::CAPABILITIES, wire::mark};

/// The word by which a profile accepts that nobody knows unit and origin of coordinates.
const COORDINATES: &str = "coordinates";
/// The word by which a profile accepts that nobody knows whether copies count among the ten.
const MORE_THAN_TEN: &str = "more_than_ten";
const MOST_SIGNERS: usize = 10;
/// 7776000 seconds.
const LONGEST_EXPIRY_DAYS: u32 = 90;
const SECONDS_OF_A_DAY: u64 = 86_400;
const PHONE_DIGITS: usize = 13;
/// How much later an envelope can be sent: an hour to three days. The page also speaks of 30 days, which its own number
/// contradicts.
const LATER_SECONDS: std::ops::RangeInclusive<u64> = 3600..=259_200;
const LATER: &str = "eSignGlobal sends an hour to three days from now; choose such a time, or create it then";

/// Holds a draft against eSignGlobal: the declared capabilities, and rules that only eSignGlobal has.
pub(crate) fn check(prepared: &Prepared, allowed: &[String], now: DateTime<Utc>) -> Report {
    let mut report = check::against(&CAPABILITIES, prepared, allowed);
    let draft = &prepared.draft;
    let later = delay(draft, now);
    let mut refuse = |path: String, message: &str| report.add(Severity::Refused, path, message);
    if draft.expires_after_days > LONGEST_EXPIRY_DAYS {
        refuse("expires_after_days".into(), "eSignGlobal takes at most 90 days");
    }
    if later.is_some_and(|seconds| !LATER_SECONDS.contains(&seconds)) {
        refuse("send_at".into(), LATER);
    } else if later.is_some_and(|seconds| seconds >= u64::from(draft.expires_after_days) * SECONDS_OF_A_DAY) {
        refuse(
            "expires_after_days".into(),
            "eSignGlobal may count the days from now, so it would end before it is sent; give it more",
        );
    }
    let signers = draft.recipients.iter().filter(|one| one.role != Role::CarbonCopy).count();
    if signers > MOST_SIGNERS {
        refuse("recipients".into(), "are more than ten signers, which eSignGlobal does not take");
    }
    if !draft.allow_decline {
        refuse("allow_decline".into(), "no switch for declining is documented at eSignGlobal; leave it out");
    }
    if draft.reminders.is_some() {
        refuse(
            "reminders".into(),
            "no reminders are documented at eSignGlobal; leave them out and tell the signer yourself",
        );
    }
    if mark::metadata_length(&draft.metadata) > mark::METADATA_LENGTH {
        let most = mark::METADATA_LENGTH;
        refuse(
            "metadata".into(),
            &format!("is longer than what fits beside our mark, {most} characters as a query string"),
        );
    }
    for (index, document) in prepared.documents.iter().enumerate() {
        if document.extension != "pdf" {
            refuse(format!("documents[{index}].name"), "eSignGlobal signs PDF files only; convert it");
        }
        if has_forbidden(&document.name) {
            refuse(format!("documents[{index}].name"), FORBIDDEN);
        }
    }
    let mut signers = HashSet::new();
    let mut copies = HashSet::new();
    for (index, one) in draft.recipients.iter().enumerate() {
        let path = |name: &str| format!("recipients[{index}].{name}");
        if has_forbidden(&one.name) {
            refuse(path("name"), FORBIDDEN);
        }
        let seen = if one.role == Role::CarbonCopy { &mut copies } else { &mut signers };
        if !seen.insert(one.email.to_lowercase()) {
            refuse(path("email"), "is used twice; eSignGlobal tells signers apart by it");
        }
        if one.template_role.is_some() {
            refuse(path("template_role"), "eSignGlobal's templates name no roles; leave it out");
        }
        for (name, message) in people(one) {
            refuse(path(name), message);
        }
        if one.role == Role::CarbonCopy && is_between(one, &draft.recipients) {
            refuse(
                path("order"),
                "eSignGlobal hands out no copies between two signers; put it first or last",
            );
        }
        for (place, field) in one.fields.iter().enumerate() {
            let path = |name: &str| path(&format!("fields[{place}].{name}"));
            if field.kind == FieldKind::DateSigned && prepared.documents.len() + draft.templates.len() > 1 {
                refuse(
                    path("kind"),
                    "a date of signing names no document at eSignGlobal, so it works with one document only",
                );
            }
            match &field.placement {
                Placement::Anchor(_) => refuse(
                    path("placement"),
                    "no placement by text is documented at eSignGlobal; set free_placement, so that the signer chooses the place",
                ),
                Placement::At(_) | Placement::Choices => {}
            }
        }
    }
    notes(&mut report, prepared, allowed);
    report
}

/// What a person of a draft cannot have.
fn people(one: &Recipient) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    if let Some(Authentication::AccessCode(code)) = &one.authentication {
        let code = code.expose();
        if !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            found.push(("authentication.access_code", "eSignGlobal takes letters A to Z and digits only"));
        } else if code.bytes().any(|byte| byte.is_ascii_lowercase()) {
            found.push((
                "authentication.access_code",
                "eSignGlobal does not tell small from capital letters, so the code would be weaker than it looks; write it in capitals",
            ));
        }
    }
    let authentication = match &one.authentication {
        Some(Authentication::SmsOtp(phone)) => Some(phone),
        _ => None,
    };
    if one.phone.iter().chain(authentication).any(|phone| phone.number.len() > PHONE_DIGITS) {
        found.push(("phone", "eSignGlobal takes numbers of at most 13 digits"));
    }
    if one.role == Role::CarbonCopy {
        if one.delivery != Delivery::Email {
            found.push(("delivery", "eSignGlobal mails copies; use email"));
        }
        if one.authentication.is_some() {
            found.push(("authentication", "eSignGlobal identifies signers only"));
        }
        if one.note.is_some() {
            found.push(("note", "this adapter writes notes to signers only"));
        }
    }
    found
}

/// Whether signers stand on both sides of this place in the order.
fn is_between(one: &Recipient, all: &[Recipient]) -> bool {
    let signs = |other: &&Recipient| other.role != Role::CarbonCopy;
    all.iter().filter(signs).any(|other| other.order < one.order)
        && all.iter().filter(signs).any(|other| other.order > one.order)
}

/// Seconds until a draft is to be sent, rounded up: never before its time.
fn delay(draft: &Draft, now: DateTime<Utc>) -> Option<u64> {
    let millis = (draft.send_at? - now).num_milliseconds();
    Some(u64::try_from(millis).map_or(0, |millis| millis.div_ceil(1000)))
}

/// Seconds until a draft is sent, at the moment of the request.
///
/// # Errors
/// `invalid_draft` when the time has come too close since `check`.
pub(crate) fn later(draft: &Draft, now: DateTime<Utc>) -> Result<Option<u64>> {
    match delay(draft, now) {
        Some(seconds) if !LATER_SECONDS.contains(&seconds) => {
            let faults = vec![Fault::new("send_at", LATER)];
            Err(Error::from_faults(ErrorKind::InvalidDraft, "the draft has faults", faults)
                .with_provider(PROVIDER))
        }
        later => Ok(later),
    }
}

fn notes(report: &mut Report, prepared: &Prepared, allowed: &[String]) {
    let draft = &prepared.draft;
    if draft.send_at.is_some() {
        let message = "whether eSignGlobal counts the days from now or from sending is not documented";
        report.add(Severity::Note, "expires_after_days", message);
    }
    let signers = draft.recipients.iter().filter(|one| one.role != Role::CarbonCopy).count();
    if draft.recipients.len() > MOST_SIGNERS && signers <= MOST_SIGNERS {
        let message =
            "eSignGlobal takes at most ten signers, and whether copies count among them is not documented";
        if allowed.iter().any(|word| word == MORE_THAN_TEN) {
            report.add(Severity::Note, "recipients", format!("{message}; allowed by the profile"));
        } else {
            let message = format!(
                "{message}; allow_unverified = [\"{MORE_THAN_TEN}\"] in the profile accepts the risk"
            );
            report.add(Severity::Unverified, "recipients", message);
        }
    }
    for (index, place, _) in draft.fields().filter(|(_, _, field)| field.id.is_some()) {
        let message = "eSignGlobal keeps no names of signers' fields";
        report.add(Severity::Note, format!("recipients[{index}].fields[{place}].id"), message);
    }
    let accepted = allowed.iter().any(|word| word == COORDINATES);
    for (index, place, field) in prepared.draft.fields() {
        if !matches!(field.placement, Placement::At(_)) {
            continue;
        }
        let path = format!("recipients[{index}].fields[{place}].placement.at");
        let message = "unit and origin of coordinates are not documented at eSignGlobal";
        if accepted {
            let message = format!(
                "{message}; points from the top left corner are written as they are, allowed by the profile"
            );
            report.add(Severity::Note, path, message);
        } else {
            let message = format!(
                "{message}; leave out all fields and set free_placement, so that the signer chooses the place, or accept the risk by allow_unverified = [\"{COORDINATES}\"] in the profile"
            );
            report.add(Severity::Unverified, path, message);
        }
    }
    for (index, one) in prepared.draft.recipients.iter().enumerate() {
        if one.role == Role::CarbonCopy {
            let message = "when eSignGlobal mails a copy is not documented; he may look, that is all";
            report.add(Severity::Note, format!("recipients[{index}].role"), message);
        }
    }
}

const FORBIDDEN: &str =
    "holds one of / \\ : * \" < > | ? or an emoji, which eSignGlobal does not take; write it without";

/// The nine characters, and the blocks that hold emoji in any reading; which ones eSignGlobal means is not said.
fn has_forbidden(name: &str) -> bool {
    name.chars().any(|letter| {
        matches!(letter, '/' | '\\' | ':' | '*' | '"' | '<' | '>' | '|' | '?')
            || matches!(u32::from(letter), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0xFE0F | 0x200D)
    })
}
