//! Changing provider with envelopes in flight: old ones stay reachable where they live, new ones go to the new default.

use std::time::Duration;

use signbridge::{
    Config, CreateOptions, Document, Draft, EnvelopeStatus, ErrorKind, Recipient, Reference, Registry,
    Signbridge, Until, WaitOptions, What,
};
use signbridge_emulator::Action;

use crate::world::{ANN, World, pdf};

/// The same application code before and after the switch.
async fn send(signbridge: &Signbridge, number: usize) -> String {
    let draft = Draft::new(format!("Contract {number}"))
        .document(Document::from_bytes("contract.pdf", pdf("A contract", 10)))
        .recipient(Recipient::signer("Ann Lee", ANN))
        .free_placement();
    let key = format!("contract-{number}").parse().unwrap();
    signbridge.create(&draft, &CreateOptions::sent().key(key)).await.unwrap().id
}

/// An application as it starts: all it keeps are its configuration and its references.
fn start(configuration: &str) -> Signbridge {
    Signbridge::new(Config::parse(configuration, ".").unwrap(), Registry::enabled()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_envelopes_survive_a_change_of_provider_and_a_restart() {
    let world = World::new().await;
    let before = world.emulator.ready().configuration();
    // A second account of the old provider, and the old profile under a new name.
    let docusign = before.split("[profiles.").find(|part| part.starts_with("docusign]")).unwrap().to_owned();
    let second = format!("[profiles.{}", docusign.replacen("docusign]", "docusign-second]", 1));
    let old = start(&format!("{before}\n{second}"));
    let mut references = Vec::new();
    for number in 0..50 {
        references.push(send(&old, number).await);
    }
    drop(old);

    let renamed = before.replacen("default = \"docusign\"", "default = \"esignglobal\"", 1).replacen(
        "[profiles.docusign]",
        "[profiles.archive]\naliases = [\"docusign\"]\ndraining = true",
        1,
    );
    let new = start(&format!("{renamed}\n{second}"));
    for number in 50..90 {
        references.push(send(&new, number).await);
    }
    let other = new.clone().with_profile("docusign-second").unwrap();
    for number in 90..100 {
        references.push(send(&other, number).await);
    }
    assert!(
        references[0].starts_with("docusign:") && references[60].starts_with("esignglobal:"),
        "{references:?}"
    );
    assert!(references[99].starts_with("docusign-second:"), "{references:?}");

    let draft = Draft::new("x")
        .document(Document::from_bytes("contract.pdf", pdf("A contract", 10)))
        .recipient(Recipient::signer("Ann Lee", ANN))
        .free_placement();
    let drained = new
        .clone()
        .with_profile("archive")
        .unwrap()
        .create(&draft, &CreateOptions::sent())
        .await
        .unwrap_err();
    assert_eq!(drained.kind(), ErrorKind::InvalidConfiguration, "{drained}");

    let options =
        WaitOptions { until: Until::Completed, timeout: Duration::from_secs(60), ..WaitOptions::default() };
    for text in &references {
        let reference: Reference = text.parse().unwrap();
        world.control.act(reference.native(), ANN, Action::Sign, None).unwrap();
        let done = new.wait(&reference, &options).await.unwrap();
        assert_eq!(done.status, EnvelopeStatus::Completed, "{text}");
        let mut chunks = new.download(&reference, &What::Combined).await.unwrap().chunks;
        assert!(chunks.next().await.unwrap().unwrap().starts_with(b"%PDF"), "{text}");
    }
    assert_eq!(world.control.envelopes().len(), 100);
}
