//! Every request of the adapter and every answer of the emulator, held against the published structure.

use std::sync::Mutex;

use signbridge_core::{CreateOptions, Delivery, Field, ListQuery, Recipient, Role, SigningLinkRequest, What};
use signbridge_emulator::{Action, Control, Provider};
use signbridge_tests::structure::{Contract, Exchange, Tally};

use crate::world::{ANN, World, lease};

/// What all tests of this process have checked.
static CHECKED: Mutex<Option<Tally>> = Mutex::new(None);

/// Every exchange in the journal that is not as the contract says.
pub fn violations(control: &Control) -> Vec<String> {
    let contract = Contract::docusign();
    let mut checked = CHECKED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let tally = checked.get_or_insert_with(Tally::default);
    let mut violations = Vec::new();
    for entry in control.journal() {
        // Only DocuSign's structure is committed so far.
        if entry.provider != Provider::Docusign {
            continue;
        }
        // What a fault changed on the wire is not the emulator's answer.
        let (Some(status), None) = (entry.status, entry.fault.as_deref()) else { continue };
        let path = if entry.query.is_empty() {
            entry.path.clone()
        } else {
            format!("{}?{}", entry.path, entry.query)
        };
        let exchange = Exchange {
            method: &entry.method,
            path: &path,
            query: &[],
            request: entry.request.json.as_ref(),
            status,
            response: entry.response.as_ref().and_then(|response| response.json.as_ref()),
        };
        if contract.operation(exchange.method, exchange.path).is_none() && status == 404 {
            continue;
        }
        violations.extend(contract.check_exchange(&exchange, tally).iter().map(ToString::to_string));
    }
    violations
}

#[tokio::test]
async fn every_operation_of_the_adapter_is_as_published_in_both_directions() {
    let world = World::new().await;
    let docusign = world.provider();
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
    assert_eq!(violations(&world.control), Vec::<String>::new());
    let checked = CHECKED.lock().unwrap();
    let tally = checked.as_ref().unwrap();
    println!("{tally}");
    assert!(tally.operations() >= 11 && tally.messages() >= 30, "{tally}");
}
