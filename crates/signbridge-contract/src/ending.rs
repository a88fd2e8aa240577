//! How an envelope ends by itself. Last of all, because afterwards the stage's clock is days ahead.

use signbridge_core::{
    CreateOptions, EndedBy, EnvelopeStatus, ErrorKind, IdempotencyKey, Operation, RecipientStatus,
};

use crate::{
    Subject, Verdict,
    behaviours::{create, expect, say, until},
    drafts::portable,
    reading::{by, told},
};

pub(crate) async fn run(subject: &Subject, verdict: &mut Verdict) {
    let mut tells = Vec::new();
    if let Some(outcome) = expired(subject, &mut tells).await {
        verdict.add("an envelope ends when its time is over", outcome);
    }
    tells.into_iter().for_each(|tells| verdict.add(tells, Ok(())));
}

/// Nothing where the stage cannot let days pass.
async fn expired(subject: &Subject, tells: &mut Vec<String>) -> Option<Result<(), String>> {
    if !subject.stage.pass_days(0).await {
        return None;
    }
    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let draft = portable(subject, "expired").await.expires_after_days(20);
    let id = match create(subject, &draft, &options).await {
        Ok(created) => created.id,
        Err(error) => return Some(Err(say(error))),
    };
    if let Err(fault) = until(subject, &id, |status| *status == EnvelopeStatus::InProgress).await {
        return Some(Err(fault));
    }
    subject.stage.pass_days(19).await;
    Some(over(subject, &id, tells).await)
}

async fn over(subject: &Subject, id: &str, tells: &mut Vec<String>) -> Result<(), String> {
    let before = subject.provider.get(id).await.map_err(say)?;
    expect(before.status == EnvelopeStatus::InProgress, || {
        format!("a day too early it is {}", before.status)
    })?;
    // A day later than promised is late enough for everybody.
    subject.stage.pass_days(2).await;
    let after = until(subject, id, |status| *status != EnvelopeStatus::InProgress).await?;
    expect(after.status == EnvelopeStatus::Expired, || format!("it is {}", after.status))?;
    by(&after, &EndedBy::Time)?;
    let his = after.recipient(subject.email()).map(|own| own.status.clone());
    expect(his.as_ref().is_none_or(|own| *own != RecipientStatus::Completed), || {
        "somebody signed".to_owned()
    })?;
    tells.push(told("an expired envelope", &after));
    if subject.provider.capabilities().operation(Operation::Remind).is_usable() {
        let reminded = subject.provider.remind(id).await;
        expect(reminded.is_err_and(|error| error.kind() != ErrorKind::Unsupported), || {
            "somebody was reminded of what is over".to_owned()
        })?;
    }
    Ok(())
}
