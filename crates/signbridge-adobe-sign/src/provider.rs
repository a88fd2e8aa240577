//! Acrobat Sign as a [`Provider`]: short sequences of calls.

mod correct;
mod create;
mod placing;
mod sender;
mod templates;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::join3;
use http::{Request, Response};
use signbridge_client::rest::{RawRead, RawWrite, is_read};
use signbridge_core::{
    AuditEvent, Basis, Call, Capabilities, Correction, CreateOptions, Download, Draft, Envelope,
    EnvelopeDocument, EnvelopeStatus, Error, ErrorKind, FormValue, IdempotencyKey, ListQuery, Operation,
    Page, Prepared, Provider, Quota, Report, Result, SigningLink, SigningLinkRequest, State, Template,
    TemplateQuery, Voided, What,
};
use url::Url;

use crate::{
    PROVIDER,
    calls::{
        create_reminder::CreateReminder,
        download_document::DownloadDocument,
        get_agreement::{GetAgreement, ReadAgreement},
        get_events::GetEvents,
        get_members::GetMembers,
        get_signing_urls::GetSigningUrls,
        list_agreements::{ListAgreements, PAGE_SIZE},
        list_documents::ListDocuments,
        update_state::{CancelAgreement, SendAgreement},
    },
    capabilities, check,
    config::Tier,
    session::Session,
    wire::{
        answer::{self, Reads},
        events::EventAnswer,
        status,
    },
};

/// An Acrobat Sign account.
#[derive(Debug, Clone)]
pub(crate) struct AdobeSignProvider {
    session: Session,
    capabilities: Arc<Capabilities>,
}

/// An envelope, and the version of its agreement.
type Versioned = (Envelope, Option<String>);

/// What Adobe took over: sent as soon as its files are prepared, or cancelled by their conversion.
fn accepted(id: &str) -> Envelope {
    Envelope::new(PROVIDER, id, State::new(EnvelopeStatus::Processing, "IN_PROCESS", Basis::Derived))
}

/// What is not there yet, or not any more, is left out of a larger read.
fn lenient<T>(outcome: Result<T>) -> Result<Option<T>> {
    match outcome {
        Ok(read) => Ok(Some(read)),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::NotReady | ErrorKind::NotFound | ErrorKind::Gone | ErrorKind::InvalidState
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

impl AdobeSignProvider {
    pub(crate) fn new(session: Session) -> Self {
        let capabilities = Arc::new(capabilities::of(session.config.tier));
        Self { session, capabilities }
    }

    fn allows(&self, word: &str) -> bool {
        self.session.config.allow_unverified.iter().any(|allowed| allowed == word)
    }

    async fn agreement(&self, id: &str) -> Result<ReadAgreement> {
        self.session.run(|point| GetAgreement { point, agreement: id.to_owned() }).await
    }

    async fn documents_of(&self, id: &str) -> Result<answer::DocumentsAnswer> {
        self.session.run(|point| ListDocuments { point, agreement: id.to_owned() }).await
    }

    async fn events_of(&self, id: &str) -> Result<Vec<EventAnswer>> {
        self.session.run(|point| GetEvents { point, agreement: id.to_owned() }).await
    }

    /// The agreement with what its state makes worth reading.
    async fn read(&self, id: &str) -> Result<Envelope> {
        self.read_version(id).await.map(|(envelope, _)| envelope)
    }

    /// The same, with the version that a change of it has to name.
    async fn read_version(&self, id: &str) -> Result<Versioned> {
        let ReadAgreement { agreement, etag, raw } = self.agreement(id).await?;
        let state = status::agreement(agreement.status.as_deref().unwrap_or_default(), None);
        let reads = match state.status {
            // Members, events and documents are refused, or not there yet.
            EnvelopeStatus::Processing | EnvelopeStatus::Draft => Reads::default(),
            _ => {
                let members = self.session.run(|point| GetMembers { point, agreement: id.to_owned() });
                let (members, events, documents) =
                    join3(members, self.events_of(id), self.documents_of(id)).await;
                Reads { members: lenient(members)?, events: lenient(events)?, documents: lenient(documents)? }
            }
        };
        Ok((answer::envelope(id, agreement, raw, reads), etag))
    }

    /// What was read, once it is not in preparation any more: what is in preparation may be a draft or sent. Where one
    /// equal read is allowed in ten minutes, a second look has to wait for the caller.
    async fn settled(&self, found: Versioned) -> Result<Versioned> {
        if found.0.status != EnvelopeStatus::Processing {
            return Ok(found);
        }
        let id = found.0.id.as_str();
        let preparing = || {
            let at = self.session.parts().clock.now() + self.session.config.tier.interval();
            Error::new(ErrorKind::NotReady, "Adobe is still preparing the agreement")
                .with_provider(PROVIDER)
                .with_envelope_id(id)
                .with_retry_at(at)
        };
        if self.session.config.tier == Tier::Standard {
            return Err(preparing());
        }
        let again = || async {
            let found = self.read_version(id).await?;
            if found.0.status == EnvelopeStatus::Processing { Err(preparing()) } else { Ok(found) }
        };
        self.patiently(again).await
    }

    /// What was created with this key, read one by one: sent ones first, then the oldest.
    async fn marked(&self, key: &IdempotencyKey) -> Result<Vec<Versioned>> {
        let list = |point| ListAgreements {
            point,
            external_id: Some(key.as_str().to_owned()),
            cursor: None,
            count: PAGE_SIZE,
        };
        let mut found = Vec::new();
        for row in self.session.run(list).await?.items {
            if let Some((mut envelope, etag)) = lenient(self.read_version(&row.id).await)? {
                // Adobe finds by the exact id; where it also says it, it has to agree.
                if envelope.idempotency_key.get_or_insert_with(|| key.to_string()) == key.as_str() {
                    found.push((envelope, etag));
                }
            }
        }
        found.sort_by_key(|(envelope, _)| (envelope.status == EnvelopeStatus::Draft, envelope.created_at));
        Ok(found)
    }

    /// Sends this version of a draft, or the present one. When it changed meanwhile it is read and tried once more.
    async fn send_version(&self, id: &str, version: Option<String>) -> Result<Envelope> {
        let put = |etag: String| {
            self.session.run(move |point| SendAgreement {
                point,
                agreement: id.to_owned(),
                etag: etag.clone(),
            })
        };
        let etag = match version {
            Some(etag) => etag,
            None => {
                self.version(id, |status| *status == EnvelopeStatus::Draft, "is no draft any more").await?
            }
        };
        match put(etag).await {
            Err(error) if error.kind() == ErrorKind::Stale => {
                let fitting = |status: &EnvelopeStatus| *status == EnvelopeStatus::Draft;
                put(self.version(id, fitting, "is no draft any more").await?).await?;
            }
            outcome => outcome?,
        }
        Ok(accepted(id))
    }

    /// The present version, if the agreement's state allows the step.
    async fn version(
        &self,
        id: &str,
        allows: fn(&EnvelopeStatus) -> bool,
        otherwise: &str,
    ) -> Result<String> {
        self.allowed(id, allows, otherwise).await.map(|(_, etag)| etag)
    }

    /// The agreement and its present version, if its state allows the step.
    async fn allowed(
        &self,
        id: &str,
        allows: fn(&EnvelopeStatus) -> bool,
        otherwise: &str,
    ) -> Result<(ReadAgreement, String)> {
        let read = self.agreement(id).await?;
        let raw = read.agreement.status.clone().unwrap_or_default();
        let state = status::agreement(&raw, None);
        let error = if state.status == EnvelopeStatus::Processing && !allows(&state.status) {
            let at = self.session.parts().clock.now() + self.session.config.tier.interval();
            Error::new(ErrorKind::NotReady, "Adobe is still preparing the agreement").with_retry_at(at)
        } else if !allows(&state.status) {
            Error::new(ErrorKind::InvalidState, format!("the agreement {otherwise}: it is {raw}"))
                .with_remedy("read the envelope; its present state does not allow this")
        } else {
            match read.etag.clone() {
                Some(etag) => return Ok((read, etag)),
                None => Error::new(ErrorKind::Unexpected, "Adobe's answer names no version of the agreement"),
            }
        };
        Err(error.with_provider(PROVIDER).with_operation(GetAgreement::NAME).with_envelope_id(id))
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods, reason = "what Acrobat Sign can do is offered, what it cannot is said")]
impl Provider for AdobeSignProvider {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn check(&self, draft: &Draft) -> Result<Report> {
        Ok(check::check(&Prepared::new(draft).await?, &self.session.config.allow_unverified).await)
    }

    async fn create(&self, draft: &Draft, options: &CreateOptions) -> Result<Envelope> {
        let prepared = Prepared::new(draft).await?;
        check::check(&prepared, &self.session.config.allow_unverified).await.into_result()?;
        create::create(self, prepared, options).await
    }

    async fn send(&self, id: &str) -> Result<Envelope> {
        self.send_version(id, None).await
    }

    async fn get(&self, id: &str) -> Result<Envelope> {
        self.read(id).await
    }

    async fn find(&self, key: &IdempotencyKey) -> Result<Option<Envelope>> {
        Ok(self.marked(key).await?.into_iter().next().map(|(envelope, _)| envelope))
    }

    async fn list(&self, query: &ListQuery) -> Result<Page<Envelope>> {
        if query.metadata.is_some() {
            return Err(Error::unsupported(
                PROVIDER,
                Operation::List.as_str(),
                "Adobe keeps no metadata beside the sending key",
                "find by the idempotency key, or list without metadata",
            ));
        }
        let list = |point| ListAgreements {
            point,
            external_id: None,
            cursor: query.cursor.clone(),
            count: query.limit.unwrap_or(100),
        };
        let page = self.session.run(list).await?;
        let mut items = Vec::new();
        for row in page.items {
            let at = answer::display_date(&row);
            let in_time = at.is_none_or(|at| {
                query.from.is_none_or(|from| at >= from) && query.to.is_none_or(|to| at < to)
            });
            if !in_time {
                continue;
            }
            // A cancelled row says how it ended only when it is read.
            let row = match answer::is_open_question(&row) {
                true if !query.statuses.is_empty() => self.read(&row.id).await?,
                _ => row,
            };
            if query.statuses.is_empty() || query.statuses.contains(&row.status) {
                items.push(row);
            }
        }
        Ok(Page { items, next: page.next })
    }

    async fn void(&self, id: &str, reason: &str) -> Result<Voided> {
        let running = |status: &EnvelopeStatus| {
            !status.is_terminal() && !matches!(status, EnvelopeStatus::Other(_) | EnvelopeStatus::Draft)
        };
        let put = |etag: String| {
            self.session.run(move |point| CancelAgreement {
                point,
                agreement: id.to_owned(),
                etag: etag.clone(),
                reason: reason.to_owned(),
            })
        };
        let otherwise = "was not sent or ended already";
        match put(self.version(id, running, otherwise).await?).await {
            Err(error) if error.kind() == ErrorKind::Stale => {
                put(self.version(id, running, otherwise).await?).await?;
            }
            outcome => outcome?,
        }
        // Adobe changes states in its own time.
        Ok(Voided::Accepted)
    }

    async fn remind(&self, id: &str) -> Result<()> {
        let members = self.session.run(|point| GetMembers { point, agreement: id.to_owned() }).await?;
        let active = members.participant_sets.iter().filter(|set| set.is_active());
        let participants: Vec<String> = active
            .flat_map(|set| &set.member_infos)
            .filter(|member| !member.is_replaced())
            .filter_map(|member| member.id.clone())
            .collect();
        if participants.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "it is nobody's turn, so nobody can be reminded",
            )
            .with_provider(PROVIDER)
            .with_operation(CreateReminder::NAME)
            .with_envelope_id(id));
        }
        let remind =
            |point| CreateReminder { point, agreement: id.to_owned(), participants: participants.clone() };
        self.session.run(remind).await
    }

    async fn signing_link(&self, id: &str, request: &SigningLinkRequest) -> Result<SigningLink> {
        if request.return_url.is_some() {
            return Err(Error::unsupported(
                PROVIDER,
                Operation::SigningLink.as_str(),
                "Adobe has one return address per agreement, not per link",
                "give return_url in the draft",
            ));
        }
        let urls = self.session.run(|point| GetSigningUrls { point, agreement: id.to_owned() }).await?;
        if let Some(found) = urls.into_iter().find(|url| url.email.eq_ignore_ascii_case(&request.email)) {
            return Ok(SigningLink::new(found.esign_url, None));
        }
        // Only those whose turn it is have a link: why this one has none, his set says.
        let members = self.session.run(|point| GetMembers { point, agreement: id.to_owned() }).await?;
        let his = members.participant_sets.iter().any(|set| set.has(&request.email));
        let error = if his {
            Error::new(ErrorKind::NotReady, "it is not his turn, or he has acted already")
                .with_remedy("read the envelope's recipients")
        } else {
            Error::new(ErrorKind::InvalidInput, "the envelope has no recipient with this e-mail address")
                .with_remedy("see the envelope's recipients")
        };
        Err(error.with_provider(PROVIDER).with_operation(GetSigningUrls::NAME).with_envelope_id(id))
    }

    async fn documents(&self, id: &str) -> Result<Vec<EnvelopeDocument>> {
        Ok(self.documents_of(id).await?.portable())
    }

    async fn download(&self, id: &str, what: &What) -> Result<Download> {
        if *what == What::Archive {
            return Err(self.unsupported(Operation::DownloadArchive));
        }
        let call = |point| DownloadDocument { point, agreement: id.to_owned(), what: what.clone() };
        let point = self.session.point().await?;
        let (head, chunks) = match self.session.client.download(&call(Arc::clone(&point))).await {
            Err(error) if error.kind() == ErrorKind::WrongHost => match self.session.moved(&point).await? {
                Some(found) => self.session.client.download(&call(found)).await?,
                None => return Err(error),
            },
            outcome => outcome?,
        };
        Ok(Download::new(head.name, head.content_type, head.length, chunks))
    }

    async fn audit(&self, id: &str) -> Result<Vec<AuditEvent>> {
        Ok(self.events_of(id).await?.into_iter().map(EventAnswer::portable).collect())
    }

    async fn correct(&self, id: &str, correction: &Correction) -> Result<Envelope> {
        self.corrected(id, correction).await
    }

    async fn delete_draft(&self, id: &str) -> Result<()> {
        self.draft_deleted(id).await
    }

    async fn purge(&self, id: &str) -> Result<()> {
        self.purged(id).await
    }

    async fn form_data(&self, id: &str) -> Result<Vec<FormValue>> {
        self.filled_in(id).await
    }

    /// Adobe's page does not lead back: `return_url` is not used.
    async fn sender_view(&self, id: &str, _return_url: &Url) -> Result<SigningLink> {
        self.view_of(id).await
    }

    async fn templates(&self, query: &TemplateQuery) -> Result<Page<Template>> {
        self.library(query).await
    }

    async fn template(&self, id: &str) -> Result<Template> {
        self.library_document(id).await
    }

    async fn create_template(&self, draft: &Draft) -> Result<Template> {
        self.shelved(draft).await
    }

    async fn quota(&self) -> Result<Quota> {
        Err(self.unsupported(Operation::Quota))
    }

    async fn raw(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let point = self.session.point().await?;
        if is_read(&request) {
            self.session.client.run(&RawRead::new(point, request)).await
        } else {
            self.session.client.run(&RawWrite::new(point, request)).await
        }
    }

    fn acting_as(&self, user: &str) -> Result<Arc<dyn Provider>> {
        Ok(Arc::new(Self {
            session: self.session.acting_as(user)?,
            capabilities: Arc::clone(&self.capabilities),
        }))
    }

    fn unsupported(&self, operation: Operation) -> Error {
        let (what, instead) = match operation {
            Operation::DownloadArchive => {
                ("Adobe makes no archive", "download the documents one by one, or all as one PDF")
            }
            Operation::Quota => {
                ("whether Adobe tells the account's allowance is unknown", "see it on Adobe's web site")
            }
            _ => ("Acrobat Sign has no such operation", "see the capabilities"),
        };
        Error::unsupported(PROVIDER, operation.as_str(), what, instead)
    }
}
