//! `signbridge sign-url`.

use serde_json::json;
use signbridge::{SigningLinkRequest, secrecy::ExposeSecret};

use super::{connect, reference};
use crate::{
    cli::{Global, SignUrl},
    exit::Failure,
    output::{Output, plain},
};

pub(crate) async fn run(arguments: &SignUrl, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let reference = reference(&bridge, &arguments.id)?;
    let mut request = SigningLinkRequest::new(&arguments.signer);
    if let Some(url) = &arguments.return_url {
        request = request.return_url(url.clone());
    }
    let link = bridge.signing_link(&reference, &request).await?;
    // The one place that shows a signing link: the caller asked for exactly that.
    let url = link.url.expose_secret();
    output.show(&json!({ "id": reference, "url": url, "expires_at": link.expires_at }), || plain(url))
}
