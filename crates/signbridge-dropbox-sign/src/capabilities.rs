//! What Dropbox Sign can do through this adapter, its limits, and the evidence of each claim.

use std::sync::LazyLock;

use signbridge_core::{
    AuthenticationMethod as Auth, Capabilities, Capability, Delivery, Evidence, FieldKind, FieldProperty,
    Limits, Once, Operation, Role, SignatureLevel,
};

use crate::{PROVIDER, calls::list_requests::PAGE_SIZE, wire::marks};

/// The capabilities of Dropbox Sign. How they were verified as a whole stands in `verified.toml`.
pub(crate) static CAPABILITIES: LazyLock<Capabilities> = LazyLock::new(|| {
    let mut all =
        Capabilities::new(PROVIDER, Evidence::verified(include_str!("../verified.toml")), Once::SendThenFind);
    all.operations = operations().into();
    all.roles = roles().into();
    all.fields = fields().into();
    properties(&mut all);
    all.deliveries = [
        (Delivery::Email, NATIVE),
        (
            Delivery::Embedded,
            Capability::gated(
                "an API app (`client_id` in the profile), for all signers of the request, and a page with the provider's embedding library",
                Evidence::Published,
            ),
        ),
        (Delivery::EmailAndSms, Capability::gated(SMS, Evidence::Published)),
        (Delivery::Sms, no("a text message always comes beside an e-mail; use email_and_sms")),
        (Delivery::WhatsApp, no("it sends no such messages; use email")),
    ]
    .into();
    all.authentications = [
        (Auth::AccessCode, NATIVE),
        (Auth::SmsOtp, Capability::gated(SMS, Evidence::Published)),
        (Auth::PhoneCall, no("it calls nobody; use sms_otp or access_code")),
        (Auth::Kba, no("it asks no such questions; use access_code")),
        (Auth::EmailOtp, no("it sends no such codes; use access_code")),
        (Auth::IdDocument, no("the API has no parameter for it; use access_code")),
        (
            Auth::EidEu,
            no("its `is_eid` binds a whole request to one signer, whose country's scheme is not chosen; use access_code"),
        ),
        (Auth::EidSingpass, no("the API has no parameter for it; use access_code")),
        (Auth::EidIamSmart, no("the API has no parameter for it; use access_code")),
        (Auth::EidAadhaar, no("the API has no parameter for it; use access_code")),
    ]
    .into();
    all.levels = [
        (SignatureLevel::Simple, NATIVE),
        (SignatureLevel::Advanced, no("the API has no parameter for it")),
        (SignatureLevel::Qualified, no("its parameter was taken out of the published description")),
    ]
    .into();
    all.limits = limits();
    all
});

const NATIVE: Capability = Capability::native(Evidence::Published);
const SMS: &str = "a Standard plan or higher with the SMS add-on; not in test mode";

const fn no(reason: &'static str) -> Capability {
    Capability::unsupported(reason, Evidence::Published)
}

fn operations() -> [(Operation, Capability); 29] {
    let drafts = "there are no drafts without a person who claims them; create the envelope sent";
    let claimed = "drafts exist only where a person claims them in the browser; create the envelope sent";
    [
        (Operation::CreateDraft, no(drafts)),
        (Operation::CreateSent, NATIVE),
        (Operation::Send, no(drafts)),
        (Operation::Get, NATIVE),
        (
            Operation::Find,
            Capability::emulated("a search for metadata of ours; it is late by a while", Evidence::Published),
        ),
        (Operation::List, NATIVE),
        (Operation::Void, NATIVE),
        (
            Operation::Remind,
            Capability::emulated(
                "a reminder to each signer whose turn it is, an hour apart at least; not for embedded signers",
                Evidence::Published,
            ),
        ),
        (
            Operation::RemindOne,
            Capability::gated(
                "an hour since he was reminded last, and a signer who is mailed",
                Evidence::Published,
            ),
        ),
        (
            Operation::SigningLink,
            Capability::gated(
                "an API app, and a page with the provider's embedding library",
                Evidence::Published,
            ),
        ),
        (
            Operation::Documents,
            no("it does not name the documents of a request; download them combined or as an archive"),
        ),
        (Operation::DownloadCombined, NATIVE),
        (Operation::DownloadArchive, NATIVE),
        (Operation::DownloadCertificate, no("the audit pages lie inside the PDF; download it combined")),
        (
            Operation::DownloadDocument,
            no("single documents are in the archive only; download it combined or as an archive"),
        ),
        (Operation::Audit, no("the trail is on the last pages of the PDF, not data; download it combined")),
        (Operation::ActingAs, no("a credential acts for its own account; make a profile for each user")),
        (Operation::Templates, NATIVE),
        (Operation::Template, NATIVE),
        (Operation::CreateTemplate, NATIVE),
        (Operation::FromTemplate, NATIVE),
        (Operation::Schedule, no("it sends at once; create the envelope when it is time")),
        (
            Operation::Correct,
            Capability::emulated(
                "one call for each signer's name and address, also for the end, whose effect on other signers is not published; not phone, authentication or order, and not where a signature page was appended",
                Evidence::Published,
            ),
        ),
        (Operation::DeleteDraft, no(claimed)),
        (
            Operation::Purge,
            Capability::emulated(
                "giving up the account's own access, at once and for good: the other parties keep theirs, and nothing is erased; with an API key only",
                Evidence::Published,
            ),
        ),
        (Operation::FormData, NATIVE),
        (Operation::SenderView, no(claimed)),
        (Operation::ConsoleView, no("the API gives no link to its web application; open it in the browser")),
        (Operation::Quota, NATIVE),
    ]
}

fn roles() -> [(Role, Capability); 7] {
    [
        (Role::Signer, NATIVE),
        (Role::CarbonCopy, NATIVE),
        (
            Role::FormFiller,
            Capability::unverified("a signer without a signature field; whether this suffices is unknown"),
        ),
        (Role::Approver, no("it has no such role; use signer")),
        (Role::Acceptor, no("it has no such role; use signer")),
        (Role::CertifiedRecipient, no("it has no such role; use cc, or signer")),
        (
            Role::InPersonSigner,
            no("it records no host; use signer with delivery `embedded` on the shared device"),
        ),
    ]
}

fn fields() -> [(FieldKind, Capability); 22] {
    let merged = Capability::emulated("a merge field with the value of the draft", Evidence::Published);
    let typed = Capability::emulated("a text that the signer types", Evidence::Published);
    [
        (FieldKind::Signature, NATIVE),
        (FieldKind::Initials, NATIVE),
        (FieldKind::DateSigned, NATIVE),
        (
            FieldKind::Date,
            Capability::emulated(
                "a text of the form 2026-12-31, held to it by a pattern",
                Evidence::Published,
            ),
        ),
        (FieldKind::Text, NATIVE),
        (
            FieldKind::Number,
            Capability::unverified("whether its numbers take a sign and decimals is unknown; use text"),
        ),
        (FieldKind::Checkbox, NATIVE),
        (FieldKind::Dropdown, NATIVE),
        (FieldKind::FullName, merged.clone()),
        (FieldKind::Email, merged),
        (FieldKind::Company, typed.clone()),
        (FieldKind::Title, typed),
        (FieldKind::Attachment, no("it asks for files beside the document, not at a place of a page")),
        (FieldKind::Stamp, no("it has no stamps; use signature")),
        (FieldKind::DigitalSignature, no("a certificate belongs to the whole request there; use signature")),
        (FieldKind::RadioGroup, NATIVE),
        (
            FieldKind::Formula,
            no("it reckons nothing; reckon before sending, and use a text with a value that is read_only"),
        ),
        (
            FieldKind::SenderText,
            Capability::emulated("a merge field with the value of the draft", Evidence::Published),
        ),
        (FieldKind::Note, no("it has no notes; use message, or a text with a value that is read_only")),
        (FieldKind::Approve, no("it has no such button; use signature")),
        (
            FieldKind::Decline,
            no("it has one button for the whole request, which is always there; leave it out"),
        ),
        (FieldKind::Hyperlink, NATIVE),
    ]
}

/// What a field can have beside its kind. A signer's text begins empty; what is fixed is merged in before.
fn properties(all: &mut Capabilities) {
    use FieldKind as Kind;
    use FieldProperty as Property;
    let unwritten = no("it has patterns and addresses for a text only; leave it out");
    all.field_properties = Property::ALL.iter().map(|property| (*property, unwritten.clone())).collect();
    let merged = Capability::emulated("a merge field with the value of the draft", Evidence::Published);
    all.field_properties.extend([
        (Property::Optional, NATIVE),
        (Property::Value, NATIVE),
        (Property::Size, NATIVE),
        (Property::ValidationEmail, NATIVE),
        (Property::ValidationPattern, NATIVE),
        (Property::ValidationMessage, NATIVE),
        (Property::ReadOnly, no("only a text with a value can be fixed before sending")),
        (Property::Group, NATIVE),
        (Property::Condition, no("this adapter writes no conditions; show the field always")),
        (Property::Multiline, no("how many lines a text takes is not documented; leave it out")),
        (Property::MaxLength, no("it has no such limit; leave it out")),
        (Property::Tooltip, no("it has no such hint; leave it out")),
    ]);
    let bound = [Kind::Number, Kind::Date];
    all.except(Property::ValidationPattern, &bound, &no("its form is given already; use a text"));
    all.except(Property::ValidationMessage, &bound, &no("its form is given already; use a text"));
    all.except(Property::ReadOnly, &[Kind::Text], &merged);
    all.except(Property::Value, &[Kind::Text], &merged);
    let empty = no("what the signer types begins empty; leave the value out");
    all.except(Property::Value, &[Kind::Number, Kind::Date, Kind::Company, Kind::Title], &empty);
}

/// Published limits as of 2026-07. Sizes of files, recipients and names are not published.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.subject = Some(255);
    limits.message = Some(5000);
    limits.access_code = Some(12);
    limits.metadata_entries = Some(marks::ENTRIES);
    limits.metadata_text = Some(marks::VALUE_LENGTH);
    limits.signing_link_seconds = Some(3600);
    limits.page_size = Some(PAGE_SIZE);
    limits
}
