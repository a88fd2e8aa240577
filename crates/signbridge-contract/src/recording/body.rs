//! What a body holds, by its media type; and bytes of such a body, to be answered with.

use bytes::Bytes;
use http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use super::format::{Content, Part};

/// The beginnings that tell nothing but the kind of a file.
const KINDS: [&str; 3] = ["%PDF-", "PK\u{3}\u{4}", "PK\u{5}\u{6}"];

fn media_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Reads a body, unredacted. A type that does not fit its bytes counts as bytes.
pub(crate) fn read(headers: &HeaderMap, bytes: &Bytes) -> Content {
    read_as(media_type(headers), bytes)
}

fn read_as(media_type: &str, bytes: &[u8]) -> Content {
    if bytes.is_empty() {
        return Content::Empty;
    }
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let text = std::str::from_utf8(bytes).ok();
    match (essence.as_str(), text) {
        (_, Some(text)) if essence.ends_with("json") || essence.is_empty() => {
            match serde_json::from_str(text) {
                Ok(value) => Content::Json(value),
                Err(_) if essence.is_empty() && !KINDS.iter().any(|kind| text.starts_with(kind)) => {
                    Content::Text(text.to_owned())
                }
                Err(_) => opaque(bytes),
            }
        }
        ("application/x-www-form-urlencoded", Some(_)) => {
            Content::Form(form_urlencoded::parse(bytes).into_owned().collect())
        }
        (essence, _) if essence.starts_with("multipart/") => {
            parts(media_type, bytes).map_or_else(|| opaque(bytes), Content::Parts)
        }
        (essence, Some(text)) if essence.starts_with("text/") => Content::Text(text.to_owned()),
        _ => opaque(bytes),
    }
}

/// Length, digest and kind of bytes.
pub(super) fn opaque(bytes: &[u8]) -> Content {
    let kind = KINDS.iter().find(|kind| bytes.starts_with(kind.as_bytes()));
    Content::Bytes {
        length: bytes.len() as u64,
        sha256: hex::encode(Sha256::digest(bytes)),
        begins: kind.copied().unwrap_or_default().to_owned(),
    }
}

fn parts(media_type: &str, bytes: &[u8]) -> Option<Vec<Part>> {
    let boundary = parameter(media_type, "boundary")?;
    let delimiter = format!("--{boundary}");
    let mut found = Vec::new();
    // Before the first delimiter and after the last one nothing belongs to the body.
    for piece in split(bytes, delimiter.as_bytes()).into_iter().skip(1) {
        if piece.starts_with(b"--") {
            return Some(found);
        }
        let piece = piece.strip_prefix(b"\r\n")?;
        let end = find(piece, b"\r\n\r\n");
        let (head, body) = match end {
            Some(end) => (piece.get(..end)?, piece.get(end + 4..)?),
            None => (&b""[..], piece.strip_prefix(b"\r\n")?),
        };
        let body = body.strip_suffix(b"\r\n").unwrap_or(body);
        let head = String::from_utf8_lossy(head);
        let value = |name: &str| {
            head.lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(own, _)| own.trim().eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim().to_owned())
        };
        let disposition = value("content-disposition").unwrap_or_default();
        let kind = value("content-type").unwrap_or_else(|| "text/plain".to_owned());
        // What has a file name is a document, whatever it calls itself.
        let is_file = disposition.contains("filename");
        // JSON often comes without saying so, and its values have to be seen one by one.
        let is_json = kind.starts_with("text/plain") && matches!(body.first(), Some(b'{' | b'['));
        let json = if is_json { serde_json::from_slice(body).ok().map(Content::Json) } else { None };
        let content = if is_file { opaque(body) } else { json.unwrap_or_else(|| read_as(&kind, body)) };
        found.push(Part { name: parameter(&disposition, "name").unwrap_or_default(), body: content });
    }
    None
}

fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).filter_map(|pair| pair.split_once('=')).find_map(|(own, value)| {
        own.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn split<'a>(mut bytes: &'a [u8], delimiter: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while let Some(at) = find(bytes, delimiter) {
        let (piece, rest) = bytes.split_at(at);
        pieces.push(piece);
        bytes = rest.get(delimiter.len()..).unwrap_or_default();
    }
    pieces.push(bytes);
    pieces
}

/// The header lines of each part of a `multipart` body.
pub(crate) fn heads(headers: &HeaderMap, bytes: &[u8]) -> Vec<String> {
    let Some(boundary) = parameter(media_type(headers), "boundary") else { return Vec::new() };
    let pieces = split(bytes, format!("--{boundary}").as_bytes());
    let heads = pieces.into_iter().skip(1).filter_map(|piece| piece.get(..find(piece, b"\r\n\r\n")?));
    let text = heads.map(|head| String::from_utf8_lossy(head).into_owned()).collect::<Vec<_>>().join("\n");
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Bytes that stand for this body in an answer: a document is as long as it was and begins as it did.
pub(super) fn bytes(content: &Content) -> Bytes {
    match content {
        Content::Empty | Content::Parts(_) => Bytes::new(),
        Content::Json(value) => value.to_string().into(),
        Content::Form(pairs) => {
            form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into()
        }
        Content::Text(text) => text.clone().into(),
        Content::Bytes { length, begins, .. } => {
            let mut bytes = begins.clone().into_bytes();
            bytes.resize(usize::try_from(*length).unwrap_or_default(), b'\n');
            bytes.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn of(media_type: &'static str, body: &'static [u8]) -> Content {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        read(&headers, &Bytes::from_static(body))
    }

    #[test]
    fn a_body_is_read_by_its_type() {
        assert_eq!(of("application/json;charset=UTF-8", b"{\"a\":1}"), Content::Json(json!({"a": 1})));
        assert_eq!(
            of("application/x-www-form-urlencoded", b"a=b%20c&d"),
            Content::Form(vec![("a".into(), "b c".into()), ("d".into(), String::new())])
        );
        assert_eq!(of("text/html", b"<p>"), Content::Text("<p>".into()));
        assert_eq!(of("application/json", b""), Content::Empty);
        assert!(matches!(of("application/json", b"<html>"), Content::Bytes { length: 6, .. }));
        let Content::Bytes { begins, .. } = of("application/pdf", b"%PDF-1.7 text") else { panic!() };
        assert_eq!(begins, "%PDF-");
    }

    #[test]
    fn a_file_in_a_multipart_body_is_bytes_whatever_it_calls_itself() {
        let body = b"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--B\r\n\
            Content-Disposition: form-data; name=\"j\"\r\n\r\n[{\"pin\":\"1\"}]\r\n--B\r\n\
            Content-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\nContent-Type: text/plain\r\n\r\nsecret\r\n--B--\r\n";
        let Content::Parts(parts) = of("multipart/form-data; boundary=B", body) else { panic!() };
        assert_eq!(parts[0], Part { name: "a".into(), body: Content::Text("x".into()) });
        assert_eq!(parts[1].body, Content::Json(json!([{"pin": "1"}])));
        assert!(matches!(parts[2].body, Content::Bytes { length: 6, .. }), "{parts:?}");
    }

    #[test]
    fn a_stand_in_is_as_long_as_the_document_and_begins_like_it() {
        let document = [b"%PDF-1.7".as_slice(), &[b'x'; 100]].concat();
        let stand_in = bytes(&opaque(&document));
        assert_eq!(stand_in.len(), document.len());
        assert!(stand_in.starts_with(b"%PDF-") && !stand_in.contains(&b'x'));
    }
}
