//! Sends one document in a process of its own and prints the peak of its memory: the whole use of this program.
//!
//! `memory_probe send CONFIG BYTES` sends a PDF of that length from a file through the configured profile,
//! `memory_probe sink URL BYTES` streams that many bytes through the same pipeline to an address that reads them.

use std::{fs::File, io::Write, sync::Arc};

use signbridge::{CreateOptions, Document, Draft, Field, Recipient, Registry, Signbridge};
use signbridge_client::{Client, TokioClock, reqwest::ReqwestTransport};
use signbridge_core::{Body, Call, Error, FileSource, Replay, Source};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, target, bytes] = arguments.as_slice() else { panic!("memory_probe send|sink TARGET BYTES") };
    let bytes: u64 = bytes.parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.pdf");
    match what.as_str() {
        "send" => send(target, &path, bytes).await,
        "sink" => sink(target, &path, bytes).await,
        other => panic!("unknown: {other}"),
    }
    println!("{}", peak_kib());
}

/// The process's peak resident memory in KiB, as Linux counts it.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

async fn send(config: &str, path: &std::path::Path, bytes: u64) {
    write_pdf(path, bytes);
    let signbridge = Signbridge::new(signbridge::Config::load(config).unwrap(), Registry::enabled()).unwrap();
    let draft = Draft::new("Large")
        .document(Document::from_path(path))
        .recipient(Recipient::signer("Ann", "ann@example.com").field(Field::signature().at(1, 72.0, 72.0)));
    let sent = signbridge.create(&draft, &CreateOptions::sent()).await.unwrap();
    assert_eq!(sent.status.as_str(), "in_progress");
}

/// A PDF of about this length, written without holding it.
fn write_pdf(path: &std::path::Path, bytes: u64) {
    let head = "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>\nendobj\n";
    let offsets: Vec<usize> = (1..=3).map(|number| head.find(&format!("{number} 0 obj")).unwrap()).collect();
    let mut file = File::create(path).unwrap();
    file.write_all(head.as_bytes()).unwrap();
    let padding = bytes.saturating_sub(head.len() as u64 + 300);
    let open = format!("4 0 obj\n<</Length {padding}>>stream\n");
    let fourth = head.len();
    file.write_all(open.as_bytes()).unwrap();
    let chunk = [b'x'; 8192];
    let mut left = padding;
    while left > 0 {
        let part = left.min(8192) as usize;
        file.write_all(&chunk[..part]).unwrap();
        left -= part as u64;
    }
    let close = "\nendstream\nendobj\n";
    file.write_all(close.as_bytes()).unwrap();
    let start = head.len() as u64 + open.len() as u64 + padding + close.len() as u64;
    let mut table = "xref\n0 5\n0000000000 65535 f \n".to_owned();
    for offset in offsets.into_iter().chain([fourth]) {
        table += &format!("{offset:010} 00000 n \n");
    }
    file.write_all(format!("{table}trailer<</Size 5/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").as_bytes())
        .unwrap();
}

/// An upload to any address.
struct Upload {
    url: String,
    source: Arc<dyn Source>,
}

impl Call for Upload {
    type Reply = ();
    const NAME: &'static str = "probe.upload";
    const REPLAY: Replay = Replay::OnlyIfNotSent;

    fn request(&self) -> signbridge_core::Result<http::Request<Body>> {
        let body = Body::from(Arc::clone(&self.source));
        Ok(http::Request::put(&self.url).body(body).unwrap())
    }

    fn reply(&self, _: http::Response<bytes::Bytes>) -> signbridge_core::Result<()> {
        Ok(())
    }

    fn refusal(&self, answer: http::Response<bytes::Bytes>) -> Error {
        panic!("refused: {}", answer.status())
    }
}

async fn sink(url: &str, path: &std::path::Path, bytes: u64) {
    File::create(path).unwrap().set_len(bytes).unwrap();
    let transport = Arc::new(ReqwestTransport::builder().build().unwrap());
    let client = Client::new("probe", transport, Arc::new(TokioClock));
    let source = Arc::new(FileSource::new(path).unwrap());
    client.run(&Upload { url: url.to_owned(), source }).await.unwrap();
}
