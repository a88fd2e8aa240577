//! What DocuSign can do through this adapter, its limits, and the evidence of each claim.

mod fields;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use signbridge_core::{
    AuthenticationMethod as Auth, Capabilities, Capability, Delivery, Evidence, Limits, Once, Operation,
    Prepared, Recipient, Report, Role, Severity, SignatureLevel, check,
};

use crate::{
    PROVIDER,
    calls::{
        create_envelope::REQUEST_BYTES, create_recipient_view::RETURN_URL_LENGTH, list_envelopes::PAGE_SIZE,
    },
    config::Config,
    wire::{marks, workflow::LATEST_DAYS},
};

/// The capabilities of DocuSign. How they were verified as a whole stands in `verified.toml`.
pub(crate) static CAPABILITIES: LazyLock<Capabilities> = LazyLock::new(|| {
    let native = Capability::native(Evidence::Published);
    let mut all = Capabilities::new(
        PROVIDER,
        Evidence::verified(include_str!("../verified.toml")),
        Once::DraftThenSend,
    );
    all.operations = Operation::ALL.iter().map(|operation| (*operation, native.clone())).collect();
    all.operations.insert(
        Operation::Find,
        Capability::emulated(
            "a transaction id for seven days, a hidden custom field afterwards",
            Evidence::Published,
        ),
    );
    all.operations.insert(
        Operation::Remind,
        Capability::emulated("sending the envelope again to everybody whose turn it is", Evidence::Published),
    );
    all.operations.insert(
        Operation::RemindOne,
        Capability::emulated(
            "an update of the recipient that changes nothing and sends again",
            Evidence::Published,
        ),
    );
    all.operations.insert(
        Operation::Purge,
        Capability::emulated(
            "queuing the documents for removal, by default fourteen days later; fields and history stay",
            Evidence::Published,
        ),
    );
    all.operations.insert(
        Operation::FormData,
        Capability::gated("the account setting that shows form data", Evidence::Published),
    );
    all.roles = [
        (Role::Signer, native.clone()),
        (Role::CertifiedRecipient, native.clone()),
        (Role::CarbonCopy, native.clone()),
        (Role::InPersonSigner, native.clone()),
        (
            Role::FormFiller,
            Capability::unverified(
                "a signer with fields and no signature; that this suffices is not documented",
            ),
        ),
        (
            Role::Approver,
            Capability::unsupported(
                "it has an approve button instead, whose effect is not documented; use signer",
                Evidence::Published,
            ),
        ),
        (Role::Acceptor, Capability::unsupported("it has no such role; use signer", Evidence::Published)),
    ]
    .into();
    fields::declare(&mut all);
    all.deliveries = [
        (Delivery::Email, native.clone()),
        (Delivery::Embedded, native.clone()),
        (
            Delivery::Sms,
            Capability::gated("SMS delivery to be switched on for the account", Evidence::Published),
        ),
        (
            Delivery::EmailAndSms,
            Capability::gated("SMS delivery to be switched on for the account", Evidence::Published),
        ),
        (
            Delivery::WhatsApp,
            Capability::gated("WhatsApp delivery to be switched on for the account", Evidence::Published),
        ),
    ]
    .into();
    all.authentications = [
        (Auth::AccessCode, native.clone()),
        (Auth::SmsOtp, Capability::gated("SMS authentication in the plan", Evidence::Published)),
        (Auth::PhoneCall, Capability::gated("phone authentication in the plan", Evidence::Published)),
        (Auth::Kba, Capability::gated("knowledge-based authentication in the plan", Evidence::Published)),
        (
            Auth::EmailOtp,
            Capability::unsupported(
                "how to ask for it is not documented; use access_code",
                Evidence::Published,
            ),
        ),
        (
            Auth::IdDocument,
            Capability::gated(
                "identity verification in the plan, and a workflow named in the profile: identity_workflows.id_document",
                Evidence::Published,
            ),
        ),
        (
            Auth::EidEu,
            Capability::gated(
                "identity verification in the plan, and a workflow for European identities named in the profile: \
                 identity_workflows.eid_eu",
                Evidence::Published,
            ),
        ),
        (
            Auth::EidSingpass,
            Capability::gated(
                "identity verification in the plan, and a workflow for it named in the profile: \
                 identity_workflows.eid_singpass",
                Evidence::EmulatorOnly,
            ),
        ),
        (
            Auth::EidIamSmart,
            Capability::unverified(
                "that DocuSign offers it is not documented; it would be a workflow named in the profile: \
                 identity_workflows.eid_iam_smart",
            ),
        ),
        (
            Auth::EidAadhaar,
            Capability::unverified(
                "that DocuSign offers it is not documented; it would be a workflow named in the profile: \
                 identity_workflows.eid_aadhaar",
            ),
        ),
    ]
    .into();
    all.levels = [
        (SignatureLevel::Simple, native),
        (
            SignatureLevel::Advanced,
            Capability::gated(
                "a signature provider by contract, named in the profile: signature_providers.advanced",
                Evidence::Published,
            ),
        ),
        (
            SignatureLevel::Qualified,
            Capability::gated(
                "a signature provider by contract, named in the profile: signature_providers.qualified",
                Evidence::Published,
            ),
        ),
    ]
    .into();
    all.limits = limits();
    all
});

/// What is a workflow or a signature provider of the account, and what to say while the profile names none.
const WORKFLOWS: [(Auth, &str); 5] = [
    (
        Auth::IdDocument,
        "the profile has to name a workflow of the account in identity_workflows.id_document; `doctor` lists them",
    ),
    (
        Auth::EidEu,
        "the profile has to name a workflow of the account in identity_workflows.eid_eu; `doctor` lists them",
    ),
    (
        Auth::EidSingpass,
        "the profile has to name a workflow of the account in identity_workflows.eid_singpass; `doctor` lists them",
    ),
    (
        Auth::EidIamSmart,
        "the profile has to name a workflow of the account in identity_workflows.eid_iam_smart; `doctor` lists them",
    ),
    (
        Auth::EidAadhaar,
        "the profile has to name a workflow of the account in identity_workflows.eid_aadhaar; `doctor` lists them",
    ),
];
const PROVIDERS: [(SignatureLevel, &str); 2] = [
    (
        SignatureLevel::Advanced,
        "the profile has to name a signature provider of the account in signature_providers.advanced; `doctor` lists them",
    ),
    (
        SignatureLevel::Qualified,
        "the profile has to name a signature provider of the account in signature_providers.qualified; `doctor` lists them",
    ),
];

/// The capabilities of an account as its profile describes it: what the profile does not name cannot be asked for.
pub(crate) fn of(config: &Config) -> Capabilities {
    let mut all = CAPABILITIES.clone();
    for (method, reason) in WORKFLOWS {
        if !config.identity_workflows.contains_key(&method) {
            all.authentications.insert(method, Capability::unsupported(reason, Evidence::Published));
        }
    }
    for (level, reason) in PROVIDERS {
        if !config.signature_providers.contains_key(&level) {
            all.levels.insert(level, Capability::unsupported(reason, Evidence::Published));
        }
    }
    all
}

/// Published limits as of 2026-06.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.subject = Some(100);
    limits.message = Some(10_000);
    limits.note = Some(1000);
    limits.name = Some(100);
    limits.access_code = Some(50);
    limits.recipients = Some(100);
    // "32 MB"; the smaller reading of the unit is the safe one.
    limits.document_bytes = Some(32_000_000);
    limits.request_bytes = Some(REQUEST_BYTES);
    limits.envelope_bytes = Some(200_000_000);
    // 500 custom fields, less those that may be ours: key, digest and a return address in pieces.
    limits.metadata_entries = Some(490);
    limits.metadata_text = Some(marks::VALUE_LENGTH);
    limits.return_url = Some(RETURN_URL_LENGTH);
    limits.void_reason = Some(200);
    limits.signing_link_seconds = Some(300);
    limits.page_size = Some(PAGE_SIZE);
    // The rule says 15 minutes between equal reads; a little more keeps clear of it.
    limits.polling_seconds = Some(20 * 60);
    limits
}

/// Characters of a recipient's e-mail address.
const EMAIL: usize = 100;
/// Holds a draft against DocuSign: the capabilities of the account, and rules that only DocuSign has.
pub(crate) fn check(
    capabilities: &Capabilities,
    prepared: &Prepared,
    allowed: &[String],
    now: DateTime<Utc>,
) -> Report {
    let mut report = check::against(capabilities, prepared, allowed);
    if !prepared.draft.allow_decline {
        let message = "whether a signer may decline is a setting of the account, which no request changes; leave it out";
        report.add(Severity::Refused, "allow_decline", message);
    }
    let latest = TimeDelta::days(LATEST_DAYS);
    if prepared.draft.send_at.is_some_and(|time| time <= now || time - now > latest) {
        let message = format!("must lie ahead, by at most {LATEST_DAYS} days");
        report.add(Severity::Refused, "send_at", message);
    }
    if !prepared.draft.templates.is_empty() {
        let message = "expiry and reminders are written for the whole envelope; whether they outweigh those of a \
                       template is not documented. The order of a role is the template's";
        report.add(Severity::Note, "templates", message);
    }
    for name in prepared.draft.metadata.keys().filter(|name| name.starts_with(marks::PREFIX)) {
        report.add(
            Severity::Refused,
            format!("metadata.{name}"),
            "names that begin with `sb_` are ours; choose another",
        );
    }
    for (index, recipient) in prepared.draft.recipients.iter().enumerate() {
        let level = capabilities.levels.get(&recipient.level).is_some_and(Capability::is_usable);
        if let Some(message) = certified(recipient).filter(|_| level) {
            report.add(Severity::Refused, format!("recipients[{index}].level"), message);
        }
        if recipient.email.chars().count() > EMAIL {
            report.add(
                Severity::Refused,
                format!("recipients[{index}].email"),
                format!("has more than {EMAIL} characters"),
            );
        }
    }
    fields::check(&prepared.draft, &mut report);
    report
}

/// Signature providers stand at those who sign, and nowhere else.
pub(crate) fn certified(recipient: &Recipient) -> Option<&'static str> {
    let signs = matches!(recipient.role, Role::Signer | Role::InPersonSigner);
    (recipient.level != SignatureLevel::Simple && !signs)
        .then_some("only a signer's signature has a level; leave it out")
}
