//! The authorisation server: what the fact sheet's section 2 records, and the cases it does not.

use serde_json::{Value, json};
use std::time::Duration;

use super::client::{World, assertion, private_key, sign_with, token};

const NO_KEYS: &str = "no_valid_keys_or_signatures";

#[tokio::test]
async fn a_valid_assertion_gives_an_hour_of_access() {
    let world = World::start().await;
    let ready = world.ready();
    for audience in [
        ready.listening.trim_start_matches("http://").to_owned(),
        ready.listening_tls.trim_start_matches("https://").to_owned(),
        ready.listening.trim_start_matches("http://").replace("127.0.0.1", "localhost"),
        "account-d.docusign.com".to_owned(),
        "account.docusign.com".to_owned(),
    ] {
        let reply = token(ready, &assertion(ready, |claims| claims["aud"] = json!(audience))).await.ok(200);
        assert_eq!(reply["token_type"], "Bearer");
        assert_eq!(reply["expires_in"], 3600);
        assert!(reply["access_token"].as_str().unwrap().len() >= 1_000);
        assert!(reply.get("refresh_token").is_none());
    }
    assert_eq!(world.control().tokens_issued(), 6);
}

#[tokio::test]
async fn every_wrong_assertion_gets_its_answer() {
    let world = World::start().await;
    let ready = world.ready();
    let now = chrono::Utc::now().timestamp();
    let host = ready.listening.trim_start_matches("http://").to_owned();
    let stranger = world.control().add_user("Sam Stranger", "sam@example.com");
    let half = world.control().add_user("Hal Half", "hal@example.com");
    world.control().grant_consent(&half, &["signature"]).unwrap();
    let locked = world.control().add_user("Lou Locked", "lou@example.com");
    world.control().grant_consent(&locked, &["signature", "impersonation"]).unwrap();
    world.control().disable_user(&locked, true).unwrap();

    type Change = Box<dyn FnOnce(&mut Value)>;
    let set = |name: &'static str, value: Value| -> Change { Box::new(move |claims| claims[name] = value) };
    let description = |text: &str| json!({"error": "invalid_grant", "error_description": text});
    let cases: Vec<(&str, Change, Value)> = vec![
        ("audience with a path", set("aud", json!(format!("{host}/oauth/token"))), description(NO_KEYS)),
        ("audience with a scheme", set("aud", json!(format!("https://{host}"))), description(NO_KEYS)),
        ("audience elsewhere", set("aud", json!("account.example.com")), description(NO_KEYS)),
        (
            "expired",
            Box::new(move |c| (c["iat"], c["exp"]) = (json!(now - 7200), json!(now - 3600))),
            description(NO_KEYS),
        ),
        (
            "issued in the future",
            Box::new(move |c| (c["iat"], c["exp"]) = (json!(now + 600), json!(now + 900))),
            description(NO_KEYS),
        ),
        ("longer than an hour", set("exp", json!(now + 7200)), description(NO_KEYS)),
        (
            "unknown issuer",
            set("iss", json!("00000000-0000-8000-8000-000000000000")),
            description("issuer_not_found"),
        ),
        (
            "unknown user",
            set("sub", json!("00000000-0000-8000-8000-000000000000")),
            description("user_not_found"),
        ),
        ("e-mail as sub", set("sub", json!("sender@example.com")), description("user_not_found")),
        ("disabled user", set("sub", json!(locked)), description("user_not_found")),
        ("missing scope", set("scope", json!("impersonation")), json!({"error": "invalid_scope"})),
        ("no consent", set("sub", json!(stranger)), json!({"error": "consent_required"})),
        ("half a consent", set("sub", json!(half)), json!({"error": "consent_required"})),
        (
            "scope without consent",
            set("scope", json!("signature click.manage")),
            json!({"error": "consent_required"}),
        ),
    ];
    for (name, change, expected) in cases {
        let reply = token(ready, &assertion(ready, change)).await;
        assert_eq!(reply.ok(400), expected, "{name}");
    }

    let key = private_key(&std::fs::read_to_string(&ready.providers.docusign.private_key_file).unwrap());
    let other = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    for (name, text) in [
        ("wrong key", sign_with(&other, ready, json!({"alg": "RS256"}), |_| {})),
        ("other algorithm", sign_with(&key, ready, json!({"alg": "none"}), |_| {})),
        ("no token at all", "nonsense".to_owned()),
    ] {
        assert_eq!(token(ready, &text).await.ok(400), description(NO_KEYS), "{name}");
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let reply = world.plain("POST", "/oauth/token", &form, "grant_type=password").await;
    assert_eq!(reply.ok(400), description("unsupported_grant_type"));
}

#[tokio::test]
async fn keys_rotate_without_downtime_and_five_is_the_most() {
    let world = World::start().await;
    let (ready, control) = (world.ready(), world.control());
    let second = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let der = aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::PublicKeyX509Der<'_>>::as_der(
        aws_lc_rs::signature::KeyPair::public_key(&second),
    )
    .unwrap();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        super::client::base64(der.as_ref())
    );
    let text = sign_with(&second, ready, json!({"alg": "RS256"}), |_| {});
    assert_eq!(token(ready, &text).await.status, 400);
    let first = control.keys().remove(0);
    control.add_key(&pem).unwrap();
    assert_eq!(token(ready, &text).await.status, 200);
    control.revoke_key(&first).unwrap();
    assert_eq!(token(ready, &text).await.status, 200);
    assert_eq!(token(ready, &assertion(ready, |_| {})).await.ok(400)["error_description"], NO_KEYS);
    for _ in 0..4 {
        control.add_key(&pem).unwrap();
    }
    assert!(control.add_key(&pem).is_err());
    assert!(control.add_key("no key").is_err());
}

#[tokio::test]
async fn a_token_ends_with_its_hour_or_its_revocation() {
    let world = World::start().await;
    let ask = || async { world.call("GET", "/envelopes?from_date=2020-01-01", None).await };
    ask().await.ok(200);
    world.control().revoke_token(&world.token).unwrap();
    assert_eq!(ask().await.refused(), (401, "AUTHORIZATION_INVALID_TOKEN".to_owned()));
    let bearer = format!("Bearer {}", world.token);
    let info = world.plain("GET", "/oauth/userinfo", &[("authorization", &bearer)], "").await.ok(401);
    assert_eq!(info["error"], "internal_server_error");
    assert!(info["reference_id"].as_str().is_some_and(|id| id.len() == 36));

    let fresh = World::start().await;
    fresh.control().advance_clock(Duration::from_secs(3_590));
    assert_eq!(fresh.call("GET", "", None).await.status, 200);
    fresh.control().advance_clock(Duration::from_secs(20));
    assert_eq!(fresh.call("GET", "", None).await.refused().1, "AUTHORIZATION_INVALID_TOKEN");
    let reply = fresh.plain("GET", &fresh.path(""), &[], "").await;
    assert_eq!(reply.refused(), (401, "USER_AUTHENTICATION_FAILED".to_owned()));
}

#[tokio::test]
async fn jwt_times_are_judged_by_real_time_unless_asked() {
    let world = World::start().await;
    world.control().advance_clock(Duration::from_secs(86_400));
    let text = assertion(world.ready(), |_| {});
    assert_eq!(token(world.ready(), &text).await.status, 200);
    world.control().set_strict_jwt_clock(true);
    assert_eq!(token(world.ready(), &text).await.status, 400);
}

#[tokio::test]
async fn a_person_consents_on_the_page() {
    let world = World::start().await;
    let docusign = world.ready().providers.docusign.clone();
    let user = world.control().add_user("Cora Consent", "cora@example.com");
    let claims = |claims: &mut Value| claims["sub"] = json!(user);
    assert_eq!(
        token(world.ready(), &assertion(world.ready(), claims)).await.ok(400)["error"],
        "consent_required"
    );
    let target = format!(
        "/oauth/auth?response_type=code&scope=signature%20impersonation&client_id={}&\
         redirect_uri=https%3A%2F%2Fapp.example%2Fcb%3Fx%3D1&state=s%261&login_hint=cora%40example.com",
        docusign.integration_key
    );
    let page = world.plain("GET", &target, &[], "").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Cora Consent") && page.text().contains("impersonation"));

    let form = [("content-type", "application/x-www-form-urlencoded")];
    let denied = world.plain("POST", &target, &form, "consent=deny").await;
    assert_eq!(denied.header("location"), Some("https://app.example/cb?x=1&error=access_denied&state=s%261"));
    assert_eq!(token(world.ready(), &assertion(world.ready(), claims)).await.status, 400);

    let allowed = world.plain("POST", &target, &form, "consent=allow").await;
    assert_eq!(allowed.status, 302);
    let location = allowed.header("location").unwrap();
    assert!(location.starts_with("https://app.example/cb?x=1&code=") && location.ends_with("&state=s%261"));
    assert_eq!(token(world.ready(), &assertion(world.ready(), claims)).await.status, 200);
}

#[tokio::test]
async fn an_administrator_consents_for_everybody() {
    let world = World::start().await;
    let user = world.control().add_user("Una User", "una@example.com");
    let target = format!(
        "/oauth/auth?response_type=code&scope=openid&admin_consent_scope=signature%20impersonation&client_id={}&\
         redirect_uri=https%3A%2F%2Fapp.example%2Fcb",
        world.ready().providers.docusign.integration_key
    );
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(world.plain("POST", &target, &form, "consent=allow").await.status, 302);
    let text = assertion(world.ready(), |claims| claims["sub"] = json!(user));
    assert_eq!(token(world.ready(), &text).await.status, 200);
}
