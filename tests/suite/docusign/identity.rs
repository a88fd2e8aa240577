//! Identity workflows and signature providers of the account, by the names in the profile.

use signbridge_core::{Authentication, AuthenticationMethod, ElectronicIdentity, Phone, SignatureLevel};
use signbridge_docusign::DocuSign;

use super::*;

/// The account, with these names in its profile.
fn named(
    world: &World,
    workflows: &[(AuthenticationMethod, &str)],
    providers: &[(SignatureLevel, &str)],
) -> Arc<dyn Provider> {
    let mut config = world.config();
    config.identity_workflows =
        workflows.iter().map(|(method, name)| (*method, (*name).to_owned())).collect();
    config.signature_providers = providers.iter().map(|(level, name)| (*level, (*name).to_owned())).collect();
    DocuSign::connect(config, world.parts())
}

/// The lease, its signer identified in this way.
fn identified(authentication: Authentication) -> Draft {
    let mut draft = lease();
    draft.recipients[0].authentication = Some(authentication);
    draft
}

fn phone() -> Phone {
    Phone { country_code: "48".into(), number: "600100200".into() }
}

const DOCUMENT: (AuthenticationMethod, &str) = (AuthenticationMethod::IdDocument, "Emulated document check");

async fn signer(world: &World, id: &str) -> Value {
    world.control.envelope(id).unwrap()["recipients"]["signers"][0].clone()
}

/// Rows: 4 IdDocument, 4 Eid EU, 4 Eid Singpass, 4 SmsOtp
#[tokio::test]
async fn a_workflow_of_the_profile_is_found_in_the_account_and_goes_out_by_its_id() {
    let world = World::new().await;
    let docusign = named(
        &world,
        &[
            DOCUMENT,
            (AuthenticationMethod::EidEu, "Emulated European identity"),
            (AuthenticationMethod::EidSingpass, "Emulated Singpass"),
            (AuthenticationMethod::SmsOtp, "Emulated phone code"),
        ],
        &[],
    );
    let mut ids = Vec::new();
    for authentication in [
        Authentication::IdDocument,
        Authentication::Eid(ElectronicIdentity::Eu),
        Authentication::Eid(ElectronicIdentity::Singpass),
        Authentication::SmsOtp(phone()),
    ] {
        let sent = docusign.create(&identified(authentication), &CreateOptions::sent()).await.unwrap();
        let own = signer(&world, &sent.id).await;
        ids.push(own["identityVerification"]["workflowId"].as_str().unwrap().to_owned());
        assert!(own.get("idCheckConfigurationName").is_none(), "{own}");
    }
    ids.dedup();
    assert_eq!(ids.len(), 4, "{ids:?}");
    let asked = asked(&world, "POST", "/envelopes");
    let options = &asked[3]["recipients"]["signers"][0]["identityVerification"]["inputOptions"];
    assert_eq!(options[0]["phoneNumberList"], json!([{"countryCode": "48", "number": "600100200"}]));
    assert_eq!(world.ask("/identity_verification"), 4, "the list is read when somebody needs it");
    world.control.clear_journal();
    docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    assert_eq!(world.ask("/identity_verification"), 0, "and not otherwise");
}

/// Rows: 4 SmsOtp
#[tokio::test]
async fn without_a_workflow_in_the_profile_codes_go_the_older_way() {
    let world = World::new().await;
    let sent =
        world.provider().create(&identified(Authentication::SmsOtp(phone())), &CreateOptions::sent()).await;
    let own = signer(&world, &sent.unwrap().id).await;
    assert_eq!(own["idCheckConfigurationName"], "SMS Auth $");
    assert_eq!(world.ask("/identity_verification"), 0);
}

/// Rows: 4 IdDocument, 11 Unsupported
#[tokio::test]
async fn what_the_profile_does_not_name_is_refused_and_what_the_account_lacks_is_told_before_anything_is_sent()
 {
    let world = World::new().await;
    let error = world
        .provider()
        .create(&identified(Authentication::IdDocument), &CreateOptions::sent())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("identity_workflows.id_document"), "{error}");
    assert!(world.control.journal().is_empty(), "nothing left this process");

    let misspelt = named(&world, &[(AuthenticationMethod::IdDocument, "Emulated document chek")], &[]);
    let error =
        misspelt.create(&identified(Authentication::IdDocument), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidConfiguration, "{error}");
    assert!(error.remedy().unwrap().contains("`Emulated document check`"), "{error}");
    let other = named(&world, &[], &[(SignatureLevel::Advanced, "nobody")]);
    let mut advanced = lease();
    advanced.recipients[0].level = SignatureLevel::Advanced;
    let error = other.create(&advanced, &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidConfiguration, "{error}");
    assert!(error.remedy().unwrap().contains("`emulated_advanced`"), "{error}");
    assert!(asked(&world, "POST", "/envelopes").is_empty(), "no envelope was asked for");
}

/// The levels of section 14: a signature provider by contract, written at the recipient.
#[tokio::test]
async fn levels_are_certified_by_the_providers_of_the_profile() {
    let world = World::new().await;
    let docusign = named(
        &world,
        &[],
        &[(SignatureLevel::Advanced, "emulated_advanced"), (SignatureLevel::Qualified, "emulated_qualified")],
    );
    for (level, name) in
        [(SignatureLevel::Advanced, "emulated_advanced"), (SignatureLevel::Qualified, "emulated_qualified")]
    {
        let mut draft = lease();
        draft.recipients[0].level = level;
        let key = IdempotencyKey::random();
        let sent = docusign.create(&draft, &CreateOptions::sent().key(key)).await.unwrap();
        let own = signer(&world, &sent.id).await;
        assert_eq!(own["recipientSignatureProviders"], json!([{"signatureProviderName": name}]));
        assert_eq!(world.control.envelope(&sent.id).unwrap()["isSignatureProviderEnvelope"], "true");
    }
    let mut coded = identified(Authentication::SmsOtp(phone()));
    coded.recipients[0].level = SignatureLevel::Advanced;
    let sent = docusign.create(&coded, &CreateOptions::sent()).await.unwrap();
    let own = signer(&world, &sent.id).await;
    assert_eq!(own["recipientSignatureProviders"][0]["signatureProviderOptions"]["sms"], "+48600100200");
    let plain = docusign.create(&lease(), &CreateOptions::sent()).await.unwrap();
    assert_eq!(world.control.envelope(&plain.id).unwrap()["isSignatureProviderEnvelope"], "false");
}

/// Rows: 4 plan errors, 11 FeatureOff, 11 InvalidInput
#[tokio::test]
async fn a_plan_without_it_says_so_with_a_remedy() {
    let world = World::new().await;
    let docusign = named(&world, &[DOCUMENT], &[(SignatureLevel::Advanced, "emulated_advanced")]);
    let plan = |body| world.control.provider("docusign", "POST", "plan", &body).unwrap();
    plan(json!({"recipient_authentication": false}));
    let draft = identified(Authentication::SmsOtp(phone()));
    let error = docusign.create(&draft, &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::FeatureOff, Some("PLAN_ITEM_NOT_ENABLED")),
        "{error}"
    );
    assert!(error.remedy().is_some());
    plan(json!({"identity_verification": false, "signature_providers": false}));
    let error =
        docusign.create(&identified(Authentication::IdDocument), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidConfiguration, "the account lists none: {error}");
    assert!(error.remedy().unwrap().contains("has none that would do"), "{error}");
    // What DocuSign itself answers to a request that names one all the same.
    let signer = |members: Value| {
        let mut own = json!({"recipientId": "1", "name": "Ann", "email": ANN});
        own.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        json!({"status": "created", "emailSubject": "a", "recipients": {"signers": [own]}})
    };
    let workflow = json!({"identityVerification": {"workflowId": "5e1f0a10-0000-8000-8000-000000000001"}});
    let certified = json!({"recipientSignatureProviders": [{"signatureProviderName": "emulated_advanced"}]});
    let unknown = json!({"recipientSignatureProviders": [{"signatureProviderName": "nobody"}]});
    for (members, kind, code) in [
        (workflow, ErrorKind::FeatureOff, "PLAN_ITEM_NOT_ENABLED"),
        (certified, ErrorKind::FeatureOff, "ACCOUNT_LACKS_PERMISSIONS"),
        (unknown, ErrorKind::InvalidInput, "SIGNATURE_PROVIDER_INVALID_NAME"),
    ] {
        let request = http::Request::post("/envelopes")
            .header("content-type", "application/json")
            .body(Bytes::from(signer(members).to_string()));
        let error = docusign.raw(request.unwrap()).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, Some(code)), "{error}");
        assert!(error.remedy().is_some());
    }
}

/// Rows: 9 change authentication in flight, 4 IdDocument
#[tokio::test]
async fn how_somebody_is_identified_changes_on_the_way_except_away_from_a_workflow() {
    let world = World::new().await;
    let docusign = named(&world, &[DOCUMENT], &[(SignatureLevel::Qualified, "emulated_qualified")]);
    let mut draft = lease();
    draft.recipients[0] = draft.recipients[0].clone().access_code("4711");
    let sent = docusign.create(&draft, &CreateOptions::sent()).await.unwrap();
    let to = |method| Correction::new().change(RecipientChange::of(ANN).authenticated_by(method));
    docusign.correct(&sent.id, &to(Authentication::IdDocument)).await.unwrap();
    let put = asked(&world, "PUT", "/recipients").remove(0)["signers"][0].clone();
    assert_eq!(put["identityVerification"]["workflowId"], "5e1f0a10-0000-8000-8000-000000000001");
    assert_eq!(put["accessCode"], "", "the code is not asked for besides");
    assert!(put.get("email").is_none() && put.get("name").is_none(), "only what changes: {put}");
    let error = docusign.correct(&sent.id, &to(Authentication::Kba)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.faults()[0].path.as_str()),
        (ErrorKind::InvalidInput, "changes[0].authentication")
    );
    assert_eq!(asked(&world, "PUT", "/recipients").len(), 1);
    let rename = Correction::new().change(RecipientChange::of(ANN).name("Ann Ray"));
    docusign.correct(&sent.id, &rename).await.unwrap();
    let joining = Recipient::signer("Eve Poe", EVE)
        .order(3)
        .level(SignatureLevel::Qualified)
        .field(Field::signature().at(1, 72.0, 300.0));
    docusign.correct(&sent.id, &Correction::new().recipient(joining)).await.unwrap();
    let post = asked(&world, "POST", "/recipients").remove(0);
    assert_eq!(
        post["signers"][0]["recipientSignatureProviders"][0]["signatureProviderName"],
        "emulated_qualified"
    );
}

/// Rows: 9 send from template, 4 IdDocument
#[tokio::test]
async fn who_fills_a_role_of_a_template_is_identified_too() {
    let world = World::new().await;
    let docusign = named(&world, &[DOCUMENT], &[]);
    let id = template(&docusign, "Lease", "").await;
    let draft = Draft::new("Lease of flat 7")
        .template(&id)
        .recipient(
            Recipient::signer("Ann Lee", ANN)
                .template_role("Tenant")
                .authenticated_by(Authentication::IdDocument),
        )
        .recipient(Recipient::carbon_copy("Bob Ray", BOB).template_role("Agency"));
    let sent = docusign.create(&draft, &CreateOptions::sent()).await.unwrap();
    assert!(signer(&world, &sent.id).await["identityVerification"]["workflowId"].is_string());
}
