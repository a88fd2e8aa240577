//! What happens to a request on its way and after its end: corrections, what was filled in, removal; and the quota.

use secrecy::SecretString;
use signbridge_core::{
    Addressee, Authentication, Correction, FormValue, Phone, Reach, Recipient, RecipientChange,
};

use super::*;
use crate::testing::ID;

fn two() -> Value {
    request(&[
        ("ann@example.com", Some(0), "awaiting_signature"),
        ("cy@example.com", Some(1), "awaiting_signature"),
    ])
}

/// The request after Ann's correction: another address is another signature.
fn corrected() -> Value {
    let mut request = two();
    request["signatures"][0]["signature_id"] = "sig9".into();
    request["signatures"][0]["signer_email_address"] = "ann.lee@example.com".into();
    request
}

fn ann() -> RecipientChange {
    RecipientChange::of("Ann@example.com")
}

/// Rows: 9 correct in flight, 9 replace signer, 15 18, 15 24
#[tokio::test]
async fn only_what_differs_is_sent_and_the_new_signature_id_comes_back() {
    let script = Script::new([one(two()), one(corrected())]);
    let change = ann().name("ann@example.com").email("ann.lee@example.com");
    let now = account(&script).correct(ID, &Correction::new().change(change)).await.unwrap();
    assert_eq!(now.recipient("ann.lee@example.com").unwrap().id, "sig9");
    assert_eq!(
        script.asked(),
        [format!("GET /v3/signature_request/{ID}"), format!("POST /v3/signature_request/update/{ID}")]
    );
    let body = script.seen.lock().unwrap()[1].body.clone();
    assert_eq!(body, r#"{"signature_id":"sig0","email_address":"ann.lee@example.com"}"#, "the name stays");
    let script = Script::new([one(two())]);
    let same = ann().email("ANN@example.com");
    account(&script).correct(ID, &Correction::new().change(same)).await.unwrap();
    assert_eq!(script.asked().len(), 1, "what is there already is not written: it would mail again");
}

/// Rows: 9 extend expiry
#[tokio::test]
async fn an_end_goes_with_a_name_that_stays_or_with_the_first_change() {
    let script = Script::new([one(two()), one(two())]);
    account(&script).correct(ID, &Correction::new().expires_after_days(30)).await.unwrap();
    let in_thirty_days = "2026-12-24T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp();
    let body: Value = serde_json::from_str(&script.seen.lock().unwrap()[1].body).unwrap();
    assert_eq!(
        body,
        json!({"signature_id": "sig0", "name": "ann@example.com", "expires_at": in_thirty_days})
    );
    let script = Script::new([one(two()), one(two())]);
    let correction = Correction::new().change(ann().name("Ann Ray")).expires_after_days(30);
    account(&script).correct(ID, &correction).await.unwrap();
    let body: Value = serde_json::from_str(&script.seen.lock().unwrap()[1].body).unwrap();
    assert_eq!(body, json!({"signature_id": "sig0", "name": "Ann Ray", "expires_at": in_thirty_days}));
}

/// Rows: 3 add after start, 9 add CC in flight, 9 change authentication in flight
#[tokio::test]
async fn what_cannot_be_corrected_is_said_with_every_path_and_without_a_request() {
    let script = Script::new([]);
    let account = account(&script);
    let phone = Phone { country_code: "48".into(), number: "600100200".into() };
    let mut moved = ann().authenticated_by(Authentication::SmsOtp(phone.clone()));
    (moved.order, moved.phone) = (Some(2), Some(phone));
    let correction = Correction::new()
        .change(moved)
        .recipient(Recipient::carbon_copy("Dee", "dee@example.com"))
        .remove(Addressee::new("cy@example.com"))
        .expires_after_days(91);
    let error = account.correct(ID, &correction).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Unsupported, Some("correct")));
    let paths: Vec<&str> = error.faults().iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "changes[0].phone",
            "changes[0].authentication",
            "changes[0].order",
            "add[0]",
            "remove[0]",
            "expires_after_days"
        ]
    );
    let empty = account.correct(ID, &Correction::new()).await.unwrap_err();
    assert_eq!(empty.kind(), ErrorKind::InvalidInput);
    assert!(script.asked().is_empty());
}

/// Rows: 1 From terminal, 3 same e-mail twice, 11 InvalidState, 15 21
#[tokio::test]
async fn those_who_are_done_unknown_or_meant_twice_are_not_corrected() {
    let mut done = two();
    done["signatures"][0]["status_code"] = "signed".into();
    let mut complete = two();
    complete["is_complete"] = true.into();
    let mut declined = two();
    declined["is_declined"] = true.into();
    let twice = request(&[
        ("ann@example.com", Some(0), "awaiting_signature"),
        ("ann@example.com", Some(1), "awaiting_signature"),
    ]);
    let mut copied = two();
    copied["signatures"][0]["signer_email_address"] = "other@example.com".into();
    copied["cc_email_addresses"] = json!(["ann@example.com"]);
    for (seen, kind) in [
        (done, ErrorKind::InvalidState),
        (complete, ErrorKind::InvalidState),
        (declined, ErrorKind::InvalidState),
        (twice.clone(), ErrorKind::InvalidInput),
        (copied, ErrorKind::InvalidInput),
        (request(&[("dee@example.com", None, "awaiting_signature")]), ErrorKind::InvalidInput),
    ] {
        let script = Script::new([one(seen)]);
        let change = Correction::new().change(ann().name("Ann Ray"));
        let error = account(&script).correct(ID, &change).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(script.asked().len(), 1);
    }
    let script = Script::new([one(twice.clone()), one(twice)]);
    let mut second = ann().name("Ann Ray");
    second.who.order = Some(2);
    account(&script).correct(ID, &Correction::new().change(second)).await.unwrap();
    assert!(script.seen.lock().unwrap()[1].body.contains("\"sig1\""), "the order tells them apart");
}

/// Rows: 11 Partial
#[tokio::test]
async fn a_correction_in_doubt_is_read_and_not_repeated_and_a_half_one_says_so() {
    let change = Correction::new().change(ann().email("ann.lee@example.com"));
    let script = Script::new([one(two()), None, one(corrected())]);
    account(&script).correct(ID, &change).await.unwrap();
    let script = Script::new([one(two()), None, one(two())]);
    let error = account(&script).correct(ID, &change).await.unwrap_err();
    assert_eq!((error.kind(), error.reach()), (ErrorKind::Transport, Reach::Maybe));
    assert_eq!(script.asked().iter().filter(|one| one.starts_with("POST")).count(), 1);
    let both = change.change(RecipientChange::of("cy@example.com").name("Cy Ray"));
    let script = Script::new([one(two()), one(corrected()), refused(400, "bad_request")]);
    let error = account(&script).correct(ID, &both).await.unwrap_err();
    assert_eq!((error.kind(), error.faults()[0].path.as_str()), (ErrorKind::Partial, "changes[1]"));
}

/// Rows: 9 correct in flight
#[tokio::test]
async fn an_appended_signature_page_bars_corrections_and_the_provider_says_so() {
    let script = Script::new([one(two()), refused(400, "bad_request")]);
    let error =
        account(&script).correct(ID, &Correction::new().change(ann().name("Ann Ray"))).await.unwrap_err();
    assert_eq!((error.kind(), error.envelope_id()), (ErrorKind::InvalidInput, Some(ID)));
}

/// Rows: 9 form data
#[tokio::test]
async fn what_was_filled_in_is_text_whatever_its_type_and_drawn_fields_are_none() {
    let mut seen = two();
    seen["response_data"] = json!([
        {"api_id": "sig", "name": "", "type": "signature", "value": null, "signature_id": "sig0", "is_signed": true},
        {"api_id": "ini", "name": "", "type": "initials", "value": "drawn", "signature_id": "sig0"},
        {"api_id": "town", "name": "Town", "type": "text", "required": true, "value": "Hamburg", "signature_id": "sig0"},
        {"api_id": "pets", "name": "Pets", "type": "checkbox", "value": true, "signature_id": "sig0"},
        {"api_id": "car", "name": "Car", "type": "radio", "value": false, "signature_id": "sig1"},
        {"api_id": "plan__choice_1", "name": "month", "type": "radio", "value": false, "signature_id": "sig1"},
        {"api_id": "plan__choice_2", "name": "year", "type": "radio", "value": true, "signature_id": "sig1"},
        {"api_id": "size", "name": "Size", "type": "text", "value": 42, "signature_id": "sig1"},
        {"api_id": "empty", "name": "Empty", "type": "text", "value": null, "signature_id": "sig1"},
        {"api_id": "absent", "name": "Absent", "type": "text", "signature_id": "sig1"},
        {"name": "Rent", "type": "text-merge", "value": "1200", "signature_id": null},
    ]);
    let script = Script::new([one(seen)]);
    let values = account(&script).form_data(ID).await.unwrap();
    let ann = || Some("ann@example.com".to_owned());
    let cy = || Some("cy@example.com".to_owned());
    assert_eq!(
        values,
        [
            FormValue::new("town", "Hamburg", ann()),
            FormValue::new("pets", "true", ann()),
            FormValue::new("car", "false", cy()),
            FormValue::new("plan", "year", cy()),
            FormValue::new("size", "42", cy()),
            FormValue::new("Rent", "1200", None),
        ]
    );
    let script = Script::new([one(two())]);
    assert!(account(&script).form_data(ID).await.unwrap().is_empty(), "nobody has signed");
}

/// Rows: 9 purge finished
#[tokio::test]
async fn access_is_given_up_with_an_api_key_only() {
    let script = Script::new([Some((200, Value::Null)), refused(400, "signature_request_remove_failed")]);
    let keyed = account(&script);
    keyed.purge(ID).await.unwrap();
    assert_eq!(script.asked(), [format!("POST /v3/signature_request/remove/{ID}")]);
    assert_eq!(keyed.purge(ID).await.unwrap_err().kind(), ErrorKind::InvalidState);
    let script = Script::new([]);
    let token = Config::new(Credentials::AccessToken(SecretString::from("t0k")), true).unwrap();
    let account = DropboxSign::connect(token, script.parts()).unwrap();
    let error = account.purge(ID).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Unsupported, Some("purge")));
    assert!(script.asked().is_empty());
}

/// Rows: 9 quota
#[tokio::test]
async fn the_quota_tells_what_is_left_and_nothing_where_there_is_no_limit() {
    let quotas = |left: Value| {
        Some((
            200,
            json!({"account": {"email_address": "me@example.com",
            "quotas": {"api_signature_requests_left": left, "templates_left": null}}}),
        ))
    };
    let script = Script::new([quotas(json!(7)), quotas(Value::Null)]);
    let account = account(&script);
    let seven = account.quota().await.unwrap();
    assert_eq!((seven.left, seven.allowed, seven.sent), (Some(7), None, None));
    assert_eq!(account.quota().await.unwrap().left, None);
    assert_eq!(script.asked()[0], "GET /v3/account");
}
