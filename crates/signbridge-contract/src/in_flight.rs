//! What a sender does with an envelope besides sending and voiding it.

use chrono::{TimeDelta, Utc};
use signbridge_core::{
    AccessCode, Addressee, Authentication, Correction, CreateOptions, EnvelopeStatus, Error, ErrorKind,
    Field, FieldKind, FieldProperty, IdempotencyKey, Operation, Phone, Recipient, RecipientChange,
};
use url::Url;

use crate::{
    Act, Subject, Verdict,
    behaviours::{Outcome, create, expect, say, sent, until},
    drafts::portable,
};

pub(crate) async fn run(subject: &Subject, verdict: &mut Verdict) {
    let can = |operation| subject.provider.capabilities().operation(operation).is_usable();
    if can(Operation::Correct) {
        verdict.add("a corrected signer signs under his new address", corrected(subject).await);
        verdict.add("a correction is done or leaves everything as it was", corrections(subject).await);
        verdict.add("an empty correction is refused without a request", nothing_to_correct(subject).await);
    }
    if can(Operation::DeleteDraft) {
        verdict.add("a deleted draft is gone, a sent envelope stays", deleted(subject).await);
    }
    if can(Operation::Purge) {
        verdict.add("what has ended can be purged, what runs cannot", purged(subject).await);
    }
    if can(Operation::FormData) {
        verdict.add("what was filled in can be read", filled(subject).await);
    }
    if can(Operation::SenderView) && can(Operation::CreateDraft) {
        verdict.add("the sender gets a page for his draft", viewed(subject).await);
    }
    if can(Operation::ConsoleView) {
        verdict.add("the sender gets his console", console(subject).await);
    }
    if can(Operation::Schedule) {
        verdict.add("an envelope for later asks nobody now", scheduled(subject).await);
    }
    if can(Operation::Quota) {
        verdict.add("the quota can be read", quota(subject).await);
    }
}

async fn corrected(subject: &Subject) -> Outcome {
    // Another address of the same mailbox, so that a person can sign with it at a real account too.
    let address = subject.email().replacen('@', "+corrected@", 1);
    let envelope = sent(subject, "corrected").await?;
    let change = RecipientChange::of(subject.email()).name("Ann Ray").email(&address);
    patient(subject, || async {
        subject.provider.correct(&envelope.id, &Correction::new().change(change.clone())).await.map(drop)
    })
    .await?;
    let seen = until(subject, &envelope.id, |status| *status == EnvelopeStatus::InProgress).await?;
    let recipient = seen.recipient(&address).ok_or("the new address is not among the recipients")?;
    expect(recipient.name.is_empty() || recipient.name == "Ann Ray", || {
        format!("his name is `{}`", recipient.name)
    })?;
    subject.stage.act(&envelope.id, &address, Act::Sign).await?;
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::Completed).await.map(drop)
}

/// Each kind of correction is done, or refused for a reason; what comes of it is told among the replies.
async fn corrections(subject: &Subject) -> Outcome {
    let second = || {
        let second = Recipient::signer("Cy Day", "cy.day@example.com").order(2);
        if subject_is_free(subject) { second } else { second.field(Field::signature().at(1, 300.0, 500.0)) }
    };
    let of = || RecipientChange::of(subject.email());
    let code = Authentication::AccessCode(AccessCode::new("4711AB"));
    let mut ordered = of();
    ordered.order = Some(2);
    let mut by_phone = of();
    by_phone.phone = Some(Phone { country_code: "48".to_owned(), number: "600100200".to_owned() });
    for correction in [
        Correction::new().change(of().name("Ann Ray")),
        Correction::new().change(ordered),
        Correction::new().change(by_phone),
        Correction::new().change(of().authenticated_by(code)),
        Correction::new().recipient(second()),
        Correction::new().remove(Addressee::new("cy.day@example.com")),
        Correction::new().expires_after_days(40),
        Correction::new().change(RecipientChange::of("nobody@example.com").name("Nobody")),
    ] {
        let mut draft = portable(subject, "corrections").await;
        if !correction.remove.is_empty() {
            draft.recipients.push(second());
        }
        let options = CreateOptions::sent().key(IdempotencyKey::random());
        let envelope = create(subject, &draft, &options).await.map_err(say)?;
        until(subject, &envelope.id, |status| *status == EnvelopeStatus::InProgress).await?;
        let corrected = patient(subject, || async {
            subject.provider.correct(&envelope.id, &correction).await.map(drop)
        });
        // Which ones a provider knows, its capabilities tell in words only.
        let refused = corrected.await.is_err();
        let seen = until(subject, &envelope.id, |status| *status == EnvelopeStatus::InProgress).await?;
        let people = usize::from(!refused && !correction.add.is_empty()) + draft.recipients.len()
            - usize::from(!refused && !correction.remove.is_empty());
        expect(seen.recipients.len() == people, || format!("it has {} recipients", seen.recipients.len()))?;
    }
    Ok(())
}

fn subject_is_free(subject: &Subject) -> bool {
    !subject.provider.capabilities().fields.contains_key(&FieldKind::Signature)
}

async fn nothing_to_correct(subject: &Subject) -> Outcome {
    let before = subject.stage.requests();
    match subject.provider.correct("00000000-0000-4000-8000-00000000dead", &Correction::new()).await {
        Ok(_) => Err("it was done".to_owned()),
        Err(error) if error.kind() != ErrorKind::InvalidInput => Err(say(error)),
        Err(_) => expect(subject.stage.requests() == before, || "a request was made".to_owned()),
    }
}

async fn deleted(subject: &Subject) -> Outcome {
    let options = CreateOptions::draft().key(IdempotencyKey::random());
    let draft = create(subject, &portable(subject, "deleted").await, &options).await.map_err(say)?;
    until(subject, &draft.id, |status| *status != EnvelopeStatus::Processing).await?;
    subject.provider.delete_draft(&draft.id).await.map_err(say)?;
    match subject.provider.get(&draft.id).await {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Gone) => {}
        Err(error) => return Err(say(error)),
        Ok(seen) => {
            expect(!matches!(seen.status, EnvelopeStatus::Draft), || "it is still a draft".to_owned())?
        }
    }
    let running = sent(subject, "not deleted").await?;
    refused_as(subject.provider.delete_draft(&running.id).await, ErrorKind::InvalidState)?;
    until(subject, &running.id, |status| *status == EnvelopeStatus::InProgress).await.map(drop)
}

async fn purged(subject: &Subject) -> Outcome {
    let envelope = sent(subject, "purged").await?;
    refused_as(subject.provider.purge(&envelope.id).await, ErrorKind::InvalidState)?;
    subject.stage.act(&envelope.id, subject.email(), Act::Sign).await?;
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::Completed).await?;
    patient(subject, || subject.provider.purge(&envelope.id)).await
}

async fn filled(subject: &Subject) -> Outcome {
    let mut draft = match crate::arrival::filled(subject).await {
        Some(draft) => draft,
        None => portable(subject, "filled").await,
    };
    // Not every stage fills in what has to be.
    draft.recipients.iter_mut().flat_map(|own| &mut own.fields).for_each(|field| {
        if field.kind != FieldKind::Signature && field.kind.takes(FieldProperty::Optional).is_ok() {
            field.required = false;
        }
    });
    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let envelope = create(subject, &draft, &options).await.map_err(say)?;
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::InProgress).await?;
    subject.stage.act(&envelope.id, subject.email(), Act::Sign).await?;
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::Completed).await?;
    patient(subject, || async { subject.provider.form_data(&envelope.id).await.map(drop) }).await
}

async fn viewed(subject: &Subject) -> Outcome {
    let options = CreateOptions::draft().key(IdempotencyKey::random());
    let draft = create(subject, &portable(subject, "viewed").await, &options).await.map_err(say)?;
    until(subject, &draft.id, |status| *status != EnvelopeStatus::Processing).await?;
    let back = Url::parse("https://app.example/done").map_err(|error| error.to_string())?;
    let link = subject.provider.sender_view(&draft.id, &back).await.map_err(say)?;
    expect(!format!("{link:?}").contains("://"), || "the link prints".to_owned())
}

async fn console(subject: &Subject) -> Outcome {
    let envelope = sent(subject, "console").await?;
    let back = Url::parse("https://app.example/done").map_err(|error| error.to_string())?;
    for id in [Some(envelope.id.as_str()), None] {
        let link = subject.provider.console_view(id, &back).await.map_err(say)?;
        expect(!format!("{link:?}").contains("://"), || "the link prints".to_owned())?;
    }
    Ok(())
}

async fn scheduled(subject: &Subject) -> Outcome {
    let draft = portable(subject, "scheduled").await.send_at(Utc::now() + TimeDelta::days(2));
    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let envelope = create(subject, &draft, &options).await.map_err(say)?;
    expect(subject.stage.act(&envelope.id, subject.email(), Act::Sign).await.is_err(), || {
        "it could be signed before its time".to_owned()
    })
}

async fn quota(subject: &Subject) -> Outcome {
    let quota = subject.provider.quota().await.map_err(say)?;
    let known = quota.allowed.or(quota.sent).or(quota.left);
    expect(known.is_some() || quota.plan.is_some(), || "it says nothing".to_owned())
}

/// Repeats a call that a provider is not ready for yet, letting time pass.
async fn patient<F, G>(subject: &Subject, call: F) -> Outcome
where
    F: Fn() -> G,
    G: Future<Output = Result<(), Error>>,
{
    for _ in 0..40 {
        match call().await {
            Err(error) if matches!(error.kind(), ErrorKind::NotReady | ErrorKind::RateLimited) => {
                subject.stage.pass_time().await
            }
            outcome => return outcome.map_err(say),
        }
    }
    Err("it never becomes ready".to_owned())
}

fn refused_as(outcome: Result<(), Error>, kind: ErrorKind) -> Outcome {
    match outcome {
        Ok(()) => Err("it was done".to_owned()),
        Err(error) => expect(error.kind() == kind, || format!("{}: {error}", error.kind())),
    }
}
