//! OAuth, access points, acting users, scopes, the polling rule.

use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use super::world::{ORIGIN, World, refusal};

#[test]
fn a_refresh_answers_no_new_refresh_token_and_ignores_what_it_does_not_know() {
    let world = World::new();
    let refresh = |token: &str| {
        let own = &world.ready;
        world.post_form(
            "/oauth/v2/refresh",
            &[
                ("grant_type", "refresh_token"),
                ("refresh_token", token),
                ("client_id", &own.client_id),
                ("client_secret", &own.client_secret),
                ("redirect_uri", "https://app.example/ignored"),
            ],
        )
    };
    let body = refresh(&world.ready.refresh_token).json(200);
    assert_eq!((body["token_type"].as_str(), body["expires_in"].as_i64()), (Some("Bearer"), Some(3600)));
    assert!(body.get("refresh_token").is_none());
    // Recorded: 401 and another shape than the REST API's.
    let body = refresh("wrong").json(401);
    assert_eq!(body, json!({ "error": "invalid_request", "error_description": "invalid refresh token" }));

    // Sixty days idle end it; each use begins them anew.
    for days in [40, 40] {
        world.pass(days * 86_400);
        refresh(&world.ready.refresh_token).json(200);
    }
    world.pass(61 * 86_400);
    refresh(&world.ready.refresh_token).json(401);
}

#[test]
fn a_code_works_once_and_names_the_access_point_with_a_slash() {
    let world = World::new();
    let scope = "agreement_read:self agreement_write";
    let query = super::world::form(&[
        ("response_type", "code"),
        ("client_id", &world.ready.client_id),
        ("redirect_uri", "https://app.example/back"),
        ("scope", scope),
        ("state", "s1"),
    ]);
    let target = format!("/public/oauth/v2?{query}");
    assert_eq!(world.raw("GET", &target, &[], Bytes::new()).status(), 200);
    let back = world.raw("POST", &target, &[], Bytes::from("consent=allow"));
    let back = url::Url::parse(back.header("location")).unwrap();
    let pairs: std::collections::HashMap<_, _> = back.query_pairs().into_owned().collect();
    assert_eq!(pairs["state"], "s1");
    assert_eq!(pairs["api_access_point"], format!("{ORIGIN}/"));
    let exchange = |path: &str| {
        world.post_form(
            path,
            &[
                ("grant_type", "authorization_code"),
                ("code", &pairs["code"]),
                ("client_id", &world.ready.client_id),
                ("client_secret", &world.ready.client_secret),
                ("redirect_uri", "https://app.example/back"),
            ],
        )
    };
    let body = exchange("/oauth/v2/token").json(200);
    assert_eq!(body["api_access_point"], format!("{ORIGIN}/"));
    assert_eq!(exchange("/oauth/v2/token").json(401)["error_description"], "invalid authorization code");

    // A token without the scope is refused.
    let bearer = format!("Bearer {}", body["access_token"].as_str().unwrap());
    let users = world.raw("GET", "/api/rest/v6/users/me", &[("authorization", &bearer)], Bytes::new());
    refusal(&users, 403, "PERMISSION_DENIED");

    // Revoking the refresh token ends the access token too.
    let token = body["refresh_token"].as_str().unwrap();
    assert_eq!(world.post_form("/oauth/v2/revoke", &[("token", token)]).status(), 200);
    let list = world.raw("GET", "/api/rest/v6/agreements", &[("authorization", &bearer)], Bytes::new());
    refusal(&list, 401, "INVALID_ACCESS_TOKEN");
}

#[test]
fn the_denied_consent_and_a_bad_scope_lead_back_with_an_error() {
    let world = World::new();
    let target = |scope: &str| {
        let query = super::world::form(&[
            ("response_type", "code"),
            ("client_id", &world.ready.client_id),
            ("redirect_uri", "https://app.example/back"),
            ("scope", scope),
        ]);
        format!("/public/oauth/v2?{query}")
    };
    let denied = world.raw("POST", &target("agreement_read"), &[], Bytes::from("consent=deny"));
    assert_eq!(denied.header("location"), "https://app.example/back?error=ACCESS_DENIED");
    let scope = world.raw("GET", &target("everything"), &[], Bytes::new());
    assert_eq!(scope.header("location"), "https://app.example/back?error=INVALID_SCOPE");
}

#[test]
fn tokens_are_needed_live_an_hour_and_the_integration_key_is_one() {
    let world = World::new();
    let none = world.raw("GET", "/api/rest/v6/agreements", &[], Bytes::new());
    refusal(&none, 401, "NO_AUTHORIZATION_HEADER");
    assert!(!none.header("x-request-id").is_empty());
    let key = format!("Bearer {}", world.ready.integration_key);
    world.pass(3_601);
    refusal(&world.call("GET", "/agreements", None), 401, "INVALID_ACCESS_TOKEN");
    world.raw("GET", "/api/rest/v6/agreements", &[("authorization", &key)], Bytes::new()).json(200);
}

#[test]
fn a_moved_account_is_found_by_discovery_and_refused_elsewhere() {
    let world = World::new();
    let uris = world.get("/baseUris");
    assert_eq!(
        uris,
        json!({ "apiAccessPoint": format!("{ORIGIN}/"), "webAccessPoint": format!("{ORIGIN}/") })
    );
    world.control("POST", "shard", json!({ "shard": "eu2" }));
    refusal(&world.call("GET", "/agreements", None), 401, "INVALID_API_ACCESS_POINT");
    let point = world.get("/baseUris")["apiAccessPoint"].as_str().unwrap().to_owned();
    assert_eq!(point, format!("{ORIGIN}/shards/eu2/"));
    let bearer = format!("Bearer {}", world.token);
    let at = |shard: &str| {
        let target = format!("/shards/{shard}/api/rest/v6/agreements");
        world.raw("GET", &target, &[("authorization", &bearer)], Bytes::new())
    };
    at("eu2").json(200);
    refusal(&at("na1"), 401, "INVALID_API_ACCESS_POINT");
}

#[test]
fn acting_users_are_named_by_id_or_address() {
    let world = World::new();
    world.control("POST", "users", json!({ "name": "Bo Berg", "email": "bo@example.com" }));
    let me = |value: &str| world.with("GET", "/users/me", &[("x-api-user", value)], None);
    assert_eq!(me("email:bo@example.com").json(200)["firstName"], "Bo");
    refusal(&me("bo@example.com"), 400, "INVALID_X_API_USER_HEADER");
    refusal(&me("email:nobody@example.com"), 401, "INVALID_USER");
    // Another user's agreement cannot be seen.
    let id = world.sent(&[("SIGNER", 1, "ann@example.com")]);
    let other =
        world.with("GET", &format!("/agreements/{id}"), &[("x-api-user", "email:bo@example.com")], None);
    refusal(&other, 403, "PERMISSION_DENIED");
}

/// Rows: 15 22
#[test]
fn the_fourth_identical_get_of_a_minute_is_throttled_and_a_conditional_one_hides_the_change() {
    let world = World::new();
    let id = world.sent(&[("SIGNER", 1, "ann@example.com")]);
    let path = format!("/agreements/{id}");
    let tag = world.call("GET", &path, None).header("etag").to_owned();
    world.control("POST", "polling", json!({ "rule": "three_per_minute" }));
    for _ in 0..3 {
        world.get(&path);
    }
    let refused = world.call("GET", &path, None);
    refusal(&refused, 429, "THROTTLING_TOO_FREQUENT_POLLING");
    let seconds = refused.json(429)["retryAfter"].as_i64().unwrap();
    assert!((1..=60).contains(&seconds));
    assert_eq!(refused.header("retry-after"), seconds.to_string());
    // The agreement changes, and the 304 does not tell.
    world.sign(&id, "ann@example.com", &[]).unwrap();
    let hidden = world.with("GET", &path, &[("if-none-match", &tag)], None);
    assert_eq!(hidden.0.status, StatusCode::NOT_MODIFIED);
    world.pass(61);
    assert_eq!(world.with("GET", &path, &[("if-none-match", &tag)], None).json(200)["status"], "SIGNED");
}

#[test]
fn the_strict_tier_allows_one_in_ten_minutes() {
    let world = World::new();
    world.control("POST", "polling", json!({ "rule": "once_per_ten_minutes" }));
    world.get("/users/me");
    assert_eq!(world.call("GET", "/users/me", None).json(429)["retryAfter"], 600);
    world.pass(601);
    world.get("/users/me");
}
