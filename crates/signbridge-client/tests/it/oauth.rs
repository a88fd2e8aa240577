//! The JWT bearer grant and the refresh grant on the wire.

use bytes::Bytes;
use chrono::DateTime;
use http::{Response, header};
use secrecy::{ExposeSecret, SecretString};
use signbridge_client::{JwtBearer, OAuthRefusal, RefreshGrant};
use signbridge_core::{Call, Error, ErrorKind, Reach};

use crate::script::{Step, client, ok, status};

fn explain(refusal: &OAuthRefusal) -> Error {
    let kind = match refusal.error.as_str() {
        "consent_required" => ErrorKind::ConsentRequired,
        _ => ErrorKind::Unauthenticated,
    };
    Error::new(kind, refusal.description.clone().unwrap_or_default()).with_code(&refusal.error)
}

fn call(assertion: &SecretString) -> JwtBearer<'_> {
    JwtBearer {
        token_url: "https://account-d.docusign.com/oauth/token".parse().unwrap(),
        assertion,
        explain: &explain,
    }
}

fn answer(status: u16, body: &'static str) -> Response<Bytes> {
    Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap()
}

#[test]
fn the_request_is_a_form_with_grant_and_assertion() {
    let assertion = "head.pay+load/=.sign".into();
    let request = call(&assertion).request().unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "https://account-d.docusign.com/oauth/token");
    assert_eq!(request.headers()[header::CONTENT_TYPE], "application/x-www-form-urlencoded");
    assert_eq!(
        request.body().as_bytes().unwrap(),
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=head.pay%2Bload%2F%3D.sign"
    );
}

#[test]
fn a_token_is_read_with_its_lifetime() {
    let assertion = "a.b.c".into();
    for body in [
        r#"{"access_token":"eyJ0","token_type":"Bearer","expires_in":3600}"#,
        r#"{"access_token":"eyJ0","token_type":"bearer","expires_in":"3600","unknown":[1]}"#,
        r#"{"access_token":"eyJ0","expires_in":3600,"scope":null}"#,
    ] {
        let issued = call(&assertion).reply(answer(200, body)).unwrap();
        assert_eq!(
            (issued.access_token.expose_secret(), issued.lifetime.as_secs()),
            ("eyJ0", 3600),
            "{body}"
        );
        assert_eq!(issued.scope, None);
        assert!(!format!("{issued:?}").contains("eyJ0"));
    }
    let scoped =
        r#"{"access_token":"x","token_type":"Bearer","expires_in":3600,"scope":"signature impersonation"}"#;
    let issued = call(&assertion).reply(answer(200, scoped)).unwrap();
    assert_eq!(issued.scope.as_deref(), Some("signature impersonation"));
}

#[test]
fn an_answer_without_a_usable_token_is_unexpected() {
    let assertion = "a.b.c".into();
    for body in [
        "",
        "<html>sentinel</html>",
        r#"{"access_token":"sentinel"}"#,
        r#"{"access_token":"sentinel","expires_in":"soon"}"#,
        r#"{"access_token":"sentinel","expires_in":-5}"#,
        r#"{"access_token":"sentinel","token_type":"mac","expires_in":3600}"#,
        r#"{"access_token":["sentinel"],"expires_in":3600}"#,
    ] {
        let error = call(&assertion).reply(answer(200, body)).unwrap_err();
        assert_eq!((error.kind(), error.reach()), (ErrorKind::Unexpected, Reach::Yes), "{body}");
        assert!(!format!("{error} {error:?}").contains("sentinel"), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_explained_with_what_the_provider_said() {
    let assertion = "a.b.c".into();
    let headers = vec![
        ("date", "Wed, 07 Jan 2026 12:00:07 GMT".to_owned()),
        ("x-docusign-tracetoken", "trace-1".to_owned()),
    ];
    let body = r#"{"error":"invalid_grant","error_description":"no_valid_keys_or_signatures"}"#;
    let (client, script, _) = client([Step::Answer(400, headers, Bytes::from_static(body.as_bytes()))]);
    let seen = std::sync::Mutex::new(None);
    let explain = |refusal: &OAuthRefusal| {
        *seen.lock().unwrap() = Some(refusal.clone());
        explain(refusal)
    };
    let error = client.run(&JwtBearer { explain: &explain, ..call(&assertion) }).await.unwrap_err();
    let refusal = seen.into_inner().unwrap().unwrap();
    assert_eq!((refusal.status, refusal.error.as_str()), (400, "invalid_grant"));
    assert_eq!(refusal.description.as_deref(), Some("no_valid_keys_or_signatures"));
    assert_eq!(refusal.request_id.as_deref(), Some("trace-1"));
    assert_eq!(refusal.date, Some(DateTime::parse_from_rfc3339("2026-01-07T12:00:07Z").unwrap().to_utc()));
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthenticated, Some(400)));
    assert_eq!((error.operation(), error.request_id()), (Some("oauth.token"), Some("trace-1")));
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn consent_without_a_description_is_understood() {
    let assertion = "a.b.c".into();
    let (client, _, _) = client([Step::Answer(400, vec![], r#"{"error":"consent_required"}"#.into())]);
    let error = client.run(&call(&assertion)).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::ConsentRequired, Some("consent_required")));
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_in_trouble_is_asked_again() {
    let assertion = "a.b.c".into();
    let token = || Step::Answer(200, vec![], r#"{"access_token":"x","expires_in":3600}"#.into());
    for trouble in [500, 502, 503, 429, 408] {
        let (client, script, _) = client([status(trouble), token()]);
        client.run(&call(&assertion)).await.unwrap();
        assert_eq!(script.count(), 2, "{trouble}");
    }
    let (client, _, _) = client([status(503), status(503), status(503), status(503), ok()]);
    let error = client.run(&call(&assertion)).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unavailable, Some(503)));
}

#[test]
fn what_an_endpoint_echoes_is_redacted() {
    let assertion: SecretString = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJzZW50aW5lbCJ9.sentinel".into();
    let body = format!(
        r#"{{"error":"invalid_grant","error_description":"bad assertion: {0} \"{0}\" of ann@example.com {1}"}}"#,
        assertion.expose_secret(),
        "x".repeat(5000),
    );
    let seen = std::sync::Mutex::new(String::new());
    let explain = |refusal: &OAuthRefusal| {
        *seen.lock().unwrap() = format!("{refusal:?}");
        explain(refusal)
    };
    let call = JwtBearer { explain: &explain, ..call(&assertion) };
    let error = call.refusal(Response::builder().status(400).body(body.into()).unwrap());
    let shown = format!("{error} {error:?} {call:?} {}", seen.lock().unwrap());
    assert!(shown.contains("bad assertion: [redacted]"), "{shown}");
    for secret in ["eyJ", "sentinel", "ann@", "xxxx"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_refresh_is_a_form_with_the_apps_credentials_where_they_are_wanted() {
    let (refresh_token, secret) = ("3AAA*/+".into(), "s&cret".into());
    let grant = |client| RefreshGrant {
        token_url: "https://api.na1.adobesign.com/oauth/v2/refresh".parse().unwrap(),
        refresh_token: &refresh_token,
        client,
        explain: &explain,
    };
    let request = grant(Some(("app", &secret))).request().unwrap();
    assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/oauth/v2/refresh"));
    assert_eq!(request.headers()[header::CONTENT_TYPE], "application/x-www-form-urlencoded");
    assert_eq!(
        request.body().as_bytes().unwrap(),
        "grant_type=refresh_token&refresh_token=3AAA*%2F%2B&client_id=app&client_secret=s%26cret"
    );
    let bare = grant(None).request().unwrap();
    assert_eq!(bare.body().as_bytes().unwrap(), "grant_type=refresh_token&refresh_token=3AAA*%2F%2B");
    let shown = format!("{:?}", grant(Some(("app", &secret))));
    assert!(!shown.contains("3AAA") && !shown.contains("s&cret"), "{shown}");
}

#[test]
fn a_refresh_may_keep_or_change_the_refresh_token() {
    let refresh_token = "old".into();
    let grant = RefreshGrant {
        token_url: "https://example.com/token".parse().unwrap(),
        refresh_token: &refresh_token,
        client: None,
        explain: &explain,
    };
    let kept = grant.reply(answer(200, r#"{"access_token":"a","token_type":"Bearer","expires_in":3600}"#));
    let kept = kept.unwrap();
    assert_eq!((kept.token.access_token.expose_secret(), kept.token.lifetime.as_secs()), ("a", 3600));
    assert!(kept.refresh_token.is_none());
    let body = r#"{"access_token":"a","expires_in":86400,"refresh_token":"sentinel"}"#;
    let changed = grant.reply(answer(200, body)).unwrap();
    assert!(!format!("{changed:?}").contains("sentinel"));
    assert_eq!(changed.refresh_token.unwrap().expose_secret(), "sentinel");
    let error = grant
        .refusal(answer(401, r#"{"error":"invalid_request","error_description":"invalid refresh token"}"#));
    assert_eq!((error.kind(), error.message()), (ErrorKind::Unauthenticated, "invalid refresh token"));
}
