//! The doctor against good and broken set-ups: it names the fault and the remedy.

use std::{collections::BTreeMap, sync::Arc};

use chrono::TimeDelta;
use serde_json::{Value, json};
use signbridge_core::{Adapter, Diagnosis, Outcome, Parts, Settings};
use signbridge_docusign::DOCUSIGN;

use crate::world::{HastyClock, World};

fn settings(world: &World, changes: Value) -> Settings {
    let ready = &world.emulator.ready().providers.docusign;
    let mut values: BTreeMap<String, Value> = [
        ("provider", json!("docusign")),
        ("auth_url", json!(ready.auth_url_tls)),
        ("integration_key", json!(ready.integration_key)),
        ("user_id", json!(ready.user_id)),
        ("account_id", json!(ready.account_id)),
        ("private_key", json!({ "file": ready.private_key_file })),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    values.extend(changes.as_object().unwrap().clone());
    Settings::new("work", values, "/", Arc::new(|_| None))
}

async fn diagnose(world: &World, changes: Value) -> Diagnosis {
    DOCUSIGN.diagnose(&settings(world, changes), world.parts()).await
}

/// The step that failed or warned, what it says, and the remedy.
fn trouble(diagnosis: &Diagnosis) -> (&'static str, Outcome, String, String) {
    let step = diagnosis.steps.iter().find(|step| step.outcome != Outcome::Good).expect("something is wrong");
    (step.name, step.outcome, step.message.clone(), step.remedy.clone().unwrap_or_default())
}

#[tokio::test]
async fn a_good_profile_is_good_in_every_step() {
    let world = World::new().await;
    let diagnosis = diagnose(&world, json!({})).await;
    assert!(diagnosis.is_good(), "{diagnosis:#?}");
    let steps: Vec<_> = diagnosis.steps.iter().map(|step| (step.name, step.outcome)).collect();
    assert_eq!(
        steps,
        [
            "configuration",
            "token",
            "clock",
            "scopes",
            "account",
            "api",
            "identity workflows",
            "signature providers"
        ]
        .map(|name| (name, Outcome::Good))
    );
}

#[tokio::test]
async fn each_fault_is_named_with_its_remedy() {
    let world = World::new().await;
    let newcomer = world.control.add_user("New", "new@example.com");
    let guid = "00000000-0000-4000-8000-00000000dead";
    let cases = [
        ("e-mail as user", json!({"user_id": "a@b.c"}), "configuration", "e-mail address", ""),
        ("a literal secret", json!({"private_key": "-----BEGIN"}), "configuration", "by reference", ""),
        (
            "no consent",
            json!({"user_id": newcomer}),
            "token",
            "has not consented",
            "/oauth/auth?response_type=code",
        ),
        ("unknown app", json!({"integration_key": guid}), "token", "unknown at", "environment"),
        (
            "another account",
            json!({"account_id": guid}),
            "account",
            "no such account",
            "set account_id to one of",
        ),
        ("no network", json!({"auth_url": "https://127.0.0.1:9"}), "token", "", "network"),
    ];
    for (name, changes, step, message, remedy) in cases {
        let diagnosis = diagnose(&world, changes).await;
        let found = trouble(&diagnosis);
        assert_eq!((found.0, found.1), (step, Outcome::Fault), "{name}: {diagnosis:#?}");
        assert!(found.2.contains(message) && found.3.contains(remedy), "{name}: {found:?}");
        assert!(
            diagnosis
                .steps
                .iter()
                .skip_while(|one| one.name != step)
                .skip(1)
                .all(|one| one.outcome == Outcome::Skipped),
            "{name}"
        );
        assert_eq!(diagnosis.steps.len(), 8, "{name}");
    }
}

#[tokio::test]
async fn scopes_that_are_missing_or_too_many_are_named() {
    let world = World::new().await;
    let user = world.emulator.ready().providers.docusign.user_id.clone();
    world.control.grant_consent(&user, &["click.manage"]).unwrap();
    let more = diagnose(&world, json!({"scopes": ["signature", "impersonation", "click.manage"]})).await;
    let found = trouble(&more);
    assert_eq!((found.0, found.1), ("scopes", Outcome::Warning));
    assert!(found.2.contains("click.manage"), "{found:?}");
    let fewer = diagnose(&world, json!({"scopes": ["signature"]})).await;
    let found = trouble(&fewer);
    assert_eq!((found.0, found.1), ("scopes", Outcome::Fault), "{fewer:#?}");
    assert!(found.2.contains("impersonation") && found.3.contains("consent again"), "{found:?}");
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_named_in_seconds() {
    let world = World::new().await;
    let parts = Parts { clock: Arc::new(HastyClock { off_by: TimeDelta::minutes(-5) }), ..world.parts() };
    let diagnosis = DOCUSIGN.diagnose(&settings(&world, json!({})), parts).await;
    let found = trouble(&diagnosis);
    assert_eq!((found.0, found.1), ("clock", Outcome::Warning), "{diagnosis:#?}");
    assert!(
        found.2.contains("differs from DocuSign's by -3")
            || found.2.contains("differs from DocuSign's by -2"),
        "{found:?}"
    );
}

#[tokio::test]
async fn workflows_and_signature_providers_are_listed_and_a_wrong_name_is_a_warning() {
    let world = World::new().await;
    let shown = async |changes: Value| {
        let diagnosis = diagnose(&world, changes).await;
        let steps = diagnosis.steps.iter().skip(6).map(|step| {
            let remedy = step.remedy.as_deref().map(|remedy| format!("\n  -> {remedy}")).unwrap_or_default();
            format!("{} {}: {}{remedy}", step.outcome, step.name, step.message)
        });
        steps.collect::<Vec<_>>().join("\n")
    };
    let mut all = vec![shown(json!({})).await];
    let named = json!({"identity_workflows": {"id_document": "Emulated document check"},
        "signature_providers": {"advanced": "emulated_advanced"}});
    all.push(shown(named.clone()).await);
    let misspelt = json!({"identity_workflows": {"id_document": "Emulated check", "sms_otp": "Emulated Singpass"},
        "signature_providers": {"qualified": "emulated_qualifed"}});
    all.push(shown(misspelt).await);
    world
        .control
        .provider(
            "docusign",
            "POST",
            "plan",
            &json!({"identity_verification": false, "signature_providers": false}),
        )
        .unwrap();
    all.push(shown(named).await);
    insta::assert_snapshot!(all.join("\n\n"));
    let wrong = diagnose(
        &world,
        json!({"identity_workflows": {"id_documents": "x"}, "signature_providers": {"simple": "x"}}),
    )
    .await;
    assert_eq!(wrong.steps[0].outcome, Outcome::Fault);
    assert!(wrong.steps[0].message.contains("did you mean `id_document`?"), "{wrong:#?}");
    assert!(
        wrong.steps[0].message.contains("`simple` is not possible, expected one of advanced, qualified"),
        "{wrong:#?}"
    );
}
