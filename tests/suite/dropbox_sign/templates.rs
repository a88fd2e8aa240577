//! Templates against the emulator: made later, read, sent from, with what the sender fills in.

use signbridge_core::TemplateQuery;

use super::*;

fn roles() -> Draft {
    let mut rent = Field::text("rent").at(1, 72.0, 400.0);
    rent.read_only = true;
    Draft::new("Lease of a flat")
        .document(Document::from_bytes("lease.pdf", pdf("The lease. Sign here:", 100)))
        .recipient(
            Recipient::signer("The tenant", "tenant@example.com")
                .template_role("Client")
                .field(Field::signature().at(1, 72.0, 600.0))
                .field(rent),
        )
        .recipient(
            Recipient::signer("The owner", "owner@example.com")
                .order(2)
                .template_role("Owner")
                .field(Field::signature().at(1, 300.0, 600.0)),
        )
        .recipient(
            Recipient::carbon_copy("The office", "office@example.com").order(3).template_role("Office"),
        )
}

fn filled(template: &str) -> Draft {
    Draft::new("Lease of flat 7")
        .template(template)
        .recipient(Recipient::signer("Cy", CY).template_role("Owner"))
        .recipient(Recipient::signer("Ann Lee", ANN).template_role("Client"))
        .recipient(Recipient::carbon_copy("Bob Ray", BOB).template_role("Office").order(2))
        .value("rent", "1200 a month")
}

/// Rows: 9 template create, 9 templates list and get
#[tokio::test]
async fn a_template_is_not_ready_first_and_can_be_used_later() {
    let world = World::new().await;
    world.control("delays", json!({"template_ms": 60_000}));
    let provider = world.provider();
    let made = provider.create_template(&roles()).await.unwrap();
    let early = provider.template(&made.id).await.unwrap_err();
    assert_eq!(early.kind(), ErrorKind::NotReady, "{early}");
    let early = provider.create(&filled(&made.id), &keyed("order-7")).await.unwrap_err();
    assert_eq!(early.kind(), ErrorKind::NotReady, "{early}");
    assert!(world.requests().is_empty(), "nothing was created");
    world.control.advance_clock(Duration::from_secs(61));
    let read = provider.template(&made.id).await.unwrap();
    assert_eq!(read.roles, made.roles);
    let mut query = TemplateQuery::default();
    query.name = Some("OF A FLAT".into());
    let page = provider.templates(&query).await.unwrap();
    assert_eq!(page.items.iter().map(|one| &one.id).collect::<Vec<_>>(), [&made.id]);
    query.name = Some("another".into());
    assert!(provider.templates(&query).await.unwrap().items.is_empty());
    provider.create(&filled(&made.id), &keyed("order-7")).await.unwrap();
    assert_eq!(world.requests().len(), 1);
}

/// Rows: 9 send from template
#[tokio::test]
async fn roles_are_filled_by_name_in_the_templates_order_and_values_are_printed() {
    let world = World::new().await;
    let provider = world.provider();
    let template = provider.create_template(&roles()).await.unwrap();
    let envelope = sent(&*provider, &filled(&template.id)).await;
    assert!(envelope.warnings.is_empty(), "{:?}", envelope.warnings);
    world.settle();
    let seen = provider.get(&envelope.id).await.unwrap();
    assert_eq!(seen.subject, "Lease of flat 7");
    let order = |email| seen.recipient(email).unwrap().order;
    assert_eq!((order(ANN), order(CY), order(BOB)), (1, 2, 3));
    world.act(&envelope, ANN, Action::Sign);
    world.act(&envelope, CY, Action::Sign);
    world.settle();
    assert_eq!(provider.get(&envelope.id).await.unwrap().status, EnvelopeStatus::Completed);
    let copy = provider.download(&envelope.id, &What::Combined).await.unwrap();
    let text = lopdf::Document::load_mem(&bytes(copy).await).unwrap().extract_text(&[1]).unwrap();
    assert!(text.contains("1200 a month"), "the sender's text is on the page: {text}");
}

/// Rows: 9 send from template
#[tokio::test]
async fn with_a_key_an_envelope_from_a_template_is_sent_once_too() {
    let world = World::new().await;
    let provider = world.provider();
    let template = provider.create_template(&roles()).await.unwrap();
    world.control.add_fault(Fault::on("POST", "/signature_request/send_with_template", FaultKind::CutAfter));
    let first = provider.create(&filled(&template.id), &keyed("order-7")).await.unwrap();
    assert!(world.control.faults().is_empty(), "the fault struck");
    let again = provider.create(&filled(&template.id), &keyed("order-7")).await.unwrap();
    assert_eq!(first.id, again.id);
    assert_eq!(world.requests().len(), 1);
}

/// Rows: 5 Embedded
#[tokio::test]
async fn an_embedded_envelope_from_a_template_is_mailed_to_nobody_who_signs() {
    let world = World::new().await;
    let provider = world.provider();
    let template = provider.create_template(&roles()).await.unwrap();
    let mut draft = filled(&template.id);
    for one in draft.recipients.iter_mut().take(2) {
        *one = one.clone().embedded();
    }
    let envelope = sent(&*provider, &draft).await;
    world.settle();
    provider.signing_link(&envelope.id, &SigningLinkRequest::new(ANN)).await.unwrap();
    assert_eq!(world.requests()[0]["mailCount"], 0);
}

/// Rows: 11 InvalidDraft
#[tokio::test]
async fn a_role_in_other_capitals_is_refused_before_anything_is_created() {
    let world = World::new().await;
    let provider = world.provider();
    let template = provider.create_template(&roles()).await.unwrap();
    let mut draft = filled(&template.id);
    draft.recipients[1].template_role = Some("client".into());
    let error = provider.create(&draft, &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.faults()[0].path.as_str()),
        (ErrorKind::InvalidDraft, "recipients[1].template_role")
    );
    assert!(error.to_string().contains("Client"), "{error}");
    assert!(world.requests().is_empty());
}
