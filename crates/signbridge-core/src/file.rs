//! The portable envelope file: a draft as TOML or JSON, with a published JSON Schema.

use std::path::Path;

use crate::{Draft, Error, ErrorKind, Result, words::nearest};

/// Reads a draft from a `.toml` or `.json` file. Its documents' paths are relative to the file.
///
/// ```toml
/// subject = "Please sign the lease"
///
/// [[documents]]
/// path = "lease.pdf"
///
/// [[recipients]]
/// name = "Ann Lee"
/// email = "ann@example.com"
///
/// [[recipients.fields]]
/// kind = "signature"
/// placement.at = { page = 1, x = 72, y = 640 }
/// ```
///
/// # Errors
/// `io` when it cannot be read, `invalid_draft` with a suggestion for an unknown word.
pub fn load(path: &Path) -> Result<Draft> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::new(ErrorKind::Io, format!("the envelope file {} cannot be read: {error}", path.display()))
    })?;
    let mut draft = match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => from_json(&text)?,
        Some("toml") => from_toml(&text)?,
        _ => return Err(Error::new(ErrorKind::InvalidDraft, "an envelope file ends in .toml or .json")),
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    draft.documents.iter_mut().for_each(|document| document.relative_to(folder));
    Ok(draft)
}

/// Reads a draft from TOML.
///
/// # Errors
/// `invalid_draft` with line and column, and a suggestion for an unknown word.
pub fn from_toml(text: &str) -> Result<Draft> {
    toml::from_str(text).map_err(|error| {
        let place = error.span().map(|span| {
            let before = text.get(..span.start).unwrap_or(text);
            format!("line {}: ", before.lines().count().max(1))
        });
        refuse(&format!("{}{}", place.unwrap_or_default(), error.message()))
    })
}

/// Reads a draft from JSON.
///
/// # Errors
/// `invalid_draft` with line and column, and a suggestion for an unknown word.
pub fn from_json(text: &str) -> Result<Draft> {
    serde_json::from_str(text).map_err(|error| refuse(&error.to_string()))
}

/// Writes a draft as TOML.
///
/// # Errors
/// `invalid_draft` when a document comes from an own source, or an extra holds what TOML cannot.
pub fn to_toml(draft: &Draft) -> Result<String> {
    toml::to_string_pretty(draft).map_err(|error| Error::new(ErrorKind::InvalidDraft, error.to_string()))
}

/// The JSON Schema of an envelope file (draft 2020-12).
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Draft).into()
}

fn refuse(message: &str) -> Error {
    let error = Error::new(ErrorKind::InvalidDraft, format!("the envelope file: {message}"));
    match suggestion(message) {
        Some(word) => error.with_remedy(format!("did you mean `{word}`?")),
        None => error,
    }
}

/// The expected word nearest to the unknown one, from a deserialiser's message
/// (``unknown field `subjet`, expected one of `subject`, `message` ``).
pub fn suggestion(message: &str) -> Option<&str> {
    let (_, listed) =
        message.split_once("unknown field ").or_else(|| message.split_once("unknown variant "))?;
    let mut quoted = listed.split('`').skip(1).step_by(2);
    let found = quoted.next()?;
    nearest(found, quoted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Authentication, Delivery, Role};

    const LEASE: &str = r#"
        subject = "Please sign the lease"
        expires_after_days = 14
        metadata = { case = "42" }

        [[documents]]
        path = "lease.pdf"

        [[recipients]]
        name = "Ann Lee"
        email = "ann@example.com"
        order = 2
        delivery = "embedded"
        authentication = { access_code = "1234" }

        [[recipients.fields]]
        kind = "signature"
        placement.at = { page = 1, x = 72, y = 640.5 }

        [[recipients.fields]]
        kind = "date_signed"
        placement.anchor = { text = "Date:", x = 40 }

        [[recipients]]
        name = "Bob"
        email = "bob@example.com"
        role = "cc"
    "#;

    #[test]
    fn a_file_says_what_the_builder_says() {
        let draft = from_toml(LEASE).unwrap();
        assert_eq!(draft.expires_after_days, 14);
        assert_eq!(draft.recipients[0].delivery, Delivery::Embedded);
        assert!(matches!(draft.recipients[0].authentication, Some(Authentication::AccessCode(_))));
        assert_eq!(draft.recipients[1].role, Role::CarbonCopy);
        assert!(draft.validate().is_ok());
    }

    #[test]
    fn toml_and_json_carry_everything_both_ways() {
        let draft = from_toml(LEASE).unwrap();
        let json = serde_json::to_string(&draft).unwrap();
        let back = from_json(&json).unwrap();
        assert_eq!(serde_json::to_string(&back).unwrap(), json);
        let back = from_toml(&to_toml(&draft).unwrap()).unwrap();
        assert_eq!(serde_json::to_string(&back).unwrap(), json);
    }

    #[test]
    fn unknown_words_are_errors_with_a_suggestion() {
        for (wrong, right, hint) in [
            ("subjet = \"x\"", "", "`subject`"),
            ("[[recipients]]\nname = \"a\"\nemail = \"a@b.c\"\nrole = \"sigher\"", "", "`signer`"),
            (
                "[[recipients]]\nname = \"a\"\nemail = \"a@b.c\"\nauthentication = { acess_code = \"1\" }",
                "",
                "`access_code`",
            ),
            (
                "[[recipients]]\nname = \"a\"\nemail = \"a@b.c\"\nfields = [{ kind = \"signatur\", placement = { at = { page = 1, x = 1, y = 1 } } }]",
                "",
                "`signature`",
            ),
        ] {
            let text = format!(
                "{}{wrong}\n{right}",
                if wrong.starts_with("subj") { "" } else { "subject = \"x\"\n" }
            );
            let error = from_toml(&text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidDraft);
            assert!(error.to_string().contains(hint), "{error}");
        }
    }

    #[test]
    fn the_schema_knows_every_member() {
        let schema = schema().to_string();
        for word in
            ["subject", "expires_after_days", "in_person_signer", "date_signed", "access_code", "placement"]
        {
            assert!(schema.contains(word), "{word}");
        }
    }
}
