//! No secret in any log, ours or a dependency's, nor in errors and `Debug`. A binary of its own, because it listens to
//! everything the process logs, at the finest level.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail a test")]

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use rcgen::{CertificateParams, KeyPair};
use secrecy::{ExposeSecret, SecretString};
use signbridge_client::{
    Claims, Client, IssuedToken, JwtBearer, PrivateKey, ReqwestTransport, TokenCache, TokenSource, TokioClock,
};
use signbridge_core::{Body, Call, Clock, Error, ErrorKind, Replay, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter, util::SubscriberInitExt};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}

const TOKEN: &str = "SENTINEL-TOKEN-7d1f";
const QUERY: &str = "SENTINEL-QUERY-7d1f";
const SENT: &str = "SENTINEL-SENT-7d1f";
const ANSWERED: &str = "SENTINEL-ANSWERED-7d1f";

#[derive(Debug)]
struct Grant {
    client: Client,
    url: String,
    key: PrivateKey,
    assertion: Arc<Mutex<SecretString>>,
}

#[async_trait]
impl TokenSource for Grant {
    async fn fetch(&self) -> Result<IssuedToken> {
        let claims = Claims {
            issuer: "key".to_owned(),
            subject: "user".to_owned(),
            audience: "127.0.0.1".to_owned(),
            issued_at: self.client.clock().now(),
            lifetime: Duration::from_secs(600),
            scope: "signature impersonation".to_owned(),
        };
        let assertion = self.key.sign(&claims)?;
        *self.assertion.lock().unwrap() = assertion.clone();
        let explain = |refusal: &signbridge_client::OAuthRefusal| {
            Error::new(ErrorKind::Unauthenticated, format!("{refusal:?}"))
        };
        let call = JwtBearer {
            token_url: format!("{}/oauth/token", self.url).parse().unwrap(),
            assertion: &assertion,
            explain: &explain,
        };
        let issued = self.client.run(&call).await?;
        tracing::info!(?call, ?issued, ?claims, "an application that logs what it has");
        Ok(issued)
    }
}

struct Send {
    url: String,
}

impl Call for Send {
    type Reply = Bytes;
    const NAME: &'static str = "things.send";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> Result<Request<Body>> {
        let url = format!("{}/v1/things?secret={QUERY}", self.url);
        Ok(Request::post(url).header("x-secret", SENT).body(SENT.to_owned().into()).unwrap())
    }
    fn reply(&self, answer: Response<Bytes>) -> Result<Bytes> {
        Ok(answer.into_body())
    }
    fn refusal(&self, answer: Response<Bytes>) -> Error {
        let kind = match answer.status() {
            StatusCode::UNAUTHORIZED => ErrorKind::Unauthenticated,
            _ => ErrorKind::InvalidInput,
        };
        Error::new(kind, "refused")
    }
}

/// Over TLS, one connection each: a token for the grant, then 401, another token, a good answer, 400, a good answer cut
/// off in the middle, and a refused grant. Gives its address and its certificate.
async fn server() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let token = format!(r#"{{"access_token":"{TOKEN}","token_type":"Bearer","expires_in":3600}}"#);
        let refused = format!(r#"{{"message":"{ANSWERED}"}}"#);
        let denied = r#"{"error":"invalid_grant","error_description":"not eyJTRU5USU5FTA"}"#;
        let script = [
            ("200 OK", token.as_str(), token.len()),
            ("401 Unauthorized", &refused, refused.len()),
            ("200 OK", &token, token.len()),
            ("200 OK", ANSWERED, ANSWERED.len()),
            ("400 Bad Request", &refused, refused.len()),
            ("200 OK", ANSWERED, 10_000),
            ("400 Bad Request", denied, denied.len()),
        ];
        for (status, body, length) in script {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = acceptor.accept(stream).await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(SENT.as_bytes())
                && !request.windows(10).any(|part| part == b"assertion=")
            {
                stream.read_buf(&mut request).await.unwrap();
            }
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nset-cookie: {ANSWERED}\r\nconnection: close\r\n\r\n"
            );
            stream.write_all((head + body).as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    (url, certificate.pem())
}

#[tokio::test]
async fn no_secret_reaches_a_log_an_error_or_a_debug_text() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(LevelFilter::TRACE)
        .with_writer(log.clone())
        .finish()
        .init();

    let path = format!("{}/tests/keys/test-only-rsa-2048-pkcs1.pem", env!("CARGO_MANIFEST_DIR"));
    let pem = std::fs::read_to_string(path).unwrap();
    let key = PrivateKey::parse(&SecretString::from(pem.clone())).unwrap();
    let (url, certificate) = server().await;
    let clock: Arc<dyn Clock> = Arc::new(TokioClock);
    let transport = ReqwestTransport::builder().root_certificate_pem(certificate.as_bytes()).build().unwrap();
    let assertion = Arc::new(Mutex::new(SecretString::from(String::new())));
    let plain = Client::new("acme", Arc::new(transport), Arc::clone(&clock));
    let grant = Grant { client: plain.clone(), url: url.clone(), key, assertion: assertion.clone() };
    let cache = Arc::new(TokenCache::new(Arc::new(grant), clock, Duration::from_secs(60)));
    let client = plain.with_authenticator(cache.clone());

    let call = Send { url };
    let good = client.run(&call).await.unwrap();
    assert_eq!(good, ANSWERED, "the exchange took place");
    let refused = client.run(&call).await.unwrap_err();
    assert_eq!(refused.status(), Some(400));
    let cut = client.run(&call).await.unwrap_err();
    assert_eq!(cut.kind(), ErrorKind::Transport);
    let token = signbridge_core::Authenticator::current(cache.as_ref()).unwrap();
    let denied = signbridge_core::Authenticator::renew(cache.as_ref(), Some(&token)).await.unwrap_err();
    assert_eq!(denied.kind(), ErrorKind::Unauthenticated);
    tracing::info!(?client, ?cache, ?token, ?refused, %refused, ?cut, %cut, "an application that logs what it has");

    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    // It did listen: to us, to the HTTP client, and to what lies beneath.
    for expected in [
        "operation=\"things.send\"",
        "path=\"/v1/things\"",
        "status=401",
        "hyper_util",
        "reqwest::connect",
        "rustls::client",
    ] {
        assert!(logged.contains(expected), "{expected} is missing in\n{logged}");
    }
    let assertion = assertion.lock().unwrap().clone();
    let signature = assertion.expose_secret().rsplit('.').next().unwrap();
    let key_line = pem.lines().nth(3).unwrap();
    let denied = format!("{denied} {denied:?}");
    assert!(denied.contains("invalid_grant"), "{denied}");
    for secret in [TOKEN, QUERY, SENT, ANSWERED, signature, key_line, "eyJ"] {
        let line = logged.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} was logged");
    }
    // What a provider chooses to say in plain words is shown; what looks like a token is not.
    assert!(!denied.contains("eyJ"), "{denied}");
}
