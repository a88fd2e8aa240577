//! Every call as it stands on the wire: request, reply and refusal, as snapshots. The answers are written from the
//! specification and the recorded shapes, not from the emulator.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, header};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use signbridge_client::{RefreshGrant, rest::RawRead};
use signbridge_contract::{
    calls::{self, Texts, debug, page, pretty, shown},
    snapshots,
};
use signbridge_core::{
    Authentication, Call, Delivery, Document, Draft, ErrorKind, Field, IdempotencyKey, Phone, Prepared,
    Recipient, once::Intent,
};
use url::Url;

use super::{
    Root,
    cancel_request::CancelRequest,
    create_template::CreateTemplate,
    download_files::{DownloadFiles, FileType},
    get_account::GetAccount,
    get_request::GetRequest,
    get_sign_url::GetSignUrl,
    get_template::GetTemplate,
    list_requests::ListRequests,
    list_templates::ListTemplates,
    refresh_token::RefreshToken,
    remind_signer::RemindSigner,
    remove_request::RemoveRequest,
    send_request::SendRequest,
    update_request::{Change, UpdateRequest},
};
use crate::{
    testing::{ID, TEMPLATE, template},
    wire::{
        self,
        request::{self, Creation},
    },
};

fn root() -> Arc<Root> {
    Arc::new(Root::new(&Url::parse("https://api.hellosign.com").unwrap()).unwrap())
}

fn draft() -> Draft {
    let signer = Recipient::signer("Ann Lee", "ann@example.com")
        .order(2)
        .access_code("4711")
        .field(Field::signature().at(1, 72.0, 640.4))
        .field(Field::checkbox("terms").at(1, 72.0, 500.0));
    let mut draft = Draft::new("Please sign the lease")
        .message("Until Friday, please.")
        .document(Document::from_bytes("lease \"final\" ß.pdf", page(612, 792)))
        .recipient(signer)
        .recipient(
            Recipient::signer("Cy", "cy@example.com").order(5).field(Field::initials().at(1, 1.0, 2.0)),
        )
        .recipient(Recipient::carbon_copy("Bob", "bob@example.com").order(9))
        .metadata("case", "42")
        .expires_after_days(14);
    let extras = json!({"signing_options": {"draw": true, "default_type": "draw"}});
    draft.extras.insert(crate::PROVIDER.into(), extras.as_object().unwrap().clone());
    draft
}

async fn sending(embedded: bool) -> SendRequest {
    creating(&draft(), embedded).await
}

async fn creating(draft: &Draft, embedded: bool) -> SendRequest {
    let prepared = Prepared::new(draft).await.unwrap();
    let key: IdempotencyKey = "order-7".parse().unwrap();
    let creation = Creation {
        test_mode: true,
        client_id: embedded.then_some("app"),
        expires_at: "2026-12-08T12:00:00Z".parse().unwrap(),
        intent: Intent { key: &key, digest: "d1ge57", draft: false },
    };
    let members = request::members(&prepared, creation).unwrap();
    let mut call = SendRequest::new(root(), embedded, members, Arc::new(prepared));
    call.boundary = "BOUNDARY".into();
    call
}

fn answer(status: u16, body: Value) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::DATE, "Tue, 24 Nov 2026 12:10:00 GMT")
        .header("X-Ratelimit-Limit", "100")
        .header("X-Ratelimit-Limit-Remaining", "0")
        .header("X-Ratelimit-Reset", "1795522203")
        .body(body.to_string().into())
        .unwrap()
}

fn refused(status: u16, name: &str, message: &str) -> Response<Bytes> {
    answer(status, json!({"error": {"error_msg": message, "error_name": name}}))
}

/// Cancel was recorded to answer so.
fn empty() -> Response<Bytes> {
    Response::builder()
        .status(200)
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .body(Bytes::new())
        .unwrap()
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
    snapshots!(texts.variant(variant).hiding(&page(612, 792), "<the PDF>"));
}

/// As recorded answers are: numbers in metadata, members that the specification lacks, null where it has text.
fn full() -> Value {
    json!({
        "test_mode": true, "signature_request_id": ID, "requester_email_address": "me@example.com",
        "title": "Please sign the lease", "original_title": "Please sign the lease", "subject": "Please sign the lease",
        "message": null, "client_id": null,
        "metadata": {"case": 42, "sb_key": "order-7", "sb_digest": "d1ge57"}, "created_at": 1795521600,
        "expires_at": 1796731200, "is_complete": false, "is_declined": false, "has_error": false,
        "custom_fields": [], "response_data": [], "signing_url": format!("https://app.hellosign.com/sign/{ID}"),
        "signing_redirect_url": null, "final_copy_uri": format!("/v3/signature_request/final_copy/{ID}"),
        "files_url": "https://api.hellosign.com/v3/signature_request/files/x", "details_url": "https://app.hellosign.com/x",
        "cc_email_addresses": ["bob@example.com"], "template_ids": null,
        "signatures": [
            {"signature_id": "78caf2a1d01cd39cea2bc1cbb340dac3", "signer_email_address": "ann@example.com",
                "signer_name": "Ann Lee", "signer_role": null, "order": 0, "status_code": "awaiting_signature",
                "signed_at": null, "last_viewed_at": 1795521700, "last_reminded_at": null, "has_pin": true,
                "has_sms_auth": false, "decline_reason": null, "error": null},
            {"signature_id": "616629ed37f8588d28600be17ab5d6b7", "signer_email_address": "cy@example.com",
                "signer_name": "Cy", "signer_role": null, "order": 1, "status_code": "awaiting_signature",
                "signed_at": null, "last_viewed_at": null, "last_reminded_at": null, "has_pin": false}],
    })
}

/// Rows: 3 Signer, 3 CarbonCopy, 3 required, 4 AccessCode, 9 expiry at creation, 11 Partial, 15 5
#[tokio::test]
async fn send_request() {
    let warned = json!({"signature_request": full(),
        "warnings": [{"warning_msg": "The field `x` was ignored.", "warning_name": "parameter_ignored"}]});
    let path = json!({"error": {"error_msg": "This value is not a valid email address.", "error_name": "bad_request",
        "error_path": "signers[0][email_address]"}});
    call(&sending(false).await, "", answer(200, warned), pretty, answer(400, path)).await;
    let mut embedded = full();
    embedded["signing_url"] = Value::Null;
    embedded["client_id"] = "app".into();
    let paid = refused(402, "payment_required", "An upgrade is required to perform this action.");
    let good = answer(200, json!({"signature_request": embedded}));
    call(&sending(true).await, ".embedded", good, pretty, paid).await;
}

/// Rows: 9 get, 11 Gone, 11 Unexpected
#[tokio::test]
async fn get_request() {
    let get = GetRequest { root: root(), id: ID.into() };
    let bad = refused(410, "deleted", "This resource has been deleted.");
    call(&get, "", answer(200, json!({"signature_request": full()})), pretty, bad).await;
    assert!(get.reply(answer(200, json!({}))).is_err(), "an answer without a request is none");
    assert!(get.reply(empty()).is_err());
}

/// Rows: 9 list
#[tokio::test]
async fn list_requests() {
    let list = ListRequests {
        root: root(),
        query: Some("metadata:42 AND complete:false".into()),
        page: 2,
        page_size: 500,
    };
    let page = |pages: u32| {
        let info = json!({"page": 2, "num_pages": pages, "num_results": null, "page_size": 100});
        json!({"list_info": info, "signature_requests": [full()]})
    };
    let bad = refused(429, "exceeded_rate", "Too many requests.");
    call(&list, "", answer(200, page(3)), pretty, bad).await;
    assert_eq!(list.reply(answer(200, page(2))).unwrap().next, None);
    let nothing =
        list.reply(answer(200, json!({"list_info": {"num_pages": 9}, "signature_requests": []}))).unwrap();
    assert!(nothing.items.is_empty() && nothing.next.is_none(), "an empty page is the last one");
}

/// Rows: 3 same e-mail twice, 9 remind now, 9 resend mail
#[tokio::test]
async fn remind_signer() {
    let (email, name) = ("ann@example.com".to_owned(), "Ann Lee".to_owned());
    let remind = RemindSigner { root: root(), id: ID.into(), email, name };
    let bad = refused(400, "invalid_reminder", "A reminder was sent less than an hour ago.");
    call(&remind, "", answer(200, json!({"signature_request": full()})), debug, bad).await;
}

/// Rows: 9 void
#[tokio::test]
async fn cancel_request() {
    let cancel = CancelRequest { root: root(), id: ID.into() };
    let bad = refused(400, "signature_request_cancel_failed", "This request is complete.");
    call(&cancel, "", empty(), debug, bad).await;
}

/// Rows: 9 signing link, 11 NotFound
#[tokio::test]
async fn get_sign_url() {
    let get = GetSignUrl { root: root(), signature_id: "../78ca".into() };
    let secret = "https://embedded.hellosign.com/prep-and-send/sign?token=s3cret&x=1";
    let show = |link: signbridge_core::SigningLink| {
        assert_eq!(link.url.expose_secret(), secret);
        format!("{link:?}")
    };
    let good = answer(200, json!({"embedded": {"sign_url": secret, "expires_at": 1795525200}}));
    call(&get, "", good, show, refused(400, "bad_request", "Signature not found")).await;
}

/// Rows: 9 download combined, 9 archive
#[tokio::test]
async fn download_files() {
    let file = || {
        Response::builder()
            .header(header::CONTENT_TYPE, "application/pdf")
            .header(header::CONTENT_LENGTH, "1234")
            .header(header::CONTENT_DISPOSITION, "attachment; filename=\"Please sign the lease.pdf\"")
            .body(Bytes::new())
            .unwrap()
    };
    let making = refused(409, "conflict", "The files are being prepared.");
    let failed = refused(422, "unprocessable_entity", "This entity is unprocessable.");
    for (file_type, variant, bad) in [(FileType::Pdf, "", making), (FileType::Zip, ".zip", failed)] {
        let download = DownloadFiles { root: root(), id: ID.into(), file_type };
        call(&download, variant, file(), debug, bad).await;
        assert!(download.reply(answer(200, json!({}))).is_err(), "JSON is no document");
        assert!(download.reply(empty()).is_err(), "HTML is no document");
    }
}

/// Rows: 9 send from template
#[tokio::test]
async fn send_request_from_a_template() {
    let draft = Draft::new("Please sign the lease")
        .template(TEMPLATE)
        .recipient(
            Recipient::signer("Ann Lee", "ann@example.com").template_role("Client").access_code("4711"),
        )
        .recipient(Recipient::signer("Cy", "cy@example.com").template_role("Witness"))
        .recipient(Recipient::carbon_copy("Bob", "bob@example.com").template_role("Manager").order(2))
        .expires_after_days(14);
    let unfit = refused(400, "bad_request", "The role client does not exist in the template");
    let good = || answer(200, json!({"signature_request": full()}));
    call(&creating(&draft, false).await, ".template", good(), pretty, unfit).await;
    let deleted = refused(404, "not_found", "Template not found");
    call(&creating(&draft, true).await, ".template.embedded", good(), pretty, deleted).await;
}

/// Rows: 9 correct in flight, 9 replace signer, 9 extend expiry, 15 24
#[tokio::test]
async fn update_request() {
    let change = Change {
        signature_id: "78caf2a1d01cd39cea2bc1cbb340dac3".into(),
        email: Some("ann.lee@example.com".into()),
        name: None,
        expires_at: Some(1_796_731_200),
    };
    let update = UpdateRequest { root: root(), id: ID.into(), change };
    let mut changed = full();
    changed["signatures"][0]["signature_id"] = "0d15a5c6f0a2b4d8e6f7a8b9c0d1e2f3".into();
    changed["signatures"][0]["signer_email_address"] = "ann.lee@example.com".into();
    let page = refused(400, "bad_request", "A request with an appended signature page cannot be updated.");
    call(&update, "", answer(200, json!({"signature_request": changed})), pretty, page).await;
}

/// Rows: 9 purge finished
#[tokio::test]
async fn remove_request() {
    let remove = RemoveRequest { root: root(), id: ID.into() };
    let open = refused(400, "signature_request_remove_failed", "This request is not complete.");
    call(&remove, "", empty(), debug, open).await;
}

/// As recorded: fractions in places, an index as text, a message that is null.
///
/// Rows: 9 templates list and get
#[tokio::test]
async fn get_template() {
    let get = GetTemplate { root: root(), id: TEMPLATE.into() };
    let making = refused(409, "conflict", "The template is being prepared.");
    call(&get, "", answer(200, json!({"template": template()})), pretty, making).await;
    let read = get.reply(answer(200, json!({"template": template()}))).unwrap();
    assert_eq!(read.documents.len(), 2);
    assert!(get.reply(answer(200, json!({"template": {}}))).is_err(), "a template has an id");
    let older = get.reply(answer(200, json!({"template": {"reusable_form_id": TEMPLATE}}))).unwrap();
    assert_eq!(older.id, TEMPLATE, "under its older name too");
    assert!(get.reply(empty()).is_err());
}

#[tokio::test]
async fn list_templates() {
    let list = ListTemplates { root: root(), page: 2, page_size: 500 };
    let page = |pages: u32, templates: Value| {
        let info = json!({"page": 2, "num_pages": pages, "num_results": null, "page_size": 100});
        json!({"list_info": info, "templates": templates})
    };
    let no = refused(403, "forbidden", "You do not have permission.");
    call(&list, "", answer(200, page(3, json!([template()]))), pretty, no).await;
    assert_eq!(list.reply(answer(200, page(2, json!([template()])))).unwrap().next, None);
    let unreadable = page(3, json!([template(), {"title": "without an id"}]));
    assert_eq!(
        list.reply(answer(200, unreadable)).unwrap_err().kind(),
        signbridge_core::ErrorKind::Unexpected
    );
}

/// Rows: 9 template create
#[tokio::test]
async fn create_template() {
    let mut fixed = Field::text("rent").at(1, 72.0, 300.0);
    fixed.read_only = true;
    let draft = Draft::new("Lease")
        .message("Until Friday, please.")
        .document(Document::from_bytes("lease.pdf", page(612, 792)))
        .recipient(
            Recipient::signer("Tenant", "tenant@example.com")
                .template_role("Client")
                .field(Field::signature().at(1, 72.0, 640.0))
                .field(fixed),
        )
        .recipient(
            Recipient::signer("Witness", "witness@example.com")
                .order(2)
                .template_role("Witness")
                .field(Field::signature().at(1, 300.0, 640.0)),
        )
        .recipient(Recipient::carbon_copy("Boss", "boss@example.com").template_role("Manager").order(3));
    let (plain, roles) = wire::template::roles(&draft).unwrap();
    let prepared = Prepared::new(&plain).await.unwrap();
    let members = wire::template::members(&prepared.draft, &roles, true).unwrap();
    let mut create = CreateTemplate::new(root(), members, prepared);
    create.boundary = "BOUNDARY".into();
    let bad = json!({"error": {"error_msg": "Missing parameter: signer_roles", "error_name": "bad_request",
        "error_path": "signer_roles"}});
    let good = answer(200, json!({"template": {"template_id": TEMPLATE}}));
    call(&create, "", good, debug, answer(400, bad)).await;
    assert!(create.reply(answer(200, json!({"template": {}}))).is_err(), "a template has an id");
}

/// Rows: 9 quota
#[tokio::test]
async fn get_account() {
    let get = GetAccount { root: root() };
    let good = json!({"account": {"account_id": "5008b25c7f67153e57d5a357b1687968068fb465", "email_address": "me@example.com",
        "is_locked": false, "is_paid_hs": true, "is_paid_hf": false, "callback_url": null, "role_code": null,
        "quotas": {"api_signature_requests_left": 1250, "documents_left": null, "templates_left": null}}});
    call(&get, "", answer(200, good), debug, refused(401, "unauthorized", "Unauthorized api key")).await;
    let unlimited = json!({"account": {"quotas": {"api_signature_requests_left": null}}});
    let quotas = get.reply(answer(200, unlimited)).unwrap().quotas.unwrap();
    assert_eq!(quotas.api_signature_requests_left, None, "null is no limit");
}

/// The refusal is in the provider's shape, the names in it are those of OAuth.
///
/// Rows: 11 Unauthenticated
#[tokio::test]
async fn refresh_token() {
    let token_url = Url::parse("https://app.hellosign.com/oauth/token?refresh").unwrap();
    let (refresh_token, secret) = ("r1".to_owned().into(), "s3cret".to_owned().into());
    let client = Some(("app", &secret));
    let explain = &crate::session::explain;
    let refresh = RefreshToken(RefreshGrant { token_url, refresh_token: &refresh_token, client, explain });
    let good = json!({"access_token": "t0k", "token_type": "Bearer", "refresh_token": "r1", "expires_in": 86400,
        "state": null});
    let bad = refused(400, "invalid_grant", "The refresh token is invalid.");
    call(&refresh, "", answer(200, good), debug, bad).await;
    for (status, name, kind) in [
        (400, "invalid_grant", ErrorKind::Unauthenticated),
        (401, "invalid_grant", ErrorKind::Unauthenticated),
        (401, "invalid_client", ErrorKind::Unauthenticated),
        (401, "unauthorized_client", ErrorKind::Unauthenticated),
        (403, "unauthorized_client", ErrorKind::Unauthenticated),
        (402, "addon_required", ErrorKind::FeatureOff),
        (402, "quota_reached", ErrorKind::QuotaExhausted),
        (500, "server_error", ErrorKind::Unavailable),
        (503, "temporary_unavailable", ErrorKind::Unavailable),
    ] {
        let error = refresh.refusal(refused(status, name, "No."));
        assert_eq!(error.kind(), kind, "{name}: {error}");
    }
    let plain = answer(400, json!({"error": "invalid_grant"}));
    assert_eq!(refresh.refusal(plain).code(), Some("invalid_grant"), "in the usual shape too");
    let approval = refresh.refusal(refused(401, "unauthorized_client", "No."));
    assert!(approval.remedy().unwrap().contains("approved"), "{approval}");
}

/// Rows: 3 phone, 4 SmsOtp, 5 Email and Sms
#[tokio::test]
async fn a_phone_number_is_written_in_e164_for_one_purpose() {
    let phone = Phone { country_code: "48".into(), number: "600100200".into() };
    let signer = || Recipient::signer("Ann", "ann@example.com").field(Field::signature().at(1, 72.0, 600.0));
    for (recipient, purpose) in [
        (signer().authenticated_by(Authentication::SmsOtp(phone)), "authentication"),
        (signer().phone("48", "600100200").delivered_by(Delivery::EmailAndSms), "delivery"),
    ] {
        let draft =
            Draft::new("Lease").document(Document::from_bytes("a.pdf", page(612, 792))).recipient(recipient);
        let text = shown(creating(&draft, false).await.request().unwrap()).await.unwrap();
        let written = format!(r#""sms_phone_number":"+48600100200","sms_phone_number_type":"{purpose}""#);
        assert!(text.contains(&written), "{text}");
    }
}

/// Text in a file becomes a field only where the request asks for it, and ours does not.
///
/// Rows: 15 15
#[tokio::test]
async fn nothing_is_written_that_the_draft_does_not_say() {
    let text = shown(creating(&draft(), false).await.request().unwrap()).await.unwrap();
    for member in [
        "use_text_tags",
        "hide_text_tags",
        "use_preexisting_fields",
        "is_eid",
        "attachments",
        "grouped_signers",
    ] {
        assert!(!text.contains(member), "{member}");
    }
}

/// Rows: 4 Eid EU
#[tokio::test]
async fn what_is_the_providers_own_goes_as_an_extra() {
    let mut draft = draft();
    let extras = json!({"is_eid": true}).as_object().unwrap().clone();
    draft.extras.insert(crate::PROVIDER.into(), extras);
    let text = shown(creating(&draft, false).await.request().unwrap()).await.unwrap();
    assert!(text.contains("name=\"is_eid\"\n\ntrue\n"), "{text}");
}

#[tokio::test]
async fn raw() {
    let raw = |path: &str| RawRead::new(root(), Request::builder().uri(path).body(Bytes::new()).unwrap());
    let read = raw("/template/list?page=2");
    let show = |answer: Response<Bytes>| String::from_utf8(answer.into_body().to_vec()).unwrap();
    let bad = refused(403, "forbidden", "You do not have permission.");
    call(&read, "", answer(200, json!({"templates": []})), show, bad).await;
    assert!(raw("/../v2/account").request().is_err(), "it leaves the API");
}

/// Rows: 3 any-of group
#[tokio::test]
async fn an_extra_adds_and_never_replaces() {
    for name in [
        "signers",
        "grouped_signers",
        "template_ids",
        "ccs",
        "files",
        "test_mode",
        "client_id",
        "cc_email_addresses",
    ] {
        let mut draft = draft();
        draft.extras.insert(crate::PROVIDER.into(), [(name.to_owned(), json!("x"))].into_iter().collect());
        let prepared = Prepared::new(&draft).await.unwrap();
        let key: IdempotencyKey = "k".parse().unwrap();
        let creation = Creation {
            test_mode: true,
            client_id: None,
            expires_at: "2026-12-08T12:00:00Z".parse().unwrap(),
            intent: Intent { key: &key, digest: "d", draft: false },
        };
        assert!(request::members(&prepared, creation).is_err(), "{name}");
    }
}

#[test]
fn the_host_may_be_given_with_or_without_the_version() {
    for host in
        ["http://127.0.0.1:9", "http://127.0.0.1:9/", "http://127.0.0.1:9/v3", "http://127.0.0.1:9/v3/"]
    {
        let root = Root::new(&Url::parse(host).unwrap()).unwrap();
        assert_eq!(root.resource(&["account"], &[]).as_str(), "http://127.0.0.1:9/v3/account");
    }
}

#[test]
fn every_call_has_its_three_snapshots() {
    let gaps = calls::gaps_with(env!("CARGO_MANIFEST_DIR"), 14, &[RawRead::<Root>::NAME]);
    assert_eq!(gaps, Vec::<String>::new());
}
