//! Addresses that are secrets: of a signer's page, and of the sender's.

use std::sync::Arc;

use signbridge_core::{
    Call, EnvelopeStatus, Error, ErrorKind, Reach, RecipientStatus, Result, Role, SigningLink,
    SigningLinkRequest,
};
use url::Url;

use super::{ESignGlobalProvider, ended};
use crate::{
    PROVIDER,
    calls::{
        get_sender_view::{GetSenderView, RETURN_URL},
        get_sign_urls::GetSignUrls,
    },
};

/// The addresses of all come in one answer; his turn is read before.
pub(super) async fn signing(
    provider: &ESignGlobalProvider,
    id: &str,
    request: &SigningLinkRequest,
) -> Result<SigningLink> {
    let refuse = |kind, message: &str, remedy: &str| {
        Error::new(kind, message)
            .with_provider(PROVIDER)
            .with_operation(GetSignUrls::NAME)
            .with_envelope_id(id)
            .with_remedy(remedy)
    };
    let detail = provider.read(id).await?;
    let own_return = detail.redirect_url.as_deref().and_then(|url| Url::parse(url).ok());
    if request.return_url.is_some() && request.return_url != own_return {
        return Err(refuse(
            ErrorKind::Unsupported,
            "eSignGlobal takes one address to return to, with the envelope",
            "give return_url in the draft",
        ));
    }
    let Some(signer) =
        detail.envelope.recipient(&request.email).filter(|one| one.role == Role::Signer.as_str())
    else {
        return Err(refuse(
            ErrorKind::InvalidInput,
            "the envelope has no signer with this e-mail address",
            "see the envelope's recipients",
        ));
    };
    // An envelope that others made carries no mark; then eSignGlobal's answer is all there is.
    if detail.envelope.idempotency_key.is_some() && !signer.embedded {
        return Err(refuse(
            ErrorKind::InvalidInput,
            "this recipient is told by eSignGlobal",
            "create him with delivery `embedded` to show a link",
        ));
    }
    if detail.envelope.status.is_terminal() {
        return Err(ended(id, &detail.envelope.status, GetSignUrls::NAME));
    }
    match signer.status {
        RecipientStatus::Waiting => {
            return Err(refuse(
                ErrorKind::NotReady,
                "it is not his turn yet",
                "another recipient has to act first",
            ));
        }
        RecipientStatus::Completed => {
            return Err(refuse(ErrorKind::InvalidState, "he has signed already", "read the envelope"));
        }
        _ => {}
    }
    let urls = GetSignUrls { api: Arc::clone(&provider.session.api), envelope: id.to_owned() };
    let urls = provider.session.client.run(&urls).await?;
    urls.into_iter()
        .find(|one| one.email.eq_ignore_ascii_case(&request.email))
        .map(|one| SigningLink::new(one.url, None))
        .ok_or_else(|| {
            refuse(ErrorKind::Unexpected, "eSignGlobal gave no address for this signer", "try again")
        })
}

/// The page of a draft only, on which a person prepares and sends it.
pub(super) async fn sender(
    provider: &ESignGlobalProvider,
    id: &str,
    return_url: &Url,
) -> Result<SigningLink> {
    let refuse = |kind, message: String| {
        Error::new(kind, message)
            .with_provider(PROVIDER)
            .with_operation(GetSenderView::NAME)
            .with_envelope_id(id)
    };
    let length = return_url.as_str().chars().count();
    if length > RETURN_URL {
        let message = format!("the return address has {length} characters, eSignGlobal takes {RETURN_URL}");
        return Err(refuse(ErrorKind::InvalidInput, message).with_remedy("use a shorter one"));
    }
    let status = provider.read(id).await?.envelope.status;
    if status != EnvelopeStatus::Draft {
        return Err(refuse(ErrorKind::InvalidState, format!("the envelope is {status}"))
            .with_reach(Reach::Yes)
            .with_remedy("only a draft has a page for its sender"));
    }
    let view = GetSenderView {
        api: Arc::clone(&provider.session.api),
        envelope: id.to_owned(),
        return_url: return_url.to_string(),
    };
    Ok(SigningLink::new(provider.session.client.run(&view).await?, None))
}
