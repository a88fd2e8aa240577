//! What a claimed capability buys: its behaviour, seen through the provider and on the stage.

use signbridge_core::{
    Addressee, CreateOptions, Download, Draft, Envelope, EnvelopeStatus, Error, ErrorKind, IdempotencyKey,
    ListQuery, Operation, SigningLinkRequest, What,
};

use crate::{
    Act, Subject, Verdict,
    drafts::{portable, with},
};

pub(crate) type Outcome = Result<(), String>;

/// Without these an adapter is none.
const MANDATORY: [Operation; 4] =
    [Operation::CreateSent, Operation::Get, Operation::Void, Operation::DownloadCombined];

pub(crate) async fn run(subject: &Subject, verdict: &mut Verdict) {
    let can = |operation| subject.provider.capabilities().operation(operation).is_usable();
    for operation in MANDATORY {
        let claimed = if can(operation) { Ok(()) } else { Err("every adapter has to claim it".to_owned()) };
        verdict.core(format!("`{operation}` is claimed"), claimed);
    }
    verdict.core("a signed envelope is completed and downloaded", signed(subject, &can).await);
    verdict.core("a declined envelope says so, with the reason", declined(subject).await);
    verdict.core("a voided envelope is stopped", voided(subject).await);
    verdict.core("an unknown id is not found", unknown(subject).await);
    if can(Operation::CreateDraft) && can(Operation::Send) {
        verdict.add("a draft asks nobody until it is sent", drafted(subject).await);
    }
    if can(Operation::Find) {
        verdict.add("one key is one envelope and one draft", once(subject).await);
    }
    if can(Operation::List) {
        verdict.add("a list holds what was sent", listed(subject).await);
    }
    if can(Operation::Remind) {
        verdict.add("somebody can be reminded", reminded(subject).await);
    }
    if can(Operation::RemindOne) {
        verdict.add("one recipient can be reminded", reminded_alone(subject).await);
    }
    if can(Operation::SigningLink) {
        verdict.add("an embedded signer gets a link", linked(subject).await);
    }
}

pub(crate) fn say(error: Error) -> String {
    error.to_string()
}

pub(crate) fn expect(good: bool, message: impl FnOnce() -> String) -> Outcome {
    if good { Ok(()) } else { Err(message()) }
}

/// Creates an envelope. A provider that prepares documents first may ask to repeat the call with the same key.
pub(crate) async fn create(
    subject: &Subject,
    draft: &Draft,
    options: &CreateOptions,
) -> Result<Envelope, Error> {
    for _ in 0..40 {
        match subject.provider.create(draft, options).await {
            Err(error) if error.kind() == ErrorKind::NotReady => subject.stage.pass_time().await,
            outcome => return outcome,
        }
    }
    subject.provider.create(draft, options).await
}

pub(crate) async fn sent(subject: &Subject, name: &str) -> Result<Envelope, String> {
    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let envelope = create(subject, &portable(subject, name).await, &options).await.map_err(say)?;
    until(subject, &envelope.id, |status| *status != EnvelopeStatus::Processing).await
}

/// Looks until the envelope is where it should be, letting time pass between the looks.
pub(crate) async fn until(
    subject: &Subject,
    id: &str,
    good: impl Fn(&EnvelopeStatus) -> bool,
) -> Result<Envelope, String> {
    let mut last = String::new();
    for _ in 0..40 {
        match subject.provider.get(id).await {
            Ok(envelope) if good(&envelope.status) => return Ok(envelope),
            Ok(envelope) => last = format!("the envelope stays {}", envelope.status),
            Err(error) if matches!(error.kind(), ErrorKind::NotReady | ErrorKind::RateLimited) => {
                last = say(error)
            }
            Err(error) => return Err(say(error)),
        }
        subject.stage.pass_time().await;
    }
    Err(last)
}

async fn signed(subject: &Subject, can: &impl Fn(Operation) -> bool) -> Outcome {
    let envelope = sent(subject, "signed").await?;
    expect(envelope.status == EnvelopeStatus::InProgress, || {
        format!("after sending it is {}", envelope.status)
    })?;
    expect(envelope.recipient(subject.email()).is_some(), || {
        "the signer is not among the recipients".to_owned()
    })?;
    subject.stage.act(&envelope.id, subject.email(), Act::Sign).await?;
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::Completed).await?;
    for (operation, what, magic) in [
        (Operation::DownloadCombined, What::Combined, &b"%PDF"[..]),
        (Operation::DownloadArchive, What::Archive, b"PK"),
        (Operation::DownloadCertificate, What::Certificate, b"%PDF"),
    ] {
        if can(operation) {
            let bytes = downloaded(subject, &envelope.id, &what)
                .await
                .map_err(|fault| format!("{operation}: {fault}"))?;
            expect(bytes.starts_with(magic), || {
                format!("{operation} begins with other bytes than such a file")
            })?;
        }
    }
    if can(Operation::Documents) {
        let documents = subject.provider.documents(&envelope.id).await.map_err(say)?;
        let content =
            documents.iter().find(|document| document.content).ok_or("the documents are missing")?;
        if can(Operation::DownloadDocument) {
            downloaded(subject, &envelope.id, &What::Document(content.id.clone())).await?;
        }
    }
    if can(Operation::Audit) {
        let events = subject.provider.audit(&envelope.id).await.map_err(say)?;
        expect(!events.is_empty(), || "the audit trail is empty".to_owned())?;
    }
    Ok(())
}

pub(crate) async fn downloaded(subject: &Subject, id: &str, what: &What) -> Result<Vec<u8>, String> {
    for _ in 0..40 {
        match subject.provider.download(id, what).await {
            Ok(download) => return read(download).await,
            Err(error) if error.kind() == ErrorKind::NotReady => subject.stage.pass_time().await,
            Err(error) => return Err(say(error)),
        }
    }
    Err("it never becomes ready".to_owned())
}

async fn read(download: Download) -> Result<Vec<u8>, String> {
    let (mut chunks, mut bytes) = (download.chunks, Vec::new());
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk.map_err(|error| error.to_string())?);
    }
    let whole = download.length.is_none_or(|length| length == bytes.len() as u64);
    expect(whole, || "other bytes than announced".to_owned()).map(|()| bytes)
}

async fn declined(subject: &Subject) -> Outcome {
    let envelope = sent(subject, "declined").await?;
    subject.stage.act(&envelope.id, subject.email(), Act::Decline("too expensive")).await?;
    let ended = until(subject, &envelope.id, |status| *status != EnvelopeStatus::InProgress).await?;
    expect(ended.status == EnvelopeStatus::Declined, || format!("it is {}", ended.status))?;
    let recipient = ended.recipient(subject.email()).and_then(|recipient| recipient.declined_reason.clone());
    let reason = ended.state.reason.or(recipient).unwrap_or_default();
    expect(reason.contains("too expensive"), || format!("the reason is `{reason}`"))
}

async fn voided(subject: &Subject) -> Outcome {
    let envelope = sent(subject, "voided").await?;
    subject.provider.void(&envelope.id, "wrong price").await.map_err(say)?;
    for _ in 0..40 {
        match subject.provider.get(&envelope.id).await {
            Ok(seen) if seen.status == EnvelopeStatus::Voided => return Ok(()),
            // Where a stopped envelope cannot be read any more, this is how it shows.
            Err(error) if error.kind() == ErrorKind::Gone => return Ok(()),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::NotReady | ErrorKind::RateLimited) => {}
            Err(error) => return Err(say(error)),
        }
        subject.stage.pass_time().await;
    }
    Err("it is not voided".to_owned())
}

/// Where a provider publishes no codes, the adapter cannot tell an unknown id from another wrong input.
async fn unknown(subject: &Subject) -> Outcome {
    match subject.provider.get("00000000-0000-4000-8000-00000000dead").await {
        Ok(_) => Err("an envelope was given".to_owned()),
        Err(error) => expect(
            matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Gone | ErrorKind::InvalidInput),
            || format!("{}: {error}", error.kind()),
        ),
    }
}

async fn drafted(subject: &Subject) -> Outcome {
    let draft = portable(subject, "draft").await;
    let options = CreateOptions::draft().key(IdempotencyKey::random());
    let envelope = create(subject, &draft, &options).await.map_err(say)?;
    let seen = until(subject, &envelope.id, |status| *status != EnvelopeStatus::Processing).await?;
    expect(seen.status == EnvelopeStatus::Draft, || format!("it is {}", seen.status))?;
    expect(subject.stage.act(&envelope.id, subject.email(), Act::Sign).await.is_err(), || {
        "a draft was signed".to_owned()
    })?;
    subject.provider.send(&envelope.id).await.map_err(say)?;
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::InProgress).await.map(drop)
}

async fn once(subject: &Subject) -> Outcome {
    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let draft = portable(subject, "once").await;
    let first = create(subject, &draft, &options).await.map_err(say)?;
    // An index that lags is allowed to.
    for _ in 0..10 {
        subject.stage.pass_time().await;
    }
    let second = create(subject, &draft, &options).await.map_err(say)?;
    expect(first.id == second.id, || "the same key gave two envelopes".to_owned())?;
    match create(subject, &draft.expires_after_days(31), &options).await {
        Ok(_) => Err("another draft was accepted under the same key".to_owned()),
        Err(error) => expect(error.kind() == ErrorKind::KeyConflict, || format!("{}: {error}", error.kind())),
    }
}

async fn listed(subject: &Subject) -> Outcome {
    let envelope = sent(subject, "listed").await?;
    for _ in 0..40 {
        let page = subject.provider.list(&ListQuery::default()).await;
        match page {
            Ok(page) if page.items.iter().any(|item| item.id == envelope.id) => return Ok(()),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::NotReady | ErrorKind::RateLimited) => {}
            Err(error) => return Err(say(error)),
        }
        subject.stage.pass_time().await;
    }
    Err("it is not in the list".to_owned())
}

async fn reminded(subject: &Subject) -> Outcome {
    let envelope = sent(subject, "reminded").await?;
    in_time(subject, async || subject.provider.remind(&envelope.id).await).await
}

async fn reminded_alone(subject: &Subject) -> Outcome {
    let envelope = sent(subject, "reminded alone").await?;
    let ann = Addressee::new(subject.email());
    in_time(subject, async || subject.provider.remind_one(&envelope.id, &ann).await).await?;
    let nobody = Addressee::new("nobody@example.com");
    let error = in_time(subject, async || subject.provider.remind_one(&envelope.id, &nobody).await).await;
    expect(error.is_err(), || "somebody who takes no part was reminded".to_owned())
}

async fn in_time(subject: &Subject, remind: impl AsyncFn() -> signbridge_core::Result<()>) -> Outcome {
    for _ in 0..4000 {
        match remind().await {
            // A provider may want an hour between its mail and the reminder.
            Err(error) if matches!(error.kind(), ErrorKind::NotReady | ErrorKind::RateLimited) => {
                subject.stage.pass_time().await
            }
            outcome => return outcome.map_err(say),
        }
    }
    Err("it is never time to remind".to_owned())
}

async fn linked(subject: &Subject) -> Outcome {
    let mut draft = with(subject, "embedded", subject.signer().embedded()).await;
    draft.return_url = "https://app.example/done".parse().ok();
    let options = CreateOptions::sent().key(IdempotencyKey::random());
    let envelope = create(subject, &draft, &options).await.map_err(say)?;
    until(subject, &envelope.id, |status| *status == EnvelopeStatus::InProgress).await?;
    for _ in 0..40 {
        match subject.provider.signing_link(&envelope.id, &SigningLinkRequest::new(subject.email())).await {
            Ok(link) => return expect(!format!("{link:?}").contains("://"), || "the link prints".to_owned()),
            Err(error) if error.kind() == ErrorKind::NotReady => subject.stage.pass_time().await,
            Err(error) => return Err(say(error)),
        }
    }
    Err("the link never becomes ready".to_owned())
}
