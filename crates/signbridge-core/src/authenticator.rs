//! Authorisation: a token at hand without waiting, renewed once for all who wait.

use std::fmt;

use async_trait::async_trait;
use http::HeaderValue;

use crate::Result;

/// An `Authorization` header value. Cloning it allocates nothing; it never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    header: HeaderValue,
}

impl Token {
    /// A header value, marked as sensitive.
    pub fn new(mut header: HeaderValue) -> Self {
        header.set_sensitive(true);
        Self { header }
    }

    /// The value for the `Authorization` header.
    pub fn header(&self) -> &HeaderValue {
        &self.header
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([redacted])")
    }
}

/// Gives tokens.
#[async_trait]
pub trait Authenticator: Send + Sync + fmt::Debug {
    /// The token at hand, if it is still good. Does not wait and does not allocate.
    fn current(&self) -> Option<Token>;

    /// A fresh token. `refused` is the one the provider did not accept; if another is at hand already, that one is given.
    ///
    /// # Errors
    /// When none can be had; everybody who waits gets the same error, and the next call tries again.
    async fn renew(&self, refused: Option<&Token>) -> Result<Token>;
}
