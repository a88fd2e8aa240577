//! `signbridge sender-url` and `signbridge console-url`.

use serde_json::json;
use signbridge::{Reference, SigningLink, secrecy::ExposeSecret};

use super::{connect, reference};
use crate::{
    cli::{ConsoleUrl, Global, SenderUrl},
    exit::Failure,
    output::{Output, plain},
};

pub(crate) async fn sender(arguments: &SenderUrl, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let reference = reference(&bridge, &arguments.id)?;
    let link = bridge.sender_view(&reference, &arguments.return_url).await?;
    show(Some(&reference), &link, output)
}

pub(crate) async fn console(arguments: &ConsoleUrl, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let reference = arguments.id.as_deref().map(|id| reference(&bridge, id)).transpose()?;
    let link = bridge.console_view(reference.as_ref(), &arguments.return_url).await?;
    show(reference.as_ref(), &link, output)
}

/// The caller asked for exactly this link.
fn show(reference: Option<&Reference>, link: &SigningLink, output: Output) -> Result<(), Failure> {
    let url = link.url.expose_secret();
    output.show(&json!({ "id": reference, "url": url, "expires_at": link.expires_at }), || plain(url))
}
