//! Every call as it stands on the wire: request, reply and refusal, as snapshots. The answers are written from the
//! pages' own examples and tables, not from the emulator.

mod templates;

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use signbridge_client::rest::{RawRead, RawWrite};
use signbridge_contract::{
    calls::{self, Texts, answer, debug},
    snapshots,
};
use signbridge_core::{
    Authentication, Call, Delivery, Document, Draft, ErrorKind, Field, IdempotencyKey, Phone, Recipient,
    once::Intent,
};
use url::Url;

use super::{
    Api,
    cancel_envelope::CancelEnvelope,
    create_and_start::CreateAndStart,
    fetch_file::FetchFile,
    get_download::{GetArchiveUrl, GetFileUrls},
    get_envelope::GetEnvelope,
    get_sign_urls::GetSignUrls,
    get_token::GetToken,
    get_upload_url::GetUploadUrl,
    put_file::PutFile,
};
use crate::wire::{
    answer::secret::Address,
    definition::{Definition, Setting},
};

const ENVELOPE: &str = "9fbe6c8190824227bde29136b0145c81";

fn api() -> Arc<Api> {
    Arc::new(Api::new(&Url::parse("https://openapi-sml.esignglobal.com").unwrap()))
}

fn good(data: Value) -> Response<Bytes> {
    answer(200, &json!({"code": "0", "message": "success", "data": data}))
}

fn bad() -> Response<Bytes> {
    answer(500, &json!({"code": "1435", "message": "System error.", "data": null}))
}

/// The three snapshots of a call.
async fn call<C: Call>(
    call: &C,
    variant: &str,
    good: Response<Bytes>,
    show: impl Fn(C::Reply) -> String,
    bad: Response<Bytes>,
) {
    let texts = Texts::of(call, good, show, bad).await.unwrap();
    snapshots!(texts.variant(variant));
}

fn created(draft: &Draft) -> CreateAndStart {
    let key: IdempotencyKey = "order-7".parse().unwrap();
    let intent = Intent { key: &key, digest: "d1ge57", draft: false };
    let keys = ["fileKey1".to_owned(), "fileKey2".to_owned()];
    let setting = Setting { templates: &[], documents: &keys[..draft.documents.len()], later: None, intent };
    let definition = Arc::new(Definition::new(draft, setting).unwrap());
    CreateAndStart { api: api(), definition }
}

fn draft() -> Draft {
    let phone = || Phone { country_code: "65".into(), number: "81234567".into() };
    Draft::new("Offer Letter")
        .message("Until Friday, please.")
        .document(Document::from_bytes("offer.pdf", &b"%PDF"[..]))
        .recipient(Recipient::signer("Ann Lee", "ann@example.com").order(2).embedded().access_code("AB12"))
        .recipient(
            Recipient::signer("Bob Ray", "bob@example.com")
                .order(5)
                .delivered_by(Delivery::WhatsApp)
                .phone("852", "12345678")
                .authenticated_by(Authentication::SmsOtp(phone()))
                .note("Only for you."),
        )
        .recipient(
            Recipient::signer("Cy", "cy@example.com").order(5).authenticated_by(Authentication::EmailOtp),
        )
        .recipient(Recipient::carbon_copy("Dee", "dee@example.com").order(9))
        .metadata("case", "4/2")
        .free_placement()
        .expires_after_days(10)
        .return_url(Url::parse("https://app.example/done").unwrap())
}

#[tokio::test]
async fn token() {
    let (api, secret) = (api(), SecretString::from("APP_SECRET"));
    let ask = GetToken { api: &api, app_id: "APP_ID", app_secret: &secret, boundary: "BOUNDARY" };
    let page = json!({"access_token": "eyJhbGciOi", "expires_in": 86398, "scope": "read-write", "token_type": "bearer"});
    let show = |token: signbridge_client::IssuedToken| {
        assert_eq!(token.access_token.expose_secret(), "eyJhbGciOi");
        debug(token)
    };
    call(&ask, "", answer(200, &page), show, answer(401, &json!({"code": 401, "message": "bad"}))).await;
    // A refusal inside a good answer; and a life that is not told is a day.
    let refused = ask.reply(answer(200, &json!({"code": "7", "message": "app not found"}))).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unauthenticated);
    let short = ask.reply(answer(200, &json!({"access_token": "x"}))).unwrap();
    assert_eq!(short.lifetime.as_secs(), 86_400);
}

/// Rows: 11 DocumentRejected
#[tokio::test]
async fn uploading() {
    let md5 = "1B2M2Y8AsgTpgAmY7PhCfg==";
    let ask = GetUploadUrl { api: api(), file_name: "contract.pdf".into(), md5: md5.into() };
    let page = json!({"fileKey": "k", "fileName": "contract.pdf", "fileUploadUrl": "https://upload.example/presigned"});
    call(&ask, "", good(page), debug, bad()).await;
    let put = PutFile {
        url: Address("https://upload.example/presigned?X=1".into()),
        md5: md5.into(),
        source: Arc::new(Bytes::from_static(b"%PDF")),
    };
    let empty = |status| Response::builder().status(status).body(Bytes::new()).unwrap();
    call(&put, "", empty(200), debug, empty(403)).await;
}

/// Rows: 3 phone, 4 SmsOtp, 4 EmailOtp, 4 AccessCode, 9 expiry at creation, 9 subscribe events
#[tokio::test]
async fn creating() {
    let page = || good(json!({"envelopeId": ENVELOPE, "envelopeStatus": 1}));
    call(&created(&draft()), "", page(), debug, bad()).await;
    let mut placed = draft();
    placed.free_placement = false;
    placed.documents.push(Document::from_bytes("annex.pdf", &b"%PDF"[..]));
    placed.recipients.truncate(1);
    placed.recipients[0].fields = vec![
        Field::signature().at(1, 72.0, 600.5),
        Field::signature().on_document(2).at(3, 10.0, 20.0),
        Field::date_signed().at(1, 200.0, 600.0),
    ];
    placed.extras = [(
        "esignglobal".to_owned(),
        json!({"callBackUrl": "https://app.example/hook"}).as_object().unwrap().clone(),
    )]
    .into();
    call(&created(&placed), ".placed", page(), debug, bad()).await;
    // Another code is a failure: nothing was sent.
    let refused = answer(200, &json!({"code": 1437, "message": "File cannot be found.", "data": null}));
    let error = created(&draft()).reply(refused).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(!signbridge_core::once::in_doubt(&error));
    let unread = Response::builder().status(200).body(Bytes::from_static(b"<html>")).unwrap();
    assert!(signbridge_core::once::in_doubt(&created(&draft()).reply(unread).unwrap_err()));
}

#[test]
fn an_extra_that_repeats_the_draft_is_refused() {
    let mut draft = draft();
    draft.extras = [("esignglobal".to_owned(), json!({"subject": "x"}).as_object().unwrap().clone())].into();
    let key: IdempotencyKey = "k".parse().unwrap();
    let intent = Intent { key: &key, digest: "d", draft: false };
    let setting = Setting { templates: &[], documents: &["k".to_owned()], later: None, intent };
    let error = Definition::new(&draft, setting).unwrap_err();
    assert!(error.to_string().contains("extras.esignglobal.subject"), "{error}");
}

/// The page's own example, with values where it prints null.
fn detail() -> Value {
    json!({
        "signerInfos": [
            {"signerStatus": 2, "rejectedReason": null, "accessCode": "AB12", "businessId": "k=order-7&d=d1ge57&e=1&m.case=4%2F2",
             "userEmail": "one@example.com", "userName": "Signer One", "signDate": 1724055000193_i64, "signOrder": "1",
             "authConfig": {"accessCode": {"accessCode": "AB12", "promptInfo": "hint"}}},
            {"signerStatus": "1", "rejectedReason": null, "accessCode": null, "userEmail": "two@example.com",
             "userName": "Signer Two", "signDate": null, "signOrder": 2},
            {"signerStatus": 0, "userEmail": "three@example.com", "userName": "Signer Three", "signOrder": "3"},
            {"signerStatus": 42, "userEmail": "four@example.com", "userName": "Signer Four", "signOrder": "3"},
        ],
        "envelopeExpireTime": 1724919000193_i64,
        "signFiles": [{"fileKey": "4150a67c-d4f0-45e6-88e9-541ce6d0c73c"}],
        "envelopeCreateTime": 1724055000193_i64,
        "redirectUrl": "https://www.example.com",
        "attachments": null,
        "canceledReason": null,
        "subject": "api create envelope",
        "envelopeEndTime": null,
        "remark": "api remark",
        "CCInfos": [{"userEmail": "cc@example.com", "userName": "Cc"}],
        "InitiatorInfo": {"userName": "sender"},
        "expireTime": null,
        "envelopeId": ENVELOPE,
        "envelopeStatus": 1,
    })
}

/// Rows: 2 Declined, 2 Waiting, 2 Active, 2 Completed, 15 24
#[tokio::test]
async fn reading() {
    let get = GetEnvelope { api: api(), envelope: ENVELOPE.into() };
    let show = |detail: crate::wire::answer::Detail| {
        let text = serde_json::to_string_pretty(&detail.envelope).unwrap();
        assert!(!text.contains("AB12"), "an access code comes back in clear and goes no further");
        format!("{text}\n{:?}", detail.redirect_url)
    };
    call(&get, "", good(detail()), show, bad()).await;
    let mut declined = detail();
    declined["envelopeStatus"] = "4".into();
    declined["signerInfos"][1]["rejectedReason"] = "too dear".into();
    let envelope = get.reply(good(declined)).unwrap().envelope;
    assert_eq!(envelope.state.reason.as_deref(), Some("too dear"));
    assert_eq!(
        envelope.recipient("two@example.com").unwrap().status,
        signbridge_core::RecipientStatus::Declined
    );
    // Older pages spell the list with a capital.
    let mut older = detail();
    older["SignerInfos"] = older["signerInfos"].take();
    older.as_object_mut().unwrap().remove("signerInfos");
    assert_eq!(get.reply(good(older)).unwrap().envelope.recipients.len(), 5);
    // Either spelling of the end.
    let mut end = detail();
    end["expireTime"] = end["envelopeExpireTime"].take();
    assert!(get.reply(good(end)).unwrap().envelope.expires_at.is_some());
    for wrong in [json!(null), json!({}), json!({"envelopeId": "x"}), json!("x")] {
        assert_eq!(get.reply(good(wrong)).unwrap_err().kind(), ErrorKind::Unexpected);
    }
}

/// Rows: 15 24
#[tokio::test]
async fn signing_addresses() {
    let urls = GetSignUrls { api: api(), envelope: ENVELOPE.into() };
    let page = json!({"signerInfos": [
        {"accessCode": "AB12", "userEmail": "one@example.com", "signUrl": "https://app.example/dosign?signature=JWT",
         "userName": "Signer One", "signOrder": "1"},
        {"accessCode": "", "userEmail": "two@example.com", "signUrl": null, "userName": "Signer Two", "signOrder": "1"},
    ], "envelopeId": "xxxx", "envelopeStatus": 1});
    let show = |urls: Vec<super::get_sign_urls::SignUrl>| {
        assert_eq!(urls[0].url.expose_secret(), "https://app.example/dosign?signature=JWT");
        debug(urls)
    };
    call(&urls, "", good(page), show, bad()).await;
}

/// Rows: 9 void
#[tokio::test]
async fn cancelling() {
    let cancel = CancelEnvelope { api: api(), envelope: ENVELOPE.into(), reason: "wrong signer".into() };
    let newer = answer(200, &json!({"code": 0, "message": "success", "data": null}));
    call(&cancel, "", newer, debug, bad()).await;
    let older = json!({"canceledEnvelopeId": ENVELOPE, "canceledEnvelopeStatus": 5});
    cancel.reply(answer(200, &json!({"code": 0, "message": "success", "data": older}))).unwrap();
    assert!(cancel.reply(answer(200, &json!({"code": 9, "message": "success", "data": null}))).is_err());
}

/// Rows: 9 archive, 9 certificate, 9 single document
#[tokio::test]
async fn downloading() {
    let (archive, files) = (
        GetArchiveUrl { api: api(), envelope: ENVELOPE.into() },
        GetFileUrls { api: api(), envelope: ENVELOPE.into() },
    );
    let page =
        json!({"envelopeId": "xxxx", "downloadUrl": "https://download.example/all.zip", "envelopeStatus": 2});
    call(&archive, "", good(page), debug, bad()).await;
    let page = json!({"envelopeId": "xxxx", "envelopeStatus": 2, "envelopeFiles": [
        {"fileType": "CONTRACT", "fileName": "contract.pdf", "downloadUrl": "https://download.example/1"},
        {"fileType": "certificate", "fileName": "certificate.pdf", "downloadUrl": "https://download.example/2"},
    ]});
    call(&files, "", good(page), debug, bad()).await;
    let fetch = FetchFile { url: Address("https://download.example/1?X=1".into()) };
    let file = Response::builder()
        .header(header::CONTENT_TYPE, "application/pdf")
        .header(header::CONTENT_LENGTH, "17")
        .body(Bytes::new())
        .unwrap();
    let gone = Response::builder().status(403).body(Bytes::new()).unwrap();
    call(&fetch, "", file, debug, gone).await;
    assert!(fetch.reply(answer(200, &json!({}))).is_err(), "a page in place of a file is no file");
}

#[tokio::test]
async fn raw_requests() {
    let page = || good(json!({"total": 3, "stampList": []}));
    let request = |method: &str, path: &str| {
        Request::builder().method(method).uri(path).body(Bytes::from_static(b"{}")).unwrap()
    };
    let show = |answer: Response<Bytes>| String::from_utf8_lossy(answer.body()).into_owned();
    call(&RawRead::new(api(), request("GET", "/stamps?pageNum=1")), "", page(), show, bad()).await;
    call(&RawWrite::new(api(), request("POST", "/envelope/create")), ".write", page(), show, bad()).await;
    assert!(
        RawRead::new(api(), request("GET", "/../../etc")).request().is_err(),
        "the path stays below the API"
    );
}

#[test]
fn every_call_has_its_three_snapshots() {
    let gaps = calls::gaps_with(env!("CARGO_MANIFEST_DIR"), 19, &[RawRead::<Api>::NAME]);
    assert_eq!(gaps, Vec::<String>::new());
}
