//! What finding and listing give, and what they keep out.

use chrono::TimeDelta;
use signbridge_core::{CreateOptions, Envelope, EnvelopeStatus, ErrorKind, IdempotencyKey, ListQuery};

use super::told;
use crate::{
    Act, Subject,
    behaviours::{create, expect, say, sent, until},
    drafts::portable,
};

/// A value that a language of search words could misread.
const ODD: &str = "say \"x\": a\\b AND not c";

pub(super) async fn found(subject: &Subject) -> Result<(), String> {
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

pub(super) async fn listed(subject: &Subject, tells: &mut Vec<String>) -> Result<(), String> {
    let mut draft = portable(subject, "kept to").await;
    let marked = draft.clone().metadata("case", "77-b").metadata("desk", ODD);
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
    tells.push(told("an open envelope of a list", row));
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
        for (value, there) in [("77-b", true), ("78", false), ("AND", false)] {
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
    if with_metadata {
        for (name, value, there) in
            [("case", "77-b", true), ("desk", ODD, true), ("case", "78", false), ("case", "AND", false)]
        {
            let query = query(&|query| query.metadata = Some((name.to_owned(), value.to_owned())));
            let items = whole(subject, query).await?;
            let good = has(&items, &open.id) == there && !has(&items, &done.id);
            expect(good, || format!("{name} {value}: the list is wrong"))?;
        }
    }
    narrowed(subject, &done, with_metadata.then_some(&open), tells).await
}

/// Whether the provider looks for what a list is asked for, or the adapter does: seen on pages of one.
async fn narrowed(
    subject: &Subject,
    done: &Envelope,
    marked: Option<&Envelope>,
    tells: &mut Vec<String>,
) -> Result<(), String> {
    let one = |change: &dyn Fn(&mut ListQuery)| {
        let mut query = ListQuery::default();
        query.limit = Some(1);
        change(&mut query);
        query
    };
    let mut word = |what: &str, by_provider: bool| {
        tells.push(format!(
            "{what} is looked for by the {}",
            if by_provider { "provider" } else { "adapter" }
        ));
    };
    let start = done.created_at.or(done.sent_at);
    let (items, next) =
        page(subject, &one(&|query| query.statuses = vec![EnvelopeStatus::Completed])).await?;
    word("a completed one", !items.is_empty() || next.is_none());
    let (items, next) = page(subject, &one(&|query| query.statuses = vec![EnvelopeStatus::Failed])).await?;
    word("a failed one", items.is_empty() && next.is_none());
    for (what, from, to) in [("the future", Some(2), None), ("the past", None, Some(-2))] {
        let time = |days: Option<i64>| start.zip(days).map(|(start, days)| start + TimeDelta::days(days));
        let (items, next) =
            page(subject, &one(&|query| (query.from, query.to) = (time(from), time(to)))).await?;
        expect(items.is_empty(), || format!("{what} holds one"))?;
        word(what, next.is_none());
    }
    if let Some(marked) = marked {
        let case = |query: &mut ListQuery| query.metadata = Some(("case".to_owned(), "77-b".to_owned()));
        let (items, _) = page(subject, &one(&case)).await?;
        word("metadata", items.iter().any(|item| item.id == marked.id));
    }
    Ok(())
}

pub(super) async fn paged(subject: &Subject) -> Result<(), String> {
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

/// Waits until it is stopped, and until lists know.
async fn stopping(subject: &Subject, id: &str) -> Result<(), String> {
    for _ in 0..40 {
        subject.stage.pass_time().await;
        let stopped = match subject.provider.get(id).await {
            Ok(seen) => seen.status == EnvelopeStatus::Voided,
            Err(error) => error.kind() == ErrorKind::Gone,
        };
        if stopped {
            for _ in 0..10 {
                subject.stage.pass_time().await;
            }
            return Ok(());
        }
    }
    Err("it is not voided".to_owned())
}

/// A row of a list may tell less than reading does, but nothing else.
pub(super) async fn endings(subject: &Subject, tells: &mut Vec<String>) -> Result<(), String> {
    let refused = sent(subject, "refused").await?;
    subject.stage.act(&refused.id, subject.email(), Act::Decline("no")).await?;
    until(subject, &refused.id, |status| *status == EnvelopeStatus::Declined).await?;
    let stopped = sent(subject, "stopped, too").await?;
    subject.provider.void(&stopped.id, "no").await.map_err(say)?;
    stopping(subject, &stopped.id).await?;
    for (status, own, other) in [
        (EnvelopeStatus::Declined, &refused.id, &stopped.id),
        (EnvelopeStatus::Voided, &stopped.id, &refused.id),
    ] {
        let mut query = ListQuery::default();
        query.statuses = vec![status.clone()];
        let items = whole(subject, query).await?;
        let there = |id: &String| items.iter().any(|item| item.id == *id);
        // What was stopped may be gone.
        if status == EnvelopeStatus::Voided {
            tells.push(format!(
                "a list of voided envelopes shows {}",
                if there(own) { "one" } else { "none" }
            ));
        } else {
            expect(there(own), || format!("the list of {status} lacks one"))?;
        }
        expect(!there(other), || format!("the list of {status} has another one"))?;
        expect(items.iter().all(|item| item.status == status), || {
            format!("the list of {status} has others")
        })?;
    }
    Ok(())
}
