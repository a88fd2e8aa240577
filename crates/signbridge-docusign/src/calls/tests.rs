//! Every call as it stands on the wire: request, reply and refusal, as snapshots. The answers are written from the
//! specification and the recorded shapes, not from the emulator.

mod in_flight;
mod templates;

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, header};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use signbridge_client::{
    oauth::{JwtBearer, OAuthRefusal},
    rest::RawRead,
};
use signbridge_contract::{
    calls::{self, Texts, debug, page, pretty},
    snapshots,
};
use signbridge_core::{
    Call, Document, Draft, ErrorKind, Field, IdempotencyKey, Prepared, Recipient, Role, What, once::Intent,
};
use url::Url;

use super::{
    Account,
    add_custom_fields::AddCustomFields,
    add_tabs::AddTabs,
    audit_events::GetAuditEvents,
    create_envelope::CreateEnvelope,
    create_recipient_view::CreateRecipientView,
    download_document::DownloadDocument,
    find_transaction::FindTransaction,
    get_envelope::GetEnvelope,
    get_user_info::GetUserInfo,
    list_documents::ListDocuments,
    list_envelopes::ListEnvelopes,
    put_document::PutDocument,
    update_envelope::{ResendEnvelope, SendDraft, VoidEnvelope},
};
use crate::wire::{
    definition::{Creation, EnvelopeDefinition},
    marks::{self, CustomFields},
};
use crate::{
    config::{Config, Environment},
    grant,
};

const ENVELOPE: &str = "565920e1-4383-86cb-8185-0123456789ab";
const ACCOUNT: &str = "11111111-2222-3333-4444-555555555555";

fn account() -> Arc<Account> {
    Arc::new(Account::new(&Url::parse("https://demo.docusign.net").unwrap(), ACCOUNT).unwrap())
}

fn draft() -> Draft {
    Draft::new("Please sign the lease")
        .message("Until Friday, please.")
        .document(Document::from_bytes("lease \"final\".pdf", page(612, 792)))
        .recipient(
            Recipient::signer("Ann Lee", "ann@example.com")
                .order(1)
                .embedded()
                .access_code("4711")
                .field(Field::signature().at(1, 72.0, 640.4))
                .field(Field::date_signed().at_anchor("Date:", 36.0, 0.0))
                .field(Field::checkbox("terms").at(1, 72.0, 500.0)),
        )
        .recipient(
            Recipient::new(Role::InPersonSigner, "Cy", "cy@example.com")
                .order(5)
                .host("Dee", "dee@example.com")
                .field(Field::initials().at(1, 1.0, 2.0)),
        )
        .recipient(Recipient::carbon_copy("Bob", "bob@example.com").order(9))
        .metadata("case", "42")
        .reminders(2, 3)
        .expires_after_days(14)
        .return_url(Url::parse("https://app.example/done").unwrap())
}

fn answer(status: u16, body: Value) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .header(header::DATE, "Tue, 24 Nov 2026 12:10:00 GMT")
        .header("X-DocuSign-TraceToken", "trace-1")
        .body(body.to_string().into())
        .unwrap()
}

fn refused(code: &str, message: &str) -> Response<Bytes> {
    answer(400, json!({"errorCode": code, "message": message}))
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

async fn creation(staged: bool) -> CreateEnvelope {
    let prepared = Prepared::new(&draft()).await.unwrap();
    let key: IdempotencyKey = "order-7".parse().unwrap();
    let intent = Intent { key: &key, digest: "d1ge57", draft: true };
    let transaction_id = marks::transaction_id(ACCOUNT, &key);
    let creation = Creation { sent: !staged, transaction_id, intent: Some(intent), staged };
    let definition = Arc::new(EnvelopeDefinition::new(&prepared, creation, None).unwrap());
    let documents = (!staged).then(|| Arc::new(prepared));
    CreateEnvelope { account: account(), definition, documents, boundary: "BOUNDARY".into() }
}

#[tokio::test]
async fn create_envelope() {
    let good = || {
        answer(
            201,
            json!({"envelopeId": ENVELOPE.to_uppercase(), "uri": "/envelopes/x", "statusDateTime": "2026-06-24T14:31:11.6600000Z", "status": "sent"}),
        )
    };
    let bad = || refused("UNABLE_TO_LOAD_DOCUMENT", "Unable to load the document.\r\n");
    call(&creation(false).await, "", good(), debug, bad()).await;
    call(&creation(true).await, ".staged", good(), debug, bad()).await;
    // An asynchronous creation, which is never asked for, would answer so.
    let without =
        answer(201, json!({"status": "processing", "statusDateTime": "2026-06-24T14:31:11.6600000Z"}));
    assert!(creation(false).await.reply(without).is_err(), "an envelope without an id is none");
}

#[tokio::test]
async fn put_document() {
    let prepared = Prepared::new(&draft()).await.unwrap();
    let put = PutDocument {
        account: account(),
        envelope: ENVELOPE.into(),
        document_id: "1".into(),
        document: prepared.documents[0].clone(),
    };
    call(&put, "", answer(200, json!({})), debug, refused("DOCUMENT_UPLOAD_NOT_ALLOWED", "Not a draft."))
        .await;
}

#[tokio::test]
async fn add_tabs() {
    let prepared = Prepared::new(&draft()).await.unwrap();
    let (recipient_id, tabs) = EnvelopeDefinition::staged_tabs(&prepared).remove(0);
    let add = AddTabs { account: account(), envelope: ENVELOPE.into(), recipient_id, tabs };
    let good =
        answer(201, json!({"signHereTabs": [{"tabId": "t", "tabLabel": "sb_1_1", "tabType": "signhere"}]}));
    call(&add, "", good, debug, refused("ANCHOR_TAG_PROCESSING_FAILURE", "Anchor text not found.")).await;
    let inside = answer(
        201,
        json!({"signHereTabs": [{"errorDetails": {"errorCode": "INVALID_TABID", "message": "no"}}]}),
    );
    assert_eq!(add.reply(inside).unwrap_err().code(), Some("INVALID_TABID"));
}

#[tokio::test]
async fn add_custom_fields() {
    let key: IdempotencyKey = "order-7".parse().unwrap();
    let intent = Intent { key: &key, digest: "d1ge57", draft: true };
    let fields = CustomFields { text_custom_fields: vec![marks::digest(&intent)] };
    let add = AddCustomFields { account: account(), envelope: ENVELOPE.into(), fields };
    let good = answer(
        201,
        json!({"textCustomFields": [{"fieldId": "101", "name": "sb_digest", "value": "d1ge57"}], "listCustomFields": []}),
    );
    call(&add, "", good, debug, refused("ENVELOPE_INVALID_STATUS", "The envelope is completed.")).await;
}

#[tokio::test]
async fn update_envelope() {
    let good = || answer(200, json!({"envelopeId": ENVELOPE}));
    let send = SendDraft { account: account(), envelope: ENVELOPE.into() };
    call(&send, "", good(), debug, refused("Envelope_Invalid_Status", "Invalid envelope status.")).await;
    let void = VoidEnvelope { account: account(), envelope: ENVELOPE.into(), reason: "wrong price".into() };
    call(&void, "", good(), debug, refused("ENVELOPE_CANNOT_VOID_INVALID_STATE", "Only sent ones.")).await;
    let resend = ResendEnvelope { account: account(), envelope: ENVELOPE.into() };
    call(&resend, "", good(), debug, refused("HOURLY_APIINVOCATION_LIMIT_EXCEEDED", "The limit is reached."))
        .await;
    let inside = answer(
        200,
        json!({"envelopeId": ENVELOPE, "errorDetails": {"errorCode": "ENVELOPE_INVALID_STATUS", "message": "no"}}),
    );
    assert_eq!(send.reply(inside).unwrap_err().code(), Some("ENVELOPE_INVALID_STATUS"), "2xx is not success");
}

fn full_answer() -> Value {
    json!({
        "envelopeId": ENVELOPE, "status": "delivered", "emailSubject": "Please sign the lease",
        "createdDateTime": "2026-06-24T14:31:11.6600000Z", "sentDateTime": "2026-06-24T14:31:12.5Z",
        "expireDateTime": "2026-07-08T14:31:12.5000000Z", "envelopeLocation": null,
        "recipients": {
            "signers": [{"recipientId": "1", "recipientIdGuid": "g", "name": "Ann Lee", "email": "ann@example.com",
                "routingOrder": "1", "status": "Delivered", "clientUserId": "signbridge-1", "deliveredDateTime": "2026-06-25T08:00:00.0000000Z"}],
            "inPersonSigners": [{"recipientId": "2", "hostName": "Dee", "hostEmail": "dee@example.com", "signerName": "Cy",
                "signerEmail": "cy@example.com", "routingOrder": 2, "status": "created"}],
            "carbonCopies": [{"recipientId": "3", "name": "Bob", "email": "bob@example.com", "routingOrder": "3", "status": "created"}],
            "agents": [], "recipientCount": "3", "currentRoutingOrder": "1"},
        "envelopeDocuments": [
            {"documentId": "1", "name": "lease", "type": "content", "order": "1", "pages": [{"sequence": "1"}]},
            {"documentId": "certificate", "name": "Summary", "type": "summary", "order": "999"}],
        "customFields": {"textCustomFields": [
            {"fieldId": "1", "name": "case", "value": "42", "show": "false", "required": "false"},
            {"fieldId": "2", "name": "sb_key", "value": "order-7"}, {"fieldId": "3", "name": "sb_digest", "value": "d1ge57"}],
            "listCustomFields": []}
    })
}

#[tokio::test]
async fn get_envelope() {
    let get = GetEnvelope { account: account(), envelope: ENVELOPE.into() };
    let bad = answer(
        404,
        json!({"errorCode": "ENVELOPE_DOES_NOT_EXIST", "message": "The envelope of ann@example.com at https://x.y does not exist."}),
    );
    call(&get, "", answer(200, full_answer()), |full| pretty(full.envelope), bad).await;
}

#[tokio::test]
async fn list_envelopes() {
    let list = ListEnvelopes {
        account: account(),
        from: "2026-01-01T00:00:00Z".parse().unwrap(),
        to: Some("2026-12-31T00:00:00Z".parse().unwrap()),
        statuses: vec!["sent", "delivered", "signed"],
        custom_field: Some("case=42 & more".into()),
        count: 5000,
        start: 10,
    };
    let page = |next: Value| {
        json!({"resultSetSize": "1", "startPosition": "10", "endPosition": "10", "totalSetSize": "12", "nextUri": next,
            "envelopes": [{"envelopeId": ENVELOPE, "status": "sent", "emailSubject": "A"}]})
    };
    let bad = refused("INVALID_REQUEST_PARAMETER", "The request contained at least one invalid parameter.");
    call(&list, "", answer(200, page("/envelopes?start_position=11".into())), pretty, bad).await;
    for end in [json!(""), json!(null)] {
        assert_eq!(list.reply(answer(200, page(end))).unwrap().next, None);
    }
    let empty = list.reply(answer(200, json!({"resultSetSize": "0"}))).unwrap();
    assert!(empty.items.is_empty() && empty.next.is_none());
}

#[tokio::test]
async fn find_transaction() {
    let key: IdempotencyKey = "order-7".parse().unwrap();
    let transaction_id = marks::transaction_id(ACCOUNT, &key);
    let find = FindTransaction { account: account(), transaction_id };
    let good = answer(
        200,
        json!({"envelopeTransactionStatuses": [
        {"transactionId": transaction_id.to_string().to_uppercase(), "envelopeId": ENVELOPE, "status": "created"},
        {"transactionId": "other", "envelopeId": "x", "status": "sent"}]}),
    );
    call(
        &find,
        "",
        good,
        debug,
        answer(
            401,
            json!({"errorCode": "AUTHORIZATION_INVALID_TOKEN", "message": "The access token is expired."}),
        ),
    )
    .await;
}

#[tokio::test]
async fn create_recipient_view() {
    let view = CreateRecipientView {
        account: account(),
        envelope: ENVELOPE.into(),
        recipient_id: "1".into(),
        client_user_id: "signbridge-1".into(),
        name: "Ann Lee".into(),
        email: "ann@example.com".into(),
        return_url: Url::parse("https://app.example/done?x=1").unwrap(),
    };
    let good = answer(201, json!({"url": "https://demo.docusign.net/Signing/MTRedeem/v1/5?slt=secret"}));
    let show = |link: secrecy::SecretString| {
        assert!(link.expose_secret().starts_with("https://demo.docusign.net/Signing/"));
        format!("{link:?}")
    };
    call(&view, "", good, show, refused("RECIPIENT_NOT_IN_SEQUENCE", "Not his turn.")).await;
}

#[tokio::test]
async fn list_documents() {
    let list = ListDocuments { account: account(), envelope: ENVELOPE.into() };
    let good =
        answer(200, json!({"envelopeId": ENVELOPE, "envelopeDocuments": full_answer()["envelopeDocuments"]}));
    call(
        &list,
        "",
        good,
        pretty,
        answer(403, json!({"errorCode": "USER_LACKS_PERMISSIONS", "message": "No."})),
    )
    .await;
}

#[tokio::test]
async fn download_document() {
    let file = || {
        Response::builder()
            .header(header::CONTENT_TYPE, "application/pdf")
            .header(header::CONTENT_LENGTH, "1234")
            .header(
                header::CONTENT_DISPOSITION,
                "file; filename=\"Please sign.pdf\"; documentid=\"combined\"",
            )
            .body(Bytes::new())
            .unwrap()
    };
    let bad = || answer(404, json!({"errorCode": "DOCUMENT_DOES_NOT_EXIST", "message": "No such document."}));
    for (what, variant) in [
        (What::Combined, ""),
        (What::Archive, ".archive"),
        (What::Certificate, ".certificate"),
        (What::Document("../1".into()), ".document"),
    ] {
        let download = DownloadDocument { account: account(), envelope: ENVELOPE.into(), what };
        call(&download, variant, file(), debug, bad()).await;
        assert!(download.reply(answer(200, json!({}))).is_err(), "JSON is no document");
    }
}

#[tokio::test]
async fn audit_events() {
    let get = GetAuditEvents { account: account(), envelope: ENVELOPE.into() };
    let event = |time: &str, action: &str| {
        json!({"eventFields": [{"name": "logTime", "value": time}, {"name": "Source", "value": "api"},
            {"name": "UserName", "value": "Sender"}, {"name": "Action", "value": action}]})
    };
    let good = answer(
        200,
        json!({"auditEvents": [
        event("2026-06-24T14:31:12.5Z", "Signed"), event("2026-06-24T14:31:11.0", "Registered"), event("?", "Printed")]}),
    );
    call(&get, "", good, pretty, answer(502, json!("Bad Gateway"))).await;
}

#[tokio::test]
async fn get_user_info() {
    let get = GetUserInfo { auth_url: Url::parse("https://account-d.docusign.com").unwrap() };
    let good = answer(
        200,
        json!({"sub": "u", "name": "A B", "email": "a@example.com", "created": "2018-09-07T23:49:34.163",
        "accounts": [{"account_id": ACCOUNT, "is_default": true, "account_name": "ACME", "base_uri": "https://na3.docusign.net"}]}),
    );
    let bad = answer(401, json!({"error": "internal_server_error", "reference_id": "r"}));
    call(&get, "", good, |info| debug(info.accounts), bad).await;
}

#[tokio::test]
async fn raw() {
    let raw = |path: &str| RawRead::new(account(), Request::builder().uri(path).body(Bytes::new()).unwrap());
    let read = raw("/templates?count=5");
    let show = |answer: Response<Bytes>| String::from_utf8(answer.into_body().to_vec()).unwrap();
    call(&read, "", answer(200, json!({"envelopeTemplates": []})), show, answer(429, json!({}))).await;
    for outside in ["/../../accounts/other/envelopes", "/../users"] {
        assert!(raw(outside).request().is_err(), "{outside} leaves the account");
    }
}

/// The one call that is the client's: what it makes of DocuSign's answers is decided here.
#[tokio::test]
async fn token() {
    let key = include_str!("../../../signbridge-client/tests/keys/test-only-rsa-2048-pkcs8.pem");
    let config = Config::new(Environment::Demo, ACCOUNT, ENVELOPE, &[key.into()]).unwrap();
    let now = "2026-11-24T12:10:05Z".parse().unwrap();
    let explain = |refusal: &OAuthRefusal| grant::explain(&config, refusal, now);
    let assertion = "head.payload.signature".into();
    let token_url = Url::parse("https://account-d.docusign.com/oauth/token").unwrap();
    let grant = JwtBearer { token_url, assertion: &assertion, explain: &explain };
    let good = answer(
        200,
        json!({"access_token": "eyJ0", "token_type": "Bearer", "expires_in": 3600, "scope": "signature impersonation"}),
    );
    call(&grant, "", good, debug, answer(400, json!({"error": "consent_required"}))).await;
    for (description, kind) in [
        ("no_valid_keys_or_signatures", ErrorKind::Unauthenticated),
        ("issuer_not_found", ErrorKind::WrongHost),
        ("user_not_found", ErrorKind::Unauthenticated),
        ("unauthorized_client", ErrorKind::Forbidden),
    ] {
        let refused = answer(400, json!({"error": "invalid_grant", "error_description": description}));
        let error = grant.refusal(refused);
        assert_eq!((error.kind(), error.code()), (kind, Some(description)));
        assert!(error.remedy().is_some());
    }
}

#[test]
fn the_host_is_taken_with_and_without_its_path_and_ids_only_by_their_shape() {
    for host in ["https://na3.docusign.net", "https://na3.docusign.net/", "https://na3.docusign.net/restapi"]
    {
        let account = Account::new(&Url::parse(host).unwrap(), ACCOUNT).unwrap();
        let url = account.resource(&["envelopes", "a/../b"], &[]);
        assert_eq!(
            url.as_str(),
            format!("https://na3.docusign.net/restapi/v2.1/accounts/{ACCOUNT}/envelopes/a%2F..%2Fb")
        );
    }
    // Version nibble 8 and any variant: ids of 2026 follow no standard.
    assert!(
        crate::config::is_guid(ENVELOPE) && crate::config::is_guid("565920E1-4383-06CB-0185-0123456789AB")
    );
    assert!(!crate::config::is_guid("565920e1438386cb81850123456789ab"));
}

#[test]
fn every_call_has_its_three_snapshots() {
    let gaps = calls::gaps_with(env!("CARGO_MANIFEST_DIR"), 20, &[JwtBearer::NAME, RawRead::<Account>::NAME]);
    assert_eq!(gaps, Vec::<String>::new());
}
