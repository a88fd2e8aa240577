//! Templates: made, listed, read, and sent from.

use signbridge_core::{
    CreateOptions, Draft, EnvelopeStatus, ErrorKind, IdempotencyKey, Operation, Recipient, Template,
    TemplateQuery,
};

use crate::{
    Act, Subject, Verdict,
    behaviours::{Outcome, create, expect, say, until},
    drafts::portable,
};

/// The role of the suite's template.
const ROLE: &str = "Signer";

pub(crate) async fn run(subject: &Subject, verdict: &mut Verdict) {
    let can = |operation| subject.provider.capabilities().operation(operation).is_usable();
    if !can(Operation::CreateTemplate) {
        if can(Operation::Templates) {
            verdict.add("templates are listed", listed(subject, None).await);
        }
        return;
    }
    let template = match made(subject).await {
        Ok(template) => {
            verdict.add("a template is made", Ok(()));
            template
        }
        Err(fault) => return verdict.add("a template is made", Err(fault)),
    };
    if can(Operation::Template) {
        verdict.add("a template is read with its roles", read(subject, &template).await);
    }
    if can(Operation::Templates) {
        verdict.add("templates are listed", listed(subject, Some(&template)).await);
        verdict.add("templates are found by name and page by page", searched(subject, &template).await);
    }
    if can(Operation::FromTemplate) {
        verdict.add("an envelope from a template is signed", from_template(subject, &template).await);
        if !template.roles.is_empty() {
            verdict.add("a template role left empty is refused", left_empty(subject, &template).await);
        }
    }
}

async fn made(subject: &Subject) -> Result<Template, String> {
    let mut draft = portable(subject, "template").await;
    draft.recipients.iter_mut().for_each(|recipient| recipient.template_role = Some(ROLE.to_owned()));
    let made = subject.provider.create_template(&draft).await.map_err(say)?;
    for _ in 0..40 {
        match subject.provider.template(&made.id).await {
            Ok(template) => return Ok(template),
            Err(error) if matches!(error.kind(), ErrorKind::NotReady | ErrorKind::NotFound) => {
                subject.stage.pass_time().await
            }
            Err(error) => return Err(say(error)),
        }
    }
    Err("it can never be read".to_owned())
}

async fn read(subject: &Subject, template: &Template) -> Outcome {
    let seen = subject.provider.template(&template.id).await.map_err(say)?;
    expect(seen.name == "Contract suite: template", || format!("its name is `{}`", seen.name))?;
    expect(seen.roles.is_empty() || seen.roles.iter().any(|role| role.name == ROLE), || {
        "its role is missing".to_owned()
    })
}

async fn listed(subject: &Subject, template: Option<&Template>) -> Outcome {
    for _ in 0..40 {
        let page = subject.provider.templates(&TemplateQuery::default()).await.map_err(say)?;
        if template.is_none_or(|template| page.items.iter().any(|item| item.id == template.id)) {
            return Ok(());
        }
        subject.stage.pass_time().await;
    }
    Err("it is not in the list".to_owned())
}

/// By a part of the name, and page by page.
async fn searched(subject: &Subject, template: &Template) -> Outcome {
    let mut query = TemplateQuery::default();
    query.name = Some("suite: temp".to_owned());
    let page = subject.provider.templates(&query).await.map_err(say)?;
    expect(page.items.iter().any(|own| own.id == template.id), || "its name does not find it".to_owned())?;
    query.name = Some("Nothing of this name".to_owned());
    let page = subject.provider.templates(&query).await.map_err(say)?;
    expect(page.items.is_empty(), || "another name finds it".to_owned())?;
    query.name = None;
    query.limit = Some(1);
    let mut seen = Vec::new();
    for _ in 0..20 {
        let page = subject.provider.templates(&query).await.map_err(say)?;
        expect(page.items.len() <= 1, || format!("{} on a page of one", page.items.len()))?;
        seen.extend(page.items.into_iter().map(|own| own.id));
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => break,
        }
    }
    let known = seen.iter().collect::<std::collections::BTreeSet<_>>().len();
    expect(known == seen.len() && seen.contains(&template.id), || {
        "pages do not follow one another".to_owned()
    })
}

fn draft(template: &Template, recipient: Recipient) -> Draft {
    Draft::new("Contract suite: from a template")
        .template(&template.id)
        .recipient(recipient)
        .expires_after_days(30)
}

async fn from_template(subject: &Subject, template: &Template) -> Outcome {
    let signer = subject.signer().template_role(ROLE);
    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let envelope = create(subject, &draft(template, signer), &options).await.map_err(say)?;
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::InProgress).await?;
    subject.stage.act(&envelope.id, subject.email(), Act::Sign).await?;
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::Completed).await.map(drop)
}

async fn left_empty(subject: &Subject, template: &Template) -> Outcome {
    let somebody = Recipient::signer("Bob Ray", "bob.ray@example.com").template_role("Nobody's role");
    match create(subject, &draft(template, somebody), &CreateOptions::sent()).await {
        Ok(_) => Err("it was sent".to_owned()),
        Err(error) => {
            expect(error.kind() == ErrorKind::InvalidDraft, || format!("{}: {error}", error.kind()))
        }
    }
}
