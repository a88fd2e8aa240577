//! What Acrobat Sign can do through this adapter, its limits, and the evidence of each claim.

use std::sync::LazyLock;

use signbridge_core::{
    AuthenticationMethod as Auth, Capabilities, Capability, Delivery, Evidence, FieldKind, FieldProperty,
    Limits, Once, Operation, Role, SignatureLevel,
};

use crate::{PROVIDER, calls::list_agreements::PAGE_SIZE, config::Tier};

const NO_EID: &str = "whether Adobe has it, and how it is asked for, is not documented; use id_document";

/// The capabilities of Acrobat Sign. How they were verified as a whole stands in `verified.toml`.
pub(crate) static CAPABILITIES: LazyLock<Capabilities> = LazyLock::new(|| of(Tier::Standard));

/// The capabilities of an account: the polling rule differs by service level.
pub(crate) fn of(tier: Tier) -> Capabilities {
    let published = Evidence::Published;
    let native = Capability::native(published);
    let mut all = Capabilities::new(
        PROVIDER,
        Evidence::verified(include_str!("../verified.toml")),
        Once::DraftThenSend,
    );
    all.operations = Operation::ALL.iter().map(|operation| (*operation, native.clone())).collect();
    all.operations.extend([
        (Operation::Get, Capability::emulated("reading agreement, members, events and documents", published)),
        (Operation::Find, Capability::emulated("the external id, in an index that may lag", published)),
        (
            Operation::List,
            Capability::emulated(
                "filtering here: Adobe's list has no filters, and looks at each cancelled one",
                published,
            ),
        ),
        (
            Operation::DownloadArchive,
            Capability::unsupported("Adobe makes no archive; download the documents one by one", published),
        ),
    ]);
    all.operations.extend(sender_operations(published));
    all.roles = [
        (Role::Signer, native.clone()),
        (Role::Approver, native.clone()),
        (Role::Acceptor, native.clone()),
        (Role::FormFiller, native.clone()),
        (Role::CertifiedRecipient, native.clone()),
        (
            Role::CarbonCopy,
            Capability::emulated(
                "a copy at the start and at the end, whatever his place in the order",
                published,
            ),
        ),
        (
            Role::InPersonSigner,
            Capability::unsupported(
                "Adobe records no host; make him an embedded signer and show the link on your device",
                published,
            ),
        ),
    ]
    .into();
    all.fields = FieldKind::ALL.iter().map(|kind| (*kind, native.clone())).collect();
    fields(&mut all);
    let by_phone = "delivery by phone is known from third parties only; use email or embedded";
    all.deliveries = [
        (Delivery::Email, native.clone()),
        (
            Delivery::Embedded,
            Capability::emulated(
                "switching off the agreement's mails, for all signers or for none",
                published,
            ),
        ),
        (Delivery::Sms, Capability::unsupported(by_phone, published)),
        (Delivery::EmailAndSms, Capability::unsupported(by_phone, published)),
        (
            Delivery::WhatsApp,
            Capability::unsupported("whether it exists is unknown; use email or embedded", published),
        ),
    ]
    .into();
    all.authentications = [
        (Auth::AccessCode, native.clone()),
        (
            Auth::SmsOtp,
            Capability::unverified(
                "its phone method lets the person choose a call instead of a text message",
            ),
        ),
        (
            Auth::PhoneCall,
            Capability::unsupported(
                "its phone method lets the person choose a text message instead",
                published,
            ),
        ),
        (Auth::Kba, Capability::gated("knowledge-based authentication, which is metered", published)),
        (
            Auth::EmailOtp,
            Capability::gated("one-time codes by e-mail to be allowed for the group", published),
        ),
        (Auth::IdDocument, Capability::gated("government id authentication in the plan", published)),
        (
            Auth::EidEu,
            Capability::unsupported(
                "how a digital identity is asked for is known from third parties only; use id_document",
                Evidence::EmulatorOnly,
            ),
        ),
        (Auth::EidSingpass, Capability::unsupported(NO_EID, Evidence::EmulatorOnly)),
        (Auth::EidIamSmart, Capability::unsupported(NO_EID, Evidence::EmulatorOnly)),
        (
            Auth::EidAadhaar,
            Capability::unsupported(
                "it is a kind of digital signature here, which a setting of the group chooses and no request",
                published,
            ),
        ),
    ]
    .into();
    let level = "the level follows the group's trust provider and cannot be asserted in a request";
    all.levels = [
        (SignatureLevel::Simple, native),
        (SignatureLevel::Advanced, Capability::unsupported(level, published)),
        (SignatureLevel::Qualified, Capability::unsupported(level, published)),
    ]
    .into();
    all.limits = limits(tier);
    all
}

/// Kinds and properties of fields that are not as the others.
fn fields(all: &mut Capabilities) {
    use FieldProperty as Property;
    let published = Evidence::Published;
    let no = |reason| Capability::unsupported(reason, published);
    all.fields.extend([
        (
            FieldKind::Initials,
            Capability::unverified(
                "which input type goes with the content type of initials is not documented",
            ),
        ),
        (
            FieldKind::Stamp,
            Capability::unverified(
                "which input type goes with the content type of a stamp is not documented",
            ),
        ),
        (
            FieldKind::DigitalSignature,
            no("such a field can be read and not be set; put it into the PDF, or use signature"),
        ),
        (FieldKind::RadioGroup, no("how its buttons join in a group is not documented; use dropdown")),
        (
            FieldKind::Formula,
            no("this adapter writes no formulas; reckon before sending, and use a read_only text"),
        ),
        (FieldKind::Note, no("it has no notes; use a text with a value that is read_only")),
        (FieldKind::Approve, no("it has no such button; use the role approver")),
        (FieldKind::Decline, no("it has no such button on a page; declining is a setting of the account")),
        (FieldKind::Hyperlink, no("this adapter writes no links; put the address into the document")),
    ]);
    let native = Capability::native(published);
    let unwritten = no("how it writes a pattern is not documented; leave it out");
    all.field_properties = Property::ALL.iter().map(|property| (*property, unwritten.clone())).collect();
    all.field_properties.extend(
        [
            Property::Optional,
            Property::ReadOnly,
            Property::Value,
            Property::Size,
            Property::ValidationEmail,
            Property::ValidationRange,
            Property::ValidationMessage,
            Property::Multiline,
            Property::MaxLength,
            Property::Tooltip,
            Property::Condition,
        ]
        .map(|property| (property, native.clone())),
    );
    all.field_properties
        .extend([(Property::Group, no("no rule for several boxes is documented; leave it out"))]);
}

/// What a sender does besides sending and cancelling. Most need a scope of their own.
fn sender_operations(published: Evidence) -> [(Operation, Capability); 12] {
    [
        (
            Operation::ConsoleView,
            Capability::unsupported("its links lead to one agreement; use sender_view", published),
        ),
        (Operation::Templates, Capability::gated("the scope library_read", published)),
        (
            Operation::Template,
            Capability::gated("the scope library_read; Adobe's templates know no roles", published),
        ),
        (
            Operation::CreateTemplate,
            Capability::unverified(
                "fields of a template are set by a resource that no specification describes, so a draft with fields is \
                 refused; one without becomes a template (scope library_write), in whose documents text tags act",
            ),
        ),
        (
            Operation::FromTemplate,
            Capability::emulated(
                "naming the template as a file (scope library_read); its first person is the draft's first recipient, \
                 and so on, whatever template_role says",
                published,
            ),
        ),
        (
            Operation::Schedule,
            Capability::unsupported("the specification has no sending at a given time", published),
        ),
        (
            Operation::Correct,
            Capability::emulated(
                "replacing a person by his new address; who was replaced can still sign, so for certainty void and \
                 send anew",
                published,
            ),
        ),
        (
            Operation::DeleteDraft,
            Capability::gated("the scope agreement_retention; Adobe keeps the draft for 14 days", published),
        ),
        (
            Operation::Purge,
            Capability::gated(
                "the scope agreement_retention; the documents go, agreement and audit trail remain",
                published,
            ),
        ),
        (
            Operation::FormData,
            Capability::gated(
                "the sender's own token; every filled cell of Adobe's table is given",
                published,
            ),
        ),
        (
            Operation::SenderView,
            Capability::gated(
                "the scope user_login; a link to compose, author or manage, from which Adobe does not lead back to \
                 return_url",
                published,
            ),
        ),
        (
            Operation::Quota,
            Capability::unsupported("whether Adobe tells the account's allowance is unknown", published),
        ),
    ]
}

/// Published limits as of 2026-04. Several depend on the plan; the smaller one is the safe one.
fn limits(tier: Tier) -> Limits {
    let mut limits = Limits::default();
    limits.subject = Some(255);
    limits.name = Some(255);
    limits.access_code = Some(32);
    limits.recipients = Some(25);
    // "10 MB" unless the plan raises it; the smaller reading of the unit is the safe one.
    limits.document_bytes = Some(10_000_000);
    // The one text that Adobe keeps and finds is the sending key.
    limits.metadata_entries = Some(0);
    limits.page_size = Some(PAGE_SIZE);
    // A little more than the rule's interval keeps clear of it.
    limits.polling_seconds = Some(match tier {
        Tier::Enterprise => 30,
        Tier::Standard => 11 * 60,
    });
    limits
}
