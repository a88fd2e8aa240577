//! eSignGlobal as a [`Provider`]: short sequences of calls.

mod create;
mod links;
mod sent;
mod templates;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use signbridge_client::rest::{RawRead, RawWrite, is_read};
use signbridge_core::{
    AuditEvent, Call, Capabilities, Correction, CreateOptions, Download, Draft, Envelope, EnvelopeDocument,
    EnvelopeStatus, Error, ErrorKind, FormValue, IdempotencyKey, ListQuery, Operation, Page, Prepared,
    Provider, Quota, Reach, Report, Result, SigningLink, SigningLinkRequest, Support, Template,
    TemplateQuery, Voided, What, once,
};
use url::Url;

use self::sent::Sent;
use crate::{
    PROVIDER,
    calls::{
        cancel_envelope::CancelEnvelope,
        fetch_file::FetchFile,
        get_download::{GetArchiveUrl, GetFileUrls},
        get_envelope::GetEnvelope,
    },
    capabilities::CAPABILITIES,
    check,
    session::Session,
    wire::answer::{Detail, DownloadFile, document_id, secret::Address},
};

/// An eSignGlobal app.
#[derive(Debug)]
pub(crate) struct ESignGlobalProvider {
    session: Session,
    sent: Sent,
}

impl ESignGlobalProvider {
    pub(crate) fn new(session: Session) -> Self {
        Self { session, sent: Sent::default() }
    }

    fn held(&self, prepared: &Prepared) -> Report {
        check::check(prepared, &self.session.config.allow_unverified, self.session.clock.now())
    }

    async fn read(&self, id: &str) -> Result<Detail> {
        let api = Arc::clone(&self.session.api);
        self.session.client.run(&GetEnvelope { api, envelope: id.to_owned() }).await
    }

    async fn files(&self, id: &str) -> Result<Vec<DownloadFile>> {
        let api = Arc::clone(&self.session.api);
        let outcome = self.session.client.run(&GetFileUrls { api, envelope: id.to_owned() }).await;
        self.explained(id, outcome).await
    }

    /// A refused download says nothing of its reason; the envelope's state does.
    async fn explained<T>(&self, id: &str, outcome: Result<T>) -> Result<T> {
        let error = match outcome {
            Err(error) if error.kind() == ErrorKind::InvalidInput => error,
            outcome => return outcome,
        };
        let kind = match self.read(id).await?.envelope.status {
            EnvelopeStatus::Completed => return Err(error.with_envelope_id(id)),
            EnvelopeStatus::Draft | EnvelopeStatus::Processing | EnvelopeStatus::InProgress => {
                ErrorKind::NotReady
            }
            _ => ErrorKind::InvalidState,
        };
        Err(error
            .with_kind(kind)
            .with_envelope_id(id)
            .with_remedy("only completed envelopes can be downloaded; wait until it is"))
    }

    async fn fetch(&self, name: Option<String>, url: Address) -> Result<Download> {
        create::is_safe(&url.0)?;
        let (head, chunks) = self.session.files.download(&FetchFile { url }).await?;
        Ok(Download::new(name, head.content_type, head.length, chunks))
    }

    async fn file(&self, id: &str, what: &What) -> Result<Download> {
        let files = self.files(id).await?;
        let wanted = |kind: &str| files.iter().filter(|file| file.kind == kind).collect::<Vec<_>>();
        let found = match what {
            What::Certificate => wanted("certificate").into_iter().next(),
            What::Document(document) => numbered(&files)
                .into_iter()
                .find_map(|(own, file)| own.eq_ignore_ascii_case(document).then_some(file)),
            What::Combined | What::Archive => {
                match (wanted("combined").as_slice(), wanted("contract").as_slice()) {
                    ([merged, ..], _) => Some(*merged),
                    ([], [only]) => Some(*only),
                    _ => {
                        return Err(Error::new(
                            ErrorKind::FeatureOff,
                            "the workspace does not merge the files of an envelope",
                        )
                        .with_provider(PROVIDER)
                        .with_operation(Operation::DownloadCombined.as_str())
                        .with_envelope_id(id)
                        .with_reach(Reach::Yes)
                        .with_remedy("switch on merged download in eSignGlobal, or download the archive"));
                    }
                }
            }
        };
        let file = found.cloned().ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "the envelope has no such file")
                .with_provider(PROVIDER)
                .with_operation(GetFileUrls::NAME)
                .with_envelope_id(id)
                .with_reach(Reach::Yes)
                .with_remedy("see the envelope's documents")
        })?;
        self.fetch(Some(file.name).filter(|name| !name.is_empty()), file.url).await
    }
}

/// The files with their ids: kind and place among those of its kind.
fn numbered(files: &[DownloadFile]) -> Vec<(String, &DownloadFile)> {
    let place = |index: usize, file: &DownloadFile| {
        files.iter().take(index).filter(|other| other.kind == file.kind).count()
    };
    files
        .iter()
        .enumerate()
        .map(|(index, file)| (document_id(&file.kind, place(index, file)), file))
        .collect()
}

#[async_trait]
#[deny(clippy::missing_trait_methods, reason = "what eSignGlobal can do is offered, what it cannot is said")]
impl Provider for ESignGlobalProvider {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    async fn check(&self, draft: &Draft) -> Result<Report> {
        Ok(self.held(&Prepared::new(draft).await?))
    }

    async fn create(&self, draft: &Draft, options: &CreateOptions) -> Result<Envelope> {
        if options.draft && draft.send_at.is_some() {
            return Err(Error::unsupported(
                PROVIDER,
                Operation::CreateDraft.as_str(),
                "a draft has no time at which it is sent (send_at)",
                "leave out send_at, or create it sent",
            ));
        }
        let prepared = Prepared::new(draft).await?;
        self.held(&prepared).into_result()?;
        create::create(self, &prepared, options).await
    }

    async fn send(&self, _: &str) -> Result<Envelope> {
        Err(self.unsupported(Operation::Send))
    }

    async fn get(&self, id: &str) -> Result<Envelope> {
        Ok(self.read(id).await?.envelope)
    }

    async fn find(&self, _: &IdempotencyKey) -> Result<Option<Envelope>> {
        Err(self.unsupported(Operation::Find))
    }

    async fn list(&self, _: &ListQuery) -> Result<Page<Envelope>> {
        Err(self.unsupported(Operation::List))
    }

    /// Reads, acts, and in doubt reads again: a cancel is not repeated.
    async fn void(&self, id: &str, reason: &str) -> Result<Voided> {
        if reason.trim().is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, "eSignGlobal wants a reason")
                .with_provider(PROVIDER)
                .with_operation(CancelEnvelope::NAME)
                .with_envelope_id(id));
        }
        let status = self.read(id).await?.envelope.status;
        if status.is_terminal() {
            return Err(ended(id, &status, CancelEnvelope::NAME));
        }
        let cancel = CancelEnvelope {
            api: Arc::clone(&self.session.api),
            envelope: id.to_owned(),
            reason: reason.to_owned(),
        };
        let Err(error) = self.session.client.run(&cancel).await else { return Ok(Voided::Done) };
        if !once::in_doubt(&error) && error.kind() != ErrorKind::InvalidInput {
            return Err(error.with_envelope_id(id));
        }
        match self.read(id).await {
            Ok(now) if now.envelope.status == EnvelopeStatus::Voided => Ok(Voided::Done),
            Ok(now) if now.envelope.status.is_terminal() => {
                Err(ended(id, &now.envelope.status, CancelEnvelope::NAME))
            }
            _ => Err(error.with_envelope_id(id)),
        }
    }

    async fn remind(&self, _: &str) -> Result<()> {
        Err(self.unsupported(Operation::Remind))
    }

    async fn signing_link(&self, id: &str, request: &SigningLinkRequest) -> Result<SigningLink> {
        links::signing(self, id, request).await
    }

    /// Names are known once the envelope is completed; until then a document is called by its key.
    async fn documents(&self, id: &str) -> Result<Vec<EnvelopeDocument>> {
        let envelope = self.read(id).await?.envelope;
        if envelope.status != EnvelopeStatus::Completed {
            return Ok(envelope.documents);
        }
        let files = self.files(id).await?;
        Ok(numbered(&files)
            .into_iter()
            .map(|(own, file)| {
                let sent_by_us = matches!(file.kind.as_str(), "contract" | "attachment");
                EnvelopeDocument::new(own, file.name.clone(), sent_by_us)
            })
            .collect())
    }

    async fn download(&self, id: &str, what: &What) -> Result<Download> {
        if *what != What::Archive {
            return self.file(id, what).await;
        }
        let call = GetArchiveUrl { api: Arc::clone(&self.session.api), envelope: id.to_owned() };
        let outcome = self.session.client.run(&call).await;
        let url = self.explained(id, outcome).await?;
        self.fetch(None, url).await
    }

    async fn audit(&self, _: &str) -> Result<Vec<AuditEvent>> {
        Err(self.unsupported(Operation::Audit))
    }

    async fn correct(&self, _: &str, _: &Correction) -> Result<Envelope> {
        Err(self.unsupported(Operation::Correct))
    }

    async fn delete_draft(&self, _: &str) -> Result<()> {
        Err(self.unsupported(Operation::DeleteDraft))
    }

    async fn purge(&self, _: &str) -> Result<()> {
        Err(self.unsupported(Operation::Purge))
    }

    async fn form_data(&self, _: &str) -> Result<Vec<FormValue>> {
        Err(self.unsupported(Operation::FormData))
    }

    async fn sender_view(&self, id: &str, return_url: &Url) -> Result<SigningLink> {
        links::sender(self, id, return_url).await
    }

    async fn templates(&self, query: &TemplateQuery) -> Result<Page<Template>> {
        templates::list(self, query).await
    }

    /// Its fields stand in `raw`; roles have no names at eSignGlobal.
    async fn template(&self, id: &str) -> Result<Template> {
        Ok(templates::get(self, id).await?.template)
    }

    async fn create_template(&self, _: &Draft) -> Result<Template> {
        Err(self.unsupported(Operation::CreateTemplate))
    }

    async fn quota(&self) -> Result<Quota> {
        Err(self.unsupported(Operation::Quota))
    }

    async fn raw(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let api = Arc::clone(&self.session.api);
        if is_read(&request) {
            self.session.client.run(&RawRead::new(api, request)).await
        } else {
            self.session.client.run(&RawWrite::new(api, request)).await
        }
    }

    fn acting_as(&self, _: &str) -> Result<Arc<dyn Provider>> {
        Err(self.unsupported(Operation::ActingAs))
    }

    fn unsupported(&self, operation: Operation) -> Error {
        let reason = match CAPABILITIES.operation(operation).support {
            Support::Unsupported(reason) => reason,
            _ => "eSignGlobal has no such operation",
        };
        Error::unsupported(
            PROVIDER,
            operation.as_str(),
            reason,
            "see the capabilities, or use another provider",
        )
    }
}

fn ended(id: &str, status: &EnvelopeStatus, operation: &'static str) -> Error {
    Error::new(ErrorKind::InvalidState, format!("the envelope is {status}"))
        .with_provider(PROVIDER)
        .with_operation(operation)
        .with_envelope_id(id)
        .with_reach(Reach::Yes)
        .with_remedy("nothing can change it any more")
}
