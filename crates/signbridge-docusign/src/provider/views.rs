//! DocuSign's own pages for the sender: preparing, correcting, and the web application.

use chrono::TimeDelta;
use signbridge_core::{Call, EnvelopeStatus, Error, ErrorKind, Result, SigningLink};
use url::Url;

use super::{DocuSignProvider, in_flight::state};
use crate::{
    PROVIDER,
    calls::{
        create_recipient_view::RETURN_URL_LENGTH,
        create_sender_view::{CreateConsoleView, CreateCorrectView, CreateSenderView},
    },
};

/// How long the page that corrects can be opened, in minutes.
const CORRECT_VIEW_MINUTES: i64 = 10;

/// The page that prepares a draft, or the one that corrects what was sent.
pub(super) async fn sender(provider: &DocuSignProvider, id: &str, return_url: &Url) -> Result<SigningLink> {
    returnable(return_url, CreateSenderView::NAME)?;
    let envelope = provider.read(id).await?.envelope;
    let session = &provider.session;
    match envelope.status {
        EnvelopeStatus::Draft => {
            let call = |account| CreateSenderView {
                account,
                envelope: id.to_owned(),
                return_url: return_url.clone(),
            };
            Ok(SigningLink::new(session.run(call).await?, None))
        }
        EnvelopeStatus::InProgress | EnvelopeStatus::OnHold => {
            let call = |account| CreateCorrectView {
                account,
                envelope: id.to_owned(),
                return_url: return_url.clone(),
            };
            let expires = session.parts().clock.now() + TimeDelta::minutes(CORRECT_VIEW_MINUTES);
            Ok(SigningLink::new(session.run(call).await?, Some(expires)))
        }
        _ => {
            let message = "there is nothing to prepare or correct";
            Err(state(&envelope, "sender_view", message, "see the envelope's state"))
        }
    }
}

/// The web application, with the user signed in.
pub(super) async fn console(
    provider: &DocuSignProvider,
    id: Option<&str>,
    return_url: &Url,
) -> Result<SigningLink> {
    returnable(return_url, CreateConsoleView::NAME)?;
    let call = |account| CreateConsoleView {
        account,
        envelope: id.map(str::to_owned),
        return_url: return_url.clone(),
    };
    Ok(SigningLink::new(provider.session.run(call).await?, None))
}

/// A longer address would be cut, and its end with it.
fn returnable(return_url: &Url, operation: &'static str) -> Result<()> {
    let fits = return_url.as_str().chars().count() <= RETURN_URL_LENGTH;
    if fits && matches!(return_url.scheme(), "https" | "http") {
        return Ok(());
    }
    let message =
        format!("the address to return to must be https or http, of at most {RETURN_URL_LENGTH} characters");
    Err(Error::new(ErrorKind::InvalidInput, message)
        .with_provider(PROVIDER)
        .with_operation(operation)
        .with_remedy("give another return_url"))
}
