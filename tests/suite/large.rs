//! Large documents: flat memory, drafts and single uploads for what exceeds one request, limits named before.

use std::process::Command;

use signbridge_core::{CreateOptions, Document, ErrorKind};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::world::{World, lease, pdf};

/// What a send may add to the memory of a small one, in KiB.
const GROWTH: u64 = 8 * 1024;

/// The peak memory in KiB of a process that does this and nothing else.
async fn peak(arguments: Vec<String>) -> u64 {
    let run = move || Command::new(env!("CARGO_BIN_EXE_memory_probe")).args(&arguments).output().unwrap();
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    text.trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(target_os = "linux"), expect(unused, reason = "peak memory is read from /proc"))]
async fn memory_stays_flat_for_30_mb_to_the_emulator() {
    let world = World::new().await;
    let ready = world.emulator.ready();
    let docusign = &ready.providers.docusign;
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("signbridge.toml");
    let text = format!(
        "default = 'd'\n[profiles.d]\nprovider = 'docusign'\nauth_url = '{}'\nca_file = '{}'\nintegration_key = '{}'\nuser_id = '{}'\nprivate_key = {{ file = '{}' }}\n",
        docusign.auth_url_tls,
        ready.ca_file.display(),
        docusign.integration_key,
        docusign.user_id,
        docusign.private_key_file.display()
    );
    std::fs::write(&config, text).unwrap();
    let send = |bytes: u64| peak(vec!["send".into(), config.display().to_string(), bytes.to_string()]);
    let small = send(10_000).await;
    // Up to 2 MiB page sizes are read, which loads the document.
    for bytes in [2_000_000, 15_000_000, 30_000_000] {
        let large = send(bytes).await;
        println!("peak memory: {small} KiB for 10 KB, {large} KiB for {bytes} bytes");
        assert!(large < small + GROWTH, "{small} KiB for 10 KB, {large} KiB for {bytes} bytes");
    }
    let lengths: Vec<u64> = world
        .control
        .envelopes()
        .iter()
        .map(|envelope| envelope["documents"][0]["length"].as_u64().unwrap())
        .collect();
    assert!(lengths.len() == 4 && lengths[3] > 29_999_000, "{lengths:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_stays_flat_for_256_mib_to_a_sink() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/sink", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = vec![0; 256 * 1024];
                let (mut head, mut read) = (Vec::new(), 0);
                let expected = loop {
                    let count = stream.read(&mut buffer).await.unwrap();
                    head.extend_from_slice(&buffer[..count]);
                    if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
                        read += head.len() - end - 4;
                        let text = String::from_utf8_lossy(&head[..end]).to_lowercase();
                        break text
                            .split("content-length: ")
                            .nth(1)
                            .unwrap()
                            .split_whitespace()
                            .next()
                            .unwrap()
                            .parse::<usize>()
                            .unwrap();
                    }
                };
                while read < expected {
                    read += stream.read(&mut buffer).await.unwrap();
                }
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            });
        }
    });
    let sink = |bytes: u64| peak(vec!["sink".into(), url.clone(), bytes.to_string()]);
    let (small, large) = (sink(10_000).await, sink(256 * 1024 * 1024).await);
    println!("peak memory: {small} KiB for 10 KB, {large} KiB for 256 MiB");
    assert!(large < small + GROWTH, "{small} KiB for 10 KB, {large} KiB for 256 MiB");
}

#[tokio::test]
async fn three_documents_of_20_mb_arrive_one_by_one_and_whole() {
    let world = World::new().await;
    let docusign = world.provider();
    let mut draft = lease();
    draft.documents = (1..=3)
        .map(|number| {
            Document::from_bytes(format!("{number}.pdf"), pdf(&format!("Part {number}"), 20_000_000))
        })
        .collect();
    let mut expected = Vec::new();
    for document in &draft.documents {
        expected.push(signbridge_core::sha256(&*document.open().await.unwrap()).await.unwrap());
    }
    let key = signbridge_core::IdempotencyKey::random();
    let sent = docusign.create(&draft, &CreateOptions::sent().key(key.clone())).await.unwrap();
    let state = world.control.envelope(&sent.id).unwrap();
    assert_eq!(state["status"], "sent");
    let arrived: Vec<_> = state["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["sha256"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(arrived, expected);
    assert_eq!(
        world
            .control
            .journal()
            .iter()
            .filter(|entry| entry.method == "PUT" && entry.path.contains("/documents/"))
            .count(),
        3
    );
    let again = docusign.create(&draft, &CreateOptions::sent().key(key)).await.unwrap();
    assert_eq!((again.id, world.sent()), (sent.id, 1));
}

#[tokio::test]
async fn a_staged_draft_that_broke_off_is_never_sent() {
    let world = World::new().await;
    let docusign = world.provider();
    let mut draft = lease();
    draft.documents = (1..=2)
        .map(|number| Document::from_bytes(format!("{number}.pdf"), pdf("Part", 20_000_000)))
        .collect();
    let fault = signbridge_emulator::FaultKind::StatusInstead { status: 400 };
    world.control.add_fault(signbridge_emulator::Fault::on("PUT", "/documents/2", fault));
    let options = CreateOptions::sent().key("k".parse().unwrap());
    let error = docusign.create(&draft, &options).await.unwrap_err();
    assert!(error.envelope_id().is_some(), "the draft is not orphaned: {error}");
    assert_eq!(world.sent(), 0);
    let sent = docusign.create(&draft, &options).await.unwrap();
    assert_ne!(Some(sent.id.as_str()), error.envelope_id());
    for _ in 0..2 {
        assert_eq!(
            docusign.create(&draft, &options).await.unwrap().id,
            sent.id,
            "the broken draft hides nothing"
        );
    }
    assert_eq!(world.control.envelope(&sent.id).unwrap()["documents"].as_array().unwrap().len(), 2);
    assert_eq!(world.sent(), 1);
}

#[tokio::test]
async fn what_exceeds_a_limit_is_refused_and_the_limit_named() {
    let world = World::new().await;
    let docusign = world.provider();
    let mut draft = lease();
    draft.documents = vec![Document::from_bytes("big.pdf", pdf("Big", 33_000_000))];
    let error = docusign.create(&draft, &CreateOptions::sent()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("at most 32000000 for one document"), "{error}");
    draft.documents = (0..8).map(|_| Document::from_bytes("big.pdf", pdf("Big", 30_000_000))).collect();
    let error = docusign.create(&draft, &CreateOptions::sent()).await.unwrap_err();
    assert!(error.to_string().contains("at most 200000000 for all documents"), "{error}");
    assert!(world.control.journal().is_empty());
}

#[tokio::test]
async fn without_a_key_a_staged_envelope_is_sent_or_the_draft_is_named() {
    for kind in [
        signbridge_emulator::FaultKind::CutAfter,
        signbridge_emulator::FaultKind::StatusAfter { status: 503 },
    ] {
        for (method, path) in [("POST", "/custom_fields"), ("PUT", "/documents/2"), ("PUT", "/envelopes/")] {
            let world = World::new().await;
            let docusign = world.provider();
            let mut draft = lease();
            draft.documents = (1..=2)
                .map(|number| Document::from_bytes(format!("{number}.pdf"), pdf("Part", 18_000_000)))
                .collect();
            // The third PUT below an envelope is the one that sends: two documents come before it.
            let skip = if path == "/envelopes/" { 2 } else { 0 };
            world.control.add_fault(signbridge_emulator::Fault::on(method, path, kind.clone()).after(skip));
            let sent = docusign.create(&draft, &CreateOptions::sent()).await.unwrap();
            assert_eq!(sent.status, signbridge_core::EnvelopeStatus::InProgress, "{kind:?} at {path}");
            assert_eq!(world.sent(), 1, "{kind:?} at {path}");
        }
    }
}
