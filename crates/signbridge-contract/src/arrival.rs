//! What an application asks for is what the provider keeps and what reading gives back.

use serde_json::{Value, json};
use signbridge_core::{
    AccessCode, Authentication, AuthenticationMethod, CreateOptions, Delivery, Document, Draft, Envelope,
    EnvelopeStatus, Field, FieldKind, IdempotencyKey, Phone, Placement, Recipient, Role,
};

use crate::{
    Subject, Verdict,
    behaviours::{create, say, until},
    drafts::{self, portable},
};

/// A second person.
const OTHER: (&str, &str) = ("Bob Ray", "bob.ray@example.com");

/// Files by their extension, with the media type that is registered for them.
const TYPES: [(&str, &str); 17] = [
    ("pdf", "application/pdf"),
    ("txt", "text/plain"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("rtf", "application/rtf"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("bmp", "image/bmp"),
    ("tiff", "image/tiff"),
];

/// Within a point: providers keep whole ones.
const NEAR: f64 = 1.0;

pub(crate) async fn run(subject: &Subject, verdict: &mut Verdict) {
    verdict.core("the words of an envelope arrive as asked", arrives(subject, words(subject).await).await);
    verdict.core("recipients arrive in their order", arrives(subject, ordered(subject).await).await);
    verdict.core(
        "files of each kind that is taken arrive as what they are",
        arrives(subject, files(subject).await).await,
    );
    if let Some(draft) = filled(subject).await {
        verdict.add("fields arrive where they were put", arrives(subject, draft).await);
    }
    if let Some(draft) = anchored(subject).await {
        verdict.add("a field arrives at its text", arrives(subject, draft).await);
    }
    for (word, draft) in claimed(subject).await {
        verdict.add(format!("`{word}` arrives as asked"), arrives(subject, draft).await);
    }
}

/// Sends a draft, and compares what the provider keeps and what reading says with what was asked.
async fn arrives(subject: &Subject, draft: Draft) -> Result<(), String> {
    let key = IdempotencyKey::random();
    let mut options = CreateOptions::sent();
    // A field at a text needs no second step, and with a key there may be one.
    if !draft.fields().any(|(_, _, field)| matches!(field.placement, Placement::Anchor(_))) {
        options = options.key(key.clone());
    }
    let created = create(subject, &draft, &options).await.map_err(say)?;
    let seen = until(subject, &created.id, |status| *status == EnvelopeStatus::InProgress).await?;
    let mut faults = Vec::new();
    if let Some(kept) = subject.stage.kept(&created.id).await {
        differences(&asked(&draft).await?, &kept, "", &mut faults);
    }
    read(&draft, &seen, &mut faults);
    if options.key.is_some() && seen.idempotency_key.as_deref().is_some_and(|own| own != key.as_str()) {
        faults.push("idempotency_key is another one".to_owned());
    }
    subject.provider.void(&created.id, "the end of a test").await.map_err(say)?;
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
}

/// The draft in the words of its file, with what a provider may know of documents, and with dense orders.
async fn asked(draft: &Draft) -> Result<Value, String> {
    let mut plain = draft.clone();
    plain.documents.clear();
    let mut asked = serde_json::to_value(&plain).map_err(|error| error.to_string())?;
    let mut documents = Vec::new();
    for document in &draft.documents {
        let source = document.open().await.map_err(say)?;
        let sha256 = signbridge_core::sha256(&*source).await.map_err(|error| error.to_string())?;
        let extension = document.extension();
        let media_type = TYPES.iter().find(|(own, _)| *own == extension).map(|(_, media_type)| *media_type);
        documents.push(json!({
            "name": document.name(),
            "length": source.length(),
            "sha256": sha256,
            "media_type": media_type,
        }));
    }
    if let Some(members) = asked.as_object_mut() {
        members.insert("documents".to_owned(), documents.into());
    }
    let recipients = asked.get_mut("recipients").and_then(Value::as_array_mut).into_iter().flatten();
    for (recipient, rank) in recipients.zip(draft.ranks()) {
        if let Some(recipient) = recipient.as_object_mut() {
            recipient.insert("order".to_owned(), rank.into());
        }
    }
    Ok(asked)
}

/// Everything that is told has to be as asked; what is not told is not compared.
fn differences(asked: &Value, told: &Value, path: &str, faults: &mut Vec<String>) {
    match (asked, told) {
        (_, Value::Object(members)) => {
            for (name, told) in members {
                let asked = asked.get(name).unwrap_or(&Value::Null);
                differences(asked, told, &format!("{path}.{name}"), faults);
            }
        }
        (Value::Array(asked), Value::Array(told)) => {
            let (asked, told) = (sorted(asked), sorted(told));
            if asked.len() != told.len() {
                faults.push(format!("{path}: {} instead of {}", told.len(), asked.len()));
            }
            for (place, (asked, told)) in asked.into_iter().zip(told).enumerate() {
                differences(asked, told, &format!("{path}[{place}]"), faults);
            }
        }
        // A size that the draft leaves to the provider.
        (Value::Null, Value::Number(_)) if path.ends_with(".width") || path.ends_with(".height") => {}
        _ if is_absent(asked) && is_absent(told) => {}
        _ => {
            let same = match (asked.as_f64(), told.as_f64()) {
                (Some(asked), Some(told)) if asked.fract() == 0.0 && told.fract() == 0.0 => asked == told,
                (Some(asked), Some(told)) => (asked - told).abs() < NEAR,
                _ => asked == told,
            };
            if !same {
                faults.push(format!("{path}: {told} instead of {asked}"));
            }
        }
    }
}

/// In the file of a draft these are not written.
fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// People by their address, fields by their place, the rest as it comes.
fn sorted(values: &[Value]) -> Vec<&Value> {
    let mut sorted: Vec<&Value> = values.iter().collect();
    sorted.sort_by_key(|value| {
        let place = value.pointer("/placement/at").unwrap_or(&Value::Null);
        let number = |of: &Value, name: &str| {
            of.get(name).and_then(Value::as_f64).map_or(0, |number| number.round() as i64)
        };
        let email = value.get("email").and_then(Value::as_str).unwrap_or_default().to_owned();
        (email, number(value, "document"), number(place, "page"), number(place, "y") / 20, number(place, "x"))
    });
    sorted
}

/// What reading has to give back of what was asked.
fn read(draft: &Draft, seen: &Envelope, faults: &mut Vec<String>) {
    if seen.subject != draft.subject {
        faults.push(format!("reading gives the subject {:?}", seen.subject));
    }
    let others: Vec<&String> =
        draft.metadata.keys().filter(|key| seen.metadata.get(*key) != draft.metadata.get(*key)).collect();
    if !others.is_empty() {
        faults.push(format!("reading gives other metadata: {others:?}"));
    }
    if let (Some(created), Some(expires)) = (seen.created_at.or(seen.sent_at), seen.expires_at) {
        let days = i64::from(draft.expires_after_days);
        // Whole days, and a conversion before they begin.
        if !(days - 1..=days + 1).contains(&(expires - created).num_days()) {
            faults.push(format!("it expires {} days after it was created", (expires - created).num_days()));
        }
    }
    for (recipient, rank) in draft.recipients.iter().zip(draft.ranks()) {
        // Whoever is asked by phone has no address there.
        let by_name = || seen.recipients.iter().find(|own| own.name == recipient.name);
        let Some(seen) = seen.recipient(&recipient.email).or_else(by_name) else {
            faults.push(format!("reading does not give {}", recipient.role));
            continue;
        };
        if recipient.role != Role::CarbonCopy && (seen.name.is_empty() || seen.order != rank) {
            faults.push(format!("reading gives {:?} of order {} instead of {rank}", seen.name, seen.order));
        }
        if seen.role != recipient.role.as_str() {
            faults.push(format!("reading gives the role {} instead of {}", seen.role, recipient.role));
        }
        if recipient.role != Role::CarbonCopy && seen.embedded != (recipient.delivery == Delivery::Embedded) {
            faults.push(format!("reading gives embedded = {}", seen.embedded));
        }
    }
}

/// A change of a draft.
type Change = Box<dyn Fn(&mut Draft) + Send + Sync>;

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

async fn is_sendable(subject: &Subject, draft: &Draft) -> bool {
    subject.provider.check(draft).await.is_ok_and(|report| report.is_sendable())
}

/// Everything that is said of an envelope as a whole, with letters that need care.
async fn words(subject: &Subject) -> Draft {
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
            Box::new(|draft| {
                draft.documents.push(Document::from_bytes("annex \"7\"; für Łódź.pdf", crate::drafts::pdf()))
            }),
            Box::new(|draft| draft.documents.push(Document::from_bytes("notes.txt", "Some notes."))),
        ],
    )
    .await
}

/// A file of each kind beside the contract.
async fn files(subject: &Subject) -> Draft {
    let more = TYPES.iter().map(|(extension, _)| -> Change {
        Box::new(move |draft| {
            let content = match *extension {
                "pdf" => crate::drafts::pdf(),
                other => format!("a file of the kind {other}").into_bytes(),
            };
            draft.documents.push(Document::from_bytes(format!("annex.{extension}"), content));
        })
    });
    let draft = portable(subject, "files").await;
    with_each(subject, draft, more.collect()).await
}

/// Gaps between orders, two at a time, a copy in the middle where it may stand.
async fn ordered(subject: &Subject) -> Draft {
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
            Box::new(|draft| draft.recipients.push(Recipient::carbon_copy(OTHER.0, OTHER.1).order(9))),
        ],
    )
    .await
}

/// Two fields of each kind: one as rich as it is taken (optional, sized, with a value), one required and, for a text, fixed.
async fn filled(subject: &Subject) -> Option<Draft> {
    let mut changes: Vec<Change> = Vec::new();
    // A file that the recipient brings is left out: no stage has one.
    let kinds = FieldKind::ALL.iter().filter(|kind| **kind != FieldKind::Attachment);
    for (place, kind) in kinds.enumerate() {
        let (x, y) = (90.0 + place as f64, 120.0 + 28.0 * place as f64);
        let mut field = drafts::field(*kind, x, y).named(format!("field_{place}"));
        let mut fixed = drafts::field(*kind, x + 220.0, y + 15.0).named(format!("other_{place}"));
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

async fn anchored(subject: &Subject) -> Option<Draft> {
    let mut draft = portable(subject, "anchor").await;
    draft.free_placement = false;
    for recipient in &mut draft.recipients {
        recipient.fields = vec![Field::signature().at_anchor("contract suite", 9.0, 18.0)];
    }
    is_sendable(subject, &draft).await.then_some(draft)
}

/// A change of a recipient.
type Shape = Box<dyn Fn(&mut Recipient) + Send + Sync>;

/// For each claimed role, delivery and authentication a draft that needs it and is sendable.
async fn claimed(subject: &Subject) -> Vec<(String, Draft)> {
    let capabilities = subject.provider.capabilities();
    let phone = || Phone { country_code: "48".to_owned(), number: "600100200".to_owned() };
    let mut wanted: Vec<(String, Shape, bool)> = Vec::new();
    for (role, capability) in &capabilities.roles {
        let role = *role;
        if role != Role::Signer && capability.is_usable() {
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
    for (delivery, capability) in &capabilities.deliveries {
        let delivery = *delivery;
        if delivery != Delivery::Email && capability.is_usable() {
            let change = move |recipient: &mut Recipient| {
                recipient.delivery = delivery;
                recipient.phone = (delivery != Delivery::Embedded).then(phone);
            };
            wanted.push((delivery.to_string(), Box::new(change), false));
        }
    }
    for (method, capability) in &capabilities.authentications {
        let authentication = match method {
            AuthenticationMethod::AccessCode => Authentication::AccessCode(AccessCode::new("4711AB")),
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
        if capability.is_usable() {
            let change =
                move |recipient: &mut Recipient| recipient.authentication = Some(authentication.clone());
            wanted.push((method.to_string(), Box::new(change), false));
        }
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
        if is_sendable(subject, &draft).await {
            drafts.push((word, draft));
        }
    }
    drafts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::differences;

    #[test]
    fn what_is_told_has_to_be_as_asked() {
        let asked = json!({"subject": "a", "recipients": [
            {"email": "b", "order": 2, "fields": []},
            {"email": "a", "fields": [{"kind": "text", "placement": {"at": {"page": 1, "x": 72.0, "y": 600.0}}}]},
        ]});
        let faults = |told| {
            let mut faults = Vec::new();
            differences(&asked, &told, "", &mut faults);
            faults
        };
        assert!(faults(json!({})).is_empty());
        assert!(faults(json!({"recipients": [{"email": "a"}, {"email": "b", "order": 2}]})).is_empty());
        let near = json!({"recipients": [
            {"email": "a", "fields": [{"kind": "text", "placement": {"at": {"x": 72.4, "y": 599.5}}}]}, {"email": "b"},
        ]});
        assert!(faults(near).is_empty());
        assert_eq!(faults(json!({"subject": "b"})), [".subject: \"b\" instead of \"a\""]);
        assert_eq!(faults(json!({"message": "x"})), [".message: \"x\" instead of null"]);
        assert_eq!(faults(json!({"recipients": [{"email": "a"}]})), [".recipients: 1 instead of 2"]);
        let other = json!({"recipients": [{"email": "a"}, {"email": "b", "order": 1}]});
        assert_eq!(faults(other), [".recipients[1].order: 1 instead of 2"]);
    }
}
