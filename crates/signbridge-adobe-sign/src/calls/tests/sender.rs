//! Templates, corrections, deletions, form data and views as they stand on the wire.

use super::*;
use crate::calls::{
    create_template::CreateTemplate,
    create_view::CreateView,
    delete_agreement::{DeleteAgreement, DeleteDocuments},
    get_form_data::GetFormData,
    get_template::{GetTemplate, ListTemplateDocuments},
    list_templates::ListTemplates,
    participant_set::{GetParticipantSet, PutParticipantSet},
    update_agreement::UpdateExpiry,
};

const LIBRARY: &str = "CBJLIB*1";

fn etag() -> String {
    "D27E.1F0C".to_owned()
}

/// Rows: 9 templates list and get
#[tokio::test]
async fn templates() {
    let list = ListTemplates { point: point(), cursor: Some("c2".into()), count: 9_000 };
    let good = answer(
        200,
        json!({"libraryDocumentList": [
            {"id": LIBRARY, "name": "Lease", "status": "ACTIVE", "sharingMode": "USER", "hidden": false,
             "templateTypes": ["DOCUMENT", "FORM_FIELD_LAYER"], "modifiedDate": "2026-06-24T14:31:11Z",
             "ownerEmail": "cy@example.com"},
            {"id": "L2", "name": "In authoring", "status": "AUTHORING", "templateTypes": ["DOCUMENT"]},
            {"id": "L3", "name": "Removed", "status": "REMOVED", "templateTypes": ["DOCUMENT"]},
            {"id": "L4", "name": "Fields alone", "status": "ACTIVE", "templateTypes": ["FORM_FIELD_LAYER"]}],
            "page": {"nextCursor": "c3"}}),
    );
    let bad = refused(400, "INVALID_CURSOR", "The page cursor provided is invalid.");
    call(&list, "", good, pretty, bad).await;
    assert!(list.reply(answer(200, json!([]))).unwrap().items.is_empty(), "nothing as a bare array");
    assert!(list.reply(answer(200, json!({"page": {}}))).unwrap().next.is_none(), "nothing without a list");

    let get = GetTemplate { point: point(), template: LIBRARY.into() };
    let good = answer(
        200,
        json!({"id": LIBRARY, "name": "Lease", "status": "ACTIVE", "sharingMode": "USER", "state": "ACTIVE",
            "templateTypes": ["DOCUMENT"], "creatorEmail": "cy@example.com"}),
    );
    let missing =
        || refused(404, "INVALID_LIBRARYDOCUMENT_ID", "The library document ID specified is invalid.");
    call(&get, "", good, pretty, missing()).await;
    assert!(get.reply(answer(200, json!({"id": LIBRARY}))).is_err(), "without a name it is none");

    let files = ListTemplateDocuments { point: point(), template: LIBRARY.into() };
    let show = |files: answer::DocumentsAnswer| pretty(files.portable());
    call(&files, "", answer(200, documents()), show, missing()).await;
}

/// Rows: 9 template create
#[tokio::test]
async fn create_template() {
    let uploads = ["3AAA-1".to_owned(), "3AAA-2".to_owned()].into();
    let create = CreateTemplate { point: point(), name: "Lease".into(), uploads };
    let good = answer(201, json!({ "id": LIBRARY }));
    let bad = refused(403, "PERMISSION_DENIED", "The API caller does not have the permission.");
    call(&create, "", good, debug, bad).await;
    assert!(create.reply(answer(201, json!({}))).is_err(), "2xx without an id is no success");
}

/// Rows: 9 send from template, 15 11
#[tokio::test]
async fn an_agreement_from_a_template_names_exactly_one_id_per_file() {
    let draft = Draft::new("Lease")
        .template(LIBRARY)
        .value("rent", "900")
        .document(Document::from_bytes("terms.pdf", page(612, 792)))
        .recipient(Recipient::signer("Ann", "ann@example.com").order(4).template_role("Tenant"));
    let good = answer(201, json!({ "id": AGREEMENT }));
    let bad = refused(404, "INVALID_LIBRARYDOCUMENT_ID", "The library document ID specified is invalid.");
    call(&creation(&draft, InitialState::Draft).await, ".from_template", good, debug, bad).await;
}

/// A set of two, of whom one was replaced before.
fn set() -> Value {
    json!({"id": "CBJset1", "name": "Ann Lee", "order": 2, "role": "SIGNER", "status": "WAITING_FOR_MY_SIGNATURE",
        "memberInfos": [
            {"id": "CBJm0", "email": "old@example.com", "status": "REPLACED", "securityOption": {"authenticationMethod": "NONE"}},
            {"id": "CBJm1", "email": "Ann@example.com", "status": "ACTIVE", "securityOption": {"authenticationMethod": "NONE"}},
            {"id": "CBJm2", "email": "eve@example.com", "status": "ACTIVE", "securityOption": {"authenticationMethod": "KBA"}}]})
}

/// Rows: 9 replace signer, 9 correct in flight, 2 Replaced
#[tokio::test]
async fn participant_sets() {
    let (agreement, id) = (AGREEMENT.to_owned(), "CBJset1".to_owned());
    let get = GetParticipantSet { point: point(), agreement: agreement.clone(), set: id.clone() };
    let read = get.reply(answer(200, set())).unwrap();
    assert_eq!(read.set.proof("eve@example.com"), Some("KBA"));
    assert_eq!(read.set.proof("ann@example.com"), None);
    let bad = refused(404, "INVALID_PARTICIPANT_SET_ID", "The participant set ID is invalid.");
    call(&get, "", answer(200, set()), debug, bad).await;
    let body = read.set.replacing(&id, "ann@example.com", "ann.ray@example.com");
    let put = PutParticipantSet { point: point(), agreement, set: id, etag: read.etag, body };
    let bad = refused(403, "ONLY_SENDER_CAN_REPLACE", "Only the sender can replace a participant.");
    call(&put, "", done(), debug, bad).await;
}

/// Rows: 9 extend expiry
#[tokio::test]
async fn update_expiry() {
    let update = UpdateExpiry {
        point: point(),
        agreement: AGREEMENT.into(),
        etag: etag(),
        read: json!({"id": AGREEMENT, "name": "Lease", "expirationTime": "2026-07-08T14:31:11Z"}),
        expires: "2026-12-24T12:00:00.9Z".parse().unwrap(),
    };
    call(&update, "", done(), debug, refused(400, "UPDATE_NOT_ALLOWED", "Update is not allowed.")).await;
}

/// Rows: 9 delete draft, 9 purge finished, 11 Stale
#[tokio::test]
async fn deletions() {
    let delete = DeleteAgreement { point: point(), agreement: AGREEMENT.into(), etag: etag() };
    let stale = || refused(412, "RESOURCE_MODIFIED", "Resource is already modified with newer version.");
    call(&delete, "", done(), debug, stale()).await;
    let purge = DeleteDocuments { point: point(), agreement: AGREEMENT.into(), etag: etag() };
    // The status says "stale", the code that retention is not switched on.
    let off = refused(412, "DYNAMIC_DOCUMENT_EXPIRATION_NOT_ENABLED", "It is not enabled.");
    call(&purge, "", done(), debug, off).await;
}

/// Rows: 9 form data
#[tokio::test]
async fn form_data() {
    let get = GetFormData { point: point(), agreement: AGREEMENT.into() };
    let good = Response::builder().status(200).header(header::CONTENT_TYPE, "text/csv");
    let good = good.body("\"city\",\"terms\"\r\n\"Bergen, NO\",\"On\"\r\n".into()).unwrap();
    let bad = refused(404, "NO_FORM_DATA", "No form data exists for the agreement.");
    call(&get, "", good, pretty, bad).await;
}

/// Rows: 9 sender view
#[tokio::test]
async fn views() {
    let create = CreateView { point: point(), agreement: AGREEMENT.into(), name: "COMPOSE" };
    let good = answer(
        200,
        json!({"agreementViewList": [
            {"name": "MANAGE", "url": "https://secure.eu1.adobesign.com/manage", "isCurrent": false},
            {"name": "COMPOSE", "url": "https://secure.eu1.adobesign.com/compose?t=s3cret",
             "expiration": "2026-11-24T13:00:00Z", "isCurrent": true}]}),
    );
    let show = |view: crate::calls::create_view::View| {
        assert!(!format!("{view:?}").contains("s3cret"), "the link prints");
        format!("{} {:?}", view.url.expose_secret(), view.expires_at)
    };
    call(&create, "", good, show, refused(400, "VIEW_NOT_AVAILABLE", "The view is not available.")).await;
    assert!(create.reply(answer(200, json!({"agreementViewList": []}))).is_err());
}
