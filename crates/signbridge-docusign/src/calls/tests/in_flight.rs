//! Corrections, locks, the bin, purging, form data, pages for the sender, the account.

use signbridge_core::{AccessCode, Authentication, Quota, RecipientChange};

use super::*;
use crate::calls::{
    create_sender_view::{CreateConsoleView, CreateCorrectView, CreateSenderView},
    form_data::{GetChoices, GetFormData},
    get_account::GetAccount,
    lock::{CreateLock, DeleteLock, EditLock, Held},
    notification::{GetNotification, UpdateNotification},
    recipients::{AddRecipients, RemoveRecipients, ResendRecipient, UpdateRecipients},
    recycle::Recycle,
    update_envelope::PurgeEnvelope,
};
use crate::wire::{
    answer,
    correction::{Change, Changes},
    recipient::{self, Recipients},
};

fn lock() -> EditLock {
    let create = CreateLock { account: account(), envelope: ENVELOPE.into() };
    create.reply(answer(201, json!({ "lockToken": "lock-secret" }))).unwrap()
}

/// The recipients of an envelope whose every datum a correction can be compared with.
fn standing() -> Vec<answer::RecipientAnswer> {
    answer::recipients(&json!({
        "signers": [{"recipientId": "1", "name": "Ann Lee", "email": "ann@example.com", "routingOrder": "1",
            "accessCode": "4711", "requireIdLookup": "false", "status": "sent"}],
        "inPersonSigners": [{"recipientId": "2", "hostName": "Dee", "hostEmail": "dee@example.com",
            "signerName": "Cy", "signerEmail": "cy@example.com", "routingOrder": "2", "requireIdLookup": "true"}],
        "carbonCopies": [{"recipientId": "98969862", "name": "Bob", "email": "bob@example.com", "routingOrder": "3"}]
    }))
}

#[tokio::test]
async fn locks() {
    let create = CreateLock { account: account(), envelope: ENVELOPE.into() };
    let good = answer(
        201,
        json!({"lockToken": "lock-secret", "lockedUntilDateTime": "2026-06-24T14:31:11.6600000Z",
            "lockedByUser": {"userName": "Ann"}, "lockDurationInSeconds": "120", "lockType": "edit"}),
    );
    let held = refused("EDIT_LOCK_ENVELOPE_ALREADY_LOCKED", "Locked by another app.");
    call(&create, "", good, debug, held).await;
    for none in [json!({}), json!({ "lockToken": "" })] {
        assert!(create.reply(answer(201, none)).is_err(), "a lock without token is none");
    }
    let delete = DeleteLock { account: account(), envelope: ENVELOPE.into(), lock: lock() };
    let not_ours = refused("EDIT_LOCK_NOT_LOCK_OWNER", "Locked by another app.");
    call(&delete, "", answer(200, json!({"lockType": "edit"})), debug, not_ours).await;
    let empty = Response::builder().status(200).body(Bytes::new()).unwrap();
    assert!(delete.reply(empty).is_ok(), "deletions were recorded with an empty answer");
    assert!(!format!("{delete:?}").contains("lock-secret"));
}

/// Rows: 9 correct in flight, 9 change authentication in flight, 9 replace signer, 11 InvalidState, 11 Partial, 15 18
#[tokio::test]
async fn only_what_changes_goes_out() {
    let standing = standing();
    let none = Identification::default();
    let [ann, cy, bob] = standing.as_slice() else { panic!("{}", standing.len()) };
    let unchanged = RecipientChange::of("ann@example.com").name("Ann Lee").email("ann@example.com");
    assert_eq!(Change::new(ann, &unchanged, &none), None, "the same address again would mail again");
    let renamed = Change::new(ann, &unchanged.clone().name("Ann Ray"), &none).unwrap();
    assert_eq!(serde_json::to_value(&renamed).unwrap(), json!({"recipientId": "1", "name": "Ann Ray"}));
    let mut moved = RecipientChange::of("bob@example.com");
    moved.order = Some(9);
    let phone = signbridge_core::Phone { country_code: "48".into(), number: "600100200".into() };
    let by_text = RecipientChange::of("ann@example.com").authenticated_by(Authentication::SmsOtp(phone));
    let by_code = RecipientChange::of("cy@example.com")
        .email("cy.poe@example.com")
        .authenticated_by(Authentication::AccessCode(AccessCode::new("4712")));
    let changes: Changes = [
        ("signers", vec![Change::new(ann, &by_text, &none).unwrap()]),
        ("inPersonSigners", vec![Change::new(cy, &by_code, &none).unwrap()]),
        ("carbonCopies", vec![Change::new(bob, &moved, &none).unwrap()]),
    ]
    .into();
    let update = UpdateRecipients { account: account(), envelope: ENVELOPE.into(), changes: changes.into() };
    let update = Held { call: update, lock: lock() };
    let good = answer(
        200,
        json!({"recipientUpdateResults": [{"recipientId": "1", "errorDetails": {"errorCode": "SUCCESS"}}]}),
    );
    call(&update, "", good, debug, refused("ENVELOPE_INVALID_STATUS", "The envelope is completed.")).await;
    let inside = answer(
        200,
        json!({"recipientUpdateResults": [{"recipientId": "1"}, {"recipientId": "2",
            "errorDetails": {"errorCode": "RECIPIENT_UPDATE_FAILED", "message": "He has signed."}}]}),
    );
    let error = update.reply(inside).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::InvalidState, Some("RECIPIENT_UPDATE_FAILED")));
}

/// Rows: 9 add CC in flight, 3 add after start
#[tokio::test]
async fn add_recipients() {
    let mut groups = Recipients::default();
    let joining = Recipient::carbon_copy("Eve", "eve@example.com").order(4);
    groups.push(joining.role, recipient::part("98969863", 4, &joining, None, &Identification::default()));
    let add = AddRecipients { account: account(), envelope: ENVELOPE.into(), recipients: groups.into() };
    let good = answer(201, json!({"carbonCopies": [{"recipientId": "98969863"}], "signers": []}));
    call(&add, "", good, debug, refused("INVALID_RECIPIENT_ID", "Given twice.")).await;
    let inside = json!({"carbonCopies": [{"recipientId": "98969863",
        "errorDetails": {"errorCode": "INVALID_EMAIL_ADDRESS_FOR_RECIPIENT", "message": "no"}}]});
    assert_eq!(add.reply(answer(201, inside)).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn remove_recipients() {
    let removed: Changes = [("carbonCopies", vec![Change::of(&standing()[2])])].into();
    let remove =
        RemoveRecipients { account: account(), envelope: ENVELOPE.into(), recipients: removed.into() };
    let good = answer(200, json!({"carbonCopies": [{"recipientId": "98969862", "status": "deleted"}]}));
    call(&remove, "", good, debug, refused("RECIPIENT_UPDATE_FAILED", "He has signed.")).await;
    assert!(remove.reply(Response::builder().body(Bytes::new()).unwrap()).is_ok());
}

#[tokio::test]
async fn notifications() {
    let get = GetNotification { account: account(), envelope: ENVELOPE.into() };
    let reminders = json!({"reminderEnabled": "true", "reminderDelay": "2", "reminderFrequency": "3"});
    let good = answer(200, json!({"useAccountDefaults": "false", "reminders": reminders}));
    call(&get, "", good, pretty, refused("ENVELOPE_DOES_NOT_EXIST", "No.")).await;
    assert_eq!(get.reply(answer(200, json!({}))).unwrap()["reminderEnabled"], "false");
    let update =
        UpdateNotification { account: account(), envelope: ENVELOPE.into(), reminders, expire_after: 40 };
    call(&update, "", answer(200, json!({})), debug, refused("ENVELOPE_INVALID_STATUS", "It ended.")).await;
}

#[tokio::test]
async fn recycle() {
    let move_ = Recycle { account: account(), envelope: ENVELOPE.into() };
    let good = answer(
        200,
        json!({"folders": [{"folderId": "recyclebin"}], "envelopes": [{"envelopeId": ENVELOPE}]}),
    );
    call(&move_, "", good, debug, refused("ENVELOPE_DOES_NOT_EXIST", "No.")).await;
    let inside = json!({"folders": [{"errorDetails": {"errorCode": "INVALID_FOLDER_ID", "message": "No such folder."}}]});
    assert_eq!(
        move_.reply(answer(200, inside)).unwrap_err().code(),
        Some("INVALID_FOLDER_ID"),
        "2xx is not success"
    );
}

/// Rows: 9 purge finished
#[tokio::test]
async fn purge() {
    let purge = PurgeEnvelope { account: account(), envelope: ENVELOPE.into() };
    let good = answer(200, json!({"envelopeId": ENVELOPE, "purgeState": "documents_queued"}));
    call(&purge, "", good, debug, refused("ENVELOPE_INVALID_STATUS", "It is sent.")).await;
}

#[tokio::test]
async fn form_data() {
    let get = GetFormData { account: account(), envelope: ENVELOPE.into() };
    let good = answer(
        200,
        json!({"envelopeId": ENVELOPE, "formData": [{"name": "city", "value": "Ulm"}], "prefillFormData": {"formData": []},
            "recipientFormData": [{"recipientId": "1", "name": "Ann", "email": "ann@example.com",
                "formData": [{"name": "city", "value": "Ulm"}, {"name": "terms", "value": "X"}, {"value": "nameless"}]},
                {"recipientId": "2", "formData": {}}]}),
    );
    let show = |values: Vec<signbridge_core::FormValue>| pretty(values);
    let off = answer(400, json!({"errorCode": "ACCOUNT_LACKS_PERMISSIONS", "message": "Form data are off."}));
    call(&get, "", good, show, off).await;
    let boxes = GetChoices { account: account(), envelope: ENVELOPE.into() };
    let good = answer(
        200,
        json!({"signers": [{"email": "Ann@example.com", "tabs": {"checkboxTabs": [{"tabLabel": "terms", "selected": "true"}],
                "radioGroupTabs": [{"groupName": "plan", "radios": [{"value": "month", "selected": "false"},
                    {"value": "year", "selected": "true"}]}]}, "status": "completed"},
            {"email": "bob@example.com", "tabs": {}}], "agents": []}),
    );
    call(&boxes, "", good, debug, refused("ENVELOPE_DOES_NOT_EXIST", "No.")).await;
}

#[tokio::test]
async fn sender_views() {
    let return_url = Url::parse("https://app.example/done").unwrap();
    let good = || answer(201, json!({"url": "https://demo.docusign.net/Signing/x?slt=secret"}));
    let show = |link: secrecy::SecretString| format!("{link:?}");
    let bad = || refused("ENVELOPE_INVALID_STATUS", "Not in this state.");
    let sender =
        CreateSenderView { account: account(), envelope: ENVELOPE.into(), return_url: return_url.clone() };
    call(&sender, "", good(), show, bad()).await;
    let correct = CreateCorrectView { account: account(), envelope: ENVELOPE.into(), return_url };
    call(&correct, "", good(), show, bad()).await;
}

/// Rows: 9 sender view
#[tokio::test]
async fn the_console_is_opened_at_an_envelope_or_where_it_begins() {
    let return_url = Url::parse("https://app.example/done").unwrap();
    let at = |envelope: Option<&str>| CreateConsoleView {
        account: account(),
        envelope: envelope.map(str::to_owned),
        return_url: return_url.clone(),
    };
    let good = answer(201, json!({"url": "https://demo.docusign.net/Member/x?t=secret"}));
    let show = |link: secrecy::SecretString| format!("{link:?}");
    call(&at(Some(ENVELOPE)), "", good, show, refused("ENVELOPE_DOES_NOT_EXIST", "No.")).await;
    let begins = signbridge_contract::calls::shown(at(None).request().unwrap()).await.unwrap();
    assert!(begins.contains("returnUrl") && !begins.contains("envelopeId"), "{begins}");
}

/// Rows: 9 resend mail, 9 remind now
#[tokio::test]
async fn one_recipient_is_mailed_again_by_an_update_that_changes_nothing() {
    let own: Changes = [("signers", vec![Change::of(&standing()[0])])].into();
    let resend = ResendRecipient { account: account(), envelope: ENVELOPE.into(), recipient: own.into() };
    let good = answer(200, json!({"recipientUpdateResults": [{"recipientId": "1"}]}));
    call(&resend, "", good, debug, refused("ENVELOPE_INVALID_STATUS", "It is completed.")).await;
    let inside = json!({"recipientUpdateResults": [{"recipientId": "1",
        "errorDetails": {"errorCode": "RECIPIENT_UPDATE_FAILED", "message": "He has signed."}}]});
    assert_eq!(resend.reply(answer(200, inside)).unwrap_err().kind(), ErrorKind::InvalidState);
}

/// Rows: 9 quota, 11 Forbidden
#[tokio::test]
async fn quota() {
    let get = GetAccount { account: account() };
    let good = answer(
        200,
        json!({"accountIdGuid": ACCOUNT, "planName": "Business", "billingPeriodEnvelopesAllowed": "100",
            "billingPeriodEnvelopesSent": "93", "billingPeriodEndDate": "2026-06-30T07:00:00.0000000Z"}),
    );
    let denied = answer(400, json!({"errorCode": "USER_LACKS_PERMISSIONS", "message": "No."}));
    call(&get, "", good, pretty, denied).await;
    let unlimited: Quota = get
        .reply(answer(
            200,
            json!({"billingPeriodEnvelopesAllowed": "unlimited", "billingPeriodEnvelopesSent": "7"}),
        ))
        .unwrap();
    assert_eq!((unlimited.allowed, unlimited.sent, unlimited.left), (None, Some(7), None));
}
