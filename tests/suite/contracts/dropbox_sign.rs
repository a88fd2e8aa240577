//! Dropbox Sign: everything its adapter can ask, and what else the emulator answers.

use std::time::Duration;

use serde_json::json;
use signbridge_core::{CreateOptions, Document, Draft, Field, Recipient, What};
use signbridge_emulator::{Action, Provider};

use super::{ask, connected, everyday, report, seldom};
use crate::world::{ANN, World, lease, pdf};

#[tokio::test]
async fn dropbox_sign_is_asked_and_answers_as_published() {
    let world = World::new().await;
    let service = connected(&world, Provider::DropboxSign);
    let own = &*service;
    let settle = || world.control.advance_clock(Duration::from_secs(5));
    // Copies go out at the end.
    let simple = || {
        let mut draft = lease();
        draft.recipients[1].order = 3;
        draft
    };
    let second = Recipient::signer("Cy", "cy@example.com").order(2);
    let draft = simple().expires_after_days(14).recipient(
        second
            .field(Field::signature().at(1, 72.0, 500.0))
            .field(Field::text("Note").optional().at(1, 72.0, 400.0))
            .field(Field::checkbox("Agreed").optional().at(1, 72.0, 300.0)),
    );
    let id = everyday(own, &draft, ANN).await;
    settle();
    let path = |operation: &str| format!("/signature_request/{operation}/{id}");
    let (_, read) = ask(own, "GET", &format!("/signature_request/{id}"), None, None).await;
    let signature = read["signature_request"]["signatures"][1]["signature_id"].clone();
    let change = json!({"signature_id": signature, "email_address": "dee@example.com"});
    ask(own, "POST", &path("update"), None, Some(change)).await;
    for email in [ANN, "dee@example.com"] {
        world.control.act(&id, email, Action::Sign, None).unwrap();
    }
    settle();
    own.get(&id).await.unwrap();
    for what in [What::Combined, What::Archive] {
        drop(own.download(&id, &what).await.unwrap());
    }
    ask(own, "GET", &path("files_as_data_uri"), None, None).await;
    ask(own, "GET", &format!("{}?force_download=1", path("files_as_file_url")), None, None).await;
    own.list(&Default::default()).await.unwrap();
    seldom(own, &simple(), &id).await;

    let embedded = Draft::new("Lease").document(Document::from_bytes("lease.pdf", pdf("The lease.", 100)));
    let signer = Recipient::signer("Ann Lee", ANN).embedded().field(Field::signature().at(1, 72.0, 600.0));
    let second = own.create(&embedded.recipient(signer), &CreateOptions::sent()).await.unwrap();
    settle();
    own.signing_link(&second.id, &signbridge_core::SigningLinkRequest::new(ANN)).await.unwrap();
    own.void(&second.id, "wrong price").await.unwrap();
    let third = own.create(&lease(), &CreateOptions::sent()).await.unwrap();
    settle();
    world.control.act(&third.id, ANN, Action::Decline, Some("too dear")).unwrap();
    own.get(&third.id).await.unwrap();

    let kept = Draft::new("Lease").document(Document::from_bytes("lease.pdf", pdf("The lease.", 100)));
    let tenant = Recipient::signer("Tenant", "tenant@example.com")
        .template_role("Tenant")
        .field(Field::signature().at(1, 72.0, 600.0));
    let template = own.create_template(&kept.recipient(tenant)).await.unwrap();
    settle();
    let id = &template.id;
    own.template(id).await.unwrap();
    own.templates(&Default::default()).await.unwrap();
    let signers = json!([{"role": "Tenant", "name": "Ann Lee", "email_address": ANN}]);
    let from = json!({"template_ids": [id], "signers": signers, "test_mode": true});
    ask(own, "POST", "/signature_request/send_with_template", None, Some(from.clone())).await;
    let mut from = from;
    from["client_id"] = world.emulator.ready().providers.dropbox_sign.client_id.clone().into();
    ask(own, "POST", "/signature_request/create_embedded_with_template", None, Some(from)).await;
    for form in ["files", "files_as_data_uri", "files_as_file_url"] {
        ask(own, "GET", &format!("/template/{form}/{id}"), None, None).await;
    }
    ask(own, "POST", &format!("/template/delete/{id}"), None, None).await;
    ask(own, "GET", "/account", None, None).await;
    ask(own, "PUT", "/account", None, Some(json!({"locale": "en-US"}))).await;
    ask(own, "POST", "/account/verify", None, Some(json!({"email_address": "nobody@example.com"}))).await;

    let tally = report(&world, Provider::DropboxSign);
    assert!(tally.operations() >= 15 && tally.messages() >= 40, "{tally}");
}
