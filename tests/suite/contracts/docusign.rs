//! DocuSign: everything its adapter can ask.

use signbridge_core::{
    Authentication, AuthenticationMethod, CreateOptions, Delivery, Field, ListQuery, Recipient, Role,
    SignatureLevel, SigningLinkRequest, What,
};
use signbridge_emulator::{Action, Provider};

use super::{report, seldom};
use crate::world::{ANN, World, lease};

#[tokio::test]
async fn docusign_is_asked_and_answers_as_published() {
    let world = World::new().await;
    let mut config = world.config();
    config.identity_workflows.insert(AuthenticationMethod::IdDocument, "Emulated document check".to_owned());
    config.signature_providers.insert(SignatureLevel::Advanced, "emulated_advanced".to_owned());
    let docusign = signbridge_docusign::DocuSign::connect(config, world.parts());
    let draft = lease()
        .reminders(2, 3)
        .return_url("https://app.example/done".parse().unwrap())
        .recipient(
            Recipient::signer("Cy", "cy@example.com")
                .embedded()
                .access_code("4711")
                .field(Field::signature().at_anchor("Sign here:", 1.0, 1.0)),
        )
        .recipient(
            Recipient::new(Role::InPersonSigner, "Di", "di@example.com")
                .order(4)
                .host("Sender", "sender@example.com")
                .field(Field::signature().at(1, 1.0, 1.0)),
        )
        .recipient(Recipient::new(Role::CertifiedRecipient, "Ed", "ed@example.com").order(5))
        .recipient(
            Recipient::signer("Flo", "flo@example.com")
                .order(6)
                .delivered_by(Delivery::EmailAndSms)
                .phone("48", "600100200")
                .authenticated_by(Authentication::IdDocument)
                .level(SignatureLevel::Advanced)
                .field(Field::signature().at(1, 9.0, 9.0)),
        );
    let key = signbridge_core::IdempotencyKey::random();
    let sent = docusign.create(&draft, &CreateOptions::sent().key(key.clone())).await.unwrap();
    docusign.find(&key).await.unwrap();
    docusign.get(&sent.id).await.unwrap();
    docusign.list(&ListQuery::default()).await.unwrap();
    docusign.signing_link(&sent.id, &SigningLinkRequest::new("cy@example.com")).await.unwrap();
    docusign.remind(&sent.id).await.unwrap();
    docusign.documents(&sent.id).await.unwrap();
    docusign.download(&sent.id, &What::Combined).await.unwrap();
    docusign.audit(&sent.id).await.unwrap();
    world.control.act(&sent.id, ANN, Action::Decline, Some("no")).unwrap();
    docusign.get(&sent.id).await.unwrap();
    docusign.void(&sent.id, "too late").await.unwrap_err();
    let second = docusign.create(&lease(), &CreateOptions::draft()).await.unwrap();
    docusign.send(&second.id).await.unwrap();
    docusign.void(&second.id, "wrong price").await.unwrap();
    docusign.get(&second.id).await.unwrap();
    seldom(&*docusign, &lease(), &second.id).await;
    let tally = report(&world, Provider::Docusign);
    assert!(tally.operations() >= 11 && tally.messages() >= 30, "{tally}");
}
