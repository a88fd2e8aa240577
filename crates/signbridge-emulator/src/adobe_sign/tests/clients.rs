//! What unmodified clients of the world need.

use bytes::Bytes;
use serde_json::json;

use super::world::{ORIGIN, Reply, World, refusal};

const ANN: &[(&str, i64, &str)] = &[("SIGNER", 1, "ann@example.com")];

/// A code after consent.
fn code(world: &World) -> String {
    let query = super::world::form(&[
        ("response_type", "code"),
        ("client_id", &world.ready.client_id),
        ("redirect_uri", "https://app.example/back"),
        ("scope", "agreement_read agreement_write"),
    ]);
    let back = world.raw("POST", &format!("/public/oauth?{query}"), &[], Bytes::from("consent=allow"));
    let back = url::Url::parse(back.header("location")).unwrap();
    back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
}

#[test]
fn token_calls_ignore_what_they_do_not_know_in_both_versions() {
    let world = World::new();
    let own = &world.ready;
    for path in ["/oauth/v2/token", "/oauth/token"] {
        let code = code(&world);
        let answer = world.post_form(
            path,
            &[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("client_id", &own.client_id),
                ("client_secret", &own.client_secret),
                ("redirect_uri", "https://app.example/back"),
                ("scope", "nobody asked"),
                ("state", "s1"),
            ],
        );
        let answer = answer.json(200);
        assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(3600)));
        // The first version does not name the access point.
        assert_eq!(answer.get("api_access_point").is_some(), path.contains("v2"), "{path}");
    }
}

#[test]
fn the_first_versions_paths_work_at_the_root_of_the_api_port() {
    let world = World::new();
    let own = &world.ready;
    let refreshed = world.post_form(
        "/oauth/refresh",
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", &own.refresh_token),
            ("client_id", &own.client_id),
            ("client_secret", &own.client_secret),
        ],
    );
    let token = refreshed.json(200)["access_token"].as_str().unwrap().to_owned();
    assert_eq!(world.post_form("/oauth/revoke", &[("token", &token)]).status(), 200);
    assert_eq!(world.raw("GET", "/oauth/token", &[], Bytes::new()).status(), 405);
}

#[test]
fn the_file_part_is_named_file_with_a_capital() {
    let world = World::new();
    let upload = |name: &str| -> Reply {
        let body = format!(
            "--B\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.txt\"\r\n\r\nx\r\n--B--\r\n"
        );
        let bearer = format!("Bearer {}", world.token);
        let headers =
            [("authorization", bearer.as_str()), ("content-type", "multipart/form-data; boundary=B")];
        world.raw("POST", "/api/rest/v6/transientDocuments", &headers, Bytes::from(body))
    };
    // The type of a part that names none follows from the extension.
    assert!(upload("File").json(201)["transientDocumentId"].is_string());
    refusal(&upload("file"), 400, "NO_FILE_CONTENT");
}

#[test]
fn booleans_in_a_query_may_be_capitalised() {
    let world = World::new();
    let id = world.sent(ANN);
    for (word, count) in [("True", 1), ("true", 1), ("False", 0), ("", 0)] {
        let members = world.get(&format!("/agreements/{id}/members?includeNextParticipantSet={word}"));
        assert_eq!(members["nextParticipantSets"].as_array().unwrap().len(), count, "{word}");
    }
}

#[test]
fn every_answer_carries_a_request_id_of_its_own() {
    let world = World::new();
    let id = world.sent(ANN);
    let mut seen = std::collections::HashSet::new();
    let mut look = |reply: Reply| assert!(seen.insert(reply.header("x-request-id").to_owned()));
    look(world.call("GET", &format!("/agreements/{id}"), None));
    look(world.call("GET", &format!("/agreements/{id}"), None));
    look(world.call("GET", "/agreements/none", None));
    look(world.call("GET", "/nothing", None));
    look(world.call("PATCH", "/agreements", None));
    look(world.call("POST", "/agreements", Some(json!({}))));
    look(world.raw("GET", "/api/rest/v6/baseUris", &[], Bytes::new()));
    look(world.raw("GET", "/elsewhere", &[], Bytes::new()));
    look(world.post_form("/oauth/v2/token", &[]));
    look(Reply(crate::adobe_sign::too_large()));
    look(Reply(crate::adobe_sign::throttled(&world.hub, crate::faults::ThrottleRule::Burst)));
    let tag = world.call("GET", &format!("/agreements/{id}"), None).header("etag").to_owned();
    look(world.with("GET", &format!("/agreements/{id}"), &[("if-none-match", &tag)], None));
}

#[test]
fn whatever_demands_if_match_refuses_a_request_without_it() {
    let world = World::new();
    let draft = world.create(world.definition("DRAFT", "x", ANN));
    let authored = world.create(world.definition("AUTHORING", "x", ANN));
    let sent = world.sent(ANN);
    let set = world.get(&format!("/agreements/{sent}/members"))["participantSets"][0].clone();
    let set_id = set["id"].as_str().unwrap();
    let member = set["memberInfos"][0]["id"].as_str().unwrap();
    for (method, tail, body) in [
        ("PUT", format!("/agreements/{draft}"), world.definition("DRAFT", "x", ANN)),
        ("PUT", format!("/agreements/{draft}/state"), json!({ "state": "IN_PROCESS" })),
        ("PUT", format!("/agreements/{authored}/formFields"), json!({ "fields": [] })),
        ("PUT", format!("/agreements/{authored}/formFields/mergeInfo"), json!({ "fieldMergeInfos": [] })),
        ("PUT", format!("/agreements/{sent}/members/participantSets/{set_id}"), set.clone()),
        (
            "PUT",
            format!("/agreements/{sent}/members/participantSets/{set_id}/participants/{member}/reject"),
            json!({ "comment": "no" }),
        ),
        ("DELETE", format!("/agreements/{sent}/documents"), json!({})),
    ] {
        refusal(&world.call(method, &tail, Some(body)), 400, "MISSING_IF_MATCH_HEADER");
    }
    // These do without.
    let hide = Some(json!({ "visibility": "HIDE" }));
    assert_eq!(world.call("PUT", &format!("/agreements/{sent}/me/visibility"), hide).status(), 204);
}

#[test]
fn the_access_point_ends_in_a_slash_and_tags_are_unquoted() {
    let world = World::new();
    let uris = world.get("/baseUris");
    assert_eq!(uris["apiAccessPoint"], format!("{ORIGIN}/"));
    assert!(uris["webAccessPoint"].as_str().unwrap().ends_with('/'));
    let id = world.sent(ANN);
    for tail in ["", "/members", "/events", "/documents", "/combinedDocument", "/formFields"] {
        let reply = world.call("GET", &format!("/agreements/{id}{tail}"), None);
        let tag = reply.header("etag");
        assert!(
            tag.split('.').count() == 2 && tag.bytes().all(|b| b == b'.' || b.is_ascii_hexdigit()),
            "{tag}"
        );
        let again = world.with("GET", &format!("/agreements/{id}{tail}"), &[("if-none-match", tag)], None);
        assert_eq!(again.status(), 304, "{tail}");
    }
}

/// Rows: 12 reading budget
#[test]
fn by_default_the_polling_rule_is_the_one_that_clients_survive() {
    let world = World::new();
    world.hub.world().adobe_sign.polling = Default::default();
    for _ in 0..3 {
        world.get("/users/me");
    }
    refusal(&world.call("GET", "/users/me", None), 429, "THROTTLING_TOO_FREQUENT_POLLING");
    // Another query is another GET, and writing is free.
    world.get("/users/me?x=1");
    world.create(world.definition("DRAFT", "x", ANN));
}

#[test]
fn a_tag_of_any_name_becomes_a_field() {
    let world = World::new();
    let text =
        "City: {{*city_es_:signer1}}\n{{Sig7_es_:signer1:signature}}\n{{no tag}}\n{{!code_es_:signer2}}";
    let id = world.create(world.definition(
        "IN_PROCESS",
        text,
        &[("SIGNER", 1, "ann@example.com"), ("SIGNER", 2, "bo@example.com")],
    ));
    world.pass(2);
    let fields = world.get(&format!("/agreements/{id}/formFields"))["fields"].clone();
    let of = |name: &str| fields.as_array().unwrap().iter().find(|field| field["name"] == name).cloned();
    let city = of("city").unwrap();
    assert_eq!((&city["inputType"], &city["required"]), (&json!("TEXT_FIELD"), &json!(true)));
    assert_eq!(of("Sig7").unwrap()["contentType"], "SIGNATURE");
    assert_eq!(of("code").unwrap()["readOnly"], true);
    assert_ne!(of("code").unwrap()["assignee"], city["assignee"]);
    assert!(of("no tag").is_none());
}

/// An access token with these scopes alone.
fn limited(world: &mut World, scopes: &[&str]) {
    let now = world.hub.clock.now();
    let mut shared = world.hub.world();
    let state = &mut shared.adobe_sign;
    let user = state.users[0].id.clone();
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let refresh = state.grant(user, scopes, now);
    let token = state.token(&refresh, now).unwrap();
    drop(shared);
    world.token = token;
}

#[test]
fn each_operation_wants_its_scope_and_the_old_one_for_sending_is_none() {
    let mut world = World::new();
    let id = world.sent(ANN);
    let definition = world.definition("DRAFT", "x", ANN);
    let etag = world.call("GET", &format!("/agreements/{id}"), None).header("etag").to_owned();
    limited(&mut world, &["agreement_send"]);
    refusal(&world.call("POST", "/agreements", Some(definition)), 403, "PERMISSION_DENIED");
    refusal(&world.upload("a.txt", "text/plain", b"x"), 403, "PERMISSION_DENIED");
    limited(&mut world, &["agreement_read"]);
    world.get(&format!("/agreements/{id}"));
    // Links are read by GET and still need the right to write.
    let urls = world.call("GET", &format!("/agreements/{id}/signingUrls"), None);
    refusal(&urls, 403, "PERMISSION_DENIED");
    let tail = format!("/agreements/{id}/documents");
    let deletion = world.with("DELETE", &tail, &[("if-match", &etag)], None);
    refusal(&deletion, 403, "PERMISSION_DENIED");
    refusal(&world.call("GET", "/libraryDocuments", None), 403, "PERMISSION_DENIED");
    limited(&mut world, &["library_write"]);
    world.upload("a.txt", "text/plain", b"x").json(201);
}

#[test]
fn a_code_lives_five_minutes_and_there_is_no_grant_by_client_credentials() {
    let world = World::new();
    let exchange = |grant: &str, code: &str| {
        let own = &world.ready;
        world.post_form(
            "/oauth/v2/token",
            &[
                ("grant_type", grant),
                ("code", code),
                ("client_id", &own.client_id),
                ("client_secret", &own.client_secret),
                ("redirect_uri", "https://app.example/back"),
            ],
        )
    };
    assert_eq!(exchange("client_credentials", "").json(401)["error"], "invalid_request");
    let late = code(&world);
    world.pass(301);
    assert_eq!(
        exchange("authorization_code", &late).json(401)["error_description"],
        "invalid authorization code"
    );
}

#[test]
fn revoking_an_access_token_ends_its_refresh_token() {
    let world = World::new();
    let own = &world.ready;
    assert_eq!(world.post_form("/oauth/v2/revoke", &[("token", &world.token)]).status(), 200);
    let refreshed = world.post_form(
        "/oauth/v2/refresh",
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", &own.refresh_token),
            ("client_id", &own.client_id),
            ("client_secret", &own.client_secret),
        ],
    );
    assert_eq!(refreshed.json(401)["error_description"], "invalid refresh token");
    for (token, code) in [("", "INVALID_REQUEST"), ("3AAAnone", "INVALID_TOKEN")] {
        assert_eq!(world.post_form("/oauth/v2/revoke", &[("token", token)]).json(400)["error"], code);
    }
}
