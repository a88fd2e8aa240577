//! The operations every application uses, whatever the provider.

use std::{fmt, str::FromStr, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use http::{Request, Response};
use secrecy::SecretString;
use serde::Serialize;
use url::Url;

use crate::{
    Addressee, AuditEvent, Capabilities, Correction, Draft, Envelope, EnvelopeDocument, EnvelopeStatus,
    Error, FormValue, IdempotencyKey, Operation, Quota, Report, Result, Template, TemplateQuery,
    transport::Chunks,
};

/// How an envelope is created.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CreateOptions {
    /// Leave it as a draft.
    pub draft: bool,
    /// The caller's key. With a key the envelope is sent once, whatever breaks; without one a single request is made,
    /// and doubt ends in `outcome_unknown`.
    pub key: Option<IdempotencyKey>,
}

impl CreateOptions {
    /// Create and send.
    pub fn sent() -> Self {
        Self::default()
    }

    /// Create and leave it as a draft.
    pub fn draft() -> Self {
        Self { draft: true, key: None }
    }

    /// With this key.
    #[must_use]
    pub fn key(mut self, key: IdempotencyKey) -> Self {
        self.key = Some(key);
        self
    }
}

/// Which envelopes to list. The answer is filtered again on our side.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ListQuery {
    /// Created or changed since; the provider's longest period if not given.
    pub from: Option<DateTime<Utc>>,
    /// Created or changed before.
    pub to: Option<DateTime<Utc>>,
    /// Only these statuses; all if empty.
    pub statuses: Vec<EnvelopeStatus>,
    /// Only those with this piece of metadata.
    pub metadata: Option<(String, String)>,
    /// At most so many in one page.
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// A page of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

/// How far a void got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Voided {
    /// The envelope is voided.
    Done,
    /// The provider accepted the wish; the envelope's state tells when it is done.
    Accepted,
}

/// Whom a signing link is for.
#[derive(Clone)]
#[non_exhaustive]
pub struct SigningLinkRequest {
    /// The embedded signer's e-mail address.
    pub email: String,
    /// Where his browser goes afterwards; the draft's own if not given.
    pub return_url: Option<Url>,
}

impl SigningLinkRequest {
    /// A link for this signer.
    pub fn new(email: impl Into<String>) -> Self {
        Self { email: email.into(), return_url: None }
    }

    /// Where his browser goes afterwards.
    #[must_use]
    pub fn return_url(mut self, url: Url) -> Self {
        self.return_url = Some(url);
        self
    }
}

impl fmt::Debug for SigningLinkRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningLinkRequest([redacted])")
    }
}

/// A link that signs in somebody's name: a secret, for one visit.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SigningLink {
    /// The address to open in the signer's browser. Not to be stored or mailed.
    pub url: SecretString,
    /// When it dies, where the provider says.
    pub expires_at: Option<DateTime<Utc>>,
}

impl SigningLink {
    /// A link and its end.
    pub fn new(url: impl Into<SecretString>, expires_at: Option<DateTime<Utc>>) -> Self {
        Self { url: url.into(), expires_at }
    }
}

/// What to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// All documents as one PDF.
    Combined,
    /// All documents as a ZIP archive.
    Archive,
    /// The certificate of completion.
    Certificate,
    /// One document by its id.
    Document(String),
}

impl FromStr for What {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "combined" => Self::Combined,
            "archive" => Self::Archive,
            "certificate" => Self::Certificate,
            id => Self::Document(id.to_owned()),
        })
    }
}

/// A document on its way, streamed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Download {
    /// The name the provider gives it.
    pub name: Option<String>,
    /// Its media type.
    pub content_type: String,
    /// Its length in bytes, if announced.
    pub length: Option<u64>,
    /// Its bytes.
    pub chunks: Chunks,
}

impl Download {
    /// A document of this media type.
    pub fn new(
        name: Option<String>,
        content_type: impl Into<String>,
        length: Option<u64>,
        chunks: Chunks,
    ) -> Self {
        Self { name, content_type: content_type.into(), length, chunks }
    }
}

/// A provider account, ready to use. Ids are the provider's own.
///
/// A wrapper forwards every method: deny `clippy::missing_trait_methods` where you write one.
#[async_trait]
pub trait Provider: Send + Sync + fmt::Debug {
    /// The provider's name, such as `docusign`.
    fn provider(&self) -> &'static str;

    /// What it can do.
    fn capabilities(&self) -> &Capabilities;

    /// Every gap between the draft and this provider. Reads the documents' lengths and page sizes, requests nothing.
    ///
    /// # Errors
    /// `invalid_draft` or `io`; gaps are no error, they are in the report.
    async fn check(&self, draft: &Draft) -> Result<Report>;

    /// Creates an envelope, as a draft or sent. `check` comes first.
    ///
    /// # Errors
    /// `invalid_draft`, `unsupported` before any request; `outcome_unknown` with the key when it may have been sent.
    async fn create(&self, draft: &Draft, options: &CreateOptions) -> Result<Envelope>;

    /// Sends a draft.
    ///
    /// # Errors
    /// `invalid_state` when it is no draft any more.
    async fn send(&self, id: &str) -> Result<Envelope> {
        let _ = id;
        Err(self.unsupported(Operation::Send))
    }

    /// Reads an envelope with its recipients and documents.
    ///
    /// # Errors
    /// `not_found`, `gone`.
    async fn get(&self, id: &str) -> Result<Envelope>;

    /// The envelope that was created with this key. `None` means that the provider does not show one, which is no
    /// proof that there is none.
    ///
    /// # Errors
    /// When the provider cannot be asked.
    async fn find(&self, key: &IdempotencyKey) -> Result<Option<Envelope>> {
        let _ = key;
        Err(self.unsupported(Operation::Find))
    }

    /// A page of envelopes, without recipients and documents.
    ///
    /// # Errors
    /// When the query cannot be expressed.
    async fn list(&self, query: &ListQuery) -> Result<Page<Envelope>> {
        let _ = query;
        Err(self.unsupported(Operation::List))
    }

    /// Stops an envelope. The reason is told to its recipients.
    ///
    /// # Errors
    /// `invalid_state` when it ended already.
    async fn void(&self, id: &str, reason: &str) -> Result<Voided> {
        let _ = (id, reason);
        Err(self.unsupported(Operation::Void))
    }

    /// Mails everybody whose turn it is again. Never repeated by itself: each call mails.
    ///
    /// # Errors
    /// `invalid_state` when nobody's turn it is.
    async fn remind(&self, id: &str) -> Result<()> {
        let _ = id;
        Err(self.unsupported(Operation::Remind))
    }

    /// Mails one recipient whose turn it is again. Never repeated by itself: each call mails.
    ///
    /// # Errors
    /// `invalid_input` when the envelope has no such recipient, or several; `invalid_state` when it is not his turn.
    async fn remind_one(&self, id: &str, who: &Addressee) -> Result<()> {
        let _ = (id, who);
        Err(self.unsupported(Operation::RemindOne))
    }

    /// A link for an embedded signer whose turn it is.
    ///
    /// # Errors
    /// `not_ready` before his turn, `invalid_input` when he is no embedded signer of it.
    async fn signing_link(&self, id: &str, request: &SigningLinkRequest) -> Result<SigningLink> {
        let _ = (id, request);
        Err(self.unsupported(Operation::SigningLink))
    }

    /// The documents of an envelope.
    ///
    /// # Errors
    /// `not_found`.
    async fn documents(&self, id: &str) -> Result<Vec<EnvelopeDocument>> {
        let _ = id;
        Err(self.unsupported(Operation::Documents))
    }

    /// Starts a download; the bytes follow in [`Download::chunks`].
    ///
    /// # Errors
    /// `not_found`; `not_ready` while it is being made.
    async fn download(&self, id: &str, what: &What) -> Result<Download> {
        let _ = id;
        Err(self.unsupported(match what {
            What::Combined => Operation::DownloadCombined,
            What::Archive => Operation::DownloadArchive,
            What::Certificate => Operation::DownloadCertificate,
            What::Document(_) => Operation::DownloadDocument,
        }))
    }

    /// The audit trail, oldest first.
    ///
    /// # Errors
    /// `not_found`.
    async fn audit(&self, id: &str) -> Result<Vec<AuditEvent>> {
        let _ = id;
        Err(self.unsupported(Operation::Audit))
    }

    /// Changes recipients or expiry of an envelope on its way, and answers how it is afterwards.
    ///
    /// # Errors
    /// `invalid_input` with every fault; `invalid_state` when it ended already; `unsupported` with the path of what
    /// this provider cannot change, before any request.
    async fn correct(&self, id: &str, correction: &Correction) -> Result<Envelope> {
        let _ = (id, correction);
        Err(self.unsupported(Operation::Correct))
    }

    /// Deletes an envelope that was never sent. One that was sent is left as it is.
    ///
    /// # Errors
    /// `invalid_state` when it was sent.
    async fn delete_draft(&self, id: &str) -> Result<()> {
        let _ = id;
        Err(self.unsupported(Operation::DeleteDraft))
    }

    /// Removes the documents of an envelope that has ended. What remains, and when it happens, the capability says.
    ///
    /// # Errors
    /// `invalid_state` when it has not ended.
    async fn purge(&self, id: &str) -> Result<()> {
        let _ = id;
        Err(self.unsupported(Operation::Purge))
    }

    /// What the signers filled in.
    ///
    /// # Errors
    /// `not_found`; `not_ready` where the provider gives it at the end only.
    async fn form_data(&self, id: &str) -> Result<Vec<FormValue>> {
        let _ = id;
        Err(self.unsupported(Operation::FormData))
    }

    /// A link to the provider's own page on which the sender prepares a draft or corrects an envelope. A secret, for
    /// one visit; the browser goes to `return_url` afterwards.
    ///
    /// # Errors
    /// `invalid_state` when there is nothing to prepare or correct.
    async fn sender_view(&self, id: &str, return_url: &Url) -> Result<SigningLink> {
        let _ = (id, return_url);
        Err(self.unsupported(Operation::SenderView))
    }

    /// A link to the provider's web application, with the account's own user signed in, at an envelope or where it
    /// begins. Whoever opens it can do all that this user can: it is for him alone. A secret, for one visit.
    ///
    /// # Errors
    /// `not_found`.
    async fn console_view(&self, id: Option<&str>, return_url: &Url) -> Result<SigningLink> {
        let _ = (id, return_url);
        Err(self.unsupported(Operation::ConsoleView))
    }

    /// A page of the account's templates.
    ///
    /// # Errors
    /// When the query cannot be expressed.
    async fn templates(&self, query: &TemplateQuery) -> Result<Page<Template>> {
        let _ = query;
        Err(self.unsupported(Operation::Templates))
    }

    /// Reads a template with its roles.
    ///
    /// # Errors
    /// `not_found`.
    async fn template(&self, id: &str) -> Result<Template> {
        let _ = id;
        Err(self.unsupported(Operation::Template))
    }

    /// Makes a template: the draft's recipients are its roles, named by
    /// [`template_role`](crate::Recipient::template_role).
    ///
    /// # Errors
    /// `invalid_draft`; `unsupported` with every gap.
    async fn create_template(&self, draft: &Draft) -> Result<Template> {
        let _ = draft;
        Err(self.unsupported(Operation::CreateTemplate))
    }

    /// How many envelopes the account may still send.
    ///
    /// # Errors
    /// When the account may not be asked.
    async fn quota(&self) -> Result<Quota> {
        Err(self.unsupported(Operation::Quota))
    }

    /// Any request of the provider's own interface, its path relative to the account, through the same authorisation,
    /// pacing and redaction. Only reads are repeated. A refusal is an error as everywhere.
    ///
    /// # Errors
    /// As the provider refuses.
    async fn raw(&self, request: Request<Bytes>) -> Result<Response<Bytes>>;

    /// The same account, acting as another of its users.
    ///
    /// # Errors
    /// `unsupported` where the provider has no such thing.
    fn acting_as(&self, user: &str) -> Result<Arc<dyn Provider>> {
        let _ = user;
        Err(self.unsupported(Operation::ActingAs))
    }

    /// The error for an operation that this provider lacks.
    fn unsupported(&self, operation: Operation) -> Error {
        Error::unsupported(
            self.provider(),
            operation.as_str(),
            "this provider has no such operation",
            "ask `capabilities` before, or use another provider",
        )
    }
}

/// What every provider can do on top of [`Provider`].
#[async_trait]
pub trait ProviderExt: Provider {
    /// All envelopes of a query, page after page.
    fn list_all(&self, query: ListQuery) -> BoxStream<'_, Result<Envelope>> {
        stream::try_unfold(Some(query), move |query| async move {
            let Some(mut query) = query else { return Ok(None) };
            let page = self.list(&query).await?;
            let next = page.next.map(|cursor| {
                query.cursor = Some(cursor);
                query
            });
            Ok(Some((stream::iter(page.items.into_iter().map(Ok::<_, Error>)), next)))
        })
        .map(|page| match page {
            Ok(items) => items.boxed(),
            Err(error) => stream::once(async { Err(error) }).boxed(),
        })
        .flatten()
        .boxed()
    }
}

impl<P: Provider + ?Sized> ProviderExt for P {}
