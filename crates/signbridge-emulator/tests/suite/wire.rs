//! Listeners, TLS, the ready line, headers, limits, routes and the journal.

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine;
use serde_json::{Value, json};
use signbridge_emulator::{Options, StartError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

use super::client::{World, ann, definition, multipart, parse, pdf, send};

#[tokio::test]
async fn the_ready_line_has_exactly_its_keys() {
    let world = World::start().await;
    let line = serde_json::to_value(world.ready()).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&line), ["listening", "listening_tls", "ca_file", "providers"]);
    assert_eq!(keys(&line["providers"]), ["docusign", "adobe-sign", "dropbox-sign", "esignglobal"]);
    let hosts = ["base_url", "base_url_tls", "auth_url", "auth_url_tls"];
    let expected = |own: &[&str]| hosts.iter().chain(own).map(|key| (*key).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        keys(&line["providers"]["adobe-sign"]),
        expected(&["client_id", "client_secret", "refresh_token", "integration_key"])
    );
    assert_eq!(
        keys(&line["providers"]["dropbox-sign"]),
        expected(&["api_key", "client_id", "client_secret"])
    );
    assert_eq!(keys(&line["providers"]["esignglobal"]), ["base_url", "base_url_tls", "app_id", "app_secret"]);
    assert_eq!(
        keys(&line["providers"]["docusign"]),
        [
            "base_url",
            "base_url_tls",
            "auth_url",
            "auth_url_tls",
            "integration_key",
            "user_id",
            "account_id",
            "client_secret",
            "private_key_file"
        ]
    );
    assert!(line["listening"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    assert!(line["listening_tls"].as_str().unwrap().starts_with("https://127.0.0.1:"));
    for path in [&line["ca_file"], &line["providers"]["docusign"]["private_key_file"]] {
        assert!(std::path::Path::new(path.as_str().unwrap()).is_absolute());
    }
    let key = std::fs::read_to_string(&world.ready().providers.docusign.private_key_file).unwrap();
    assert!(key.starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
}

#[cfg(unix)]
#[tokio::test]
async fn the_private_key_is_for_its_owner_and_files_go_with_the_emulator() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let options = || Options { state_dir: Some(folder.path().join("a/b")), ..Options::default() };
    for _ in 0..2 {
        let emulator = signbridge_emulator::start(options()).await.unwrap();
        let key = emulator.ready().providers.docusign.private_key_file.clone();
        assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        emulator.stop().await;
        assert!(key.exists(), "an own folder stays");
    }
    let world = World::start().await;
    let ca = world.ready().ca_file.clone();
    assert!(ca.exists());
    drop(world);
    assert!(!ca.exists());
}

#[tokio::test]
async fn only_loopback_and_only_free_ports() {
    let outside = Options { bind: "0.0.0.0:0".parse().unwrap(), ..Options::default() };
    assert!(matches!(signbridge_emulator::start(outside).await, Err(StartError::NotLoopback(_))));
    let outside = Options { bind_tls: Some("192.0.2.1:0".parse().unwrap()), ..Options::default() };
    assert!(matches!(signbridge_emulator::start(outside).await, Err(StartError::NotLoopback(_))));
    let world = World::start().await;
    let taken: SocketAddr = world.ready().listening.trim_start_matches("http://").parse().unwrap();
    let options = Options { bind: taken, ..Options::default() };
    assert!(matches!(signbridge_emulator::start(options).await, Err(StartError::Bind { .. })));
    world.emulator.stop().await;
    let again = signbridge_emulator::start(Options { bind: taken, ..Options::default() }).await.unwrap();
    assert_eq!(again.ready().listening, format!("http://{taken}"));
}

async fn over_tls(world: &World, name: &'static str, request: &str) -> std::io::Result<Vec<u8>> {
    let pem = std::fs::read_to_string(&world.ready().ca_file)?;
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = base64::engine::general_purpose::STANDARD.decode(body).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(der)).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let address = world.ready().listening_tls.trim_start_matches("https://");
    let stream = TcpStream::connect(address).await?;
    let mut stream =
        TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(name).unwrap(), stream).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut all = Vec::new();
    // The server closes without a closing alert.
    let _ = stream.read_to_end(&mut all).await;
    Ok(all)
}

#[tokio::test]
async fn tls_holds_for_its_names_under_its_own_authority() {
    let world = World::start().await;
    let address = world.ready().listening_tls.trim_start_matches("https://").to_owned();
    for (name, host) in
        [("127.0.0.1", address.clone()), ("localhost", address.replace("127.0.0.1", "localhost"))]
    {
        let request = format!(
            "GET /oauth/userinfo HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
            world.token
        );
        let all = over_tls(&world, name, &request).await.unwrap();
        let info = parse(&all).unwrap().ok(200);
        assert_eq!(
            info["accounts"][0]["base_uri"],
            format!("https://{host}"),
            "base_uri is where the request came in"
        );
    }
    assert!(over_tls(&world, "example.com", "").await.is_err());
}

#[tokio::test]
async fn answers_carry_the_recorded_headers() {
    let world = World::start().await;
    let reply = world.call("GET", "", None).await;
    for name in [
        "x-docusign-tracetoken",
        "x-docusign-node",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-burstlimit-limit",
        "x-burstlimit-remaining",
    ] {
        assert!(reply.header(name).is_some(), "{name}");
    }
    assert_eq!(
        (reply.header("x-ratelimit-limit"), reply.header("x-ratelimit-remaining")),
        (Some("3000"), Some("2999"))
    );
    assert_eq!(reply.header("x-burstlimit-limit"), Some("500"));
    assert!(reply.header("retry-after").is_none() && reply.header("x-burstlimit-reset").is_none());
}

#[tokio::test]
async fn limits_refuse_with_400_and_come_back() {
    let mut world = World::start().await;
    // Just after a full hour, so that the hour does not end during the test.
    let past = u64::try_from(world.control().now().timestamp().rem_euclid(3_600)).unwrap();
    world.control().advance_clock(std::time::Duration::from_secs(3_601 - past));
    let reply =
        super::client::token(world.ready(), &super::client::assertion(world.ready(), |_| {})).await.ok(200);
    world.token = reply["access_token"].as_str().unwrap().to_owned();
    world.control().set_limits(3, 2);
    let ask = async || world.call("GET", "", None).await;
    assert_eq!((ask().await.status, ask().await.status), (200, 200));
    assert_eq!(ask().await.refused(), (400, "BURST_APIINVOCATION_LIMIT_EXCEEDED".to_owned()));
    world.control().advance_clock(std::time::Duration::from_secs(31));
    assert_eq!(ask().await.status, 200);
    let over = ask().await;
    assert_eq!(over.refused(), (400, "HOURLY_APIINVOCATION_LIMIT_EXCEEDED".to_owned()));
    assert_eq!(over.header("x-ratelimit-remaining"), Some("0"));
}

#[tokio::test]
async fn unknown_routes_methods_and_accounts_are_told_apart() {
    let world = World::start().await;
    assert_eq!(world.call("GET", "/nothing", None).await.refused(), (404, "RESOURCE_NOT_FOUND".to_owned()));
    assert_eq!(world.call("DELETE", "/envelopes", None).await.refused().0, 405);
    assert_eq!(
        world.call("GET", "/envelopes/nope", None).await.refused(),
        (400, "ENVELOPE_DOES_NOT_EXIST".to_owned())
    );
    let bearer = format!("Bearer {}", world.token);
    let other = "/restapi/v2.1/accounts/00000000-0000-8000-8000-000000000000/envelopes?from_date=2020-01-01";
    let reply = world.plain("GET", other, &[("authorization", &bearer)], "").await;
    assert_eq!(reply.refused().1, "USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT");
    let broken =
        world.raw("POST", "/envelopes", &[("content-type", "application/json")], b"{").await.unwrap();
    assert_eq!(broken.refused().0, 400);
}

#[tokio::test]
async fn the_journal_keeps_what_assertions_need_and_no_secret() {
    let world = World::start().await;
    let file = pdf(&["x"]);
    let mut definition = definition("sent", json!({"signers": [ann()]}));
    definition["documents"][0]["documentBase64"] = json!(null);
    let body = multipart(&definition, &[("1", &file)]);
    let headers = [("content-type", "multipart/form-data; boundary=B")];
    world.raw("POST", "/envelopes?cdse_mode=x", &headers, &body).await.unwrap().ok(201);
    let chunked = [("content-type", "application/json"), ("transfer-encoding", "chunked")];
    let authorization = format!("Bearer {}", world.token);
    let mut all = vec![("authorization", authorization.as_str())];
    all.extend_from_slice(&chunked);
    let reply =
        send(&world.ready().listening, "PUT", &world.path("/envelopes/x"), &all, b"2\r\n{}\r\n0\r\n\r\n")
            .await
            .unwrap();
    assert_eq!(reply.status, 400);

    let journal = world.control().journal();
    assert_eq!(journal.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2, 3]);
    let text = serde_json::to_string(&journal).unwrap();
    // Of a form's credentials only the length is kept.
    assert!(!text.contains(&world.token) && !text.contains("eyJ") && !text.contains("authorization"));
    assert_eq!(journal[0].operation.as_deref(), Some("POST /oauth/token"));
    let create = &journal[1];
    assert_eq!(create.operation.as_deref(), Some("POST /restapi/v2.1/accounts/{accountId}/envelopes"));
    assert_eq!((create.status, create.query.as_str()), (Some(201), "cdse_mode=x"));
    assert_eq!(create.request.json.as_ref().unwrap()["emailSubject"], "Please sign");
    assert_eq!(create.request.content_length, Some(body.len() as u64));
    assert_eq!(create.request.parts.len(), 2);
    assert_eq!(create.request.parts[1].length, file.len() as u64);
    assert!(create.request.parts[1].disposition.contains("documentid=1"));
    assert_eq!(create.response.as_ref().unwrap().json.as_ref().unwrap()["status"], "sent");
    assert!(!create.request.chunked && journal[2].request.chunked);
    assert_eq!(journal[2].request.json, Some(json!({})));
}

#[tokio::test]
async fn debug_shows_no_token_and_no_link() {
    let world = World::start().await;
    let text = format!("{:?} {:?}", world.emulator, world.control());
    assert!(!text.contains(&world.token));
}
