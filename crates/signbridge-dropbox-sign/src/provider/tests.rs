//! The account through its client, against answers written from the specification and the recorded shapes.

mod in_flight;
mod templates;

use serde_json::{Value, json};
use signbridge_core::{CreateOptions, Recipient};

use super::*;
use crate::{
    DropboxSign,
    config::{Config, Credentials},
    testing::{ID, Script, config, lease, refused, request},
};

fn account(script: &Arc<Script>) -> Arc<dyn Provider> {
    DropboxSign::connect(Config { client_id: Some("app".into()), ..config() }, script.parts()).unwrap()
}

fn found(requests: &[Value]) -> Option<(u16, Value)> {
    let info = json!({"page": 1, "num_pages": 1, "num_results": null, "page_size": 100});
    Some((200, json!({"list_info": info, "signature_requests": requests})))
}

fn one(request: Value) -> Option<(u16, Value)> {
    Some((200, json!({"signature_request": request})))
}

async fn marked(key: &str) -> Value {
    let mut request = request(&[("ann@example.com", None, "awaiting_signature")]);
    let digest = lease().digest().await.unwrap();
    request["metadata"] = json!({"sb_key": key, "sb_digest": digest});
    request
}

fn keyed(key: &str) -> CreateOptions {
    CreateOptions::sent().key(key.parse().unwrap())
}

/// Rows: 11 Unauthenticated
#[tokio::test]
async fn the_key_is_the_user_of_basic_authentication_and_a_refused_one_costs_one_request() {
    let script = Script::new([refused(401, "unauthorized")]);
    let error = account(&script).get(ID).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthenticated, Some(401)));
    let seen = script.seen.lock().unwrap();
    assert_eq!(seen[0].authorization, "Basic azN5Og==", "k3y:");
    assert_eq!(seen.len(), 1);
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_at_the_other_host_with_the_apps_credentials() {
    let token = json!({"access_token": "t0k", "token_type": "Bearer", "refresh_token": "r2", "expires_in": 86400, "state": null});
    let script = Script::new([Some((200, token)), one(request(&[("ann@example.com", None, "signed")]))]);
    let credentials = Credentials::Refresh { refresh_token: "r1".into(), client_secret: "s3cret".into() };
    let config = Config { credentials, client_id: Some("app".into()), ..config() };
    let account = DropboxSign::connect(config, script.parts()).unwrap();
    account.get(ID).await.unwrap();
    let seen = script.seen.lock().unwrap();
    assert_eq!(seen[0].path, "/oauth/token?refresh");
    assert_eq!(seen[0].body, "grant_type=refresh_token&refresh_token=r1&client_id=app&client_secret=s3cret");
    assert_eq!(seen[1].authorization, "Bearer t0k");
}

fn refreshing(script: &Arc<Script>) -> Arc<dyn Provider> {
    let credentials = Credentials::Refresh { refresh_token: "r1".into(), client_secret: "s3cret".into() };
    let config = Config { credentials, client_id: Some("app".into()), ..config() };
    DropboxSign::connect(config, script.parts()).unwrap()
}

#[tokio::test]
async fn a_token_lives_as_long_as_it_says_and_the_refresh_token_that_came_is_used_next() {
    let token = |refresh: Value, seconds: u32| {
        let token = json!({"access_token": "t0k", "token_type": "Bearer", "refresh_token": refresh,
            "expires_in": seconds});
        Some((200, token))
    };
    let get = || one(request(&[("ann@example.com", None, "signed")]));
    let unauthorized = || refused(401, "unauthorized");
    let script = Script::new([
        token(json!("r2"), 3600),
        unauthorized(),
        token(Value::Null, 3600),
        get(),
        unauthorized(),
        token(json!("r2"), 3600),
        get(),
    ]);
    let account = refreshing(&script);
    for _ in 0..2 {
        account.get(ID).await.unwrap();
    }
    let bodies: Vec<String> = script.seen.lock().unwrap().iter().map(|seen| seen.body.clone()).collect();
    let used: Vec<&str> =
        bodies.iter().filter_map(|body| body.split("&refresh_token=").nth(1)?.split('&').next()).collect();
    assert_eq!(used, ["r1", "r2", "r2"], "what came is used next, and kept where nothing came");
    let script = Script::new([token(json!("r1"), 86_400), get(), get()]);
    let account = refreshing(&script);
    for _ in 0..2 {
        account.get(ID).await.unwrap();
    }
    assert_eq!(script.asked().iter().filter(|one| one.starts_with("POST")).count(), 1, "one token for a day");
}

/// Rows: 11 WrongHost
#[tokio::test]
async fn no_tokens_are_given_at_the_hosts_of_the_api_and_it_says_so() {
    let script = Script::new([refused(404, "not_found")]);
    let error = refreshing(&script).get(ID).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongHost, "{error}");
    assert!(error.remedy().unwrap().contains("auth_url"), "{error}");
}

/// Rows: 9 find by own reference
#[tokio::test]
async fn a_key_is_looked_for_before_it_is_sent_and_known_afterwards() {
    let script = Script::new([found(&[]), one(marked("order-7").await), one(marked("order-7").await)]);
    let account = account(&script);
    for _ in 0..2 {
        assert_eq!(account.create(&lease(), &keyed("order-7")).await.unwrap().id, ID);
    }
    let asked = script.asked();
    assert!(asked[0].ends_with("query=metadata%3Aorder-7"), "{asked:?}");
    assert_eq!(asked[1], "POST /v3/signature_request/send");
    assert_eq!(asked[2], format!("GET /v3/signature_request/{ID}"), "what was sent is read, not sent again");
}

/// Rows: 11 Stale, 11 Transport, 15 23
#[tokio::test]
async fn a_broken_connection_and_a_twin_are_looked_for_and_never_sent_again() {
    for doubt in [None, refused(409, "conflict"), refused(500, "unknown")] {
        let (other, mine) = (marked("order-70").await, marked("order-7").await);
        let script = Script::new([found(&[]), doubt, found(&[]), found(&[other, mine])]);
        let sent = account(&script).create(&lease(), &keyed("order-7")).await.unwrap();
        assert_eq!(sent.idempotency_key.as_deref(), Some("order-7"));
        let sends = script.asked().iter().filter(|one| one.starts_with("POST")).count();
        assert_eq!(sends, 1);
    }
}

/// Rows: 11 OutcomeUnknown, 15 23
#[tokio::test]
async fn what_stays_open_is_said_with_its_key_and_is_not_sent_again() {
    let script = Script::new([None, found(&[]), found(&[]), found(&[])]);
    let error = account(&script).create(&lease(), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(error.idempotency_key().is_some(), "a key was made up");
    assert_eq!(script.asked().iter().filter(|one| one.starts_with("POST")).count(), 1);
}

/// Rows: 1 Draft, 1 From Draft, 9 create draft, 9 send draft, 9 delete draft, 9 sender view, 9 single document,
/// 9 certificate, 9 audit events, 11 Unsupported
#[tokio::test]
async fn a_draft_cannot_be_and_costs_no_request() {
    let script = Script::new([]);
    let account = account(&script);
    let error = account.create(&lease(), &CreateOptions::draft()).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Unsupported, Some("create_draft")));
    for error in [
        account.send(ID).await.unwrap_err(),
        account.documents(ID).await.unwrap_err(),
        account.download(ID, &What::Certificate).await.unwrap_err(),
        account.download(ID, &What::Document("1".into())).await.unwrap_err(),
        account.audit(ID).await.unwrap_err(),
        account.acting_as("somebody").unwrap_err(),
        account.delete_draft(ID).await.unwrap_err(),
        account.sender_view(ID, &"https://app.example/".parse().unwrap()).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
    assert!(script.asked().is_empty());
}

/// Rows: 1 Voided, 2 Cancelled, 9 void, 11 Gone, 15 3, 15 20
#[tokio::test]
async fn a_cancellation_is_queued_and_what_cannot_be_read_afterwards_is_voided() {
    let script = Script::new([Some((200, Value::Null)), refused(410, "deleted"), refused(410, "deleted")]);
    let account = account(&script);
    assert_eq!(account.void(ID, "wrong price").await.unwrap(), Voided::Accepted);
    assert!(script.seen.lock().unwrap()[0].body.is_empty(), "a reason is told to nobody: none is taken");
    let seen = account.get(ID).await.unwrap();
    assert_eq!((seen.status, seen.state.ended_by), (EnvelopeStatus::Voided, Some(EndedBy::Sender)));
    let other = account.get("another").await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Gone, "who removed that one is unknown");
}

/// Rows: 3 same e-mail twice, 9 remind now, 11 Partial
#[tokio::test]
async fn those_whose_turn_it_is_are_reminded_one_by_one() {
    let three = [
        ("ann@example.com", Some(0), "signed"),
        ("cy@example.com", Some(1), "awaiting_signature"),
        ("dee@example.com", Some(2), "awaiting_signature"),
    ];
    let script = Script::new([one(request(&three)), one(request(&three))]);
    account(&script).remind(ID).await.unwrap();
    {
        let seen = script.seen.lock().unwrap();
        assert_eq!(seen[1].path, format!("/v3/signature_request/remind/{ID}"));
        assert_eq!(seen[1].body, r#"{"email_address":"cy@example.com","name":"cy@example.com"}"#);
    }
    let both =
        [("cy@example.com", None, "awaiting_signature"), ("dee@example.com", None, "awaiting_signature")];
    let script = Script::new([one(request(&both)), one(request(&both)), refused(400, "invalid_reminder")]);
    let error = account(&script).remind(ID).await.unwrap_err();
    assert_eq!((error.kind(), error.faults().len()), (ErrorKind::Partial, 1));
    let done = [("cy@example.com", None, "signed")];
    let script = Script::new([one(request(&done))]);
    assert_eq!(account(&script).remind(ID).await.unwrap_err().kind(), ErrorKind::InvalidState);
}

/// Rows: 5 link needs, 5 return URL, 11 NotReady, 15 24
#[tokio::test]
async fn a_link_is_made_with_the_signers_id_when_it_is_his_turn() {
    let two = [
        ("ann@example.com", Some(0), "awaiting_signature"),
        ("cy@example.com", Some(1), "awaiting_signature"),
    ];
    let link = json!({"embedded": {"sign_url": "https://embedded.hellosign.com/x?signature_id=sig0", "expires_at": 1795525200}});
    let script = Script::new([one(request(&two)), Some((200, link)), one(request(&two)), one(request(&two))]);
    let account = account(&script);
    let made = account.signing_link(ID, &SigningLinkRequest::new("Ann@example.com")).await.unwrap();
    assert_eq!(made.expires_at, Some("2026-11-24T13:00:00Z".parse().unwrap()));
    assert_eq!(script.asked()[1], "GET /v3/embedded/sign_url/sig0");
    for (email, kind) in
        [("cy@example.com", ErrorKind::NotReady), ("zoe@example.com", ErrorKind::InvalidInput)]
    {
        let error = account.signing_link(ID, &SigningLinkRequest::new(email)).await.unwrap_err();
        assert_eq!(error.kind(), kind);
    }
    let back = SigningLinkRequest::new("ann@example.com").return_url("https://app.example/".parse().unwrap());
    let asked = script.asked().len();
    assert_eq!(account.signing_link(ID, &back).await.unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(script.asked().len(), asked, "a link takes no address to return to");
    let mut mailed = request(&two);
    mailed["signing_url"] = "https://app.hellosign.com/sign/x".into();
    let script = Script::new([one(mailed)]);
    let error = self::account(&script).signing_link(ID, &SigningLinkRequest::new("ann@example.com")).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidInput);
}

/// Rows: 9 download combined, 11 DocumentRejected, 11 NotReady
#[tokio::test]
async fn files_that_are_being_made_are_not_ready_and_those_of_a_failed_request_never_will_be() {
    let mut failed = request(&[("ann@example.com", None, "error_file")]);
    failed["has_error"] = true.into();
    failed["signatures"][0]["error"] = "The file could not be read.".into();
    let unprocessable = || refused(422, "unprocessable_entity");
    let waiting = request(&[("ann@example.com", None, "awaiting_signature")]);
    for (answers, kind) in [
        (vec![refused(409, "conflict")], ErrorKind::NotReady),
        (vec![unprocessable(), one(waiting)], ErrorKind::NotReady),
        (vec![unprocessable(), one(failed)], ErrorKind::DocumentRejected),
    ] {
        let script = Script::new(answers);
        let error = account(&script).download(ID, &What::Combined).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
}

/// Rows: 1 Processing, 3 all parallel, 5 Embedded, 15 3
#[tokio::test]
async fn an_embedded_request_goes_another_way_and_names_the_app() {
    let mut embedded = lease();
    embedded.recipients = embedded.recipients.into_iter().map(Recipient::embedded).collect();
    let script = Script::new([one(request(&[("ann@example.com", None, "awaiting_signature")]))]);
    let sent = account(&script).create(&embedded, &CreateOptions::sent()).await.unwrap();
    assert_eq!(sent.status, EnvelopeStatus::Processing, "accepted is not prepared");
    assert!(sent.recipients[0].embedded);
    let seen = script.seen.lock().unwrap();
    assert_eq!(seen[0].path, "/v3/signature_request/create_embedded");
    assert!(!seen[0].body.contains("\"order\""), "all sign at the same time");
    assert!(seen[0].body.contains("name=\"client_id\"\r\n\r\napp\r\n"));
    assert!(seen[0].body.contains("name=\"test_mode\"\r\n\r\ntrue\r\n"));
}

/// Rows: 9 list
#[tokio::test]
async fn a_list_is_compared_again_on_our_side() {
    let (mine, other) = (marked("a").await, request(&[("ann@example.com", None, "signed")]));
    let mut cased = mine.clone();
    cased["metadata"]["case"] = "42".into();
    let script = Script::new([found(&[mine, cased, other])]);
    let mut query = ListQuery::default();
    query.metadata = Some(("case".into(), "42".into()));
    query.limit = Some(500);
    let page = account(&script).list(&query).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert!(script.asked()[0].contains("page_size=100&query=metadata%3A42"), "{:?}", script.asked());
}

/// Pages are numbered, so they fit together only while their size stays. Rows: 9 list
#[tokio::test]
async fn a_page_without_a_match_leads_on_and_pages_keep_their_size() {
    let open = request(&[("ann@example.com", None, "awaiting_signature")]);
    let mut declined = request(&[("ann@example.com", None, "declined")]);
    declined["is_declined"] = true.into();
    let page = |rows: &[&Value]| {
        Some((200, json!({"list_info": {"num_pages": 2, "page_size": 2}, "signature_requests": rows})))
    };
    let script = Script::new([page(&[&open, &open]), page(&[&declined])]);
    let account = account(&script);
    let mut query = ListQuery::default();
    query.statuses = vec![EnvelopeStatus::Declined];
    query.limit = Some(2);
    let first = account.list(&query).await.unwrap();
    assert!(first.items.is_empty() && first.next.is_some(), "{first:?}");
    query.cursor = first.next;
    query.limit = Some(1);
    let second = account.list(&query).await.unwrap();
    assert_eq!((second.items.len(), second.next), (1, None));
    assert!(script.asked()[1].contains("page=2&page_size=2&"), "{:?}", script.asked());
    for wrong in ["2", "0-20", "1-101", "x-y"] {
        query.cursor = Some(wrong.into());
        assert_eq!(account.list(&query).await.unwrap_err().kind(), ErrorKind::InvalidInput, "{wrong}");
    }
}
