//! Reading: bounds, lengths and downloads.

use bytes::Bytes;
use signbridge_core::{ErrorKind, Reach, TransportFault};

use crate::{
    calls::{Safe, Unsafe},
    script::{Step, client, ok, status},
};

fn length(bytes: u64) -> Vec<(&'static str, String)> {
    vec![("content-length", bytes.to_string())]
}

#[tokio::test(start_paused = true)]
async fn chunks_are_put_together() {
    let chunks = ["one ", "two ", "", "three"].map(Bytes::from).to_vec();
    let (client, _, _) = client([Step::Chunks(201, length(13), chunks)]);
    let answer = client.run(&Unsafe::new()).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.body().as_ref()), (201, &b"one two three"[..]));
}

#[tokio::test(start_paused = true)]
async fn an_answer_cut_short_is_an_error() {
    let cut = || Step::Chunks(200, length(13), vec![Bytes::from_static(b"one ")]);
    let (client, script, _) = client([cut()]);
    let error = client.run(&Unsafe::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.reach(), error.status()), (ErrorKind::Transport, Reach::Yes, Some(200)));
    assert!(error.to_string().contains("4 bytes instead of the 13"), "{error}");
    assert_eq!(script.count(), 1);

    let (client, _, _) = crate::script::client([cut(), ok()]);
    assert_eq!(client.run(&Safe::new()).await.unwrap().body(), "fine", "a safe call asks again");
}

#[tokio::test(start_paused = true)]
async fn an_endless_answer_is_refused() {
    let piece = Bytes::from(vec![b'x'; 1 << 20]);
    let endless = || Step::Chunks(200, vec![], vec![piece.clone(); 65]);
    let (client, script, _) = client([endless()]);
    let error = client.run(&Safe::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.reach()), (ErrorKind::Unexpected, Reach::Yes));
    assert!(error.message().contains("67108864"), "{error}");
    assert_eq!(script.count(), 1);

    let (client, _, _) = crate::script::client([Step::Chunks(200, length(1 << 40), vec![])]);
    assert_eq!(client.run(&Safe::new()).await.unwrap_err().kind(), ErrorKind::Unexpected);

    let (client, _, _) = crate::script::client([Step::Chunks(200, vec![], vec![piece.clone(); 64])]);
    assert_eq!(client.run(&Safe::new()).await.unwrap().body().len(), 64 << 20, "the bound itself is allowed");
}

#[tokio::test(start_paused = true)]
async fn only_the_beginning_of_a_refusal_is_read() {
    let piece = Bytes::from(vec![b'x'; 50_000]);
    let (client, _, _) = client([Step::Chunks(400, vec![], vec![piece; 20])]);
    let error = client.run(&Safe::new()).await.unwrap_err();
    assert_eq!((error.status(), error.message()), (Some(400), "refused in 65536 bytes"));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_breaks_off_is_still_a_refusal() {
    let (client, _, _) = client([Step::Broken(404)]);
    let error = client.run(&Unsafe::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::NotFound, "refused in 5 bytes"));
}

#[tokio::test(start_paused = true)]
async fn a_download_gives_its_head_and_then_its_chunks() {
    let chunks = ["%PDF", "-1.7"].map(Bytes::from).to_vec();
    let (client, _, _) = client([status(429), Step::Chunks(200, length(8), chunks)]);
    let (head, mut chunks) = client.download(&Safe::new()).await.unwrap();
    assert!(head.body().is_empty());
    assert_eq!(head.headers()["content-length"], "8");
    assert_eq!(chunks.next().await.unwrap().unwrap(), "%PDF");
    assert_eq!(chunks.next().await.unwrap().unwrap(), "-1.7");
    assert!(chunks.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_download_that_is_not_as_long_as_announced_ends_with_an_error() {
    for announced in [5, 13] {
        let chunks = ["%PDF", "-1.7"].map(Bytes::from).to_vec();
        let (client, _, _) = client([Step::Chunks(200, length(announced), chunks)]);
        let (_, mut chunks) = client.download(&Safe::new()).await.unwrap();
        chunks.next().await.unwrap().unwrap();
        chunks.next().await.unwrap().unwrap();
        let error = chunks.next().await.unwrap().unwrap_err();
        assert_eq!((error.fault(), error.reach()), (TransportFault::Interrupted, Reach::Yes), "{announced}");
        assert!(chunks.next().await.is_none(), "an error is the end");
    }
}

#[tokio::test(start_paused = true)]
async fn each_chunk_of_a_download_has_the_read_timeout_but_not_the_calls() {
    let (client, _, clock) = client([Step::Silence(200)]);
    let (_, mut chunks) = client.download(&Safe::new()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
    assert_eq!(chunks.next().await.unwrap().unwrap(), "first");
    let error = chunks.next().await.unwrap().unwrap_err();
    assert_eq!((error.fault(), clock.passed().as_secs()), (TransportFault::Timeout, 3660));
}

#[tokio::test(start_paused = true)]
async fn a_refused_download_is_an_error() {
    let (client, _, _) = client([status(404)]);
    let error = client.download(&Safe::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::NotFound, Some(404)));
}
