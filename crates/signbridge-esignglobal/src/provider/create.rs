//! Creating an envelope: the files first, which may be repeated; then the one request that sends, which may not, or the
//! parts of a draft, which ask nobody.

use std::{io, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::StreamExt;
use md5::{Digest, Md5};
use signbridge_core::{
    Basis, CreateOptions, Envelope, EnvelopeStatus, Error, ErrorKind, IdempotencyKey, Prepared,
    PreparedDocument, Reach, Result, Retry, Source, State,
    once::{self, Intent},
    settings::is_protected,
};
use url::Url;

use super::{
    ESignGlobalProvider,
    sent::{Entry, Outcome, Sent},
    templates,
};
use crate::{
    PROVIDER,
    calls::{
        add_to_draft::{AddCopies, AddFiles, AddSigners, Filling},
        create_and_start::CreateAndStart,
        create_envelope::CreateEnvelope,
        get_upload_url::GetUploadUrl,
        put_file::PutFile,
    },
    check,
    wire::definition::{Definition, Setting},
};

const LOOK: &str = "look for it in eSignGlobal's web page, which shows what an app sent, or wait for a callback; only when it is not there send it again, with a new key";

/// Creates an envelope from a checked draft, and starts it unless it is to stay one. Without a key of the caller's one is made up, so that the
/// envelope is marked all the same.
pub(super) async fn create(
    provider: &ESignGlobalProvider,
    prepared: &Prepared,
    options: &CreateOptions,
) -> Result<Envelope> {
    let digest = prepared.draft.digest().await?;
    let key = options.key.clone().unwrap_or_else(IdempotencyKey::random);
    let mut entry = match &options.key {
        Some(key) => provider.sent.entry(key).await,
        None => Sent::unnamed().await,
    };
    if let Some(known) = &*entry {
        return repeated(provider, known, &key, &digest, options.draft).await;
    }
    let templates = templates::files(provider, &prepared.draft).await?;
    let mut documents = Vec::with_capacity(prepared.documents.len());
    for document in &prepared.documents {
        documents.push(upload(provider, document).await?);
    }
    // Counted only now: making and uploading the files took its time.
    let later = check::later(&prepared.draft, provider.session.clock.now())?;
    let intent = Intent { key: &key, digest: &digest, draft: options.draft };
    let setting = Setting { templates: &templates, documents: &documents, later, intent };
    let definition = Arc::new(Definition::new(&prepared.draft, setting)?);
    let known = |outcome| Some(Entry { digest: digest.clone(), draft: options.draft, outcome });
    if options.draft {
        let id = drafted(provider, definition).await?;
        *entry = known(Outcome::Envelope(id.clone()));
        let state = State::new(EnvelopeStatus::Draft, "0", Basis::Derived);
        return Ok(created(prepared, id, state, &key, &digest));
    }
    *entry = known(Outcome::Unknown);
    let call = CreateAndStart { api: Arc::clone(&provider.session.api), definition };
    match provider.session.client.run(&call).await {
        Ok(id) => {
            *entry = known(Outcome::Envelope(id.clone()));
            Ok(created(prepared, id, started(prepared), &key, &digest))
        }
        Err(error) if once::in_doubt(&error) => Err(unknown(error, &key)),
        Err(error) => {
            *entry = None;
            Err(error)
        }
    }
}

/// An empty draft, filled part by part. What breaks on the way leaves an incomplete one behind, which asks nobody.
async fn drafted(provider: &ESignGlobalProvider, definition: Arc<Definition>) -> Result<String> {
    let session = &provider.session;
    let api = || Arc::clone(&session.api);
    let create = CreateEnvelope { api: api(), definition: Arc::clone(&definition) };
    let envelope = session.client.run(&create).await?;
    let fill = async {
        let part = || Filling { api: api(), envelope: envelope.clone(), definition: Arc::clone(&definition) };
        session.client.run(&AddFiles(part())).await?;
        session.client.run(&AddSigners(part())).await?;
        if definition.has_copies() {
            session.client.run(&AddCopies(part())).await?;
        }
        Ok(())
    };
    match fill.await {
        Ok(()) => Ok(envelope),
        Err(error) => {
            let error: Error = error;
            Err(error
                .with_envelope_id(envelope)
                .with_remedy("create it again; the incomplete draft that stays behind asks nobody"))
        }
    }
}

/// The answer holds no more than the id; that it runs is what the call is documented to do. Which state an envelope has
/// that is sent later is not documented.
fn started(prepared: &Prepared) -> State {
    match prepared.draft.send_at {
        None => State::new(EnvelopeStatus::InProgress, "1", Basis::Derived),
        Some(_) => State::new(EnvelopeStatus::Processing, "", Basis::Derived),
    }
}

fn created(prepared: &Prepared, id: String, state: State, key: &IdempotencyKey, digest: &str) -> Envelope {
    let mut envelope = Envelope::new(PROVIDER, id, state);
    envelope.subject.clone_from(&prepared.draft.subject);
    envelope.metadata.clone_from(&prepared.draft.metadata);
    envelope.idempotency_key = Some(key.as_str().to_owned());
    envelope.digest = Some(digest.to_owned());
    envelope
}

/// A key that this process used before.
async fn repeated(
    provider: &ESignGlobalProvider,
    known: &Entry,
    key: &IdempotencyKey,
    digest: &str,
    draft: bool,
) -> Result<Envelope> {
    let conflict = |message: &str, remedy: &str| {
        Error::new(ErrorKind::KeyConflict, message)
            .with_provider(PROVIDER)
            .with_operation("create")
            .with_idempotency_key(key.as_str())
            .with_remedy(remedy)
    };
    if known.digest != digest {
        let remedy = "repeat it with the same draft, or use a new key";
        return Err(conflict("this idempotency key was used with another draft", remedy));
    }
    if known.draft != draft {
        let message = "this idempotency key was used for a draft here and for sending there";
        return Err(conflict(message, "use a new key"));
    }
    match &known.outcome {
        Outcome::Envelope(id) => Ok(provider.read(id).await?.envelope),
        Outcome::Unknown => Err(unknown(
            Error::new(ErrorKind::OutcomeUnknown, "an earlier call with this key ended in doubt"),
            key,
        )),
    }
}

/// eSignGlobal has no list and no search, so doubt cannot be settled by asking.
fn unknown(last: Error, key: &IdempotencyKey) -> Error {
    let message = format!("the envelope may have been sent, and eSignGlobal cannot be asked ({last})");
    Error::new(ErrorKind::OutcomeUnknown, message)
        .with_provider(PROVIDER)
        .with_operation("create")
        .with_idempotency_key(key.as_str())
        .with_reach(Reach::Maybe)
        .with_retry(Retry::IfNotSent)
        .with_remedy(LOOK)
        .with_source(last)
}

/// Uploads one document and gives its key. Everything here may be repeated; a file that no envelope names harms nobody.
async fn upload(provider: &ESignGlobalProvider, document: &PreparedDocument) -> Result<String> {
    let digest = md5(&*document.source).await.map_err(|error| {
        Error::new(ErrorKind::Io, format!("the document `{}` cannot be read: {error}", document.name))
            .with_provider(PROVIDER)
    })?;
    let session = &provider.session;
    let address =
        GetUploadUrl { api: Arc::clone(&session.api), file_name: document.name.clone(), md5: digest.clone() };
    let address = session.client.run(&address).await?;
    is_safe(&address.url.0)?;
    let put = PutFile { url: address.url, md5: digest, source: Arc::clone(&document.source) };
    session.files.run(&put).await?;
    Ok(address.file_key)
}

/// Base64 of the MD5 of a source, read in chunks.
async fn md5(source: &dyn Source) -> io::Result<String> {
    let mut digest = Md5::new();
    let mut chunks = source.open().await?;
    while let Some(chunk) = chunks.next().await {
        digest.update(&chunk?);
    }
    Ok(STANDARD.encode(digest.finalize()))
}

/// File hosts are eSignGlobal's to choose, but contracts travel encrypted or stay on this machine.
pub(super) fn is_safe(address: &str) -> Result<()> {
    if Url::parse(address).is_ok_and(|url| is_protected(&url)) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Unexpected, "eSignGlobal named a file address that is not https")
        .with_provider(PROVIDER)
        .with_remedy("ask eSignGlobal's support"))
}
