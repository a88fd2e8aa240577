//! Faults on the wire: what happened at the provider, and what the client saw.

use std::time::{Duration, Instant};

use serde_json::json;
use signbridge_emulator::{Fault, FaultKind, ThrottleRule};

use super::client::{World, ann, definition};

async fn create(world: &World) -> std::io::Result<super::client::Reply> {
    let body = definition("sent", json!({"signers": [ann()]})).to_string();
    world.raw("POST", "/envelopes", &[("content-type", "application/json")], body.as_bytes()).await
}

#[tokio::test]
async fn each_kind_leaves_the_state_it_promises() {
    let cases = [
        (FaultKind::CutBefore, 0, None),
        (FaultKind::CutAfter, 1, None),
        (FaultKind::CutAnswer, 1, None),
        (FaultKind::StatusAfter { status: 503 }, 1, Some(503)),
        (FaultKind::StatusInstead { status: 502 }, 0, Some(502)),
        (FaultKind::Throttle { rule: ThrottleRule::Hourly }, 0, Some(400)),
        (FaultKind::Throttle { rule: ThrottleRule::Burst }, 0, Some(400)),
    ];
    for (kind, made, status) in cases {
        let world = World::start().await;
        world.control().clear_journal();
        world.control().add_fault(Fault::on("POST", "/envelopes", kind.clone()));
        let seen = create(&world).await;
        match (status, &seen) {
            (None, Err(_)) => {}
            (Some(status), Ok(reply)) => assert_eq!(reply.status, status, "{kind:?}"),
            other => panic!("{kind:?}: {other:?}"),
        }
        if let (FaultKind::Throttle { rule }, Ok(reply)) = (&kind, &seen) {
            let (code, header) = match rule {
                ThrottleRule::Hourly => ("HOURLY_APIINVOCATION_LIMIT_EXCEEDED", "x-ratelimit-remaining"),
                ThrottleRule::Burst => ("BURST_APIINVOCATION_LIMIT_EXCEEDED", "x-burstlimit-remaining"),
            };
            assert_eq!(reply.refused(), (400, code.to_owned()));
            assert_eq!(reply.header(header), Some("0"));
        }
        assert_eq!(world.control().envelopes().len(), made, "{kind:?}");
        let journal = world.control().journal();
        assert_eq!(journal.len(), 1);
        assert!(journal[0].fault.is_some());
        assert_eq!(journal[0].status.is_none(), matches!(kind, FaultKind::CutBefore | FaultKind::CutAfter));
        assert_eq!(create(&world).await.unwrap().status, 201, "one fault, one request");
    }
}

#[tokio::test]
async fn a_delay_delays_and_other_requests_pass() {
    let world = World::start().await;
    world.control().add_fault(Fault::on("POST", "/envelopes", FaultKind::Delay { delay_ms: 300 }));
    let start = Instant::now();
    world.call("GET", "", None).await.ok(200);
    assert!(start.elapsed() < Duration::from_millis(300));
    assert_eq!(create(&world).await.unwrap().status, 201);
    assert!(start.elapsed() >= Duration::from_millis(300));
    assert!(world.control().faults().is_empty());
}

#[tokio::test]
async fn faults_can_be_set_and_dropped_over_http() {
    let world = World::start().await;
    let fault = json!({"method": "POST", "path": "/envelopes", "skip": 1, "times": 2, "kind": "status_instead", "status": 500});
    world.control_http("POST", "faults", fault).await.ok(200);
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(create(&world).await.unwrap().status);
    }
    assert_eq!(seen, [201, 500, 500, 201]);
    world.control_http("POST", "faults", json!({"kind": "cut_before"})).await.ok(200);
    assert_eq!(
        world.control_http("GET", "faults", json!({})).await.ok(200)["faults"][0]["kind"],
        "cut_before"
    );
    world.control_http("DELETE", "faults", json!({})).await.ok(200);
    assert_eq!(create(&world).await.unwrap().status, 201);
    let wrong = world.control_http("POST", "faults", json!({"kind": "explode"})).await;
    assert_eq!(wrong.ok(400)["error"]["kind"], "invalid");
}
