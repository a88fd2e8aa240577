//! DocuSign as a [`Provider`]: short sequences of calls.

mod create;
mod in_flight;
mod templates;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::{Request, Response};
use signbridge_client::rest::{RawRead, RawWrite, is_read};
use signbridge_core::{
    AuditEvent, Basis, Call, Capabilities, Correction, CreateOptions, Download, Draft, Envelope,
    EnvelopeDocument, EnvelopeRecipient, EnvelopeStatus, Error, ErrorKind, FormValue, IdempotencyKey,
    ListQuery, Page, Prepared, Provider, Quota, Report, Result, SigningLink, SigningLinkRequest, State,
    Template, TemplateQuery, Voided, What,
};
use url::Url;

use crate::{
    PROVIDER,
    calls::{
        audit_events::GetAuditEvents,
        create_recipient_view::{CreateRecipientView, RETURN_URL_LENGTH},
        download_document::DownloadDocument,
        find_transaction::FindTransaction,
        get_account::GetAccount,
        get_envelope::{FullEnvelope, GetEnvelope},
        list_documents::ListDocuments,
        list_envelopes::{ListEnvelopes, PAGE_SIZE},
        update_envelope::{ResendEnvelope, SendDraft, VoidEnvelope},
    },
    capabilities::{self, CAPABILITIES},
    session::Session,
    wire::{marks, status},
};

/// A DocuSign account.
#[derive(Debug, Clone)]
pub(crate) struct DocuSignProvider {
    session: Arc<Session>,
    /// The users acted for, each with his own token.
    users: Arc<Mutex<HashMap<String, Arc<Session>>>>,
}

impl DocuSignProvider {
    pub(crate) fn new(session: Session) -> Self {
        Self { session: Arc::new(session), users: Arc::default() }
    }

    fn gaps(&self, prepared: &Prepared) -> Report {
        let now = self.session.parts().clock.now();
        capabilities::check(prepared, &self.session.config.allow_unverified, now)
    }

    async fn is_purged(&self, id: &str) -> bool {
        let read = self.read(id).await;
        let state = read.as_ref().ok().and_then(|full| full.envelope.raw.get("purgeState")?.as_str());
        state.is_some_and(|state| state.to_ascii_lowercase().ends_with("_purged"))
    }

    async fn read(&self, id: &str) -> Result<FullEnvelope> {
        self.session.run(|account| GetEnvelope { account, envelope: id.to_owned() }).await
    }

    /// Envelopes with this key that DocuSign finds by their hidden custom field, as long as they exist.
    async fn marked(&self, key: &IdempotencyKey) -> Result<Vec<Envelope>> {
        let list = |account| ListEnvelopes {
            account,
            from: DateTime::UNIX_EPOCH,
            to: None,
            statuses: Vec::new(),
            custom_field: Some(marks::query(key)),
            count: PAGE_SIZE,
            start: 0,
        };
        let page = self.session.run(list).await?;
        Ok(page.items.into_iter().filter(|envelope| is_usable(envelope, key)).collect())
    }

    /// The same, and those of the key's transaction, which DocuSign knows for seven days from the moment they exist.
    async fn made(&self, key: &IdempotencyKey) -> Result<Vec<Envelope>> {
        let mut found = self.marked(key).await?;
        let account = self.session.account().await?;
        let transaction_id = marks::transaction_id(&account.id, key);
        let ids = self.session.run(|account| FindTransaction { account, transaction_id }).await?;
        for id in ids.into_iter().filter(|id| found.iter().all(|known| known.id != *id)).collect::<Vec<_>>() {
            match self.read(&id).await {
                Ok(full) if is_usable(&full.envelope, key) => found.push(full.envelope),
                Ok(_) => {}
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Gone) => {}
                Err(error) => return Err(error),
            }
        }
        found.sort_by_key(|envelope| (envelope.status == EnvelopeStatus::Draft, envelope.created_at));
        Ok(found)
    }
}

/// Whether an envelope is ours and complete. A draft that was never finished lacks the digest: sending it would send too
/// little.
fn is_usable(envelope: &Envelope, key: &IdempotencyKey) -> bool {
    envelope.idempotency_key.as_deref() == Some(key.as_str())
        && (envelope.digest.is_some() || envelope.status != EnvelopeStatus::Draft)
}

#[async_trait]
#[deny(clippy::missing_trait_methods, reason = "what DocuSign can do is offered, what it cannot is said")]
impl Provider for DocuSignProvider {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    async fn check(&self, draft: &Draft) -> Result<Report> {
        Ok(self.gaps(&Prepared::new(draft).await?))
    }

    async fn create(&self, draft: &Draft, options: &CreateOptions) -> Result<Envelope> {
        let prepared = Prepared::new(draft).await?;
        self.gaps(&prepared).into_result()?;
        create::create(self, prepared, options).await
    }

    async fn send(&self, id: &str) -> Result<Envelope> {
        self.session.run(|account| SendDraft { account, envelope: id.to_owned() }).await?;
        Ok(Envelope::new(PROVIDER, id, State::new(EnvelopeStatus::InProgress, "sent", Basis::Derived)))
    }

    async fn get(&self, id: &str) -> Result<Envelope> {
        Ok(self.read(id).await?.envelope)
    }

    async fn find(&self, key: &IdempotencyKey) -> Result<Option<Envelope>> {
        Ok(self.made(key).await?.into_iter().next())
    }

    async fn list(&self, query: &ListQuery) -> Result<Page<Envelope>> {
        let start = position(query.cursor.as_deref(), ListEnvelopes::NAME)?;
        let statuses: Vec<_> = query.statuses.iter().flat_map(status::words).copied().collect();
        if statuses.is_empty() && !query.statuses.is_empty() {
            // DocuSign has no word for any of them, so no envelope of it has such a status.
            return Ok(Page { items: Vec::new(), next: None });
        }
        let list = |account| ListEnvelopes {
            account,
            from: query.from.unwrap_or(DateTime::UNIX_EPOCH),
            to: query.to,
            statuses: statuses.clone(),
            custom_field: query.metadata.as_ref().map(|(name, value)| format!("{name}={value}")),
            count: query.limit.unwrap_or(100),
            start,
        };
        let mut page = self.session.run(list).await?;
        // DocuSign documents that a list may hold more than was asked for.
        page.items.retain(|envelope| {
            (query.statuses.is_empty() || query.statuses.contains(&envelope.status))
                && query
                    .metadata
                    .as_ref()
                    .is_none_or(|(name, value)| envelope.metadata.get(name) == Some(value))
        });
        Ok(page)
    }

    async fn void(&self, id: &str, reason: &str) -> Result<Voided> {
        let limit = CAPABILITIES.limits.void_reason.unwrap_or(usize::MAX);
        if reason.trim().is_empty() || reason.chars().count() > limit {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("DocuSign wants a reason of 1 to {limit} characters"),
            )
            .with_provider(PROVIDER)
            .with_operation("envelopes.void"));
        }
        self.session
            .run(|account| VoidEnvelope { account, envelope: id.to_owned(), reason: reason.to_owned() })
            .await?;
        Ok(Voided::Done)
    }

    async fn remind(&self, id: &str) -> Result<()> {
        self.session.run(|account| ResendEnvelope { account, envelope: id.to_owned() }).await
    }

    async fn signing_link(&self, id: &str, request: &SigningLinkRequest) -> Result<SigningLink> {
        let full = self.read(id).await?;
        let (signer, client_user_id) = embedded_signer(id, &full, &request.email)?;
        let Some(return_url) = request.return_url.clone().or(full.marks.return_url) else {
            let remedy = "give return_url in the draft or with the link";
            return Err(no_link(id, "DocuSign needs an address to return to", remedy));
        };
        if !matches!(return_url.scheme(), "https" | "http")
            || return_url.as_str().chars().count() > RETURN_URL_LENGTH
        {
            let message = format!(
                "the address to return to must be https or http, of at most {RETURN_URL_LENGTH} characters"
            );
            return Err(no_link(id, &message, "give another return_url"));
        }
        let url = self.session.run(|account| CreateRecipientView {
            account,
            envelope: id.to_owned(),
            recipient_id: signer.id.clone(),
            client_user_id: client_user_id.clone(),
            name: signer.name.clone(),
            email: signer.email.clone(),
            return_url: return_url.clone(),
        });
        let url = url.await?;
        let lifetime =
            CAPABILITIES.limits.signing_link_seconds.and_then(|seconds| i64::try_from(seconds).ok());
        let now: DateTime<Utc> = self.session.parts().clock.now();
        Ok(SigningLink::new(url, lifetime.map(|seconds| now + TimeDelta::seconds(seconds))))
    }

    async fn documents(&self, id: &str) -> Result<Vec<EnvelopeDocument>> {
        self.session.run(|account| ListDocuments { account, envelope: id.to_owned() }).await
    }

    async fn download(&self, id: &str, what: &What) -> Result<Download> {
        let call = |account| DownloadDocument { account, envelope: id.to_owned(), what: what.clone() };
        let (head, chunks) = match self.session.download(call).await {
            // A document that was purged is gone; DocuSign tells it from one that never was by the envelope alone.
            Err(error) if error.kind() == ErrorKind::NotFound && self.is_purged(id).await => {
                return Err(error.with_kind(ErrorKind::Gone).with_remedy("its documents were purged"));
            }
            outcome => outcome?,
        };
        Ok(Download::new(head.name, head.content_type, head.length, chunks))
    }

    async fn audit(&self, id: &str) -> Result<Vec<AuditEvent>> {
        self.session.run(|account| GetAuditEvents { account, envelope: id.to_owned() }).await
    }

    async fn correct(&self, id: &str, correction: &Correction) -> Result<Envelope> {
        in_flight::correct(self, id, correction).await
    }

    async fn delete_draft(&self, id: &str) -> Result<()> {
        in_flight::delete_draft(self, id).await
    }

    async fn purge(&self, id: &str) -> Result<()> {
        in_flight::purge(self, id).await
    }

    async fn form_data(&self, id: &str) -> Result<Vec<FormValue>> {
        in_flight::form_data(self, id).await
    }

    async fn sender_view(&self, id: &str, return_url: &Url) -> Result<SigningLink> {
        in_flight::sender_view(self, id, return_url).await
    }

    async fn templates(&self, query: &TemplateQuery) -> Result<Page<Template>> {
        templates::list(self, query).await
    }

    async fn template(&self, id: &str) -> Result<Template> {
        Ok(templates::read(self, id).await?.template)
    }

    async fn create_template(&self, draft: &Draft) -> Result<Template> {
        templates::create(self, draft).await
    }

    async fn quota(&self) -> Result<Quota> {
        self.session.run(|account| GetAccount { account }).await
    }

    async fn raw(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        if is_read(&request) {
            self.session.run(|account| RawRead::new(account, request.clone())).await
        } else {
            self.session.run(|account| RawWrite::new(account, request.clone())).await
        }
    }

    fn acting_as(&self, user: &str) -> Result<Arc<dyn Provider>> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let session = match users.get(user) {
            Some(session) => Arc::clone(session),
            None => {
                let session = Arc::new(self.session.acting_as(user)?);
                users.insert(user.to_owned(), Arc::clone(&session));
                session
            }
        };
        Ok(Arc::new(Self { session, users: Arc::clone(&self.users) }))
    }

    fn unsupported(&self, operation: signbridge_core::Operation) -> Error {
        Error::unsupported(
            PROVIDER,
            operation.as_str(),
            "DocuSign has no such operation",
            "see the capabilities",
        )
    }
}

/// Where a page begins, by the cursor of the one before.
fn position(cursor: Option<&str>, operation: &'static str) -> Result<u32> {
    cursor.map_or(Ok(0), |cursor| {
        cursor.parse().map_err(|_| {
            Error::new(ErrorKind::InvalidInput, "the cursor is not one that a list of this provider gave")
                .with_provider(PROVIDER)
                .with_operation(operation)
        })
    })
}

/// The embedded signer with this address; with several, the one whose turn is first.
fn embedded_signer(id: &str, full: &FullEnvelope, email: &str) -> Result<(EnvelopeRecipient, String)> {
    let his: Vec<_> =
        full.recipients.iter().filter(|one| one.portable.email.eq_ignore_ascii_case(email)).collect();
    if his.is_empty() {
        let message = "the envelope has no recipient with this e-mail address";
        return Err(no_link(id, message, "see the envelope's recipients"));
    }
    let embedded =
        his.into_iter().filter_map(|one| Some((one.portable.clone(), one.client_user_id.clone()?)));
    embedded.min_by_key(|(portable, _)| (portable.completed_at.is_some(), portable.order)).ok_or_else(|| {
        no_link(id, "this recipient is mailed his link", "create him with delivery `embedded` to show one")
    })
}

fn no_link(id: &str, message: &str, remedy: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
        .with_provider(PROVIDER)
        .with_operation(CreateRecipientView::NAME)
        .with_envelope_id(id)
        .with_remedy(remedy)
}
