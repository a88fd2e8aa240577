//! Answers as they were recorded rather than as they are described.

use serde_json::json;
use signbridge_core::EnvelopeStatus;

use super::*;

fn text(text: &str) -> Envelope {
    envelope(serde_json::from_str(text).unwrap()).unwrap()
}

/// The description demands nothing, and what is last in it was seen to be left out.
#[test]
fn an_id_is_all_that_has_to_be_there() {
    let bare = text(r#"{"signature_request_id":"a1"}"#);
    assert_eq!((bare.id.as_str(), bare.recipients.len()), ("a1", 0));
    assert_eq!(bare.status, EnvelopeStatus::Other("unknown".into()));
    assert!(envelope(json!({"title": "Lease"})).is_none());
}

#[test]
fn members_of_other_types_than_described_are_read() {
    let odd = text(
        r#"{"signature_request_id":"a1","title":"Lease \/ flat 7","message":null,"metadata":{"n":5},"created_at":"1795521600",
        "is_complete":0,"is_declined":"false","has_error":null,"signing_url":"https:\/\/app.example\/sign",
        "attachments":[{"id":"x","signer":1,"name":"Passport","required":true}],
        "custom_fields":[{"name":null,"type":"text","value":"1","required":null,"editor":0}],
        "cc_email_addresses":null,"template_ids":null,
        "signatures":[{"signature_id":"s1","signer_email_address":"ann@example.com","signer_name":null,"order":"0",
            "status_code":"awaiting_signature","last_viewed_at":null}]}"#,
    );
    assert_eq!(odd.subject, "Lease / flat 7", "slashes come escaped");
    assert_eq!(odd.status, EnvelopeStatus::InProgress);
    assert_eq!(odd.metadata["n"], "5");
    assert_eq!(odd.created_at.unwrap().timestamp(), 1_795_521_600);
    assert_eq!((odd.recipients[0].order, odd.recipients[0].name.as_str()), (1, ""));
}

/// The description has no `client_id`, recorded answers do. A completed request has no `signing_url` whatever its kind.
#[test]
fn the_app_tells_an_embedded_request_where_the_missing_link_cannot() {
    let completed = |client_id: Value| {
        let request = json!({"signature_request_id": "a1", "is_complete": true, "client_id": client_id, "signing_url": null,
            "signatures": [{"signature_id": "s1", "status_code": "signed"}]});
        envelope(request).unwrap().recipients.remove(0).embedded
    };
    assert!(completed(json!("app")));
    assert!(!completed(Value::Null));
}

/// Rows: 3 order base, 15 11
#[test]
fn orders_are_counted_from_zero_and_missing_where_all_sign_at_once() {
    let signatures = |orders: [Value; 2]| {
        let signatures: Vec<Value> = orders
            .into_iter()
            .map(|order| json!({"order": order, "status_code": "awaiting_signature"}))
            .collect();
        let request = json!({"signature_request_id": "a1", "signatures": signatures});
        envelope(request)
            .unwrap()
            .recipients
            .into_iter()
            .map(|one| (one.order, one.status))
            .collect::<Vec<_>>()
    };
    let ranked = signatures([json!(0), json!(1)]);
    assert_eq!(ranked, [(1, RecipientStatus::Active), (2, RecipientStatus::Waiting)]);
    let parallel = signatures([Value::Null, Value::Null]);
    assert_eq!(parallel, [(1, RecipientStatus::Active), (1, RecipientStatus::Active)]);
}

/// Rows: 2 Replaced, 15 21
#[test]
fn who_was_put_in_his_place_and_who_gets_a_copy_have_no_more_than_is_known() {
    let request = json!({"signature_request_id": "a1", "cc_email_addresses": ["bob@example.com"], "signatures": [
        {"signature_id": "s2", "signer_email_address": "dee@example.com", "order": 0, "status_code": "awaiting_signature",
            "reassigned_by": "ann@example.com", "reassigned_from": "s1"}]});
    let envelope = envelope(request).unwrap();
    let all: Vec<_> = envelope.recipients.iter().map(|one| (one.email.as_str(), &one.status)).collect();
    let unknown = RecipientStatus::Other("unknown".into());
    assert_eq!(all, [("dee@example.com", &RecipientStatus::Active), ("bob@example.com", &unknown)]);
    assert_eq!(
        envelope.raw["signatures"][0]["reassigned_from"], "s1",
        "and the raw answer says who was there"
    );
}

#[test]
fn a_warning_may_stand_beside_any_answer() {
    let all = json!({"signature_request": {}, "warnings": [
        {"warning_name": "reassign_unsupported", "warning_msg": "The plan has no reassigning."}, {"warning_msg": "Only text."}]});
    assert_eq!(
        warnings(all.as_object().unwrap()),
        ["reassign_unsupported: The plan has no reassigning", "Only text"]
    );
}
