//! Profiles, references and what is built when.

use signbridge::{
    CreateOptions, Document, Draft, EnvelopeStatus, ErrorKind, ListQuery, Recipient, Reference, Signbridge,
    Voided,
};

use crate::fake::{bridge, config, registry};

const TWO: &str = r#"
    default = "new"
    [profiles.new]
    provider = "fake"
    account = "the new one"
    [profiles.old]
    provider = "fake"
    account = "the old one"
    aliases = ["older", "oldest"]
    secret = [{ env = "SECRET" }, { env = "SECRET" }]
"#;

fn draft() -> Draft {
    Draft::new("Lease")
        .document(Document::from_bytes("lease.pdf", &b"%PDF-1.7"[..]))
        .recipient(Recipient::signer("Ann", "ann@example.com"))
        .free_placement()
}

fn reference(text: &str) -> Reference {
    text.parse().unwrap()
}

#[tokio::test]
async fn new_envelopes_go_to_the_default_and_old_ones_are_reached_where_they_live() {
    let (bridge, _) = bridge(TWO);
    let sent = bridge.create(&draft(), &CreateOptions::sent()).await.unwrap();
    assert_eq!((sent.id.as_str(), sent.subject.as_str()), ("new:new:1", "the new one with 0 secrets"));
    let left = bridge.create(&draft(), &CreateOptions::draft()).await.unwrap();
    assert_eq!(left.status, EnvelopeStatus::Draft);

    let old = bridge.get(&reference("old:7")).await.unwrap();
    assert_eq!((old.id.as_str(), old.subject.as_str()), ("old:7", "the old one with 2 secrets"));
    assert_eq!(bridge.send(&reference("old:7")).await.unwrap().id, "old:7");
    assert_eq!(bridge.void(&reference("old:7"), "a mistake").await.unwrap(), Voided::Done);
}

#[tokio::test]
async fn a_profile_is_reached_under_its_former_names() {
    let (bridge, _) = bridge(TWO);
    for alias in ["older:7", "oldest:7"] {
        let envelope = bridge.get(&reference(alias)).await.unwrap();
        assert_eq!(envelope.id, "old:7", "an answer names the profile as it is called now");
    }
    let error = bridge.get(&reference("olld:7")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidConfiguration);
    let text = error.to_string();
    assert!(text.contains("did you mean `old`?") && text.contains("aliases = [\"olld\"]"), "{text}");
}

#[tokio::test]
async fn another_profile_can_be_the_default() {
    let (bridge, _) = bridge(TWO);
    let other = bridge.clone().with_profile("older").unwrap();
    assert_eq!((bridge.default_profile().unwrap(), other.default_profile().unwrap()), ("new", "old"));
    assert_eq!(other.create(&draft(), &CreateOptions::sent()).await.unwrap().id, "old:new:1");
    let info: Vec<_> = other
        .profiles()
        .into_iter()
        .map(|profile| (profile.name, profile.provider, profile.default))
        .collect();
    assert_eq!(info, [("new".into(), "fake", false), ("old".into(), "fake", true)]);
    assert!(bridge.with_profile("nobody").unwrap_err().to_string().contains("known are new, old"));
}

#[tokio::test]
async fn every_answer_with_an_envelope_speaks_references() {
    let (bridge, _) = bridge(TWO);
    let mut query = ListQuery::default();
    query.limit = Some(3);
    let page = bridge.list(&query).await.unwrap();
    let ids: Vec<_> = page.items.iter().map(|envelope| envelope.id.as_str()).collect();
    assert_eq!((ids, page.next.as_deref()), (vec!["new:0", "new:1", "new:2"], Some("more")));
    let found = bridge.find(&"known".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(found.id, "new:found");
    assert!(bridge.find(&"other".parse().unwrap()).await.unwrap().is_none());
    assert_eq!(
        bridge.provider(Some("old")).unwrap().get("7").await.unwrap().id,
        "7",
        "a provider speaks its own ids"
    );
}

#[tokio::test]
async fn providers_are_built_when_needed_and_tried_again_after_a_failure() {
    let text = "[profiles.a]\nprovider = \"fake\"\naccount = \"a\"\nsecret = { file = \"missing.key\" }\n";
    let folder = tempfile::tempdir().unwrap();
    let config = signbridge::Config::parse(text, folder.path()).unwrap();
    let bridge = Signbridge::new(config, registry()).unwrap();
    let error = bridge.check(&draft()).await.unwrap_err();
    assert!(error.to_string().contains("missing.key"), "{error}");
    std::fs::write(folder.path().join("missing.key"), "s3cret").unwrap();
    for clone in [bridge.clone(), bridge.clone(), bridge] {
        assert!(clone.check(&draft()).await.unwrap().is_sendable());
    }
}

#[tokio::test]
async fn clones_share_one_provider() {
    let (bridge, _) = bridge(TWO);
    let first = bridge.provider(None).unwrap();
    let second = bridge.clone().provider(Some("new")).unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &second));
    assert!(!std::sync::Arc::ptr_eq(&first, &bridge.provider(Some("old")).unwrap()));
}

#[tokio::test]
async fn several_profiles_without_a_default_ask_for_one() {
    let config = config(&TWO.replace("default = \"new\"", ""));
    let bridge = Signbridge::new(config, registry()).unwrap();
    let error = bridge.list(&ListQuery::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidConfiguration);
    assert!(error.to_string().contains("name one of new, old"), "{error}");
    assert!(bridge.get(&reference("old:7")).await.is_ok(), "a reference needs no default");
}

#[tokio::test]
async fn what_a_provider_lacks_is_refused_by_it() {
    let (bridge, _) = bridge(TWO);
    let error = bridge.remind(&reference("new:7")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.provider(), error.operation()),
        (ErrorKind::Unsupported, Some("fake"), Some("remind"))
    );
}

#[tokio::test]
async fn a_diagnosis_is_of_the_profile_that_was_named() {
    let (bridge, _) = bridge(TWO);
    assert_eq!(bridge.diagnose(Some("older")).await.unwrap().steps[0].message, "old");
    assert_eq!(bridge.diagnose(None).await.unwrap().steps[0].message, "new");
}

#[test]
fn debug_shows_no_value() {
    let (bridge, _) = bridge(TWO);
    let text = format!("{bridge:?}");
    assert!(text.contains("old") && !text.contains("the old one"), "{text}");
}
