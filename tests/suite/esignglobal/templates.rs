//! What comes from templates, what is sent later, and the sender's page.

use chrono::{TimeDelta, Utc};
use signbridge_core::TemplateQuery;

use super::*;

/// A template with a number, a choice and a signature; its id.
fn template(world: &World, enabled: bool) -> String {
    let body = json!({"name": "Lease of a flat", "enabled": enabled, "fields": [
        {"key": "Rent", "type": 2, "required": true},
        {"key": "Pets", "type": 14, "options": ["no", "yes"]},
    ]});
    let made = world.control.provider("esignglobal", "POST", "templates", &body).unwrap();
    made["templateId"].as_str().unwrap().to_owned()
}

fn lease(template: &str) -> Draft {
    let mut draft = offer().template(template).value("Rent", "900").value("Pets", "yes");
    draft.documents.clear();
    draft
}

/// Rows: 9 templates list and get, 9 send from template
#[tokio::test]
async fn a_template_is_listed_read_filled_and_signed() {
    let world = World::new().await;
    let provider = world.provider();
    let id = template(&world, true);
    let page = provider.templates(&TemplateQuery::default()).await.unwrap();
    assert_eq!((page.items.len(), page.items[0].name.as_str(), page.next), (1, "Lease of a flat", None));
    let read = provider.template(&id).await.unwrap();
    assert_eq!((read.id.as_str(), read.roles.len()), (id.as_str(), 0));

    let draft = lease(&id).document(Document::from_bytes("annex.pdf", pdf("The annex.", 100)));
    let sent = provider.create(&draft, &CreateOptions::sent().key(key("order-7"))).await.unwrap();
    world.control.act(&sent.id, ANN, Action::Sign, None).unwrap();
    let documents = provider.documents(&sent.id).await.unwrap();
    let names: Vec<_> = documents.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Lease of a flat.pdf", "annex.pdf", "certificate.pdf"]);
    let filled = provider.download(&sent.id, &What::Document("contract-1".into())).await.unwrap();
    let text = lopdf::Document::load_mem(&bytes(filled).await).unwrap().extract_text(&[1]).unwrap();
    assert!(text.contains("Rent: 900") && text.contains("Pets: yes"), "{text}");
    // One key is one envelope, and the template is not filled again.
    let asked = world.asked().len();
    assert_eq!(
        provider.create(&draft, &CreateOptions::sent().key(key("order-7"))).await.unwrap().id,
        sent.id
    );
    assert_eq!(world.asked().len(), asked + 1, "it is read");
}

/// Rows: 11 InvalidDraft
#[tokio::test]
async fn a_draft_that_does_not_fit_its_template_is_refused_before_anything_is_made() {
    let world = World::new().await;
    let provider = world.provider();
    let (id, off) = (template(&world, true), template(&world, false));
    for (draft, paths) in [
        (lease(&id).value("Rant", "1"), vec!["values.Rant"]),
        (lease(&id).value("Pets", "some"), vec!["values.Pets"]),
        (lease(&off), vec!["templates[0]"]),
        (
            {
                let mut draft = lease(&id);
                draft.values.remove("Rent");
                draft
            },
            vec!["values.Rent"],
        ),
    ] {
        let refused = provider.create(&draft, &CreateOptions::sent()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidDraft, "{refused}");
        assert_eq!(refused.faults().iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), paths);
    }
    let wrong = provider.create(&lease(&id).value("Rent", "much"), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::DocumentRejected, "{wrong}");
    let mut with_role = lease(&id);
    with_role.recipients[0].template_role = Some("Tenant".into());
    let refused = provider.create(&with_role, &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(refused.faults()[0].path, "recipients[0].template_role");
    assert_eq!(world.sent(), 0);
}

#[tokio::test]
async fn doubt_while_a_template_is_filled_is_repeated() {
    for kind in [FaultKind::CutBefore, FaultKind::CutAfter, FaultKind::StatusAfter { status: 503 }] {
        for (method, path) in [
            ("GET", "/templates/templateDetail"),
            ("POST", "/templates/createFileByTemplate"),
            ("GET", "/templates/renderTask"),
        ] {
            let world = World::new().await;
            let id = template(&world, true);
            world.control.add_fault(Fault::on(method, path, kind.clone()));
            world.provider().create(&lease(&id), &CreateOptions::sent()).await.unwrap();
            assert!(world.control.faults().is_empty());
            assert_eq!(world.sent(), 1);
        }
    }
}

/// Rows: 1 Processing, 1 From Draft, 1 From Processing, 9 send later
#[tokio::test]
async fn an_envelope_for_later_starts_when_it_is_time() {
    let world = World::new().await;
    let provider = world.provider();
    let later = offer().send_at(Utc::now() + TimeDelta::hours(30));
    let sent = provider.create(&later, &CreateOptions::sent()).await.unwrap();
    assert_eq!(sent.status, EnvelopeStatus::Processing, "what eSignGlobal calls it is not known");
    assert_eq!(provider.get(&sent.id).await.unwrap().status, EnvelopeStatus::Draft);
    let asked = provider.get(&sent.id).await.unwrap().recipient(ANN).unwrap().status.clone();
    assert_eq!(asked, RecipientStatus::Waiting);
    world.control.advance_clock(Duration::from_secs(30 * 3600 - 60));
    assert_eq!(world.control.envelope(&sent.id).unwrap()["mailCount"], 0);
    world.control.advance_clock(Duration::from_secs(120));
    assert_eq!(provider.get(&sent.id).await.unwrap().status, EnvelopeStatus::InProgress);
    assert_eq!(world.control.envelope(&sent.id).unwrap()["mailCount"], 1);
    // It can be stopped before.
    let stopped = provider.create(&later, &CreateOptions::sent()).await.unwrap();
    assert_eq!(provider.void(&stopped.id, "not yet").await.unwrap(), Voided::Done);
    let early = offer().send_at(Utc::now() + TimeDelta::minutes(59));
    let refused = provider.create(&early, &CreateOptions::sent()).await.unwrap_err();
    assert_eq!((refused.kind(), refused.faults()[0].path.as_str()), (ErrorKind::Unsupported, "send_at"));
}

/// Rows: 1 Draft, 9 create draft, 9 sender view
#[tokio::test]
async fn the_sender_prepares_a_draft_on_the_providers_page() {
    let world = World::new().await;
    let provider = world.provider();
    let options = CreateOptions::draft().key(key("order-7"));
    let made = provider.create(&offer(), &options).await.unwrap();
    assert_eq!(made.status, EnvelopeStatus::Draft);
    let seen = provider.get(&made.id).await.unwrap();
    assert_eq!((&seen.status, seen.idempotency_key.as_deref()), (&EnvelopeStatus::Draft, Some("order-7")));
    assert_eq!((seen.recipients.len(), seen.documents.len(), seen.metadata["case"].as_str()), (2, 1, "4/2"));
    assert_eq!(world.control.envelope(&made.id).unwrap()["mailCount"], 0);
    assert!(world.control.act(&made.id, ANN, Action::Sign, None).is_err(), "nobody is asked");
    assert_eq!(provider.create(&offer(), &options).await.unwrap().id, made.id);
    let sent = provider.create(&offer(), &CreateOptions::sent().key(key("order-7"))).await.unwrap_err();
    assert_eq!(sent.kind(), ErrorKind::KeyConflict);

    let back = "https://app.example/done".parse().unwrap();
    let link = provider.sender_view(&made.id, &back).await.unwrap();
    assert!(link.url.expose_secret().contains("tcode=") && !format!("{link:?}").contains("tcode"));
    let sent = provider.create(&offer(), &CreateOptions::sent()).await.unwrap();
    let refused = provider.sender_view(&sent.id, &back).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidState);
}

#[tokio::test]
async fn doubt_while_a_draft_is_made_asks_nobody_and_can_be_done_again() {
    for (path, made) in [
        ("/envelope/create", true),
        ("/envelope/files/addSignFiles", false),
        ("/envelope/recipients/addSigners", false),
        ("/envelope/recipients/addCCs", false),
    ] {
        let world = World::new().await;
        let provider = world.provider();
        world.control.add_fault(Fault::on("POST", path, FaultKind::CutAfter));
        let options = CreateOptions::draft().key(key("order-7"));
        let outcome = provider.create(&offer(), &options).await;
        assert_eq!(outcome.is_ok(), made, "{path}: {outcome:?}");
        let again = provider.create(&offer(), &options).await.unwrap();
        let whole = provider.get(&again.id).await.unwrap();
        assert_eq!((whole.recipients.len(), whole.documents.len()), (2, 1), "{path}");
        assert!(world.control.envelopes().iter().all(|one| one["mailCount"] == 0));
    }
}
