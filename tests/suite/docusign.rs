//! DocuSign beyond the contract suite: what goes over the wire, and what the emulator says became of it.

mod delivery;
mod fields;
mod identity;
mod in_flight;
mod views;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use chrono::{TimeDelta, Utc};
use http::Method;
use serde_json::{Value, json};
use signbridge_core::{
    Addressee, Basis, Correction, CreateOptions, Document, Draft, EndedBy, EnvelopeStatus, ErrorKind, Field,
    FieldKind, IdempotencyKey, Provider, Recipient, RecipientChange, RecipientStatus, TemplateQuery, What,
};
use signbridge_emulator::Action;

use crate::world::{ANN, BOB, World, lease, pdf};

const EVE: &str = "eve@example.com";

async fn raw(docusign: &Arc<dyn Provider>, method: Method, path: &str, body: Value) -> Value {
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))
        .unwrap();
    serde_json::from_slice(docusign.raw(request).await.unwrap().body()).unwrap()
}

/// Kind and addressee of every mail of an envelope.
fn mails(world: &World, id: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let state = world.control.envelope(id).unwrap();
    state["mails"].as_array().unwrap().iter().map(|mail| (text(&mail["kind"]), text(&mail["to"]))).collect()
}

/// The bodies of all requests to an operation.
fn asked(world: &World, method: &str, tail: &str) -> Vec<Value> {
    let journal = world.control.journal().into_iter();
    let asked = journal.filter(|entry| entry.method == method && entry.path.ends_with(tail));
    asked.map(|entry| entry.request.json.unwrap_or_default()).collect()
}

/// Rows: 9 correct in flight, 9 replace signer, 15 18
#[tokio::test]
async fn a_correction_mails_only_whose_address_changes_and_holds_the_lock() {
    let world = World::new().await;
    let docusign = world.provider();
    let sent = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    world.control.clear_journal();
    let renamed = RecipientChange::of(ANN).name("Ann Ray").email(ANN);
    let seen = docusign.correct(&sent.id, &Correction::new().change(renamed)).await.unwrap();
    assert_eq!(seen.recipient(ANN).unwrap().name, "Ann Ray");
    assert_eq!(mails(&world, &sent.id), [("invitation".into(), ANN.into())], "the same address mails nobody");
    let put = asked(&world, "PUT", "/recipients").remove(0);
    assert_eq!(put, json!({"signers": [{"recipientId": "1", "name": "Ann Ray"}]}));
    let order: Vec<_> = world
        .control
        .journal()
        .iter()
        .map(|entry| format!("{} {}", entry.method, entry.path.rsplit('/').next().unwrap()))
        .collect();
    let end = sent.id.as_str();
    assert_eq!(
        order,
        ["POST lock", &format!("GET {end}"), "PUT recipients", "DELETE lock", &format!("GET {end}")]
    );

    let moved = RecipientChange::of(ANN).email("ann.ray@example.com");
    docusign.correct(&sent.id, &Correction::new().change(moved.clone())).await.unwrap();
    assert_eq!(mails(&world, &sent.id).last().unwrap(), &("correction".into(), "ann.ray@example.com".into()));
    let gone = docusign.correct(&sent.id, &Correction::new().change(moved)).await.unwrap_err();
    assert_eq!((gone.kind(), gone.faults()[0].path.as_str()), (ErrorKind::InvalidInput, "changes[0].who"));
    // Whoever corrects what is wrong lets go of the lock all the same.
    let moved = RecipientChange::of("ann.ray@example.com").email(ANN);
    docusign.correct(&sent.id, &Correction::new().change(moved)).await.unwrap();
}

/// Rows: 9 add CC in flight, 3 add after start, 2 Waiting
#[tokio::test]
async fn people_join_with_their_fields_and_leave() {
    let world = World::new().await;
    let docusign = world.provider();
    let sent = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    let joining = Recipient::signer("Eve Poe", EVE).order(3).field(Field::signature().at(1, 72.0, 300.0));
    let correction = Correction::new().recipient(joining).remove(Addressee::new(BOB));
    let seen = docusign.correct(&sent.id, &correction).await.unwrap();
    assert_eq!(seen.recipient(EVE).unwrap().status, RecipientStatus::Waiting);
    assert!(seen.recipient(BOB).is_none());
    let state = world.control.envelope(&sent.id).unwrap();
    let eve = &state["recipients"]["signers"][1];
    assert_eq!(
        eve["tabs"]["signHereTabs"][0]["yPosition"], "300",
        "fields follow by their own resource: {eve}"
    );
    assert!(asked(&world, "POST", "/recipients")[0]["signers"][0].get("tabs").is_none());
    for email in [ANN, EVE] {
        world.control.act(&sent.id, email, Action::Sign, None).unwrap();
    }
    let late = Correction::new().remove(Addressee::new(ANN));
    assert_eq!(docusign.correct(&sent.id, &late).await.unwrap_err().kind(), ErrorKind::InvalidState);
}

/// Rows: 9 extend expiry
#[tokio::test]
async fn expiry_is_counted_from_the_first_sending() {
    let world = World::new().await;
    let docusign = world.provider();
    let sent = docusign.create(&lease().reminders(2, 3), &CreateOptions::sent()).await.unwrap();
    let before = docusign.get(&sent.id).await.unwrap().sent_at.unwrap();
    world.control.advance_clock(Duration::from_secs(5 * 86_400 + 3_600));
    world.control.set_strict_jwt_clock(true);
    let mut parts = world.parts();
    parts.clock = Arc::new(crate::world::HastyClock { off_by: TimeDelta::hours(5 * 24 + 1) });
    let later = signbridge_docusign::DocuSign::connect(world.config(), parts);
    let seen = later.correct(&sent.id, &Correction::new().expires_after_days(10)).await.unwrap();
    assert_eq!((seen.expires_at.unwrap() - before).num_days(), 15, "five days are over");
    let put = asked(&world, "PUT", "/notification").remove(0);
    assert_eq!(put["expirations"]["expireAfter"], "15");
    assert_eq!(put["reminders"]["reminderDelay"], "2", "the reminders stay as they were");
}

/// Rows: 11 Stale, 9 change authentication in flight, 11 Unsupported
#[tokio::test]
async fn somebody_elses_lock_is_told_and_what_cannot_change_is_refused_before() {
    let world = World::new().await;
    let docusign = world.provider();
    let sent = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    let body = json!({"lockDurationInSeconds": "600", "lockedByApp": "another", "lockType": "edit"});
    raw(&docusign, Method::POST, &format!("/envelopes/{}/lock", sent.id), body).await;
    let rename = || Correction::new().change(RecipientChange::of(ANN).name("Ann Ray"));
    let locked = docusign.correct(&sent.id, &rename()).await.unwrap_err();
    assert_eq!(locked.kind(), ErrorKind::Locked, "{locked}");
    assert_eq!(docusign.void(&sent.id, "no").await.unwrap_err().kind(), ErrorKind::Locked);
    world.control.advance_clock(Duration::from_secs(601));
    docusign.correct(&sent.id, &rename()).await.unwrap();

    world.control.clear_journal();
    let mut phone = RecipientChange::of(ANN);
    phone.phone = Some(signbridge_core::Phone { country_code: "48".into(), number: "600100200".into() });
    let by_paper = RecipientChange::of(ANN).authenticated_by(signbridge_core::Authentication::IdDocument);
    let error =
        docusign.correct(&sent.id, &Correction::new().change(phone).change(by_paper)).await.unwrap_err();
    let paths: Vec<&str> = error.faults().iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(
        (error.kind(), paths),
        (ErrorKind::Unsupported, vec!["changes[0].phone", "changes[1].authentication"])
    );
    assert!(world.control.journal().is_empty(), "nothing left this process");
}

/// Rows: 9 delete draft, 15 25, 1 From Draft, 11 Gone
#[tokio::test]
async fn only_a_draft_is_deleted_and_what_was_sent_is_not_even_asked_for() {
    let world = World::new().await;
    let docusign = world.provider();
    let key = IdempotencyKey::random();
    let draft = docusign.create(&lease(), &CreateOptions::draft().key(key.clone())).await.unwrap();
    docusign.delete_draft(&draft.id).await.unwrap();
    assert_eq!(docusign.get(&draft.id).await.unwrap_err().kind(), ErrorKind::Gone);
    assert!(docusign.find(&key).await.unwrap().is_none(), "its key is free again");
    let sent = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    let error = docusign.delete_draft(&sent.id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState);
    assert_eq!(asked(&world, "PUT", "/folders/recyclebin").len(), 1, "moving what was sent would void it");
    assert_eq!(docusign.get(&sent.id).await.unwrap().status, EnvelopeStatus::InProgress);
}

/// Rows: 9 purge finished, 11 Gone, 1 From terminal
#[tokio::test]
async fn purged_documents_are_gone_after_a_fortnight_and_the_rest_stays() {
    let world = World::new().await;
    let docusign = world.provider();
    let sent = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    assert_eq!(docusign.purge(&sent.id).await.unwrap_err().kind(), ErrorKind::InvalidState);
    world.control.act(&sent.id, ANN, Action::Sign, None).unwrap();
    docusign.purge(&sent.id).await.unwrap();
    docusign.download(&sent.id, &What::Combined).await.unwrap();
    world.control.advance_clock(Duration::from_secs(15 * 86_400));
    let error = docusign.download(&sent.id, &What::Combined).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Gone, "{error}");
    assert_eq!(docusign.get(&sent.id).await.unwrap().status, EnvelopeStatus::Completed);
    docusign.download(&sent.id, &What::Certificate).await.unwrap();
}

/// Rows: 1 OnHold, 1 From OnHold, 1 From InProgress
#[tokio::test]
async fn a_paused_workflow_is_on_hold_until_the_sender_goes_on() {
    let world = World::new().await;
    let docusign = world.provider();
    let mut draft = lease();
    let steps = json!({"workflowSteps": [{"action": "pause_before", "triggerOnItem": "routing_order", "itemId": "2"}]});
    let extras = [("workflow".to_owned(), steps)].into_iter().collect();
    draft.extras.insert("docusign".into(), extras);
    let sent = docusign.create(&draft, &CreateOptions::sent()).await.unwrap();
    assert_eq!(docusign.get(&sent.id).await.unwrap().status, EnvelopeStatus::InProgress);
    world.control.act(&sent.id, ANN, Action::Sign, None).unwrap();
    let state = docusign.get(&sent.id).await.unwrap().state;
    assert_eq!((state.status, state.basis), (EnvelopeStatus::OnHold, Basis::Derived), "{}", state.raw);
    let go_on = json!({"workflow": {"workflowStatus": "in_progress"}});
    raw(&docusign, Method::PUT, &format!("/envelopes/{}?resend_envelope=true", sent.id), go_on).await;
    assert_eq!(docusign.get(&sent.id).await.unwrap().status, EnvelopeStatus::Completed);
}

/// Rows: 9 send later, 1 Processing, 1 From Processing
#[tokio::test]
async fn a_scheduled_envelope_waits_and_goes_out_in_time() {
    let world = World::new().await;
    let docusign = world.provider();
    let draft = lease().send_at(Utc::now() + TimeDelta::days(2));
    let key = IdempotencyKey::random();
    let made = docusign.create(&draft, &CreateOptions::sent().key(key.clone())).await.unwrap();
    assert_eq!(made.status, EnvelopeStatus::Processing);
    let seen = docusign.get(&made.id).await.unwrap();
    assert_eq!((&seen.status, &seen.state.basis), (&EnvelopeStatus::Processing, &Basis::Derived));
    assert!(mails(&world, &made.id).is_empty());
    assert_eq!(docusign.create(&draft, &CreateOptions::sent().key(key)).await.unwrap().id, made.id);
    world.control.advance_clock(Duration::from_secs(2 * 86_400 + 60));
    assert_eq!(docusign.get(&made.id).await.unwrap().status, EnvelopeStatus::InProgress);
    assert_eq!(mails(&world, &made.id).len(), 1);
    for far in [TimeDelta::days(31), TimeDelta::days(-1)] {
        let error =
            docusign.create(&lease().send_at(Utc::now() + far), &CreateOptions::sent()).await.unwrap_err();
        assert_eq!((error.kind(), error.faults()[0].path.as_str()), (ErrorKind::Unsupported, "send_at"));
    }
}

/// A template with one role that has a text, a check box and a signature, and one that gets a copy.
async fn template(docusign: &Arc<dyn Provider>, name: &str, prefix: &str) -> String {
    let mut tenant = Recipient::signer("Somebody", "somebody@example.com")
        .field(Field::signature().at(1, 72.0, 600.0))
        .field(Field::new(FieldKind::Checkbox).at(1, 72.0, 400.0).optional())
        .field(Field::text(format!("{prefix}rent")).at(1, 72.0, 300.0));
    tenant.fields[1].id = Some(format!("{prefix}pets"));
    tenant.template_role = Some("Tenant".into());
    let mut copy = Recipient::carbon_copy("Anybody", "anybody@example.com").order(2);
    copy.template_role = Some("Agency".into());
    let draft = Draft::new(name)
        .document(Document::from_bytes("lease.pdf", pdf(name, 10)))
        .recipient(tenant)
        .recipient(copy);
    docusign.create_template(&draft).await.unwrap().id
}

/// Rows: 9 send from template, 9 form data, 9 template create, 9 templates list and get, 9 metadata
#[tokio::test]
async fn an_envelope_from_one_template_holds_what_the_sender_filled_in() {
    let world = World::new().await;
    let docusign = world.provider();
    let id = template(&docusign, "Lease", "").await;
    let mut query = TemplateQuery::default();
    query.name = Some("leas".into());
    assert_eq!(docusign.templates(&query).await.unwrap().items.len(), 1);
    query.name = Some("other".into());
    assert!(docusign.templates(&query).await.unwrap().items.is_empty());
    let roles: Vec<_> =
        docusign.template(&id).await.unwrap().roles.into_iter().map(|role| role.name).collect();
    assert_eq!(roles, ["Tenant", "Agency"]);

    let draft = Draft::new("Lease of flat 7")
        .template(&id)
        .value("rent", "900")
        .value("pets", "true")
        .recipient(Recipient::signer("Ann Lee", ANN).template_role("Tenant"))
        .recipient(Recipient::carbon_copy("Bob Ray", BOB).template_role("Agency"))
        .metadata("case", "42")
        .expires_after_days(9);
    let key = IdempotencyKey::random();
    let sent = docusign.create(&draft, &CreateOptions::sent().key(key.clone())).await.unwrap();
    assert_eq!(docusign.create(&draft, &CreateOptions::sent().key(key)).await.unwrap().id, sent.id, "once");
    let seen = docusign.get(&sent.id).await.unwrap();
    assert_eq!((seen.subject.as_str(), seen.metadata["case"].as_str()), ("Lease of flat 7", "42"));
    assert_eq!((seen.expires_at.unwrap() - seen.sent_at.unwrap()).num_days(), 9);
    world.control.act(&sent.id, ANN, Action::Sign, None).unwrap();
    let values = docusign.form_data(&sent.id).await.unwrap();
    let value = |field: &str| values.iter().find(|value| value.field == field).unwrap();
    assert_eq!((value("rent").value.as_str(), value("rent").email.as_deref()), ("900", Some(ANN)));
    assert_eq!(value("pets").value, "true", "a check box in our words");
}

/// Rows: 9 send from template, 3 Signer, 3 CarbonCopy, 3 same e-mail twice
#[tokio::test]
async fn several_templates_and_a_document_make_one_envelope() {
    let world = World::new().await;
    let docusign = world.provider();
    let ids = [template(&docusign, "Lease", "").await, template(&docusign, "Annex", "annex_").await];
    let draft = Draft::new("Lease with annex")
        .template(&ids[0])
        .template(&ids[1])
        .value("rent", "900")
        .value("annex_rent", "50")
        .document(Document::from_bytes("house rules.pdf", pdf("House rules", 10)))
        .recipient(
            Recipient::signer("Ann Lee", ANN)
                .template_role("Tenant")
                .field(Field::initials().at(1, 10.0, 10.0)),
        )
        .recipient(Recipient::carbon_copy("Bob Ray", BOB).template_role("Agency"))
        .recipient(Recipient::signer("Eve Poe", EVE).order(5).field(Field::signature().at(1, 72.0, 600.0)))
        .metadata("case", "42");
    let sent = docusign.create(&draft, &CreateOptions::sent().key(IdempotencyKey::random())).await.unwrap();
    let seen = docusign.get(&sent.id).await.unwrap();
    assert_eq!(seen.documents.iter().filter(|document| document.content).count(), 3);
    assert_eq!(seen.metadata["case"], "42");
    let people: Vec<_> = seen.recipients.iter().map(|own| (own.email.as_str(), own.order)).collect();
    assert_eq!(people, [(ANN, 1), (BOB, 2), (EVE, 5)], "each once, in the templates' order");
    let state = world.control.envelope(&sent.id).unwrap();
    let tabs = &state["recipients"]["signers"][0]["tabs"];
    let on = |kind: &str| -> Vec<&str> {
        let list = tabs[kind].as_array().unwrap();
        list.iter().map(|tab| tab["documentId"].as_str().unwrap()).collect()
    };
    assert_eq!(on("signHereTabs"), ["1", "2"], "each on its own document");
    assert_eq!(on("initialHereTabs"), ["3"]);
    for email in [ANN, EVE] {
        world.control.act(&sent.id, email, Action::Sign, None).unwrap();
    }
    assert_eq!(docusign.get(&sent.id).await.unwrap().status, EnvelopeStatus::Completed);
    let values = docusign.form_data(&sent.id).await.unwrap();
    let rents: Vec<_> =
        values.iter().filter(|own| own.field.ends_with("rent")).map(|own| own.value.as_str()).collect();
    assert_eq!(rents, ["900", "50"]);
}

/// Rows: 11 InvalidDraft, 11 NotFound
#[tokio::test]
async fn a_draft_that_does_not_fit_its_template_creates_nothing() {
    let world = World::new().await;
    let docusign = world.provider();
    let id = template(&docusign, "Lease", "").await;
    let draft =
        Draft::new("Lease").template(&id).recipient(Recipient::signer("Ann", ANN).template_role("Tenant"));
    let error = docusign.create(&draft, &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidDraft);
    assert!(error.faults()[0].message.contains("`Agency` empty"), "{error}");
    let unknown = Draft::new("Lease")
        .template("00000000-0000-4000-8000-00000000dead")
        .recipient(Recipient::signer("Ann", ANN).template_role("Tenant"));
    assert_eq!(
        docusign.create(&unknown, &CreateOptions::sent()).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert!(asked(&world, "POST", "/envelopes").is_empty());
}

/// Rows: 1 Voided, 15 2, 9 quota
#[tokio::test]
async fn a_void_in_the_words_of_expiry_is_no_proof_of_it() {
    let world = World::new().await;
    let docusign = world.provider();
    let sent = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    docusign.void(&sent.id, "Envelope has expired.").await.unwrap();
    let seen = docusign.get(&sent.id).await.unwrap();
    assert_eq!((&seen.status, &seen.state.ended_by), (&EnvelopeStatus::Voided, &None));
    assert!(seen.warnings[0].contains("do not prove it"), "{:?}", seen.warnings);
    let other = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    docusign.void(&other.id, "wrong price").await.unwrap();
    let seen = docusign.get(&other.id).await.unwrap();
    assert_eq!((&seen.state.ended_by, seen.warnings.len()), (&Some(EndedBy::Sender), 0));
    assert_eq!(docusign.quota().await.unwrap().sent, Some(2));
}
