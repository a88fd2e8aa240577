//! What reading says while an envelope lives and after it ended: who, when, why, and what lists and trails hold of it.
//!
//! Providers tell more or less. What one tells is the name of a test, so that whoever keeps the names sees what is lost.

mod lists;

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Request, Response};
use secrecy::ExposeSecret;
use signbridge_core::{
    AuditAction, Basis, CreateOptions, Delivery, Download, Draft, EndedBy, Envelope, EnvelopeRecipient,
    EnvelopeStatus, ErrorKind, Field, IdempotencyKey, Operation, Recipient, RecipientStatus,
    SigningLinkRequest, What,
};

use crate::{
    Act, Subject, Verdict,
    behaviours::{create, expect, say, sent, until},
    drafts::{portable, with},
};

/// Who signs second.
const SECOND: (&str, &str) = ("Cy Day", "cy.day@example.com");

pub(crate) async fn run(subject: &Subject, verdict: &mut Verdict) {
    let can = |operation| subject.provider.capabilities().operation(operation).is_usable();
    let mut tells = Vec::new();
    verdict.core("who signed, and whose turn it is, can be read", in_turn(subject, &can, &mut tells).await);
    verdict.core("a declined envelope tells who ended it", declined(subject, &can, &mut tells).await);
    verdict.core("a voided envelope tells who ended it and why", voided(subject, &can, &mut tells).await);
    verdict.core("what has ended cannot be voided", ended(subject, &mut tells).await);
    verdict.core("a raw request goes to the provider, signed in", raw(subject).await);
    verdict.core("every file comes as what it is", downloaded(subject, &can, &mut tells).await);
    if can(Operation::Find) {
        verdict.add("a key finds its envelope and nothing else", lists::found(subject).await);
    }
    if can(Operation::List) {
        verdict.add("a list keeps to what it is asked for", lists::listed(subject, &mut tells).await);
        verdict.add("a list tells how each ended", lists::endings(subject, &mut tells).await);
        verdict.add("pages of a list follow one another", lists::paged(subject).await);
    }
    if can(Operation::SigningLink) {
        verdict.add("only a recipient gets a link", linked(subject, &mut tells).await);
    }
    tells.into_iter().for_each(|tells| verdict.add(tells, Ok(())));
}

/// The members that are given, as the name of a test.
pub(crate) fn told(what: &str, envelope: &Envelope) -> String {
    let mut members = vec![
        ("created_at", envelope.created_at.is_some()),
        ("sent_at", envelope.sent_at.is_some()),
        ("ended_at", envelope.ended_at.is_some()),
        ("expires_at", envelope.expires_at.is_some()),
        ("idempotency_key", envelope.idempotency_key.is_some()),
        ("digest", envelope.digest.is_some()),
        ("metadata", !envelope.metadata.is_empty()),
        ("subject", !envelope.subject.is_empty()),
        ("raw", !envelope.raw.is_null()),
        ("reason", envelope.state.reason.is_some()),
    ];
    let any = |of: fn(&EnvelopeRecipient) -> bool| envelope.recipients.iter().any(of);
    members.extend([
        ("recipients' ids", any(|own| !own.id.is_empty())),
        ("names", any(|own| !own.name.is_empty())),
        ("roles", any(|own| !own.role.is_empty())),
        ("completed_at", any(|own| own.completed_at.is_some())),
        ("declined_reason", any(|own| own.declined_reason.is_some())),
    ]);
    let given: Vec<&str> = members.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect();
    let contents = envelope.documents.iter().filter(|document| document.content).count();
    let ids: BTreeSet<&str> = envelope.documents.iter().map(|document| document.id.as_str()).collect();
    let embedded = envelope.recipients.iter().filter(|own| own.embedded).count();
    format!(
        "{what} is {} by {}, with {contents} contracts among {} documents, {embedded} embedded: {}",
        envelope.status,
        envelope.state.basis,
        ids.len(),
        if given.is_empty() { "nothing more".to_owned() } else { given.join(", ") }
    )
}

/// The actions of a trail and the names of what comes with them.
async fn trail_of(subject: &Subject, id: &str, what: &str, tells: &mut Vec<String>) -> Result<(), String> {
    let events = subject.provider.audit(id).await.map_err(say)?;
    let actions: BTreeSet<String> = events.iter().map(|event| event.action.to_string()).collect();
    let names: BTreeSet<&str> =
        events.iter().flat_map(|event| event.raw.keys()).map(String::as_str).collect();
    let list = |words: Vec<&str>| words.join(", ");
    tells.push(format!(
        "the trail of {what} holds {} with {}",
        list(actions.iter().map(String::as_str).collect()),
        list(names.into_iter().collect())
    ));
    Ok(())
}

/// The signer of every test, then another one.
async fn two(subject: &Subject, name: &str) -> Draft {
    let draft = portable(subject, name).await;
    let mut second = Recipient::signer(SECOND.0, SECOND.1).order(2);
    if !draft.free_placement {
        second = second.field(Field::signature().at(1, 300.0, 500.0));
    }
    draft.recipient(second)
}

fn recipient<'a>(envelope: &'a Envelope, email: &str) -> Result<&'a EnvelopeRecipient, String> {
    envelope.recipient(email).ok_or_else(|| format!("{email} is not among the recipients"))
}

async fn in_turn(
    subject: &Subject,
    can: &impl Fn(Operation) -> bool,
    tells: &mut Vec<String>,
) -> Result<(), String> {
    let key = IdempotencyKey::random();
    let draft = two(subject, "turn").await;
    let created = create(subject, &draft, &CreateOptions::sent().key(key)).await.map_err(say)?;
    let open = until(subject, &created.id, |status| *status == EnvelopeStatus::InProgress).await?;
    expect(created.id == open.id, || "creation and reading give two ids".to_owned())?;
    statuses(&open, subject.email(), &RecipientStatus::Active, &RecipientStatus::Waiting)?;
    expect(open.ended_at.is_none() && open.state.ended_by.is_none(), || {
        "an open envelope has ended".to_owned()
    })?;
    expect(!open.state.raw.is_empty() && matches!(open.state.basis, Basis::Wire | Basis::Derived), || {
        "the state does not tell where it comes from".to_owned()
    })?;
    expect(open.created_at.is_some() || open.sent_at.is_some(), || {
        "it does not tell since when it is".to_owned()
    })?;

    tells.push(told("a created envelope", &created));
    tells.push(told("an open envelope", &open));
    let early = subject.stage.act(&open.id, SECOND.1, Act::Sign).await;
    expect(early.is_err(), || "the second one signed first".to_owned())?;
    subject.stage.act(&open.id, subject.email(), Act::Sign).await?;
    let half = seen(subject, &open.id, |envelope| {
        envelope.recipient(subject.email()).is_some_and(|own| own.status == RecipientStatus::Completed)
    })
    .await?;
    expect(half.status == EnvelopeStatus::InProgress, || format!("half signed it is {}", half.status))?;
    statuses(&half, subject.email(), &RecipientStatus::Completed, &RecipientStatus::Active)?;

    subject.stage.act(&open.id, SECOND.1, Act::Sign).await?;
    let done = until(subject, &open.id, |status| *status == EnvelopeStatus::Completed).await?;
    statuses(&done, subject.email(), &RecipientStatus::Completed, &RecipientStatus::Completed)?;
    by(&done, &EndedBy::Recipient)?;
    let start = done.created_at.or(done.sent_at);
    expect(done.ended_at.is_some() && done.ended_at >= start, || {
        "it does not tell when it ended".to_owned()
    })?;
    expect(done.sent_at.is_none() || done.sent_at >= done.created_at, || {
        "it was sent before it was".to_owned()
    })?;
    let his = recipient(&done, SECOND.1)?.completed_at;
    expect(his.is_none() || his <= done.ended_at, || "somebody signed after the end".to_owned())?;
    tells.push(told("a signed envelope", &done));
    if can(Operation::Documents) {
        documents(subject, &done.id, tells).await?;
    }
    if can(Operation::Audit) {
        trail(subject, &done.id).await?;
        trail_of(subject, &done.id, "a signed envelope", tells).await?;
    }
    Ok(())
}

fn statuses(
    envelope: &Envelope,
    first: &str,
    his: &RecipientStatus,
    second: &RecipientStatus,
) -> Result<(), String> {
    for (email, wanted) in [(first, his), (SECOND.1, second)] {
        let own = recipient(envelope, email)?;
        // Who has opened the documents may act as well.
        let viewed = *wanted == RecipientStatus::Active && own.status == RecipientStatus::Viewed;
        expect(own.status == *wanted || viewed, || format!("{email} is {} instead of {wanted}", own.status))?;
        let completed = *wanted == RecipientStatus::Completed;
        expect(completed || own.completed_at.is_none(), || {
            format!("{email} has a time of signing before it")
        })?;
        expect(!own.raw_status.is_empty(), || format!("the status of {email} has no word of the provider"))?;
        expect(own.role == "signer" && own.declined_reason.is_none(), || {
            format!("{email} is somebody else")
        })?;
    }
    Ok(())
}

pub(crate) fn by(envelope: &Envelope, whom: &EndedBy) -> Result<(), String> {
    expect(envelope.state.ended_by.as_ref() == Some(whom), || {
        format!("it was ended by {:?} instead of {whom}", envelope.state.ended_by)
    })?;
    expect(envelope.state.status == envelope.status, || "state and status differ".to_owned())
}

async fn seen(subject: &Subject, id: &str, good: impl Fn(&Envelope) -> bool) -> Result<Envelope, String> {
    for _ in 0..40 {
        match subject.provider.get(id).await {
            Ok(envelope) if good(&envelope) => return Ok(envelope),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::NotReady | ErrorKind::RateLimited) => {}
            Err(error) => return Err(say(error)),
        }
        subject.stage.pass_time().await;
    }
    Err("what was done is never seen".to_owned())
}

async fn documents(subject: &Subject, id: &str, tells: &mut Vec<String>) -> Result<(), String> {
    let documents = subject.provider.documents(id).await.map_err(say)?;
    let shown = documents.iter().map(|document| {
        let pages = document.pages.map_or_else(|| "some".to_owned(), |pages| pages.to_string());
        let content = if document.content { "a contract" } else { "a page of the provider" };
        format!(
            "{content} with {pages} pages, {}",
            if document.name.is_empty() { "without a name" } else { "with a name" }
        )
    });
    tells.push(format!("the documents of a signed envelope are {}", shown.collect::<Vec<_>>().join("; ")));
    let content: Vec<_> = documents.iter().filter(|document| document.content).collect();
    expect(content.len() == 1, || format!("{} documents instead of one", content.len()))?;
    for document in content {
        expect(document.name.contains("contract"), || format!("the document is called {:?}", document.name))?;
        expect(document.pages.is_none_or(|pages| pages == 1), || {
            format!("it has {:?} pages", document.pages)
        })?;
    }
    Ok(())
}

async fn trail(subject: &Subject, id: &str) -> Result<(), String> {
    let events = subject.provider.audit(id).await.map_err(say)?;
    for action in [AuditAction::Created, AuditAction::Sent, AuditAction::Signed] {
        expect(events.iter().any(|event| event.action == action), || format!("the trail holds no {action}"))?;
    }
    let times: Vec<_> = events.iter().filter_map(|event| event.at).collect();
    expect(times.len() == events.len() && times.is_sorted(), || {
        "its times are missing or out of order".to_owned()
    })?;
    let signed: Vec<_> = events.iter().filter(|event| event.action == AuditAction::Signed).collect();
    for (name, email) in [subject.person(), SECOND] {
        // Some trails name people, some their addresses.
        let his = |actor: &str| actor.eq_ignore_ascii_case(name) || actor.eq_ignore_ascii_case(email);
        let there = signed.iter().any(|event| event.actor.as_deref().is_some_and(his));
        expect(there, || format!("it does not tell that {name} signed"))?;
    }
    expect(events.iter().all(|event| !event.raw.is_empty()), || {
        "an event lost what the provider said".to_owned()
    })
}

async fn declined(
    subject: &Subject,
    can: &impl Fn(Operation) -> bool,
    tells: &mut Vec<String>,
) -> Result<(), String> {
    let draft = two(subject, "refusal").await;
    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let created = create(subject, &draft, &options).await.map_err(say)?;
    until(subject, &created.id, |status| *status == EnvelopeStatus::InProgress).await?;
    subject.stage.act(&created.id, subject.email(), Act::Decline("not my name")).await?;
    let ended = until(subject, &created.id, |status| *status == EnvelopeStatus::Declined).await?;
    by(&ended, &EndedBy::Recipient)?;
    tells.push(told("a declined envelope", &ended));
    if can(Operation::Audit) {
        trail_of(subject, &ended.id, "a declined envelope", tells).await?;
    }
    expect(ended.state.reason.as_deref().is_some_and(|reason| reason.contains("not my name")), || {
        format!("the reason is {:?}", ended.state.reason)
    })?;
    let his = recipient(&ended, subject.email())?;
    expect(his.status == RecipientStatus::Declined, || format!("who declined is {}", his.status))?;
    let other = recipient(&ended, SECOND.1)?;
    let untouched = !matches!(other.status, RecipientStatus::Declined | RecipientStatus::Completed);
    expect(untouched && other.declined_reason.is_none(), || format!("who was not asked is {}", other.status))
}

async fn voided(
    subject: &Subject,
    can: &impl Fn(Operation) -> bool,
    tells: &mut Vec<String>,
) -> Result<(), String> {
    let envelope = sent(subject, "stopped").await?;
    subject.provider.void(&envelope.id, "wrong price").await.map_err(say)?;
    let gone = |kind: ErrorKind| kind == ErrorKind::Gone;
    for _ in 0..40 {
        match subject.provider.get(&envelope.id).await {
            Ok(seen) if seen.status == EnvelopeStatus::Voided => {
                by(&seen, &EndedBy::Sender)?;
                tells.push(told("a voided envelope", &seen));
                if can(Operation::Audit) {
                    trail_of(subject, &seen.id, "a voided envelope", tells).await?;
                }
                return expect(seen.state.reason.is_none_or(|reason| reason.contains("wrong price")), || {
                    "another reason than was given".to_owned()
                });
            }
            // Where a stopped envelope cannot be read any more, there is nothing to tell.
            Err(error) if gone(error.kind()) => return Ok(()),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::NotReady | ErrorKind::RateLimited) => {}
            Err(error) => return Err(say(error)),
        }
        subject.stage.pass_time().await;
    }
    Err("it is not voided".to_owned())
}

async fn ended(subject: &Subject, tells: &mut Vec<String>) -> Result<(), String> {
    let envelope = sent(subject, "ended").await?;
    opened(subject, &envelope.id, tells).await?;
    subject.stage.act(&envelope.id, subject.email(), Act::Sign).await?;
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::Completed).await?;
    match subject.provider.void(&envelope.id, "too late").await {
        Ok(_) => Err("a completed envelope was voided".to_owned()),
        Err(error) => expect(
            matches!(error.kind(), ErrorKind::InvalidState | ErrorKind::InvalidInput | ErrorKind::Gone),
            || format!("{}: {error}", error.kind()),
        ),
    }?;
    let still = subject.provider.get(&envelope.id).await.map_err(say)?;
    expect(still.status == EnvelopeStatus::Completed, || format!("afterwards it is {}", still.status))
}

/// An application's own requests go to the provider, signed in as the others, and only there.
async fn raw(subject: &Subject) -> Result<(), String> {
    let envelope = sent(subject, "raw").await?;
    if let Some(path) = subject.stage.path(&envelope.id) {
        let request = Request::builder().uri(path).header("accept", "application/json").body(Bytes::new());
        let answer = patient(subject, request.map_err(|error| error.to_string())?).await?;
        let body = String::from_utf8_lossy(answer.body()).to_lowercase();
        expect(answer.status().is_success() && body.contains(&envelope.id.to_lowercase()), || {
            format!("the provider's own answer is lost: {}", answer.status())
        })?;
    }
    for address in ["/nothing-of-this-name", "https://elsewhere.example/nothing-of-this-name"] {
        for method in ["GET", "POST", "DELETE"] {
            let request = Request::builder().method(method).uri(address).body(Bytes::from_static(b"{}"));
            match subject.provider.raw(request.map_err(|error| error.to_string())?).await {
                Ok(answer) => {
                    return Err(format!("{method} {address} was answered with {}", answer.status()));
                }
                // Whoever is not signed in, or is somewhere else, hears something else.
                Err(error) => {
                    expect(error.kind() == ErrorKind::NotFound, || format!("{}: {error}", error.kind()))?;
                    expect(error.provider() == Some(subject.provider.provider()), || {
                        "an error of nobody".to_owned()
                    })?;
                }
            }
        }
    }
    Ok(())
}

/// A provider may want some time between equal reads.
async fn patient(subject: &Subject, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
    for _ in 0..40 {
        match subject.provider.raw(request.clone()).await {
            Err(error) if error.kind() == ErrorKind::RateLimited => subject.stage.pass_time().await,
            outcome => return outcome.map_err(say),
        }
    }
    Err("it is never time to ask".to_owned())
}

async fn linked(subject: &Subject, tells: &mut Vec<String>) -> Result<(), String> {
    let mut draft = with(subject, "a link", subject.signer().delivered_by(Delivery::Embedded)).await;
    draft.return_url = "https://app.example/done".parse().ok();
    let mut second = Recipient::signer(SECOND.0, SECOND.1).embedded();
    if !draft.free_placement {
        second = second.field(Field::signature().at(1, 300.0, 500.0));
    }
    draft.recipients.push(second);
    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let envelope = create(subject, &draft, &options).await.map_err(say)?;
    let envelope = until(subject, &envelope.id, |status| *status == EnvelopeStatus::InProgress).await?;
    tells.push(told("an embedded envelope", &envelope));
    for _ in 0..40 {
        match subject
            .provider
            .signing_link(&envelope.id, &SigningLinkRequest::new("nobody@example.com"))
            .await
        {
            Ok(_) => return Err("somebody who is not asked got a link".to_owned()),
            Err(error) if matches!(error.kind(), ErrorKind::NotReady | ErrorKind::RateLimited) => {
                subject.stage.pass_time().await;
            }
            Err(error) => {
                expect(
                    matches!(
                        error.kind(),
                        ErrorKind::NotFound | ErrorKind::InvalidInput | ErrorKind::InvalidState
                    ),
                    || format!("{}: {error}", error.kind()),
                )?;
                break;
            }
        }
    }
    let link = subject.provider.signing_link(&envelope.id, &SigningLinkRequest::new(subject.email())).await;
    let link = link.map_err(say)?;
    let other =
        subject.provider.signing_link(&envelope.id, &SigningLinkRequest::new(SECOND.1)).await.map_err(say)?;
    let (own, others) = (link.url.expose_secret(), other.url.expose_secret());
    // A recording has other links in their place.
    let live = subject.stage.kept(&envelope.id).await.is_some();
    expect(own.starts_with("http") && (own != others || !live), || "two people have one link".to_owned())?;
    let end = if link.expires_at.is_some() {
        "tells how long it is good"
    } else {
        "does not tell how long it is good"
    };
    tells.push(format!("a link {end}"));
    for email in [subject.email(), SECOND.1] {
        subject.stage.act(&envelope.id, email, Act::Sign).await?;
    }
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::Completed).await?;
    Ok(())
}

/// Where the stage can open without signing.
async fn opened(subject: &Subject, id: &str, tells: &mut Vec<String>) -> Result<(), String> {
    if !subject.stage.open(id, subject.email()).await {
        return Ok(());
    }
    subject.stage.pass_time().await;
    let seen = subject.provider.get(id).await.map_err(say)?;
    let own = recipient(&seen, subject.email())?;
    tells.push(format!("who opened the documents is {}, the envelope {}", own.status, seen.status));
    let good = matches!(own.status, RecipientStatus::Viewed | RecipientStatus::Active);
    expect(good && own.completed_at.is_none(), || format!("who opened the documents is {}", own.status))
}

/// Names, types and lengths of what is downloaded.
async fn downloaded(
    subject: &Subject,
    can: &impl Fn(Operation) -> bool,
    tells: &mut Vec<String>,
) -> Result<(), String> {
    let envelope = sent(subject, "files").await?;
    subject.stage.act(&envelope.id, subject.email(), Act::Sign).await?;
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::Completed).await?;
    let mut files = vec![
        (Operation::DownloadCombined, What::Combined),
        (Operation::DownloadArchive, What::Archive),
        (Operation::DownloadCertificate, What::Certificate),
    ];
    if can(Operation::Documents) {
        let documents = subject.provider.documents(&envelope.id).await.map_err(say)?;
        let first = documents.into_iter().find(|document| document.content);
        files.extend(first.map(|document| (Operation::DownloadDocument, What::Document(document.id))));
    }
    for (operation, what) in files.into_iter().filter(|(operation, _)| can(*operation)) {
        let download = ready(subject, &envelope.id, &what).await?;
        tells.push(format!(
            "{operation} gives {}, {}, {}",
            download.content_type,
            if download.name.is_some() { "with a name" } else { "without a name" },
            if download.length.is_some() { "with its length" } else { "without its length" }
        ));
    }
    Ok(())
}

async fn ready(subject: &Subject, id: &str, what: &What) -> Result<Download, String> {
    for _ in 0..40 {
        match subject.provider.download(id, what).await {
            Err(error) if error.kind() == ErrorKind::NotReady => subject.stage.pass_time().await,
            outcome => return outcome.map_err(say),
        }
    }
    Err("it never becomes ready".to_owned())
}
