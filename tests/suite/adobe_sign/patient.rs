//! An application that comes again when it is told to, by the emulator's clock.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use signbridge_core::{
    Addressee, AuditEvent, Capabilities, Correction, Download, Envelope, EnvelopeDocument, Error, FormValue,
    Operation, Page, Quota, Report, Result, SigningLink, Template, TemplateQuery,
};
use url::Url;

use super::*;

/// How long Adobe keeps equal reads apart in most plans, and a little more.
pub const INTERVAL: Duration = Duration::from_secs(660);

/// Repeats what was refused because it came too early: nothing was done then.
#[derive(Debug)]
pub struct Patient {
    pub inner: Arc<dyn Provider>,
    pub control: Control,
}

impl Patient {
    async fn again<T, F: Future<Output = Result<T>>>(&self, call: impl Fn() -> F) -> Result<T> {
        for _ in 0..4 {
            match call().await {
                Err(error) if error.kind() == ErrorKind::RateLimited => {
                    assert!(error.retry_at().is_some(), "it does not say when to come again: {error}");
                    self.control.advance_clock(INTERVAL);
                }
                outcome => return outcome,
            }
        }
        call().await
    }
}

#[async_trait]
impl Provider for Patient {
    fn provider(&self) -> &'static str {
        self.inner.provider()
    }

    fn capabilities(&self) -> &Capabilities {
        self.inner.capabilities()
    }

    async fn check(&self, draft: &Draft) -> Result<Report> {
        self.inner.check(draft).await
    }

    async fn create(&self, draft: &Draft, options: &CreateOptions) -> Result<Envelope> {
        self.again(|| self.inner.create(draft, options)).await
    }

    async fn send(&self, id: &str) -> Result<Envelope> {
        self.again(|| self.inner.send(id)).await
    }

    async fn get(&self, id: &str) -> Result<Envelope> {
        self.again(|| self.inner.get(id)).await
    }

    async fn find(&self, key: &IdempotencyKey) -> Result<Option<Envelope>> {
        self.again(|| self.inner.find(key)).await
    }

    async fn list(&self, query: &ListQuery) -> Result<Page<Envelope>> {
        self.again(|| self.inner.list(query)).await
    }

    async fn void(&self, id: &str, reason: &str) -> Result<Voided> {
        self.again(|| self.inner.void(id, reason)).await
    }

    async fn remind(&self, id: &str) -> Result<()> {
        self.again(|| self.inner.remind(id)).await
    }

    async fn remind_one(&self, id: &str, who: &Addressee) -> Result<()> {
        self.again(|| self.inner.remind_one(id, who)).await
    }

    async fn signing_link(&self, id: &str, request: &SigningLinkRequest) -> Result<SigningLink> {
        self.again(|| self.inner.signing_link(id, request)).await
    }

    async fn documents(&self, id: &str) -> Result<Vec<EnvelopeDocument>> {
        self.again(|| self.inner.documents(id)).await
    }

    async fn download(&self, id: &str, what: &What) -> Result<Download> {
        self.again(|| self.inner.download(id, what)).await
    }

    async fn audit(&self, id: &str) -> Result<Vec<AuditEvent>> {
        self.again(|| self.inner.audit(id)).await
    }

    async fn correct(&self, id: &str, correction: &Correction) -> Result<Envelope> {
        self.again(|| self.inner.correct(id, correction)).await
    }

    async fn delete_draft(&self, id: &str) -> Result<()> {
        self.again(|| self.inner.delete_draft(id)).await
    }

    async fn purge(&self, id: &str) -> Result<()> {
        self.again(|| self.inner.purge(id)).await
    }

    async fn form_data(&self, id: &str) -> Result<Vec<FormValue>> {
        self.again(|| self.inner.form_data(id)).await
    }

    async fn sender_view(&self, id: &str, return_url: &Url) -> Result<SigningLink> {
        self.again(|| self.inner.sender_view(id, return_url)).await
    }

    async fn console_view(&self, id: Option<&str>, return_url: &Url) -> Result<SigningLink> {
        self.again(|| self.inner.console_view(id, return_url)).await
    }

    async fn templates(&self, query: &TemplateQuery) -> Result<Page<Template>> {
        self.again(|| self.inner.templates(query)).await
    }

    async fn template(&self, id: &str) -> Result<Template> {
        self.again(|| self.inner.template(id)).await
    }

    async fn create_template(&self, draft: &Draft) -> Result<Template> {
        self.again(|| self.inner.create_template(draft)).await
    }

    async fn quota(&self) -> Result<Quota> {
        self.again(|| self.inner.quota()).await
    }

    async fn raw(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        self.inner.raw(request).await
    }

    fn acting_as(&self, user: &str) -> Result<Arc<dyn Provider>> {
        self.inner.acting_as(user)
    }

    fn unsupported(&self, operation: Operation) -> Error {
        self.inner.unsupported(operation)
    }
}
