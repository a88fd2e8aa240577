//! Creating an envelope: one request where it fits, a draft and its documents one by one where it does not; once.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use signbridge_core::{
    Basis, CreateOptions, Envelope, Error, ErrorKind, IdempotencyKey, Prepared, Provider, Reach, Result,
    once::{self, Intent, OnceSteps},
};
use uuid::Uuid;

use super::{DocuSignProvider, identification, templates};
use crate::{
    PROVIDER,
    calls::{
        add_custom_fields::AddCustomFields,
        add_tabs::AddTabs,
        create_envelope::{CreateEnvelope, REQUEST_BYTES},
        put_document::PutDocument,
    },
    wire::{
        definition::{self, Creation, EnvelopeDefinition},
        filling::Filling,
        identity::Identification,
        marks::{self, CustomFields},
        status,
    },
};

/// Creates an envelope from a checked draft. Without a key of the caller's one is made up, so that an unknown outcome
/// can be settled all the same.
pub(super) async fn create(
    provider: &DocuSignProvider,
    prepared: Prepared,
    options: &CreateOptions,
) -> Result<Envelope> {
    let digest = prepared.draft.digest().await?;
    let key = options.key.clone().unwrap_or_else(IdempotencyKey::random);
    let intent = Intent { key: &key, digest: &digest, draft: options.draft };
    let filling = templates::filling(provider, &prepared.draft).await?;
    let identification = identification::of_draft(provider, &prepared.draft).await?;
    let steps = Steps { provider, prepared: Arc::new(prepared), filling, identification, intent };
    let whole = steps.whole(!options.draft).await?;
    let outcome = match options.key {
        // One request can be trusted with an envelope only if it holds the whole of it.
        None if whole.length()? <= REQUEST_BYTES => steps.create_at_once(whole).await,
        _ => once::create(&steps, &*provider.session.parts().clock, intent).await,
    };
    outcome.map_err(|error| error.with_provider(PROVIDER).with_operation("create"))
}

struct Steps<'a> {
    provider: &'a DocuSignProvider,
    prepared: Arc<Prepared>,
    filling: Option<Filling>,
    identification: Identification,
    intent: Intent<'a>,
}

/// When a doubtful creation is looked for. How long DocuSign takes to show a transaction is unknown, so not finding it
/// proves nothing.
const LOOKS: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(10)];

impl Steps<'_> {
    fn creation(&self, sent: bool, transaction_id: Uuid, staged: bool) -> Creation<'_> {
        Creation {
            sent,
            transaction_id,
            intent: Some(self.intent),
            staged,
            identification: &self.identification,
        }
    }

    /// The envelope in one request.
    async fn whole(&self, sent: bool) -> Result<CreateEnvelope> {
        let account = self.provider.session.account().await?;
        let transaction_id = marks::transaction_id(&account.id, self.intent.key);
        let creation = self.creation(sent, transaction_id, false);
        let definition = Arc::new(EnvelopeDefinition::new(&self.prepared, creation, self.filling.as_ref())?);
        let whole = CreateEnvelope::new(account, definition, Some(Arc::clone(&self.prepared)));
        if self.filling.is_some() && whole.length()? > REQUEST_BYTES {
            let message = "documents that come beside templates have to fit one request";
            return Err(Error::new(ErrorKind::Unsupported, message)
                .with_remedy("send smaller documents, or put them into a template"));
        }
        Ok(whole)
    }

    async fn run(&self, whole: &CreateEnvelope) -> Result<String> {
        let call = |account| CreateEnvelope {
            account,
            definition: Arc::clone(&whole.definition),
            documents: whole.documents.clone(),
            boundary: Arc::clone(&whole.boundary),
        };
        self.provider.session.run(call).await
    }

    /// One request. Doubt is looked into, never repeated.
    async fn create_at_once(&self, whole: CreateEnvelope) -> Result<Envelope> {
        let doubt = match self.run(&whole).await {
            Ok(id) => return Ok(self.made(&id, if self.intent.draft { "created" } else { "sent" })),
            Err(error) if !once::in_doubt(&error) => return Err(error),
            Err(error) => error,
        };
        for pause in LOOKS {
            self.provider.session.parts().clock.sleep(pause).await;
            if let Ok(Some(found)) = self.provider.find(self.intent.key).await {
                return Ok(found);
            }
        }
        Err(Error::new(
            ErrorKind::OutcomeUnknown,
            format!("whether the envelope was created is unknown ({doubt})"),
        )
        .with_reach(Reach::Maybe)
        .with_idempotency_key(self.intent.key.as_str())
        .with_remedy(format!(
            "repeat the call later with the idempotency key `{}` to settle it",
            self.intent.key
        ))
        .with_source(doubt))
    }

    /// What DocuSign accepted just now, without another read.
    fn made(&self, id: &str, raw: &str) -> Envelope {
        let scheduled = raw == "sent" && self.prepared.draft.send_at.is_some();
        let mut state = status::envelope(raw, status::End { scheduled, ..status::End::default() });
        state.basis = Basis::Derived;
        let mut envelope = Envelope::new(PROVIDER, id, state);
        envelope.subject.clone_from(&self.prepared.draft.subject);
        envelope.metadata.clone_from(&self.prepared.draft.metadata);
        envelope.idempotency_key = Some(self.intent.key.to_string());
        envelope.digest = Some(self.intent.digest.to_owned());
        envelope
    }

    /// What exceeds one request: a draft, its documents one by one, its fields, and last the mark that it is complete.
    async fn create_staged(&self) -> Result<String> {
        let session = &self.provider.session;
        let transaction_id = marks::transaction_id(&session.account().await?.id, self.intent.key);
        let creation = self.creation(false, transaction_id, true);
        let definition = Arc::new(EnvelopeDefinition::new(&self.prepared, creation, None)?);
        let create = |account| CreateEnvelope::new(account, Arc::clone(&definition), None);
        let envelope = session.run(create).await?;
        let steps = async {
            for (index, document) in self.prepared.documents.iter().enumerate() {
                let put = |account| PutDocument {
                    account,
                    envelope: envelope.clone(),
                    document_id: definition::document_id(index),
                    document: document.clone(),
                };
                session.run(put).await?;
            }
            for (recipient_id, tabs) in EnvelopeDefinition::staged_tabs(&self.prepared) {
                let add = |account| AddTabs {
                    account,
                    envelope: envelope.clone(),
                    recipient_id: recipient_id.clone(),
                    tabs: tabs.clone(),
                };
                session.run(add).await?;
            }
            let fields = CustomFields { text_custom_fields: vec![marks::digest(&self.intent)] };
            session
                .run(|account| AddCustomFields {
                    account,
                    envelope: envelope.clone(),
                    fields: fields.clone(),
                })
                .await
        };
        steps.await.map_err(|error: Error| error.with_envelope_id(&envelope))?;
        Ok(envelope)
    }
}

#[async_trait]
impl OnceSteps for Steps<'_> {
    async fn create_draft(&self) -> Result<Envelope> {
        let whole = self.whole(false).await?;
        let id = if whole.length()? > REQUEST_BYTES {
            self.create_staged().await?
        } else {
            self.run(&whole).await?
        };
        Ok(self.made(&id, "created"))
    }

    async fn earlier(&self) -> Result<Vec<Envelope>> {
        self.provider.marked(self.intent.key).await
    }

    async fn recent(&self) -> Result<Vec<Envelope>> {
        self.provider.made(self.intent.key).await
    }

    async fn send(&self, id: &str) -> Result<Envelope> {
        self.provider.send_draft(id).await?;
        Ok(self.made(id, "sent"))
    }

    async fn get(&self, id: &str) -> Result<Envelope> {
        self.provider.get(id).await
    }
}
