//! Dropbox Sign's templates: made later, used by role, downloaded; and what may be changed and removed afterwards.

use std::time::Duration;

use serde_json::{Value, json};
use signbridge_emulator::Action;

use super::client::send;
use super::dropbox_sign::{ADA, Dropbox, FIELD, JSON, MULTIPART, bad, body, refused, text};

const ROLES: (&str, &str) = ("signer_roles", r#"[{"name":"Client","order":0}]"#);

async fn made(world: &Dropbox, more: &[(&str, &str)]) -> String {
    let mut parts = vec![("title", "Lease"), ROLES, FIELD, ("test_mode", "true")];
    parts.extend_from_slice(more);
    text(&world.upload("/template/create", &parts).await.ok(200)["template"]["template_id"])
}

fn request(template: &str, more: Value) -> Value {
    let mut own = json!({
        "test_mode": true, "template_ids": [template],
        "signers": [{"role": "Client", "name": "Ada", "email_address": "ada@x.test"}],
    });
    own.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    own
}

/// Rows: 9 template create
#[tokio::test]
async fn a_template_is_accepted_first_and_there_later() {
    let world = Dropbox::start().await;
    world.control().provider("dropbox-sign", "POST", "delays", &json!({"template_ms": 5_000})).unwrap();
    let id = made(&world, &[]).await;
    let conflict = (409, "conflict".to_owned());
    assert_eq!(refused(&world.get(&format!("/template/files/{id}")).await), conflict);
    assert_eq!(refused(&world.get(&format!("/template/{id}")).await), conflict);
    let early = world.post("/signature_request/send_with_template", request(&id, json!({}))).await;
    assert_eq!(refused(&early), conflict);
    assert_eq!(world.get("/template/list").await.ok(200)["templates"], json!([]));
    world.control().advance_clock(Duration::from_secs(6));
    assert_eq!(world.get(&format!("/template/{id}")).await.status, 200);
    assert_eq!(world.get("/template/list").await.ok(200)["templates"][0]["template_id"], json!(id));
    assert_eq!(
        world.post("/signature_request/send_with_template", request(&id, json!({}))).await.status,
        200
    );
}

#[tokio::test]
async fn a_template_of_a_broken_file_is_accepted_and_never_there() {
    let world = Dropbox::start().await;
    let parts = [("title", "Lease"), ROLES, FIELD];
    let broken = body(&parts, &[("files[0]", b"%PDF-1.4 nothing else")]);
    let answer = world.raw("POST", "/template/create", MULTIPART, &broken).await.ok(200);
    let id = text(&answer["template"]["template_id"]);
    assert_eq!(refused(&world.get(&format!("/template/{id}")).await), (404, "not_found".to_owned()));
    assert_eq!(world.get("/template/list").await.ok(200)["templates"], json!([]));
}

#[tokio::test]
async fn parameters_a_template_does_not_take_are_named() {
    let world = Dropbox::start().await;
    for (parts, path) in [
        (vec![ROLES, FIELD, ("signers", ADA)], "signers"),
        (vec![FIELD], "signer_roles"),
        (vec![ROLES], "form_fields_per_document"),
    ] {
        let reply = world.upload("/template/create", &parts).await;
        assert_eq!(refused(&reply), bad("bad_request"));
        assert_eq!(reply.json()["error"]["error_path"], path);
    }
}

/// Rows: 9 send from template
#[tokio::test]
async fn every_role_is_filled_once_and_capitals_count() {
    let world = Dropbox::start().await;
    let id = made(&world, &[("cc_roles", r#"["Manager"]"#)]).await;
    let cc = |role: &str| json!([{"role": role, "email_address": "boss@x.test"}]);
    let signer = |role: &str| json!([{"role": role, "name": "Ada", "email_address": "ada@x.test"}]);
    let both = |second: &str| json!([cc("Manager")[0].clone(), cc(second)[0].clone()]);
    for (more, says) in [
        (json!({}), "Missing cc for the role Manager"),
        (json!({"ccs": both("manager")}), "The cc role manager does not exist"),
        (json!({"ccs": both("Manager")}), "The cc role Manager is used twice"),
        (json!({"ccs": cc("Manager"), "signers": signer("client")}), "The role client does not exist"),
        (json!({"ccs": cc("Manager"), "signers": []}), "Missing parameter: signers"),
    ] {
        let reply = world.post("/signature_request/send_with_template", request(&id, more.clone())).await;
        assert_eq!(refused(&reply), bad("bad_request"), "{more}");
        let message = text(&reply.json()["error"]["error_msg"]);
        assert!(message.starts_with(says), "{message}");
    }
    let good = request(&id, json!({"ccs": cc("Manager")}));
    let own = world.post("/signature_request/send_with_template", good).await.ok(200);
    assert_eq!(own["signature_request"]["cc_email_addresses"], json!(["boss@x.test"]));
}

/// The older names: one `template_id`, signers keyed by their role.
#[tokio::test]
async fn older_clients_name_a_template_and_its_roles_otherwise() {
    let world = Dropbox::start().await;
    let id = made(&world, &[]).await;
    let form = format!(
        "test_mode=1&template_id={id}&signers%5BClient%5D%5Bname%5D=Ada&signers%5BClient%5D%5Bemail_address%5D=ada%40x.test"
    );
    let media = ("content-type", "application/x-www-form-urlencoded");
    let own =
        world.raw("POST", "/signature_request/send_with_template", media, form.as_bytes()).await.ok(200);
    let own = &own["signature_request"];
    assert_eq!(own["signatures"][0]["signer_role"], "Client");
    assert_eq!(own["template_ids"], json!([id]));
}

#[tokio::test]
async fn a_merge_field_without_a_value_stays_empty_and_an_unknown_one_is_a_warning() {
    let world = Dropbox::start().await;
    let field = r#"[{"document_index":0,"api_id":"a","type":"signature","required":true,"signer":"0","page":1,"x":100,"y":200,"width":160,"height":40},
        {"document_index":0,"api_id":"c","name":"Rent","type":"text-merge","required":false,"signer":"sender","page":1,"x":100,"y":400,"width":160,"height":40}]"#;
    let parts =
        [ROLES, ("form_fields_per_document", field), ("merge_fields", r#"[{"name":"Rent","type":"text"}]"#)];
    let made = world.upload("/template/create", &parts).await.ok(200);
    let id = text(&made["template"]["template_id"]);
    let shown = world.get(&format!("/template/{id}")).await.ok(200)["template"].take();
    let custom = &shown["documents"][0]["custom_fields"][0];
    assert_eq!(
        (&custom["name"], &custom["type"], &custom["signer"]),
        (&json!("Rent"), &json!("text"), &Value::Null)
    );
    let send =
        async |more: Value| world.post("/signature_request/send_with_template", request(&id, more)).await;
    assert!(send(json!({})).await.ok(200).get("warnings").is_none());
    let unknown = send(json!({"custom_fields": [{"name": "rent", "value": "1"}]})).await.ok(200);
    assert_eq!(unknown["warnings"][0]["warning_name"], "parameter_ignored");
    let filled = send(json!({"custom_fields": [{"name": "Rent", "value": "1200"}]})).await.ok(200);
    let echo = &filled["signature_request"]["custom_fields"][0];
    assert_eq!((&echo["name"], &echo["value"]), (&json!("Rent"), &json!("1200")));
}

#[tokio::test]
async fn a_templates_files_come_in_every_way() {
    let world = Dropbox::start().await;
    let id = made(&world, &[]).await;
    assert!(world.get(&format!("/template/files/{id}")).await.body.starts_with(b"%PDF"));
    assert!(world.get(&format!("/template/files/{id}?file_type=zip")).await.body.starts_with(b"PK"));
    for tail in [format!("/template/files_as_data_uri/{id}"), format!("/template/files/{id}?get_data_uri=1")]
    {
        let answer = world.get(&tail).await.ok(200);
        assert!(text(&answer["data_uri"]).starts_with("data:application/pdf;base64,"));
    }
    for tail in [format!("/template/files_as_file_url/{id}"), format!("/template/files/{id}?get_url=1")] {
        let answer = world.get(&tail).await.ok(200);
        let target = text(&answer["file_url"]).replace(world.base(), "");
        assert!(send(world.base(), "GET", &target, &[], b"").await.unwrap().body.starts_with(b"%PDF"));
        assert!(answer["expires_at"].is_i64());
    }
    let unknown = world.get("/template/files/nope").await;
    assert_eq!(refused(&unknown), (404, "not_found".to_owned()));
}

/// Rows: 9 extend expiry
#[tokio::test]
async fn an_update_needs_a_name_or_an_address_and_cuts_the_end_to_the_hour() {
    let world = Dropbox::start().await;
    let (id, signature) = world.sent("/signature_request/send", &[]).await;
    let own = world.get(&format!("/signature_request/{id}")).await.ok(200)["signature_request"].take();
    let end = own["created_at"].as_i64().unwrap() + 10 * 86_400 + 61;
    let alone = json!({"signature_id": signature, "expires_at": end});
    let path = format!("/signature_request/update/{id}");
    assert_eq!(refused(&world.post(&path, alone).await), bad("bad_request"));
    let far = json!({"signature_id": signature, "name": "Ada", "expires_at": end + 90 * 86_400});
    assert_eq!(refused(&world.post(&path, far).await), bad("bad_request"));
    let wrong = json!({"signature_id": signature, "email_address": "nobody"});
    assert_eq!(refused(&world.post(&path, wrong).await), bad("bad_request"));
    let with_name = json!({"signature_id": signature, "name": "Ada", "expires_at": end});
    let own = world.post(&path, with_name).await.ok(200);
    assert_eq!(own["signature_request"]["expires_at"], end - end % 3600);
    assert_eq!(
        own["signature_request"]["signatures"][0]["signature_id"],
        json!(signature),
        "the name keeps it"
    );
    world.control().act(&id, "ada@x.test", Action::Sign, None).unwrap();
    let late = json!({"signature_id": signature, "name": "Eve"});
    assert_eq!(refused(&world.post(&path, late).await), bad("bad_request"));
}

/// Rows: 9 purge finished
#[tokio::test]
async fn what_everybody_declined_or_signed_can_be_removed() {
    let world = Dropbox::start().await;
    let (id, _) = world.sent("/signature_request/send", &[("allow_decline", "true")]).await;
    world.control().act(&id, "ada@x.test", Action::Decline, Some("no")).unwrap();
    let removed = world.raw("POST", &format!("/signature_request/remove/{id}"), JSON, b"").await;
    assert_eq!((removed.status, removed.body.len()), (200, 0));
    assert_eq!(removed.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(refused(&world.get(&format!("/signature_request/{id}")).await), (404, "not_found".to_owned()));
}
