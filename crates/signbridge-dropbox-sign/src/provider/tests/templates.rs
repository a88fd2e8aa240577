//! Templates: what is read of them, how a draft has to fit them, and what is made from a draft.

use signbridge_core::{Draft, Field, TemplateQuery};

use super::*;
use crate::testing::{TEMPLATE, letter, template};

fn read() -> Option<(u16, Value)> {
    Some((200, json!({"template": template()})))
}

fn sent() -> Option<(u16, Value)> {
    one(request(&[("ann@example.com", Some(0), "awaiting_signature")]))
}

fn draft() -> Draft {
    Draft::new("Lease")
        .template(TEMPLATE)
        .recipient(Recipient::signer("Ann", "ann@example.com").template_role("Client"))
        .recipient(Recipient::signer("Cy", "cy@example.com").template_role("Witness"))
        .recipient(Recipient::carbon_copy("Bob", "bob@example.com").template_role("Manager").order(2))
}

/// Rows: 9 templates list and get
#[tokio::test]
async fn roles_are_counted_from_one_and_copies_come_last() {
    let script = Script::new([read()]);
    let template = account(&script).template(TEMPLATE).await.unwrap();
    let roles: Vec<_> =
        template.roles.iter().map(|role| (role.name.as_str(), role.order, role.kind.as_deref())).collect();
    assert_eq!(
        roles,
        [("Client", 1, Some("signer")), ("Witness", 2, Some("signer")), ("Manager", 3, Some("cc"))]
    );
    let documents: Vec<_> =
        template.documents.iter().map(|one| (one.id.as_str(), one.name.as_str())).collect();
    assert_eq!(documents, [("0", "lease.pdf"), ("1", "rules.pdf")]);
}

/// Rows: 9 templates list and get
#[tokio::test]
async fn names_are_compared_on_our_side() {
    let mut other = template();
    other["title"] = "Something else".into();
    let info = json!({"page": 1, "num_pages": 2, "num_results": null, "page_size": 100});
    let list = json!({"list_info": info, "templates": [template(), other]});
    let script = Script::new([Some((200, list))]);
    let mut query = TemplateQuery::default();
    query.name = Some("eas".into());
    let page = account(&script).templates(&query).await.unwrap();
    assert_eq!(page.items.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Lease"]);
    assert_eq!(page.next.as_deref(), Some("2-100"));
    assert_eq!(script.asked(), ["GET /v3/template/list?page=1&page_size=100"]);
}

/// Rows: 9 send from template
#[tokio::test]
async fn the_template_is_read_first_and_its_roles_and_values_are_sent() {
    let script = Script::new([read(), sent()]);
    let full = draft().value("Rent", "1200").value("Pets", "true");
    account(&script).create(&full, &CreateOptions::sent()).await.unwrap();
    assert_eq!(
        script.asked(),
        [format!("GET /v3/template/{TEMPLATE}"), "POST /v3/signature_request/send_with_template".to_owned()]
    );
    let body = script.seen.lock().unwrap()[1].body.clone();
    let part = |name: &str| {
        let after = body.split(&format!("name=\"{name}\"\r\n\r\n")).nth(1)?;
        after.split("\r\n--").next().map(str::to_owned)
    };
    let json = |name: &str| part(name).map(|text| serde_json::from_str::<Value>(&text).unwrap());
    assert_eq!(json("template_ids"), Some(json!([TEMPLATE])));
    assert_eq!(
        json("signers").unwrap(),
        json!([
            {"role": "Client", "name": "Ann", "email_address": "ann@example.com"},
            {"role": "Witness", "name": "Cy", "email_address": "cy@example.com"},
        ]),
        "their order is the template's"
    );
    assert_eq!(json("ccs"), Some(json!([{"role": "Manager", "email_address": "bob@example.com"}])));
    let values = json!([{"name": "Pets", "value": true}, {"name": "Rent", "value": "1200"}]);
    assert_eq!(json("custom_fields"), Some(values), "a check box takes a flag");
    for absent in ["cc_email_addresses", "form_fields_per_document", "allow_reassign"] {
        assert_eq!(part(absent), None, "{absent}");
    }
    assert_eq!(part("test_mode").as_deref(), Some("true"));
}

/// Rows: 9 send from template, 11 InvalidDraft
#[tokio::test]
async fn roles_that_do_not_fit_are_refused_with_every_path_and_nothing_is_created() {
    let swap = |from: &str, to: &str| {
        let mut draft = draft();
        for one in draft.recipients.iter_mut().filter(|one| one.template_role.as_deref() == Some(from)) {
            one.template_role = Some(to.to_owned());
        }
        draft
    };
    let mut reversed = draft();
    reversed.recipients[0].order = 2;
    reversed.recipients[2].order = 3;
    let mut missing = draft();
    missing.recipients.remove(1);
    for (draft, paths) in [
        (swap("Client", "client"), vec!["recipients[0].template_role", "recipients"]),
        (swap("Client", "Manager"), vec!["recipients[0].template_role", "recipients"]),
        (swap("Witness", "Client"), vec!["recipients", "recipients"]),
        (missing, vec!["recipients"]),
        (reversed, vec!["recipients[0].order", "recipients[1].order"]),
        (draft().value("rent", "1200"), vec!["values.rent"]),
        (draft().value("Pets", "yes"), vec!["values.Pets"]),
    ] {
        let script = Script::new([read()]);
        let error = account(&script).create(&draft, &CreateOptions::sent()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidDraft, "{error}");
        let found: Vec<&str> = error.faults().iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(found, paths);
        assert_eq!(script.asked().len(), 1, "only the template was read");
    }
    let mut in_order = draft();
    in_order.recipients[1].order = 2;
    in_order.recipients[2].order = 3;
    let script = Script::new([read(), sent()]);
    account(&script).create(&in_order, &CreateOptions::sent()).await.unwrap();
    assert!(
        !script.seen.lock().unwrap()[1].body.contains("\"order\""),
        "a signer of a template has a role instead"
    );
}

#[tokio::test]
async fn a_template_that_cannot_be_read_leaves_nothing_in_doubt() {
    let script = Script::new([found(&[]), None, None, None, None]);
    let account = account(&script);
    let error = account.create(&draft(), &keyed("order-7")).await.unwrap_err();
    assert_ne!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    assert!(script.asked().iter().all(|one| one.starts_with("GET")), "nothing was sent");
}

#[tokio::test]
async fn a_template_that_is_being_made_is_not_ready_and_one_that_is_gone_is_not_found() {
    for (status, name, kind) in
        [(409, "conflict", ErrorKind::NotReady), (404, "not_found", ErrorKind::NotFound)]
    {
        let script = Script::new((0..5).map(|_| refused(status, name)));
        let error = account(&script).create(&draft(), &CreateOptions::sent()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(script.asked().iter().all(|one| one.starts_with("GET")), "nothing was sent");
    }
}

#[tokio::test]
async fn an_envelope_from_a_template_has_no_fields_of_its_own() {
    let script = Script::new([]);
    let mut fields = draft();
    fields.recipients[0].fields.push(Field::signature().at(1, 72.0, 600.0));
    fields.documents.push(letter());
    let mut nameless = draft();
    nameless.recipients[0].template_role = None;
    nameless.recipients[0].fields.clear();
    let mut passed = draft();
    passed.allow_reassign = true;
    for (draft, path) in [
        (fields, "recipients[0].fields"),
        (nameless, "recipients[0].template_role"),
        (passed, "allow_reassign"),
    ] {
        let error = account(&script).create(&draft, &CreateOptions::sent()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert!(error.faults().iter().any(|fault| fault.path == path), "{error}");
    }
    assert!(script.asked().is_empty());
}

fn to_make() -> Draft {
    let signer = |name: &str| {
        Recipient::signer(name, format!("{name}@example.com"))
            .template_role(name)
            .field(Field::signature().at(1, 72.0, 640.0))
    };
    Draft::new("Lease").document(letter()).recipient(signer("Client")).recipient(signer("Witness").order(2))
}

/// Rows: 9 template create
#[tokio::test]
async fn a_template_is_made_from_a_drafts_roles() {
    let made = Some((200, json!({"template": {"template_id": TEMPLATE}})));
    let script = Script::new([made]);
    let template = account(&script).create_template(&to_make()).await.unwrap();
    assert_eq!((template.id.as_str(), template.name.as_str()), (TEMPLATE, "Lease"));
    assert_eq!(template.roles.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Client", "Witness"]);
    let seen = script.seen.lock().unwrap();
    assert_eq!(seen[0].path, "/v3/template/create");
    assert!(seen[0].body.contains(r#"[{"name":"Client","order":0},{"name":"Witness","order":1}]"#));
    assert!(!seen[0].body.contains("example.com"), "persons are no part of a template");
}

/// Rows: 9 template create
#[tokio::test]
async fn what_a_template_cannot_hold_is_refused() {
    let script = Script::new([]);
    let account = account(&script);
    let mut nameless = to_make();
    nameless.recipients[0].template_role = None;
    let mut same = to_make();
    same.recipients[1].template_role = Some("Client".into());
    for (draft, path) in [(nameless, "recipients[0].template_role"), (same, "recipients[1].template_role")] {
        let error = account.create_template(&draft).await.unwrap_err();
        assert_eq!((error.kind(), error.faults()[0].path.as_str()), (ErrorKind::InvalidDraft, path));
    }
    let mut coded = to_make();
    coded.recipients[0] = coded.recipients[0].clone().access_code("4711");
    let mut shown = to_make();
    shown.recipients[0] = shown.recipients[0].clone().embedded();
    let mut valued = to_make();
    let mut fixed = Field::text("rent").at(1, 72.0, 300.0).value("1200");
    fixed.read_only = true;
    valued.recipients[0].fields.push(fixed);
    let mut long = to_make();
    long.subject = "s".repeat(201);
    for (draft, path) in [
        (coded, "recipients[0].authentication"),
        (shown, "recipients[0].delivery"),
        (valued, "recipients[0].fields[1].read_only"),
        (to_make().free_placement(), "free_placement"),
        (long, "subject"),
    ] {
        let error = account.create_template(&draft).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert!(error.faults().iter().any(|fault| fault.path == path), "{path}: {error}");
    }
    assert!(script.asked().is_empty());
}
