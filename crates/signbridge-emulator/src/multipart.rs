//! Multipart bodies, split without copying: every part is a slice of the body.

use bytes::Bytes;

/// One part.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Part {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    pub(crate) fn content_type(&self) -> &str {
        self.header("content-type")
    }

    pub(crate) fn disposition(&self) -> &str {
        self.header("content-disposition")
    }

    /// A parameter of the disposition, such as `documentid`, without quotes.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        parameter(self.disposition(), name)
    }
}

/// A parameter of a structured header value; quoted values may hold semicolons.
pub(crate) fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value;
    loop {
        let (_, after) = split_unquoted(rest)?;
        rest = after;
        let (item, _) = split_unquoted(rest).unwrap_or((rest, ""));
        if let Some((key, value)) = item.split_once('=')
            && key.trim().eq_ignore_ascii_case(name)
        {
            let value = value.trim();
            let inner = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
            return Some(
                inner.map_or_else(|| value.to_owned(), |v| v.replace("\\\"", "\"").replace("\\\\", "\\")),
            );
        }
    }
}

fn split_unquoted(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                return text.split_at_checked(at).map(|(head, tail)| (head, tail.trim_start_matches(';')));
            }
            _ => {}
        }
    }
    None
}

/// The boundary named by a content type.
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    parameter(content_type, "boundary").filter(|boundary| !boundary.is_empty() && boundary.len() <= 70)
}

/// The parts in order, or what is wrong with the body.
pub(crate) fn parse(body: &Bytes, boundary: &str) -> Result<Vec<Part>, String> {
    let delimiter = format!("--{boundary}");
    let finder = memchr::memmem::Finder::new(delimiter.as_bytes());
    let mut marks = finder
        .find_iter(body)
        .filter(|at| *at == 0 || body.get(at.saturating_sub(2)..*at) == Some(b"\r\n".as_slice()));
    let mut start = marks.next().ok_or("the boundary never occurs")? + delimiter.len();
    let mut parts = Vec::new();
    loop {
        if body.get(start..start + 2) == Some(b"--".as_slice()) {
            return Ok(parts);
        }
        let next = marks.next().ok_or("the closing boundary is missing")?;
        // Between the delimiter line's end and the line end before the next delimiter.
        let line = memchr::memmem::find(body.get(start..next).unwrap_or_default(), b"\r\n")
            .ok_or("a boundary line does not end")?;
        let part = body
            .slice((start + line + 2).min(next)..next.saturating_sub(2).max((start + line + 2).min(next)));
        parts.push(split_head(&part)?);
        start = next + delimiter.len();
    }
}

fn split_head(part: &Bytes) -> Result<Part, String> {
    let (head, body) = if part.starts_with(b"\r\n") {
        (Bytes::new(), part.slice(2..))
    } else {
        let end = memchr::memmem::find(part, b"\r\n\r\n").ok_or("a part's head does not end")?;
        (part.slice(..end), part.slice(end + 4..))
    };
    let headers = String::from_utf8_lossy(&head)
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Ok(Part { headers, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Bytes {
        Bytes::from(text.replace('\n', "\r\n"))
    }

    #[test]
    fn parts_keep_their_exact_bytes_and_parameters() {
        let parts = parse(
            &body(
                "--B\nContent-Type: application/json\nContent-Disposition: form-data\n\n{\"a\":1}\n--B\n\
                 Content-Type: application/pdf\nContent-Disposition: file; filename=\"a; b.pdf\"; documentid=7\n\n\
                 %PDF --B inside\n\n--B--\n",
            ),
            "B",
        )
        .unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(&parts[0].body[..], b"{\"a\":1}");
        assert_eq!(parts[0].disposition(), "form-data");
        assert_eq!(&parts[1].body[..], b"%PDF --B inside\r\n");
        assert_eq!(parts[1].parameter("documentid").as_deref(), Some("7"));
        assert_eq!(parts[1].parameter("FileName").as_deref(), Some("a; b.pdf"));
        assert_eq!(parts[1].parameter("other"), None);
    }

    #[test]
    fn a_body_without_its_closing_boundary_is_refused() {
        assert!(parse(&body("--B\nContent-Type: a/b\n\nx\n"), "B").is_err());
        assert!(parse(&body("nothing"), "B").is_err());
        assert!(parse(&body("--B\nno head end\n--B--"), "B").is_err());
    }

    #[test]
    fn an_empty_part_is_a_part() {
        let parts = parse(&body("--B\nContent-Type: a/b\n\n\n--B--"), "B").unwrap();
        assert_eq!(parts.len(), 1);
        assert!(parts[0].body.is_empty());
    }
}
