//! Turns, roles, declining, replacing, reminders, downloads.

use bytes::Bytes;
use serde_json::{Value, json};

use super::world::{World, refusal};
use crate::dialect::{Dialect, Failure};
use crate::pdf;

fn set_statuses(world: &World, id: &str) -> Vec<String> {
    let members = world.get(&format!("/agreements/{id}/members"));
    let sets = members["participantSets"].as_array().unwrap();
    sets.iter().map(|set| set["status"].as_str().unwrap().to_owned()).collect()
}

/// Rows: 3 parallel inside a sequence, 3 order base, 2 Waiting, 2 Active
#[test]
fn each_order_waits_for_the_one_before() {
    let world = World::new();
    let id = world.sent(&[
        ("APPROVER", 1, "ann@example.com"),
        ("SIGNER", 2, "bo@example.com"),
        ("SIGNER", 2, "cy@example.com"),
    ]);
    assert_eq!(world.status(&id), "OUT_FOR_APPROVAL");
    assert_eq!(set_statuses(&world, &id), ["WAITING_FOR_MY_APPROVAL", "NOT_YET_VISIBLE", "NOT_YET_VISIBLE"]);
    assert!(matches!(world.sign(&id, "bo@example.com", &[]), Err(Failure::NotYet(_))));
    world.sign(&id, "ann@example.com", &[]).unwrap();
    assert_eq!(world.status(&id), "OUT_FOR_SIGNATURE");
    let urls = world.get(&format!("/agreements/{id}/signingUrls"));
    assert_eq!(urls["signingUrlSetInfos"].as_array().unwrap().len(), 2);
    assert!(matches!(world.sign(&id, "ann@example.com", &[]), Err(Failure::Refused(_))));
    world.sign(&id, "cy@example.com", &[]).unwrap();
    assert_eq!(world.status(&id), "OUT_FOR_SIGNATURE");
    world.sign(&id, "bo@example.com", &[]).unwrap();
    assert_eq!(world.status(&id), "SIGNED");
    assert_eq!(set_statuses(&world, &id), ["COMPLETED"; 3]);
    assert_eq!(world.events(&id).iter().filter(|kind| *kind == "ACTION_COMPLETED").count(), 3);
}

/// Rows: 3 Signer, 3 Approver, 3 Acceptor, 3 FormFiller, 3 CertifiedRecipient
#[test]
fn every_role_has_its_words() {
    let world = World::new();
    for (role, out, waiting, done) in [
        ("SIGNER", "OUT_FOR_SIGNATURE", "WAITING_FOR_MY_SIGNATURE", "SIGNED"),
        ("APPROVER", "OUT_FOR_APPROVAL", "WAITING_FOR_MY_APPROVAL", "APPROVED"),
        ("ACCEPTOR", "OUT_FOR_ACCEPTANCE", "WAITING_FOR_MY_ACCEPTANCE", "ACCEPTED"),
        ("CERTIFIED_RECIPIENT", "OUT_FOR_DELIVERY", "WAITING_FOR_MY_ACKNOWLEDGEMENT", "DELIVERED"),
        ("FORM_FILLER", "OUT_FOR_FORM_FILLING", "WAITING_FOR_MY_FORM_FILLING", "FORM_FILLED"),
    ] {
        let id = world.sent(&[(role, 1, "ann@example.com")]);
        assert_eq!(world.status(&id), out);
        assert_eq!(set_statuses(&world, &id), [waiting]);
        world.sign(&id, "ann@example.com", &[]).unwrap();
        assert_eq!(world.status(&id), done);
    }
}

/// Rows: 3 any-of group
#[test]
fn one_member_acts_for_his_set() {
    let world = World::new();
    let mut definition = world.definition("IN_PROCESS", "A contract", &[("SIGNER", 1, "ann@example.com")]);
    definition["participantSetsInfo"][0]["memberInfos"] =
        json!([{ "email": "ann@example.com" }, { "email": "bo@example.com" }]);
    let id = world.create(definition);
    world.pass(2);
    let urls = world.get(&format!("/agreements/{id}/signingUrls"));
    assert_eq!(urls["signingUrlSetInfos"][0]["signingUrls"].as_array().unwrap().len(), 2);
    world.sign(&id, "bo@example.com", &[]).unwrap();
    assert_eq!(world.status(&id), "SIGNED");
}

/// Rows: 15 1
#[test]
fn a_decline_is_told_from_a_cancel_by_its_event_only() {
    let world = World::new();
    let id = world.sent(&[("SIGNER", 1, "ann@example.com")]);
    world.decline(&id, "ann@example.com", "too dear").unwrap();
    assert_eq!(world.status(&id), "CANCELLED");
    assert_eq!(set_statuses(&world, &id), ["CANCELLED"]);
    let events = world.get(&format!("/agreements/{id}/events"));
    let last = events["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["type"], "REJECTED");
    assert_eq!(last["comment"], "too dear");
    assert_eq!(last["participantEmail"], "ann@example.com");
    assert!(matches!(world.sign(&id, "ann@example.com", &[]), Err(Failure::Refused(_))));
}

/// Rows: 9 decline for a signer
#[test]
fn a_caller_may_reject_for_himself_only() {
    let world = World::new();
    for (email, status) in [("sender@example.com", 204), ("ann@example.com", 403)] {
        let id = world.sent(&[("SIGNER", 1, email)]);
        let path = format!("/agreements/{id}");
        let set = world.get(&format!("{path}/members"))["participantSets"][0].clone();
        let tail = format!(
            "{path}/members/participantSets/{}/participants/{}/reject",
            set["id"].as_str().unwrap(),
            set["memberInfos"][0]["id"].as_str().unwrap()
        );
        assert_eq!(world.put(&tail, &path, json!({ "comment": "no" })).status(), status);
    }
}

/// Rows: 15 19
#[test]
fn the_replaced_signer_can_still_sign() {
    let world = World::new();
    let id = world.sent(&[("SIGNER", 1, "ann@example.com")]);
    let set = world.get(&format!("/agreements/{id}/members"))["participantSets"][0].clone();
    let tail = format!("/agreements/{id}/members/participantSets/{}", set["id"].as_str().unwrap());
    let body = json!({ "memberInfos": [{ "email": "bo@example.com" }], "order": 1, "role": "SIGNER" });
    refusal(&world.call("PUT", &tail, Some(body.clone())), 400, "MISSING_IF_MATCH_HEADER");
    assert_eq!(world.put(&tail, &tail, body).status(), 204);
    let members = world.get(&tail)["memberInfos"].clone();
    assert_eq!((&members[0]["status"], &members[1]["status"]), (&json!("REPLACED"), &json!("ACTIVE")));
    assert!(world.events(&id).contains(&"ACTION_REPLACED_SIGNER".to_owned()));
    let urls = world.get(&format!("/agreements/{id}/signingUrls"))["signingUrlSetInfos"][0].clone();
    assert_eq!(urls["signingUrls"].as_array().unwrap().len(), 1);
    assert_eq!(urls["signingUrls"][0]["email"], "bo@example.com");
    world.sign(&id, "ann@example.com", &[]).unwrap();
    assert_eq!(world.status(&id), "SIGNED");
}

#[test]
fn a_signing_link_opens_a_session_and_leads_back_after_signing() {
    let world = World::new();
    let mut definition = world.definition("IN_PROCESS", "A contract", &[("SIGNER", 1, "ann@example.com")]);
    definition["postSignOption"] = json!({ "redirectUrl": "https://app.example/done", "redirectDelay": 0 });
    definition["emailOption"] = json!({ "sendOptions": {
        "initEmails": "NONE", "inFlightEmails": "NONE", "completionEmails": "NONE",
    } });
    let id = world.create(definition);
    world.pass(2);
    let urls = world.get(&format!("/agreements/{id}/signingUrls"));
    let url = urls["signingUrlSetInfos"][0]["signingUrls"][0]["esignUrl"].as_str().unwrap().to_owned();
    assert!(url.contains(&format!("client_id={}", world.ready.client_id)), "{url}");
    let target = url.strip_prefix(super::world::ORIGIN).unwrap();
    let opened = world.raw("GET", target, &[], Bytes::new());
    let session = opened.header("location").rsplit('/').next().unwrap().to_owned();
    let shared = world.hub.world();
    let session = shared.sessions.get(&session).unwrap();
    assert_eq!(
        (session.envelope.as_str(), session.return_url.as_deref()),
        (id.as_str(), Some("https://app.example/done"))
    );
    // Nobody was mailed, so the inbox has no link.
    let (_, row) = shared.adobe_sign.inbox().pop().unwrap();
    assert_eq!(row.recipients[0].link, None);
    drop(shared);
    assert!(world.mails(&id, "request").is_empty());
    let wrong = world.raw("GET", "/public/apiesign?pid=guess", &[], Bytes::new());
    assert_eq!(wrong.status(), 410);
}

/// Rows: 9 reminders, 9 remind now
#[test]
fn reminders_go_out_now_or_on_time_and_only_to_those_asked() {
    let world = World::new();
    let id = world.sent(&[("SIGNER", 1, "ann@example.com"), ("SIGNER", 2, "bo@example.com")]);
    let sets = world.get(&format!("/agreements/{id}/members"))["participantSets"].clone();
    let member = |at: usize| sets[at]["memberInfos"][0]["id"].clone();
    let path = format!("/agreements/{id}/reminders");
    let post = |body: Value| world.call("POST", &path, Some(body));
    let now = |who: Value| json!({ "recipientParticipantIds": [who], "status": "ACTIVE" });
    assert!(post(now(member(0))).json(201)["id"].is_string());
    assert_eq!(world.mails(&id, "reminder"), ["ann@example.com"]);
    refusal(&post(now(member(1))), 403, "CANNOT_CREATE_REMINDER");
    let mut daily = now(member(0));
    daily["frequency"] = json!("DAILY_UNTIL_SIGNED");
    daily["firstReminderDelay"] = json!(2);
    post(daily.clone()).json(201);
    for (seconds, count) in [(7_000, 1), (300, 2), (86_400, 3)] {
        world.pass(seconds);
        assert_eq!(world.mails(&id, "reminder").len(), count);
    }
    daily["firstReminderDelay"] = json!(0);
    let key = format!("Bearer {}", world.ready.integration_key);
    let zero = world.raw(
        "POST",
        &format!("/api/rest/v6{path}"),
        &[("authorization", &key)],
        Bytes::from(daily.to_string()),
    );
    refusal(&zero, 400, "INVALID_FIRST_REMINDER_DELAY");
}

#[test]
fn files_are_downloaded_before_and_after_signing() {
    let world = World::new();
    let mut definition = world.definition("IN_PROCESS", "First file", &[("SIGNER", 1, "ann@example.com")]);
    let second = world.file("Second file");
    definition["fileInfos"][0]["label"] = json!("one");
    definition["fileInfos"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "transientDocumentId": second, "label": "two" }));
    let id = world.create(definition);
    world.pass(2);
    let get = |tail: &str| world.call("GET", &format!("/agreements/{id}/{tail}"), None);
    // A signature page was appended, because no field was given.
    let combined = get("combinedDocument").bytes();
    assert_eq!(pdf::inspect(&combined).unwrap().len(), 3);
    let pages = get("combinedDocument/pagesInfo").json(200)["documentPagesInfo"].clone();
    assert_eq!(pages[1], json!({ "index": 2, "width": 612.0, "height": 792.0, "rotation": 0.0 }));
    let documents = get("documents").json(200)["documents"].clone();
    assert_eq!(documents.as_array().unwrap().len(), 2);
    assert_eq!((&documents[1]["label"], &documents[1]["numPages"]), (&json!("two"), &json!(1)));
    let single = get(&format!("documents/{}", documents[1]["id"].as_str().unwrap())).bytes();
    assert_eq!(pdf::find_text(&single, "Second file", true, false).unwrap().len(), 1);
    refusal(&get("documents/other"), 404, "INVALID_DOCUMENT_ID");

    world.sign(&id, "ann@example.com", &[]).unwrap();
    let signed = get("combinedDocument").bytes();
    assert_eq!(pdf::find_text(&signed, "Signed by:", true, false).unwrap()[0].page, 3);
    let with_audit = get("combinedDocument?attachAuditReport=True").bytes();
    assert!(pdf::inspect(&with_audit).unwrap().len() > 3);
    let audit = get("auditTrail").bytes();
    assert!(!pdf::find_text(&audit, "ann@example.com", true, false).unwrap().is_empty());
    let encoded = world.with(
        "GET",
        &format!("/agreements/{id}/combinedDocument"),
        &[("accept", "application/pdf;encoding=base64")],
        None,
    );
    assert!(encoded.bytes().starts_with(b"JVBERi"));

    let path = format!("/agreements/{id}");
    let tag = world.call("GET", &path, None).header("etag").to_owned();
    let removed = world.with("DELETE", &format!("{path}/documents"), &[("if-match", &tag)], None);
    assert_eq!(removed.status(), 204);
    refusal(&get("documents"), 404, "DOCUMENTS_REMOVED");
    assert_eq!(world.call("DELETE", &path, None).status(), 204);
    refusal(&world.call("GET", &path, None), 404, "AGREEMENT_DELETED");
}
