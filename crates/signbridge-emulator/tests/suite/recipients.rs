//! Recipients and tabs after creation: section 4.7 of the fact sheet.

use serde_json::{Value, json};
use signbridge_emulator::Action;

use super::client::{World, ann, base64, definition, pdf};

fn bob() -> Value {
    json!({"recipientId": "2", "routingOrder": "2", "name": "Bob Ray", "email": "bob@example.com"})
}

#[tokio::test]
async fn every_group_is_a_list() {
    let world = World::start().await;
    let id = world.create(definition("sent", json!({"signers": [ann()]}))).await;
    let all = world.call("GET", &format!("/envelopes/{id}/recipients"), None).await.ok(200);
    for group in [
        "signers",
        "agents",
        "editors",
        "intermediaries",
        "carbonCopies",
        "certifiedDeliveries",
        "inPersonSigners",
        "seals",
        "witnesses",
        "notaries",
        "notaryWitnesses",
        "participants",
    ] {
        assert!(all[group].is_array(), "{group}");
    }
    assert_eq!((all["recipientCount"].as_str(), all["currentRoutingOrder"].as_str()), (Some("1"), Some("1")));
    assert!(all["signers"][0].get("tabs").is_none());
    let with =
        world.call("GET", &format!("/envelopes/{id}/recipients?include_tabs=true"), None).await.ok(200);
    assert_eq!(with["signers"][0]["tabs"]["signHereTabs"][0]["tabType"], "signhere");
}

#[tokio::test]
async fn corrections_keep_their_rules() {
    let world = World::start().await;
    let id = world.create(definition("sent", json!({"signers": [ann(), bob()]}))).await;
    let path = format!("/envelopes/{id}/recipients");
    let put = |body: Value| {
        let (world, path) = (&world, path.clone());
        async move { world.call("PUT", &path, Some(body)).await }
    };
    let mails = || world.control().envelope(&id).unwrap()["mailCount"].as_u64().unwrap();
    assert_eq!(mails(), 1);

    let done = put(json!({"signers": [{"recipientId": "1", "name": "Anna Lee"}]})).await.ok(200);
    assert_eq!(done["recipientUpdateResults"][0]["recipientId"], "1");
    assert!(done["recipientUpdateResults"][0].get("errorDetails").is_none());
    assert_eq!(mails(), 1, "a name alone mails nobody");

    put(json!({"signers": [{"recipientId": "1", "email": "ann@example.com"}]})).await.ok(200);
    assert_eq!(mails(), 2, "an e-mail, even unchanged, mails a correction");

    let unknown = put(json!({"signers": [{"recipientId": "9", "name": "x"}]})).await.ok(200);
    assert_eq!(unknown["recipientUpdateResults"][0]["errorDetails"]["errorCode"], "INVALID_RECIPIENT_ID");

    world.control().act(&id, "ann@example.com", Action::Sign, None).unwrap();
    let late = put(json!({"signers": [{"recipientId": "1", "name": "x"}]})).await.ok(200);
    assert_eq!(late["recipientUpdateResults"][0]["errorDetails"]["errorCode"], "RECIPIENT_UPDATE_FAILED");

    let tabs = json!({"signers": [{"recipientId": "2", "name": "Bob R", "tabs": {"signHereTabs": [{"documentId": "1", "pageNumber": "1"}]}}]});
    put(tabs).await.ok(200);
    let read = world.call("GET", &format!("{path}?include_tabs=true"), None).await.ok(200);
    assert_eq!(read["signers"][1]["name"], "Bob R");
    assert_eq!(read["signers"][1]["totalTabCount"], "0", "tabs in a correction are ignored");

    let again = world
        .call(
            "PUT",
            &format!("{path}?resend_envelope=true"),
            Some(json!({"signers": [{"recipientId": "2"}]})),
        )
        .await;
    again.ok(200);
    let last = world.control().envelope(&id).unwrap()["mails"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((last["kind"].as_str(), last["to"].as_str()), (Some("resent"), Some("bob@example.com")));

    world.control().act(&id, "bob@example.com", Action::Sign, None).unwrap();
    let closed = put(json!({"signers": [{"recipientId": "2", "name": "x"}]})).await;
    assert_eq!(closed.refused(), (400, "ENVELOPE_INVALID_STATUS".to_owned()));
}

#[tokio::test]
async fn recipients_are_added_and_removed() {
    let world = World::start().await;
    let draft = world.create(definition("created", json!({"signers": [ann()]}))).await;
    world
        .call("PUT", &format!("/envelopes/{draft}/recipients"), Some(json!({"signers": [bob()]})))
        .await
        .ok(200);
    assert_eq!(world.control().envelope(&draft).unwrap()["recipients"]["recipientCount"], "2");

    let id = world.create(definition("sent", json!({"signers": [ann()]}))).await;
    let path = format!("/envelopes/{id}/recipients");
    let copy = json!({"carbonCopies": [{"recipientId": "2", "routingOrder": "1", "name": "Cy", "email": "cy@example.com"}]});
    let added = world.call("POST", &path, Some(copy.clone())).await.ok(201);
    assert_eq!(added["carbonCopies"][0]["status"], "completed");
    assert_eq!(added["signers"], json!([]));
    assert_eq!(world.call("POST", &path, Some(copy)).await.refused().1, "INVALID_RECIPIENT_ID");
    let wrong = json!({"signers": [{"recipientId": "7", "name": "x", "email": "no address"}]});
    assert_eq!(
        world.call("POST", &path, Some(wrong)).await.refused().1,
        "INVALID_EMAIL_ADDRESS_FOR_RECIPIENT"
    );

    let signer = json!({"signers": [{"recipientId": "3", "routingOrder": "2", "name": "Di", "email": "di@example.com"}]});
    assert_eq!(world.call("POST", &path, Some(signer)).await.ok(201)["signers"][0]["status"], "created");
    let gone = world.call("DELETE", &format!("{path}/3"), Some(json!({}))).await.ok(200);
    assert_eq!(gone["signers"][0]["status"], "deleted");
    assert_eq!(world.call("DELETE", &format!("{path}/3"), None).await.refused().1, "INVALID_RECIPIENT_ID");
    let body = json!({"signers": [{"recipientId": "1"}]});
    world.call("DELETE", &path, Some(body)).await.ok(200);
    assert_eq!(world.status(&id).await, "completed", "nobody is left to act");
}

#[tokio::test]
async fn tabs_are_added_changed_and_removed_by_id() {
    let world = World::start().await;
    let id = world.create(definition("created", json!({"signers": [ann()]}))).await;
    let path = format!("/envelopes/{id}/recipients/1/tabs");
    let text = json!({"textTabs": [{"documentId": "1", "pageNumber": "1", "xPosition": "50", "yPosition": "60", "tabLabel": "city", "required": "true"}]});
    let added = world.call("POST", &path, Some(text)).await.ok(201);
    let tab = added["textTabs"][0]["tabId"].as_str().unwrap().to_owned();
    assert_eq!(added["textTabs"][0]["tabType"], "text");
    let changed =
        world.call("PUT", &path, Some(json!({"textTabs": [{"tabId": tab, "value": "Ulm"}]}))).await.ok(200);
    assert_eq!(changed["textTabs"][0]["value"], "Ulm");
    let wrong =
        world.call("PUT", &path, Some(json!({"textTabs": [{"tabId": "nope", "value": "x"}]}))).await.ok(200);
    assert_eq!(wrong["textTabs"][0]["errorDetails"]["errorCode"], "INVALID_TABID");
    let read = world.call("GET", &path, None).await.ok(200);
    assert_eq!(
        (read["textTabs"].as_array().unwrap().len(), read["signHereTabs"].as_array().unwrap().len()),
        (1, 1)
    );
    world.call("DELETE", &path, Some(json!({"textTabs": [{"tabId": tab}]}))).await.ok(200);
    assert!(world.call("GET", &path, None).await.ok(200).get("textTabs").is_none());
    let other = world.call("GET", &format!("/envelopes/{id}/recipients/9/tabs"), None).await;
    assert_eq!(other.refused().1, "INVALID_RECIPIENT_ID");
}

#[tokio::test]
async fn an_anchor_becomes_a_tab_at_every_hit() {
    let world = World::start().await;
    let mut definition = definition(
        "sent",
        json!({"signers": [{
            "recipientId": "1", "name": "Ann Lee", "email": "ann@example.com",
            "tabs": {"signHereTabs": [{"anchorString": "/SIG1/", "anchorUnits": "inches", "anchorXOffset": "1", "anchorYOffset": "-0.5"}]},
        }]}),
    );
    definition["documents"] = json!([
        {"documentId": "1", "name": "A", "fileExtension": "pdf", "documentBase64": base64(&pdf(&["/sig1/", "nothing", "/sig1/"]))},
        {"documentId": "2", "name": "B", "fileExtension": "pdf", "documentBase64": base64(&pdf(&["/sig1/"]))},
    ]);
    let id = world.create(definition.clone()).await;
    let read = world.call("GET", &format!("/envelopes/{id}/recipients/1/tabs"), None).await.ok(200);
    let seen: Vec<_> = read["signHereTabs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tab| {
            let text = |key: &str| tab[key].as_str().unwrap().to_owned();
            (text("documentId"), text("pageNumber"), text("xPosition"), text("yPosition"))
        })
        .collect();
    // The text stands at (72, 692) from below, which is 100 from above; one inch right, half an inch up.
    let at = |document: &str, page: &str| {
        (document.to_owned(), page.to_owned(), "144".to_owned(), "64".to_owned())
    };
    assert_eq!(seen, [at("1", "1"), at("1", "3"), at("2", "1")]);

    definition["recipients"]["signers"][0]["tabs"]["signHereTabs"][0]["anchorCaseSensitive"] = json!("true");
    let reply = world.call("POST", "/envelopes", Some(definition.clone())).await;
    assert_eq!(reply.refused().1, "ANCHOR_TAG_PROCESSING_FAILURE");
    definition["recipients"]["signers"][0]["tabs"]["signHereTabs"][0]["anchorIgnoreIfNotPresent"] =
        json!("true");
    world.call("POST", "/envelopes", Some(definition)).await.ok(201);
}

#[tokio::test]
async fn custom_fields_are_kept_and_changed() {
    let world = World::start().await;
    let mut definition = definition("created", json!({}));
    definition["customFields"] =
        json!({"textCustomFields": [{"name": "case_id", "value": "42", "show": "false"}]});
    let id = world.create(definition).await;
    let path = format!("/envelopes/{id}/custom_fields");
    let read = world.call("GET", &path, None).await.ok(200);
    assert_eq!(read["textCustomFields"][0]["value"], "42");
    assert_eq!(read["listCustomFields"], json!([]));
    let added = world
        .call("POST", &path, Some(json!({"textCustomFields": [{"name": "b", "value": "1"}]})))
        .await
        .ok(201);
    let field = added["textCustomFields"][0]["fieldId"].clone();
    assert_ne!(field, read["textCustomFields"][0]["fieldId"]);
    world
        .call(
            "PUT",
            &path,
            Some(json!({"textCustomFields": [{"fieldId": field, "name": "b", "value": "2"}]})),
        )
        .await
        .ok(200);
    let unknown = world
        .call("PUT", &path, Some(json!({"textCustomFields": [{"fieldId": "9", "name": "b", "value": "2"}]})))
        .await;
    assert_eq!(unknown.refused().1, "INVALID_REQUEST_PARAMETER");
    world
        .call(
            "DELETE",
            &path,
            Some(json!({"textCustomFields": [{"fieldId": read["textCustomFields"][0]["fieldId"]}]})),
        )
        .await
        .ok(200);
    let read = world.call("GET", &path, None).await.ok(200);
    assert_eq!(
        (read["textCustomFields"].as_array().unwrap().len(), read["textCustomFields"][0]["value"].as_str()),
        (1, Some("2"))
    );
    let long = json!({"textCustomFields": [{"name": "b", "value": "x".repeat(101)}]});
    assert_eq!(world.call("POST", &path, Some(long)).await.refused().1, "INVALID_REQUEST_PARAMETER");
}
