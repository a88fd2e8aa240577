//! The JWT grant: what DocuSign answers to a wrong assertion, and what we tell the user.

use chrono::TimeDelta;
use signbridge_client::{
    Client,
    jwt::{Claims, PrivateKey},
    oauth::{JwtBearer, OAuthRefusal},
};
use signbridge_core::{CreateOptions, ErrorKind, Parts};
use signbridge_docusign::DocuSign;
use std::sync::{Arc, Mutex};

use crate::world::{HastyClock, World, lease};

/// What DocuSign answered to these claims: `error`, `error_description`, as they came.
async fn refused(world: &World, claims: Claims, key: &str) -> (u16, String, Option<String>) {
    let parts = world.parts();
    let client = Client::new("docusign", parts.transport, parts.clock);
    let assertion = PrivateKey::parse(&key.to_owned().into()).unwrap().sign(&claims).unwrap();
    let seen = Mutex::new(None);
    let explain = |refusal: &OAuthRefusal| {
        *seen.lock().unwrap() = Some((refusal.status, refusal.error.clone(), refusal.description.clone()));
        signbridge_core::Error::new(ErrorKind::Unauthenticated, "refused")
    };
    let token_url =
        format!("{}/oauth/token", world.emulator.ready().providers.docusign.auth_url_tls).parse().unwrap();
    let outcome = client.run(&JwtBearer { token_url, assertion: &assertion, explain: &explain }).await;
    assert!(outcome.is_err(), "the assertion was accepted");
    seen.into_inner().unwrap().expect("an answer came")
}

fn claims(world: &World) -> Claims {
    let ready = &world.emulator.ready().providers.docusign;
    let audience = ready.auth_url_tls.trim_start_matches("https://").to_owned();
    Claims {
        issuer: ready.integration_key.clone(),
        subject: ready.user_id.clone(),
        audience,
        issued_at: chrono::Utc::now(),
        lifetime: std::time::Duration::from_secs(600),
        scope: "signature impersonation".to_owned(),
    }
}

/// Cases that the facts record answer as recorded; `unverified` ones as the emulator documents.
#[tokio::test]
async fn every_wrong_assertion_has_its_answer() {
    let world = World::new().await;
    let good = || claims(&world);
    let unconsented = world.control.add_user("New", "new@example.com");
    let other_key = include_str!("../../crates/signbridge-client/tests/keys/test-only-rsa-2048-pkcs8.pem");
    let key = world.key();
    let guid = "00000000-0000-4000-8000-00000000dead".to_owned();
    let cases: Vec<(&str, Claims, &str, &str, Option<&str>)> = vec![
        (
            "recorded: unknown issuer",
            Claims { issuer: guid.clone(), ..good() },
            &key,
            "invalid_grant",
            Some("issuer_not_found"),
        ),
        (
            "recorded: unknown user",
            Claims { subject: guid, ..good() },
            &key,
            "invalid_grant",
            Some("user_not_found"),
        ),
        ("recorded: wrong key", good(), other_key, "invalid_grant", Some("no_valid_keys_or_signatures")),
        ("recorded: no consent", Claims { subject: unconsented, ..good() }, &key, "consent_required", None),
        (
            "recorded: a scope without consent",
            Claims { scope: "signature impersonation click.manage".into(), ..good() },
            &key,
            "consent_required",
            None,
        ),
        (
            "unverified: e-mail as sub",
            Claims { subject: "sender@example.com".into(), ..good() },
            &key,
            "invalid_grant",
            Some("user_not_found"),
        ),
    ];
    for (name, claims, key, error, description) in cases {
        let (status, found, text) = refused(&world, claims, key).await;
        assert_eq!((status, found.as_str()), (400, error), "{name}");
        if let Some(description) = description {
            assert_eq!(text.as_deref(), Some(description), "{name}");
        }
    }
    // What comes in these cases no fact records: refused with 400 and an OAuth error, whatever its words.
    let unverified = [
        ("audience with a path", Claims { audience: format!("{}/oauth/token", good().audience), ..good() }),
        ("audience with a scheme", Claims { audience: format!("https://{}", good().audience), ..good() }),
        ("audience of another host", Claims { audience: "example.com".into(), ..good() }),
        ("expired", Claims { issued_at: chrono::Utc::now() - TimeDelta::hours(2), ..good() }),
        ("issued in the future", Claims { issued_at: chrono::Utc::now() + TimeDelta::hours(2), ..good() }),
        ("longer than an hour", Claims { lifetime: std::time::Duration::from_secs(7200), ..good() }),
        ("no scope", Claims { scope: String::new(), ..good() }),
    ];
    for (name, claims) in unverified {
        let (status, error, _) = refused(&world, claims, &key).await;
        assert_eq!(status, 400, "{name}");
        assert!(!error.is_empty(), "{name}");
    }
}

/// Rows (docusign): 11 ConsentRequired, 11 WrongHost, 11 Unauthenticated
#[tokio::test]
async fn every_refusal_becomes_a_typed_error_with_its_remedy() {
    let world = World::new().await;
    let other_key =
        include_str!("../../crates/signbridge-client/tests/keys/test-only-rsa-2048-pkcs8.pem").to_owned();
    let user = world.emulator.ready().providers.docusign.user_id.clone();
    let stranger = "00000000-0000-4000-8000-00000000dead";
    let newcomer = world.control.add_user("New", "new@example.com");
    let mut issuer = world.config();
    issuer.integration_key = stranger.to_owned();
    let cases = [
        (
            "wrong key",
            world.config_with(std::slice::from_ref(&other_key), &user),
            ErrorKind::Unauthenticated,
            "Apps and Keys",
        ),
        (
            "unknown user",
            world.config_with(&[world.key()], stranger),
            ErrorKind::Unauthenticated,
            "API user id",
        ),
        ("unknown app", issuer, ErrorKind::WrongHost, "environment"),
        (
            "no consent",
            world.config_with(&[world.key()], &newcomer),
            ErrorKind::ConsentRequired,
            "open this address",
        ),
    ];
    for (name, config, kind, remedy) in cases {
        let error = DocuSign::connect(config, world.parts())
            .create(&lease(), &CreateOptions::sent())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{name}: {error}");
        assert!(error.remedy().unwrap().contains(remedy), "{name}: {error}");
        assert_eq!(error.operation(), Some("oauth.token"), "{name}");
    }
    let mut scopes = world.config();
    scopes.scopes = vec!["openid".into()];
    let error =
        DocuSign::connect(scopes, world.parts()).create(&lease(), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden, "missing scope: {error}");
    assert!(error.remedy().unwrap().contains("signature impersonation"), "{error}");
    world.control.revoke_consent(&user, &["signature", "impersonation"]).unwrap();
    let error = world.provider().create(&lease(), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConsentRequired, "revoked: {error}");
    assert!(error.remedy().unwrap().contains("admin_consent_scope=signature%20impersonation"), "{error}");
    world.control.grant_consent(&user, &["signature", "impersonation"]).unwrap();
    // A clock two hours ahead: the assertion was issued in the future.
    let parts = Parts { clock: Arc::new(HastyClock { off_by: TimeDelta::hours(2) }), ..world.parts() };
    let error =
        DocuSign::connect(world.config(), parts).create(&lease(), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert!(error.remedy().unwrap().contains("set the clock"), "{error}");
    // A clock two hours behind: the assertion has expired at DocuSign, and the difference is named.
    let parts = Parts { clock: Arc::new(HastyClock { off_by: TimeDelta::hours(-2) }), ..world.parts() };
    let error =
        DocuSign::connect(world.config(), parts).create(&lease(), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert!(error.to_string().contains("clock differs from DocuSign's by -"), "{error}");
    assert_eq!(world.control.tokens_issued(), 0);
}

#[tokio::test]
async fn an_email_as_user_is_refused_before_any_request() {
    let world = World::new().await;
    let ready = &world.emulator.ready().providers.docusign;
    let keys = [world.key().into()];
    let error = signbridge_docusign::Config::new(
        signbridge_docusign::Environment::Demo,
        &ready.integration_key,
        "a@b.c",
        &keys,
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidConfiguration);
    assert!(error.to_string().contains("e-mail address"), "{error}");
}

#[tokio::test]
async fn consent_counts_again_after_it_was_revoked_and_granted() {
    let world = World::new().await;
    let user = world.emulator.ready().providers.docusign.user_id.clone();
    world.control.revoke_consent(&user, &["signature", "impersonation"]).unwrap();
    let docusign = world.provider();
    let error = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConsentRequired);
    world.control.grant_consent(&user, &["signature", "impersonation"]).unwrap();
    docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
}

#[tokio::test]
async fn with_two_keys_work_goes_on_when_the_first_is_revoked() {
    let world = World::new().await;
    let private =
        include_str!("../../crates/signbridge-client/tests/keys/test-only-rsa-2048-pkcs8.pem").to_owned();
    let public = include_str!("../../crates/signbridge-client/tests/keys/test-only-rsa-2048-public.pem");
    world.control.add_key(public).unwrap();
    let first = world.control.keys()[0].clone();
    let user = world.emulator.ready().providers.docusign.user_id.clone();
    let docusign = DocuSign::connect(world.config_with(&[world.key(), private], &user), world.parts());
    docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    world.control.revoke_key(&first).unwrap();
    world.control.revoke_tokens();
    docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    assert_eq!(world.sent(), 2);
}
