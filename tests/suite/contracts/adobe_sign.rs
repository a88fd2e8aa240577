//! Adobe Acrobat Sign: everything its adapter can ask, and what else the emulator answers.

use serde_json::json;
use signbridge_core::{CreateOptions, Document, Field, Recipient, What};
use signbridge_emulator::{Action, Provider};

use super::{ask, connected, everyday, report, seldom};
use crate::world::{ANN, BOB, World, lease, pdf};

#[tokio::test]
async fn adobe_sign_is_asked_and_answers_as_published() {
    let world = World::new().await;
    let service = connected(&world, Provider::AdobeSign);
    let own = &*service;
    let plain = || {
        let mut draft = lease();
        draft.metadata.clear();
        draft
    };
    let second =
        Recipient::signer("Cy", "cy@example.com").order(2).field(Field::signature().at(1, 72.0, 500.0));
    let draft = plain()
        .reminders(2, 7)
        .expires_after_days(30)
        .recipient(second.field(Field::text("Note").optional().value("as agreed").at(1, 72.0, 400.0)));
    let id = everyday(own, &draft, ANN).await;
    world.control.act(&id, ANN, Action::View, None).unwrap();
    world.control.act(&id, ANN, Action::Sign, None).unwrap();
    own.get(&id).await.unwrap();
    let at = format!("/agreements/{id}");

    let (_, members) =
        ask(own, "GET", &format!("{at}/members?includeNextParticipantSet=true"), None, None).await;
    let set =
        format!("{at}/members/participantSets/{}", members["participantSets"][1]["id"].as_str().unwrap());
    let (version, mut replaced) = ask(own, "GET", &set, None, None).await;
    replaced["memberInfos"] =
        json!([{"email": "dee@example.com", "securityOption": {"authenticationMethod": "NONE"}}]);
    ask(own, "PUT", &set, Some(&version), Some(replaced)).await;
    own.get(&id).await.unwrap();
    ask(own, "GET", &format!("{at}/reminders?status=ACTIVE"), None, None).await;
    ask(own, "POST", &format!("{at}/views"), None, Some(json!({"name": "MANAGE"}))).await;
    ask(own, "PUT", &format!("{at}/me/visibility"), None, Some(json!({"visibility": "HIDE"}))).await;
    ask(own, "GET", &format!("{at}/formFields"), None, None).await;
    let ids = own.documents(&id).await.unwrap();
    for what in [What::Combined, What::Certificate, What::Document(ids[0].id.clone())] {
        drop(own.download(&id, &what).await.unwrap());
    }
    world.control.act(&id, "dee@example.com", Action::Sign, None).unwrap();
    own.get(&id).await.unwrap();
    ask(own, "GET", &format!("{at}/formData"), None, None).await;
    let (version, _) = ask(own, "GET", &at, None, None).await;
    ask(own, "DELETE", &format!("{at}/documents"), Some(&version), None).await;
    ask(own, "DELETE", &at, None, None).await;

    seldom(own, &plain(), &id).await;
    ask(own, "GET", "/users?pageSize=10", None, None).await;
    let (_, first) = ask(own, "GET", "/agreements?pageSize=1", None, None).await;
    assert!(first["userAgreementList"].is_array() || first["page"].is_object());
    let search = json!({"scope": ["AGREEMENT_ASSETS"], "agreementAssetsCriteria": {"type": ["AGREEMENT"], "pageSize": 5}});
    ask(own, "POST", "/search", None, Some(search)).await;

    let kept = own.create(&plain(), &CreateOptions::draft()).await.unwrap();
    let at = format!("/agreements/{}", kept.id);
    let (version, _) = ask(own, "GET", &format!("{at}/formFields/mergeInfo"), None, None).await;
    let merged = json!({"fieldMergeInfos": [{"fieldName": "Note", "defaultValue": "x"}]});
    ask(own, "PUT", &format!("{at}/formFields/mergeInfo"), Some(&version), Some(merged)).await;
    own.send(&kept.id).await.unwrap();
    own.get(&kept.id).await.unwrap();
    own.void(&kept.id, "wrong price").await.unwrap();
    own.get(&kept.id).await.unwrap();

    let anchored = signbridge_core::Draft::new("Anchored")
        .document(Document::from_bytes("a.pdf", pdf("Sign here:", 100)))
        .recipient(Recipient::signer("Bob", BOB).field(Field::signature().at_anchor("Sign here:", 1.0, 1.0)));
    let declined = own.create(&anchored, &CreateOptions::sent()).await.unwrap();
    world.control.act(&declined.id, BOB, Action::Decline, Some("no")).unwrap();
    own.get(&declined.id).await.unwrap();

    let tagged = signbridge_core::Draft::new("Lease template")
        .document(Document::from_bytes("lease.pdf", pdf("{{Sig_es_:signer1:signature}}", 100)))
        .recipient(Recipient::signer("Tenant", "tenant@example.com"));
    let template = own.create_template(&tagged).await.unwrap();
    own.template(&template.id).await.unwrap();
    own.templates(&Default::default()).await.unwrap();
    let at = format!("/libraryDocuments/{}", template.id);
    let (version, _) = ask(own, "GET", &at, None, None).await;
    ask(own, "GET", &format!("{at}/documents"), None, None).await;
    ask(own, "PUT", &format!("{at}/state"), Some(&version), Some(json!({"state": "ACTIVE"}))).await;
    ask(own, "GET", &format!("{at}/formFields"), None, None).await;

    let tally = report(&world, Provider::AdobeSign);
    assert!(tally.operations() >= 25 && tally.messages() >= 60, "{tally}");
}
