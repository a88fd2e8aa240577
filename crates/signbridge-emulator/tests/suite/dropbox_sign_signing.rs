//! Signing at Dropbox Sign: what the page demands, and when links and requests end.

use std::time::Duration;

use serde_json::json;
use signbridge_emulator::Action;

use super::{client::send, dropbox_sign::*};

#[tokio::test]
async fn a_group_that_demands_a_choice_gets_one_before_the_signature_counts() {
    let world = Dropbox::start().await;
    let radio = |id: &str, group: &str| {
        json!({
            "document_index": 0, "api_id": id, "type": "radio", "required": false, "signer": "0", "page": 1,
            "x": 100, "y": 300, "width": 18, "height": 18, "group": group, "is_checked": false,
        })
    };
    let fields = json!([radio("yes", "g"), radio("no", "g")]).to_string();
    let groups = r#"[{"group_id":"g","group_label":"Choice","requirement":"require_1"}]"#;
    let parts = [("test_mode", "true"), ("signers", ADA), ("form_fields_per_document", fields.as_str())];
    let without = world.upload("/signature_request/send", &parts).await;
    assert_eq!(without.json()["error"]["error_path"], "form_fields_per_document[0][group]");

    let mut parts = parts.to_vec();
    parts.push(("form_field_groups", groups));
    let own = world.upload("/signature_request/send", &parts).await.ok(200)["signature_request"].take();
    let id = text(&own["signature_request_id"]);
    world.settle();
    let unfilled = world.control().act(&id, "ada@x.test", Action::Sign, None).unwrap_err();
    assert!(unfilled.to_string().contains("must fill in g"), "{unfilled}");

    let inbox = send(world.base(), "GET", "/", &[], b"").await.unwrap().text();
    let link = inbox.split("href=\"/Signing/Mail/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let opened = send(world.base(), "GET", &format!("/Signing/Mail/{link}"), &[], b"").await.unwrap();
    let session = opened.header("location").unwrap().to_owned();
    send(world.base(), "GET", &session, &[], b"").await.unwrap();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let both = b"action=sign&field%3Ayes=true&field%3Ano=true";
    assert_eq!(send(world.base(), "POST", &session, &form, both).await.unwrap().status, 422);
    let signed = send(world.base(), "POST", &session, &form, b"action=sign&field%3Ayes=true").await.unwrap();
    assert_eq!(signed.status, 302);
    let own = world.get(&format!("/signature_request/{id}")).await.ok(200)["signature_request"].take();
    let values: Vec<_> =
        own["response_data"].as_array().unwrap().iter().map(|v| v["value"].clone()).collect();
    assert_eq!(values, [json!(true), json!(false)]);
}

#[tokio::test]
async fn a_pin_locks_the_page_until_it_is_given() {
    let world = Dropbox::start().await;
    let signers = r#"[{"name":"Ada","email_address":"ada@x.test","pin":"4711"}]"#;
    let client = world.emulator.ready().providers.dropbox_sign.client_id.clone();
    let client_id = ("client_id", client.as_str());
    let parts = [("test_mode", "true"), ("title", "NDA"), ("signers", signers), client_id];
    let own = world.upload("/signature_request/create_embedded", &parts).await.ok(200);
    let one = &own["signature_request"]["signatures"][0];
    assert_eq!(one["has_pin"], true);
    let link = world.get(&format!("/embedded/sign_url/{}", text(&one["signature_id"]))).await.ok(200);
    let target = text(&link["embedded"]["sign_url"]).replace(world.base(), "");
    let session = send(world.base(), "GET", &target, &[], b"").await.unwrap();
    let session = session.header("location").unwrap().to_owned();
    let page = send(world.base(), "GET", &session, &[], b"").await.unwrap().text();
    assert!(
        page.contains("access-code") && !page.contains("contract.pdf") && !page.contains("decline-confirm")
    );
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let opened = send(world.base(), "POST", &session, &form, b"action=sign&access_code=4711").await.unwrap();
    assert!(opened.status == 200 && opened.text().contains("contract.pdf"));
}

#[tokio::test]
async fn an_embedded_link_ends_after_an_hour() {
    let world = Dropbox::start().await;
    let client = world.emulator.ready().providers.dropbox_sign.client_id.clone();
    let (_, signature) = world.sent("/signature_request/create_embedded", &[("client_id", &client)]).await;
    let link = async || {
        let own = world.get(&format!("/embedded/sign_url/{signature}")).await.ok(200);
        text(&own["embedded"]["sign_url"]).replace(world.base(), "")
    };
    for (seconds, status) in [(3_590, 302), (3_600, 410)] {
        let target = link().await;
        world.control().advance_clock(Duration::from_secs(seconds));
        assert_eq!(send(world.base(), "GET", &target, &[], b"").await.unwrap().status, status);
    }
}

#[tokio::test]
async fn an_expired_request_says_so_on_every_signature() {
    let world = Dropbox::start().await;
    let at = (world.control().now().timestamp() + 2 * 86_400).to_string();
    let (id, _) = world.sent("/signature_request/send", &[("expires_at", &at)]).await;
    let own =
        async || world.get(&format!("/signature_request/{id}")).await.ok(200)["signature_request"].take();
    let shown = own().await["expires_at"].as_i64().unwrap();
    assert_eq!(shown % 3_600, 0, "cut to the hour");
    world.control().advance_clock(Duration::from_secs(2 * 86_400));
    assert_eq!(own().await["signatures"][0]["status_code"], "expired");
    let files = world.get(&format!("/signature_request/files/{id}")).await;
    assert_eq!(refused(&files), (403, "signature_request_expired".to_owned()));
}
