//! Logging in: the authorization code grant at the providers that have it, and logins that several processes share.

use std::{path::Path, process::Stdio, sync::Arc};

use http::{Request, header};
use secrecy::{ExposeSecret, SecretString};
use signbridge_adobe_sign::{AdobeSign, Credentials};
use signbridge_client::FileLoginStore;
use signbridge_core::{
    Adapter, Consent, CreateOptions, ErrorKind, ListQuery, Login, LoginSlot, Parts, Settings, StoredLogin,
};
use signbridge_docusign::{Config, DOCUSIGN, DocuSign, Environment, LoginApp};
use url::Url;

use crate::world::{World, lease};

const BACK: &str = "http://127.0.0.1:8912/back";

/// What the person's browser does: it opens the address, he presses a button, and it is sent back.
async fn browser(world: &World, consent: &Consent, answer: &str) -> Url {
    let request = Request::post(consent.url.as_str())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(format!("consent={answer}").into())
        .unwrap();
    let came = world.parts().transport.send(request).await.unwrap();
    assert!(came.status().is_redirection(), "{}", came.status());
    Url::parse(came.headers()[header::LOCATION].to_str().unwrap()).unwrap()
}

fn slot(folder: &Path) -> LoginSlot {
    LoginSlot { store: Arc::new(FileLoginStore::new(folder)), name: "work".to_owned() }
}

/// A DocuSign profile with the code grant.
fn docusign(world: &World, folder: &Path, secret: bool) -> (Config, Parts, Arc<dyn Login>) {
    let ready = &world.emulator.ready().providers.docusign;
    let client_secret = secret.then(|| SecretString::from(ready.client_secret.clone()));
    let app = LoginApp { client_secret, redirect_url: BACK.parse().unwrap() };
    let mut config = Config::with_login(Environment::Demo, &ready.integration_key, app).unwrap();
    config.auth_url = ready.auth_url_tls.parse().unwrap();
    let parts = Parts { login: Some(slot(folder)), ..world.parts() };
    let mut values = serde_json::json!({
        "grant": "code", "integration_key": ready.integration_key, "redirect_url": BACK,
        "auth_url": ready.auth_url_tls,
    });
    if secret {
        values["client_secret"] = serde_json::json!({ "env": "SECRET" });
    }
    let text = ready.client_secret.clone();
    let values = serde_json::from_value(values).unwrap();
    let settings = Settings::new("work", values, ".", Arc::new(move |_| Some(text.clone())));
    let login = DOCUSIGN.login(&settings, parts.clone()).unwrap();
    (config, parts, login)
}

#[tokio::test]
async fn who_logs_in_at_docusign_sends_and_stays_logged_in_although_each_refresh_token_works_once() {
    // With the app's secret, and as a public client whom only PKCE protects.
    for secret in [true, false] {
        let world = World::new().await;
        let folder = tempfile::tempdir().unwrap();
        let (config, parts, login) = docusign(&world, folder.path(), secret);
        let error =
            DocuSign::connect(config.clone(), parts.clone()).list(&ListQuery::default()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConsentRequired);
        assert!(error.remedy().unwrap().contains("signbridge auth login"), "{error:?}");

        let consent = login.begin().unwrap();
        assert!(consent.url.as_str().contains("scope=signature%20extended"), "{}", consent.url);
        assert!(consent.url.as_str().contains("code_challenge_method=S256"), "{}", consent.url);
        let back = browser(&world, &consent, "allow").await;
        let status = login.finish(&consent, &back).await.unwrap();
        assert_eq!(
            (status.profile.as_str(), status.scopes),
            ("work", vec!["signature".into(), "extended".into()])
        );
        // A code works once.
        assert_eq!(login.finish(&consent, &back).await.unwrap_err().kind(), ErrorKind::Unauthenticated);

        // Two sessions, as two programs have them; each needs a token, and each refresh ends the token before.
        for _ in 0..2 {
            let provider = DocuSign::connect(config.clone(), parts.clone());
            provider.create(&lease(), &CreateOptions::sent()).await.unwrap();
        }
        assert!(login.logout().await.unwrap() && !login.logout().await.unwrap());
        assert_eq!(login.status().await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_login_that_is_not_ours_or_was_refused_is_an_error_and_stores_nothing() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let (_, _, login) = docusign(&world, folder.path(), true);
    let consent = login.begin().unwrap();
    let denied = browser(&world, &consent, "deny").await;
    let error = login.finish(&consent, &denied).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Forbidden, Some("access_denied")));
    let granted = browser(&world, &consent, "allow").await;
    // Somebody else's answer, brought into our browser.
    let error = login.finish(&login.begin().unwrap(), &granted).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(!format!("{error:?} {consent:?}").contains(consent.state.expose_secret()), "the state prints");
    assert_eq!(login.status().await.unwrap(), None);
}

fn adobe(world: &World, folder: &Path) -> (signbridge_adobe_sign::Config, Parts) {
    let ready = &world.emulator.ready().providers.adobe_sign;
    let mut config = signbridge_adobe_sign::Config::new(Credentials::Login {
        client_id: ready.client_id.clone(),
        client_secret: ready.client_secret.clone().into(),
        redirect_url: BACK.parse().unwrap(),
        scopes: vec!["agreement_read".into(), "agreement_write".into()],
    });
    config.auth_url = Some(ready.auth_url_tls.parse().unwrap());
    config.base_url = Some(ready.base_url_tls.parse().unwrap());
    (config, Parts { login: Some(slot(folder)), ..world.parts() })
}

#[tokio::test]
async fn who_logs_in_at_adobe_is_served_by_the_access_point_that_came_back() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let (config, parts) = adobe(&world, folder.path());
    let login = AdobeSign::login(&config, parts.clone()).unwrap();
    let consent = login.begin().unwrap();
    let back = browser(&world, &consent, "allow").await;
    // Anybody can write the address that a browser comes back to; the app's secret goes to Adobe only.
    let mut forged = back.clone();
    let others: Vec<_> = back
        .query_pairs()
        .filter(|(name, _)| name != "api_access_point")
        .map(|(a, b)| (a.into_owned(), b.into_owned()))
        .collect();
    forged
        .query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair("api_access_point", "https://api.na1.adobesign.com.evil.example/");
    let before = world.control.journal().len();
    assert_eq!(login.finish(&consent, &forged).await.unwrap_err().kind(), ErrorKind::WrongHost);
    assert_eq!(world.control.journal().len(), before, "nothing was sent");

    login.finish(&consent, &back).await.unwrap();
    let provider = AdobeSign::connect(config, parts).unwrap();
    provider.list(&ListQuery::default()).await.unwrap();
    assert!(login.logout().await.unwrap());
    let revoked = world
        .control
        .journal()
        .into_iter()
        .any(|entry| entry.path.ends_with("/oauth/v2/revoke") && entry.status == Some(200));
    assert!(revoked, "the refresh token still works at Adobe");
}

/// Each refresh gives a new refresh token and ends the old one. Two programs that use one login at the same time must
/// not overwrite the newer one, or the person has to consent again.
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_refreshing_one_login_a_thousand_times_never_lose_it() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let (config, parts, login) = docusign(&world, folder.path(), true);
    let consent = login.begin().unwrap();
    let back = browser(&world, &consent, "allow").await;
    login.finish(&consent, &back).await.unwrap();
    let stored = slot(folder.path());
    let (first, version): (StoredLogin, u64) = stored.store.load("work").await.unwrap().unwrap();

    let ready = &world.emulator.ready().providers.docusign;
    let run = || {
        tokio::process::Command::new(env!("CARGO_BIN_EXE_login_probe"))
            .args([&*folder.path().to_string_lossy(), &ready.auth_url, &ready.integration_key, "500"])
            .env("CLIENT_SECRET", &ready.client_secret)
            .stdout(Stdio::piped())
            .output()
    };
    let (one, two) = tokio::join!(run(), run());
    for output in [one.unwrap(), two.unwrap()] {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "500");
    }
    let (last, changed): (StoredLogin, u64) = stored.store.load("work").await.unwrap().unwrap();
    assert!(
        changed >= version + 500 && last.refresh_token.expose_secret() != first.refresh_token.expose_secret()
    );
    // And it still works.
    DocuSign::connect(config, parts).list(&ListQuery::default()).await.unwrap();
}
