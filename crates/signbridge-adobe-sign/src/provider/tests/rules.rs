//! What is refused or told before any request, and what doubt ends in.

use super::*;
use signbridge_core::{
    Authentication, AuthenticationMethod, Capability, Operation, Phone, SignatureLevel, Support,
    TemplateQuery,
};

/// The severities with which a path was found.
async fn found(provider: &Arc<dyn Provider>, draft: &Draft, path: &str) -> Vec<Severity> {
    let report = provider.check(draft).await.unwrap();
    report.findings.into_iter().filter(|found| found.path == path).map(|found| found.severity).collect()
}

fn bob() -> Recipient {
    Recipient::new(Role::Approver, "Bob", "bob@example.com")
}

/// Rows: 4 SmsOtp, 4 PhoneCall, 4 Kba, 4 EmailOtp, 4 IdDocument, 15 17
#[tokio::test]
async fn a_method_that_is_weaker_or_metered_says_so() {
    let (provider, script) = account(|_| {}, vec![]);
    let phone = || Phone { country_code: "49".into(), number: "170".into() };
    for (authentication, severity) in [
        (Authentication::SmsOtp(phone()), Severity::Unverified),
        (Authentication::PhoneCall(phone()), Severity::Refused),
        (Authentication::Kba, Severity::Gated),
        (Authentication::EmailOtp, Severity::Gated),
        (Authentication::IdDocument, Severity::Gated),
    ] {
        let draft = anchored().recipient(bob().order(2).authenticated_by(authentication));
        assert_eq!(found(&provider, &draft, "recipients[1].authentication").await, [severity]);
    }
    let (willing, _) = account(|config| config.allow_unverified = vec!["sms_otp".into()], vec![]);
    let draft = anchored().recipient(bob().order(2).authenticated_by(Authentication::SmsOtp(phone())));
    assert_eq!(found(&willing, &draft, "recipients[1].authentication").await, [Severity::Note]);
    finished(&script);
}

/// Rows: 5 Sms, 5 Email and Sms, 5 WhatsApp, 3 parallel inside a sequence, 3 CC in the middle, 15 7, 15 16
#[tokio::test]
async fn delivery_order_copies_and_missing_fields_are_judged_before_any_request() {
    let (provider, script) = account(|_| {}, vec![]);
    for delivery in [Delivery::Sms, Delivery::EmailAndSms, Delivery::WhatsApp] {
        let draft = anchored().recipient(bob().order(2).delivered_by(delivery).phone("49", "170"));
        assert_eq!(
            found(&provider, &draft, "recipients[1].delivery").await,
            [Severity::Refused],
            "{delivery}"
        );
    }
    let together = anchored().recipient(bob());
    assert!(!found(&provider, &together, "recipients").await.contains(&Severity::Gated));
    let mixed = together.recipient(Recipient::new(Role::Acceptor, "Dee", "dee@example.com").order(2));
    assert!(found(&provider, &mixed, "recipients").await.contains(&Severity::Gated), "hybrid routing");
    let copied = anchored().recipient(Recipient::carbon_copy("Cy", "cy@example.com").order(1));
    assert_eq!(found(&provider, &copied, "recipients[1].role").await, [Severity::Emulated]);

    let mut bare = anchored();
    bare.recipients[0].fields.clear();
    assert_eq!(found(&provider, &bare, "recipients[0].fields").await, [Severity::Refused]);
    let chosen = bare.free_placement();
    assert_eq!(found(&provider, &chosen, "recipients[0].fields").await, [Severity::Emulated]);
    finished(&script);
}

/// Rows: 9 send later, 9 quota, 9 archive, 11 Unsupported, 11 InvalidDraft
#[tokio::test]
async fn what_adobe_lacks_is_refused_without_a_request() {
    let (provider, script) = account(|_| {}, vec![]);
    let later = anchored().send_at("2026-12-01T12:00:00Z".parse().unwrap());
    let error = provider.create(&later, &CreateOptions::sent()).await.unwrap_err();
    assert_eq!((error.kind(), error.faults()[0].path.as_str()), (ErrorKind::Unsupported, "send_at"));
    assert_eq!(provider.quota().await.unwrap_err().kind(), ErrorKind::Unsupported);
    let archive = provider.download("A", &signbridge_core::What::Archive).await.unwrap_err();
    assert_eq!(archive.kind(), ErrorKind::Unsupported);
    let error = provider.create(&Draft::new("x"), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidDraft);
    let capabilities = provider.capabilities();
    assert!(matches!(
        capabilities.operation(Operation::Correct),
        Capability { support: Support::Emulated(how), .. } if how.contains("can still sign")
    ));
    assert!(!capabilities.levels[&SignatureLevel::Qualified].is_usable());
    assert!(!capabilities.authentications[&AuthenticationMethod::PhoneCall].is_usable());
    finished(&script);
}

/// Rows: 11 OutcomeUnknown, 15 23
#[tokio::test]
async fn a_doubtful_creation_that_the_index_does_not_show_stays_unknown() {
    let (provider, script) = account(
        |_| {},
        vec![
            (UPLOAD, Some((201, json!({ "transientDocumentId": "T" })))),
            (CREATE, None),
            ("*externalId=", good(json!({ "page": {} }))),
        ],
    );
    let error = provider.create(&anchored(), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!((error.kind(), error.reach()), (ErrorKind::OutcomeUnknown, Reach::Maybe));
    assert!(error.remedy().unwrap().contains("do not send again"), "{error}");
    finished(&script);
}

/// Rows: 11 Transport
#[tokio::test]
async fn a_cut_after_a_change_left_is_not_repeated() {
    let (provider, script) = account(
        |_| {},
        vec![
            (READ, good(json!({ "id": "A", "status": "OUT_FOR_SIGNATURE", "etag": "V.2" }))),
            ("PUT https://api.na1.adobesign.com/api/rest/v6/agreements/A/state if V.2", None),
        ],
    );
    let error = provider.void("A", "wrong price").await.unwrap_err();
    assert_eq!((error.kind(), error.reach()), (ErrorKind::Transport, Reach::Maybe));
    finished(&script);
}

const SET: &str = "GET https://api.na1.adobesign.com/api/rest/v6/agreements/A/members/participantSets/S";

fn running() -> Option<(u16, Value)> {
    good(json!({ "id": "A", "status": "OUT_FOR_SIGNATURE", "participantSetsInfo": [
        { "id": "S", "order": 1, "role": "SIGNER", "memberInfos": [{ "id": "m", "email": "ann@example.com" }] }] }))
}

fn set(etag: &str) -> Option<(u16, Value)> {
    good(json!({ "id": "S", "order": 1, "role": "SIGNER", "etag": etag,
        "memberInfos": [{ "id": "m", "email": "ann@example.com", "securityOption": { "authenticationMethod": "NONE" } }] }))
}

/// Rows: 9 correct in flight, 11 Stale
#[tokio::test]
async fn a_stale_set_is_read_once_more_and_an_answer_that_cannot_be_read_undoes_nothing() {
    const CHANGE: &str =
        "PUT https://api.na1.adobesign.com/api/rest/v6/agreements/A/members/participantSets/S if E.2";
    let (provider, script) = account(
        |config| config.tier = Tier::Standard,
        vec![
            (READ, running()),
            (SET, set("E.2")),
            (CHANGE, refused(412, "RESOURCE_MODIFIED")),
            (SET, set("E.2")),
            (CHANGE, Some((204, json!({})))),
            // One equal read in ten minutes: the agreement was read just now.
            (READ, Some((429, json!({ "code": "THROTTLING_TOO_FREQUENT_POLLING", "retryAfter": 600 })))),
        ],
    );
    let change = signbridge_core::RecipientChange::of("ANN@example.com").email("ann.ray@example.com");
    let corrected = provider.correct("A", &signbridge_core::Correction::new().change(change)).await.unwrap();
    assert_eq!((corrected.status, corrected.warnings.len()), (EnvelopeStatus::InProgress, 1));
    finished(&script);
}

#[tokio::test]
async fn a_change_that_mails_is_never_repeated_in_doubt() {
    let (provider, script) = account(
        |_| {},
        vec![
            (READ, running()),
            (SET, set("E.2")),
            (
                "PUT https://api.na1.adobesign.com/api/rest/v6/agreements/A/members/participantSets/S if E.2",
                None,
            ),
        ],
    );
    let change = signbridge_core::RecipientChange::of("ann@example.com").email("ann.ray@example.com");
    let error = provider.correct("A", &signbridge_core::Correction::new().change(change)).await.unwrap_err();
    assert_eq!(error.reach(), Reach::Maybe);
    finished(&script);
}

#[tokio::test]
async fn a_template_in_doubt_is_not_made_twice() {
    const SHELVE: &str = "POST https://api.na1.adobesign.com/api/rest/v6/libraryDocuments";
    let (provider, script) =
        account(|_| {}, vec![(UPLOAD, Some((201, json!({ "transientDocumentId": "T" })))), (SHELVE, None)]);
    let mut bare = anchored();
    bare.recipients[0].fields.clear();
    let error = provider.create_template(&bare).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    finished(&script);
    let (provider, script) = account(
        |_| {},
        vec![(
            "GET https://api.na1.adobesign.com/api/rest/v6/libraryDocuments?pageSize=100",
            good(json!({ "page": {} })),
        )],
    );
    assert!(provider.templates(&TemplateQuery::default()).await.unwrap().items.is_empty());
    finished(&script);
}

/// Rows: 11 FeatureOff, 9 purge finished
#[tokio::test]
async fn a_scope_or_setting_that_is_missing_has_its_remedy() {
    const VIEWS: &str = "POST https://api.na1.adobesign.com/api/rest/v6/agreements/A/views";
    const DOCUMENTS: &str = "DELETE https://api.na1.adobesign.com/api/rest/v6/agreements/A/documents if E.1";
    let (provider, script) = account(
        |_| {},
        vec![
            (READ, good(json!({ "id": "A", "status": "DRAFT" }))),
            // A refused token is renewed once; an integration key stays what it is.
            (VIEWS, refused(401, "AUTOLOGIN_DENIED")),
            (VIEWS, refused(401, "AUTOLOGIN_DENIED")),
            (READ, good(json!({ "id": "A", "status": "CANCELLED" }))),
            (DOCUMENTS, refused(412, "DYNAMIC_DOCUMENT_EXPIRATION_NOT_ENABLED")),
        ],
    );
    let error = provider.sender_view("A", &"https://app.example".parse().unwrap()).await.unwrap_err();
    assert!(
        error.kind() == ErrorKind::Forbidden && error.remedy().unwrap().contains("user_login"),
        "{error}"
    );
    assert_eq!(provider.purge("A").await.unwrap_err().kind(), ErrorKind::FeatureOff);
    finished(&script);
}

/// Rows: 12 reading budget, 15 23
#[tokio::test]
async fn taken_up_again_a_draft_is_sent_without_an_equal_read_twice() {
    const BASE: &str = "GET https://api.na1.adobesign.com/api/rest/v6/agreements/A/";
    let found = json!({"id": "A", "status": "AUTHORING", "externalId": {"id": "order-7"}, "etag": "V.9",
        "participantSetsInfo": [{"id": "S", "order": 1, "role": "SIGNER", "label": "LABEL", "memberInfos": []}]});
    let draft = Draft::new("Lease")
        .document(Document::from_bytes("lease.pdf", signbridge_contract::calls::page(612, 792)));
    let draft = draft
        .recipient(Recipient::signer("Ann", "ann@example.com").field(Field::signature().at(1, 72.0, 640.0)));
    let label = format!("sb-{}-0", draft.digest().await.unwrap());
    let mut found = found;
    found["participantSetsInfo"][0]["label"] = label.into();
    let members = json!({"participantSets": [{"id": "S", "order": 1, "name": "Ann",
        "memberInfos": [{"id": "m", "email": "ann@example.com"}]}]});
    let pages = json!({"documentPagesInfo": [{"index": 1, "width": 612, "height": 792, "rotation": 0}]});
    let fields = json!({"fields": [{"name": "sb_1_1", "assignee": "S",
        "locations": [{"pageNumber": 1, "left": 72.0, "top": 152.0}]}]});
    let steps = vec![
        (
            LIST,
            good(json!({"userAgreementList": [{"id": "A", "status": "WAITING_FOR_AUTHORING"}], "page": {}})),
        ),
        (READ, good(found)),
        ("*/combinedDocument/pagesInfo", good(pages)),
        ("*/members?", good(members)),
        // They were set before it broke off: they are not set again, so the version that was read is the present one.
        ("*/formFields", good(fields)),
        ("PUT https://api.na1.adobesign.com/api/rest/v6/agreements/A/state if V.9", Some((204, json!({})))),
    ];
    let (provider, script) = account(|config| config.tier = Tier::Standard, steps);
    assert_eq!(provider.create(&draft, &keyed()).await.unwrap().status, EnvelopeStatus::Processing);
    finished(&script);
    let seen = script.seen.lock().unwrap();
    let reads: Vec<_> = seen.iter().filter(|line| line.starts_with("GET")).collect();
    assert!(reads.iter().any(|line| line.starts_with(BASE)));
    let distinct: std::collections::HashSet<_> = reads.iter().collect();
    assert_eq!(distinct.len(), reads.len(), "{reads:?}");
}

#[tokio::test]
async fn in_the_strict_tier_what_is_in_preparation_is_not_asked_for_twice() {
    let (provider, script) = account(
        |config| config.tier = Tier::Standard,
        vec![
            (LIST, good(json!({"userAgreementList": [{"id": "A", "status": "DRAFT"}], "page": {}}))),
            (
                READ,
                good(
                    json!({"id": "A", "status": "DOCUMENTS_NOT_YET_PROCESSED", "externalId": {"id": "order-7"}}),
                ),
            ),
        ],
    );
    let mut bare = anchored().free_placement();
    bare.recipients[0].fields.clear();
    let error = provider.create(&bare, &keyed()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotReady);
    let wait = error.retry_at().unwrap() - "2026-11-24T12:00:00Z".parse::<DateTime<Utc>>().unwrap();
    assert_eq!(wait.num_minutes(), 10);
    finished(&script);
}
