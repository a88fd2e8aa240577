//! Templates, and envelopes made from them.

use serde_json::Value;
use signbridge_core::Role;

use super::*;
use crate::calls::templates::{CreateTemplate, GetTemplate, ListTemplates};
use crate::wire::{
    filling::Filling,
    template::{self, FullTemplate},
    template_definition::TemplateDefinition,
};

const TEMPLATE: &str = "7d3c1a90-11f2-83b5-9c64-5a1e2d3c4b5f";

fn wire(id: &str) -> Value {
    json!({"templateId": id, "name": "Lease", "description": "For flats", "emailSubject": "Please sign",
        "lastModified": "2026-06-24T14:31:11.6600000Z",
        "documents": [{"documentId": "1", "name": "Lease", "pages": "3"}],
        "recipients": {
            "signers": [
                {"recipientId": "2", "roleName": "Landlord", "routingOrder": "2", "name": "Lee Lord", "email": "lord@example.com"},
                {"recipientId": "1", "roleName": "Tenant", "routingOrder": "1", "tabs": {
                    "signHereTabs": [{"tabLabel": "sign"}], "textTabs": [{"tabLabel": "rent"}],
                    "checkboxTabs": [{"tabLabel": "pets"}], "listTabs": [{"tabLabel": "floor"}]}}],
            "carbonCopies": [{"recipientId": "3", "roleName": "Agency", "routingOrder": "3"}],
            "agents": {}}})
}

fn full(id: &str) -> FullTemplate {
    template::template(wire(id)).unwrap()
}

fn from_one() -> Draft {
    Draft::new("Lease of flat 7")
        .template(TEMPLATE)
        .value("rent", "900")
        .value("pets", "true")
        .recipient(
            Recipient::signer("Ann Lee", "ann@example.com")
                .template_role("Tenant")
                .access_code("4711")
                .embedded(),
        )
        .recipient(Recipient::carbon_copy("Bob", "bob@example.com").template_role("Agency"))
        .metadata("case", "42")
}

async fn created(draft: &Draft, templates: Vec<FullTemplate>) -> CreateEnvelope {
    let prepared = Prepared::new(draft).await.unwrap();
    let key: IdempotencyKey = "order-7".parse().unwrap();
    let creation = Creation {
        sent: true,
        transaction_id: marks::transaction_id(ACCOUNT, &key),
        intent: Some(Intent { key: &key, digest: "d1ge57", draft: false }),
        staged: false,
    };
    let filling = Filling::new(draft, templates).unwrap();
    let definition = EnvelopeDefinition::new(&prepared, creation, Some(&filling)).unwrap();
    CreateEnvelope {
        boundary: "boundary".into(),
        ..CreateEnvelope::new(account(), definition.into(), Some(prepared.into()))
    }
}

fn good() -> Response<Bytes> {
    answer(201, json!({"envelopeId": ENVELOPE, "uri": "/envelopes/x", "status": "sent"}))
}

/// Rows: 9 send from template, 9 send later
#[tokio::test]
async fn one_template_is_filled_by_its_roles() {
    let later = from_one().send_at("2026-07-01T10:00:00Z".parse().unwrap());
    let create = created(&later, vec![full(TEMPLATE)]).await;
    call(&create, ".roles", good(), debug, refused("TAB_OUT_OF_BOUNDS", "No.")).await;
}

#[tokio::test]
async fn templates_and_documents_are_composed() {
    let mut second = full("8d3c1a90-11f2-83b5-9c64-5a1e2d3c4b5f");
    second.places.retain(|place| place.role.as_deref() == Some("Tenant"));
    let draft = from_one()
        .template("8d3c1a90-11f2-83b5-9c64-5a1e2d3c4b5f")
        .document(Document::from_bytes("annex.pdf", page(612, 792)))
        .recipient(
            Recipient::signer("Eve", "eve@example.com").order(7).field(Field::signature().at(1, 72.0, 600.0)),
        );
    let create = created(&draft, vec![full(TEMPLATE), second]).await;
    call(&create, ".composite", good(), debug, refused("UNABLE_TO_LOAD_DOCUMENT", "No.")).await;
}

/// Rows: 11 InvalidDraft
#[test]
fn every_misfit_is_named_at_once() {
    let faults = |draft: Draft| {
        let error = Filling::new(&draft, vec![full(TEMPLATE)]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidDraft);
        error
            .faults()
            .iter()
            .map(|fault| format!("{}: {}", fault.path, fault.message))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let mut wrong = from_one().value("colour", "red").value("pets", "yes");
    wrong.recipients[0].template_role = Some("tenant".into());
    insta::assert_snapshot!("template_misfits", faults(wrong));
    let mut twice = from_one();
    twice.recipients[1].template_role = Some("Tenant".into());
    assert!(faults(twice).contains("is taken by another recipient"));
    let mut kind = from_one();
    kind.recipients[1].role = Role::CertifiedRecipient;
    assert!(faults(kind).contains("`Agency` is a cc of the template"));
    let mut empty = from_one();
    empty.recipients.truncate(1);
    assert!(faults(empty).contains("leave the template's role `Agency` empty"));
    // Who stands in the template need not be named.
    assert!(Filling::new(&from_one(), vec![full(TEMPLATE)]).is_ok());
}

/// Rows: 9 templates list and get
#[tokio::test]
async fn list_and_get() {
    let list = ListTemplates { account: account(), name: Some("lease".into()), count: 5000, start: 10 };
    let page = |next: Value| {
        json!({"resultSetSize": "1", "startPosition": "10", "endPosition": "10", "totalSetSize": "12", "nextUri": next,
            "envelopeTemplates": [{"templateId": TEMPLATE.to_uppercase(), "name": "Lease"}]})
    };
    let bad = || refused("USER_LACKS_PERMISSIONS", "No.");
    call(&list, "", answer(200, page("/templates?start_position=11".into())), pretty, bad()).await;
    for end in [json!(""), json!(null)] {
        assert_eq!(list.reply(answer(200, page(end))).unwrap().next, None);
    }
    let get = GetTemplate { account: account(), template: TEMPLATE.into() };
    let missing = answer(404, json!({"errorCode": "RESOURCE_NOT_FOUND", "message": "No such template."}));
    call(&get, "", answer(200, wire(TEMPLATE)), |own| pretty(own.template), missing).await;
    assert!(get.reply(answer(200, json!({"name": "without an id"}))).is_err());
}

/// Rows: 9 template create
#[tokio::test]
async fn create() {
    let draft = Draft::new("Lease")
        .document(Document::from_bytes("lease.pdf", page(612, 792)))
        .recipient(
            Recipient::signer("Somebody", "somebody@example.com")
                .field(Field::signature().at(1, 72.0, 640.0)),
        )
        .recipient(Recipient::carbon_copy("Always Bob", "bob@example.com").order(2))
        .metadata("kind", "lease");
    let mut prepared = Prepared::new(&draft).await.unwrap();
    prepared.draft.recipients[0].template_role = Some("Tenant".into());
    let definition = TemplateDefinition::new(&prepared, vec!["UERG".into()]);
    let create = CreateTemplate { account: account(), definition: definition.into() };
    let good =
        answer(201, json!({"templateId": TEMPLATE.to_uppercase(), "name": "Lease", "uri": "/templates/x"}));
    call(&create, "", good, debug, refused("UNABLE_TO_LOAD_DOCUMENT", "No.")).await;
    let listed = answer(201, json!({"templates": [{"templateId": TEMPLATE, "name": "Lease"}]}));
    assert_eq!(create.reply(listed).unwrap(), TEMPLATE, "recorded as a list too");
}
