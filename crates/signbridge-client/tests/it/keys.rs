//! Private keys as people paste them, and what is signed with them.

use std::{fs, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use jsonwebtoken::{Algorithm, DecodingKey, crypto::rust_crypto};
use secrecy::ExposeSecret;
use serde_json::json;
use signbridge_client::{Claims, PrivateKey};
use signbridge_core::ErrorKind;

pub(crate) fn pem(name: &str) -> String {
    let path = format!("{}/tests/keys/test-only-{name}.pem", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn parse(text: impl Into<String>) -> signbridge_core::Result<PrivateKey> {
    PrivateKey::parse(&text.into().into())
}

fn claims() -> Claims {
    Claims {
        issuer: "7c2b8d7e-4f6a-4a35-9c43-1f3b0e5f9a10".to_owned(),
        subject: "0d5c7c44-77b4-4b8e-8d21-3f9e44f5a0b2".to_owned(),
        audience: "account-d.docusign.com".to_owned(),
        issued_at: DateTime::from_timestamp(1_750_000_000, 999_000_000).unwrap(),
        lifetime: Duration::from_secs(600),
        scope: "signature impersonation".to_owned(),
    }
}

/// The parts of a JWT, its signature verified with the public key of the pair by another implementation. That both
/// backends are switched on here, as an application may do, is part of these tests.
fn verified(jwt: &str) -> [serde_json::Value; 2] {
    let (message, signature) = jwt.rsplit_once('.').unwrap();
    let public = DecodingKey::from_rsa_pem(pem("rsa-2048-public").as_bytes()).unwrap();
    let verifier = (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(&Algorithm::RS256, &public).unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    verifier.verify(message.as_bytes(), &signature).unwrap();
    let mut forged = message.to_owned();
    forged.push('A');
    assert!(verifier.verify(forged.as_bytes(), &signature).is_err());
    let (header, payload) = message.split_once('.').unwrap();
    [header, payload].map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
}

#[test]
fn an_assertion_is_what_docusigns_sdks_send() {
    let jwt = parse(pem("rsa-2048-pkcs1")).unwrap().sign(&claims()).unwrap();
    let [header, payload] = verified(jwt.expose_secret());
    assert_eq!(header, json!({"alg": "RS256", "typ": "JWT"}));
    assert_eq!(
        payload,
        json!({
            "iss": "7c2b8d7e-4f6a-4a35-9c43-1f3b0e5f9a10",
            "sub": "0d5c7c44-77b4-4b8e-8d21-3f9e44f5a0b2",
            "aud": "account-d.docusign.com",
            "iat": 1_750_000_000,
            "exp": 1_750_000_600,
            "scope": "signature impersonation",
        })
    );
}

#[test]
fn a_key_is_read_however_it_was_pasted() {
    let pkcs1 = pem("rsa-2048-pkcs1");
    let pkcs8 = pem("rsa-2048-pkcs8");
    let one_line = |text: &str| text.trim_end().replace('\n', "\\n");
    let table = [
        ("PKCS#1", pkcs1.clone()),
        ("PKCS#8", pkcs8.clone()),
        ("escaped line breaks", one_line(&pkcs1)),
        ("escaped line breaks, PKCS#8", one_line(&pkcs8)),
        ("escaped Windows line breaks", pkcs1.replace('\n', "\\r\\n")),
        ("in double quotes", format!("\"{}\"", one_line(&pkcs1))),
        ("in single quotes", format!("'{pkcs8}'")),
        ("blanks around", format!("  \n\t{pkcs1}\n\n ")),
        ("Windows line breaks", pkcs8.replace('\n', "\r\n")),
        ("line breaks lost to blanks", pkcs1.trim_end().replace('\n', " ")),
        ("indented", pkcs1.replace('\n', "\n    ")),
        ("byte order mark", format!("\u{feff}{pkcs1}")),
        ("after its public key", pem("rsa-2048-public") + &pkcs1),
        ("before its certificate", pkcs8.clone() + &pem("certificate")),
        ("without a last line break", pkcs1.trim_end().to_owned()),
    ];
    let expected = parse(&*pkcs1).unwrap().sign(&claims()).unwrap();
    for (how, text) in table {
        let key = parse(text).unwrap_or_else(|error| panic!("{how}: {error}"));
        // RSASSA-PKCS1-v1_5 is deterministic, so the same key gives the same assertion.
        assert_eq!(key.sign(&claims()).unwrap().expose_secret(), expected.expose_secret(), "{how}");
    }
}

#[test]
fn what_is_no_rsa_private_key_is_named() {
    let pkcs1 = pem("rsa-2048-pkcs1");
    let lines: Vec<&str> = pkcs1.lines().collect();
    let cut = [&lines[..10], &lines[lines.len() - 1..]].concat().join("\n");
    let typo = pkcs1.replacen(&lines[3][..20], "AAAAAAAAAAAAAAAAAAAA", 1);
    let table = [
        (pem("rsa-2048-public"), "public key"),
        (pem("rsa-2048-public-pkcs1"), "public key"),
        (pem("certificate"), "certificate"),
        (pem("certificate-request"), "certificate"),
        (pem("rsa-2048-encrypted-pkcs1"), "encrypted"),
        (pem("rsa-2048-encrypted-pkcs8"), "encrypted"),
        (pem("ec-sec1"), "elliptic curve"),
        (pem("ec-pkcs8"), "elliptic curve"),
        (pem("ed25519-pkcs8"), "elliptic curve"),
        (pem("openssh"), "OpenSSH"),
        (pem("rsa-1024-pkcs1"), "1024 bits"),
        (cut, "damaged"),
        (lines[..12].join("\n"), "damaged"),
        (typo, "damaged"),
        ("-----BEGIN RSA PRIVATE KEY-----\n!!!\n-----END RSA PRIVATE KEY-----".to_owned(), "damaged"),
        ("/etc/keys/private.pem".to_owned(), "PEM"),
        (lines[1..lines.len() - 1].join(""), "PEM"),
        (String::new(), "PEM"),
    ];
    for (row, (text, says)) in table.into_iter().enumerate() {
        let error = parse(&*text).map(|_| ()).expect_err(says);
        assert_eq!(error.kind(), ErrorKind::InvalidConfiguration, "row {row}");
        assert!(error.message().contains(says), "row {row}: {error}");
        assert!(error.remedy().is_some(), "row {row}");
        let shown = format!("{error} {error:?}");
        let leaked = text
            .lines()
            .filter(|line| line.len() > 20 && !line.starts_with('-'))
            .find(|line| shown.contains(line));
        assert_eq!(leaked, None, "row {row}");
    }
}

#[test]
fn a_key_never_prints() {
    assert_eq!(format!("{:?}", parse(pem("rsa-2048-pkcs8")).unwrap()), "PrivateKey([redacted])");
}
