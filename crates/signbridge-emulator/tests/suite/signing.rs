//! Embedded views and the signing page: section 4.9 of the fact sheet.

use std::time::Duration;

use serde_json::{Value, json};
use signbridge_emulator::Action;

use super::client::{Reply, World, ann, definition};

fn embedded() -> Value {
    let mut ann = ann();
    ann["clientUserId"] = json!("u-17");
    ann
}

fn view_request() -> Value {
    json!({
        "returnUrl": "https://app.example/done?case=1", "authenticationMethod": "none",
        "clientUserId": "u-17", "userName": "Ann Lee", "email": "ann@example.com",
    })
}

async fn link(world: &World, id: &str) -> String {
    let reply =
        world.call("POST", &format!("/envelopes/{id}/views/recipient"), Some(view_request())).await.ok(201);
    let url = reply["url"].as_str().unwrap().to_owned();
    url.strip_prefix(&world.ready().listening).expect("an absolute link to this emulator").to_owned()
}

async fn post(world: &World, target: &str, body: &str) -> Reply {
    world.plain("POST", target, &[("content-type", "application/x-www-form-urlencoded")], body).await
}

/// Opens a link and answers the session's address.
async fn open(world: &World, link: &str) -> String {
    let reply = world.plain("GET", link, &[], "").await;
    assert_eq!(reply.status, 302);
    reply.header("location").unwrap().to_owned()
}

#[tokio::test]
async fn an_embedded_signer_signs_and_returns() {
    let world = World::start().await;
    let id = world.create(definition("sent", json!({"signers": [embedded()]}))).await;
    assert_eq!(world.control().envelope(&id).unwrap()["mailCount"], 0, "an embedded signer gets no mail");
    let link = link(&world, &id).await;
    let session = open(&world, &link).await;
    let page = world.plain("GET", &session, &[], "").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Please sign") && page.text().contains("id=\"sign\""));
    assert_eq!(world.status(&id).await, "delivered");
    let document = world.plain("GET", &format!("{session}/documents/1"), &[], "").await;
    assert_eq!(document.header("content-type"), Some("application/pdf"));

    let signed = post(&world, &session, "action=sign").await;
    assert_eq!(signed.header("location"), Some("https://app.example/done?case=1&event=signing_complete"));
    assert_eq!(world.status(&id).await, "completed");
    assert_eq!(post(&world, &session, "action=sign").await.status, 410, "the session is over");

    let again = world.plain("GET", &link, &[], "").await;
    assert_eq!(
        again.header("location"),
        Some("https://app.example/done?case=1&event=ttl_expired"),
        "one use"
    );
}

/// Rows (docusign): 5 link lifetime
#[tokio::test]
async fn a_link_lives_five_minutes() {
    let world = World::start().await;
    let id = world.create(definition("sent", json!({"signers": [embedded()]}))).await;
    let (first, second) = (link(&world, &id).await, link(&world, &id).await);
    world.control().advance_clock(Duration::from_secs(290));
    open(&world, &first).await;
    world.control().advance_clock(Duration::from_secs(20));
    let late = world.plain("GET", &second, &[], "").await;
    assert_eq!(late.header("location"), Some("https://app.example/done?case=1&event=ttl_expired"));
    assert_eq!(world.plain("GET", "/Signing/MTRedeem/v1/x?slt=wrong", &[], "").await.status, 410);
}

/// Rows (docusign): 5 told on return
#[tokio::test]
async fn declining_and_leaving_come_back_with_their_event() {
    let world = World::start().await;
    let id = world.create(definition("sent", json!({"signers": [embedded()]}))).await;
    let session = open(&world, &link(&world, &id).await).await;
    let later = post(&world, &session, "action=later").await;
    assert_eq!(later.header("location"), Some("https://app.example/done?case=1&event=cancel"));
    assert_eq!(world.status(&id).await, "sent", "a page never shown is not viewed");
    let session = open(&world, &link(&world, &id).await).await;
    let declined = post(&world, &session, "action=decline&reason=Too+dear+%26+late").await;
    assert_eq!(declined.header("location"), Some("https://app.example/done?case=1&event=decline"));
    let read = world.control().envelope(&id).unwrap();
    assert_eq!(read["recipients"]["signers"][0]["declinedReason"], "Too dear & late");
    let session = open(&world, &link(&world, &id).await).await;
    let over = world.plain("GET", &session, &[], "").await;
    assert_eq!(over.header("location"), Some("https://app.example/done?case=1&event=viewing_complete"));
}

#[tokio::test]
async fn a_view_needs_the_exact_person_his_turn_and_a_sent_envelope() {
    let world = World::start().await;
    let mut second = embedded();
    (second["recipientId"], second["routingOrder"], second["clientUserId"]) =
        (json!("2"), json!("2"), json!("u-18"));
    (second["name"], second["email"]) = (json!("Bob Ray"), json!("bob@example.com"));
    let recipients = json!({"signers": [embedded(), second]});
    let id = world.create(definition("sent", recipients.clone())).await;
    let ask = async |id: &str, change: &dyn Fn(&mut Value)| {
        let mut body = view_request();
        change(&mut body);
        world.call("POST", &format!("/envelopes/{id}/views/recipient"), Some(body)).await
    };
    for (key, value) in
        [("userName", "Ann  Lee"), ("email", "an@example.com"), ("clientUserId", "u-1"), ("recipientId", "2")]
    {
        let reply = ask(&id, &|body| body[key] = json!(value)).await;
        assert_eq!(reply.refused(), (400, "UNKNOWN_ENVELOPE_RECIPIENT".to_owned()), "{key}");
    }
    let turn = ask(&id, &|body| {
        (body["clientUserId"], body["userName"], body["email"]) =
            (json!("u-18"), json!("Bob Ray"), json!("bob@example.com"));
    })
    .await;
    assert_eq!(turn.refused(), (400, "RECIPIENT_NOT_IN_SEQUENCE".to_owned()));
    let draft = world.create(definition("created", recipients)).await;
    assert_eq!(ask(&draft, &|_| {}).await.refused().1, "ENVELOPE_INVALID_STATUS");
    assert_eq!(
        ask(&id, &|body| body["returnUrl"] = json!("")).await.refused().1,
        "INVALID_REQUEST_PARAMETER"
    );
    let mailed = world.create(definition("sent", json!({"signers": [ann()]}))).await;
    assert_eq!(ask(&mailed, &|_| {}).await.refused().1, "UNKNOWN_ENVELOPE_RECIPIENT");
}

#[tokio::test]
async fn the_access_code_stands_before_the_documents() {
    let world = World::start().await;
    let mut ann = embedded();
    ann["accessCode"] = json!("K7P2");
    let id = world.create(definition("sent", json!({"signers": [ann]}))).await;
    let session = open(&world, &link(&world, &id).await).await;
    let locked = world.plain("GET", &session, &[], "").await;
    assert!(locked.text().contains("access-code"));
    assert_eq!(world.status(&id).await, "sent");
    assert_eq!(world.plain("GET", &format!("{session}/documents/1"), &[], "").await.status, 410);
    assert_eq!(post(&world, &session, "action=sign&access_code=wrong").await.status, 403);
    let shown = post(&world, &session, "action=sign&access_code=K7P2").await;
    assert_eq!((shown.status, world.status(&id).await.as_str()), (200, "delivered"));
    let signed = post(&world, &session, "action=sign").await;
    assert!(signed.header("location").unwrap().ends_with("event=signing_complete"));

    let mut ann = embedded();
    ann["accessCode"] = json!("K7P2");
    let id = world.create(definition("sent", json!({"signers": [ann]}))).await;
    let session = open(&world, &link(&world, &id).await).await;
    post(&world, &session, "access_code=1").await;
    post(&world, &session, "access_code=2").await;
    let out = post(&world, &session, "access_code=3").await;
    assert!(out.header("location").unwrap().ends_with("event=access_code_failed"));
}

#[tokio::test]
async fn the_inbox_leads_a_mailed_signer_to_his_page() {
    let world = World::start().await;
    let mut ann = ann();
    ann["tabs"]["textTabs"] = json!([{"documentId": "1", "pageNumber": "1", "xPosition": "10", "yPosition": "10", "tabLabel": "city", "required": "true"}]);
    let id = world.create(definition("sent", json!({"signers": [ann]}))).await;
    let conflict = world.control().act(&id, "ann@example.com", Action::Sign, None);
    assert!(conflict.unwrap_err().to_string().contains("city"));
    let inbox = world.plain("GET", "/", &[], "").await.text();
    let start = inbox.find("/Signing/Mail/").expect("a link");
    let mail = inbox[start..].split('"').next().unwrap().to_owned();
    let session = open(&world, &mail).await;
    assert_eq!(world.plain("GET", &session, &[], "").await.status, 200);
    assert_eq!(post(&world, &session, "action=sign&field%3Acity=").await.status, 422);
    let done = post(&world, &session, "action=sign&field%3Acity=Ulm").await;
    assert_eq!(done.header("location"), Some("/Signing/Finished?event=signing_complete"));
    assert_eq!(world.plain("GET", "/Signing/Finished?event=signing_complete", &[], "").await.status, 200);
    let data = world.call("GET", &format!("/envelopes/{id}/form_data"), None).await.ok(200);
    assert_eq!(data["formData"][0], json!({"name": "city", "value": "Ulm"}));
    assert_eq!(data["recipientFormData"][0]["formData"], data["formData"]);
    assert!(!world.plain("GET", "/", &[], "").await.text().contains("/Signing/Mail/"), "he is done");
    let audit = world.call("GET", &format!("/envelopes/{id}/audit_events"), None).await.ok(200);
    let actions: Vec<_> = audit["auditEvents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            event["eventFields"].as_array().unwrap().iter().find(|f| f["name"] == "Action").unwrap()["value"]
                .as_str()
                .unwrap()
        })
        .collect();
    assert_eq!(actions, ["Registered", "Sent Invitations", "Viewed", "Signed", "Completed"]);
}

#[tokio::test]
async fn what_was_signed_stands_in_the_document() {
    let world = World::start().await;
    let mut ann = ann();
    ann["tabs"]["fullNameTabs"] =
        json!([{"documentId": "1", "pageNumber": "1", "xPosition": "100", "yPosition": "300"}]);
    let id = world.create(definition("sent", json!({"signers": [ann]}))).await;
    let get = async || {
        world.raw("GET", &format!("/envelopes/{id}/documents/combined"), &[], &[]).await.unwrap().body
    };
    let before = get().await;
    world.control().act(&id, "ann@example.com", Action::Sign, None).unwrap();
    let after = get().await;
    assert!(after.len() > before.len());
    let tabs = world.call("GET", &format!("/envelopes/{id}/recipients/1/tabs"), None).await.ok(200);
    assert_eq!(tabs["fullNameTabs"][0]["value"], "Ann Lee");
    assert_eq!(tabs["signHereTabs"][0]["status"], "signed");
}

#[tokio::test]
async fn the_host_of_an_in_person_signer_acts_for_him() {
    let world = World::start().await;
    let recipients = json!({"inPersonSigners": [{
        "recipientId": "1", "routingOrder": "1", "hostName": "Hanna Host", "hostEmail": "hanna@example.com",
        "signerName": "Ian Guest", "clientUserId": "h-1",
    }]});
    let id = world.create(definition("sent", recipients)).await;
    let body = json!({
        "returnUrl": "https://app.example/", "authenticationMethod": "none",
        "clientUserId": "h-1", "userName": "Hanna Host", "email": "hanna@example.com",
    });
    world.call("POST", &format!("/envelopes/{id}/views/recipient"), Some(body)).await.ok(201);
    let acted = world.control().act(&id, "hanna@example.com", Action::Sign, None).unwrap();
    assert_eq!(acted.status, "completed");
    let read = world.call("GET", &format!("/envelopes/{id}/recipients"), None).await.ok(200);
    let signer = &read["inPersonSigners"][0];
    assert_eq!(
        (signer["signerName"].as_str(), signer["hostEmail"].as_str()),
        (Some("Ian Guest"), Some("hanna@example.com"))
    );
}

#[tokio::test]
async fn radios_and_checkboxes_take_what_is_posted() {
    let world = World::start().await;
    let mut ann = ann();
    let at = json!({"pageNumber": "1", "xPosition": "10", "yPosition": "10"});
    let radio = |value: &str| {
        let mut radio = at.clone();
        radio["value"] = json!(value);
        radio
    };
    ann["tabs"]["radioGroupTabs"] =
        json!([{"groupName": "plan", "documentId": "1", "radios": [radio("a"), radio("b")]}]);
    let mut checkbox = at.clone();
    (checkbox["documentId"], checkbox["tabLabel"]) = (json!("1"), json!("terms"));
    ann["tabs"]["checkboxTabs"] = json!([checkbox]);
    let id = world.create(definition("sent", json!({"signers": [ann]}))).await;
    let inbox = world.plain("GET", "/", &[], "").await.text();
    let mail = inbox[inbox.find("/Signing/Mail/").unwrap()..].split('"').next().unwrap().to_owned();
    let session = open(&world, &mail).await;
    post(&world, &session, "action=sign&field%3Aplan=b&field%3Aterms=true").await;
    let tabs = world.call("GET", &format!("/envelopes/{id}/recipients/1/tabs"), None).await.ok(200);
    let group = &tabs["radioGroupTabs"][0];
    assert_eq!(
        (group["radios"][0]["selected"].as_str(), group["radios"][1]["selected"].as_str()),
        (Some("false"), Some("true"))
    );
    assert_eq!(tabs["checkboxTabs"][0]["selected"], "true");
    let file = world.raw("GET", &format!("/envelopes/{id}/documents/1"), &[], &[]).await.unwrap();
    assert_eq!(file.status, 200);
}
