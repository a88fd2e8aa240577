//! Every way to reach a person, alone and beside others, from asking to the end.

use signbridge_core::{Delivery, Role, SigningLinkRequest};

use super::*;

const PHONE: &str = "+48600100200";

/// Messenger and kind of every message to the phone of the tests.
fn messages(world: &World, id: &str) -> Vec<String> {
    let state = world.control.envelope(id).unwrap();
    let own = state["messages"].as_array().unwrap().iter().filter(|own| own["to"] == PHONE);
    let text = |own: &Value, key: &str| own[key].as_str().unwrap().to_owned();
    own.map(|own| format!("{} {}", text(own, "by"), text(own, "kind"))).collect()
}

fn field() -> Field {
    Field::signature().at(1, 72.0, 500.0)
}

/// Somebody reached in this way, at this place in the order.
fn by(delivery: Delivery, name: &str, order: u32) -> Recipient {
    let person = Recipient::signer(name, format!("{}@example.com", name.to_lowercase()));
    let person = person.delivered_by(delivery).order(order).field(field());
    match delivery {
        Delivery::Email | Delivery::Embedded => person,
        _ => person.phone("48", "600100200"),
    }
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

fn only(person: Recipient) -> Draft {
    let mut draft = lease();
    draft.recipients = vec![person];
    draft
}

/// Whoever acts: by his address, or by his host's where he has none of his own.
fn sign(world: &World, id: &str, email: &str) {
    world.control.act(id, email, Action::Sign, None).unwrap();
}

/// Rows: 5 Email, 5 Sms, 5 Email and Sms, 5 WhatsApp, 5 Embedded
#[tokio::test]
async fn each_delivery_asks_once_in_its_own_way_and_ends_in_a_signature() {
    let world = World::new().await;
    let docusign = world.provider();
    for (delivery, mailed, sent_to_phone) in [
        (Delivery::Email, vec!["ann@example.com"], vec![]),
        (Delivery::EmailAndSms, vec!["ann@example.com"], vec!["SMS invitation"]),
        (Delivery::Sms, vec![], vec!["SMS invitation"]),
        (Delivery::WhatsApp, vec![], vec!["WhatsApp invitation"]),
        (Delivery::Embedded, vec![], vec![]),
    ] {
        let sent = docusign.create(&only(by(delivery, "Ann", 1)), &CreateOptions::sent()).await.unwrap();
        let invited = mails(&world, &sent.id).into_iter().map(|(_, to)| to).collect::<Vec<_>>();
        assert_eq!(
            (invited, messages(&world, &sent.id)),
            (texts(&mailed), texts(&sent_to_phone)),
            "{delivery}"
        );
        let seen = docusign.get(&sent.id).await.unwrap();
        assert_eq!(seen.recipients[0].status, RecipientStatus::Active, "{delivery}");
        assert_eq!(seen.recipients[0].embedded, delivery == Delivery::Embedded);
        if delivery == Delivery::Embedded {
            let request = SigningLinkRequest::new("ann@example.com")
                .return_url("https://app.example/done".parse().unwrap());
            docusign.signing_link(&sent.id, &request).await.unwrap();
        }
        let who =
            if matches!(delivery, Delivery::Sms | Delivery::WhatsApp) { PHONE } else { "ann@example.com" };
        sign(&world, &sent.id, who);
        assert_eq!(docusign.get(&sent.id).await.unwrap().status, EnvelopeStatus::Completed, "{delivery}");
    }
}

/// Rows: 3 InPersonSigner
#[tokio::test]
async fn an_in_person_signer_signs_in_the_session_that_his_host_opens() {
    let world = World::new().await;
    let docusign = world.provider();
    let cy = Recipient::new(Role::InPersonSigner, "Cy", "cy@example.com")
        .host("Erika Sender", "sender@example.com")
        .field(field());
    let sent = docusign.create(&only(cy), &CreateOptions::sent()).await.unwrap();
    assert_eq!(
        mails(&world, &sent.id),
        [("invitation".into(), "sender@example.com".into())],
        "the host is asked"
    );
    let seen = docusign.get(&sent.id).await.unwrap();
    assert_eq!(
        (seen.recipients[0].role.as_str(), seen.recipients[0].name.as_str()),
        ("in_person_signer", "Cy")
    );
    world.control.act(&sent.id, "sender@example.com", Action::View, None).unwrap();
    assert_eq!(docusign.get(&sent.id).await.unwrap().recipients[0].status, RecipientStatus::Viewed);
    world.control.act(&sent.id, "cy@example.com", Action::Sign, None).unwrap();
    let done = docusign.get(&sent.id).await.unwrap();
    assert_eq!(
        (&done.status, &done.recipients[0].status),
        (&EnvelopeStatus::Completed, &RecipientStatus::Completed)
    );
}

/// Rows: 3 InPersonSigner, 5 Embedded, 5 link needs
#[tokio::test]
async fn the_session_of_an_embedded_in_person_signer_is_his_hosts() {
    let world = World::new().await;
    let docusign = world.provider();
    let cy = Recipient::new(Role::InPersonSigner, "Cy", "cy@example.com")
        .host("Erika Sender", "sender@example.com")
        .embedded()
        .field(field());
    let sent = docusign.create(&only(cy), &CreateOptions::sent()).await.unwrap();
    assert!(mails(&world, &sent.id).is_empty());
    let request =
        SigningLinkRequest::new("cy@example.com").return_url("https://app.example/done".parse().unwrap());
    docusign.signing_link(&sent.id, &request).await.unwrap();
    let asked = asked(&world, "POST", "/views/recipient").remove(0);
    assert_eq!(
        (&asked["userName"], &asked["email"]),
        (&json!("Erika Sender"), &json!("sender@example.com")),
        "the host opens the session"
    );
}

/// Rows: 3 CertifiedRecipient, 3 CarbonCopy, 3 order base, 2 Waiting, 15 7
#[tokio::test]
async fn who_has_to_open_holds_the_next_turn_up_and_a_copy_goes_out_at_its_turn() {
    let world = World::new().await;
    let docusign = world.provider();
    let mut draft = only(Recipient::new(Role::CertifiedRecipient, "Ed", "ed@example.com").order(1));
    draft.recipients.push(Recipient::carbon_copy("Bob", BOB).order(2));
    draft.recipients.push(by(Delivery::Email, "Ann", 3));
    let sent = docusign.create(&draft, &CreateOptions::sent()).await.unwrap();
    let to = |world: &World| mails(world, &sent.id).into_iter().map(|(_, to)| to).collect::<Vec<_>>();
    assert_eq!(to(&world), ["ed@example.com"]);
    let status =
        |seen: &signbridge_core::Envelope, email: &str| seen.recipient(email).unwrap().status.clone();
    let seen = docusign.get(&sent.id).await.unwrap();
    assert_eq!(status(&seen, "ed@example.com"), RecipientStatus::Active);
    assert_eq!(
        (status(&seen, BOB), status(&seen, "ann@example.com")),
        (RecipientStatus::Waiting, RecipientStatus::Waiting)
    );
    world.control.act(&sent.id, "ann@example.com", Action::Sign, None).unwrap_err();
    world.control.act(&sent.id, "ed@example.com", Action::Sign, None).unwrap_err();
    world.control.act(&sent.id, "ed@example.com", Action::View, None).unwrap();
    assert_eq!(to(&world), ["ed@example.com", BOB, "ann@example.com"], "the copy before the next signer");
    let seen = docusign.get(&sent.id).await.unwrap();
    assert_eq!(status(&seen, "ed@example.com"), RecipientStatus::Completed);
    assert_eq!(
        status(&seen, BOB),
        RecipientStatus::Completed,
        "a copy is handed out, which is not that it was read"
    );
    sign(&world, &sent.id, "ann@example.com");
    assert_eq!(docusign.get(&sent.id).await.unwrap().status, EnvelopeStatus::Completed);
}

/// Rows: 5 mixed Embedded and Email, 5 Sms, 5 WhatsApp, 5 Email and Sms, 3 InPersonSigner, 3 parallel inside a sequence
#[tokio::test]
async fn all_of_them_mix_in_one_envelope() {
    let world = World::new().await;
    let docusign = world.provider();
    let mut draft = only(by(Delivery::Embedded, "Ann", 1));
    draft.recipients.extend([
        by(Delivery::Email, "Bea", 1),
        by(Delivery::EmailAndSms, "Cy", 2),
        Recipient::new(Role::InPersonSigner, "Di", "di@example.com")
            .host("Erika Sender", "sender@example.com")
            .order(3)
            .field(field()),
        Recipient::new(Role::CertifiedRecipient, "Ed", "ed@example.com").order(3),
        by(Delivery::Sms, "Flo", 4),
        Recipient::carbon_copy("Bob", BOB).order(5),
    ]);
    let key = IdempotencyKey::random();
    let sent = docusign.create(&draft, &CreateOptions::sent().key(key)).await.unwrap();
    let to = |world: &World, kind: &str| -> Vec<String> {
        mails(world, &sent.id).into_iter().filter(|(own, _)| own == kind).map(|(_, to)| to).collect()
    };
    let back = "https://app.example/done".parse().unwrap();
    let link = SigningLinkRequest::new("ann@example.com").return_url(back);
    docusign.signing_link(&sent.id, &link).await.unwrap();
    let mailed = SigningLinkRequest::new("bea@example.com");
    assert_eq!(docusign.signing_link(&sent.id, &mailed).await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(to(&world, "invitation"), ["bea@example.com"]);
    for who in ["ann@example.com", "bea@example.com", "cy@example.com", "sender@example.com"] {
        sign(&world, &sent.id, who);
    }
    let seen = docusign.get(&sent.id).await.unwrap();
    assert_eq!(seen.status, EnvelopeStatus::InProgress);
    assert!(seen.recipients.iter().any(|own| own.name == "Flo" && own.status == RecipientStatus::Waiting));
    world.control.act(&sent.id, "ed@example.com", Action::View, None).unwrap();
    assert_eq!(
        to(&world, "invitation"),
        ["bea@example.com", "cy@example.com", "sender@example.com", "ed@example.com"],
        "who is reached by text message is not mailed"
    );
    assert_eq!(messages(&world, &sent.id), ["SMS invitation", "SMS invitation"]);
    sign(&world, &sent.id, PHONE);
    assert_eq!(docusign.get(&sent.id).await.unwrap().status, EnvelopeStatus::Completed);
    assert_eq!(to(&world, "copy"), [BOB]);
}
