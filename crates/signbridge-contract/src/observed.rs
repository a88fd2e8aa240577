//! A provider whose answers to the suite are kept in their form: what an application gets to see of it.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;
use serde_json::{Value, json};
use signbridge_core::{
    Addressee, AuditEvent, Capabilities, Correction, CreateOptions, Download, Draft, Envelope,
    EnvelopeDocument, Error, FormValue, IdempotencyKey, ListQuery, Operation, Page, Provider, Quota, Report,
    Result, SigningLink, SigningLinkRequest, Template, TemplateQuery, Voided, What,
};
use url::Url;

use crate::shape::Shapes;

/// What the operations answered, shared by all providers of one run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Book(Arc<Mutex<Shapes>>);

impl Book {
    fn add(&self, operation: &str, name: &str, value: &Value) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).value(operation, name, value);
    }

    /// All of it.
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).to_string()
    }

    fn saw<T>(&self, operation: &str, outcome: Result<T>, show: impl FnOnce(&T) -> Value) -> Result<T> {
        match &outcome {
            Ok(reply) => self.add(operation, "reply", &show(reply)),
            Err(error) => self.add(operation, "error", &refusal(error)),
        }
        outcome
    }
}

/// An error without its prose.
pub(crate) fn refusal(error: &Error) -> Value {
    let faults: Vec<&str> = error.faults().iter().map(|fault| fault.path.as_str()).collect();
    json!({
        "kind": error.kind(),
        "retry": error.retry(),
        "reach": error.reach(),
        "code": error.code(),
        "operation": error.operation(),
        "says when": error.retry_at().is_some(),
        "says what to do": error.remedy().is_some(),
        "faults": faults,
    })
}

/// A reply as the published JSON has it.
pub(crate) fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// What is told before the bytes.
pub(crate) fn download(download: &Download) -> Value {
    json!({ "name": download.name, "content_type": download.content_type, "length": download.length.is_some() })
}

/// A link, of which only the form may be told.
pub(crate) fn link(link: &SigningLink) -> Value {
    use secrecy::ExposeSecret;
    // By another name than `url`, because it is a secret that a snapshot may hold in its form only.
    json!({ "form": link.url.expose_secret(), "expires": link.expires_at.is_some() })
}

/// Keeps what the provider answered, and passes everything on.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) inner: Arc<dyn Provider>,
    pub(crate) book: Book,
}

#[async_trait]
#[deny(
    clippy::missing_trait_methods,
    reason = "a wrapper that forgets a method answers in the name of the provider"
)]
impl Provider for Observed {
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
        let name = if options.draft { "create a draft" } else { "create" };
        self.book.saw(name, self.inner.create(draft, options).await, json)
    }

    async fn send(&self, id: &str) -> Result<Envelope> {
        self.book.saw("send", self.inner.send(id).await, json)
    }

    async fn get(&self, id: &str) -> Result<Envelope> {
        self.book.saw("get", self.inner.get(id).await, json)
    }

    async fn find(&self, key: &IdempotencyKey) -> Result<Option<Envelope>> {
        self.book.saw("find", self.inner.find(key).await, json)
    }

    async fn list(&self, query: &ListQuery) -> Result<Page<Envelope>> {
        self.book.saw(
            "list",
            self.inner.list(query).await,
            |page| json!({ "items": page.items, "next": page.next.is_some() }),
        )
    }

    async fn void(&self, id: &str, reason: &str) -> Result<Voided> {
        self.book.saw("void", self.inner.void(id, reason).await, json)
    }

    async fn remind(&self, id: &str) -> Result<()> {
        self.book.saw("remind", self.inner.remind(id).await, json)
    }

    async fn remind_one(&self, id: &str, whom: &Addressee) -> Result<()> {
        self.book.saw("remind_one", self.inner.remind_one(id, whom).await, json)
    }

    async fn signing_link(&self, id: &str, request: &SigningLinkRequest) -> Result<SigningLink> {
        self.book.saw("signing_link", self.inner.signing_link(id, request).await, link)
    }

    async fn documents(&self, id: &str) -> Result<Vec<EnvelopeDocument>> {
        self.book.saw("documents", self.inner.documents(id).await, json)
    }

    async fn download(&self, id: &str, what: &What) -> Result<Download> {
        let name = match what {
            What::Combined => "download_combined",
            What::Archive => "download_archive",
            What::Certificate => "download_certificate",
            What::Document(_) => "download_document",
        };
        self.book.saw(name, self.inner.download(id, what).await, download)
    }

    async fn audit(&self, id: &str) -> Result<Vec<AuditEvent>> {
        self.book.saw("audit", self.inner.audit(id).await, json)
    }

    async fn correct(&self, id: &str, correction: &Correction) -> Result<Envelope> {
        self.book.saw("correct", self.inner.correct(id, correction).await, json)
    }

    async fn delete_draft(&self, id: &str) -> Result<()> {
        self.book.saw("delete_draft", self.inner.delete_draft(id).await, json)
    }

    async fn purge(&self, id: &str) -> Result<()> {
        self.book.saw("purge", self.inner.purge(id).await, json)
    }

    async fn form_data(&self, id: &str) -> Result<Vec<FormValue>> {
        self.book.saw("form_data", self.inner.form_data(id).await, json)
    }

    async fn sender_view(&self, id: &str, return_url: &Url) -> Result<SigningLink> {
        self.book.saw("sender_view", self.inner.sender_view(id, return_url).await, link)
    }

    async fn console_view(&self, id: Option<&str>, return_url: &Url) -> Result<SigningLink> {
        self.book.saw("console_view", self.inner.console_view(id, return_url).await, link)
    }

    async fn templates(&self, query: &TemplateQuery) -> Result<Page<Template>> {
        self.book.saw(
            "templates",
            self.inner.templates(query).await,
            |page| json!({ "items": page.items, "next": page.next.is_some() }),
        )
    }

    async fn template(&self, id: &str) -> Result<Template> {
        self.book.saw("template", self.inner.template(id).await, json)
    }

    async fn create_template(&self, draft: &Draft) -> Result<Template> {
        self.book.saw("create_template", self.inner.create_template(draft).await, json)
    }

    async fn quota(&self) -> Result<Quota> {
        self.book.saw("quota", self.inner.quota().await, json)
    }

    async fn raw(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        self.book.saw(
            "raw",
            self.inner.raw(request).await,
            |answer| json!({ "status": answer.status().as_u16() }),
        )
    }

    fn acting_as(&self, user: &str) -> Result<Arc<dyn Provider>> {
        self.inner.acting_as(user)
    }

    fn unsupported(&self, operation: Operation) -> Error {
        self.inner.unsupported(operation)
    }
}
