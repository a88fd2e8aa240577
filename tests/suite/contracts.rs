//! Everything an adapter can ask, and what else the emulator answers, held against the contract of its provider.

mod adobe_sign;
mod docusign;
mod dropbox_sign;
mod esignglobal;

use std::sync::Arc;

use serde_json::{Value, json};
use signbridge::{Config, Registry, Signbridge};
use signbridge_core::{
    Addressee, Correction, CreateOptions, Draft, ListQuery, Provider as Service, RecipientChange,
    SigningLinkRequest, TemplateQuery,
};
use signbridge_emulator::Provider;
use signbridge_tests::structure::Tally;

use crate::contract::{CONTRACTS, held};
use crate::world::World;

/// Holds everything this world was asked against one provider's contract, and says how much that was.
fn report(world: &World, provider: Provider) -> Tally {
    let contract = &CONTRACTS[provider.as_str()];
    let mut tally = Tally::default();
    let entries = world.control.journal();
    let own = entries.iter().filter(|entry| entry.provider == provider);
    let found: Vec<String> = own.flat_map(|entry| held(entry, contract, &mut tally)).collect();
    let mut found = found;
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{}", found.join("\n"));
    println!("{tally}");
    for deviation in tally.deviations(contract) {
        println!("contract: {}: deviation: {deviation}", contract.title());
    }
    tally
}

/// The provider as an application gets it, and the time the emulator takes off.
fn connected(world: &World, profile: Provider) -> Arc<dyn Service> {
    let at_once = json!({"processing_ms": 0, "exposure_ms": 0, "index_ms": 0});
    world.control.provider("adobe-sign", "POST", "timing", &at_once).unwrap();
    world.control.provider("adobe-sign", "POST", "polling", &json!({"rule": "off"})).unwrap();
    let config = Config::parse(&world.emulator.ready().configuration(), ".").unwrap();
    let signbridge = Signbridge::with_parts(config, Registry::enabled(), world.parts()).unwrap();
    signbridge.provider(Some(profile.as_str())).unwrap()
}

/// One request of the account beside the portable model; returns the version and the JSON of the answer.
async fn ask(
    service: &dyn Service,
    method: &str,
    path: &str,
    version: Option<&str>,
    body: Option<Value>,
) -> (String, Value) {
    let mut request = http::Request::builder().method(method).uri(path);
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    if let Some(version) = version {
        request = request.header("if-match", version);
    }
    let bytes = body.map(|json| json.to_string()).unwrap_or_default();
    let answer = service.raw(request.body(bytes.into()).unwrap()).await;
    let answer = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
    let version = answer.headers().get("etag").map_or("", |tag| tag.to_str().unwrap()).to_owned();
    (version, serde_json::from_slice(answer.body()).unwrap_or_default())
}

/// What every provider can do with an envelope that is out, asked through the portable model.
async fn everyday(service: &dyn Service, draft: &Draft, signer: &str) -> String {
    let key = signbridge_core::IdempotencyKey::random();
    let sent = service.create(draft, &CreateOptions::sent().key(key.clone())).await.unwrap();
    service.get(&sent.id).await.unwrap();
    // What a provider does not do costs no request.
    let _ = service.documents(&sent.id).await;
    let _ = service.find(&key).await;
    let _ = service.list(&ListQuery::default()).await;
    let _ = service.remind(&sent.id).await;
    let _ = service.audit(&sent.id).await;
    let _ = service.signing_link(&sent.id, &SigningLinkRequest::new(signer)).await;
    let _ = service.quota().await;
    sent.id
}

/// What is asked seldom, and not of every provider: drafts, templates, what was filled in, the end of an envelope.
/// `ended` is an envelope that all have signed.
async fn seldom(service: &dyn Service, draft: &Draft, ended: &str) {
    let back = "https://app.example/back".parse().unwrap();
    if let Ok(kept) = service.create(draft, &CreateOptions::draft()).await {
        let _ = service.sender_view(&kept.id, &back).await;
        let _ = service.delete_draft(&kept.id).await;
    }
    if let Ok(made) = service.create_template(draft).await {
        let _ = service.template(&made.id).await;
        let _ = service.templates(&TemplateQuery::default()).await;
    }
    let running = service.create(draft, &CreateOptions::sent()).await.unwrap();
    let _ = service.correct(&running.id, &Correction::new().expires_after_days(60)).await;
    if let Some(first) = draft.recipients.first() {
        let moved = RecipientChange::of(&*first.email).email("moved@example.com");
        let _ = service.correct(&running.id, &Correction::new().change(moved)).await;
    }
    if let Some(first) = draft.recipients.first() {
        let _ = service.remind_one(&running.id, &Addressee::new("moved@example.com").at(first.order)).await;
    }
    let _ = service.console_view(Some(&running.id), &back).await;
    let _ = service.form_data(ended).await;
    let _ = service.purge(ended).await;
}
