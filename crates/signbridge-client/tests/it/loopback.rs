//! The HTTP transport against raw servers on loopback.

use std::{
    future::Future,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::Request;
use signbridge_client::{Client, ReqwestTransport, Timeouts, TokioClock};
use signbridge_core::{Body, Chunks, ErrorKind, Reach, SourceChanged, Transport, TransportFault};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::calls::{Chunked, Safe, Unsafe, source};

pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// Reads a request that announces its length.
pub(crate) async fn receive(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> Received {
    let mut all = Vec::new();
    let end = loop {
        if let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        assert_ne!(stream.read_buf(&mut all).await.unwrap(), 0, "the request ended early");
    };
    let head = String::from_utf8(all[..end].to_vec()).unwrap().to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    while all.len() < end + length {
        assert_ne!(stream.read_buf(&mut all).await.unwrap(), 0, "the request ended early");
    }
    Received { head, body: all.split_off(end) }
}

/// A server for one connection.
async fn serve<F, T>(answer: impl FnOnce(TcpStream) -> F + Send + 'static) -> (String, JoinHandle<T>)
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/things", listener.local_addr().unwrap());
    let task = tokio::spawn(async move { answer(listener.accept().await.unwrap().0).await });
    (url, task)
}

fn transport() -> ReqwestTransport {
    ReqwestTransport::builder().build().unwrap()
}

fn post(url: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(url).body(body.into()).unwrap()
}

async fn all(mut chunks: Chunks) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(chunk) = chunks.next().await {
        all.extend_from_slice(&chunk.unwrap());
    }
    all
}

#[tokio::test]
async fn a_streamed_body_goes_out_with_its_length_and_unchunked() {
    let big = || vec![Ok(Bytes::from(vec![b'a'; 150_000])), Ok(Bytes::from(vec![b'b'; 50_000]))];
    let (url, server) = serve(|mut stream| async move {
        let received = receive(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 5\r\nx-own: 7\r\n\r\nhello")
            .await
            .unwrap();
        received
    })
    .await;
    let mut body = Body::from("head ".to_owned());
    body.push_source(Arc::new(Chunked { says: 200_000, gives: big }));
    body.push_bytes(" tail");
    let answer = transport().send(post(&url, body)).await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["x-own"]), (201, &"7".parse().unwrap()));
    assert_eq!(all(answer.into_body()).await, b"hello");
    let received = server.await.unwrap();
    assert!(received.head.starts_with("post /v1/things http/1.1\r\n"), "{}", received.head);
    assert!(received.head.contains("\r\ncontent-length: 200010\r\n"), "{}", received.head);
    assert!(!received.head.contains("transfer-encoding"), "{}", received.head);
    assert_eq!((received.body.len(), &received.body[..6]), (200_010, &b"head a"[..]));
    assert!(received.body.ends_with(b"b tail"));
}

#[tokio::test]
async fn a_request_without_a_body_says_so_where_one_is_expected() {
    for (method, expected) in [("PUT", true), ("POST", true), ("GET", false)] {
        let (url, server) = serve(|mut stream| async move {
            let received = receive(&mut stream).await;
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
            received
        })
        .await;
        // A length of the caller's own is not believed.
        let request = Request::builder().method(method).uri(&url).header("content-length", "3");
        let answer = transport().send(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(all(answer.into_body()).await, b"");
        let head = server.await.unwrap().head;
        assert_eq!(head.contains("\r\ncontent-length: 0\r\n"), expected, "{head}");
        assert!(!head.contains("content-length: 3") && !head.contains("cookie"), "{head}");
    }
}

#[tokio::test]
async fn a_refused_connection_never_left() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1?secret=QUERY", listener.local_addr().unwrap());
    drop(listener);
    let error = transport().send(post(&url, "x".to_owned())).await.unwrap_err();
    assert_eq!((error.fault(), error.reach()), (TransportFault::Connect, Reach::No), "{error:?}");
    assert!(error.to_string().starts_with("no connection: "), "{error}");
    assert!(!format!("{error} {error:?}").contains("QUERY"), "{error:?}");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_never_left() {
    let error = transport().send(post("https://nowhere.invalid/", "x".to_owned())).await.unwrap_err();
    assert_eq!((error.fault(), error.reach()), (TransportFault::Connect, Reach::No), "{error:?}");
}

#[tokio::test]
async fn a_connection_closed_after_the_request_may_have_arrived() {
    let (url, server) = serve(|mut stream| async move { receive(&mut stream).await }).await;
    let error = transport().send(post(&url, "x".to_owned())).await.unwrap_err();
    assert_eq!((error.fault(), error.reach()), (TransportFault::Interrupted, Reach::Maybe), "{error:?}");
    assert_eq!(server.await.unwrap().body, b"x");
}

#[tokio::test]
async fn nothing_is_repeated_by_the_transport() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut count = 0;
        while let Ok(Ok((mut stream, _))) =
            tokio::time::timeout(Duration::from_millis(300), listener.accept()).await
        {
            receive(&mut stream).await;
            count += 1;
            let answer =
                b"HTTP/1.1 302 Found\r\nlocation: /again\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n";
            // The first is redirected, the second cut off.
            if count == 1 {
                stream.write_all(answer).await.unwrap();
            }
        }
        count
    });
    let transport = transport();
    let get = || Request::get(&url).body(Body::empty()).unwrap();
    assert_eq!(transport.send(get()).await.unwrap().status(), 302);
    transport.send(get()).await.unwrap_err();
    assert_eq!(server.await.unwrap(), 2);
}

#[tokio::test]
async fn without_tls_only_loopback_is_spoken_to() {
    for url in [
        "http://192.0.2.1/",
        "http://example.com/",
        "http://localhost.example.com/",
        "http://127.0.0.1.example.com/",
        "ftp://127.0.0.1/",
    ] {
        let began = Instant::now();
        let error = transport().send(post(url, "x".to_owned())).await.unwrap_err();
        assert_eq!((error.fault(), error.reach()), (TransportFault::Request, Reach::No), "{url}: {error:?}");
        assert!(began.elapsed() < Duration::from_secs(1), "{url}");
    }
    let client = Client::new("acme", Arc::new(transport()), Arc::new(TokioClock));
    let error = client.run(&Safe::to("http://example.com/", "x".to_owned())).await.unwrap_err();
    assert_eq!((error.kind(), error.reach()), (ErrorKind::InvalidConfiguration, Reach::No));
    assert!(error.to_string().contains("only https"), "{error}");
    let error = transport().send(post("/relative", "x".to_owned())).await.unwrap_err();
    assert_eq!(error.fault(), TransportFault::Request);
}

#[tokio::test]
async fn a_body_that_fails_says_whether_anything_of_it_had_gone() {
    type Gives = fn() -> Vec<io::Result<Bytes>>;
    let table: [(Gives, u64, Reach, bool); 5] = [
        // Fails at once.
        (|| vec![Err(io::Error::other("gone"))], 4, Reach::No, false),
        // Fails after a piece.
        (|| vec![Ok(Bytes::from_static(b"ab")), Err(io::Error::other("gone"))], 4, Reach::Maybe, false),
        // Shorter than announced.
        (|| vec![Ok(Bytes::from_static(b"ab"))], 4, Reach::Maybe, true),
        // Longer than announced, in one piece and in two: noticed before the last piece goes.
        (|| vec![Ok(Bytes::from_static(b"abcde"))], 4, Reach::No, true),
        (|| vec![Ok(Bytes::from_static(b"abcd")), Ok(Bytes::from_static(b"e"))], 4, Reach::No, true),
    ];
    for (row, (gives, says, reach, changed)) in table.into_iter().enumerate() {
        let (url, server) = serve(|mut stream| async move {
            let mut all = Vec::new();
            let _ = stream.read_to_end(&mut all).await;
            all
        })
        .await;
        let error = transport().send(post(&url, source(Chunked { says, gives }))).await.unwrap_err();
        assert_eq!((error.fault(), error.reach()), (TransportFault::Body, reach), "row {row}: {error:?}");
        assert_eq!(SourceChanged::find(&error).is_some(), changed, "row {row}: {error:?}");
        let received = server.await.unwrap();
        assert!(!received.ends_with(b"\r\n\r\nabcd"), "row {row}: the request must not be complete");

        let (url, _server) = serve(|mut stream| async move {
            let _ = stream.read_to_end(&mut Vec::new()).await;
        })
        .await;
        let client = Client::new("acme", Arc::new(transport()), Arc::new(TokioClock));
        let error = client.run(&Safe::to(&url, source(Chunked { says, gives }))).await.unwrap_err();
        let kind = if changed { ErrorKind::DocumentChanged } else { ErrorKind::Io };
        assert_eq!((error.kind(), error.reach()), (kind, reach), "row {row}: {error:?}");
    }
}

fn impatient(read: u64) -> ReqwestTransport {
    let timeouts = Timeouts { read: Duration::from_millis(read), ..Timeouts::default() };
    ReqwestTransport::builder().timeouts(&timeouts).build().unwrap()
}

#[tokio::test]
async fn silence_before_the_answer_is_a_timeout_that_may_have_arrived() {
    let (url, _server) = serve(|mut stream| async move {
        receive(&mut stream).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
    })
    .await;
    let error = impatient(150).send(post(&url, "x".to_owned())).await.unwrap_err();
    assert_eq!((error.fault(), error.reach()), (TransportFault::Timeout, Reach::Maybe), "{error:?}");
}

#[tokio::test]
async fn an_upload_that_goes_on_is_not_silence() {
    // 64 MiB taken slowly: longer in all than the read timeout of two seconds, but never silent that long. What the
    // kernel holds when the last byte is handed over (some MiB) is taken in a fraction of it, on a busy machine too.
    const LENGTH: usize = 64 << 20;
    let (url, server) = serve(|mut stream| async move {
        let mut count = 0;
        let mut buffer = vec![0; 2 << 20];
        while count < LENGTH {
            count += stream.read_exact(&mut buffer).await.unwrap();
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await.unwrap();
    })
    .await;
    let began = Instant::now();
    let body = Body::from(vec![b'x'; LENGTH]);
    impatient(2000).send(post(&url, body)).await.unwrap();
    assert!(began.elapsed() > Duration::from_millis(2200), "{:?}", began.elapsed());
    drop(server);
}

#[tokio::test]
async fn a_download_cut_in_the_middle_is_an_error() {
    let (url, _server) = serve(|mut stream| async move {
        receive(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n%PDF-1.7 and so").await.unwrap();
    })
    .await;
    let client = Client::new("acme", Arc::new(transport()), Arc::new(TokioClock));
    let (_, mut chunks) = client.download(&Unsafe::to(&url, "x".to_owned())).await.unwrap();
    assert_eq!(chunks.next().await.unwrap().unwrap(), "%PDF-1.7 and so");
    let error = chunks.next().await.unwrap().unwrap_err();
    assert_eq!((error.fault(), error.reach()), (TransportFault::Interrupted, Reach::Yes), "{error:?}");
    assert!(chunks.next().await.is_none());
}

#[tokio::test]
async fn an_early_refusal_is_read_although_the_body_was_not() {
    let (url, _server) = serve(|mut stream| async move {
        stream.read_exact(&mut [0; 100]).await.unwrap();
        stream
            .write_all(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        // Not read any further, but not reset either.
        tokio::time::sleep(Duration::from_millis(500)).await;
    })
    .await;
    let answer = transport().send(post(&url, vec![b'x'; 32 << 20])).await.unwrap();
    assert_eq!(answer.status(), 413);
}
