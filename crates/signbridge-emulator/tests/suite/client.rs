//! A small raw HTTP client, so that the tests see every byte of the wire.

use std::net::SocketAddr;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};
use serde_json::{Value, json};
use signbridge_emulator::{Control, Emulator, Options, Ready};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A running emulator with a token for its user.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) token: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The body's JSON after checking the status.
    #[track_caller]
    pub(crate) fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    /// Status and `errorCode`.
    #[track_caller]
    pub(crate) fn refused(&self) -> (u16, String) {
        let body = self.json();
        assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        (self.status, body["errorCode"].as_str().unwrap_or_default().to_owned())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// One request over a connection of its own; an error when the connection ends before a whole answer.
pub(crate) async fn send(
    base: &str,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> std::io::Result<Reply> {
    let address: SocketAddr = base.trim_start_matches("http://").parse().expect("an address");
    let mut stream = TcpStream::connect(address).await?;
    let mut head = format!("{method} {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "content-length" || *name == "transfer-encoding") {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    let mut all = Vec::new();
    tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut all)).await??;
    parse(&all)
}

pub(crate) fn parse(all: &[u8]) -> std::io::Result<Reply> {
    let cut = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let end = all.windows(4).position(|window| window == b"\r\n\r\n").ok_or_else(cut)?;
    let head = String::from_utf8_lossy(&all[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status =
        lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|s| s.parse().ok()).ok_or_else(cut)?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    let reply = Reply { status, headers, body: all[end + 4..].to_vec() };
    let announced: usize = reply.header("content-length").and_then(|v| v.parse().ok()).unwrap_or(0);
    if reply.body.len() == announced { Ok(reply) } else { Err(cut()) }
}

impl World {
    pub(crate) async fn start() -> Self {
        let emulator = signbridge_emulator::start(Options::default()).await.expect("the emulator starts");
        let ready = emulator.ready().clone();
        let token = token(&ready, &assertion(&ready, |_| {})).await.ok(200)["access_token"]
            .as_str()
            .expect("a token")
            .to_owned();
        Self { emulator, token }
    }

    pub(crate) fn ready(&self) -> &Ready {
        self.emulator.ready()
    }

    pub(crate) fn control(&self) -> Control {
        self.emulator.control()
    }

    /// A path below the account.
    pub(crate) fn path(&self, tail: &str) -> String {
        format!("/restapi/v2.1/accounts/{}{tail}", self.ready().providers.docusign.account_id)
    }

    /// A JSON call of the REST API.
    pub(crate) async fn call(&self, method: &str, tail: &str, body: Option<Value>) -> Reply {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        self.raw(method, tail, &[("content-type", "application/json")], body.as_bytes())
            .await
            .expect("an answer")
    }

    pub(crate) async fn raw(
        &self,
        method: &str,
        tail: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> std::io::Result<Reply> {
        let authorization = format!("Bearer {}", self.token);
        let mut all = vec![("authorization", authorization.as_str())];
        all.extend_from_slice(headers);
        send(&self.ready().listening, method, &self.path(tail), &all, body).await
    }

    /// A request outside the API.
    pub(crate) async fn plain(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Reply {
        send(&self.ready().listening, method, target, headers, body.as_bytes()).await.expect("an answer")
    }

    /// A control request over HTTP.
    pub(crate) async fn control_http(&self, method: &str, tail: &str, body: Value) -> Reply {
        let target = format!("/_emulator/{tail}");
        self.plain(method, &target, &[("content-type", "application/json")], &body.to_string()).await
    }

    /// Creates an envelope from JSON and answers its id.
    pub(crate) async fn create(&self, definition: Value) -> String {
        self.call("POST", "/envelopes", Some(definition)).await.ok(201)["envelopeId"]
            .as_str()
            .expect("an id")
            .to_owned()
    }

    pub(crate) async fn status(&self, id: &str) -> String {
        self.call("GET", &format!("/envelopes/{id}"), None).await.ok(200)["status"]
            .as_str()
            .expect("a status")
            .to_owned()
    }
}

/// An assertion signed with the provisioned key; `change` edits the claims.
pub(crate) fn assertion(ready: &Ready, change: impl FnOnce(&mut Value)) -> String {
    let pem = std::fs::read_to_string(&ready.providers.docusign.private_key_file).expect("the key file");
    sign_with(&private_key(&pem), ready, json!({"alg": "RS256", "typ": "JWT"}), change)
}

pub(crate) fn private_key(pem: &str) -> KeyPair {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    KeyPair::from_der(&STANDARD.decode(body).expect("base64")).expect("a PKCS#1 key")
}

pub(crate) fn sign_with(
    key: &KeyPair,
    ready: &Ready,
    header: Value,
    change: impl FnOnce(&mut Value),
) -> String {
    let docusign = &ready.providers.docusign;
    let now = chrono::Utc::now().timestamp();
    let mut claims = json!({
        "iss": docusign.integration_key,
        "sub": docusign.user_id,
        "aud": docusign.auth_url.trim_start_matches("http://"),
        "iat": now,
        "exp": now + 3600,
        "scope": "signature impersonation",
    });
    change(&mut claims);
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).expect("signed");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub(crate) async fn token(ready: &Ready, assertion: &str) -> Reply {
    let body =
        format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    send(&ready.listening, "POST", "/oauth/token", &headers, body.as_bytes()).await.expect("an answer")
}

/// A PDF with one page per text, US Letter.
pub(crate) fn pdf(pages: &[&str]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let (catalog, tree, font) = (Ref::new(1), Ref::new(2), Ref::new(3));
    let id = |at: usize, kind: i32| Ref::new(4 + 2 * i32::try_from(at).unwrap() + kind);
    pdf.catalog(catalog).pages(tree);
    let count = i32::try_from(pages.len()).unwrap();
    pdf.pages(tree).kids((0..pages.len()).map(|at| id(at, 0))).count(count);
    for (at, text) in pages.iter().enumerate() {
        let mut page = pdf.page(id(at, 0));
        page.media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).parent(tree).contents(id(at, 1));
        page.resources().fonts().pair(Name(b"F1"), font);
        page.finish();
        let mut content = Content::new();
        content.begin_text().set_font(Name(b"F1"), 12.0).next_line(72.0, 692.0).show(Str(text.as_bytes()));
        content.end_text();
        pdf.stream(id(at, 1), &content.finish());
    }
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    pdf.finish()
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A definition with one document and the given recipients.
pub(crate) fn definition(status: &str, recipients: Value) -> Value {
    json!({
        "status": status,
        "emailSubject": "Please sign",
        "documents": [{
            "documentId": "1",
            "name": "Contract",
            "fileExtension": "pdf",
            "documentBase64": base64(&pdf(&["A contract. /sig1/"])),
        }],
        "recipients": recipients,
    })
}

/// Ann signs on page 1.
pub(crate) fn ann() -> Value {
    json!({
        "recipientId": "1", "routingOrder": "1", "name": "Ann Lee", "email": "ann@example.com",
        "tabs": {"signHereTabs": [{"documentId": "1", "pageNumber": "1", "xPosition": "100", "yPosition": "200"}]},
    })
}

/// A multipart body as section 4.2 of the fact sheet describes it.
pub(crate) fn multipart(definition: &Value, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = format!(
        "--B\r\nContent-Type: application/json\r\nContent-Disposition: form-data\r\n\r\n{definition}\r\n"
    )
    .into_bytes();
    for (id, bytes) in files {
        body.extend_from_slice(
            format!(
                "--B\r\nContent-Type: application/pdf\r\n\
                 Content-Disposition: file; filename=\"x.pdf\"; documentid={id}\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--B--\r\n");
    body
}
