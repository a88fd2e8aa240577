//! What the sender does with his own agreement: delete a draft, purge what has ended, read what was filled in, open one
//! of Adobe's pages.

use signbridge_core::{EnvelopeStatus, Error, ErrorKind, FormValue, Result, SigningLink};

use super::AdobeSignProvider;
use crate::{
    PROVIDER,
    calls::{
        create_view::CreateView,
        delete_agreement::{DeleteAgreement, DeleteDocuments},
        get_form_data::GetFormData,
    },
};

/// What an agreement is that nobody was asked to sign.
fn is_draft(status: &EnvelopeStatus) -> bool {
    *status == EnvelopeStatus::Draft
}

/// Who cancelled an agreement its events say; that it has ended is certain without them.
fn has_ended(status: &EnvelopeStatus) -> bool {
    let cancelled = |raw: &str| raw.eq_ignore_ascii_case("CANCELLED") || raw.eq_ignore_ascii_case("ABORTED");
    status.is_terminal() || matches!(status, EnvelopeStatus::Other(raw) if cancelled(raw))
}

impl AdobeSignProvider {
    /// Reads, compares, and deletes the version that was read.
    pub(super) async fn draft_deleted(&self, id: &str) -> Result<()> {
        let etag = self.version(id, is_draft, "was sent").await?;
        let delete = |point| DeleteAgreement { point, agreement: id.to_owned(), etag: etag.clone() };
        self.session.run(delete).await
    }

    pub(super) async fn purged(&self, id: &str) -> Result<()> {
        let etag = self.version(id, has_ended, "has not ended").await?;
        let delete = |point| DeleteDocuments { point, agreement: id.to_owned(), etag: etag.clone() };
        self.session.run(delete).await
    }

    /// That nobody has filled in anything is an empty list, not an error.
    pub(super) async fn filled_in(&self, id: &str) -> Result<Vec<FormValue>> {
        match self.session.run(|point| GetFormData { point, agreement: id.to_owned() }).await {
            Err(error) if error.code() == Some("NO_FORM_DATA") => Ok(Vec::new()),
            outcome => outcome,
        }
    }

    /// The page that fits the state: a draft is composed or authored, what is on its way is managed.
    pub(super) async fn view_of(&self, id: &str) -> Result<SigningLink> {
        let open = |status: &EnvelopeStatus| {
            matches!(status, EnvelopeStatus::Draft | EnvelopeStatus::InProgress | EnvelopeStatus::OnHold)
        };
        let (read, _) = self.allowed(id, open, "has nothing to prepare or correct").await?;
        let raw = read.agreement.status.unwrap_or_default().to_ascii_uppercase();
        let name = match raw.as_str() {
            "DRAFT" => "COMPOSE",
            "AUTHORING" => "AUTHORING",
            "PREFILL" => "PREFILL",
            _ => "MANAGE",
        };
        let view = self.session.run(|point| CreateView { point, agreement: id.to_owned(), name }).await;
        let view = view.map_err(|error| match error.code() {
            Some("AUTOLOGIN_DENIED") => {
                Error::new(ErrorKind::Forbidden, "the token may not sign the user in")
                    .with_provider(PROVIDER)
                    .with_operation("views.create")
                    .with_remedy("give the token the scope user_login")
                    .with_source(error)
            }
            _ => error,
        })?;
        Ok(SigningLink::new(view.url, view.expires_at))
    }
}
