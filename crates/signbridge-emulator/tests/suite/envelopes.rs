//! Envelopes over the wire: creating, listing, routing, ending.

use std::time::Duration;

use serde_json::{Value, json};
use signbridge_emulator::Action;

use super::client::{World, ann, base64, definition, multipart, pdf};

fn bob(order: &str) -> Value {
    json!({"recipientId": "2", "routingOrder": order, "name": "Bob Ray", "email": "bob@example.com"})
}

#[tokio::test]
async fn a_draft_is_sent_once() {
    let world = World::start().await;
    let id = world.create(definition("created", json!({"signers": [ann()]}))).await;
    assert_eq!(world.status(&id).await, "created");
    assert_eq!(world.control().envelope(&id).unwrap()["mailCount"], 0);
    let path = format!("/envelopes/{id}");
    let sent = world.call("PUT", &path, Some(json!({"status": "sent"}))).await.ok(200);
    assert_eq!(sent, json!({"envelopeId": id}));
    assert_eq!(world.status(&id).await, "sent");
    let again = world.call("PUT", &path, Some(json!({"status": "sent"}))).await;
    assert_eq!(again.refused(), (400, "ENVELOPE_INVALID_STATUS".to_owned()));
    let snapshot = world.control().envelope(&id).unwrap();
    assert_eq!(snapshot["mails"].as_array().unwrap().len(), 1);
    assert_eq!(snapshot["mails"][0]["kind"], "invitation");
}

#[tokio::test]
async fn flags_and_numbers_are_taken_as_text_or_as_themselves() {
    let world = World::start().await;
    let mut ann = ann();
    ann["routingOrder"] = json!(1);
    ann["recipientId"] = json!(1);
    ann["tabs"]["signHereTabs"][0]["xPosition"] = json!(100);
    ann["tabs"]["signHereTabs"][0]["optional"] = json!(true);
    let mut definition = definition("sent", json!({"signers": [ann]}));
    definition["documents"][0]["documentId"] = json!(1);
    definition["notification"] = json!({"expirations": {"expireEnabled": true, "expireAfter": 30}});
    let id = world.create(definition).await;
    let read = world.call("GET", &format!("/envelopes/{id}?include=recipients,tabs"), None).await.ok(200);
    let signer = &read["recipients"]["signers"][0];
    assert_eq!(signer["routingOrder"], "1");
    assert_eq!(signer["tabs"]["signHereTabs"][0]["optional"], "true");
    assert_eq!(read["expireAfter"], "30");
    assert_eq!(read["expireEnabled"], "true");
}

#[tokio::test]
async fn recipients_get_their_turn_by_routing_order() {
    let world = World::start().await;
    let id = world
        .create(definition(
            "sent",
            json!({
                "signers": [ann(), bob("2")],
                "carbonCopies": [{"recipientId": "3", "routingOrder": "2", "name": "Cy", "email": "cy@example.com"}],
                "certifiedDeliveries": [{"recipientId": "4", "routingOrder": "3", "name": "Di", "email": "di@example.com"}],
            }),
        ))
        .await;
    let control = world.control();
    let statuses = || async {
        let all = world.call("GET", &format!("/envelopes/{id}/recipients"), None).await.ok(200);
        let one = |group: &str, at: usize| all[group][at]["status"].as_str().unwrap_or("-").to_owned();
        (
            [one("signers", 0), one("signers", 1), one("carbonCopies", 0), one("certifiedDeliveries", 0)]
                .join(" "),
            all["currentRoutingOrder"].as_str().unwrap().to_owned(),
            world.status(&id).await,
        )
    };
    let at = |people: &str, order: &str, envelope: &str| {
        (people.to_owned(), order.to_owned(), envelope.to_owned())
    };
    assert_eq!(statuses().await, at("sent created created created", "1", "sent"));
    assert!(control.act(&id, "bob@example.com", Action::Sign, None).is_err());
    control.act(&id, "ann@example.com", Action::View, None).unwrap();
    assert_eq!(statuses().await, at("delivered created created created", "1", "delivered"));
    control.act(&id, "ann@example.com", Action::Sign, None).unwrap();
    assert_eq!(statuses().await, at("completed sent completed created", "2", "sent"));
    control.act(&id, "bob@example.com", Action::Sign, None).unwrap();
    assert_eq!(statuses().await, at("completed completed completed sent", "3", "sent"));
    assert!(control.act(&id, "di@example.com", Action::Sign, None).is_err());
    control.act(&id, "di@example.com", Action::View, None).unwrap();
    assert_eq!(statuses().await, at("completed completed completed completed", "3", "completed"));
    assert!(control.act(&id, "ann@example.com", Action::Sign, None).is_err());
}

#[tokio::test]
async fn a_decline_ends_the_envelope_with_its_reason() {
    let world = World::start().await;
    let id = world.create(definition("sent", json!({"signers": [ann(), bob("1")]}))).await;
    let acted =
        world.control().act(&id, "ANN@example.com", Action::Decline, Some("Clause 4 is wrong.")).unwrap();
    assert_eq!((acted.status.as_str(), acted.recipient_status.as_str()), ("declined", "declined"));
    let read = world.call("GET", &format!("/envelopes/{id}?include=recipients"), None).await.ok(200);
    assert_eq!(read["recipients"]["signers"][0]["declinedReason"], "Clause 4 is wrong.");
    assert!(read["declinedDateTime"].as_str().unwrap().ends_with('Z'));
    assert!(world.control().act(&id, "bob@example.com", Action::Sign, None).is_err());
}

#[tokio::test]
async fn voiding_needs_a_reason_and_an_open_envelope() {
    let world = World::start().await;
    let id = world.create(definition("sent", json!({"signers": [ann()]}))).await;
    let path = format!("/envelopes/{id}");
    let bare = world.call("PUT", &path, Some(json!({"status": "voided"}))).await;
    assert_eq!(bare.refused(), (400, "INVALID_REQUEST_PARAMETER".to_owned()));
    let long = "x".repeat(250);
    world.call("PUT", &path, Some(json!({"status": "voided", "voidedReason": long}))).await.ok(200);
    let read = world.call("GET", &path, None).await.ok(200);
    assert_eq!(read["status"], "voided");
    assert_eq!(read["voidedReason"].as_str().unwrap().len(), 200);
    let again = world.call("PUT", &path, Some(json!({"status": "voided", "voidedReason": "x"}))).await;
    assert_eq!(again.refused(), (400, "ENVELOPE_CANNOT_VOID_INVALID_STATE".to_owned()));
    let draft = world.create(definition("created", json!({}))).await;
    let draft = world
        .call("PUT", &format!("/envelopes/{draft}"), Some(json!({"status": "voided", "voidedReason": "x"})))
        .await;
    assert_eq!(draft.refused().1, "ENVELOPE_CANNOT_VOID_INVALID_STATE");
}

#[tokio::test]
async fn reminders_and_expiry_follow_the_moved_clock() {
    let world = World::start().await;
    let mut definition = definition("sent", json!({"signers": [ann()]}));
    definition["notification"] = json!({
        "useAccountDefaults": "false",
        "reminders": {"reminderEnabled": "true", "reminderDelay": "2", "reminderFrequency": "3"},
        "expirations": {"expireEnabled": "true", "expireAfter": "10", "expireWarn": "1"},
    });
    let id = world.create(definition).await;
    let days = |days: u64| world.control().advance_clock(Duration::from_secs(days * 86_400));
    days(9);
    let snapshot = world.control().envelope(&id).unwrap();
    assert_eq!((snapshot["status"].as_str(), snapshot["reminded"].as_u64()), (Some("sent"), Some(3)));
    days(2);
    let snapshot = world.control().envelope(&id).unwrap();
    assert_eq!(snapshot["status"], "voided");
    assert_eq!(snapshot["voidedReason"], "Envelope has expired.");
    assert_eq!(snapshot["voidedDateTime"], snapshot["expireDateTime"]);
    assert_eq!(snapshot["reminded"], 3);
    assert!(world.control().act(&id, "ann@example.com", Action::Sign, None).is_err());
}

#[tokio::test]
async fn the_account_default_is_120_days_without_reminders() {
    let world = World::start().await;
    let id = world.create(definition("sent", json!({"signers": [ann()]}))).await;
    let read = world.call("GET", &format!("/envelopes/{id}/notification"), None).await.ok(200);
    assert_eq!(read["expirations"]["expireAfter"], "120");
    assert_eq!(read["reminders"]["reminderEnabled"], "false");
    assert_eq!(read["useAccountDefaults"], "true");
    let changed = world
        .call(
            "PUT",
            &format!("/envelopes/{id}/notification"),
            Some(json!({"expirations": {"expireEnabled": "true", "expireAfter": "5"}})),
        )
        .await
        .ok(200);
    assert_eq!(changed["expirations"]["expireAfter"], "5");
    world.control().advance_clock(Duration::from_secs(6 * 86_400));
    assert_eq!(world.control().envelope(&id).unwrap()["status"], "voided");
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_with_its_code() {
    let world = World::start().await;
    let good = || definition("sent", json!({"signers": [ann()]}));
    let file = base64(&pdf(&["x"]));
    type Case = (&'static str, Box<dyn Fn(&mut Value)>, &'static str);
    let cases: Vec<Case> = vec![
        ("no subject", Box::new(|d| d["emailSubject"] = json!("")), "ENVELOPE_IS_INCOMPLETE"),
        (
            "long subject",
            Box::new(|d| d["emailSubject"] = json!("x".repeat(101))),
            "INVALID_REQUEST_PARAMETER",
        ),
        ("no document", Box::new(|d| d["documents"] = json!([])), "ENVELOPE_IS_INCOMPLETE"),
        ("no recipient", Box::new(|d| d["recipients"] = json!({})), "ENVELOPE_IS_INCOMPLETE"),
        (
            "no e-mail",
            Box::new(|d| d["recipients"]["signers"][0]["email"] = json!("ann")),
            "INVALID_EMAIL_ADDRESS_FOR_RECIPIENT",
        ),
        (
            "no name",
            Box::new(|d| d["recipients"]["signers"][0]["name"] = json!("")),
            "ENVELOPE_IS_INCOMPLETE",
        ),
        (
            "no recipient id",
            Box::new(|d| d["recipients"]["signers"][0]["recipientId"] = json!(null)),
            "INVALID_RECIPIENT_ID",
        ),
        ("id twice", Box::new(|d| d["recipients"]["carbonCopies"] = json!([ann()])), "INVALID_RECIPIENT_ID"),
        (
            "no page",
            Box::new(|d| {
                d["recipients"]["signers"][0]["tabs"]["signHereTabs"][0]["pageNumber"] = json!(null)
            }),
            "TAB_PAGE_NUMBER_NOT_SPECIFIED",
        ),
        (
            "page that is not there",
            Box::new(|d| d["recipients"]["signers"][0]["tabs"]["signHereTabs"][0]["pageNumber"] = json!("2")),
            "TAB_OUT_OF_BOUNDS",
        ),
        (
            "outside the page",
            Box::new(|d| {
                d["recipients"]["signers"][0]["tabs"]["signHereTabs"][0]["xPosition"] = json!("700")
            }),
            "TAB_OUT_OF_BOUNDS",
        ),
        (
            "unknown document",
            Box::new(|d| d["recipients"]["signers"][0]["tabs"]["signHereTabs"][0]["documentId"] = json!("9")),
            "DOCUMENT_DOES_NOT_EXIST",
        ),
        (
            "missing anchor",
            Box::new(|d| {
                d["recipients"]["signers"][0]["tabs"] =
                    json!({"signHereTabs": [{"anchorString": "/nowhere/"}]})
            }),
            "ANCHOR_TAG_PROCESSING_FAILURE",
        ),
        (
            "no PDF",
            Box::new(|d| d["documents"][0]["documentBase64"] = json!("aGVsbG8=")),
            "UNABLE_TO_LOAD_DOCUMENT",
        ),
        (
            "no PDF, no extension",
            Box::new(|d| {
                d["documents"][0]["documentBase64"] = json!("aGVsbG8=");
                d["documents"][0]["fileExtension"] = json!(null)
            }),
            "UNABLE_TO_LOAD_DOCUMENT",
        ),
        (
            "document without bytes",
            Box::new(|d| d["documents"][0]["documentBase64"] = json!("")),
            "UNABLE_TO_LOAD_DOCUMENT",
        ),
        ("a template", Box::new(|d| d["templateId"] = json!("x")), "INVALID_REQUEST_PARAMETER"),
        (
            "an unplayed tab",
            Box::new(|d| {
                d["recipients"]["signers"][0]["tabs"] = json!({"notarizeTabs": [{"pageNumber": "1"}]})
            }),
            "INVALID_REQUEST_PARAMETER",
        ),
        (
            "an unplayed recipient",
            Box::new(|d| d["recipients"]["notaries"] = json!([{"recipientId": "9"}])),
            "INVALID_REQUEST_PARAMETER",
        ),
        ("another status", Box::new(|d| d["status"] = json!("completed")), "INVALID_REQUEST_PARAMETER"),
    ];
    world.call("POST", "/envelopes", Some(good())).await.ok(201);
    for (name, change, code) in cases {
        let mut bad = good();
        change(&mut bad);
        let reply = world.call("POST", "/envelopes", Some(bad)).await;
        assert_eq!(reply.refused(), (400, code.to_owned()), "{name}: {}", reply.text());
    }
    let mut word = good();
    word["documents"][0] =
        json!({"documentId": "1", "name": "Letter", "fileExtension": "docx", "documentBase64": "UEsDBA=="});
    word["recipients"]["signers"][0]["tabs"]["signHereTabs"][0]["pageNumber"] = json!("1");
    world.call("POST", "/envelopes", Some(word)).await.ok(201);
    let mut bare = good();
    bare["documents"][0] = json!({"documentId": "1", "name": "x", "documentBase64": file});
    world.call("POST", "/envelopes", Some(bare)).await.ok(201);
    assert_eq!(world.control().envelopes().len(), 3);
}

#[tokio::test]
async fn a_refused_multipart_body_says_why() {
    let world = World::start().await;
    let definition = json!({
        "status": "created", "emailSubject": "x",
        "documents": [{"documentId": "1", "name": "x", "fileExtension": "pdf"}],
    });
    let file = pdf(&["x"]);
    let headers = [("content-type", "multipart/form-data; boundary=B")];
    let post = |body: Vec<u8>| {
        let world = &world;
        async move { world.raw("POST", "/envelopes", &headers, &body).await.unwrap() }
    };
    assert_eq!(post(multipart(&definition, &[("1", &file)])).await.status, 201);
    assert_eq!(post(multipart(&definition, &[("2", &file)])).await.refused().1, "INVALID_REQUEST_PARAMETER");
    assert_eq!(post(multipart(&definition, &[])).await.refused().1, "UNABLE_TO_LOAD_DOCUMENT");
    assert_eq!(post(b"--B\r\nnothing".to_vec()).await.refused().1, "INVALID_MULTI_PART_REQUEST");
    let other = world.raw("POST", "/envelopes", &[("content-type", "text/plain")], b"x").await.unwrap();
    assert_eq!(other.refused(), (415, "INVALID_CONTENT_TYPE".to_owned()));
}

#[tokio::test]
async fn the_list_filters_and_pages() {
    let world = World::start().await;
    let mut ids = Vec::new();
    for at in 0..5 {
        let mut definition =
            definition(if at == 0 { "created" } else { "sent" }, json!({"signers": [ann()]}));
        definition["emailSubject"] = json!(format!("Case {at}"));
        definition["customFields"] =
            json!({"textCustomFields": [{"name": "case", "value": at.to_string(), "show": "false"}]});
        ids.push(world.create(definition).await);
    }
    let bare = world.call("GET", "/envelopes", None).await;
    assert_eq!(bare.refused(), (400, "INVALID_REQUEST_PARAMETER".to_owned()));
    let ask = async |query: &str| world.call("GET", &format!("/envelopes?{query}"), None).await.ok(200);
    let all = ask("from_date=2020-01-01T00:00:00Z&order=asc&order_by=created").await;
    assert_eq!((all["totalSetSize"].as_str(), all["nextUri"].as_str()), (Some("5"), Some("")));
    let page = ask("from_date=2020-01-01&count=2&order=asc&order_by=created").await;
    assert_eq!(page["resultSetSize"], "2");
    assert_eq!(page["endPosition"], "1");
    assert_eq!(page["envelopes"][0]["envelopeId"], ids[0]);
    let next = page["nextUri"].as_str().unwrap();
    let page = world.call("GET", next, None).await.ok(200);
    assert_eq!(
        (page["startPosition"].as_str(), page["envelopes"][0]["envelopeId"].as_str()),
        (Some("2"), Some(ids[2].as_str()))
    );
    let last = world.call("GET", page["nextUri"].as_str().unwrap(), None).await.ok(200);
    assert_eq!((last["resultSetSize"].as_str(), last["nextUri"].as_str()), (Some("1"), Some("")));
    assert_eq!(ask("from_date=2020-01-01&status=created").await["totalSetSize"], "1");
    assert_eq!(ask("from_date=2020-01-01&status=sent,delivered").await["totalSetSize"], "4");
    assert_eq!(ask("from_date=2020-01-01&custom_field=case=3").await["envelopes"][0]["envelopeId"], ids[3]);
    assert_eq!(ask("from_date=2020-01-01&search_text=case%202").await["totalSetSize"], "1");
    assert_eq!(ask("from_date=2020-01-01&to_date=2021-01-01").await["envelopes"], json!([]));
    let one =
        world.call("GET", &format!("/envelopes?envelope_ids={}", ids[1].to_uppercase()), None).await.ok(200);
    assert_eq!(one["envelopes"][0]["envelopeId"], ids[1]);
    let empty = world.call("GET", "/envelopes?from_date=yesterday", None).await;
    assert_eq!(empty.refused().1, "INVALID_REQUEST_PARAMETER");
    let many = world
        .call(
            "PUT",
            "/envelopes/status?envelope_ids=request_body",
            Some(json!({"envelopeIds": [ids[0], ids[4]]})),
        )
        .await
        .ok(200);
    assert_eq!(many["envelopes"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_transaction_id_finds_for_seven_days_and_does_not_deduplicate() {
    let world = World::start().await;
    let mut definition = definition("created", json!({}));
    definition["transactionId"] = json!("7f1d2b1e-0000-4000-8000-000000000001");
    let first = world.create(definition.clone()).await;
    let second = world.create(definition).await;
    assert_ne!(first, second);
    let ask = || async {
        world
            .call(
                "PUT",
                "/envelopes/status?transaction_ids=request_body",
                Some(json!({"transactionIds": ["7F1D2B1E-0000-4000-8000-000000000001", "unknown"]})),
            )
            .await
            .ok(200)["envelopeTransactionStatuses"]
            .clone()
    };
    let found = ask().await;
    assert_eq!(found[0]["envelopeId"], first);
    assert_eq!(found[0]["status"], "created");
    assert!(found[1]["errorDetails"]["errorCode"].is_string());
    world.control().set_limits(10_000, 10_000);
    world.control().advance_clock(Duration::from_secs(8 * 86_400));
    let token =
        super::client::token(world.ready(), &super::client::assertion(world.ready(), |_| {})).await.ok(200);
    let late = World { token: token["access_token"].as_str().unwrap().to_owned(), ..world };
    let found = late
        .call(
            "PUT",
            "/envelopes/status?transaction_ids=request_body",
            Some(json!({"transactionIds": ["7f1d2b1e-0000-4000-8000-000000000001"]})),
        )
        .await
        .ok(200);
    assert!(found["envelopeTransactionStatuses"][0]["errorDetails"]["errorCode"].is_string());
}

#[tokio::test]
async fn the_recycle_bin_discards_a_draft_and_voids_what_is_under_way() {
    let world = World::start().await;
    let draft = world.create(definition("created", json!({"signers": [ann()]}))).await;
    let sent = world.create(definition("sent", json!({"signers": [ann()]}))).await;
    let body = json!({"envelopeIds": [draft, sent]});
    let wrong = world.call("PUT", "/folders/elsewhere", Some(body.clone())).await.ok(200);
    assert_eq!(wrong["folders"][0]["errorDetails"]["errorCode"], "INVALID_FOLDER_ID");
    world.call("PUT", "/folders/recyclebin", Some(body)).await.ok(200);
    assert_eq!(world.status(&sent).await, "voided");
    let list = world.call("GET", "/envelopes?from_date=2020-01-01", None).await.ok(200);
    assert_eq!(list["totalSetSize"], "0");
    let send = world.call("PUT", &format!("/envelopes/{draft}"), Some(json!({"status": "sent"}))).await;
    assert_eq!(send.refused().1, "ENVELOPE_INVALID_STATUS");
}

#[tokio::test]
async fn resending_mails_those_whose_turn_it_is() {
    let world = World::start().await;
    let id = world.create(definition("sent", json!({"signers": [ann(), bob("2")]}))).await;
    let path = format!("/envelopes/{id}");
    world.call("PUT", &format!("{path}?resend_envelope=true"), Some(json!({}))).await.ok(200);
    let mails = world.control().envelope(&id).unwrap()["mails"].clone();
    let seen: Vec<_> = mails
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (m["kind"].as_str().unwrap(), m["to"].as_str().unwrap()))
        .collect();
    assert_eq!(seen, [("invitation", "ann@example.com"), ("resent", "ann@example.com")]);
    let draft = world.create(definition("created", json!({}))).await;
    let reply = world.call("PUT", &format!("/envelopes/{draft}?resend_envelope=true"), Some(json!({}))).await;
    assert_eq!(reply.refused().1, "ENVELOPE_INVALID_STATUS");
}
