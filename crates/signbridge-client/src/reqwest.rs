//! The transport over HTTP. The only place that names `reqwest`.

mod fault;
mod outgoing;

use std::{fmt, pin::pin, time::Duration};

use async_trait::async_trait;
use futures_util::stream;
use http::{Request, Response, header};
use reqwest::{Certificate, ClientBuilder, redirect::Policy};
use signbridge_core::{
    Body, Chunks, Error, ErrorKind, Reach, Result, Transport, TransportError, TransportFault, settings,
};
use tokio::time::timeout_at;
use url::{Host, Url};

use self::outgoing::{Outgoing, Taken};
use crate::policy::Timeouts;

/// HTTP/1.1 by reqwest and rustls.
///
/// It follows no redirects, repeats nothing, keeps no cookies, and decodes nothing. Everything but loopback needs TLS.
/// The system's proxy is used, except for loopback. Bodies are streamed with their exact length.
///
/// Trust comes from the system's certificate store, and from the authorities added to it. A machine without a store
/// can still reach loopback without TLS, and servers whose authority was added.
pub struct ReqwestTransport {
    proxied: reqwest::Client,
    direct: reqwest::Client,
    read: Duration,
    /// Whether there is any authority to trust.
    trust: bool,
}

/// Builds a [`ReqwestTransport`].
#[derive(Debug, Clone, Default)]
pub struct ReqwestTransportBuilder {
    timeouts: Timeouts,
    authorities: Vec<Vec<u8>>,
}

impl ReqwestTransportBuilder {
    /// Other timeouts; `connect` and `read` are held here.
    #[must_use]
    pub fn timeouts(mut self, timeouts: &Timeouts) -> Self {
        self.timeouts = timeouts.clone();
        self
    }

    /// Trusts these certificate authorities too (PEM, one or several). May be called again.
    #[must_use]
    pub fn root_certificate_pem(mut self, pem: &[u8]) -> Self {
        self.authorities.push(pem.to_vec());
        self
    }

    /// The transport.
    ///
    /// # Errors
    /// `invalid_configuration` when an authority is no certificate.
    pub fn build(self) -> Result<ReqwestTransport> {
        let mut own = Vec::new();
        for pem in &self.authorities {
            let found = Certificate::from_pem_bundle(pem).unwrap_or_default();
            if found.is_empty() {
                return Err(no_authority());
            }
            own.extend(found);
        }
        let (proxied, store) = self.client(&own, |builder| builder)?;
        let (direct, _) = self.client(&own, ClientBuilder::no_proxy)?;
        Ok(ReqwestTransport { proxied, direct, read: self.timeouts.read, trust: store || !own.is_empty() })
    }

    /// A client, and whether the system's certificate store is part of it.
    fn client(
        &self,
        own: &[Certificate],
        with: impl Fn(ClientBuilder) -> ClientBuilder,
    ) -> Result<(reqwest::Client, bool)> {
        let base = || {
            with(reqwest::Client::builder())
                .connect_timeout(self.timeouts.connect)
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .tcp_nodelay(true)
        };
        // Without a certificate store the client cannot even be made, though loopback and own authorities need none.
        match base().tls_certs_merge(own.iter().cloned()).build() {
            Ok(client) => Ok((client, true)),
            Err(_) => match base().tls_certs_only(own.iter().cloned()).build() {
                Ok(client) => Ok((client, false)),
                Err(error) => Err(no_authority().with_source(error.without_url())),
            },
        }
    }
}

fn no_authority() -> Error {
    Error::new(ErrorKind::InvalidConfiguration, "the certificate authority is not a certificate in PEM form")
        .with_remedy("name a file with -----BEGIN CERTIFICATE----- in `ca_file`")
}

impl ReqwestTransport {
    /// A builder with the default timeouts and the system's trust.
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder::default()
    }

    /// The client for this address, if it may be spoken to.
    fn client(&self, url: &Url) -> Result<&reqwest::Client, TransportError> {
        let refused = |fault, message: &str| Err(TransportError::new(fault, Reach::No, message));
        if !settings::is_protected(url) {
            return refused(TransportFault::Request, "only https is spoken, and http to this machine itself");
        }
        if url.scheme() == "https" && !self.trust {
            let message = "this machine has no certificate store (install `ca-certificates`) and no own authority was named";
            return refused(TransportFault::Tls, message);
        }
        Ok(if is_loopback(url) { &self.direct } else { &self.proxied })
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: Request<Body>) -> Result<Response<Chunks>, TransportError> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string()).map_err(|error| {
            TransportError::new(TransportFault::Request, Reach::No, "the address is not complete")
                .with_source(error)
        })?;
        let client = self.client(&url)?;
        let mut outgoing = reqwest::Request::new(parts.method, url);
        *outgoing.headers_mut() = parts.headers;
        // The length of the body is the only truth about it.
        outgoing.headers_mut().remove(header::CONTENT_LENGTH);
        let taken = Taken::now();
        if body.is_empty() {
            if !outgoing.method().is_safe() {
                outgoing.headers_mut().insert(header::CONTENT_LENGTH, 0.into());
            }
        } else {
            *outgoing.body_mut() = Some(reqwest::Body::wrap(Outgoing::new(body, taken.clone())));
        }
        let answer = self.head(client, outgoing, &taken).await?;
        let mut head = Response::new(());
        *head.status_mut() = answer.status();
        *head.version_mut() = answer.version();
        *head.headers_mut() = answer.headers().clone();
        let chunks = stream::unfold(Some(answer), |answer| async {
            let mut answer = answer?;
            match answer.chunk().await {
                Ok(chunk) => chunk.map(|chunk| (Ok(chunk), Some(answer))),
                Err(error) => Some((Err(fault::answer(error)), None)),
            }
        });
        Ok(head.map(|()| Chunks::new(chunks)))
    }
}

impl ReqwestTransport {
    /// Waits for the head of the answer, as long as the request is being taken or the silence after it is short.
    async fn head(
        &self,
        client: &reqwest::Client,
        request: reqwest::Request,
        taken: &Taken,
    ) -> Result<reqwest::Response, TransportError> {
        let mut answer = pin!(client.execute(request));
        loop {
            let deadline = taken.last() + self.read;
            match timeout_at(deadline, answer.as_mut()).await {
                Ok(answer) => return answer.map_err(|error| fault::request(error, taken)),
                Err(_) if taken.last() + self.read > deadline => {}
                Err(_) => {
                    let message = format!("no answer came for {} s", self.read.as_secs_f64());
                    return Err(TransportError::new(TransportFault::Timeout, Reach::Maybe, message));
                }
            }
        }
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport")
            .field("read", &self.read)
            .field("trust", &self.trust)
            .finish_non_exhaustive()
    }
}
