//! Dropbox Sign as a [`Provider`]: short sequences of calls.

mod correct;
mod create;
mod templates;
#[cfg(test)]
mod tests;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use signbridge_client::rest::{NumberedPage, RawRead, RawWrite, is_read};
use signbridge_core::{
    AuditEvent, Basis, Call, Capabilities, Correction, CreateOptions, Download, Draft, EndedBy, Envelope,
    EnvelopeDocument, EnvelopeRecipient, EnvelopeStatus, Error, ErrorKind, Fault, FormValue, IdempotencyKey,
    ListQuery, Operation, Page, Prepared, Provider, Quota, RecipientStatus, Report, Result, SigningLink,
    SigningLinkRequest, State, Support, Template, TemplateQuery, Voided, What, once::Attempts,
};

use crate::{
    PROVIDER,
    calls::{
        cancel_request::CancelRequest,
        download_files::{DownloadFiles, FileType},
        get_account::GetAccount,
        get_request::GetRequest,
        get_sign_url::GetSignUrl,
        list_requests::{ListRequests, PAGE_SIZE},
        remind_signer::RemindSigner,
        remove_request::RemoveRequest,
    },
    capabilities::CAPABILITIES,
    check,
    config::Credentials,
    session::Session,
    wire::{answer, search},
};

/// Pages that a search by a key goes through. The key is one word of many, and the search may find more than was meant.
const SEARCHED_PAGES: usize = 10;

/// A Dropbox Sign account.
#[derive(Debug)]
pub(crate) struct DropboxSignProvider {
    session: Session,
    /// What this process sent, so that nothing is sent twice while the search lags. It is not kept on disk: after a
    /// restart only the search tells, and a key whose request was in doubt is not to be repeated before the search has
    /// caught up.
    attempts: Attempts,
    /// What was cancelled here: once it cannot be read any more, it is voided.
    cancelled: Mutex<HashSet<String>>,
}

impl DropboxSignProvider {
    pub(crate) fn new(session: Session) -> Self {
        Self { session, attempts: Attempts::default(), cancelled: Mutex::default() }
    }

    fn root(&self) -> Arc<crate::calls::Root> {
        Arc::clone(&self.session.root)
    }

    async fn read(&self, id: &str) -> Result<Envelope> {
        let outcome = self.session.run(&GetRequest { root: self.root(), id: id.to_owned() }).await;
        match outcome {
            Err(error) if error.kind() == ErrorKind::Gone && self.was_cancelled(id) => {
                let state = State::new(EnvelopeStatus::Voided, "deleted", Basis::Derived);
                Ok(Envelope::new(PROVIDER, id, state.ended(EndedBy::Sender, None)))
            }
            outcome => outcome.map_err(|error| error.with_envelope_id(id)),
        }
    }

    fn was_cancelled(&self, id: &str) -> bool {
        self.cancelled.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }

    /// Every request with this key. The answer's own mark decides, not that the search found it.
    async fn marked(&self, key: &IdempotencyKey) -> Result<Vec<Envelope>> {
        let query = search::query(None, None, &[], Some(key.as_str()));
        let mut found = Vec::new();
        let mut next = Some(1);
        for _ in 0..SEARCHED_PAGES {
            let Some(page) = next else { break };
            let list = ListRequests { root: self.root(), query: query.clone(), page, page_size: PAGE_SIZE };
            let page = self.session.run(&list).await?;
            found.extend(page.items);
            next = page.next.and_then(|next| next.parse().ok());
        }
        found.retain(|envelope| envelope.idempotency_key.as_deref() == Some(key.as_str()));
        found.sort_by_key(|envelope| envelope.created_at);
        Ok(found)
    }

    async fn remind_one(&self, id: &str, signer: &EnvelopeRecipient) -> Result<()> {
        let (email, name) = (signer.email.clone(), signer.name.clone());
        let reminder = RemindSigner { root: self.root(), id: id.to_owned(), email, name };
        self.session.run(&reminder).await.map_err(|error| error.with_envelope_id(id))
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods, reason = "what Dropbox Sign can do is offered, what it cannot is said")]
impl Provider for DropboxSignProvider {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    async fn check(&self, draft: &Draft) -> Result<Report> {
        Ok(check::check(&Prepared::new(draft).await?, &self.session.config))
    }

    async fn create(&self, draft: &Draft, options: &CreateOptions) -> Result<Envelope> {
        if options.draft {
            return Err(self.unsupported(Operation::CreateDraft));
        }
        let prepared = Prepared::new(draft).await?;
        check::check(&prepared, &self.session.config).into_result()?;
        create::create(self, prepared, options).await
    }

    async fn send(&self, _: &str) -> Result<Envelope> {
        Err(self.unsupported(Operation::Send))
    }

    async fn get(&self, id: &str) -> Result<Envelope> {
        self.read(id).await
    }

    async fn find(&self, key: &IdempotencyKey) -> Result<Option<Envelope>> {
        Ok(self.marked(key).await?.into_iter().next())
    }

    /// By creation: what changed since cannot be asked for.
    async fn list(&self, query: &ListQuery) -> Result<Page<Envelope>> {
        let at = page(query.cursor.as_deref(), query.limit)?;
        let metadata = query.metadata.as_ref();
        let words =
            search::query(query.from, query.to, &query.statuses, metadata.map(|(_, value)| value.as_str()));
        let list = ListRequests { root: self.root(), query: words, page: at.number, page_size: at.size };
        let mut page = self.session.run(&list).await?;
        page.next = page.next.map(|_| at.next());
        // The search goes by days and by words.
        page.items.retain(|envelope| {
            let created = envelope.created_at;
            (query.statuses.is_empty() || query.statuses.contains(&envelope.status))
                && query.from.is_none_or(|from| created.is_none_or(|at| at >= from))
                && query.to.is_none_or(|to| created.is_none_or(|at| at <= to))
                && metadata.is_none_or(|(name, value)| envelope.metadata.get(name) == Some(value))
        });
        Ok(page)
    }

    /// The cancellation is queued, and its reason is told to nobody: Dropbox Sign takes none.
    async fn void(&self, id: &str, _: &str) -> Result<Voided> {
        let cancel = CancelRequest { root: self.root(), id: id.to_owned() };
        self.session.run(&cancel).await.map_err(|error| error.with_envelope_id(id))?;
        self.cancelled.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
        Ok(Voided::Accepted)
    }

    async fn remind(&self, id: &str) -> Result<()> {
        let envelope = self.read(id).await?;
        let his_turn = |one: &&EnvelopeRecipient| {
            matches!(one.status, RecipientStatus::Active | RecipientStatus::Viewed)
        };
        let (mut reminded, mut faults, mut last) = (0_usize, Vec::new(), None);
        for signer in envelope.recipients.iter().filter(his_turn) {
            match self.remind_one(id, signer).await {
                Ok(()) => reminded += 1,
                Err(error) => {
                    faults.push(Fault::new(format!("signature {}", signer.id), error.message()));
                    last = Some(error);
                }
            }
        }
        match last {
            None if reminded > 0 => Ok(()),
            None => Err(wrong(ErrorKind::InvalidState, RemindSigner::NAME, id, "nobody's turn it is")
                .with_remedy("read the envelope")),
            Some(error) if reminded == 0 => Err(error),
            Some(error) => {
                let what = "some signers were reminded, others not";
                Err(Error::from_faults(ErrorKind::Partial, what, faults)
                    .with_provider(PROVIDER)
                    .with_operation(RemindSigner::NAME)
                    .with_envelope_id(id)
                    .with_reach(error.reach()))
            }
        }
    }

    async fn signing_link(&self, id: &str, request: &SigningLinkRequest) -> Result<SigningLink> {
        let no =
            |kind, message, remedy: &str| Err(wrong(kind, GetSignUrl::NAME, id, message).with_remedy(remedy));
        if request.return_url.is_some() {
            let remedy = "let the page that shows the link move on when the embedding library says `finish`";
            return no(ErrorKind::Unsupported, "a link takes no address to return to", remedy);
        }
        let envelope = self.read(id).await?;
        let Some(signer) = envelope.recipient(&request.email).filter(|one| one.role == "signer") else {
            let message = "the envelope has no signer with this e-mail address";
            return no(ErrorKind::InvalidInput, message, "see the envelope's recipients");
        };
        if !signer.embedded {
            let remedy = "create the envelope with delivery `embedded` to show links";
            return no(ErrorKind::InvalidInput, "this signer is mailed his link", remedy);
        }
        match signer.status {
            RecipientStatus::Waiting => {
                return no(ErrorKind::NotReady, "it is not his turn", "another signer has to sign first");
            }
            RecipientStatus::Completed | RecipientStatus::Declined => {
                return no(ErrorKind::InvalidState, "he is done", "read the envelope");
            }
            _ => {}
        }
        let link = GetSignUrl { root: self.root(), signature_id: signer.id.clone() };
        self.session.run(&link).await.map_err(|error| error.with_envelope_id(id))
    }

    async fn documents(&self, _: &str) -> Result<Vec<EnvelopeDocument>> {
        Err(self.unsupported(Operation::Documents))
    }

    async fn download(&self, id: &str, what: &What) -> Result<Download> {
        let file_type = match what {
            What::Combined => FileType::Pdf,
            What::Archive => FileType::Zip,
            What::Certificate => return Err(self.unsupported(Operation::DownloadCertificate)),
            What::Document(_) => return Err(self.unsupported(Operation::DownloadDocument)),
        };
        let call = DownloadFiles { root: self.root(), id: id.to_owned(), file_type };
        match self.session.client.download(&call).await {
            Ok((head, chunks)) => Ok(Download::new(head.name, head.content_type, head.length, chunks)),
            // Of a request that is being processed, or whose processing failed; its flags tell which.
            Err(error) if error.status() == Some(422) => {
                let envelope = self.read(id).await?;
                if envelope.status != EnvelopeStatus::Failed {
                    return Err(error.with_envelope_id(id));
                }
                let reason = envelope.state.reason.unwrap_or(envelope.state.raw);
                Err(error
                    .with_kind(ErrorKind::DocumentRejected)
                    .with_envelope_id(id)
                    .with_remedy(format!("Dropbox Sign could not process the request: {reason}")))
            }
            Err(error) => Err(error.with_envelope_id(id)),
        }
    }

    async fn audit(&self, _: &str) -> Result<Vec<AuditEvent>> {
        Err(self.unsupported(Operation::Audit))
    }

    async fn correct(&self, id: &str, correction: &Correction) -> Result<Envelope> {
        correct::correct(self, id, correction).await
    }

    async fn delete_draft(&self, _: &str) -> Result<()> {
        Err(self.unsupported(Operation::DeleteDraft))
    }

    /// The account's own access ends, at once and for good; the other parties keep theirs.
    async fn purge(&self, id: &str) -> Result<()> {
        if !matches!(self.session.config.credentials, Credentials::ApiKey(_)) {
            let (what, remedy) = ("requests are removed with an API key only", "set api_key in the profile");
            return Err(Error::unsupported(PROVIDER, Operation::Purge.as_str(), what, remedy));
        }
        let remove = RemoveRequest { root: self.root(), id: id.to_owned() };
        self.session.run(&remove).await.map_err(|error| error.with_envelope_id(id))
    }

    /// Of those who have signed so far.
    async fn form_data(&self, id: &str) -> Result<Vec<FormValue>> {
        let outcome = self.session.run(&GetRequest { root: self.root(), id: id.to_owned() }).await;
        let envelope = outcome.map_err(|error| error.with_envelope_id(id))?;
        Ok(answer::form_values(&envelope.raw))
    }

    async fn sender_view(&self, _: &str, _: &url::Url) -> Result<SigningLink> {
        Err(self.unsupported(Operation::SenderView))
    }

    async fn templates(&self, query: &TemplateQuery) -> Result<Page<Template>> {
        templates::list(self, query).await
    }

    async fn template(&self, id: &str) -> Result<Template> {
        templates::get(self, id).await
    }

    async fn create_template(&self, draft: &Draft) -> Result<Template> {
        templates::create(self, draft).await
    }

    /// Only what is left is told, and requests in test mode cost nothing of it.
    async fn quota(&self) -> Result<Quota> {
        let account = self.session.run(&GetAccount { root: self.root() }).await?;
        let mut quota = Quota::new(None, None);
        let left = account.quotas.and_then(|quotas| quotas.api_signature_requests_left);
        quota.left = left.and_then(|left| u64::try_from(left).ok());
        quota.raw = account.raw;
        Ok(quota)
    }

    async fn raw(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        if is_read(&request) {
            self.session.run(&RawRead::new(self.root(), request)).await
        } else {
            self.session.run(&RawWrite::new(self.root(), request)).await
        }
    }

    fn acting_as(&self, _: &str) -> Result<Arc<dyn Provider>> {
        Err(self.unsupported(Operation::ActingAs))
    }

    fn unsupported(&self, operation: Operation) -> Error {
        let reason = match CAPABILITIES.operation(operation).support {
            Support::Unsupported(reason) => reason,
            _ => "Dropbox Sign has no such operation",
        };
        Error::unsupported(PROVIDER, operation.as_str(), reason, "see the capabilities")
    }
}

/// The page of a cursor.
fn page(cursor: Option<&str>, limit: Option<u32>) -> Result<NumberedPage> {
    NumberedPage::of(cursor, limit, PAGE_SIZE).map_err(|error| error.with_provider(PROVIDER))
}

fn wrong(kind: ErrorKind, operation: &'static str, id: &str, message: &str) -> Error {
    Error::new(kind, message).with_provider(PROVIDER).with_operation(operation).with_envelope_id(id)
}
