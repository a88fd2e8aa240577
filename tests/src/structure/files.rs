//! Files as parts of a multipart body.

/// The property that a part's name means: `files[0]` is one of `files`.
pub(crate) fn property(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}
