//! Each operation that is claimed, prepared so that it can be done.

use std::{future::Future, pin::Pin};

use bytes::Bytes;
use http::Request;
use serde_json::Value;
use signbridge_core::EnvelopeStatus;
use signbridge_core::{
    Correction, CreateOptions, Document, Draft, Error, ErrorKind, IdempotencyKey, ListQuery, Operation,
    RecipientChange, SigningLinkRequest, TemplateQuery, What,
};

use crate::{
    Act, Subject,
    behaviours::{create, say, sent, until},
    drafts::{pdf, portable, with},
    observed::{download, json, link},
    wire,
};

type Answered<'a> = Pin<Box<dyn Future<Output = Result<Value, Error>> + Send + 'a>>;

/// An operation that can be done again and again, because nobody hears of it.
pub(super) struct Scene<'a> {
    pub(super) name: &'static str,
    /// Scenes of one group read the same kind of answer in different states.
    pub(super) group: &'static str,
    pub(super) call: Box<dyn Fn() -> Answered<'a> + Send + Sync + 'a>,
}

fn scene<'a, F, G>(name: &'static str, call: F) -> Scene<'a>
where
    F: Fn() -> G + Send + Sync + 'a,
    G: Future<Output = Result<Value, Error>> + Send + 'a,
{
    let group = if name.starts_with("get") { "get" } else { name };
    Scene { name, group, call: Box::new(move || Box::pin(call())) }
}

/// All scenes in their order, and what could not be prepared.
pub(super) async fn scenes(subject: &Subject) -> (Vec<Scene<'_>>, Vec<String>) {
    let mut missing = Vec::new();
    let mut scenes = Vec::new();
    for prepared in [readings(subject).await, changes(subject).await, templates(subject).await] {
        match prepared {
            Ok(prepared) => scenes.extend(prepared),
            Err(fault) => missing.push(fault),
        }
    }
    scenes.extend(creations(subject).await);
    (scenes, missing)
}

async fn creations(subject: &Subject) -> Vec<Scene<'_>> {
    let provider = &*subject.plain;
    let mut draft = portable(subject, "rehearsed").await;
    draft.documents.push(Document::from_bytes("annex.pdf", pdf()));
    let marked = draft.clone().metadata("case", "42-a");
    let sendable = provider.check(&marked).await.is_ok_and(|report| report.is_sendable());
    let draft = if sendable { marked } else { draft };
    let mut scenes = Vec::new();
    for (name, options, with_key) in [
        ("create", CreateOptions::sent(), false),
        ("create with a key", CreateOptions::sent(), true),
        ("create a draft", CreateOptions::draft(), false),
    ] {
        let operation = if options.draft { Operation::CreateDraft } else { Operation::CreateSent };
        if can(subject, operation) {
            let draft = draft.clone();
            scenes.push(scene(name, move || {
                let (draft, mut options) = (draft.clone(), options.clone());
                // A new one each time: an adapter may remember what it did with the one before.
                options.key = with_key.then(IdempotencyKey::random);
                async move { provider.create(&draft, &options).await.map(|created| json(&created)) }
            }));
        }
    }
    scenes
}

fn can(subject: &Subject, operation: Operation) -> bool {
    subject.provider.capabilities().operation(operation).is_usable()
}

async fn readings(subject: &Subject) -> Result<Vec<Scene<'_>>, String> {
    let provider = &*subject.plain;
    let open = sent(subject, "rehearsed, open").await?;
    let declined = sent(subject, "rehearsed, declined").await?;
    subject.stage.act(&declined.id, subject.email(), Act::Decline("too late")).await?;
    until(subject, &declined.id, |status| *status == EnvelopeStatus::Declined).await?;
    let done = sent(subject, "rehearsed, signed").await?;
    subject.stage.act(&done.id, subject.email(), Act::Sign).await?;
    until(subject, &done.id, |status| *status == EnvelopeStatus::Completed).await?;
    let mut scenes = Vec::new();
    for (name, id) in
        [("get an open one", open.id), ("get a declined one", declined.id), ("get", done.id.clone())]
    {
        scenes.push(scene(name, move || {
            let id = id.clone();
            async move { provider.get(&id).await.map(|seen| json(&seen)) }
        }));
    }
    if let Some(path) = subject.stage.path(&done.id) {
        scenes.push(scene("raw", move || {
            let request = Request::builder().uri(path.as_str()).body(Bytes::new());
            async move {
                let request = request.map_err(|_| Error::new(ErrorKind::InvalidInput, "no request"))?;
                let answer = provider.raw(request).await?;
                Ok(serde_json::json!([answer.status().as_u16(), answer.body().len()]))
            }
        }));
    }
    let mut files = vec![
        ("download_combined", Operation::DownloadCombined, What::Combined),
        ("download_archive", Operation::DownloadArchive, What::Archive),
        ("download_certificate", Operation::DownloadCertificate, What::Certificate),
    ];
    let id = done.id;
    if can(subject, Operation::Documents) {
        let documents = provider.documents(&id).await.map_err(say)?;
        let first = documents.into_iter().find(|document| document.content);
        let file = |id| ("download_document", Operation::DownloadDocument, What::Document(id));
        files.extend(first.map(|document| file(document.id)));
        let id = id.clone();
        scenes.push(scene("documents", move || {
            let id = id.clone();
            async move { provider.documents(&id).await.map(|documents| json(&documents)) }
        }));
    }
    for (name, _, what) in files.into_iter().filter(|(_, operation, _)| can(subject, *operation)) {
        let id = id.clone();
        scenes.push(scene(name, move || {
            let (id, what) = (id.clone(), what.clone());
            async move {
                let file = provider.download(&id, &what).await?;
                let head = download(&file);
                let bytes = wire::whole(http::Response::new(file.chunks)).await;
                Ok(serde_json::json!([head, bytes.is_ok_and(|bytes| !bytes.body().is_empty())]))
            }
        }));
    }
    if can(subject, Operation::Audit) {
        let id = id.clone();
        scenes.push(scene("audit", move || {
            let id = id.clone();
            async move { provider.audit(&id).await.map(|events| json(&events)) }
        }));
    }
    if can(subject, Operation::FormData) {
        scenes.push(scene("form_data", move || {
            let id = id.clone();
            async move { provider.form_data(&id).await.map(|values| json(&values)) }
        }));
    }
    if can(subject, Operation::List) {
        scenes.push(scene("list", move || async move {
            let mut query = ListQuery::default();
            query.limit = Some(2);
            let page = provider.list(&query).await?;
            Ok(serde_json::json!({ "items": page.items, "next": page.next.is_some() }))
        }));
    }
    if can(subject, Operation::Find) {
        let key = IdempotencyKey::random();
        let draft = portable(subject, "rehearsed, found").await;
        create(subject, &draft, &CreateOptions::sent().key(key.clone())).await.map_err(say)?;
        // An index that lags is allowed to.
        for _ in 0..10 {
            subject.stage.pass_time().await;
        }
        scenes.push(scene("find", move || {
            let key = key.clone();
            async move { provider.find(&key).await.map(|found| json(&found)) }
        }));
    }
    if can(subject, Operation::Quota) {
        scenes.push(scene("quota", move || async move { provider.quota().await.map(|quota| json(&quota)) }));
    }
    Ok(scenes)
}

async fn changes(subject: &Subject) -> Result<Vec<Scene<'_>>, String> {
    let provider = &*subject.plain;
    let mut scenes = Vec::new();
    if can(subject, Operation::SigningLink) {
        let mut draft = with(subject, "rehearsed, embedded", subject.signer().embedded()).await;
        draft.return_url = "https://app.example/done".parse().ok();
        let options = CreateOptions::sent().key(IdempotencyKey::random());
        let id = create(subject, &draft, &options).await.map_err(say)?.id;
        until(subject, &id, |status| *status == EnvelopeStatus::InProgress).await?;
        let email = subject.email().to_owned();
        scenes.push(scene("signing_link", move || {
            let (id, request) = (id.clone(), SigningLinkRequest::new(&email));
            async move { provider.signing_link(&id, &request).await.map(|own| link(&own)) }
        }));
    }
    if can(subject, Operation::CreateDraft) {
        let options = CreateOptions::draft().key(IdempotencyKey::random());
        let draft = portable(subject, "rehearsed draft").await;
        let id = create(subject, &draft, &options).await.map_err(say)?.id;
        until(subject, &id, |status| *status != EnvelopeStatus::Processing).await?;
        if can(subject, Operation::SenderView) {
            let id = id.clone();
            scenes.push(scene("sender_view", move || {
                let id = id.clone();
                async move {
                    let back = "https://app.example/done".parse();
                    let back = back.map_err(|_| Error::new(ErrorKind::InvalidInput, "no address"))?;
                    provider.sender_view(&id, &back).await.map(|own| link(&own))
                }
            }));
        }
        if can(subject, Operation::Send) {
            scenes.push(scene("send", move || {
                let id = id.clone();
                async move { provider.send(&id).await.map(|sent| json(&sent)) }
            }));
        }
        if can(subject, Operation::DeleteDraft) {
            let draft = portable(subject, "rehearsed draft, deleted").await;
            let options = CreateOptions::draft().key(IdempotencyKey::random());
            let id = create(subject, &draft, &options).await.map_err(say)?.id;
            until(subject, &id, |status| *status != EnvelopeStatus::Processing).await?;
            scenes.push(scene("delete_draft", move || {
                let id = id.clone();
                async move { provider.delete_draft(&id).await.map(|()| Value::Null) }
            }));
        }
    }
    if can(subject, Operation::Correct) {
        let id = sent(subject, "rehearsed, corrected").await?.id;
        let email = subject.email().to_owned();
        scenes.push(scene("correct", move || {
            let id = id.clone();
            let change = RecipientChange::of(&email).name("Ann Ray").email("ann.ray@example.com");
            async move {
                provider
                    .correct(&id, &Correction::new().change(change))
                    .await
                    .map(|corrected| json(&corrected))
            }
        }));
    }
    let id = sent(subject, "rehearsed, stopped").await?.id;
    if can(subject, Operation::Remind) {
        // A provider may want an hour between its mail and the reminder.
        for _ in 0..400 {
            subject.stage.pass_time().await;
        }
        let id = id.clone();
        scenes.push(scene("remind", move || {
            let id = id.clone();
            async move { provider.remind(&id).await.map(|()| Value::Null) }
        }));
    }
    scenes.push(scene("void", move || {
        let id = id.clone();
        async move { provider.void(&id, "wrong price").await.map(|voided| json(&voided)) }
    }));
    if can(subject, Operation::Purge) {
        let id = sent(subject, "rehearsed, purged").await?.id;
        subject.stage.act(&id, subject.email(), Act::Sign).await?;
        until(subject, &id, |status| *status == EnvelopeStatus::Completed).await?;
        scenes.push(scene("purge", move || {
            let id = id.clone();
            async move { provider.purge(&id).await.map(|()| Value::Null) }
        }));
    }
    Ok(scenes)
}

async fn templates(subject: &Subject) -> Result<Vec<Scene<'_>>, String> {
    let provider = &*subject.plain;
    let mut scenes = Vec::new();
    if can(subject, Operation::Templates) {
        scenes.push(scene("templates", move || async move {
            let page = provider.templates(&TemplateQuery::default()).await?;
            Ok(serde_json::json!({ "items": page.items, "next": page.next.is_some() }))
        }));
    }
    if can(subject, Operation::CreateTemplate) {
        let mut draft = portable(subject, "rehearsed template").await;
        draft.recipients.iter_mut().for_each(|own| own.template_role = Some("Signer".to_owned()));
        let id = provider.create_template(&draft).await.map_err(say)?.id;
        for _ in 0..40 {
            if provider.template(&id).await.is_ok() {
                break;
            }
            subject.stage.pass_time().await;
        }
        if can(subject, Operation::FromTemplate) {
            let draft = Draft::new("Contract suite: rehearsed from a template")
                .template(&id)
                .recipient(subject.signer().template_role("Signer"))
                .document(Document::from_bytes("annex.pdf", pdf()))
                .expires_after_days(30);
            let mut alone = draft.clone();
            alone.documents.clear();
            for (name, draft) in [("from_template", alone), ("from_template with a document", draft)] {
                if provider.check(&draft).await.is_ok_and(|report| report.is_sendable()) {
                    scenes.push(scene(name, move || {
                        let draft = draft.clone();
                        async move {
                            provider.create(&draft, &CreateOptions::sent()).await.map(|made| json(&made))
                        }
                    }));
                }
            }
        }
        scenes.push(scene("create_template", move || {
            let draft = draft.clone();
            async move { provider.create_template(&draft).await.map(|made| json(&made)) }
        }));
        if can(subject, Operation::Template) {
            scenes.push(scene("template", move || {
                let id = id.clone();
                async move { provider.template(&id).await.map(|template| json(&template)) }
            }));
        }
    }
    Ok(scenes)
}
