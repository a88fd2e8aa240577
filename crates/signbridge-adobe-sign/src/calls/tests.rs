//! Every call as it stands on the wire: request, reply and refusal, as snapshots. The answers are written from the
//! specification and the recorded shapes, not from the emulator.

mod portable;
mod sender;

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, header};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use signbridge_client::rest::RawRead;
use signbridge_contract::{
    calls::{self, Texts, debug, page, pretty},
    snapshots,
};
use signbridge_core::{
    Authentication, Call, Document, Draft, Field, FieldKind, IdempotencyKey, Prepared, Recipient, Role, What,
};
use url::Url;

use super::{
    AccessPoint,
    create_agreement::CreateAgreement,
    create_reminder::CreateReminder,
    create_transient_document::CreateTransientDocument,
    download_document::DownloadDocument,
    form_fields::{GetFormFields, PutFormFields},
    get_agreement::GetAgreement,
    get_base_uris::GetBaseUris,
    get_events::GetEvents,
    get_members::GetMembers,
    get_pages_info::{GetPagesInfo, PageInfo},
    get_signing_urls::GetSigningUrls,
    list_agreements::ListAgreements,
    list_documents::ListDocuments,
    update_state::{CancelAgreement, SendAgreement},
};
use crate::{
    config::Tier,
    wire::{
        agreement::{InitialState, NewAgreement},
        answer::{self, Reads},
        fields,
    },
};

const AGREEMENT: &str = "CBJCHBCAABAA*madeUp_1-x";

fn point() -> Arc<AccessPoint> {
    let base = Url::parse("https://api.eu1.adobesign.com/").unwrap();
    Arc::new(AccessPoint::new(&base, Some("email:cy@example.com".into()), Tier::Standard))
}

/// Two documents; signers in steps with placed fields, and somebody who gets a copy.
fn draft() -> Draft {
    Draft::new("Please sign the lease")
        .message("Until Friday, please.")
        .document(Document::from_bytes("lease \"final\" für Ann.pdf", page(612, 792)))
        .document(Document::from_bytes("terms.pdf", page(612, 792)))
        .recipient(Recipient::carbon_copy("Bob", "bob@example.com").order(1))
        .recipient(
            Recipient::signer("Ann Lee", "ann@example.com")
                .order(3)
                .access_code("A4711z")
                .note("The second page, too.")
                .field(Field::signature().at(1, 72.0, 640.0))
                .field(Field::date_signed().on_document(2).at(1, 72.0, 500.0))
                .field(Field::checkbox("terms").on_document(2).at(1, 10.0, 20.0).optional()),
        )
        .recipient(
            Recipient::new(Role::Approver, "Dee", "dee@example.com")
                .order(7)
                .authenticated_by(Authentication::EmailOtp),
        )
        .reminders(2, 7)
        .expires_after_days(14)
        .return_url(Url::parse("https://app.example/done").unwrap())
}

fn answer(status: u16, body: Value) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json;charset=UTF-8")
        .header(header::DATE, "Tue, 24 Nov 2026 12:10:00 GMT")
        .header(header::ETAG, "D27E5290FC37FA.1F0C")
        .header("X-Request-Id", "request-1")
        .body(body.to_string().into())
        .unwrap()
}

/// 204, as Adobe answers a change.
fn done() -> Response<Bytes> {
    Response::builder().status(204).body(Bytes::new()).unwrap()
}

fn refused(status: u16, code: &str, message: &str) -> Response<Bytes> {
    answer(status, json!({"code": code, "message": message}))
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

async fn creation(draft: &Draft, state: InitialState) -> CreateAgreement {
    let prepared = Prepared::new(draft).await.unwrap();
    let key: IdempotencyKey = "order-7".parse().unwrap();
    let uploads = (1..=draft.documents.len()).map(|number| format!("3AAA-{number}")).collect();
    let now = "2026-11-24T12:00:00.75Z".parse().unwrap();
    let agreement = NewAgreement::new(&prepared, state, &key, "d1ge57", uploads, now).unwrap();
    CreateAgreement { point: point(), agreement: agreement.into() }
}

#[tokio::test]
async fn base_uris() {
    let discovery = Url::parse("https://api.adobesign.com").unwrap();
    let get = GetBaseUris { point: Arc::new(AccessPoint::new(&discovery, None, Tier::Standard)) };
    let good = answer(
        200,
        json!({"apiAccessPoint": "https://api.eu1.adobesign.com/", "webAccessPoint": "https://secure.eu1.adobesign.com/"}),
    );
    let bad = refused(401, "INVALID_ACCESS_TOKEN", "Access token provided is invalid or has expired.");
    call(&get, "", good, |url| url.to_string(), bad).await;
}

#[tokio::test]
async fn transient_documents() {
    let prepared = Prepared::new(&draft()).await.unwrap();
    let document = prepared.documents[0].clone();
    let create = CreateTransientDocument { point: point(), document, boundary: "BOUNDARY".into() };
    let good = answer(201, json!({"transientDocumentId": "3AAA-1"}));
    call(&create, "", good, debug, refused(403, "LARGE_FILE_SIZE", "File size too large.")).await;
}

/// Rows: 9 create draft, 9 send now, 9 reminders, 5 return URL
#[tokio::test]
async fn create_agreement() {
    let good = || answer(201, json!({ "id": AGREEMENT }));
    let bad = || refused(403, "SEND_LIMIT_EXCEEDED", "Agreement creation quota of the user is exhausted.");
    call(&creation(&draft(), InitialState::Authoring).await, "", good(), debug, bad()).await;
    let anchored = Draft::new("Lease")
        .document(Document::from_bytes("lease.pdf", page(612, 792)))
        .recipient(
            Recipient::signer("Ann", "ann@example.com").embedded().field(Field::signature().at_anchor(
                "Sign here:",
                60.0,
                4.0,
            )),
        )
        .recipient(
            Recipient::signer("Ann", "ann2@example.com")
                .embedded()
                .field(Field::new(FieldKind::Company).at_anchor("Company:", 60.0, 0.0)),
        );
    let anchored = creation(&anchored, InitialState::InProcess).await;
    let shown_in_logs = format!("{anchored:?}");
    assert!(!shown_in_logs.contains("example.com"), "{shown_in_logs}");
    call(&anchored, ".anchored", good(), debug, bad()).await;
    let error = anchored.reply(answer(201, json!({}))).unwrap_err();
    assert_eq!(error.kind(), signbridge_core::ErrorKind::Unexpected, "2xx without an id is no success");
}

#[tokio::test]
async fn what_the_draft_carries_for_adobe_goes_along_but_repeats_nothing() {
    let mut draft = draft();
    let extras = json!({"locale": "de_DE"}).as_object().unwrap().clone();
    draft.extras.insert("adobe-sign".into(), extras);
    let request = creation(&draft, InitialState::Draft).await.request().unwrap();
    let body: Value = serde_json::from_slice(&request.body().as_bytes().unwrap()).unwrap();
    assert_eq!((&body["locale"], &body["state"]), (&json!("de_DE"), &json!("DRAFT")));
    draft.extras.insert("adobe-sign".into(), json!({"state": "IN_PROCESS"}).as_object().unwrap().clone());
    let prepared = Prepared::new(&draft).await.unwrap();
    let key: IdempotencyKey = "order-7".parse().unwrap();
    let now = "2026-11-24T12:00:00Z".parse().unwrap();
    let error = NewAgreement::new(&prepared, InitialState::Draft, &key, "d", vec![], now).unwrap_err();
    assert!(error.to_string().contains("extras.adobe-sign.state"), "{error}");
}

/// Rows: 9 void, 9 send draft, 15 20
#[tokio::test]
async fn update_state() {
    let (agreement, etag) = (AGREEMENT.to_owned(), "D27E.1F0C".to_owned());
    let send = SendAgreement { point: point(), agreement: agreement.clone(), etag: etag.clone() };
    let stale = refused(412, "RESOURCE_MODIFIED", "Resource is already modified with newer version.");
    call(&send, "", done(), debug, stale).await;
    let cancel = CancelAgreement { point: point(), agreement, etag, reason: "wrong price".into() };
    let bad = refused(
        409,
        "AGREEMENT_ALREADY_CANCELLED",
        "The agreement being modified has already been cancelled.",
    );
    call(&cancel, "", done(), debug, bad).await;
}

/// The recorded live shape, with what the specification adds.
fn running() -> Value {
    json!({
        "id": AGREEMENT, "name": "[DEMO USE ONLY] Please sign the lease", "type": "AGREEMENT",
        "participantSetsInfo": [{"id": "CBJset1", "memberInfos": [{"email": "ann@example.com", "id": "CBJm1",
            "securityOption": {"authenticationMethod": "NONE"}}], "role": "SIGNER", "order": 1, "label": "sb-d1ge57-0"}],
        "senderEmail": "cy@example.com", "createdDate": "2026-06-24T14:31:11Z", "lastEventDate": "2026-06-24T15:00:00Z",
        "signatureType": "ESIGN", "locale": "en_US", "status": "OUT_FOR_SIGNATURE", "documentVisibilityEnabled": false,
        "expirationTime": "2026-07-08T14:31:11Z", "externalId": {"id": "order-7"},
        "emailOption": {"sendOptions": {"initEmails": "NONE", "inFlightEmails": "NONE", "completionEmails": "NONE"}},
        "hasFormFieldData": true, "agreementSettingsInfo": {}, "senderSigns": null
    })
}

fn members() -> Value {
    json!({
        "senderInfo": {"participantId": "CBJs", "email": "cy@example.com", "name": "Cy", "status": "WAITING_FOR_OTHERS"},
        "participantSets": [
            {"id": "CBJset2", "name": "Dee", "order": 2, "role": "APPROVER", "status": "NOT_YET_VISIBLE",
             "memberInfos": [{"id": "CBJm2", "email": "dee@example.com", "status": "ACTIVE"}]},
            {"id": "CBJset1", "name": "Ann Lee", "order": 1, "role": "SIGNER", "status": "WAITING_FOR_MY_SIGNATURE",
             "memberInfos": [{"id": "CBJm1", "email": "ann@example.com", "name": "Ann M. Lee", "status": "ACTIVE"},
                {"id": "CBJm0", "email": "old@example.com", "status": "REPLACED"}]}],
        "nextParticipantSets": [], "ccsInfo": [{"participantId": "CBJc", "email": "bob@example.com", "name": "Bob", "company": ""}]
    })
}

fn events(last: &str) -> Value {
    json!({"events": [
        {"type": last, "date": "2026-06-24T15:00:00Z", "participantEmail": "ann@example.com", "participantRole": "SIGNER",
         "actingUserEmail": "ann@example.com", "comment": "too expensive", "versionId": "v2", "vaultEventId": null},
        {"type": "CREATED", "date": "2026-06-24T14:31:11Z", "actingUserEmail": "cy@example.com", "description": "made"},
        {"type": "ACTION_REQUESTED", "date": "2026-06-24T14:31:20Z", "participantEmail": "ann@example.com"},
        {"type": "SOMETHING_NEW", "date": "2026-06-24T14:31:21Z", "deviceLocation": {"latitude": 1.5}}]})
}

fn documents() -> Value {
    json!({"documents": [
        {"id": "3AAAdoc2", "name": "terms.pdf", "mimeType": "application/pdf", "numPages": 1, "label": "sb-d1ge57-2"},
        {"id": "3AAAdoc1", "name": "lease.pdf", "mimeType": "application/pdf", "numPages": 3, "label": "sb-d1ge57-1"}],
        "supportingDocuments": [{"id": "3AAAsup", "displayLabel": "Passport", "fieldName": "f", "numPages": 1}]})
}

/// Rows: 9 get, 9 metadata
#[tokio::test]
async fn get_agreement() {
    let get = GetAgreement { point: point(), agreement: AGREEMENT.into() };
    let bad =
        refused(404, "INVALID_AGREEMENT_ID", "The agreement of ann@example.com at https://x.y is invalid.");
    let show = |read: super::get_agreement::ReadAgreement| {
        let envelope = answer::envelope(AGREEMENT, read.agreement, read.raw, Reads::default());
        format!("{:?}\n{}", read.etag, pretty(envelope))
    };
    call(&get, "", answer(200, running()), show, bad).await;
    assert!(get.reply(answer(200, json!({"id": AGREEMENT}))).is_err(), "no status is no agreement");
}

/// Rows: 2 Declined, 2 Replaced, 12 fetch before acting, 15 21
#[tokio::test]
async fn all_reads_together_make_an_envelope() {
    let (id, point) = (AGREEMENT.to_owned(), point());
    let get = GetAgreement { point: point.clone(), agreement: id.clone() };
    let mut cancelled = running();
    cancelled["status"] = "CANCELLED".into();
    let read = get.reply(answer(200, cancelled)).unwrap();
    let mut said = members();
    said["participantSets"][1]["status"] = "CANCELLED".into();
    let members =
        GetMembers { point: point.clone(), agreement: id.clone() }.reply(answer(200, said)).unwrap();
    let events =
        GetEvents { point: point.clone(), agreement: id.clone() }.reply(answer(200, events("REJECTED")));
    let documents = ListDocuments { point, agreement: id }.reply(answer(200, documents())).unwrap();
    let reads = Reads { members: Some(members), events: Some(events.unwrap()), documents: Some(documents) };
    insta::assert_snapshot!(
        "agreements.get.together.reply",
        pretty(answer::envelope(AGREEMENT, read.agreement, read.raw, reads))
    );
}

#[tokio::test]
async fn get_members() {
    let get = GetMembers { point: point(), agreement: AGREEMENT.into() };
    let bad = refused(403, "PERMISSION_DENIED", "The API caller does not have the permission.");
    let show = |members: answer::MembersAnswer| {
        let sets = members.participant_sets.iter();
        sets.map(|set| format!("{:?} {:?} active: {}\n", set.id, set.order, set.is_active())).collect()
    };
    call(&get, "", answer(200, members()), show, bad).await;
}

/// Rows: 9 audit events
#[tokio::test]
async fn get_events() {
    let get = GetEvents { point: point(), agreement: AGREEMENT.into() };
    let show = |events: Vec<crate::wire::events::EventAnswer>| {
        pretty(events.into_iter().map(crate::wire::events::EventAnswer::portable).collect::<Vec<_>>())
    };
    call(&get, "", answer(200, events("ACTION_COMPLETED")), show, answer(502, json!("Bad Gateway"))).await;
    // There is none without its creation: an answer without events is none.
    assert_eq!(get.reply(answer(200, json!({}))).unwrap_err().kind(), signbridge_core::ErrorKind::Unexpected);
}

/// Rows: 9 signing link
#[tokio::test]
async fn get_signing_urls() {
    let get = GetSigningUrls { point: point(), agreement: AGREEMENT.into() };
    let good = answer(
        200,
        json!({"signingUrlSetInfos": [{"signingUrls": [{"email": "ann@example.com",
            "esignUrl": "https://secure.eu1.adobesign.com/public/apiesign?pid=sentinel&client_id=app"}]}]}),
    );
    let show = |urls: Vec<super::get_signing_urls::SigningUrl>| {
        assert!(urls[0].esign_url.expose_secret().contains("pid=sentinel"));
        debug(urls)
    };
    let message = "The agreement has not yet been exposed to the requested participant.";
    call(&get, "", good, show, refused(404, "AGREEMENT_NOT_EXPOSED", message)).await;
}

/// Rows: 9 remind now, 9 resend mail
#[tokio::test]
async fn create_reminder() {
    let participants = vec!["CBJm1".to_owned(), "CBJm3".to_owned()];
    let create = CreateReminder { point: point(), agreement: AGREEMENT.into(), participants };
    let bad = refused(403, "CANNOT_CREATE_REMINDER", "Reminder cannot be created.");
    call(&create, "", answer(201, json!({"id": "r"})), debug, bad).await;
}

/// Rows: 15 9
#[tokio::test]
async fn list_documents() {
    let list = ListDocuments { point: point(), agreement: AGREEMENT.into() };
    let good = || answer(200, documents());
    let bad = refused(404, "DOCUMENT_NOT_AVAILABLE", "The document is not yet available.");
    call(&list, "", good(), |documents| pretty(documents.portable()), bad).await;
    let read = list.reply(good()).unwrap();
    assert_eq!(read.page_counts(3), [Some(3), Some(1), None], "in the draft's order, not the answer's");
}

/// Rows: 9 download combined, 9 single document, 9 archive, 9 certificate
#[tokio::test]
async fn download_document() {
    let file = || {
        Response::builder()
            .header(header::CONTENT_TYPE, "application/pdf")
            .header(header::CONTENT_LENGTH, "1234")
            .header(header::CONTENT_DISPOSITION, "attachment; filename=\"Please sign.pdf\"; size=1")
            .body(Bytes::new())
            .unwrap()
    };
    let bad = || refused(404, "AGREEMENT_NOT_AVAILABLE", "The agreement is not yet available.");
    for (what, variant) in [
        (What::Combined, ""),
        (What::Certificate, ".certificate"),
        (What::Document("../1".into()), ".document"),
    ] {
        let download = DownloadDocument { point: point(), agreement: AGREEMENT.into(), what };
        call(&download, variant, file(), debug, bad()).await;
        assert!(download.reply(answer(200, json!({}))).is_err(), "JSON is no document");
    }
    let archive = DownloadDocument { point: point(), agreement: AGREEMENT.into(), what: What::Archive };
    assert_eq!(archive.request().unwrap_err().kind(), signbridge_core::ErrorKind::Unsupported);
}

/// Rows: 9 list, 9 find by own reference
#[tokio::test]
async fn list_agreements() {
    let list = ListAgreements {
        point: point(),
        external_id: Some("order 7&more".into()),
        cursor: Some("c*1".into()),
        count: 5000,
    };
    let page = |page: Value| {
        json!({"userAgreementList": [
            {"id": AGREEMENT, "name": "[DEMO USE ONLY] A", "status": "WAITING_FOR_MY_SIGNATURE", "displayDate": "2026-06-24T14:31:11Z",
             "esign": true, "hidden": false, "latestVersionId": "v", "displayParticipantSetInfos": []},
            {"id": "CBJC2", "name": "B", "status": "CANCELLED", "displayDate": "2026-06-24T14:31:11Z"}], "page": page})
    };
    let bad = answer(
        429,
        json!({"code": "THROTTLING_TOO_MANY_REQUESTS", "message": "Slow down.", "retryAfter": 37}),
    );
    call(&list, "", answer(200, page(json!({"nextCursor": "c2"}))), pretty, bad).await;
    assert_eq!(list.reply(answer(200, page(json!({})))).unwrap().next, None, "the last page names no cursor");
    for empty in [json!({"page": {}}), json!([])] {
        let read = list.reply(answer(200, empty)).unwrap();
        assert!(read.items.is_empty() && read.next.is_none());
    }
}

#[tokio::test]
async fn pages_info() {
    let get = GetPagesInfo { point: point(), agreement: AGREEMENT.into() };
    let good = answer(
        200,
        json!({"documentPagesInfo": [{"index": 1, "width": 612.0, "height": 792, "rotation": 0.0},
            {"index": 2, "width": 842, "height": 595, "rotation": 90}]}),
    );
    let bad = answer(304, Value::Null);
    call(&get, "", good, debug, bad).await;
}

fn pages() -> Vec<PageInfo> {
    (1..=4).map(|index| PageInfo { index, width: 612.0, height: 792.0, rotation: 0.0 }).collect()
}

#[tokio::test]
async fn form_fields() {
    let get = GetFormFields { point: point(), agreement: AGREEMENT.into() };
    let message = "The agreement is not in authoring state. Hence, form fields cannot be updated.";
    let bad = || refused(403, "AGREEMENT_NOT_IN_AUTHORING_STATE", message);
    call(&get, "", answer(200, json!({"fields": []})), debug, bad()).await;

    let prepared = Prepared::new(&draft()).await.unwrap();
    let assignees = [None, Some("CBJset1".to_owned()), Some("CBJset2".to_owned())];
    let placed = fields::placed(&prepared, &assignees, &[Some(3), Some(1)], &pages()).unwrap();
    let put = PutFormFields {
        point: point(),
        agreement: AGREEMENT.into(),
        etag: "E.1".into(),
        fields: placed.into(),
    };
    call(&put, "", answer(200, json!({"fields": []})), debug, bad()).await;
}

/// Rows: 11 PlacementFailed
#[tokio::test]
async fn a_field_that_cannot_be_placed_is_an_error_with_its_path() {
    let prepared = Prepared::new(&draft()).await.unwrap();
    let set = Some("CBJset".to_owned());
    let all = [None, set.clone(), set];
    let failed = |assignees: &[Option<String>], counts: &[Option<u32>], pages: &[PageInfo]| {
        let error = fields::placed(&prepared, assignees, counts, pages).unwrap_err();
        assert_eq!(error.kind(), signbridge_core::ErrorKind::PlacementFailed);
        error.message().to_owned()
    };
    assert!(failed(&[None, None, None], &[Some(3), Some(1)], &pages()).contains("no participant set"));
    assert!(failed(&all, &[None, Some(1)], &pages()).contains("how many pages"));
    assert!(failed(&all, &[Some(9), Some(1)], &pages()).starts_with("recipients[1].fields[1]"));
    let rotated: Vec<_> = pages().into_iter().map(|page| PageInfo { rotation: 90.0, ..page }).collect();
    assert!(failed(&all, &[Some(3), Some(1)], &rotated).contains("rotated"));
}

#[tokio::test]
async fn raw() {
    let raw = |path: &str| RawRead::new(point(), Request::builder().uri(path).body(Bytes::new()).unwrap());
    let read = raw("/libraryDocuments?pageSize=5");
    let show = |answer: Response<Bytes>| String::from_utf8(answer.into_body().to_vec()).unwrap();
    let moved = "Request must be made to correct API access point (e.g. use GET /base_uris).";
    let bad = refused(401, "INVALID_API_ACCESS_POINT", moved);
    call(&read, "", answer(200, json!({"libraryDocumentList": []})), show, bad).await;
    for outside in ["/../v5/agreements", "/../../../oauth/v2/token"] {
        assert!(raw(outside).request().is_err(), "{outside} leaves the version");
    }
}

#[test]
fn an_access_point_is_taken_with_and_without_the_version() {
    let root =
        |text: &str| AccessPoint::new(&Url::parse(text).unwrap(), None, Tier::Standard).root.to_string();
    let expected = "https://api.na1.adobesign.com/api/rest/v6/";
    for text in [
        "https://api.na1.adobesign.com",
        "https://api.na1.adobesign.com/",
        "https://api.na1.adobesign.com/api/rest/v6",
        "https://api.na1.adobesign.com/api/rest/v6/",
    ] {
        assert_eq!(root(text), expected, "{text}");
    }
    assert_eq!(root("http://127.0.0.1:9/shards/eu1/"), "http://127.0.0.1:9/shards/eu1/api/rest/v6/");
}

#[test]
fn every_call_has_its_three_snapshots() {
    let gaps = calls::gaps_with(env!("CARGO_MANIFEST_DIR"), 25, &[RawRead::<AccessPoint>::NAME]);
    assert_eq!(gaps, Vec::<String>::new());
}
