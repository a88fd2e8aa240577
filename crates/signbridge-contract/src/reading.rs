//! What reading says while an envelope lives and after it ended: who, when, why, and what lists and trails hold of it.

use bytes::Bytes;
use chrono::TimeDelta;
use http::Request;
use signbridge_core::{
    AuditAction, Basis, CreateOptions, Delivery, Draft, EndedBy, Envelope, EnvelopeRecipient, EnvelopeStatus,
    ErrorKind, Field, IdempotencyKey, ListQuery, Operation, Recipient, RecipientStatus, SigningLinkRequest,
    What,
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
    verdict.core("who signed, and whose turn it is, can be read", in_turn(subject, &can).await);
    verdict.core("a declined envelope tells who ended it", declined(subject).await);
    verdict.core("a voided envelope tells who ended it and why", voided(subject).await);
    verdict.core("what has ended cannot be voided", ended(subject).await);
    verdict.core("a raw request goes to the provider, signed in", raw(subject).await);
    if can(Operation::Find) {
        verdict.add("a key finds its envelope and nothing else", found(subject).await);
    }
    if can(Operation::List) {
        verdict.add("a list keeps to what it is asked for", listed(subject).await);
        verdict.add("pages of a list follow one another", paged(subject).await);
    }
    if can(Operation::SigningLink) {
        verdict.add("only a recipient gets a link", linked(subject).await);
    }
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

async fn in_turn(subject: &Subject, can: &impl Fn(Operation) -> bool) -> Result<(), String> {
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
    if can(Operation::Documents) {
        documents(subject, &done.id).await?;
    }
    if can(Operation::Audit) {
        trail(subject, &done.id).await?;
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

fn by(envelope: &Envelope, whom: &EndedBy) -> Result<(), String> {
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

async fn documents(subject: &Subject, id: &str) -> Result<(), String> {
    let documents = subject.provider.documents(id).await.map_err(say)?;
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

async fn declined(subject: &Subject) -> Result<(), String> {
    let draft = two(subject, "refusal").await;
    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let created = create(subject, &draft, &options).await.map_err(say)?;
    until(subject, &created.id, |status| *status == EnvelopeStatus::InProgress).await?;
    subject.stage.act(&created.id, subject.email(), Act::Decline("not my name")).await?;
    let ended = until(subject, &created.id, |status| *status == EnvelopeStatus::Declined).await?;
    by(&ended, &EndedBy::Recipient)?;
    expect(ended.state.reason.as_deref().is_some_and(|reason| reason.contains("not my name")), || {
        format!("the reason is {:?}", ended.state.reason)
    })?;
    let his = recipient(&ended, subject.email())?;
    expect(his.status == RecipientStatus::Declined, || format!("who declined is {}", his.status))?;
    let other = recipient(&ended, SECOND.1)?;
    let untouched = !matches!(other.status, RecipientStatus::Declined | RecipientStatus::Completed);
    expect(untouched && other.declined_reason.is_none(), || format!("who was not asked is {}", other.status))
}

async fn voided(subject: &Subject) -> Result<(), String> {
    let envelope = sent(subject, "stopped").await?;
    subject.provider.void(&envelope.id, "wrong price").await.map_err(say)?;
    let gone = |kind: ErrorKind| kind == ErrorKind::Gone;
    for _ in 0..40 {
        match subject.provider.get(&envelope.id).await {
            Ok(seen) if seen.status == EnvelopeStatus::Voided => {
                by(&seen, &EndedBy::Sender)?;
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

async fn ended(subject: &Subject) -> Result<(), String> {
    let envelope = sent(subject, "ended").await?;
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

async fn found(subject: &Subject) -> Result<(), String> {
    let key = IdempotencyKey::random();
    let draft = portable(subject, "found").await;
    let created = create(subject, &draft, &CreateOptions::sent().key(key.clone())).await.map_err(say)?;
    let other = sent(subject, "not found").await?;
    for _ in 0..40 {
        match subject.provider.find(&key).await {
            Ok(Some(found)) => {
                expect(found.id == created.id && found.id != other.id, || {
                    "another one was found".to_owned()
                })?;
                expect(found.idempotency_key.as_deref() == Some(key.as_str()), || {
                    "it has another key".to_owned()
                })?;
                let nothing = subject.provider.find(&IdempotencyKey::random()).await.map_err(say)?;
                return expect(nothing.is_none(), || "a key that nobody used finds one".to_owned());
            }
            Ok(None) => {}
            Err(error) if matches!(error.kind(), ErrorKind::NotReady | ErrorKind::RateLimited) => {}
            Err(error) => return Err(say(error)),
        }
        subject.stage.pass_time().await;
    }
    Err("it is never found".to_owned())
}

async fn page(subject: &Subject, query: &ListQuery) -> Result<(Vec<Envelope>, Option<String>), String> {
    for _ in 0..40 {
        match subject.provider.list(query).await {
            Ok(page) => return Ok((page.items, page.next)),
            Err(error) if matches!(error.kind(), ErrorKind::NotReady | ErrorKind::RateLimited) => {
                subject.stage.pass_time().await;
            }
            Err(error) => return Err(say(error)),
        }
    }
    Err("a list never becomes ready".to_owned())
}

/// Everything that a query gives.
async fn whole(subject: &Subject, mut query: ListQuery) -> Result<Vec<Envelope>, String> {
    let mut items = Vec::new();
    for _ in 0..100 {
        let (more, next) = page(subject, &query).await?;
        items.extend(more);
        match next {
            Some(next) => query.cursor = Some(next),
            None => return Ok(items),
        }
    }
    Err("a list never ends".to_owned())
}

async fn listed(subject: &Subject) -> Result<(), String> {
    let mut draft = portable(subject, "kept to").await;
    let marked = draft.clone().metadata("case", "77-b");
    let with_metadata = subject.provider.check(&marked).await.is_ok_and(|report| report.is_sendable());
    if with_metadata {
        draft = marked;
    }
    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let open = create(subject, &draft, &options).await.map_err(say)?;
    let open = until(subject, &open.id, |status| *status == EnvelopeStatus::InProgress).await?;
    let done = sent(subject, "kept out").await?;
    subject.stage.act(&done.id, subject.email(), Act::Sign).await?;
    until(subject, &done.id, |status| *status == EnvelopeStatus::Completed).await?;
    // An index that lags is allowed to.
    for _ in 0..10 {
        subject.stage.pass_time().await;
    }
    let has = |items: &[Envelope], id: &str| items.iter().any(|item| item.id == id);
    let query = |change: &dyn Fn(&mut ListQuery)| {
        let mut query = ListQuery::default();
        change(&mut query);
        query
    };
    let all = whole(subject, ListQuery::default()).await?;
    let row = all.iter().find(|item| item.id == open.id).ok_or("what was sent is not in the list")?;
    expect(has(&all, &done.id), || "what was signed is not in the list".to_owned())?;
    expect(row.subject == draft.subject, || format!("the list gives the subject {:?}", row.subject))?;
    expect(row.status == EnvelopeStatus::InProgress, || format!("the list gives {}", row.status))?;
    for (status, wanted, other) in
        [(EnvelopeStatus::InProgress, &open.id, &done.id), (EnvelopeStatus::Completed, &done.id, &open.id)]
    {
        let items = whole(subject, query(&|query| query.statuses = vec![status.clone()])).await?;
        expect(has(&items, wanted), || format!("the list of {status} lacks one"))?;
        expect(!has(&items, other), || format!("the list of {status} has another one"))?;
    }
    if let Some(start) = open.created_at.or(open.sent_at) {
        for (from, to, there) in [(-2, 2, true), (2, 4, false), (-4, -2, false)] {
            let items = whole(
                subject,
                query(&|query| {
                    query.from = Some(start + TimeDelta::days(from));
                    query.to = Some(start + TimeDelta::days(to));
                }),
            )
            .await?;
            expect(has(&items, &open.id) == there, || format!("days {from} to {to}: the list is wrong"))?;
        }
    }
    if with_metadata {
        for (value, there) in [("77-b", true), ("78", false)] {
            let wanted = query(&|query| query.metadata = Some(("case".to_owned(), value.to_owned())));
            let items = match whole(subject, wanted).await {
                // Not every provider can look for it.
                Err(fault) if fault.contains("metadata") => break,
                items => items?,
            };
            expect(has(&items, &open.id) == there && !has(&items, &done.id), || {
                format!("case {value}: the list is wrong")
            })?;
        }
    }
    Ok(())
}

async fn paged(subject: &Subject) -> Result<(), String> {
    sent(subject, "a page").await?;
    for _ in 0..10 {
        subject.stage.pass_time().await;
    }
    let all: Vec<String> =
        whole(subject, ListQuery::default()).await?.into_iter().map(|item| item.id).collect();
    let mut query = ListQuery::default();
    query.limit = Some(3);
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..=all.len() {
        let (items, next) = page(subject, &query).await?;
        expect(items.len() <= 3, || format!("{} items on a page of three", items.len()))?;
        seen.extend(items.into_iter().map(|item| item.id));
        match next {
            Some(next) => query.cursor = Some(next),
            None => break,
        }
    }
    let (mut seen_sorted, mut all_sorted) = (seen, all);
    seen_sorted.sort();
    all_sorted.sort();
    expect(seen_sorted == all_sorted, || {
        format!("{} by pages instead of {}", seen_sorted.len(), all_sorted.len())
    })
}

async fn linked(subject: &Subject) -> Result<(), String> {
    let mut draft = with(subject, "a link", subject.signer().delivered_by(Delivery::Embedded)).await;
    draft.return_url = "https://app.example/done".parse().ok();
    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let envelope = create(subject, &draft, &options).await.map_err(say)?;
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::InProgress).await?;
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
    expect(link.expires_at.is_none_or(|end| envelope.created_at.is_none_or(|start| end > start)), || {
        "a link that was never good".to_owned()
    })?;
    subject.stage.act(&envelope.id, subject.email(), Act::Sign).await?;
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::Completed).await?;
    match subject.provider.download(&envelope.id, &What::Combined).await {
        Ok(download) => expect(download.content_type.starts_with("application/pdf"), || {
            format!("the contract is {}", download.content_type)
        }),
        Err(error) if error.kind() == ErrorKind::NotReady => Ok(()),
        Err(error) => Err(say(error)),
    }
}
