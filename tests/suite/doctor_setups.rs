//! Broken set-ups of DocuSign, and what `doctor` prints for each: the fault and its remedy have to stand there.

use std::{collections::BTreeMap, path::Path, process::Stdio, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::stream;
use http::{Method, Request, Response, Uri, header};
use insta::assert_snapshot;
use serde_json::{Value, json};
use signbridge_client::FileLoginStore;
use signbridge_core::{
    Adapter, Body, Chunks, Diagnosis, LoginSlot, Outcome, Parts, Settings, Transport, TransportError,
};
use signbridge_docusign::DOCUSIGN;
use url::Url;

use crate::world::{HastyClock, World};

/// Nothing listens there.
const CLOSED: &str = "127.0.0.1:9";
const NOBODY: &str = "00000000-0000-4000-8000-00000000dead";

/// The profile `work`, good but for the changes; `null` takes a key away.
fn profile(world: &World, changes: Value) -> Settings {
    let ready = &world.emulator.ready().providers.docusign;
    let mut values: BTreeMap<String, Value> = [
        ("provider", json!("docusign")),
        ("auth_url", json!(ready.auth_url_tls)),
        ("integration_key", json!(ready.integration_key)),
        ("user_id", json!(ready.user_id)),
        ("private_key", json!({ "file": ready.private_key_file })),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    values.extend(changes.as_object().unwrap().clone());
    values.retain(|_, value| !value.is_null());
    Settings::new("work", values, "/", Arc::new(|_| None))
}

/// What the program prints under the profile's name. Whatever is wrong has to come with a remedy.
fn printed(diagnosis: &Diagnosis) -> String {
    let wrong: Vec<_> = diagnosis
        .steps
        .iter()
        .filter(|step| matches!(step.outcome, Outcome::Fault | Outcome::Warning))
        .collect();
    assert!(!wrong.is_empty() && wrong.iter().all(|step| step.remedy.is_some()), "{diagnosis:#?}");
    let mut lines = Vec::new();
    for step in &diagnosis.steps {
        lines.push(format!("  {:<8} {}: {}", step.outcome, step.name, step.message));
        lines.extend(step.remedy.iter().map(|remedy| format!("           -> {remedy}")));
    }
    lines.join("\n")
}

async fn doctor(settings: &Settings, parts: Parts) -> String {
    printed(&DOCUSIGN.diagnose(settings, parts).await)
}

async fn doctor_on(world: &World, changes: Value) -> String {
    doctor(&profile(world, changes), world.parts()).await
}

/// Names in the place of ids, ports and times.
fn redacted(world: &World) -> insta::Settings {
    let ready = &world.emulator.ready().providers.docusign;
    let authority = |url: &str| Url::parse(url).unwrap().authority().to_owned();
    let mut settings = insta::Settings::clone_current();
    for (found, name) in [
        (ready.integration_key.clone(), "[app]"),
        (ready.user_id.clone(), "[user]"),
        (ready.account_id.clone(), "[account]"),
        (NOBODY.to_owned(), "[nobody]"),
        (authority(&ready.auth_url_tls), "[emulator]"),
        (authority(&ready.auth_url), "[emulator]"),
        (CLOSED.to_owned(), "[closed]"),
    ] {
        settings.add_filter(&found, name);
    }
    settings.add_filter(r"127\.0\.0\.1:\d+", "[other emulator]");
    settings.add_filter(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[id]");
    settings.add_filter(r"\d+ seconds", "[n] seconds");
    // The system's own words.
    settings.add_filter(r"(no connection[a-z ]*): [^()]*(\(os error \d+\) )?", "$1: [why] ");
    settings
}

macro_rules! shown {
    ($world:expr, $($name:literal: $text:expr),+ $(,)?) => {{
        let texts = [$(($name, $text)),+];
        redacted(&$world).bind(|| texts.iter().for_each(|(name, text)| assert_snapshot!(*name, text)));
    }};
}

/// A network on which some hosts are played by emulators, and on which the API may refuse.
#[derive(Debug)]
struct Network {
    inner: Arc<dyn Transport>,
    /// Who plays whom: a host's name, and the address that its requests go to.
    hosts: Vec<(&'static str, Url)>,
    /// Status, code and message of the API's answer to a question for envelopes.
    refusal: Option<(u16, &'static str, &'static str)>,
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, mut request: Request<Body>) -> Result<Response<Chunks>, TransportError> {
        let asks = request.method() == Method::GET && request.uri().path().ends_with("/envelopes");
        if let Some((status, code, message)) = self.refusal.filter(|_| asks) {
            let body = Bytes::from(json!({ "errorCode": code, "message": message }).to_string());
            let answer = Response::builder()
                .status(status)
                .header(header::CONTENT_TYPE, "application/json")
                .header("x-docusign-tracetoken", "11111111-2222-4333-8444-555555555555");
            return Ok(answer.body(Chunks::new(stream::iter([Ok(body)]))).unwrap());
        }
        if let Some((_, to)) = self.hosts.iter().find(|(name, _)| request.uri().host() == Some(*name)) {
            let rest = request.uri().path_and_query().unwrap().as_str();
            *request.uri_mut() =
                format!("{}{rest}", to.as_str().trim_end_matches('/')).parse::<Uri>().unwrap();
        }
        self.inner.send(request).await
    }
}

fn refusing(world: &World, status: u16, code: &'static str, message: &'static str) -> Parts {
    let parts = world.parts();
    let refusal = Some((status, code, message));
    let network = Network { inner: Arc::clone(&parts.transport), hosts: Vec::new(), refusal };
    Parts { transport: Arc::new(network), ..parts }
}

#[tokio::test]
async fn wrong_environment() {
    let (production, demo) = (World::new().await, World::new().await);
    let address = |world: &World| world.emulator.ready().providers.docusign.auth_url.parse::<Url>().unwrap();
    let network = || {
        let parts = production.parts();
        let hosts =
            vec![("account.docusign.com", address(&production)), ("account-d.docusign.com", address(&demo))];
        let network = Network { inner: Arc::clone(&parts.transport), hosts, refusal: None };
        Parts { transport: Arc::new(network), ..parts }
    };
    let in_demo = profile(&production, json!({ "auth_url": null }));
    let by_address = json!({ "auth_url": demo.emulator.ready().providers.docusign.auth_url });
    shown!(production,
        "wrong_environment": doctor(&in_demo, network()).await,
        "wrong_environment_by_auth_url": doctor_on(&production, by_address).await,
    );
    // The remedy helps.
    let remedied = profile(&production, json!({ "auth_url": null, "environment": "production" }));
    let diagnosis = DOCUSIGN.diagnose(&remedied, network()).await;
    assert!(diagnosis.steps.iter().all(|step| step.outcome == Outcome::Good), "{diagnosis:#?}");
}

#[tokio::test]
async fn no_consent() {
    let world = World::new().await;
    let user = world.emulator.ready().providers.docusign.user_id.clone();
    world.control.revoke_consent(&user, &[]).unwrap();
    let registered = json!({ "consent_redirect_url": "https://app.example.com/consented" });
    shown!(world,
        "no_consent": doctor_on(&world, json!({})).await,
        "no_consent_with_a_redirect_address": doctor_on(&world, registered).await,
    );
}

#[tokio::test]
async fn one_scope_of_two() {
    let world = World::new().await;
    let asked = doctor_on(&world, json!({ "scopes": ["signature"] })).await;
    let user = world.emulator.ready().providers.docusign.user_id.clone();
    world.control.revoke_consent(&user, &["impersonation"]).unwrap();
    shown!(world,
        "one_scope_asked_for": asked,
        "one_scope_consented_to": doctor_on(&world, json!({})).await,
    );
}

#[tokio::test]
async fn e_mail_as_user() {
    let world = World::new().await;
    shown!(world, "e_mail_as_user": doctor_on(&world, json!({ "user_id": "ann@example.com" })).await);
}

/// Whoever corrects one fault should not have to come back for the next.
#[tokio::test]
async fn everything_wrong_in_the_profile_is_named_at_once() {
    let world = World::new().await;
    let changes = json!({
        "environment": "prod", "user_id": "ann@example.com", "account_id": "12345678",
        "auth_url": "http://account.docusign.com", "private_key": { "env": "DOCUSIGN_KEY" },
    });
    let login =
        json!({ "grant": "code", "integration_key": "my app", "client_secret": "s3cret-in-the-file" });
    shown!(world,
        "five_faults": doctor_on(&world, changes).await,
        "three_faults_of_a_login": doctor_on(&world, login).await,
    );
}

#[tokio::test]
async fn wrong_key() {
    let world = World::new().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/signbridge-client/tests/keys");
    let key = |name: &str| json!({ "private_key": { "file": folder.join(name) } });
    let another = doctor_on(&world, key("test-only-rsa-2048-pkcs8.pem")).await;
    let public = doctor_on(&world, key("test-only-rsa-2048-public.pem")).await;
    shown!(world, "wrong_key": another, "public_key_in_the_place_of_the_private_one": public);
}

#[tokio::test]
async fn skewed_clock() {
    let world = World::new().await;
    let off = async |seconds: i64| {
        let clock = HastyClock { off_by: TimeDelta::seconds(seconds) };
        let parts = Parts { clock: Arc::new(clock), ..world.parts() };
        doctor(&profile(&world, json!({})), parts).await
    };
    shown!(world,
        "clock_behind": off(-300).await,
        "clock_ahead": off(75).await,
        "clock_too_far_behind": off(-3600).await,
        "clock_too_far_ahead": off(3600).await,
    );
}

#[tokio::test]
async fn wrong_account() {
    let world = World::new().await;
    shown!(world, "wrong_account": doctor_on(&world, json!({ "account_id": NOBODY })).await);
}

#[tokio::test]
async fn moved_account() {
    let (world, before) = (World::new().await, World::new().await);
    let ready = &world.emulator.ready().providers.docusign;
    // The profile holds on to the host that the account lived on.
    let address = &before.emulator.ready().providers.docusign.base_url;
    let held = json!({ "account_id": ready.account_id, "base_url": address });
    // DocuSign itself is in between.
    let moving = refusing(&world, 401, "PARTNER_AUTHENTICATION_FAILED", "The account is on another site.");
    shown!(world,
        "moved_account": doctor_on(&world, held).await,
        "account_on_the_move": doctor(&profile(&world, json!({})), moving).await,
    );
}

#[tokio::test]
async fn expired_token() {
    let world = World::new().await;
    let ready = &world.emulator.ready().providers.docusign;
    let back = "http://127.0.0.1:8912/back";
    let folder = tempfile::tempdir().unwrap();
    let slot = LoginSlot { store: Arc::new(FileLoginStore::new(folder.path())), name: "work".to_owned() };
    let parts = || Parts { login: Some(slot.clone()), ..world.parts() };
    let changes = json!({ "grant": "code", "redirect_url": back, "user_id": null, "private_key": null });
    let settings = profile(&world, changes);
    let nobody = doctor(&settings, parts()).await;

    let login = DOCUSIGN.login(&settings, parts()).unwrap();
    let consent = login.begin().unwrap();
    let allow = Request::post(consent.url.as_str())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body("consent=allow".to_owned().into())
        .unwrap();
    let sent_back = world.parts().transport.send(allow).await.unwrap();
    let sent_back = Url::parse(sent_back.headers()[header::LOCATION].to_str().unwrap()).unwrap();
    login.finish(&consent, &sent_back).await.unwrap();
    let diagnosis = DOCUSIGN.diagnose(&settings, parts()).await;
    assert!(diagnosis.steps.iter().all(|step| step.outcome == Outcome::Good), "{diagnosis:#?}");
    world.control.revoke_consent(&ready.user_id, &[]).unwrap();
    shown!(world, "nobody_logged_in": nobody, "expired_token": doctor(&settings, parts()).await);
}

#[tokio::test]
async fn no_network() {
    let world = World::new().await;
    let address = format!("https://{CLOSED}");
    shown!(world, "no_network": doctor_on(&world, json!({ "auth_url": address })).await);
}

/// The proxy is the one of the process's environment, so that a process of its own is looked at: this test, run again.
#[tokio::test]
async fn proxy() {
    const WRITE_TO: &str = "SIGNBRIDGE_TEST_DOCTOR_WRITES_TO";
    let world = World::new().await;
    if let Some(path) = std::env::var_os(WRITE_TO) {
        // If the proxy were not asked, nothing could answer to this name.
        let text = doctor_on(&world, json!({ "auth_url": "https://account.docusign.invalid" })).await;
        return std::fs::write(path, text).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let written = folder.path().join("printed");
    let mut again = tokio::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "doctor_setups::proxy"]).stdout(Stdio::null()).stderr(Stdio::inherit());
    for name in ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] {
        again.env_remove(name).env_remove(name.to_lowercase());
    }
    again.env("HTTPS_PROXY", format!("http://{CLOSED}")).env(WRITE_TO, &written);
    assert!(again.status().await.unwrap().success());
    shown!(world, "proxy": std::fs::read_to_string(written).unwrap());
}

#[tokio::test]
async fn missing_plan_item() {
    let world = World::new().await;
    let message = "The plan of this account does not include the API.";
    let plan = refusing(&world, 400, "PLAN_ITEM_NOT_ENABLED", message);
    let setting = refusing(&world, 400, "ACCOUNT_LACKS_PERMISSIONS", "This account lacks the permission.");
    shown!(world,
        "missing_plan_item": doctor(&profile(&world, json!({})), plan).await,
        "missing_account_permission": doctor(&profile(&world, json!({})), setting).await,
    );
}
