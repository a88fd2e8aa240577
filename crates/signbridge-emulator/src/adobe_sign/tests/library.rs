//! Library documents, views of the sender, passwords used up.

use bytes::Bytes;
use serde_json::{Value, json};

use super::world::{World, refusal};
use crate::{dialect::Dialect, exchange::Request, signing};

const ANN: &[(&str, i64, &str)] = &[("SIGNER", 1, "ann@example.com")];

fn library(world: &World, state: &str, text: &str) -> String {
    let body = json!({
        "fileInfos": [{ "transientDocumentId": world.file(text) }], "name": "Lease", "sharingMode": "USER",
        "state": state, "templateTypes": ["DOCUMENT", "FORM_FIELD_LAYER"],
    });
    let made = world.call("POST", "/libraryDocuments", Some(body));
    assert!(!made.header("etag").contains('"'));
    made.json(201)["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_library_document_is_listed_read_and_used() {
    let world = World::new();
    let id = library(&world, "ACTIVE", "The lease. {{Sig_es_:signer1:signature}}");
    let listed = world.get("/libraryDocuments");
    assert_eq!(listed["page"], json!({}));
    let row = &listed["libraryDocumentList"][0];
    assert_eq!((&row["id"], &row["status"], &row["hidden"]), (&json!(id), &json!("ACTIVE"), &json!(false)));
    let path = format!("/libraryDocuments/{id}");
    let read = world.get(&path);
    assert_eq!((&read["name"], &read["creatorEmail"]), (&json!("Lease"), &json!("sender@example.com")));
    assert_eq!(world.get(&format!("{path}/documents"))["documents"][0]["numPages"], 1);
    assert!(world.call("GET", &format!("{path}/combinedDocument"), None).bytes().starts_with(b"%PDF"));
    refusal(&world.call("GET", "/libraryDocuments/other", None), 404, "INVALID_LIBRARYDOCUMENT_ID");

    let mut definition = world.definition("IN_PROCESS", "x", ANN);
    definition["fileInfos"] = json!([{ "libraryDocumentId": id }]);
    let agreement = world.create(definition.clone());
    world.pass(2);
    world.sign(&agreement, "ann@example.com", &[]).unwrap();
    assert_eq!(world.status(&agreement), "SIGNED");
    // An empty second id is not "none": the clients that send it are refused.
    definition["fileInfos"] = json!([{ "libraryDocumentId": id, "transientDocumentId": "" }]);
    refusal(&world.call("POST", "/agreements", Some(definition)), 400, "INVALID_FILE_INFO");
}

#[test]
fn fields_of_a_library_document_go_to_the_nth_set_and_replace_the_whole_set_of_fields() {
    let world = World::new();
    let id = library(&world, "AUTHORING", "The lease");
    let path = format!("/libraryDocuments/{id}");
    let fields = format!("{path}/formFields");
    let field = |assignee: &str| {
        json!({ "fields": [{ "name": "sig1", "inputType": "SIGNATURE", "contentType": "SIGNATURE",
            "assignee": assignee, "required": true,
            "locations": [{ "pageNumber": 1, "left": 100.0, "top": 192.0, "width": 150.0, "height": 30.0 }] }] })
    };
    refusal(&world.call("PUT", &fields, Some(field("recipient1"))), 400, "MISSING_IF_MATCH_HEADER");
    refusal(&world.put(&fields, &fields, field("somebody")), 400, "INVALID_JSON");
    world.put(&fields, &fields, field("recipient1")).json(200);
    let mut definition =
        world.definition("IN_PROCESS", "x", &[("SIGNER", 1, "a@x.io"), ("SIGNER", 2, "b@x.io")]);
    let own = definition["fileInfos"][0].clone();
    definition["fileInfos"] = json!([own, { "libraryDocumentId": id, "label": "lease" }]);
    refusal(&world.call("POST", "/agreements", Some(definition.clone())), 404, "INVALID_LIBRARYDOCUMENT_ID");
    let state = format!("{path}/state");
    refusal(&world.call("PUT", &state, Some(json!({ "state": "ACTIVE" }))), 400, "MISSING_IF_MATCH_HEADER");
    assert_eq!(world.put(&state, &path, json!({ "state": "ACTIVE" })).status(), 204);
    let agreement = world.create(definition);
    world.pass(2);
    let made = world.get(&format!("/agreements/{agreement}/formFields"))["fields"].clone();
    let sets = world.get(&format!("/agreements/{agreement}/members"))["participantSets"].clone();
    let his = made.as_array().unwrap().iter().find(|field| field["name"] == "sig1").unwrap();
    assert_eq!((&his["assignee"], &his["locations"][0]["pageNumber"]), (&sets[1]["id"], &json!(2)));
    let documents = world.get(&format!("/agreements/{agreement}/documents"))["documents"].clone();
    assert_eq!(documents[1]["label"], "lease");
}

#[test]
fn a_library_document_belongs_to_its_maker() {
    let world = World::new();
    let id = library(&world, "ACTIVE", "The lease");
    world.control("POST", "users", json!({ "name": "Bo Berg", "email": "bo@example.com" }));
    let path = format!("/libraryDocuments/{id}");
    let bo = |method: &str, body: Option<Value>| {
        world.with(method, &path, &[("x-api-user", "email:bo@example.com"), ("if-match", "1.1")], body)
    };
    refusal(&bo("GET", None), 404, "INVALID_LIBRARYDOCUMENT_ID");
    let shared = json!({ "name": "Lease", "sharingMode": "ACCOUNT", "templateTypes": ["DOCUMENT"], "state": "ACTIVE" });
    assert_eq!(world.put(&path, &path, shared.clone()).status(), 204);
    assert_eq!(bo("GET", None).json(200)["sharingMode"], "ACCOUNT");
    refusal(&bo("PUT", Some(shared.clone())), 403, "PERMISSION_DENIED");
    let mut global = shared;
    global["sharingMode"] = json!("GLOBAL");
    refusal(&world.put(&path, &path, global), 400, "INVALID_ARGUMENTS");
}

#[test]
fn the_sender_gets_a_view_that_fits_the_state() {
    let world = World::new();
    let view = |id: &str, name: &str| {
        let body = json!({ "name": name, "commonViewConfiguration": { "autoLoginUser": true } });
        world.call("POST", &format!("/agreements/{id}/views"), Some(body))
    };
    let draft = world.create(world.definition("DRAFT", "x", ANN));
    let found = view(&draft, "COMPOSE").json(200)["agreementViewList"].clone();
    assert_eq!((found.as_array().unwrap().len(), &found[0]["name"]), (1, &json!("COMPOSE")));
    let url = found[0]["url"].as_str().unwrap();
    let target = url.strip_prefix(super::world::ORIGIN).unwrap();
    assert_eq!(world.raw("GET", target, &[], Bytes::new()).status(), 200);
    assert_eq!(world.raw("GET", "/public/view?name=COMPOSE&key=guess", &[], Bytes::new()).status(), 410);
    refusal(&view(&draft, "AUTHORING"), 400, "VIEW_NOT_AVAILABLE");
    let sent = world.sent(ANN);
    refusal(&view(&sent, "COMPOSE"), 400, "VIEW_NOT_AVAILABLE");
    view(&sent, "MANAGE").json(200);
}

#[test]
fn a_view_that_signs_in_needs_its_scope() {
    let mut world = World::new();
    let id = world.create(world.definition("DRAFT", "x", ANN));
    let now = world.hub.clock.now();
    {
        let mut shared = world.hub.world();
        let state = &mut shared.adobe_sign;
        let user = state.users[0].id.clone();
        let refresh = state.grant(user, ["agreement_read".to_owned()].into(), now);
        world.token = state.token(&refresh, now).unwrap();
    }
    let view = |signs_in: bool| {
        let body = json!({ "name": "COMPOSE", "commonViewConfiguration": { "autoLoginUser": signs_in } });
        world.call("POST", &format!("/agreements/{id}/views"), Some(body))
    };
    refusal(&view(true), 401, "AUTOLOGIN_DENIED");
    view(false).json(200);
}

/// Rows: 1 Failed, 2 AuthFailed, 12 EnvelopeFailed
#[test]
fn passwords_that_are_used_up_end_the_agreement() {
    let world = World::new();
    let mut definition = world.definition("IN_PROCESS", "x", ANN);
    definition["participantSetsInfo"][0]["memberInfos"][0]["securityOption"] =
        json!({ "authenticationMethod": "PASSWORD", "password": "A4711z" });
    let id = world.create(definition);
    world.pass(2);
    for tail in ["", "/members"] {
        let shown = world.get(&format!("/agreements/{id}{tail}")).to_string();
        assert!(shown.contains("PASSWORD") && !shown.contains("A4711z"), "a password is written only");
    }
    let urls = world.get(&format!("/agreements/{id}/signingUrls"));
    let url = urls["signingUrlSetInfos"][0]["signingUrls"][0]["esignUrl"].as_str().unwrap().to_owned();
    let opened = world.raw("GET", url.strip_prefix(super::world::ORIGIN).unwrap(), &[], Bytes::new());
    let page = opened.header("location").to_owned();
    let guess = |code: &str| {
        let request = Request {
            method: http::Method::POST,
            path: page.clone(),
            query: crate::exchange::Query::default(),
            headers: http::HeaderMap::new(),
            body: Bytes::from(super::world::form(&[("action", "sign"), ("access_code", code)])),
            origin: super::world::ORIGIN.to_owned(),
        };
        signing::answer(&world.hub, &request).status.as_u16()
    };
    assert_eq!((guess("a"), guess("b")), (403, 403));
    assert_eq!(world.status(&id), "OUT_FOR_SIGNATURE");
    assert_eq!(guess("c"), 302);
    assert_eq!(world.status(&id), "CANCELLED");
    let last =
        world.get(&format!("/agreements/{id}/events"))["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["type"], "RECALLED_MAX_SIGNING_PASSWORD_ATTEMPTS");
    assert_eq!(last["participantEmail"], "ann@example.com");
}

#[test]
fn who_replaces_somebody_proves_himself_as_he_did_whatever_the_body_says() {
    let world = World::new();
    let mut definition = world.definition("IN_PROCESS", "x", ANN);
    definition["participantSetsInfo"][0]["memberInfos"][0]["securityOption"] =
        json!({ "authenticationMethod": "PASSWORD", "password": "A4711z" });
    let id = world.create(definition);
    world.pass(2);
    let set = world.get(&format!("/agreements/{id}/members"))["participantSets"][0]["id"].clone();
    let tail = format!("/agreements/{id}/members/participantSets/{}", set.as_str().unwrap());
    let none = json!({ "authenticationMethod": "NONE" });
    let body = json!({ "memberInfos": [{ "email": "bo@example.com", "securityOption": none }] });
    assert_eq!(world.put(&tail, &tail, body).status(), 204);
    let member = world.get(&tail)["memberInfos"][1].clone();
    assert_eq!((&member["email"], &member["name"]), (&json!("bo@example.com"), &json!("")));
    assert_eq!(member["securityOption"]["authenticationMethod"], "PASSWORD");
    let shared = world.hub.world();
    let his = shared.adobe_sign.acting(&id, "bo@example.com").unwrap();
    assert_eq!(shared.adobe_sign.access_code(&id, &his).as_deref(), Some("A4711z"));
}

#[test]
fn a_deletion_of_another_version_is_refused() {
    let world = World::new();
    let id = world.create(world.definition("DRAFT", "x", ANN));
    let path = format!("/agreements/{id}");
    refusal(&world.with("DELETE", &path, &[("if-match", "0.0")], None), 412, "RESOURCE_MODIFIED");
    assert_eq!(world.status(&id), "DRAFT");
    let sent = world.sent(ANN);
    refusal(&world.call("DELETE", &format!("/agreements/{sent}"), None), 403, "OPERATION_NOT_ALLOWED");
    assert_eq!(world.call("DELETE", &path, None).status(), 204);
    refusal(&world.call("GET", &path, None), 404, "AGREEMENT_DELETED");
}
