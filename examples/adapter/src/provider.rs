//! Inkpost as a [`Provider`]: short sequences of calls. What is not written here is refused by the trait itself.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use signbridge_core::{
    Capabilities, CreateOptions, Download, Draft, Envelope, Error, IdempotencyKey, Operation, Prepared,
    Provider, Report, Result, Support, Voided, What,
    once::{self, Attempts, Intent, SendSteps},
};

use crate::{
    PROVIDER,
    calls::{
        Root, cancel_envelope::CancelEnvelope, create_envelope::CreateEnvelope,
        download_signed::DownloadSigned, find_envelopes::FindEnvelopes, get_envelope::GetEnvelope,
        put_file::PutFile, raw::Raw,
    },
    capabilities::{self, CAPABILITIES},
    error::TAKEN,
    session::Session,
    wire::NewEnvelope,
};

/// An Inkpost account.
#[derive(Debug)]
pub(crate) struct InkpostProvider {
    session: Session,
    /// What this process sent, so that nothing is sent twice.
    attempts: Attempts,
}

impl InkpostProvider {
    pub(crate) fn new(session: Session) -> Self {
        Self { session, attempts: Attempts::default() }
    }

    fn root(&self) -> Arc<Root> {
        Arc::clone(&self.session.root)
    }
}

#[async_trait]
impl Provider for InkpostProvider {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    async fn check(&self, draft: &Draft) -> Result<Report> {
        Ok(capabilities::check(&Prepared::new(draft).await?))
    }

    async fn create(&self, draft: &Draft, options: &CreateOptions) -> Result<Envelope> {
        if options.draft {
            return Err(self.unsupported(Operation::CreateDraft));
        }
        let prepared = Prepared::new(draft).await?;
        capabilities::check(&prepared).into_result()?;
        let digest = draft.digest().await?;
        let key = options.key.clone().unwrap_or_else(IdempotencyKey::random);
        let intent = Intent { key: &key, digest: &digest, draft: false };
        let steps = Steps { provider: self, prepared: &prepared, intent };
        once::send_then_find(
            &steps,
            &**self.session.client.clock(),
            &self.attempts,
            intent,
            options.key.is_some(),
        )
        .await
    }

    async fn get(&self, id: &str) -> Result<Envelope> {
        let get = GetEnvelope { root: self.root(), id: id.to_owned() };
        self.session.client.run(&get).await.map_err(|error| error.with_envelope_id(id))
    }

    async fn find(&self, key: &IdempotencyKey) -> Result<Option<Envelope>> {
        let found = self.session.client.run(&FindEnvelopes { root: self.root(), key }).await?;
        Ok(found.into_iter().next())
    }

    async fn void(&self, id: &str, reason: &str) -> Result<Voided> {
        let cancel = CancelEnvelope { root: self.root(), id, reason };
        self.session.client.run(&cancel).await.map_err(|error| error.with_envelope_id(id))?;
        Ok(Voided::Done)
    }

    async fn download(&self, id: &str, what: &What) -> Result<Download> {
        match what {
            What::Combined => {}
            What::Archive => return Err(self.unsupported(Operation::DownloadArchive)),
            What::Certificate => return Err(self.unsupported(Operation::DownloadCertificate)),
            What::Document(_) => return Err(self.unsupported(Operation::DownloadDocument)),
        }
        let call = DownloadSigned { root: self.root(), id };
        let (length, chunks) =
            self.session.client.download(&call).await.map_err(|error| error.with_envelope_id(id))?;
        Ok(Download::new(None, "application/pdf", length, chunks))
    }

    async fn raw(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        self.session.client.run(&Raw { root: self.root(), request }).await
    }

    fn unsupported(&self, operation: Operation) -> Error {
        let reason = match CAPABILITIES.operation(operation).support {
            Support::Unsupported(reason) => reason,
            _ => "Inkpost has no such operation",
        };
        Error::unsupported(PROVIDER, operation.as_str(), reason, "see the capabilities")
    }
}

/// The steps of sending once: `once::send_then_find` decides which to take, and when to look again.
struct Steps<'a> {
    provider: &'a InkpostProvider,
    prepared: &'a Prepared,
    intent: Intent<'a>,
}

#[async_trait]
impl SendSteps for Steps<'_> {
    async fn send(&self) -> Result<Envelope> {
        let client = &self.provider.session.client;
        let mut files = Vec::new();
        for document in &self.prepared.documents {
            files.push(client.run(&PutFile { root: self.provider.root(), document }).await?);
        }
        let envelope = NewEnvelope::new(&self.prepared.draft, files, self.intent);
        client.run(&CreateEnvelope { root: self.provider.root(), envelope: &envelope }).await
    }

    async fn find(&self) -> Result<Vec<Envelope>> {
        let find = FindEnvelopes { root: self.provider.root(), key: self.intent.key };
        self.provider.session.client.run(&find).await
    }

    async fn get(&self, id: &str) -> Result<Envelope> {
        self.provider.get(id).await
    }

    fn is_twin(&self, refusal: &Error) -> bool {
        refusal.code() == Some(TAKEN)
    }
}
