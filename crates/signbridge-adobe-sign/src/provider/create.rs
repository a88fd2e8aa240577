//! Creating an agreement: files first, then a draft that carries key and digest, its placed fields, and last the step
//! to sent, which names the version it means.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use signbridge_core::{
    Basis, Clock, CreateOptions, Envelope, EnvelopeStatus, Error, ErrorKind, IdempotencyKey, Prepared,
    Provider, Reach, Result, Severity, State,
    once::{self, Intent, OnceSteps},
};

use super::AdobeSignProvider;
use crate::{
    PROVIDER,
    calls::{
        create_agreement::{CreateAgreement, Created},
        create_transient_document::{CreateTransientDocument, boundary},
    },
    check::ANCHORED_DRAFT,
    config::Tier,
    wire::{
        agreement::{InitialState, NewAgreement},
        fields,
    },
};

/// Creates an agreement from a checked draft. Without a key of the caller's one is made up, so that an unknown outcome
/// can be settled all the same.
pub(super) async fn create(
    provider: &AdobeSignProvider,
    prepared: Prepared,
    options: &CreateOptions,
) -> Result<Envelope> {
    let drafted = options.draft || options.key.is_some();
    if drafted && fields::are_anchored(&prepared.draft) && !provider.allows(ANCHORED_DRAFT) {
        return Err(anchored_draft(prepared));
    }
    let digest = prepared.draft.digest().await?;
    let key = options.key.clone().unwrap_or_else(IdempotencyKey::random);
    let intent = Intent { key: &key, digest: &digest, draft: options.draft };
    let placed = fields::are_placed(&prepared.draft);
    let steps = Steps { provider, prepared, placed, intent, known: Mutex::default() };
    if options.key.is_some() {
        let clock = Arc::clone(&provider.session.parts().clock);
        once::create(&steps, &*clock, intent).await
    } else {
        steps.create_at_once().await
    }
}

/// The refusal of anchors where a draft would have to keep them.
fn anchored_draft(prepared: Prepared) -> Error {
    let mut report = signbridge_core::Report::new(PROVIDER);
    for (index, place, _) in prepared.draft.fields() {
        report.add(
            Severity::Unverified,
            format!("recipients[{index}].fields[{place}].placement.anchor"),
            format!(
                "whether a draft keeps anchors is not documented; give the field a place, send without a key, or \
                 accept the risk by allow_unverified = [\"{ANCHORED_DRAFT}\"]"
            ),
        );
    }
    match report.into_result() {
        Err(error) => error,
        Ok(()) => Error::new(ErrorKind::Unsupported, "anchors in a draft").with_provider(PROVIDER),
    }
}

impl AdobeSignProvider {
    /// Uploads the documents; their ids in their order.
    pub(super) async fn uploads(&self, prepared: &Prepared) -> Result<Vec<String>> {
        let mut uploads = Vec::with_capacity(prepared.documents.len());
        for document in &prepared.documents {
            let boundary = boundary();
            let upload = |point| CreateTransientDocument {
                point,
                document: document.clone(),
                boundary: Arc::clone(&boundary),
            };
            // An upload makes nothing yet: its doubt is none of the creation's.
            let uploaded = self.session.run(upload).await.map_err(|error| error.with_reach(Reach::No))?;
            uploads.push(uploaded);
        }
        Ok(uploads)
    }
}

struct Steps<'a> {
    provider: &'a AdobeSignProvider,
    prepared: Prepared,
    /// Whether fields are placed, so that the agreement passes through authoring.
    placed: bool,
    intent: Intent<'a>,
    known: Mutex<Known>,
}

/// What is known of the agreements made or completed here.
#[derive(Default)]
struct Known {
    /// The agreements and their versions as they were last seen: to ask for a version again costs a read, of which
    /// most plans allow one in ten minutes.
    versions: HashMap<String, String>,
    /// The drafts whose placed fields are set.
    complete: HashSet<String>,
}

/// When a doubtful creation is looked for. The index lags, and most plans allow one look in ten minutes, so not finding
/// it proves nothing.
const LOOK: Duration = Duration::from_secs(10);

impl Steps<'_> {
    /// One creation. Doubt is looked into, never repeated.
    async fn create_at_once(&self) -> Result<Envelope> {
        let at_once = !self.intent.draft && !self.placed;
        let state = if at_once { InitialState::InProcess } else { self.drafted_state() };
        let created = match self.create(state).await {
            Ok(created) => created,
            Err(error) if once::in_doubt(&error) => return self.look(error).await,
            Err(error) => return Err(error),
        };
        let id = created.id;
        let finished = async {
            self.complete(&id).await?;
            match (self.intent.draft, at_once) {
                (true, _) => self.get(&id).await,
                (false, true) => Ok(super::accepted(&id)),
                (false, false) => self.provider.send(&id).await,
            }
        };
        finished.await.map_err(|error| self.named(error, &id))
    }

    async fn look(&self, doubt: Error) -> Result<Envelope> {
        self.clock().sleep(LOOK).await;
        if let Ok(Some(found)) = self.provider.find(self.intent.key).await {
            return Ok(found);
        }
        Err(Error::new(
            ErrorKind::OutcomeUnknown,
            format!("whether the agreement was created is unknown ({doubt})"),
        )
        .with_provider(PROVIDER)
        .with_operation("create")
        .with_reach(Reach::Maybe)
        .with_idempotency_key(self.intent.key.as_str())
        .with_remedy(format!(
            "look for it later by its external id `{}`: Adobe's index may lag, so do not send again before",
            self.intent.key
        ))
        .with_source(doubt))
    }

    fn drafted_state(&self) -> InitialState {
        if self.placed { InitialState::Authoring } else { InitialState::Draft }
    }

    async fn create(&self, state: InitialState) -> Result<Created> {
        let session = &self.provider.session;
        let uploads = self.provider.uploads(&self.prepared).await?;
        let (key, digest) = (self.intent.key, self.intent.digest);
        let agreement = NewAgreement::new(&self.prepared, state, key, digest, uploads, self.clock().now())?;
        let agreement = Arc::new(agreement);
        session.run(|point| CreateAgreement { point, agreement: Arc::clone(&agreement) }).await
    }

    fn clock(&self) -> &dyn Clock {
        &*self.provider.session.parts().clock
    }

    fn named(&self, error: Error, id: &str) -> Error {
        error.with_envelope_id(id).with_idempotency_key(self.intent.key.as_str())
    }

    /// The draft that was made just now, without another read.
    fn made(&self, id: &str) -> Envelope {
        let state = if self.placed { "AUTHORING" } else { "DRAFT" };
        let mut envelope =
            Envelope::new(PROVIDER, id, State::new(EnvelopeStatus::Draft, state, Basis::Derived));
        envelope.subject.clone_from(&self.prepared.draft.subject);
        envelope.idempotency_key = Some(self.intent.key.to_string());
        envelope.digest = Some(self.intent.digest.to_owned());
        envelope
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the placed fields of a draft of ours, once. Setting them again would change nothing.
    async fn complete(&self, id: &str) -> Result<()> {
        if !self.placed || self.known().complete.contains(id) {
            return Ok(());
        }
        self.provider.place_fields(id, &self.prepared).await.map_err(|error| self.named(error, id))?;
        self.known().complete.insert(id.to_owned());
        Ok(())
    }

    /// What carries the key. Whether an agreement in preparation is a draft is waited for.
    async fn marked(&self) -> Result<Vec<Envelope>> {
        let mut all = Vec::new();
        for found in self.provider.marked(self.intent.key).await? {
            let (envelope, etag) = self.provider.settled(found).await?;
            let ours = envelope.digest.as_deref() == Some(self.intent.digest);
            if self.intent.draft && ours && envelope.status == EnvelopeStatus::Draft {
                self.complete(&envelope.id).await?;
            }
            self.known().versions.extend(etag.map(|etag| (envelope.id.clone(), etag)));
            all.push(envelope);
        }
        Ok(all)
    }
}

#[async_trait]
impl OnceSteps for Steps<'_> {
    async fn create_draft(&self) -> Result<Envelope> {
        let Created { id, etag } = self.create(self.drafted_state()).await?;
        if !self.placed {
            self.known().versions.extend(etag.map(|etag| (id.clone(), etag)));
        }
        // The agreement exists: what fails now is not the creation, and the same key takes it up again.
        self.complete(&id).await.map_err(|error| error.with_reach(Reach::No))?;
        Ok(self.made(&id))
    }

    async fn earlier(&self) -> Result<Vec<Envelope>> {
        self.marked().await
    }

    /// A second equal look within minutes is allowed by the better tier only; by the other one nothing new would be
    /// told, only refused. A spare draft harms nobody.
    async fn recent(&self) -> Result<Vec<Envelope>> {
        match self.provider.session.config.tier {
            Tier::Enterprise => self.marked().await,
            Tier::Standard => Ok(Vec::new()),
        }
    }

    async fn send(&self, id: &str) -> Result<Envelope> {
        self.complete(id).await?;
        let version = self.known().versions.remove(id);
        self.provider.send_version(id, version).await?;
        let accepted = super::accepted(id);
        let mut envelope = self.made(id);
        (envelope.status, envelope.state) = (accepted.status, accepted.state);
        Ok(envelope)
    }

    async fn get(&self, id: &str) -> Result<Envelope> {
        let read = self.provider.read_version(id).await?;
        self.provider.settled(read).await.map(|(envelope, _)| envelope)
    }
}
