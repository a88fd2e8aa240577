//! Text tags: `{{*Name_es_:signer1:signature}}` in a file becomes a field [FACTS 4, Fields].

use crate::pdf::{self, PdfError, TextHit};

/// What separates a tag's name from the rest.
const MARK: &str = "_es_:";

/// A tag found in a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) read_only: bool,
    /// The number of the participant set, from 1; none for what the sender fills in.
    pub(crate) signer: Option<usize>,
    /// `inputType` and `contentType` of the field.
    pub(crate) kind: (&'static str, &'static str),
    pub(crate) at: TextHit,
}

/// The tags of a file, whatever their names. Between other braces stands no tag.
pub(crate) fn find(file: &[u8]) -> Result<Vec<Tag>, PdfError> {
    let between = pdf::find_between(file, "{{", "}}")?;
    Ok(between.into_iter().filter_map(|(text, at)| parse(&text, at)).collect())
}

/// Reads a text between double braces; nothing when it is no tag.
pub(crate) fn parse(text: &str, at: TextHit) -> Option<Tag> {
    let inner = text.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    let (name, rest) = inner.split_once(MARK)?;
    let (mut required, mut read_only, mut name) = (false, false, name.trim());
    loop {
        if let Some(bare) = name.strip_prefix('*') {
            (required, name) = (true, bare);
        } else if let Some(bare) = name.strip_prefix('!') {
            (read_only, name) = (true, bare);
        } else {
            break;
        }
    }
    let mut parts = rest.split(':').map(|part| part.trim().to_ascii_lowercase());
    let role = parts.next()?;
    let signer = match role.strip_prefix("signer") {
        Some(number) => Some(number.parse().ok().filter(|number| *number > 0)?),
        None if role == "prefill" || role == "sender" => None,
        None => return None,
    };
    let kind = match parts.next().as_deref() {
        Some("signature") => ("SIGNATURE", "SIGNATURE"),
        Some("signatureblock") => ("SIGNATURE", "SIGNATURE_BLOCK"),
        Some("initials") => ("SIGNATURE", "SIGNER_INITIALS"),
        Some("date") => ("TEXT_FIELD", "SIGNATURE_DATE"),
        Some("fullname") => ("TEXT_FIELD", "SIGNER_NAME"),
        Some("email") => ("TEXT_FIELD", "SIGNER_EMAIL"),
        Some("title") => ("TEXT_FIELD", "SIGNER_TITLE"),
        Some("company") => ("TEXT_FIELD", "SIGNER_COMPANY"),
        Some("checkbox") => ("CHECKBOX", "DATA"),
        _ => ("TEXT_FIELD", "DATA"),
    };
    (!name.is_empty()).then(|| Tag { name: name.to_owned(), required, read_only, signer, kind, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: TextHit = TextHit { page: 1, x: 72.0, y: 100.0 };

    #[test]
    fn the_documented_tags_are_read() {
        let tag = parse("{{Sig_es_:signer1:signature}}", AT).unwrap();
        assert_eq!((tag.signer, tag.kind, tag.required), (Some(1), ("SIGNATURE", "SIGNATURE"), false));
        assert_eq!(tag.name, "Sig");
        let tag = parse("{{*city_es_:signer2}}", AT).unwrap();
        assert_eq!((tag.signer, tag.kind, tag.required), (Some(2), ("TEXT_FIELD", "DATA"), true));
        assert_eq!(tag.name, "city");
        let tag = parse("{{!Cmpy_es_:signer2:company}}", AT).unwrap();
        assert_eq!((tag.kind.1, tag.read_only), ("SIGNER_COMPANY", true));
        assert_eq!(parse("{{N_es_:prefill}}", AT).unwrap().signer, None);
    }

    #[test]
    fn other_braces_are_no_tags() {
        for text in
            ["{{name}}", "{{_es_:signer1}}", "{{A_es_:nobody:date}}", "{{A_es_:signer0}}", "Sig_es_:signer1"]
        {
            assert_eq!(parse(text, AT), None, "{text}");
        }
    }
}
