//! What an unclaimed capability owes: its exact error, before any request.

use chrono::{TimeDelta, Utc};
use signbridge_core::{
    Addressee, Authentication, AuthenticationMethod, Capability, Correction, CreateOptions, Delivery, Draft,
    Error, ErrorKind, Field, FieldKind, IdempotencyKey, ListQuery, Operation, Phone, Recipient,
    RecipientChange, Role, SignatureLevel, SigningLinkRequest, TemplateQuery, What,
};

use crate::{
    Subject, Verdict,
    drafts::{field, portable},
};

pub(crate) async fn run(subject: &Subject, verdict: &mut Verdict) {
    for operation in Operation::ALL {
        if !subject.provider.capabilities().operation(*operation).is_usable() {
            let name = format!("`{operation}` is refused as unsupported, without a request");
            let before = subject.stage.requests();
            let outcome = match call(subject, *operation).await {
                Ok(()) => Err("it was done".to_owned()),
                Err(error) => judged(subject, before, &error),
            };
            verdict.add(name, outcome);
        }
    }
    for (word, path, draft) in drafts(subject, &portable(subject, "unclaimed").await) {
        let before = subject.stage.requests();
        let outcome = match subject.provider.create(&draft, &CreateOptions::sent()).await {
            Ok(_) => Err("it was sent".to_owned()),
            Err(error) if !error.faults().iter().any(|fault| fault.path.starts_with(&path)) => {
                Err(format!("no fault names {path}: {error}"))
            }
            Err(error) => judged(subject, before, &error),
        };
        verdict.add(format!("`{word}` is refused as unsupported, without a request"), outcome);
    }
}

fn judged(subject: &Subject, before: u64, error: &Error) -> Result<(), String> {
    let requests = subject.stage.requests() - before;
    match error.kind() {
        _ if requests > 0 => Err(format!("{requests} requests were made")),
        ErrorKind::Unsupported if error.provider() != Some(subject.provider.provider()) => {
            Err("the error does not name the provider".to_owned())
        }
        ErrorKind::Unsupported if error.remedy().is_none() => Err("the error names no remedy".to_owned()),
        ErrorKind::Unsupported => Ok(()),
        kind => Err(format!("{kind}: {error}")),
    }
}

async fn call(subject: &Subject, operation: Operation) -> Result<(), Error> {
    const ID: &str = "00000000-0000-4000-8000-00000000dead";
    let provider = &subject.provider;
    let create = |options| async move {
        provider.create(&portable(subject, "unclaimed").await, &options).await.map(drop)
    };
    match operation {
        Operation::CreateDraft => create(CreateOptions::draft()).await,
        Operation::CreateSent => create(CreateOptions::sent()).await,
        Operation::Send => provider.send(ID).await.map(drop),
        Operation::Get => provider.get(ID).await.map(drop),
        Operation::Find => provider.find(&IdempotencyKey::random()).await.map(drop),
        Operation::List => provider.list(&ListQuery::default()).await.map(drop),
        Operation::Void => provider.void(ID, "no").await.map(drop),
        Operation::Remind => provider.remind(ID).await,
        Operation::RemindOne => provider.remind_one(ID, &Addressee::new(subject.email())).await,
        Operation::SigningLink => {
            provider.signing_link(ID, &SigningLinkRequest::new(subject.email())).await.map(drop)
        }
        Operation::Documents => provider.documents(ID).await.map(drop),
        Operation::DownloadCombined => provider.download(ID, &What::Combined).await.map(drop),
        Operation::DownloadArchive => provider.download(ID, &What::Archive).await.map(drop),
        Operation::DownloadCertificate => provider.download(ID, &What::Certificate).await.map(drop),
        Operation::DownloadDocument => provider.download(ID, &What::Document("1".into())).await.map(drop),
        Operation::Audit => provider.audit(ID).await.map(drop),
        Operation::ActingAs => provider.acting_as("somebody").map(drop),
        Operation::Templates => provider.templates(&TemplateQuery::default()).await.map(drop),
        Operation::Template => provider.template(ID).await.map(drop),
        Operation::CreateTemplate => {
            let mut draft = portable(subject, "unclaimed").await;
            draft.recipients.iter_mut().for_each(|one| one.template_role = Some("Signer".into()));
            provider.create_template(&draft).await.map(drop)
        }
        Operation::FromTemplate => {
            let mut draft = portable(subject, "unclaimed").await;
            draft.templates.push(ID.to_owned());
            provider.create(&draft, &CreateOptions::sent()).await.map(drop)
        }
        Operation::Schedule => {
            let draft = portable(subject, "unclaimed").await.send_at(Utc::now() + TimeDelta::days(2));
            provider.create(&draft, &CreateOptions::sent()).await.map(drop)
        }
        Operation::Correct => {
            let correction = Correction::new().change(RecipientChange::of(subject.email()).name("Ann Ray"));
            provider.correct(ID, &correction).await.map(drop)
        }
        Operation::DeleteDraft => provider.delete_draft(ID).await,
        Operation::Purge => provider.purge(ID).await,
        Operation::FormData => provider.form_data(ID).await.map(drop),
        Operation::SenderView => provider.sender_view(ID, &url()?).await.map(drop),
        Operation::ConsoleView => provider.console_view(Some(ID), &url()?).await.map(drop),
        Operation::Quota => provider.quota().await.map(drop),
        _ => Ok(()),
    }
}

fn url() -> Result<url::Url, Error> {
    "https://app.example/done"
        .parse()
        .map_err(|error| Error::new(ErrorKind::InvalidInput, "no address").with_source(error))
}

/// A draft for each word that is not claimed: the word, the path that the fault has to name, and the draft.
fn drafts(subject: &Subject, base: &Draft) -> Vec<(String, String, Draft)> {
    let capabilities = subject.provider.capabilities();
    let closed =
        |capability: Option<&Capability>| capability.is_none_or(|capability| !capability.is_usable());
    let mut drafts = Vec::new();
    let mut add = |word: &str, path: &str, recipient: Recipient| {
        let mut draft = base.clone();
        let index = draft.recipients.len();
        draft.recipients.push(recipient.order(2));
        drafts.push((word.to_owned(), format!("recipients[{index}].{path}"), draft));
    };
    let other =
        || Recipient::signer("Bob Ray", "bob.ray@example.com").field(Field::signature().at(1, 72.0, 500.0));
    let phone = || Phone { country_code: "48".into(), number: "600100200".into() };
    for role in Role::ALL.iter().filter(|role| closed(capabilities.roles.get(role))) {
        let mut recipient = other();
        recipient.role = *role;
        if *role == Role::CarbonCopy {
            recipient.fields.clear();
        }
        let recipient =
            if *role == Role::InPersonSigner { recipient.host("Cy", "cy@example.com") } else { recipient };
        add(role.as_str(), "role", recipient);
    }
    for delivery in Delivery::ALL.iter().filter(|delivery| closed(capabilities.deliveries.get(delivery))) {
        add(delivery.as_str(), "delivery", other().delivered_by(*delivery).phone("48", "600100200"));
    }
    for level in SignatureLevel::ALL.iter().filter(|level| closed(capabilities.levels.get(level))) {
        add(level.as_str(), "level", other().level(*level));
    }
    for method in
        AuthenticationMethod::ALL.iter().filter(|method| closed(capabilities.authentications.get(method)))
    {
        let authentication = match method {
            AuthenticationMethod::SmsOtp => Authentication::SmsOtp(phone()),
            AuthenticationMethod::PhoneCall => Authentication::PhoneCall(phone()),
            AuthenticationMethod::Kba => Authentication::Kba,
            AuthenticationMethod::EmailOtp => Authentication::EmailOtp,
            AuthenticationMethod::IdDocument => Authentication::IdDocument,
            _ => match method.electronic_identity() {
                Some(identity) => Authentication::Eid(identity),
                None => Authentication::AccessCode(signbridge_core::AccessCode::new("4711")),
            },
        };
        add(method.as_str(), "authentication", other().authenticated_by(authentication));
    }
    for kind in FieldKind::ALL.iter().filter(|kind| closed(capabilities.fields.get(kind))) {
        let mut recipient = other().field(field(*kind, 300.0, 300.0));
        if *kind == FieldKind::Formula {
            recipient = recipient.field(Field::new(FieldKind::Number).named("number").at(1, 300.0, 400.0));
        }
        add(kind.as_str(), "fields[1].kind", recipient);
    }
    drafts
}
