//! What Inkpost can do, and what a draft must not ask of it. What is not listed is unsupported.

use std::sync::LazyLock;

use signbridge_core::{
    Capabilities, Capability, Delivery, Evidence, FieldKind, FieldProperty, Once, Operation, Placement, Prepared, Report,
    Role, Severity, SignatureLevel, check,
};

use crate::PROVIDER;

pub(crate) static CAPABILITIES: LazyLock<Capabilities> = LazyLock::new(|| {
    // Each claim names what it rests on: here the table of requests in the crate's own description.
    let native = Capability::native(Evidence::Published);
    let evidence = Evidence::verified(include_str!("../verified.toml"));
    let mut all = Capabilities::new(PROVIDER, evidence, Once::SendThenFind);
    all.operations = [
        (Operation::CreateSent, native.clone()),
        (Operation::Get, native.clone()),
        (Operation::Find, native.clone()),
        (Operation::Void, native.clone()),
        (Operation::DownloadCombined, native.clone()),
        (Operation::Remind, Capability::unsupported("it mails by itself every day", Evidence::Published)),
    ]
    .into();
    all.roles = [(Role::Signer, native.clone())].into();
    all.fields = [(FieldKind::Signature, native.clone())].into();
    // What is not listed is refused, here with a better word.
    let no = |reason| Capability::unsupported(reason, Evidence::Published);
    all.field_properties = [
        (FieldProperty::Optional, no("every signature is required")),
        (FieldProperty::Size, no("a signature has one size; leave out width and height")),
    ]
    .into();
    all.deliveries = [(Delivery::Email, native.clone())].into();
    all.levels = [(SignatureLevel::Simple, native)].into();
    all.limits.subject = Some(120);
    all.limits.recipients = Some(10);
    all
});

/// Every gap between a draft and Inkpost: the common rules, then its own. Whatever a draft says and a request would not
/// carry is refused here, so that nothing is lost in silence.
pub(crate) fn check(prepared: &Prepared) -> Report {
    let mut report = check::against(&CAPABILITIES, prepared, &[]);
    let draft = &prepared.draft;
    let mut refuse = |path: String, message: &str| report.add(Severity::Refused, path, message);
    if draft.reminders.is_some() {
        refuse("reminders".into(), "Inkpost mails every day by itself; leave them out");
    }
    if draft.return_url.is_some() {
        refuse("return_url".into(), "Inkpost has no embedded signing; leave it out");
    }
    if !draft.metadata.is_empty() {
        refuse("metadata".into(), "Inkpost keeps none; keep it beside the envelope's id");
    }
    for (index, document) in prepared.documents.iter().enumerate() {
        if document.extension != "pdf" {
            refuse(format!("documents[{index}].name"), "Inkpost signs PDF files only; convert it");
        }
    }
    for (index, one) in draft.recipients.iter().enumerate() {
        if one.note.is_some() {
            refuse(format!("recipients[{index}].note"), "Inkpost has one message for all; use it");
        }
    }
    for (index, place, field) in draft.fields() {
        let path = |name: &str| format!("recipients[{index}].fields[{place}].{name}");
        match &field.placement {
            Placement::At(_) => {}
            _ => refuse(path("placement"), "Inkpost places by page and position only"),
        }
    }
    report
}
