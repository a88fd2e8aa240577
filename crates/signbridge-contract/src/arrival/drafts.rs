//! Drafts that ask for as much as a provider takes.

use signbridge_core::{
    AccessCode, Authentication, AuthenticationMethod, Delivery, Document, Draft, Field, FieldKind, Phone,
    Placement, Recipient, Role,
};

use super::compare::TYPES;
use crate::{
    Subject,
    drafts::{field as of_kind, padded, pages, pdf, portable},
};

/// A second person.
const OTHER: (&str, &str) = ("Bob Ray", "bob.ray@example.com");

/// The code that somebody has to know.
pub(super) const CODE: &str = "4711AB";

/// A change of a draft.
type Change = Box<dyn Fn(&mut Draft) + Send + Sync>;

/// A change of a recipient.
type Shape = Box<dyn Fn(&mut Recipient) + Send + Sync>;

/// Takes over each change that `check` lets pass.
async fn with_each(subject: &Subject, mut draft: Draft, changes: Vec<Change>) -> Draft {
    for change in changes {
        let mut changed = draft.clone();
        change(&mut changed);
        if is_sendable(subject, &changed).await {
            draft = changed;
        }
    }
    draft
}

pub(super) async fn is_sendable(subject: &Subject, draft: &Draft) -> bool {
    subject.provider.check(draft).await.is_ok_and(|report| report.is_sendable())
}

/// Everything that is said of an envelope as a whole, with letters that need care.
pub(super) async fn words(subject: &Subject) -> Draft {
    let mut draft = portable(subject, "words").await.expires_after_days(45);
    draft.message = None;
    with_each(
        subject,
        draft,
        vec![
            Box::new(|draft| draft.subject = "Lease & \"annex\" für Łódź <1>".to_owned()),
            Box::new(|draft| draft.message = Some("Please sign, señora: 100 % & more".to_owned())),
            Box::new(|draft| drop(draft.metadata.insert("case".to_owned(), "42-a".to_owned()))),
            Box::new(|draft| drop(draft.metadata.insert("desk".to_owned(), "north".to_owned()))),
            Box::new(|draft| *draft = draft.clone().reminders(2, 3)),
            Box::new(|draft| draft.allow_reassign = true),
            Box::new(|draft| draft.return_url = "https://app.example/done?from=sign".parse().ok()),
            Box::new(|draft| {
                draft.recipients.iter_mut().for_each(|own| own.note = Some("For you only.".to_owned()))
            }),
            Box::new(|draft| draft.documents.push(Document::from_bytes("annex \"7\"; für Łódź.pdf", pdf()))),
            Box::new(|draft| draft.documents.push(Document::from_bytes("notes.txt", "Some notes."))),
        ],
    )
    .await
}

/// A file of each kind beside the contract.
pub(super) async fn files(subject: &Subject) -> Draft {
    let more = TYPES.iter().map(|(extension, _)| -> Change {
        Box::new(move |draft| {
            let content = match *extension {
                "pdf" => pdf(),
                other => format!("a file of the kind {other}").into_bytes(),
            };
            draft.documents.push(Document::from_bytes(format!("annex.{extension}"), content));
        })
    });
    let draft = portable(subject, "files").await;
    with_each(subject, draft, more.collect()).await
}

/// Gaps between orders, two at a time, a copy in the middle where it may stand.
pub(super) async fn ordered(subject: &Subject) -> Draft {
    let signer = |name: &str, email: &str, order| {
        Recipient::signer(name, email).order(order).field(Field::signature().at(
            1,
            300.0,
            100.0 * f64::from(order % 7),
        ))
    };
    let free = |draft: &Draft, mut recipient: Recipient| {
        if draft.free_placement {
            recipient.fields.clear();
        }
        recipient
    };
    let draft = portable(subject, "order").await;
    with_each(
        subject,
        draft,
        vec![
            Box::new(move |draft| {
                draft.recipients.push(free(draft, signer("Cy Day", "cy.day@example.com", 5)))
            }),
            Box::new(move |draft| {
                draft.recipients.push(free(draft, signer("Di Poe", "di.poe@example.com", 5)))
            }),
            Box::new(move |draft| {
                draft.recipients.push(free(draft, signer("Ed Fox", "ed.fox@example.com", 9)))
            }),
            // Who comes first in the list need not come first.
            Box::new(move |draft| {
                draft.recipients.push(free(draft, signer("Fay Orr", "fay.orr@example.com", 2)))
            }),
            // Names need not be unique.
            Box::new(move |draft| {
                draft.recipients.push(free(draft, signer("Di Poe", "di.poe@example.org", 9)))
            }),
            Box::new(move |draft| {
                draft.recipients.push(free(draft, signer("Di Poe", "di.poe@example.net", 11)))
            }),
            Box::new(|draft| draft.recipients.push(Recipient::carbon_copy(OTHER.0, OTHER.1).order(9))),
        ],
    )
    .await
}

/// Two fields of each kind: one as rich as it is taken (optional, sized, with a value), one required and, for a text, fixed.
pub(crate) async fn filled(subject: &Subject) -> Option<Draft> {
    let mut changes: Vec<Change> = Vec::new();
    // A file that the recipient brings is left out: no stage has one.
    let kinds = FieldKind::ALL.iter().filter(|kind| **kind != FieldKind::Attachment);
    for (place, kind) in kinds.enumerate() {
        let (x, y) = (90.0 + place as f64, 120.0 + 28.0 * place as f64);
        let mut field = of_kind(*kind, x, y).named(format!("field_{place}"));
        let mut fixed = of_kind(*kind, x + 220.0, y + 15.0).named(format!("other_{place}"));
        if *kind == FieldKind::Number {
            field.id = Some("number".to_owned());
        }
        // A box that has to be ticked is a group of boxes at some providers, which not every stage plays.
        fixed.required = *kind != FieldKind::Checkbox;
        // Each richer one replaces the one before where it is taken.
        for enrich in [|_: &mut Field| {}, optional, sized, valued] {
            enrich(&mut field);
            changes.push(having(&field));
        }
        changes.push(having(&fixed));
        if matches!(kind, FieldKind::Text | FieldKind::Title) {
            (fixed.value, fixed.read_only) = (Some("fixed".to_owned()), true);
            changes.push(having(&fixed));
        }
    }
    let draft = portable(subject, "fields").await;
    if draft.free_placement {
        return None;
    }
    Some(with_each(subject, draft, changes).await)
}

/// The first recipient has this field instead of one of the same name.
fn having(field: &Field) -> Change {
    let field = field.clone();
    Box::new(move |draft| {
        if let Some(recipient) = draft.recipients.first_mut() {
            recipient.fields.retain(|own| own.id != field.id);
            recipient.fields.push(field.clone());
        }
    })
}

fn optional(field: &mut Field) {
    field.required = false;
}

fn sized(field: &mut Field) {
    if let Placement::At(at) = &mut field.placement {
        (at.width, at.height) = (Some(135.0), Some(27.0));
    }
}

fn valued(field: &mut Field) {
    field.value = match field.kind {
        FieldKind::Text => Some("as agreed".to_owned()),
        FieldKind::Dropdown => Some("green".to_owned()),
        FieldKind::Checkbox => Some("true".to_owned()),
        FieldKind::Number => Some("12".to_owned()),
        FieldKind::Company => Some("Acme".to_owned()),
        _ => None,
    };
}

/// A second page, a page that is not a letter, and a second document.
pub(super) async fn elsewhere(subject: &Subject) -> Option<Draft> {
    let mut draft = portable(subject, "elsewhere").await;
    if draft.free_placement {
        return None;
    }
    let sizes = pages(&[(595, 842), (792, 612)]);
    draft.documents.push(Document::from_bytes("sizes.pdf", sizes));
    draft.documents.push(Document::from_bytes("annex.pdf", pdf()));
    let changes =
        [(2, 1, 700.0), (2, 2, 550.0), (3, 1, 650.0)].into_iter().map(|(document, page, y)| -> Change {
            Box::new(move |draft| {
                if let Some(recipient) = draft.recipients.first_mut() {
                    recipient.fields.push(Field::signature().on_document(document).at(page, 144.0, y));
                }
            })
        });
    Some(with_each(subject, draft, changes.collect()).await)
}

pub(super) async fn anchored(subject: &Subject) -> Option<Draft> {
    let mut draft = portable(subject, "anchor").await;
    draft.free_placement = false;
    for recipient in &mut draft.recipients {
        recipient.fields = vec![Field::signature().at_anchor("contract suite", 9.0, 18.0)];
    }
    is_sendable(subject, &draft).await.then_some(draft)
}

/// For each role, delivery and authentication that can be had a draft that needs it.
pub(super) async fn claimed(subject: &Subject) -> Vec<(String, Draft)> {
    let capabilities = subject.provider.capabilities();
    let phone = || Phone { country_code: "48".to_owned(), number: "600100200".to_owned() };
    let mut wanted: Vec<(String, Shape, bool)> = Vec::new();
    for role in capabilities.roles.keys() {
        let role = *role;
        if role != Role::Signer {
            let change = move |recipient: &mut Recipient| {
                recipient.role = role;
                if !matches!(role, Role::InPersonSigner | Role::FormFiller) {
                    recipient.fields.clear();
                }
                if role == Role::InPersonSigner {
                    *recipient = recipient.clone().host("Cy Day", "cy.day@example.com");
                }
            };
            wanted.push((role.to_string(), Box::new(change), true));
        }
    }
    for delivery in capabilities.deliveries.keys() {
        let delivery = *delivery;
        if delivery != Delivery::Email {
            let change = move |recipient: &mut Recipient| {
                recipient.delivery = delivery;
                recipient.phone = (delivery != Delivery::Embedded).then(phone);
            };
            wanted.push((delivery.to_string(), Box::new(change), false));
        }
    }
    for method in capabilities.authentications.keys() {
        let authentication = match method {
            AuthenticationMethod::AccessCode => Authentication::AccessCode(AccessCode::new(CODE)),
            AuthenticationMethod::SmsOtp => Authentication::SmsOtp(phone()),
            AuthenticationMethod::PhoneCall => Authentication::PhoneCall(phone()),
            AuthenticationMethod::Kba => Authentication::Kba,
            AuthenticationMethod::EmailOtp => Authentication::EmailOtp,
            AuthenticationMethod::IdDocument => Authentication::IdDocument,
            other => match other.electronic_identity() {
                Some(identity) => Authentication::Eid(identity),
                None => continue,
            },
        };
        let change = move |recipient: &mut Recipient| recipient.authentication = Some(authentication.clone());
        wanted.push((method.to_string(), Box::new(change), false));
    }
    let mut drafts = Vec::new();
    for (word, change, besides) in wanted {
        let mut draft = portable(subject, &word).await;
        if besides {
            // Somebody has to sign, whatever the other one does.
            let mut other = Recipient::signer(OTHER.0, OTHER.1);
            // Copies leave last, where they cannot leave before.
            other = other.order(2);
            if !draft.free_placement {
                other = other.field(Field::signature().at(1, 300.0, 500.0));
            }
            draft.recipients.push(other);
        }
        if let Some(recipient) = draft.recipients.last_mut() {
            change(recipient);
        }
        if word == Delivery::Embedded.as_str() {
            let copied = draft.clone().recipient(Recipient::carbon_copy(OTHER.0, OTHER.1).order(2));
            if is_sendable(subject, &copied).await {
                drafts.push((format!("{word}` with a `{}", Role::CarbonCopy), copied));
            }
        }
        if is_sendable(subject, &draft).await {
            drafts.push((word, draft));
        }
    }
    drafts
}

/// Files that are too large for a single request.
pub(super) async fn large(subject: &Subject) -> Option<Draft> {
    let limit = subject.provider.capabilities().limits.request_bytes?;
    let half = usize::try_from(limit / 2).ok()?;
    let mut draft = portable(subject, "large").await.metadata("case", "42");
    draft.documents = vec![
        Document::from_bytes("first.pdf", padded(half)),
        Document::from_bytes("second.pdf", padded(half)),
    ];
    is_sendable(subject, &draft).await.then_some(draft)
}

/// Something that only this provider has.
pub(super) async fn special(subject: &Subject) -> Option<(Draft, String)> {
    let extra = subject.stage.extra()?;
    let mut draft = portable(subject, "special").await;
    let members = [(extra.name.to_owned(), extra.value)].into_iter().collect();
    draft.extras.insert(subject.provider.provider().to_owned(), members);
    Some((draft, extra.taken.to_owned()))
}
