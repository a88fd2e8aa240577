//! Templates, corrections, deletions, form data, views: the adapter against the emulator's dialect.

use signbridge_core::{Correction, FieldKind, RecipientChange, Template, TemplateQuery};

use super::*;

/// What a tag in a document looks like, one for each of two signers and a text.
const TAGGED: &str = "{{Sig_es_:signer1:signature}} {{*city_es_:signer1}} {{Sig2_es_:signer2:signature}}";

/// A draft of documents alone, for a template.
fn bare(text: &str) -> Draft {
    Draft::new("Lease template")
        .document(Document::from_bytes("lease.pdf", pdf(text, 100)))
        .recipient(Recipient::signer("Tenant", "tenant@example.com"))
}

async fn template(provider: &Arc<dyn Provider>, text: &str) -> Template {
    provider.create_template(&bare(text)).await.unwrap()
}

/// Two people for a template, the second one step later; roles are named the wrong way round on purpose.
fn from(template: &Template) -> Draft {
    Draft::new("Lease of flat 7")
        .template(&template.id)
        .recipient(Recipient::signer("Ann Lee", ANN).order(3).template_role("Landlord"))
        .recipient(Recipient::signer("Bob Ray", BOB).order(7).template_role("Tenant"))
}

/// Rows: 9 templates list and get, 9 template create, 9 send from template
#[tokio::test]
async fn a_template_is_made_listed_read_and_sent_from_by_order_not_by_role() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let made = template(&provider, TAGGED).await;
    let read = provider.template(&made.id).await.unwrap();
    assert_eq!((read.name.as_str(), read.roles.len(), read.documents.len()), ("Lease template", 0, 1));
    let mut query = TemplateQuery::default();
    query.name = Some("TEMPLATE".to_owned());
    assert_eq!(provider.templates(&query).await.unwrap().items[0].id, made.id);
    query.name = Some("another".to_owned());
    assert!(provider.templates(&query).await.unwrap().items.is_empty());
    assert_eq!(provider.template("CBJnobody").await.unwrap_err().kind(), ErrorKind::NotFound);

    let report = provider.check(&from(&made)).await.unwrap();
    assert!(report.is_sendable(), "{report:?}");
    assert!(report.findings.iter().any(|found| found.path == "recipients[1].template_role"));
    let options = CreateOptions::sent().key(key("lease-7"));
    let sent = provider.create(&from(&made), &options).await.unwrap();
    let state = adobe.control.envelope(&sent.id).unwrap();
    let his = |name: &str| {
        let fields = state["fields"].as_array().unwrap();
        fields.iter().find(|field| field["name"] == name).unwrap()["assignee"].clone()
    };
    assert_eq!(his("Sig"), state["participantSets"][0]["id"], "the first recipient is the first signer");
    assert_eq!(his("Sig2"), state["participantSets"][1]["id"]);
    let again = provider.create(&from(&made), &options).await.unwrap();
    assert_eq!((again.id, adobe.sent()), (sent.id, 1));

    let missing = Template::new("CBJnobody", "x");
    let error = provider.create(&from(&missing), &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
}

/// Rows: 11 Unsupported
#[tokio::test]
async fn what_a_template_cannot_carry_is_refused_before_any_request() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    adobe.control.clear_journal();
    let mut placed = bare("The lease");
    placed.recipients[0].fields.push(Field::signature().at(1, 72.0, 600.0));
    let error = provider.create_template(&placed).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.faults()[0].path, "recipients[0].fields[0]");
    let made = Template::new("CBJ1", "x");
    let nested = provider.create_template(&bare("x").template("CBJ1")).await.unwrap_err();
    assert!(nested.to_string().contains("templates"), "{nested}");
    let mut both = from(&made).document(Document::from_bytes("terms.pdf", pdf("The terms.", 100)));
    both.recipients[0].fields.push(Field::new(FieldKind::Signature).at(1, 72.0, 600.0));
    let error = provider.create(&both, &CreateOptions::sent()).await.unwrap_err();
    assert!(error.faults().iter().any(|fault| fault.path == "recipients"), "{error}");
    let filled = from(&made).value("city", "Bergen");
    let error = provider.create(&filled, &CreateOptions::sent()).await.unwrap_err();
    assert!(error.faults().iter().any(|fault| fault.path == "values"), "{error}");
    assert!(adobe.control.journal().is_empty(), "nothing was asked");
}

#[tokio::test]
async fn values_go_into_the_templates_fields_where_the_profile_allows_it() {
    let adobe = Adobe::new().await;
    let mut config = adobe.config();
    config.allow_unverified = vec!["template_values".to_owned()];
    let provider = adobe.connect(config);
    let made = template(&provider, TAGGED).await;
    let sent = provider.create(&from(&made).value("city", "Bergen"), &CreateOptions::sent()).await.unwrap();
    for email in [ANN, BOB] {
        adobe.control.act(&sent.id, email, Action::Sign, None).unwrap();
    }
    let data = provider.form_data(&sent.id).await.unwrap();
    assert_eq!((data[0].field.as_str(), data[0].value.as_str()), ("city", "Bergen"));
}

/// Rows: 9 correct in flight, 9 replace signer, 2 Replaced, 12 RecipientReplaced, 15 19
#[tokio::test]
async fn a_corrected_address_warns_that_the_old_one_still_signs() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let sent = provider.create(&lease(), &CreateOptions::sent()).await.unwrap();
    let change = RecipientChange::of(ANN).name("Ann Ray").email("ann.ray@example.com");
    let corrected = provider.correct(&sent.id, &Correction::new().change(change)).await.unwrap();
    assert!(corrected.warnings[0].contains("still sign"), "{:?}", corrected.warnings);
    assert_eq!(corrected.recipient(ANN).unwrap().status, RecipientStatus::Removed);
    let new = corrected.recipient("ann.ray@example.com").unwrap();
    assert_eq!((&new.status, new.name.as_str(), new.order), (&RecipientStatus::Active, "", 1));
    let mails = adobe.control.envelope(&sent.id).unwrap()["mails"].clone();
    let to_new = |mail: &&Value| mail["to"] == "ann.ray@example.com" && mail["kind"] == "request";
    assert_eq!(mails.as_array().unwrap().iter().filter(to_new).count(), 1);
    // And so he does.
    adobe.control.act(&sent.id, ANN, Action::Sign, None).unwrap();
    assert_eq!(provider.get(&sent.id).await.unwrap().recipient(BOB).unwrap().status, RecipientStatus::Active);
}

/// Rows: 9 change authentication in flight, 9 add CC in flight, 3 add after start, 9 extend expiry
#[tokio::test]
async fn what_cannot_be_corrected_is_refused_by_its_path_before_any_request() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    adobe.control.clear_journal();
    let code = signbridge_core::Authentication::AccessCode(signbridge_core::AccessCode::new("A4711z"));
    let change = || RecipientChange::of(ANN);
    let mut ordered = change();
    ordered.order = Some(2);
    for (correction, path) in [
        (Correction::new().change(change().authenticated_by(code)), "changes[0].authentication"),
        (Correction::new().change(change().name("Ann Ray")), "changes[0].name"),
        (Correction::new().change(ordered), "changes[0].order"),
        (Correction::new().recipient(Recipient::carbon_copy("Cy", "cy@example.com")), "add"),
        (Correction::new().remove(signbridge_core::Addressee::new(ANN)), "remove"),
        (Correction::new().expires_after_days(9), "expires_after_days"),
    ] {
        let error = provider.correct("CBJ1", &correction).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{path}: {error}");
        assert!(error.to_string().contains(path) && error.remedy().is_some(), "{path}: {error}");
    }
    assert!(adobe.control.journal().is_empty(), "nothing was asked");
}

/// Rows: 9 extend expiry
#[tokio::test]
async fn the_end_moves_where_the_profile_allows_it() {
    let adobe = Adobe::new().await;
    let mut config = adobe.config();
    config.allow_unverified = vec!["extend_expiry".to_owned()];
    let provider = adobe.connect(config);
    let sent = provider.create(&lease(), &CreateOptions::sent()).await.unwrap();
    let before = provider.get(&sent.id).await.unwrap().expires_at.unwrap();
    let change = RecipientChange::of(ANN).email("ann.ray@example.com");
    let correction = Correction::new().change(change).expires_after_days(90);
    let after = provider.correct(&sent.id, &correction).await.unwrap().expires_at.unwrap();
    assert_eq!((after - before).num_days(), 60);
}

#[tokio::test]
async fn nobody_is_replaced_whose_successors_proof_is_unknown_or_who_is_not_there() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let mut draft = lease();
    draft.recipients[0] = draft.recipients[0].clone().access_code("A4711z");
    let sent = provider.create(&draft, &CreateOptions::sent()).await.unwrap();
    let correct = |who: &str| {
        let (provider, id) = (Arc::clone(&provider), sent.id.clone());
        let change = RecipientChange::of(who).email("new@example.com");
        async move { provider.correct(&id, &Correction::new().change(change)).await.map_err(|error| error.kind()) }
    };
    assert_eq!(correct(ANN).await.unwrap_err(), ErrorKind::Unsupported);
    assert_eq!(correct("eve@example.com").await.unwrap_err(), ErrorKind::InvalidInput);
    correct(BOB).await.unwrap();
    provider.void(&sent.id, "wrong price").await.unwrap();
    assert_eq!(correct(ANN).await.unwrap_err(), ErrorKind::InvalidState);
}

/// Rows: 9 delete draft, 9 purge finished, 11 Gone, 12 DocumentsPurged, 15 25
#[tokio::test]
async fn a_draft_is_deleted_what_has_ended_is_purged_and_nothing_else() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let draft = provider.create(&lease(), &CreateOptions::draft()).await.unwrap();
    assert_eq!(provider.purge(&draft.id).await.unwrap_err().kind(), ErrorKind::InvalidState);
    provider.delete_draft(&draft.id).await.unwrap();
    assert_eq!(provider.get(&draft.id).await.unwrap_err().kind(), ErrorKind::Gone);

    let sent = provider.create(&lease(), &CreateOptions::sent()).await.unwrap();
    assert_eq!(provider.delete_draft(&sent.id).await.unwrap_err().kind(), ErrorKind::InvalidState);
    assert_eq!(provider.purge(&sent.id).await.unwrap_err().kind(), ErrorKind::InvalidState);
    assert_eq!(provider.get(&sent.id).await.unwrap().status, EnvelopeStatus::InProgress);
    adobe.control.act(&sent.id, ANN, Action::Decline, Some("no")).unwrap();
    provider.purge(&sent.id).await.unwrap();
    let seen = provider.get(&sent.id).await.unwrap();
    assert_eq!(
        (&seen.status, seen.documents.len()),
        (&EnvelopeStatus::Declined, 0),
        "who ended it stays known"
    );
    assert_eq!(provider.documents(&sent.id).await.unwrap_err().kind(), ErrorKind::Gone);
    assert!(
        provider
            .audit(&sent.id)
            .await
            .unwrap()
            .iter()
            .any(|event| { event.raw.get("type").is_some_and(|kind| kind == "DOCUMENTS_DELETED") })
    );
}

/// Rows: 9 form data
#[tokio::test]
async fn what_nobody_filled_in_is_an_empty_list_and_is_told_to_the_sender_alone() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let sent = provider.create(&lease(), &CreateOptions::sent()).await.unwrap();
    assert!(provider.form_data(&sent.id).await.unwrap().is_empty());
    adobe.set("users", json!({"name": "Ann Lee", "email": ANN}));
    let ann = provider.acting_as(ANN).unwrap();
    assert_eq!(ann.get(&sent.id).await.unwrap().id, sent.id, "she takes part");
    assert_eq!(ann.form_data(&sent.id).await.unwrap_err().kind(), ErrorKind::Forbidden);
}

/// Rows: 9 sender view
#[tokio::test]
async fn the_sender_is_led_to_the_page_that_fits() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let back = "https://app.example/done".parse().unwrap();
    let view = |id: String| {
        let (provider, back) = (Arc::clone(&provider), &back);
        async move { provider.sender_view(&id, back).await.map(|link| link.url.expose_secret().to_owned()) }
    };
    let mut plain = lease().free_placement();
    plain.recipients.iter_mut().for_each(|one| one.fields.clear());
    let composed = provider.create(&plain, &CreateOptions::draft()).await.unwrap();
    let authored = provider.create(&lease(), &CreateOptions::draft()).await.unwrap();
    let sent = provider.create(&lease(), &CreateOptions::sent()).await.unwrap();
    for (id, name) in [(composed.id, "COMPOSE"), (authored.id, "AUTHORING"), (sent.id.clone(), "MANAGE")] {
        assert!(view(id).await.unwrap().contains(&format!("name={name}")), "{name}");
    }
    provider.void(&sent.id, "wrong price").await.unwrap();
    assert_eq!(view(sent.id).await.unwrap_err().kind(), ErrorKind::InvalidState);
}

/// Rows: 1 Failed, 2 AuthFailed, 15 1, 12 EnvelopeFailed
#[tokio::test]
async fn passwords_that_are_used_up_are_a_failure_not_a_void() {
    let adobe = Adobe::new().await;
    let provider = adobe.provider();
    let mut draft = lease();
    draft.recipients[0] = draft.recipients[0].clone().access_code("A4711z");
    let sent = provider.create(&draft, &CreateOptions::sent()).await.unwrap();
    let link = provider.signing_link(&sent.id, &SigningLinkRequest::new(ANN)).await.unwrap();
    let transport = adobe.parts(Arc::new(HastyClock::default())).transport;
    let opened: url::Url = link.url.expose_secret().parse().unwrap();
    let get = http::Request::get(opened.as_str()).body(signbridge_core::Body::empty()).unwrap();
    let page = transport.send(get).await.unwrap();
    let page = opened.join(page.headers()["location"].to_str().unwrap()).unwrap();
    for guess in ["1", "2", "3"] {
        let body = format!("action=sign&access_code={guess}").into_bytes();
        let post =
            http::Request::post(page.as_str()).header("content-type", "application/x-www-form-urlencoded");
        transport.send(post.body(body.into()).unwrap()).await.unwrap();
    }
    let seen = provider.get(&sent.id).await.unwrap();
    assert_eq!(
        (&seen.status, seen.state.ended_by.as_ref()),
        (&EnvelopeStatus::Failed, Some(&EndedBy::Provider))
    );
    assert_eq!(seen.recipient(ANN).unwrap().status, RecipientStatus::AuthenticationFailed);
}
