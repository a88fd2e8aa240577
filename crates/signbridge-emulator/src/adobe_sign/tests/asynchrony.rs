//! Creation, processing, states, entity tags, the lagging list.

use bytes::Bytes;
use serde_json::{Value, json};

use super::world::{World, refusal};

const ANN: &[(&str, i64, &str)] = &[("SIGNER", 1, "ann@example.com")];

#[test]
fn an_agreement_is_not_ready_when_it_is_created() {
    let world = World::new();
    let id = world.create(world.definition("IN_PROCESS", "A contract", ANN));
    assert_eq!(world.status(&id), "DOCUMENTS_NOT_YET_PROCESSED");
    let get = |tail: &str| world.call("GET", &format!("/agreements/{id}/{tail}"), None);
    refusal(&get("signingUrls"), 404, "AGREEMENT_NOT_EXPOSED");
    refusal(&get("documents"), 404, "DOCUMENT_NOT_AVAILABLE");
    refusal(&get("combinedDocument"), 404, "AGREEMENT_NOT_AVAILABLE");
    world.pass(1);
    assert_eq!(world.status(&id), "OUT_FOR_SIGNATURE");
    let urls = get("signingUrls").json(200);
    assert_eq!(urls["signingUrlSetInfos"][0]["signingUrlSetName"], "ann");
    assert_eq!(urls["signingUrlSetInfos"][0]["signingUrls"][0]["email"], "ann@example.com");
    assert_eq!(world.events(&id), ["CREATED", "ACTION_REQUESTED"]);
}

#[test]
fn links_may_be_refused_although_the_status_is_out() {
    let world = World::new();
    world.control("POST", "timing", json!({ "exposure_ms": 60_000 }));
    let id = world.create(world.definition("IN_PROCESS", "A contract", ANN));
    world.pass(1);
    assert_eq!(world.status(&id), "OUT_FOR_SIGNATURE");
    let path = format!("/agreements/{id}/signingUrls");
    refusal(&world.call("GET", &path, None), 404, "AGREEMENT_NOT_EXPOSED");
    world.pass(60);
    world.get(&path);
}

/// Rows: 1 From Processing, 11 DocumentRejected
#[test]
fn a_broken_file_cancels_the_agreement_after_201() {
    let world = World::new();
    let mut definition = world.definition("IN_PROCESS", "A contract", ANN);
    let upload = world.upload("a.pdf", "application/pdf", b"%PDF-1.7 but nothing else").json(201);
    definition["fileInfos"] = json!([{ "transientDocumentId": upload["transientDocumentId"] }]);
    let id = world.create(definition);
    world.pass(1);
    assert_eq!(world.status(&id), "CANCELLED");
    assert_eq!(world.events(&id), ["CREATED", "AUTO_CANCELLED_CONVERSION_PROBLEM"]);
}

/// Rows: 1 From Draft, 9 send draft
#[test]
fn a_draft_is_sent_by_its_state_and_only_with_the_current_tag() {
    let world = World::new();
    let id = world.create(world.definition("DRAFT", "A contract", ANN));
    assert_eq!(world.status(&id), "DRAFT");
    let path = format!("/agreements/{id}");
    refusal(&world.call("GET", &format!("{path}/members"), None), 403, "AGREEMENT_IN_DRAFT_STATE");
    let state = format!("{path}/state");
    let body = || Some(json!({ "state": "IN_PROCESS" }));
    refusal(&world.call("PUT", &state, body()), 400, "MISSING_IF_MATCH_HEADER");
    let tag = world.call("GET", &path, None).header("etag").to_owned();
    assert!(!tag.contains('"') && tag.contains('.'), "{tag}");
    let stale = world.with("PUT", &state, &[("if-match", "00.00")], body());
    refusal(&stale, 412, "RESOURCE_MODIFIED");
    let sent = world.with("PUT", &state, &[("if-match", &tag)], body());
    assert_eq!(sent.status(), 204);
    assert_eq!(world.status(&id), "DOCUMENTS_NOT_YET_PROCESSED");
    let again = world.with("PUT", &state, &[("if-match", &tag)], body());
    refusal(&again, 412, "RESOURCE_MODIFIED");
    world.pass(1);
    assert_eq!(world.status(&id), "OUT_FOR_SIGNATURE");
    refusal(&world.put(&state, &path, json!({ "state": "AUTHORING" })), 403, "OPERATION_NOT_ALLOWED");
}

/// Rows: 15 20
#[test]
fn cancelling_notifies_others_only_when_asked_and_works_once() {
    let world = World::new();
    for notify in [None, Some(false), Some(true)] {
        let id = world.sent(ANN);
        let path = format!("/agreements/{id}");
        let mut info = json!({ "comment": "wrong price" });
        if let Some(notify) = notify {
            info["notifyOthers"] = notify.into();
        }
        let body = json!({ "state": "CANCELLED", "agreementCancellationInfo": info });
        let state = format!("{path}/state");
        assert_eq!(world.put(&state, &path, body.clone()).status(), 204);
        assert_eq!(world.status(&id), "CANCELLED");
        assert_eq!(world.mails(&id, "cancelled").len(), usize::from(notify == Some(true)));
        let events = world.get(&format!("{path}/events"));
        let last = events["events"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            (last["type"].as_str(), last["comment"].as_str()),
            (Some("RECALLED"), Some("wrong price"))
        );
        refusal(&world.put(&state, &path, body), 409, "AGREEMENT_ALREADY_CANCELLED");
        refusal(&world.call("GET", &format!("{path}/signingUrls"), None), 404, "AGREEMENT_NOT_SIGNABLE");
    }
}

/// Rows: 15 6, 9 expiry at creation
#[test]
fn time_ends_an_agreement() {
    let mut world = World::new();
    // It outlives every access token.
    world.token.clone_from(&world.ready.integration_key);
    let mut definition = world.definition("IN_PROCESS", "A contract", ANN);
    let end = world.hub.clock.now() + chrono::TimeDelta::days(2);
    definition["expirationTime"] = end.format("%Y-%m-%dT%H:%M:%SZ").to_string().into();
    let id = world.create(definition);
    world.pass(86_400);
    assert_eq!(world.status(&id), "OUT_FOR_SIGNATURE");
    world.pass(86_400);
    assert_eq!(world.status(&id), "EXPIRED");
    assert_eq!(world.events(&id).last().unwrap(), "EXPIRED_AUTOMATICALLY");
    // Without a time it is 365 days.
    let id = world.sent(ANN);
    world.pass(364 * 86_400 - 60);
    let left = |id: &str| world.hub.world().adobe_sign.agreement(id).unwrap().status_word();
    assert_eq!(left(&id), "OUT_FOR_SIGNATURE");
    world.pass(86_460);
    assert_eq!(left(&id), "EXPIRED");
}

#[test]
fn the_list_lags_and_leaves_out_what_is_empty() {
    let world = World::new();
    assert_eq!(world.get("/agreements"), json!({ "page": {} }));
    let mut definition = world.definition("DRAFT", "A contract", ANN);
    definition["externalId"] = json!({ "id": "order-42" });
    let id = world.create(definition.clone());
    assert_eq!(world.get("/agreements?externalId=order-42"), json!({ "page": {} }));
    world.pass(2);
    let found = world.get("/agreements?externalId=order-42");
    assert_eq!(found["userAgreementList"][0]["id"], id);
    assert_eq!(found["page"], json!({}));
    // Exact and case-sensitive, and not unique.
    assert_eq!(world.get("/agreements?externalId=Order-42"), json!({ "page": {} }));
    definition["fileInfos"] = json!([{ "transientDocumentId": world.file("x") }]);
    world.create(definition);
    world.pass(2);
    let page = world.get("/agreements?externalId=order-42&pageSize=1");
    assert_eq!(page["userAgreementList"].as_array().unwrap().len(), 1);
    let cursor = page["page"]["nextCursor"].as_str().unwrap();
    let page = world.get(&format!("/agreements?externalId=order-42&pageSize=1&cursor={cursor}"));
    assert_eq!((&page["userAgreementList"][0]["id"], &page["page"]), (&Value::from(id), &json!({})));
    refusal(&world.call("GET", "/agreements?pageSize=501", None), 400, "INVALID_PAGE_SIZE");
    refusal(&world.call("GET", "/agreements?cursor=x", None), 400, "INVALID_CURSOR");
}

#[test]
fn hidden_rows_are_shown_on_demand_and_booleans_may_be_capitalised() {
    let world = World::new();
    let id = world.sent(ANN);
    let path = format!("/agreements/{id}/me/visibility");
    assert_eq!(world.call("PUT", &path, Some(json!({ "visibility": "HIDE" }))).status(), 204);
    assert_eq!(world.get("/agreements"), json!({ "page": {} }));
    assert_eq!(world.get("/agreements?showHiddenAgreements=True")["userAgreementList"][0]["hidden"], true);
}

#[test]
fn the_list_tells_the_status_from_the_callers_side_and_search_filters() {
    let world = World::new();
    let id = world.sent(&[("SIGNER", 1, "sender@example.com")]);
    let other = world.sent(&[("APPROVER", 1, "ann@example.com")]);
    let rows = world.get("/agreements");
    let of = |id: &str| {
        let rows = rows["userAgreementList"].as_array().unwrap();
        rows.iter().find(|row| row["id"] == id).unwrap()["status"].clone()
    };
    assert_eq!((of(&id), of(&other)), ("WAITING_FOR_MY_SIGNATURE".into(), "OUT_FOR_APPROVAL".into()));
    let body = json!({
        "scope": ["AGREEMENT_ASSETS"],
        "agreementAssetsCriteria": { "type": ["AGREEMENT"], "status": ["OUT_FOR_APPROVAL"], "pageSize": 5 },
    });
    let results = world.call("POST", "/search", Some(body)).json(200)["agreementAssetsResults"].clone();
    assert_eq!((&results["totalHits"], &results["searchPageInfo"]["nextIndex"]), (&json!(1), &Value::Null));
    assert_eq!(results["agreementAssetsResultList"][0]["id"], other);
}

#[test]
fn bodies_are_checked() {
    let world = World::new();
    let good = world.definition("IN_PROCESS", "A contract", ANN);
    let changed = |path: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(path).unwrap() = value;
        world.call("POST", "/agreements", Some(body))
    };
    let member =
        json!({ "email": "ann@example.com", "securityOption": { "authenticationMethod": "PASSWORD" } });
    for (path, value, code, status) in [
        ("/name", json!(""), "MISSING_REQUIRED_PARAM", 400),
        ("/state", json!("SENT"), "INVALID_AGREEMENT_STATUS", 400),
        ("/fileInfos", json!([]), "INVALID_FILE_INFO", 400),
        (
            "/fileInfos/0",
            json!({ "transientDocumentId": "a", "libraryDocumentId": "" }),
            "INVALID_FILE_INFO",
            400,
        ),
        ("/fileInfos/0/transientDocumentId", json!("nothing"), "INVALID_TRANSIENTDOCUMENT_ID", 404),
        ("/participantSetsInfo/0/order", json!(2), "INVALID_ORDER", 400),
        ("/participantSetsInfo/0/order", json!(0), "INVALID_ORDER", 400),
        ("/participantSetsInfo/0/role", json!("SIGNATORY"), "INVALID_PARTICIPANT_ROLE", 400),
        ("/participantSetsInfo/0/memberInfos/0/email", json!("ann"), "INVALID_EMAIL", 400),
        ("/participantSetsInfo/0/memberInfos/0", member, "INVALID_RECIPIENT_AUTH_METHOD", 400),
    ] {
        assert_eq!(changed(path, value.clone()).refused(), (status, code.to_owned()), "{path} {value}");
    }
    let mut body = good.clone();
    body["expirationTime"] = json!("2020-01-01T00:00:00Z");
    refusal(&world.call("POST", "/agreements", Some(body)), 400, "PAST_EXPIRY_TIME");
    let bearer = format!("Bearer {}", world.token);
    let broken =
        world.raw("POST", "/api/rest/v6/agreements", &[("authorization", &bearer)], Bytes::from_static(b"{"));
    refusal(&broken, 400, "INVALID_JSON");
    // What is not played is refused, not half done.
    for (key, value) in [
        ("securityOption", json!({ "openPassword": "pw" })),
        ("documentVisibilityEnabled", json!(true)),
        ("workflowId", json!("w")),
    ] {
        let mut body = good.clone();
        body[key] = value;
        refusal(&world.call("POST", "/agreements", Some(body)), 400, "INVALID_ARGUMENTS");
    }
    // Two sets may share a place in the order.
    let both = [("SIGNER", 1, "ann@example.com"), ("APPROVER", 1, "bo@example.com")];
    world.create(world.definition("IN_PROCESS", "x", &both));
}

#[test]
fn uploads_are_checked_and_live_seven_days() {
    let world = World::new();
    refusal(&world.upload("a.zip", "application/zip", b"PK"), 415, "UNSUPPORTED_MEDIA_TYPE");
    refusal(&world.upload("a.pdf", "application/pdf", b""), 400, "NO_FILE_CONTENT");
    refusal(&world.upload("", "application/pdf", b"%PDF"), 400, "NO_FILE_NAME");
    let large = vec![b'x'; 10 * 1024 * 1024 + 1];
    refusal(&world.upload("a.txt", "text/plain", &large), 403, "LARGE_FILE_SIZE");
    let definition = world.definition("DRAFT", "A contract", ANN);
    world.pass(7 * 86_400);
    world.control("DELETE", "tokens", json!({}));
    let bearer = format!("Bearer {}", world.ready.integration_key);
    let late = world.raw(
        "POST",
        "/api/rest/v6/agreements",
        &[("authorization", &bearer)],
        Bytes::from(definition.to_string()),
    );
    refusal(&late, 404, "INVALID_TRANSIENTDOCUMENT_ID");
}
