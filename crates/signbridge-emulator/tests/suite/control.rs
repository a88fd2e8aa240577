//! The control API over HTTP.

use serde_json::json;

use super::client::{World, ann, assertion, definition, token};

#[tokio::test]
async fn act_takes_a_reference_and_says_what_became_of_it() {
    let world = World::start().await;
    let id = world.create(definition("sent", json!({"signers": [ann()]}))).await;
    let act = async |envelope: &str, recipient: &str, action: &str| {
        let body =
            json!({"envelope": envelope, "recipient": recipient, "action": action, "reason": "because"});
        world.control_http("POST", "act", body).await
    };
    assert_eq!(act("docusign:nope", "ann@example.com", "sign").await.ok(404)["error"]["kind"], "not_found");
    assert_eq!(act(&id, "eve@example.com", "sign").await.ok(404)["error"]["kind"], "not_found");
    assert_eq!(act(&id, "ann@example.com", "dance").await.ok(400)["error"]["kind"], "invalid");
    let seen = act(&format!("docusign:{}", id.to_uppercase()), "ann@example.com", "view").await.ok(200);
    assert_eq!(
        seen,
        json!({"envelope": id, "status": "delivered", "recipient": "ann@example.com", "recipient_status": "delivered"})
    );
    assert_eq!(act(&id, "ann@example.com", "sign").await.ok(200)["status"], "completed");
    let again = act(&id, "ann@example.com", "decline").await.ok(409);
    assert!(again["error"]["message"].as_str().unwrap().contains("completed"));
}

#[tokio::test]
async fn time_state_and_journal_are_read_and_moved() {
    let world = World::start().await;
    let id = world.create(definition("sent", json!({"signers": [ann()]}))).await;
    let one = world.control_http("GET", &format!("envelopes/docusign%3A{id}"), json!({})).await.ok(200);
    assert_eq!(one["documents"][0]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(
        world.control_http("GET", "envelopes", json!({})).await.ok(200)["envelopes"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let before = world.control().now();
    world.control_http("POST", "clock", json!({"advance_seconds": 100})).await.ok(200);
    assert!((world.control().now() - before).num_seconds() >= 100);
    let journal = world.control_http("GET", "journal", json!({})).await.ok(200);
    assert_eq!(journal["entries"].as_array().unwrap().len(), 2);
    world.control_http("DELETE", "journal", json!({})).await.ok(200);
    assert!(world.control().journal().is_empty());
    assert_eq!(world.control_http("GET", "nothing", json!({})).await.status, 404);
}

#[tokio::test]
async fn users_consent_keys_tokens_and_limits_are_managed() {
    let world = World::start().await;
    let user = world
        .control_http("POST", "docusign/users", json!({"name": "Nia New", "email": "nia@example.com"}))
        .await
        .ok(200)["user_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let ask = async || {
        token(world.ready(), &assertion(world.ready(), |claims| claims["sub"] = json!(user))).await.status
    };
    assert_eq!(ask().await, 400);
    let scopes = json!({"user": user, "scopes": ["signature", "impersonation"]});
    world.control_http("POST", "docusign/consent", scopes).await.ok(200);
    assert_eq!(ask().await, 200);
    world.control_http("POST", &format!("docusign/users/{user}/disable"), json!({})).await.ok(200);
    assert_eq!(ask().await, 400);
    world.control_http("POST", &format!("docusign/users/{user}/enable"), json!({})).await.ok(200);
    world
        .control_http("DELETE", "docusign/consent", json!({"user": user, "scopes": ["impersonation"]}))
        .await
        .ok(200);
    assert_eq!(ask().await, 400);
    let keys = world.control_http("GET", "docusign/keys", json!({})).await.ok(200);
    let key = keys["keys"][0].as_str().unwrap();
    assert_eq!(world.control_http("POST", "docusign/keys", json!({"public_key": "x"})).await.status, 400);
    world.control_http("DELETE", &format!("docusign/keys/{key}"), json!({})).await.ok(200);
    assert_eq!(token(world.ready(), &assertion(world.ready(), |_| {})).await.status, 400);
    world.control_http("POST", "docusign/limits", json!({"hourly": 1, "burst": 9})).await.ok(200);
    assert_eq!(world.call("GET", "", None).await.status, 200);
    assert_eq!(world.call("GET", "", None).await.refused().1, "HOURLY_APIINVOCATION_LIMIT_EXCEEDED");
    world.control_http("DELETE", "docusign/tokens", json!({})).await.ok(200);
    assert_eq!(world.call("GET", "", None).await.status, 401);
    world.control_http("POST", "docusign/jwt-clock", json!({"strict": true})).await.ok(200);
}

#[tokio::test]
async fn what_is_not_played_stands_on_a_page_for_each_provider() {
    let world = World::start().await;
    for name in ["docusign", "adobe-sign", "dropbox-sign", "esignglobal"] {
        let page = world.control_http("GET", &format!("differences/{name}"), json!({})).await;
        assert_eq!(page.status, 200, "{name}");
        let text = String::from_utf8_lossy(&page.body).into_owned();
        assert!(text.starts_with("# ") && text.len() > 1000, "{name}: {text}");
    }
    world.control_http("GET", "differences/nobody", json!({})).await.ok(404);
}
