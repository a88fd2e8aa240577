//! Each role, delivery and authentication as DocuSign's recipient.

use serde_json::{Value, json};
use signbridge_core::{
    Authentication, AuthenticationMethod, Document, Draft, Field, Prepared, Recipient, Role, SignatureLevel,
};

use super::*;
use crate::wire::{
    definition::{Creation, EnvelopeDefinition},
    identity::{SignatureProvider, Workflow},
    marks,
};

async fn definition(people: impl IntoIterator<Item = Recipient>) -> Value {
    identified(people, &Identification::default()).await
}

/// The definition in an account of which these were found.
async fn identified(people: impl IntoIterator<Item = Recipient>, identification: &Identification) -> Value {
    let mut draft = Draft::new("Lease").document(Document::from_bytes("lease.docx", &b"words"[..]));
    draft.recipients.extend(people);
    let key = "order-7".parse().unwrap();
    let creation = Creation {
        sent: true,
        transaction_id: marks::transaction_id("a", &key),
        intent: None,
        staged: false,
        identification,
    };
    let prepared = Prepared::new(&draft).await.unwrap();
    serde_json::to_value(EnvelopeDefinition::new(&prepared, creation, None).unwrap()).unwrap()
}

async fn one(person: Recipient) -> Value {
    definition([person]).await["recipients"]["signers"][0].clone()
}

fn ann() -> Recipient {
    Recipient::signer("Ann", "ann@example.com")
}

fn phone() -> Phone {
    Phone { country_code: "48".into(), number: "600100200".into() }
}

/// Rows: 3 Signer, 3 CertifiedRecipient, 3 CarbonCopy, 3 InPersonSigner, 3 order base, 3 all parallel
/// Rows: 3 parallel inside a sequence, 3 CC in the middle, 15 7, 15 11
#[tokio::test]
async fn roles_are_groups_and_orders_are_ranks_from_one() {
    let made = definition([
        ann().order(3),
        Recipient::signer("Bea", "bea@example.com").order(3),
        Recipient::carbon_copy("Cy", "cy@example.com").order(7),
        Recipient::new(Role::InPersonSigner, "Di", "di@example.com").host("Ed", "ed@example.com").order(9),
        Recipient::new(Role::CertifiedRecipient, "Flo", "flo@example.com").order(12),
    ])
    .await;
    let recipients = &made["recipients"];
    let orders = |group: &str| -> Vec<&str> {
        let list = recipients[group].as_array().unwrap();
        list.iter().map(|own| own["routingOrder"].as_str().unwrap()).collect()
    };
    assert_eq!(orders("signers"), ["1", "1"], "equal orders act at the same time");
    assert_eq!(orders("carbonCopies"), ["2"], "a copy is mailed at its turn");
    assert_eq!(orders("certifiedDeliveries"), ["4"]);
    let host = &recipients["inPersonSigners"][0];
    assert_eq!((&host["hostEmail"], &host["signerName"]), (&json!("ed@example.com"), &json!("Di")));
    assert!(host.get("email").is_none(), "an in-person signer has no mail of his own");
    let parallel = definition([ann().order(5), Recipient::signer("Bea", "bea@example.com").order(5)]).await;
    assert_eq!(parallel["recipients"]["signers"][1]["routingOrder"], "1");
}

/// Rows: 3 same e-mail twice
#[tokio::test]
async fn one_address_may_take_part_twice_under_ids_of_its_own() {
    let made = definition([ann(), ann().order(2)]).await;
    let ids: Vec<_> =
        made["recipients"]["signers"].as_array().unwrap().iter().map(|own| &own["recipientId"]).collect();
    assert_eq!(ids, [&json!("1"), &json!("2")]);
}

/// Rows: 4 AccessCode, 4 SmsOtp, 4 PhoneCall, 4 Kba, 3 phone
#[tokio::test]
async fn each_authentication_has_its_members() {
    let code = one(ann().access_code("4711")).await;
    assert_eq!(code["accessCode"], "4711");
    assert!(code.get("addAccessCodeToEmail").is_none(), "a code never goes the way of the link");
    let text = one(ann().authenticated_by(Authentication::SmsOtp(phone()))).await;
    assert_eq!(text["idCheckConfigurationName"], "SMS Auth $");
    assert_eq!(text["smsAuthentication"], json!({"senderProvidedNumbers": ["+48600100200"]}));
    let call = one(ann().authenticated_by(Authentication::PhoneCall(phone()))).await;
    assert_eq!(call["idCheckConfigurationName"], "Phone Auth $");
    assert_eq!(call["phoneAuthentication"], json!({"senderProvidedNumbers": ["+48600100200"]}));
    let history = one(ann().authenticated_by(Authentication::Kba)).await;
    assert_eq!(history["idCheckConfigurationName"], "ID Check $");
    for asked in [text, call, history] {
        assert_eq!(asked["requireIdLookup"], "true", "without it the check is not made");
    }
    assert!(one(ann()).await.get("requireIdLookup").is_none());
}

/// Rows: 5 Email, 5 Sms, 5 Email and Sms, 5 WhatsApp, 5 Embedded, 5 mixed Embedded and Email, 3 phone
#[tokio::test]
async fn each_delivery_has_its_members_and_they_mix() {
    let by = |delivery| ann().delivered_by(delivery).phone("48", "600100200");
    for (delivery, method) in [(Delivery::Sms, "SMS"), (Delivery::WhatsApp, "WhatsApp")] {
        let own = one(by(delivery)).await;
        assert_eq!(own["deliveryMethod"], method);
        assert_eq!(own["phoneNumber"], json!({"countryCode": "48", "number": "600100200"}));
        assert!(own.get("email").is_none(), "an address beside the number would be mailed too");
    }
    let both = one(by(Delivery::EmailAndSms)).await;
    assert_eq!(both["email"], "ann@example.com");
    assert_eq!(both["additionalNotifications"][0]["secondaryDeliveryMethod"], "SMS");
    let mailed = one(ann()).await;
    assert!(mailed.get("clientUserId").is_none() && mailed.get("deliveryMethod").is_none());
    let mixed = definition([ann().embedded(), Recipient::signer("Bea", "bea@example.com")]).await;
    let signers = &mixed["recipients"]["signers"];
    assert_eq!(signers[0]["clientUserId"], "signbridge-1");
    assert!(signers[1].get("clientUserId").is_none());
}

/// Rows: 15 6, 9 expiry at creation, 9 reminders, 15 15
#[tokio::test]
async fn expiry_and_reminders_are_always_written_and_form_fields_never_come_alive() {
    let own = ann().field(Field::signature().at_anchor("Sign:", 0.0, 0.0));
    let made = definition([own]).await;
    let rules = &made["notification"];
    assert_eq!(
        (&rules["useAccountDefaults"], &rules["expirations"]["expireAfter"]),
        (&json!("false"), &json!("30"))
    );
    assert_eq!(rules["reminders"]["reminderEnabled"], "false");
    assert_eq!(made["allowReassign"], "false", "what the draft does not allow is not left to the account");
    assert!(!made.to_string().contains("transformPdfFields"));
}

/// What the account has, as its answers say.
fn account() -> Identification {
    let workflows: Vec<Workflow> = serde_json::from_value(json!([
        {"workflowId": "w-1", "defaultName": "ID Verification", "inputOptions": []},
        {"workflowId": "w-2", "defaultName": "Phone", "inputOptions":
            [{"optionName": "phone_number_list", "valueType": "PhoneNumberList"}]}]))
    .unwrap();
    let option = |name: &str| json!({ "signatureProviderOptionName": name });
    let providers: Vec<SignatureProvider> = serde_json::from_value(json!([
        {"signatureProviderName": "aes", "signatureProviderOptionsMetadata": [option("sms"), option("oneTimePassword")]},
        {"signatureProviderName": "qes"}]))
    .unwrap();
    let mut found = Identification::default();
    for method in [AuthenticationMethod::IdDocument, AuthenticationMethod::EidEu] {
        found.workflow(method, "ID Verification", &workflows).unwrap();
    }
    found.workflow(AuthenticationMethod::SmsOtp, "Phone", &workflows).unwrap();
    found.provider(SignatureLevel::Advanced, "aes", &providers).unwrap();
    found.provider(SignatureLevel::Qualified, "qes", &providers).unwrap();
    found
}

async fn one_identified(person: Recipient) -> Value {
    identified([person], &account()).await["recipients"]["signers"][0].clone()
}

/// Rows: 4 IdDocument, 4 Eid EU, 4 SmsOtp, 3 phone
#[tokio::test]
async fn a_workflow_is_named_by_its_id_and_one_for_codes_gets_the_number() {
    let paper = one_identified(ann().authenticated_by(Authentication::IdDocument)).await;
    assert_eq!(paper["identityVerification"], json!({"workflowId": "w-1"}));
    let eid = Authentication::Eid(signbridge_core::ElectronicIdentity::Eu);
    assert_eq!(
        one_identified(ann().authenticated_by(eid)).await["identityVerification"]["workflowId"],
        "w-1"
    );
    let code = one_identified(ann().authenticated_by(Authentication::SmsOtp(phone()))).await;
    assert_eq!(
        code["identityVerification"],
        json!({"workflowId": "w-2", "inputOptions": [{"name": "phone_number_list", "valueType": "PhoneNumberList",
            "phoneNumberList": [{"countryCode": "48", "number": "600100200"}]}]})
    );
    for own in [&paper, &code] {
        assert!(own.get("idCheckConfigurationName").is_none(), "not the older check besides: {own}");
    }
    assert!(one_identified(ann()).await.get("identityVerification").is_none());
}

#[tokio::test]
async fn a_level_is_the_name_of_its_provider_with_the_options_that_it_takes() {
    let advanced = ann().level(SignatureLevel::Advanced);
    let providers = |own: Value| own["recipientSignatureProviders"].clone();
    assert_eq!(providers(one_identified(advanced.clone()).await), json!([{"signatureProviderName": "aes"}]));
    let coded = one_identified(advanced.clone().authenticated_by(Authentication::SmsOtp(phone()))).await;
    assert_eq!(
        providers(coded.clone()),
        json!([{"signatureProviderName": "aes", "signatureProviderOptions": {"sms": "+48600100200"}}])
    );
    assert_eq!(coded["identityVerification"]["workflowId"], "w-2", "what is asked before opening stays");
    let told = one_identified(advanced.access_code("4711")).await;
    assert_eq!(providers(told.clone())[0]["signatureProviderOptions"], json!({"oneTimePassword": "4711"}));
    assert_eq!(told["accessCode"], "4711");
    let qualified = ann().level(SignatureLevel::Qualified).access_code("4711");
    assert_eq!(providers(one_identified(qualified).await), json!([{"signatureProviderName": "qes"}]));
    assert_eq!(providers(one_identified(ann()).await), Value::Null, "the simple level is the usual one");
}
