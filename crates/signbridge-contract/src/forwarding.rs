//! A wrapper forwards every method: forgetting one would answer "unsupported" in the name of a provider that can.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use signbridge_core::{
    Addressee, AuditEvent, Capabilities, Correction, CreateOptions, Document, Download, Draft, Envelope,
    EnvelopeDocument, Error, ErrorKind, Evidence, Field, FormValue, IdempotencyKey, ListQuery, Once,
    Operation, Page, Provider, Quota, Recipient, RecipientChange, Report, Result, SigningLink,
    SigningLinkRequest, Template, TemplateQuery, Voided, What,
};
use url::Url;

static NOTHING: LazyLock<Capabilities> =
    LazyLock::new(|| Capabilities::new("probe", Evidence::EmulatorOnly, Once::SendThenFind));

/// Writes down which methods reached it, and refuses each.
#[derive(Debug, Default)]
struct Probe(Mutex<BTreeSet<&'static str>>);

impl Probe {
    fn reached<T>(&self, method: &'static str) -> Result<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(method);
        Err(Error::new(ErrorKind::Gone, method))
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods, reason = "a method that the probe lacks could not be missed")]
impl Provider for Probe {
    fn provider(&self) -> &'static str {
        "probe"
    }
    fn capabilities(&self) -> &Capabilities {
        &NOTHING
    }
    async fn check(&self, _: &Draft) -> Result<Report> {
        self.reached("check")
    }
    async fn create(&self, _: &Draft, _: &CreateOptions) -> Result<Envelope> {
        self.reached("create")
    }
    async fn send(&self, _: &str) -> Result<Envelope> {
        self.reached("send")
    }
    async fn get(&self, _: &str) -> Result<Envelope> {
        self.reached("get")
    }
    async fn find(&self, _: &IdempotencyKey) -> Result<Option<Envelope>> {
        self.reached("find")
    }
    async fn list(&self, _: &ListQuery) -> Result<Page<Envelope>> {
        self.reached("list")
    }
    async fn void(&self, _: &str, _: &str) -> Result<Voided> {
        self.reached("void")
    }
    async fn remind(&self, _: &str) -> Result<()> {
        self.reached("remind")
    }
    async fn remind_one(&self, _: &str, _: &Addressee) -> Result<()> {
        self.reached("remind_one")
    }
    async fn signing_link(&self, _: &str, _: &SigningLinkRequest) -> Result<SigningLink> {
        self.reached("signing_link")
    }
    async fn documents(&self, _: &str) -> Result<Vec<EnvelopeDocument>> {
        self.reached("documents")
    }
    async fn download(&self, _: &str, _: &What) -> Result<Download> {
        self.reached("download")
    }
    async fn audit(&self, _: &str) -> Result<Vec<AuditEvent>> {
        self.reached("audit")
    }
    async fn correct(&self, _: &str, _: &Correction) -> Result<Envelope> {
        self.reached("correct")
    }
    async fn delete_draft(&self, _: &str) -> Result<()> {
        self.reached("delete_draft")
    }
    async fn purge(&self, _: &str) -> Result<()> {
        self.reached("purge")
    }
    async fn form_data(&self, _: &str) -> Result<Vec<FormValue>> {
        self.reached("form_data")
    }
    async fn sender_view(&self, _: &str, _: &Url) -> Result<SigningLink> {
        self.reached("sender_view")
    }
    async fn console_view(&self, _: Option<&str>, _: &Url) -> Result<SigningLink> {
        self.reached("console_view")
    }
    async fn templates(&self, _: &TemplateQuery) -> Result<Page<Template>> {
        self.reached("templates")
    }
    async fn template(&self, _: &str) -> Result<Template> {
        self.reached("template")
    }
    async fn create_template(&self, _: &Draft) -> Result<Template> {
        self.reached("create_template")
    }
    async fn quota(&self) -> Result<Quota> {
        self.reached("quota")
    }
    async fn raw(&self, _: Request<Bytes>) -> Result<Response<Bytes>> {
        self.reached("raw")
    }
    fn acting_as(&self, _: &str) -> Result<Arc<dyn Provider>> {
        self.reached("acting_as")
    }
    fn unsupported(&self, _: Operation) -> Error {
        self.reached::<()>("unsupported").err().unwrap_or_else(|| Error::new(ErrorKind::Gone, "unsupported"))
    }
}

/// Wraps a probe and calls every method through the wrapper.
///
/// # Errors
/// The names of the methods that did not arrive.
pub async fn forwards_every_method(
    wrap: impl FnOnce(Arc<dyn Provider>) -> Arc<dyn Provider>,
) -> Result<(), Vec<&'static str>> {
    let probe = Arc::new(Probe::default());
    let wrapped = wrap(Arc::clone(&probe) as Arc<dyn Provider>);
    let draft = Draft::new("probe")
        .document(Document::from_bytes("a.pdf", crate::drafts::pdf()))
        .recipient(Recipient::signer("Ann", "ann@example.com").field(Field::signature().at(1, 1.0, 1.0)));
    let _ = wrapped.check(&draft).await;
    let _ = wrapped.create(&draft, &CreateOptions::sent()).await;
    let _ = wrapped.send("id").await;
    let _ = wrapped.get("id").await;
    let _ = wrapped.find(&IdempotencyKey::random()).await;
    let _ = wrapped.list(&ListQuery::default()).await;
    let _ = wrapped.void("id", "reason").await;
    let _ = wrapped.remind("id").await;
    let _ = wrapped.remind_one("id", &Addressee::new("ann@example.com")).await;
    let _ = wrapped.signing_link("id", &SigningLinkRequest::new("ann@example.com")).await;
    let _ = wrapped.documents("id").await;
    let _ = wrapped.download("id", &What::Combined).await;
    let _ = wrapped.audit("id").await;
    let correction = Correction::new().change(RecipientChange::of("ann@example.com").name("Ann Lee"));
    let _ = wrapped.correct("id", &correction).await;
    let _ = wrapped.delete_draft("id").await;
    let _ = wrapped.purge("id").await;
    let _ = wrapped.form_data("id").await;
    if let Ok(url) = Url::parse("https://app.example/done") {
        let _ = wrapped.sender_view("id", &url).await;
        let _ = wrapped.console_view(Some("id"), &url).await;
    }
    let _ = wrapped.templates(&TemplateQuery::default()).await;
    let _ = wrapped.template("id").await;
    let _ = wrapped.create_template(&draft).await;
    let _ = wrapped.quota().await;
    let _ = wrapped.raw(Request::new(Bytes::new())).await;
    let _ = wrapped.acting_as("somebody");
    let _ = wrapped.unsupported(Operation::Get);
    let reached = probe.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let missing: Vec<_> = METHODS.into_iter().filter(|method| !reached.contains(method)).collect();
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

const METHODS: [&str; 26] = [
    "check",
    "create",
    "send",
    "get",
    "find",
    "list",
    "void",
    "remind",
    "remind_one",
    "signing_link",
    "documents",
    "download",
    "audit",
    "correct",
    "delete_draft",
    "purge",
    "form_data",
    "sender_view",
    "console_view",
    "templates",
    "template",
    "create_template",
    "quota",
    "raw",
    "acting_as",
    "unsupported",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Forgetful(Arc<dyn Provider>);

    #[async_trait]
    impl Provider for Forgetful {
        fn provider(&self) -> &'static str {
            self.0.provider()
        }
        fn capabilities(&self) -> &Capabilities {
            self.0.capabilities()
        }
        async fn check(&self, draft: &Draft) -> Result<Report> {
            self.0.check(draft).await
        }
        async fn create(&self, draft: &Draft, options: &CreateOptions) -> Result<Envelope> {
            self.0.create(draft, options).await
        }
        async fn get(&self, id: &str) -> Result<Envelope> {
            self.0.get(id).await
        }
        async fn raw(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
            self.0.raw(request).await
        }
    }

    #[tokio::test]
    async fn a_forgotten_method_is_named() {
        assert_eq!(forwards_every_method(|inner| inner).await, Ok(()));
        let missing = forwards_every_method(|inner| Arc::new(Forgetful(inner))).await.unwrap_err();
        assert!(
            missing.contains(&"void") && missing.contains(&"unsupported") && !missing.contains(&"get"),
            "{missing:?}"
        );
    }
}
