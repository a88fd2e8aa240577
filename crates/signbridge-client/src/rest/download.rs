//! The head of a download.

use bytes::Bytes;
use http::{Response, header};

/// What the head of a good answer says of the bytes that follow.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentHead {
    /// The file's name.
    pub name: Option<String>,
    /// The media type; `application/octet-stream` where none is told.
    pub content_type: String,
    /// Bytes that will follow.
    pub length: Option<u64>,
}

impl DocumentHead {
    /// Reads `Content-Type`, `Content-Disposition` (RFC 6266; its plain `filename` only) and `Content-Length`.
    pub fn of(answer: &Response<Bytes>) -> Self {
        let text = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        Self {
            name: text(header::CONTENT_DISPOSITION).and_then(file_name),
            content_type: text(header::CONTENT_TYPE).unwrap_or("application/octet-stream").to_owned(),
            length: text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
        }
    }

    /// JSON, in which providers say what went wrong: no document is sent for signature in it.
    pub fn is_json(&self) -> bool {
        self.content_type.starts_with("application/json")
    }

    /// A page for people.
    pub fn is_page(&self) -> bool {
        self.content_type.starts_with("text/html")
    }
}

/// The name in `file; filename="x.pdf"; documentid="1"`.
fn file_name(disposition: &str) -> Option<String> {
    let (_, rest) = disposition.split_once("filename=")?;
    let name = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split(';').next()?.trim(),
    };
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(disposition: &str, media_type: &str) -> DocumentHead {
        let answer = Response::builder()
            .header(header::CONTENT_DISPOSITION, disposition)
            .header(header::CONTENT_TYPE, media_type)
            .header(header::CONTENT_LENGTH, "12")
            .body(Bytes::new())
            .unwrap();
        DocumentHead::of(&answer)
    }

    #[test]
    fn the_head_is_read() {
        for (disposition, name) in [
            ("attachment; filename=\"a; b.pdf\"; size=1", Some("a; b.pdf")),
            ("file; filename=a.pdf; documentid=1", Some("a.pdf")),
            ("attachment; filename=\"\"", None),
            ("attachment", None),
        ] {
            assert_eq!(head(disposition, "application/pdf").name.as_deref(), name, "{disposition}");
        }
        let pdf = head("attachment", "application/pdf");
        assert!(pdf.length == Some(12) && !pdf.is_json() && !pdf.is_page());
        assert!(head("attachment", "application/json;charset=UTF-8").is_json());
        assert!(head("attachment", "text/html; charset=utf-8").is_page());
        let nothing = DocumentHead::of(&Response::new(Bytes::new()));
        assert_eq!((nothing.name, nothing.length), (None, None));
        assert_eq!(nothing.content_type, "application/octet-stream");
    }
}
