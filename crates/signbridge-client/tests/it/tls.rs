//! Trust: the system's store, own authorities, and machines without a store.

use std::{process::Command, sync::Arc, time::Duration};

use http::Request;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use signbridge_client::{Client, ReqwestTransport, Timeouts, TokioClock};
use signbridge_core::{Body, ErrorKind, Reach, Transport, TransportFault};
use tokio::{io::AsyncWriteExt, net::TcpListener};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};

use crate::{calls::Safe, loopback::receive};

/// An https server on loopback, and its own authority in PEM form.
async fn server() -> (String, String) {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new([]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let pem = authority.self_signed(&authority_key).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
    let issuer = Issuer::new(authority, authority_key);
    let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
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
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            receive(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine").await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    (format!("https://127.0.0.1:{port}/"), pem)
}

fn get(url: &str) -> Request<Body> {
    Request::get(url).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn an_own_authority_is_trusted_once_it_is_named() {
    let (url, pem) = server().await;
    let stranger = ReqwestTransport::builder().build().unwrap();
    let error = stranger.send(get(&url)).await.unwrap_err();
    assert_eq!((error.fault(), error.reach()), (TransportFault::Tls, Reach::No), "{error:?}");
    let client = Client::new("acme", Arc::new(stranger), Arc::new(TokioClock));
    let error = client.run(&Safe::to(&url, "x".to_owned())).await.unwrap_err();
    assert_eq!((error.kind(), error.reach()), (ErrorKind::Transport, Reach::No));
    assert!(error.to_string().contains("ca_file"), "{error}");

    // Among others, and with text beside it, as bundles have it.
    let (_, other) = server().await;
    let bundle = format!("# authorities\n{other}\n{pem}");
    let friend = ReqwestTransport::builder().root_certificate_pem(bundle.as_bytes()).build().unwrap();
    for url in [url.clone(), url.replace("127.0.0.1", "localhost")] {
        assert_eq!(friend.send(get(&url)).await.unwrap().status(), 200, "{url}");
    }
}

#[tokio::test]
async fn a_connection_that_ends_in_the_handshake_never_left_and_may_be_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            drop(listener.accept().await.unwrap());
        }
    });
    let error = ReqwestTransport::builder().build().unwrap().send(get(&url)).await.unwrap_err();
    assert_eq!((error.fault(), error.reach()), (TransportFault::Connect, Reach::No), "{error:?}");
}

#[tokio::test]
async fn a_handshake_without_an_answer_ends_with_the_connect_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let timeouts = Timeouts { connect: Duration::from_millis(150), ..Timeouts::default() };
    let transport = ReqwestTransport::builder().timeouts(&timeouts).build().unwrap();
    let error = transport.send(get(&url)).await.unwrap_err();
    assert_eq!((error.fault(), error.reach()), (TransportFault::Timeout, Reach::No), "{error:?}");
}

#[test]
fn what_is_no_certificate_is_refused() {
    let key = crate::keys::pem("rsa-2048-pkcs1");
    let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for pem in ["", "ca.pem", &key, damaged] {
        let error = ReqwestTransport::builder().root_certificate_pem(pem.as_bytes()).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidConfiguration, "{pem}");
        assert!(error.to_string().contains("ca_file"), "{error}");
    }
}

/// Runs itself again, with a certificate store that does not exist and a proxy that does not answer.
#[test]
fn a_machine_without_certificates_and_with_a_proxy_still_reaches_loopback() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tls::on_a_bare_machine", "--nocapture"])
        .env(BARE, "1")
        .env("SSL_CERT_FILE", "/nonexistent/certificates.pem")
        .env("SSL_CERT_DIR", "/nonexistent")
        .envs(
            ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy"]
                .map(|name| (name, "http://127.0.0.1:1")),
        )
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    let shown =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && shown.contains("1 passed"), "{shown}");
}

/// Set in the process that the test above starts.
const BARE: &str = "SIGNBRIDGE_TEST_BARE_MACHINE";

#[tokio::test]
async fn on_a_bare_machine() {
    if std::env::var_os(BARE).is_none() {
        return;
    }
    let bare = ReqwestTransport::builder().build().expect("no store is needed to be made");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        receive(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    });
    assert_eq!(bare.send(get(&plain)).await.unwrap().status(), 200);

    let error = bare.send(get("https://account.docusign.com/")).await.unwrap_err();
    assert_eq!((error.fault(), error.reach()), (TransportFault::Tls, Reach::No), "{error:?}");
    assert!(error.to_string().contains("ca-certificates"), "{error}");

    let (url, pem) = server().await;
    let own = ReqwestTransport::builder().root_certificate_pem(pem.as_bytes()).build().unwrap();
    assert_eq!(own.send(get(&url)).await.unwrap().status(), 200);
    // Beyond loopback the proxy is asked, which is not there.
    let error = own.send(get("https://account.docusign.com/")).await.unwrap_err();
    assert_eq!((error.fault(), error.reach()), (TransportFault::Connect, Reach::No), "{error:?}");
    assert!(error.to_string().contains("refused"), "{error}");
}
