//! The dialect against what the pages say, without sockets.

mod templates_and_time;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use super::call::Call;
use super::model::{SignerStatus, Status, Time};
use super::state::State;
use super::{envelopes, files, input, oauth, recipients, templates};
use crate::exchange::{Answer, Body, Query, Request};

const ORIGIN: &str = "http://127.0.0.1:1";

fn request(
    method: Method,
    target: &str,
    headers: &[(&'static str, &str)],
    body: impl Into<Bytes>,
) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().unwrap());
    }
    Request {
        method,
        path: path.to_owned(),
        query: Query::parse(query),
        headers: map,
        body: body.into(),
        origin: ORIGIN.to_owned(),
    }
}

fn now() -> Time {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

type Handler = fn(&mut Call<'_>) -> Result<Answer, super::errors::Refusal>;

fn post(state: &mut State, run: Handler, body: &Value) -> Result<Value, String> {
    let request = request(Method::POST, "/", &[("content-type", "application/json")], body.to_string());
    run(&mut Call { state, request: &request, now: now() }).map(json_of).map_err(|refusal| refusal.message)
}

fn get(state: &mut State, run: Handler, query: &str, at: Time) -> Result<Value, String> {
    let request = request(Method::GET, &format!("/?{query}"), &[], "");
    run(&mut Call { state, request: &request, now: at }).map(json_of).map_err(|refusal| refusal.message)
}

fn json_of(answer: Answer) -> Value {
    match answer.body {
        Body::Json(value) => value,
        other => panic!("{other:?}"),
    }
}

fn pdf() -> Bytes {
    let certificate = crate::pdf::Certificate {
        envelope_id: "x".into(),
        subject: "x".into(),
        status: "x".into(),
        sender: "x".into(),
        documents: Vec::new(),
        recipients: Vec::new(),
        issued: "x".into(),
    };
    crate::pdf::certificate(&certificate).unwrap().into()
}

/// Asks for an address and uploads; the file's key.
fn upload(state: &mut State, bytes: &Bytes) -> String {
    let body = json!({ "fileName": "contract.pdf", "contentType": "application/pdf" });
    let data = post(state, files::upload_url, &body).unwrap()["data"].clone();
    let secret = data["fileUploadUrl"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let put = request(Method::PUT, "/", &[("content-type", "application/pdf")], bytes.clone());
    assert_eq!(files::put(state, &put, &secret, now()).status, StatusCode::OK);
    data["fileKey"].as_str().unwrap().to_owned()
}

fn started(state: &mut State, signers: Value) -> String {
    let key = upload(state, &pdf());
    let body = json!({
        "subject": "Offer", "expireAfterSeconds": 86_400,
        "signFiles": [{ "fileKey": key }], "signerInfos": signers,
    });
    let answer = post(state, envelopes::create_and_start, &body).unwrap();
    assert_eq!(answer["code"], "0");
    assert_eq!(answer["data"]["envelopeStatus"], 1);
    answer["data"]["envelopeId"].as_str().unwrap().to_owned()
}

fn signer(email: &str, order: Value) -> Value {
    json!({ "userEmail": email, "userName": "N", "signOrder": order })
}

#[test]
fn a_token_comes_from_multipart_without_wrapper_and_lives_a_day() {
    let mut state = State::default();
    let ready = state.provision("http://a", "https://a");
    let form = |fields: &[(&str, &str)]| {
        let mut body = String::new();
        for (name, value) in fields {
            body += &format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        body + "--B--\r\n"
    };
    let good = form(&[
        ("client_id", &ready.app_id),
        ("client_secret", &ready.app_secret),
        ("grant_type", "client_credentials"),
    ]);
    let multipart = [("content-type", "multipart/form-data; boundary=B")];
    let ask = request(Method::POST, oauth::PATH, &multipart, good.clone());
    let answer = json_of(oauth::token(&mut state, &ask, now()));
    assert!(answer.get("code").is_none());
    assert_eq!(answer["scope"], "read-write");
    assert_eq!(answer["token_type"], "bearer");
    let token = answer["access_token"].as_str().unwrap();
    assert!(state.is_live(token, now() + chrono::TimeDelta::seconds(86_399)));
    assert!(!state.is_live(token, now() + chrono::TimeDelta::seconds(86_400)));

    let json_body = json!({ "client_id": ready.app_id, "client_secret": ready.app_secret,
        "grant_type": "client_credentials" });
    let ask =
        request(Method::POST, oauth::PATH, &[("content-type", "application/json")], json_body.to_string());
    assert_eq!(oauth::token(&mut state, &ask, now()).status, StatusCode::BAD_REQUEST);
    let ask = request(
        Method::POST,
        &format!(
            "{}?client_id={}&client_secret={}&grant_type=client_credentials",
            oauth::PATH,
            ready.app_id,
            ready.app_secret
        ),
        &[],
        "",
    );
    assert_eq!(oauth::token(&mut state, &ask, now()).status, StatusCode::BAD_REQUEST);
    // The vendor's own script sends it so.
    let encoded = format!(
        "client_id={}&client_secret={}&grant_type=client_credentials",
        ready.app_id, ready.app_secret
    );
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let ask = request(Method::POST, oauth::PATH, &form, encoded);
    assert_eq!(oauth::token(&mut state, &ask, now()).status, StatusCode::OK);
    let wrong = good.replace(&ready.app_secret, "other");
    let ask = request(Method::POST, oauth::PATH, &multipart, wrong);
    assert_eq!(oauth::token(&mut state, &ask, now()).status, StatusCode::BAD_REQUEST);
}

#[test]
fn an_upload_has_to_be_what_was_announced() {
    // The vendor's script: base64 of the MD5 of an empty file.
    const MD5: &str = "1B2M2Y8AsgTpgAmY7PhCfg==";
    let mut state = State::default();
    let body = json!({ "fileName": "a.pdf", "contentType": "application/pdf", "contentMD5": MD5 });
    let data = post(&mut state, files::upload_url, &body).unwrap()["data"].clone();
    let secret = data["fileUploadUrl"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let mut put = |headers: &[(&'static str, &str)], body: &'static str, minutes: i64| {
        let put = request(Method::PUT, "/", headers, body);
        files::put(&mut state, &put, &secret, now() + chrono::TimeDelta::minutes(minutes)).status.as_u16()
    };
    let both = [("content-type", "application/pdf"), ("content-md5", MD5)];
    assert_eq!(put(&[("content-type", "application/octet-stream"), ("content-md5", MD5)], "", 0), 403);
    assert_eq!(put(&[("content-type", "application/pdf")], "", 0), 403);
    assert_eq!(put(&both, "other bytes", 0), 403);
    assert_eq!(put(&both, "", 60), 403);
    assert_eq!(put(&both, "", 59), 200);

    let refused = |body: Value| post(&mut State::default(), files::upload_url, &body).is_err();
    assert!(refused(json!({ "fileName": "a", "contentType": "application/pdf" })));
    assert!(refused(json!({ "fileName": "a:b.pdf", "contentType": "application/pdf" })));
    assert!(refused(json!({ "fileName": "a\u{1F600}.pdf", "contentType": "application/pdf" })));
    assert!(refused(json!({ "fileName": "a.pdf" })));
    assert!(refused(json!({ "fileName": "a.pdf", "contentType": "application/pdf", "contentMD5": "x" })));
}

#[test]
fn a_file_that_was_never_uploaded_cannot_be_found() {
    let mut state = State::default();
    let body = json!({ "subject": "x", "signFiles": [{ "fileKey": "none" }],
        "signerInfos": [signer("a@example.com", 1.into())] });
    assert_eq!(post(&mut state, envelopes::create_and_start, &body).unwrap_err(), "File cannot be found.");
}

/// Rows: 3 order base, 3 all parallel, 3 parallel inside a sequence
#[test]
fn an_envelope_finishes_by_itself_in_the_order_of_its_signers() {
    let mut state = State::default();
    // As a number (pages) and as text (the vendor's script).
    let id = started(
        &mut state,
        json!([
            signer("one@example.com", 1.into()),
            signer("two@example.com", "2".into()),
            signer("three@example.com", 1.into())
        ]),
    );
    let statuses = |state: &mut State| {
        let data = get(state, envelopes::detail, &format!("envelopeId={id}"), now()).unwrap()["data"].clone();
        let signers: Vec<i64> = data["signerInfos"]
            .as_array()
            .unwrap()
            .iter()
            .map(|own| own["signerStatus"].as_i64().unwrap())
            .collect();
        (data["envelopeStatus"].as_i64().unwrap(), signers)
    };
    assert_eq!(statuses(&mut state), (1, vec![1, 0, 1]));
    let envelope = state.envelope_mut(&id).unwrap();
    assert!(envelope.sign("two@example.com", now()).is_err());
    envelope.sign("one@example.com", now()).unwrap();
    assert_eq!(statuses(&mut state), (1, vec![2, 0, 1]));
    let query = format!("envelopeId={id}");
    assert!(get(&mut state, files::download, &query, now()).is_err());
    let envelope = state.envelope_mut(&id).unwrap();
    envelope.sign("three@example.com", now()).unwrap();
    envelope.sign("two@example.com", now()).unwrap();
    assert_eq!(statuses(&mut state), (2, vec![2, 2, 2]));
    let zip = get(&mut state, files::download, &query, now()).unwrap();
    assert!(zip["data"]["downloadUrl"].as_str().unwrap().starts_with(ORIGIN));
    let list = get(&mut state, files::download, &format!("{query}&downloadType=list"), now()).unwrap();
    let kinds: Vec<&str> = list["data"]["envelopeFiles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["fileType"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["CONTRACT", "CERTIFICATE"]);
    // The archive's address lives half an hour, a file's an hour.
    let mut lives: Vec<i64> =
        state.grants.values().map(|grant| (grant.expires - now()).num_minutes()).collect();
    lives.sort_unstable();
    assert_eq!(lives, [30, 60, 60]);
    let refused = post(&mut state, envelopes::cancel, &json!({ "envelopeId": id, "reason": "late" }));
    assert!(refused.is_err());
}

/// Rows: 3 any-of group
#[test]
fn one_of_those_who_share_an_order_is_enough_with_any_signer() {
    let mut state = State::default();
    let any = |email: &str| json!({ "userEmail": email, "userName": "N", "signOrder": 1, "anySigner": true });
    let id = started(
        &mut state,
        json!([any("a@example.com"), any("b@example.com"), signer("c@example.com", 2.into())]),
    );
    let envelope = state.envelope_mut(&id).unwrap();
    envelope.sign("b@example.com", now()).unwrap();
    assert_eq!(envelope.signer("c@example.com").unwrap().status, SignerStatus::Signing);
    assert!(envelope.sign("a@example.com", now()).is_err());
    envelope.sign("c@example.com", now()).unwrap();
    assert_eq!(envelope.status, Status::Completed);
}

/// Rows: 1 Declined, 1 Voided, 1 Expired
#[test]
fn declining_cancelling_and_time_end_an_envelope() {
    let mut state = State::default();
    let one = json!([signer("a@example.com", 1.into())]);
    let (declined, cancelled, expired) =
        (started(&mut state, one.clone()), started(&mut state, one.clone()), started(&mut state, one));
    state.envelope_mut(&declined).unwrap().decline("a@example.com", "too dear", now()).unwrap();
    let data = get(&mut state, envelopes::detail, &format!("envelopeId={declined}"), now()).unwrap();
    assert_eq!(data["data"]["envelopeStatus"], 4);
    assert_eq!(data["data"]["signerInfos"][0]["rejectedReason"], "too dear");

    assert!(post(&mut state, envelopes::cancel, &json!({ "envelopeId": cancelled })).is_err());
    let answer =
        post(&mut state, envelopes::cancel, &json!({ "envelopeId": cancelled, "reason": "wrong" })).unwrap();
    assert_eq!(answer, json!({ "code": 0, "data": null, "message": "success" }));
    let data = get(&mut state, envelopes::detail, &format!("envelopeId={cancelled}"), now()).unwrap();
    assert_eq!(
        (&data["data"]["envelopeStatus"], &data["data"]["canceledReason"]),
        (&json!(5), &json!("wrong"))
    );

    let envelope = state.envelope_mut(&expired).unwrap();
    envelope.pass_time(now() + chrono::TimeDelta::seconds(86_399));
    assert_eq!(envelope.status, Status::InProgress);
    envelope.pass_time(now() + chrono::TimeDelta::seconds(86_400));
    assert_eq!(envelope.status, Status::Expired);
}

/// Rows: 5 None, 15 24
#[test]
fn signing_addresses_carry_the_access_code_in_clear() {
    let mut state = State::default();
    let mut own = signer("a@example.com", 1.into());
    own["authModes"] = "accessCode".into();
    own["authConfig"] = json!({ "accessCode": { "accessCode": "AB12", "promptInfo": "our number" } });
    own["deliveryMethods"] = "none".into();
    let id = started(&mut state, json!([own]));
    let data =
        get(&mut state, envelopes::sign_urls, &format!("envelopeId={id}"), now()).unwrap()["data"].clone();
    assert_eq!(data["signerInfos"][0]["accessCode"], "AB12");
    assert_eq!(data["signerInfos"][0]["signOrder"], "1");
    assert!(data["signerInfos"][0]["signUrl"].as_str().unwrap().contains(&id));
    assert!(state.envelope(&id).unwrap().mails.is_empty());
}

/// Rows: 4 Eid Singpass, 4 Eid iAM Smart
#[test]
fn what_the_pages_forbid_is_refused() {
    let with = |change: fn(&mut Value)| {
        let mut body = json!({ "subject": "x", "signerInfos": [signer("a@example.com", 1.into())] });
        change(&mut body);
        body
    };
    let signers = |body: &Value| input::signers(body.as_object().unwrap()).is_err();
    let heads = |body: &Value| input::head(body.as_object().unwrap()).is_err();
    assert!(!signers(&with(|_| {})) && !heads(&with(|_| {})));
    assert!(!signers(&with(|body| {
        let list = body["signerInfos"].take();
        body.as_object_mut().unwrap().remove("signerInfos");
        body["SignerInfos"] = list;
    })));
    // Older pages write the methods as digits, and places as text.
    assert!(!signers(&with(|body| {
        let own = &mut body["signerInfos"][0];
        own["authModes"] = "1".into();
        own["authConfig"] = json!({ "accessCode": { "accessCode": "AB12" } });
        let place = json!({ "fieldType": "signature", "posX": "10", "posY": 20.5, "pageNo": "1" });
        own["sealInfos"] = json!([{ "fileKey": "k", "signConfigs": [place] }]);
    })));
    let bad_signers: [fn(&mut Value); 15] = [
        |body| body["signerInfos"][0]["userName"] = "A|B".into(),
        |body| body["signerInfos"][0]["userEmail"] = "none".into(),
        |body| body["signerInfos"][0]["signOrder"] = 0.into(),
        |body| body["signerInfos"][0]["signOrder"] = "x".into(),
        |body| body["signerInfos"][0]["deliveryMethods"] = "pigeon".into(),
        |body| body["signerInfos"][0]["deliveryMethods"] = "sms".into(),
        |body| body["signerInfos"][0]["authModes"] = "singpass".into(),
        // The older number and the name one would guess; neither stands in the newer list.
        |body| body["signerInfos"][0]["authModes"] = "2".into(),
        |body| body["signerInfos"][0]["authModes"] = "iAMSmart".into(),
        |body| body["signerInfos"][0]["autoSign"] = true.into(),
        |body| {
            body["signerInfos"][0]["sealInfos"] = json!([{ "fileKey": "k", "signConfigs": [{ "fieldType": "signature", "posX": "left", "posY": 1 }] }]);
        },
        |body| body["signerInfos"][0]["authModes"] = "accessCode".into(),
        |body| {
            body["signerInfos"][0]["authModes"] = "accessCode".into();
            body["signerInfos"][0]["authConfig"] =
                json!({ "accessCode": { "accessCode": "ab12", "promptInfo": "it is AB12" } });
        },
        |body| body["signerInfos"][0]["businessId"] = "x".repeat(501).into(),
        |body| body["signerInfos"][0]["phoneNumber"] = json!({ "countryCode": "+852", "number": "1" }),
    ];
    for (index, change) in bad_signers.into_iter().enumerate() {
        assert!(signers(&with(change)), "{index}");
    }
    let bad_heads: [fn(&mut Value); 5] = [
        |body| body["subject"] = "".into(),
        |body| body["remark"] = "x".repeat(1001).into(),
        |body| body["expireAfterSeconds"] = 86_399.into(),
        |body| body["expireAfterSeconds"] = 7_776_001.into(),
        |body| body["callBackUrl"] = "ftp://x".into(),
    ];
    for (index, change) in bad_heads.into_iter().enumerate() {
        assert!(heads(&with(change)), "{index}");
    }
}

/// Rows: 2 Replaced, 3 add after start, 9 add CC in flight
#[test]
fn a_draft_takes_people_and_files_and_a_running_envelope_only_later_signers() {
    let mut state = State::default();
    let draft = post(&mut state, envelopes::create, &json!({ "subject": "x" })).unwrap()["data"].clone();
    assert_eq!(draft["envelopeStatus"], 0);
    let id = draft["envelopeId"].clone();
    let key = upload(&mut state, &pdf());
    let file = json!({ "envelopeId": id, "signFiles": [{ "fileKey": key }] });
    assert_eq!(post(&mut state, files::add_sign_files, &file).unwrap()["data"], Value::Null);
    let people = json!({ "envelopeId": id, "signerInfos": [signer("a@example.com", 1.into())] });
    post(&mut state, recipients::add_signers, &people).unwrap();
    assert!(post(&mut state, recipients::add_signers, &people).is_err(), "an e-mail is there once");
    let copy = json!({ "envelopeId": id, "CCInfos": [{ "userEmail": "c@example.com", "userName": "C" }] });
    let answer = post(&mut state, recipients::add_copies, &copy).unwrap();
    assert_eq!((&answer["code"], &answer["message"]), (&json!("0"), &json!("成功")));
    assert!(post(&mut state, recipients::add_copies, &copy).is_err());
    let rest = post(&mut state, recipients::delete_signers, &people).unwrap();
    assert_eq!(rest["data"]["signerInfos"], json!([]));
    post(&mut state, recipients::delete_copies, &copy).unwrap();
    post(&mut state, files::delete_sign_files, &file).unwrap();
    assert!(
        get(&mut state, envelopes::sign_urls, &format!("envelopeId={}", id.as_str().unwrap()), now())
            .is_err()
    );
    let view = json!({ "envelopeId": id, "returnUrl": "https://a.example" });
    assert!(
        post(&mut state, envelopes::sender_view, &view).unwrap()["data"]["url"]
            .as_str()
            .unwrap()
            .contains("tcode=")
    );

    let running = started(&mut state, json!([signer("a@example.com", 3.into())]));
    let late =
        |order: i64| json!({ "envelopeId": running, "signerInfos": [signer("b@example.com", order.into())] });
    assert!(post(&mut state, recipients::add_signers, &late(3)).is_err());
    post(&mut state, recipients::add_signers, &late(4)).unwrap();
    let gone = json!({ "envelopeId": running, "signerInfos": [{ "userEmail": "b@example.com" }] });
    assert!(post(&mut state, recipients::delete_signers, &gone).is_err(), "only from a draft");
    assert!(
        post(
            &mut state,
            envelopes::sender_view,
            &json!({ "envelopeId": running, "returnUrl": "https://a.example" })
        )
        .is_err()
    );
}

#[test]
fn lists_of_an_empty_app_keep_their_page_size() {
    let mut state = State::default();
    assert_eq!(get(&mut state, templates::list_all, "", now()).unwrap()["data"]["total"], 0);
    assert_eq!(get(&mut state, templates::stamps, "pageSize=20", now()).unwrap()["code"], 0);
    assert!(get(&mut state, templates::list_all, "pageSize=21", now()).is_err());
}
