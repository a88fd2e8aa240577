//! What an application asks for is what the provider keeps and what reading gives back.

mod compare;
mod drafts;

pub(crate) use self::drafts::filled;

use std::collections::BTreeSet;

use serde_json::Value;
use signbridge_core::{
    CreateOptions, Delivery, Draft, Envelope, EnvelopeStatus, ErrorKind, IdempotencyKey, Placement, Role,
};

use self::{
    compare::{asked, differences},
    drafts::{CODE, anchored, claimed, elsewhere, files, is_sendable, large, ordered, special, words},
};
use crate::{
    Subject, Verdict,
    behaviours::{create, expect, say, until},
    drafts::portable,
};

pub(crate) async fn run(subject: &Subject, verdict: &mut Verdict) {
    let mut tells = Vec::new();
    for (name, draft) in [
        ("the words of an envelope arrive as asked", words(subject).await),
        ("recipients arrive in their order", ordered(subject).await),
        ("files of each kind that is taken arrive as what they are", files(subject).await),
    ] {
        verdict.core(name, arrives(subject, draft, &mut tells).await);
    }
    for (name, draft) in [
        ("files too large for one request arrive", large(subject).await),
        ("fields arrive where they were put", filled(subject).await),
        ("fields arrive on pages of other sizes and documents", elsewhere(subject).await),
        ("a field arrives at its text", anchored(subject).await),
    ] {
        if let Some(draft) = draft {
            verdict.add(name, arrives(subject, draft, &mut tells).await);
        }
    }
    for every in [1, 2, 3, 5, 7] {
        let draft = portable(subject, "reminders").await.reminders(every + 1, every);
        if is_sendable(subject, &draft).await {
            let name = format!("reminders every {every} days arrive as asked");
            verdict.add(name, arrives(subject, draft, &mut tells).await);
        }
    }
    for (word, draft) in claimed(subject).await {
        verdict.add(format!("`{word}` arrives as asked"), arrives(subject, draft, &mut tells).await);
    }
    if let Some((draft, taken)) = special(subject).await {
        verdict.add("what only this provider has arrives", extra(subject, draft, taken, &mut tells).await);
    }
    tells.into_iter().collect::<BTreeSet<String>>().into_iter().for_each(|tells| verdict.add(tells, Ok(())));
}

/// Sends a draft, and compares what the provider keeps and what reading says with what was asked.
async fn arrives(subject: &Subject, draft: Draft, tells: &mut Vec<String>) -> Result<(), String> {
    let key = IdempotencyKey::random();
    let mut options = CreateOptions::sent();
    // A field at a text needs no second step, and with a key there may be one.
    if !draft.fields().any(|(_, _, field)| matches!(field.placement, Placement::Anchor(_))) {
        options = options.key(key.clone());
    }
    let created = create(subject, &draft, &options).await.map_err(say)?;
    let seen = until(subject, &created.id, |status| *status == EnvelopeStatus::InProgress).await?;
    let orders = seen.recipients.iter().map(|own| own.order);
    if draft.recipients.len() > 3 {
        let how = if orders.is_sorted() { "" } else { "not " };
        tells.push(format!("recipients are {how}given by their order"));
    }
    let mut faults = Vec::new();
    if let Some(kept) = subject.stage.kept(&created.id).await {
        differences(&asked(&draft).await?, &kept, "", &mut faults);
        tells.extend(own_choices(&kept));
        // Recordings hold no codes, so only here it can be seen.
        if draft.recipients.iter().any(|own| own.authentication.is_some()) {
            let holds = if seen.raw.to_string().contains(CODE) { "holds" } else { "does not hold" };
            tells.push(format!("what the provider said {holds} the access code"));
        }
    }
    read(&draft, &seen, &mut faults);
    if options.key.is_some() && seen.idempotency_key.as_deref().is_some_and(|own| own != key.as_str()) {
        faults.push("idempotency_key is another one".to_owned());
    }
    tells.extend(seen.recipients.iter().filter(|own| own.role != Role::Signer.as_str()).map(|own| {
        let name = if own.name.is_empty() { "without a name" } else { "with a name" };
        format!("a `{}` is {} {name}", own.role, own.status)
    }));
    subject.provider.void(&created.id, "the end of a test").await.map_err(say)?;
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
}

/// What an adapter chooses where a draft leaves it the choice: sizes of fields, types of files.
fn own_choices(kept: &Value) -> Vec<String> {
    let list =
        |of: &'_ Value, name: &str| of.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let files = list(kept, "documents").into_iter().filter_map(|file| {
        let extension = text(&file, "name").rsplit_once('.').map(|(_, extension)| extension.to_owned())?;
        let media_type = Some(text(&file, "media_type")).filter(|media_type| !media_type.is_empty());
        Some(format!(
            "a *.{extension} goes as {}",
            media_type.unwrap_or_else(|| "what its name says".to_owned())
        ))
    });
    let fields = list(kept, "recipients").into_iter().flat_map(|recipient| list(&recipient, "fields"));
    let sizes = fields.filter(|field| text(field, "id").starts_with("other_")).filter_map(|field| {
        let size =
            |name: &str| field.pointer("/placement/at").and_then(|at| at.get(name)).and_then(Value::as_f64);
        let kind = field.get("kind").map(|kind| kind.pointer("/any/0").unwrap_or(kind).clone())?;
        Some(format!("a {kind} without a size is {:.1} by {:.1}", size("width")?, size("height")?))
    });
    files.chain(sizes).collect()
}

/// An extra goes out as it is, unless it says again what the draft says.
async fn extra(
    subject: &Subject,
    draft: Draft,
    taken: String,
    tells: &mut Vec<String>,
) -> Result<(), String> {
    let mut again = draft.clone();
    for members in again.extras.values_mut() {
        members.insert(taken.clone(), "other".into());
    }
    match create(subject, &again, &CreateOptions::sent()).await {
        Ok(_) => return Err(format!("{taken} was taken twice")),
        Err(error) => {
            let good = error.kind() == ErrorKind::InvalidDraft && error.remedy().is_some();
            expect(good, || format!("{}: {error}", error.kind()))?;
        }
    }
    arrives(subject, draft, tells).await
}

/// What reading has to give back of what was asked.
fn read(draft: &Draft, seen: &Envelope, faults: &mut Vec<String>) {
    if seen.subject != draft.subject {
        faults.push(format!("reading gives the subject {:?}", seen.subject));
    }
    if seen.metadata != draft.metadata {
        faults.push(format!("reading gives other metadata: {:?}", seen.metadata.keys()));
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
