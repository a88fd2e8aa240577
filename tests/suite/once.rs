//! Sent once: the connection is cut, or the answer lost, at every step; never are there two sent envelopes.

use std::sync::Arc;

use signbridge_core::{CreateOptions, EnvelopeStatus, ErrorKind, IdempotencyKey, Provider};
use signbridge_emulator::{Fault, FaultKind};

use crate::world::{World, lease};

fn key(text: &str) -> IdempotencyKey {
    text.parse().unwrap()
}

const KINDS: [FaultKind; 5] = [
    FaultKind::CutBefore,
    FaultKind::CutAfter,
    FaultKind::CutAnswer,
    FaultKind::StatusAfter { status: 503 },
    FaultKind::StatusInstead { status: 503 },
];

/// The steps of once mode on the wire: method, and a part of the path that only this step has.
const STEPS: [(&str, &str); 3] =
    [("PUT", "/envelopes/status"), ("POST", "/envelopes"), ("PUT", "/envelopes/")];

/// Rows (docusign): 9 send now
#[tokio::test]
async fn with_a_key_every_single_failure_ends_in_one_sent_envelope() {
    for kind in KINDS {
        for (method, path) in STEPS {
            let world = World::new().await;
            let docusign = world.provider();
            // The lookup is the first PUT; the step that sends is the second.
            let skip = u32::from(path == "/envelopes/");
            world.control.add_fault(Fault::on(method, path, kind.clone()).after(skip));
            let sent = docusign.create(&lease(), &CreateOptions::sent().key(key("order-7"))).await;
            let sent = sent.unwrap_or_else(|error| panic!("{kind:?} at {method} {path}: {error}"));
            assert_eq!(sent.status, EnvelopeStatus::InProgress, "{kind:?} at {method} {path}");
            assert_eq!(world.sent(), 1, "{kind:?} at {method} {path}");
            assert!(world.control.faults().is_empty(), "the fault struck: {kind:?} at {method} {path}");
            let again = docusign.create(&lease(), &CreateOptions::sent().key(key("order-7"))).await.unwrap();
            assert_eq!((again.id, world.sent()), (sent.id, 1));
        }
    }
}

/// Rows (docusign): 11 OutcomeUnknown
#[tokio::test]
async fn with_a_key_a_lasting_failure_ends_in_outcome_unknown_and_is_settled_by_the_key() {
    for kind in [FaultKind::CutAfter, FaultKind::StatusAfter { status: 503 }] {
        let world = World::new().await;
        let docusign = world.provider();
        // Sending works and its answer is lost; afterwards nothing can be read for a while.
        world.control.add_fault(Fault::on("PUT", "/envelopes/", kind.clone()).after(1));
        world.control.add_fault(Fault::on("GET", "/envelopes/", FaultKind::CutBefore).times(50));
        let error = docusign.create(&lease(), &CreateOptions::sent().key(key("order-7"))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(error.idempotency_key(), Some("order-7"));
        assert!(error.envelope_id().is_some(), "the draft's id is known");
        assert_eq!(world.sent(), 1);
        world.control.clear_faults();
        let settled = docusign.create(&lease(), &CreateOptions::sent().key(key("order-7"))).await.unwrap();
        assert_eq!((Some(settled.id.as_str()), world.sent()), (error.envelope_id(), 1));
    }
}

#[tokio::test]
async fn without_a_key_doubt_is_looked_into_and_never_repeated() {
    for kind in KINDS {
        let world = World::new().await;
        let docusign = world.provider();
        world.control.add_fault(Fault::on("POST", "/envelopes", kind.clone()));
        let outcome = docusign.create(&lease(), &CreateOptions::sent()).await;
        match outcome {
            Ok(sent) => assert!(docusign.get(&sent.id).await.is_ok()),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{kind:?}: {error}");
                let known = key(error.idempotency_key().expect("the key settles it"));
                let settled = docusign.create(&lease(), &CreateOptions::sent().key(known)).await.unwrap();
                assert_eq!(settled.status, EnvelopeStatus::InProgress);
                assert_eq!(world.sent(), 1, "{kind:?}");
            }
        }
        assert!(world.sent() <= 1, "{kind:?}: {} sent", world.sent());
    }
}

#[tokio::test]
async fn one_key_is_one_draft() {
    let world = World::new().await;
    let docusign = world.provider();
    let options = CreateOptions::sent().key(key("order-7"));
    let first = docusign.create(&lease(), &options).await.unwrap();
    let other = lease().expires_after_days(31);
    let error = docusign.create(&other, &options).await.unwrap_err();
    assert_eq!((error.kind(), error.envelope_id()), (ErrorKind::KeyConflict, Some(first.id.as_str())));
    assert_eq!(world.control.envelopes().len(), 1);
    let found = docusign.find(&key("order-7")).await.unwrap().unwrap();
    assert_eq!(found.id, first.id);
    assert!(docusign.find(&key("order-8")).await.unwrap().is_none());
}

/// Rows (docusign): 9 find by own reference
#[tokio::test]
async fn a_key_is_found_after_the_transaction_is_forgotten() {
    let world = World::new().await;
    let docusign = world.provider();
    let options = CreateOptions::sent().key(key("order-7"));
    let first = docusign.create(&lease(), &options).await.unwrap();
    world.control.advance_clock(std::time::Duration::from_secs(8 * 24 * 3600));
    world.control.revoke_tokens();
    let again = docusign.create(&lease(), &options).await.unwrap();
    assert_eq!((again.id, world.sent()), (first.id, 1));
}

#[tokio::test]
async fn a_draft_kept_by_a_key_is_sent_by_the_same_key() {
    let world = World::new().await;
    let docusign = world.provider();
    let kept = docusign.create(&lease(), &CreateOptions::draft().key(key("k"))).await.unwrap();
    assert_eq!((kept.status, world.sent()), (EnvelopeStatus::Draft, 0));
    let sent = docusign.create(&lease(), &CreateOptions::sent().key(key("k"))).await.unwrap();
    assert_eq!((sent.id, world.sent()), (kept.id, 1));
}

#[tokio::test]
async fn an_abandoned_wait_does_not_undo_or_repeat_what_happened() {
    let world = World::new().await;
    let docusign: Arc<dyn Provider> = world.provider();
    world.control.add_fault(Fault::on("PUT", "/envelopes/", FaultKind::Delay { delay_ms: 300 }).after(1));
    let task = {
        let docusign = Arc::clone(&docusign);
        tokio::spawn(async move { docusign.create(&lease(), &CreateOptions::sent().key(key("k"))).await })
    };
    while world.ask("PUT /restapi/v2.1/accounts/{accountId}/envelopes/status") == 0
        || world.control.envelopes().is_empty()
    {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    task.abort();
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    docusign.create(&lease(), &CreateOptions::sent().key(key("k"))).await.unwrap();
    assert_eq!(world.sent(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_the_same_time_with_one_key_send_one_envelope() {
    for _ in 0..5 {
        let world = World::new().await;
        let one = world.provider();
        one.list(&signbridge_core::ListQuery::default()).await.unwrap();
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let docusign = world.provider();
                tokio::spawn(
                    async move { docusign.create(&lease(), &CreateOptions::sent().key(key("k"))).await },
                )
            })
            .collect();
        let mut ids = std::collections::BTreeSet::new();
        for task in tasks {
            ids.insert(task.await.unwrap().unwrap().id);
        }
        assert_eq!((ids.len(), world.sent()), (1, 1));
    }
}
