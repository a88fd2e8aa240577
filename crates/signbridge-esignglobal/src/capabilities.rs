//! What eSignGlobal can do through this adapter, its limits, and the evidence of each claim.

use std::sync::LazyLock;

use signbridge_core::{
    AuthenticationMethod as Auth, Capabilities, Capability, Delivery, Evidence, FieldKind, FieldProperty,
    Limits, Once, Operation, Role, SignatureLevel,
};

use crate::PROVIDER;

/// The capabilities of eSignGlobal. How they were verified as a whole stands in `verified.toml`.
pub(crate) static CAPABILITIES: LazyLock<Capabilities> = LazyLock::new(|| {
    let native = Capability::native(Evidence::Published);
    let no = |reason| Capability::unsupported(reason, Evidence::Published);
    let mut all =
        Capabilities::new(PROVIDER, Evidence::verified(include_str!("../verified.toml")), Once::SendOnly);
    all.operations = [
        (Operation::CreateDraft, native.clone()),
        (Operation::CreateSent, native.clone()),
        (
            Operation::Send,
            no("no call that starts a draft is documented; a person sends it on the sender's page, or create it sent"),
        ),
        (Operation::Get, native.clone()),
        (Operation::Find, no("no call that finds an envelope by a key is documented; keep its id")),
        (Operation::List, no("no call that lists envelopes is documented; keep their ids")),
        (Operation::Void, native.clone()),
        (
            Operation::Remind,
            no("no call that reminds is documented; the vendor's command line has one, every 30 minutes"),
        ),
        (Operation::SigningLink, native.clone()),
        (
            Operation::Documents,
            Capability::emulated("the place of each file, names once it is completed", Evidence::Published),
        ),
        (
            Operation::DownloadCombined,
            Capability::gated(
                "merged download to be switched on, unless the envelope has one document",
                Evidence::Published,
            ),
        ),
        (Operation::DownloadArchive, native.clone()),
        (Operation::DownloadCertificate, native.clone()),
        (Operation::DownloadDocument, native.clone()),
        (Operation::Audit, no("the certificate is the audit trail; none is documented as data")),
        (Operation::ActingAs, no("the app acts by itself")),
        (Operation::Templates, native.clone()),
        (Operation::Template, native.clone()),
        (Operation::CreateTemplate, no("templates are made on its web page; no call is documented")),
        (
            Operation::FromTemplate,
            Capability::emulated(
                "having each template filled into a file, which is then signed; the signer chooses the place",
                Evidence::Published,
            ),
        ),
        (Operation::Schedule, native.clone()),
        (
            Operation::Correct,
            no("no documented call changes a started envelope, but for adding a copy or a later signer; void it and create another"),
        ),
        (Operation::DeleteDraft, no("no call that deletes an envelope is documented")),
        (Operation::Purge, no("no call that removes documents is documented")),
        (Operation::FormData, no("no call that reads what signers filled in is documented")),
        (Operation::SenderView, native.clone()),
        (Operation::ConsoleView, no("no call that opens its web application is documented")),
        (Operation::RemindOne, no("no call that reminds is documented; tell the signer yourself")),
        (Operation::Quota, no("no call that reads an allowance is documented")),
    ]
    .into();
    let no_role = "no such role is documented; use signer";
    all.roles = [
        (Role::Signer, native.clone()),
        (Role::CarbonCopy, native.clone()),
        (Role::Approver, no(no_role)),
        (Role::Acceptor, no(no_role)),
        (Role::FormFiller, no(no_role)),
        (Role::CertifiedRecipient, no("no such role is documented; use cc")),
        (Role::InPersonSigner, no("no such role is documented; use an embedded signer")),
    ]
    .into();
    let no_field = "only in its own templates; put it on the document before sending";
    all.fields = FieldKind::ALL.iter().map(|kind| (*kind, no(no_field))).collect();
    let no_property = "no such property of a signer's fields is documented; leave it out";
    all.field_properties = FieldProperty::ALL.iter().map(|property| (*property, no(no_property))).collect();
    all.field_properties.insert(
        FieldProperty::Optional,
        no("an optional field of a signer is not documented; leave it required"),
    );
    all.field_properties
        .insert(FieldProperty::Size, no("no size of a field is documented; leave out width and height"));
    all.fields.insert(FieldKind::Signature, native.clone());
    all.fields.insert(FieldKind::DateSigned, native.clone());
    all.deliveries = [
        (Delivery::Email, native.clone()),
        (Delivery::Sms, native.clone()),
        (Delivery::WhatsApp, native.clone()),
        (Delivery::Embedded, native.clone()),
        (Delivery::EmailAndSms, no("one signer has one delivery method; use email or sms")),
    ]
    .into();
    let no_method = "its list of methods has none such; use access_code, sms_otp or email_otp";
    all.authentications = [
        (Auth::AccessCode, native.clone()),
        (Auth::SmsOtp, native.clone()),
        (Auth::EmailOtp, native.clone()),
        (
            Auth::IdDocument,
            Capability::unverified(
                "what its configuration holds is not documented, and it needs a Professional plan with an add-on",
            ),
        ),
        (Auth::PhoneCall, no(no_method)),
        (Auth::Kba, no(no_method)),
        (Auth::EidEu, no(no_method)),
        (Auth::EidSingpass, no("it is documented for logging in only, not for signers; use access_code, sms_otp or email_otp")),
        (
            Auth::EidIamSmart,
            no("the product has it, but its name in requests is not documented; use access_code, sms_otp or email_otp"),
        ),
        (Auth::EidAadhaar, no(no_method)),
    ]
    .into();
    let no_level =
        "a mark of digital signatures stands in reads only; how to ask for a level is not documented";
    all.levels = [
        (SignatureLevel::Simple, native),
        (SignatureLevel::Advanced, no(no_level)),
        (SignatureLevel::Qualified, no(no_level)),
    ]
    .into();
    all.limits = limits();
    all
});

/// Published limits as of 2026-11. Subject, sizes of files, rates and the life of signing addresses are not published;
/// nor is how many recipients an envelope has with its copies, since the ten of the pages are signers.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.message = Some(1000);
    limits.note = Some(200);
    limits.access_code = Some(45);
    limits.return_url = Some(2048);
    limits
}
