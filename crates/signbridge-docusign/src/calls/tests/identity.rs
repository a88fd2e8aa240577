//! Workflows that verify identities, and signature providers.

use signbridge_core::{AuthenticationMethod, SignatureLevel};

use super::*;
use crate::calls::{identity_workflows::ListIdentityWorkflows, signature_providers::ListSignatureProviders};

#[tokio::test]
async fn identity_workflows() {
    let list = ListIdentityWorkflows { account: account() };
    let good = answer(
        200,
        json!({"identityVerification": [
            {"workflowId": "c368e411-1592-4001-a3df-dca94ac539ae", "defaultName": "Phone Authentication",
                "defaultDescription": "A code.", "inputOptions": [{"optionName": "phone_number_list",
                    "valueType": "PhoneNumberList", "isRequired": true}]},
            {"workflowId": "8c4a2f10-6f5b-4b7e-9d7c-0123456789ab", "defaultName": "ID Verification", "inputOptions": {},
                "steps": [{"name": "Government ID", "type": "id"}], "isDisabled": "false"},
            {"workflowId": "00000000-6f5b-4b7e-9d7c-0123456789ab", "defaultName": "Old", "isDisabled": "true"}]}),
    );
    let off = refused("PLAN_ITEM_NOT_ENABLED", "Identity verification is off.");
    call(&list, "", good, debug, off).await;
    assert!(list.reply(answer(200, json!({}))).unwrap().is_empty(), "an account without any");
}

#[tokio::test]
async fn signature_providers() {
    let list = ListSignatureProviders { account: account() };
    let good = answer(
        200,
        json!({"signatureProviders": [
            {"signatureProviderName": "universalsignaturepen_default", "signatureProviderId": "1"},
            {"signatureProviderName": "an_advanced_one", "signatureProviderOptionsMetadata":
                [{"signatureProviderOptionId": "1", "signatureProviderOptionName": "sms"}]}]}),
    );
    call(&list, "", good, debug, refused("ACCOUNT_LACKS_PERMISSIONS", "Not in the plan.")).await;
    let error = list.refusal(refused("SIGNATURE_PROVIDER_INVALID_NAME", "No such provider."));
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.remedy().unwrap().contains("doctor"), "{error}");
}

/// Rows: 4 IdDocument, 4 SmsOtp
#[test]
fn what_the_account_does_not_have_is_told_with_what_it_has() {
    let workflows = serde_json::from_value::<Vec<crate::wire::identity::Workflow>>(json!([
        {"workflowId": "1", "defaultName": "Check"}, {"workflowId": "2", "defaultName": "Twice"},
        {"workflowId": "3", "defaultName": "Twice"}, {"workflowId": "4", "defaultName": "Old", "isDisabled": "true"},
        {"workflowId": "5", "defaultName": "Asks", "inputOptions": [{"optionName": "birthday", "isRequired": true}]}]))
    .unwrap();
    let mut found = Identification::default();
    let mut take = |method, name| match found.workflow(method, name, &workflows) {
        Ok(()) => String::new(),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidConfiguration);
            format!("{}; {}", error.faults()[0], error.remedy().unwrap())
        }
    };
    let document = AuthenticationMethod::IdDocument;
    assert_eq!(take(document, "Check"), "");
    assert_eq!(take(document, "3"), "", "an id does where two have one name");
    let missing = take(document, "check");
    assert!(
        missing.contains("identity_workflows.id_document: the account has no identity workflow `check`"),
        "{missing}"
    );
    assert!(
        missing.contains("one of `Check`, `Twice`, `Twice`, `Asks`"),
        "what is disabled is not offered: {missing}"
    );
    assert!(take(document, "Old").contains("no identity workflow"));
    assert!(take(document, "Twice").contains("one of `2`, `3`"));
    assert!(take(document, "Asks").contains("wants `birthday`"));
    assert!(take(AuthenticationMethod::SmsOtp, "Check").contains("takes no phone number"));
    let providers = serde_json::from_value::<Vec<crate::wire::identity::SignatureProvider>>(
        json!([{"signatureProviderName": "a"}, {"signatureProviderName": "b"}]),
    )
    .unwrap();
    let error = found.provider(SignatureLevel::Qualified, "c", &providers).unwrap_err();
    assert!(error.to_string().contains("signature_providers.qualified"), "{error}");
    assert!(error.remedy().unwrap().contains("one of `a`, `b`"));
    assert!(
        found
            .provider(SignatureLevel::Qualified, "c", &[])
            .unwrap_err()
            .remedy()
            .unwrap()
            .contains("has none that would do")
    );
}
