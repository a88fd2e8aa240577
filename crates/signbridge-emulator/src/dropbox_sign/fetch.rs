//! The bytes behind `file_urls`, and the PDF made of any file.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bytes::Bytes;
use url::{Host, Url};

use super::model::Document;
use super::params::Upload;
use crate::docusign::convert;
use crate::journal::sha256;
use crate::pdf;

const PATIENCE: Duration = Duration::from_secs(5);
const LARGEST: u64 = 64 << 20;

/// The document, or why it cannot be converted.
pub(crate) fn document(upload: &Upload) -> Result<Document, String> {
    let name = upload.name.clone();
    let length = upload.bytes.len();
    let hash = sha256(&upload.bytes);
    let is_pdf = upload.bytes.starts_with(b"%PDF");
    let extension = name.rsplit_once('.').map_or("", |(_, tail)| tail).to_ascii_lowercase();
    let bytes = if is_pdf {
        upload.bytes.clone()
    } else {
        convert::stand_in(&name, &extension, &upload.bytes)
            .ok_or_else(|| format!("The file {name} cannot be converted."))?
    };
    let pages = pdf::inspect(&bytes).map_err(|error| format!("{name}: {error}"))?;
    Ok(Document { name, bytes, pages, length, sha256: hash })
}

/// Follows a link: on loopback for real, elsewhere a page that stands in, since the emulator contacts
/// nobody outside.
pub(crate) fn url(text: &str) -> Result<Upload, String> {
    let url = Url::parse(text).map_err(|_| format!("{text} is no address."))?;
    let name = url
        .path_segments()
        .and_then(|mut segments| segments.next_back())
        .filter(|name| !name.is_empty())
        .unwrap_or("document.pdf")
        .to_owned();
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(domain)) => domain == "localhost",
        None => return Err(format!("{text} names no host.")),
    };
    if !loopback || url.scheme() != "http" {
        let page = convert::stand_in(&name, "txt", format!("Stands in for {text}").as_bytes());
        return Ok(Upload { name, bytes: page.unwrap_or_default() });
    }
    get(&url).map(|bytes| Upload { name, bytes }).map_err(|why| format!("{text} cannot be read: {why}"))
}

fn get(url: &Url) -> Result<Bytes, String> {
    let broken = |error: std::io::Error| error.to_string();
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(80);
    let mut stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).map_err(broken)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(broken)?;
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    // Version 1.0: no chunks to take apart. In one piece: simple servers read once.
    let head = format!("GET {}{query} HTTP/1.0\r\nHost: {host}:{port}\r\nAccept: */*\r\n\r\n", url.path());
    stream.write_all(head.as_bytes()).map_err(broken)?;
    let mut all = Vec::new();
    stream.take(LARGEST).read_to_end(&mut all).map_err(broken)?;
    let end = memchr::memmem::find(&all, b"\r\n\r\n").ok_or("no HTTP answer")?;
    let head = String::from_utf8_lossy(all.get(..end).unwrap_or_default()).into_owned();
    if head.split_whitespace().nth(1) != Some("200") {
        return Err(head.lines().next().unwrap_or_default().to_owned());
    }
    Ok(Bytes::from(all.split_off(end + 4)))
}
