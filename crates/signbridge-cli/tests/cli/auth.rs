//! Logging in from a shell, the browser played by the test.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::Stdio,
};

use crate::harness::{ANN, Emulator, program};

/// A profile with the code grant, whose browser comes back to this port.
fn profile(emulator: &Emulator, port: u16) {
    let docusign = &emulator.ready["providers"]["docusign"];
    let text = |name: &str| docusign[name].as_str().unwrap().to_owned();
    emulator.write("client-secret", &text("client_secret"));
    emulator.write(
        "signbridge.toml",
        &format!(
            "[profiles.work]\nprovider = \"docusign\"\ngrant = \"code\"\nbase_url = \"{}\"\nauth_url = \"{}\"\nca_file = '{}'\n\
             integration_key = \"{}\"\naccount_id = \"{}\"\nclient_secret = {{ file = \"client-secret\" }}\n\
             redirect_url = \"http://127.0.0.1:{port}/back\"\nlogin_folder = \"logins\"\n",
            text("base_url_tls"),
            text("auth_url_tls"),
            emulator.ready["ca_file"].as_str().unwrap(),
            text("integration_key"),
            text("account_id"),
        ),
    );
}

/// One request over plain HTTP; gives its head.
fn ask(host: &str, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(host).unwrap();
    let kind = "application/x-www-form-urlencoded";
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().0.to_owned()
}

/// Opens the address, consents, and goes where the provider sends the browser.
fn browse(emulator: &Emulator, address: &str) {
    let path = &address[address.find("/oauth").unwrap()..];
    let host = emulator.ready["listening"].as_str().unwrap().strip_prefix("http://").unwrap();
    let head = ask(host, "POST", path, "consent=allow");
    let back = head.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
    let (host, path) = back.strip_prefix("http://").unwrap().split_once('/').unwrap();
    // A browser also asks for an icon; that is not the answer waited for.
    assert!(ask(host, "GET", "/favicon.ico", "").starts_with("HTTP/1.1 404"));
    assert!(ask(host, "GET", &format!("/{path}"), "").starts_with("HTTP/1.1 200"));
}

#[test]
fn somebody_logs_in_sends_and_logs_out() {
    let emulator = Emulator::start();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    profile(&emulator, port);
    let error = emulator.json(&["auth", "status"]).failure(4, "consent_required");
    assert!(error["remedy"].as_str().unwrap().contains("auth login"), "{error}");
    emulator.json(&["send", "lease.pdf", "--signer", ANN]).failure(4, "consent_required");

    let mut child = program(emulator.folder.path())
        .args(["--config", "signbridge.toml", "auth", "login"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.trim_start().starts_with("https://") {
        line.clear();
        assert_ne!(told.read_line(&mut line).unwrap(), 0, "the address is not told");
    }
    browse(&emulator, line.trim());
    let output = child.wait_with_output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && shown.contains("signature extended"), "{shown}");

    let status = emulator.json(&["auth", "status"]).result();
    assert_eq!(status["profile"], "work");
    let scopes = emulator.json(&["auth", "scopes"]).result();
    assert_eq!(scopes["asked"], scopes["granted"]);
    let id = emulator.send(&["--signer", ANN]);
    assert!(id.starts_with("work:"), "{id}");
    assert_eq!(emulator.json(&["auth", "logout"]).result()["logged_out"], true);
    assert_eq!(emulator.json(&["auth", "logout"]).result()["logged_out"], false);
}

#[test]
fn a_profile_that_needs_no_login_says_so() {
    let emulator = Emulator::start();
    let error = emulator.json(&["auth", "login"]).failure(5, "unsupported");
    assert!(error["message"].as_str().unwrap().contains("JWT"), "{error}");
}
