//! Signed assertions (RFC 7523) for the JWT grant. The only place that names `jsonwebtoken`.

mod pem;

use std::{fmt, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, crypto::aws_lc};
use secrecy::SecretString;
use serde::Serialize;
use signbridge_core::{Error, ErrorKind, Result};

/// An RSA private key of 2048 bits or more. It never prints.
#[derive(Clone)]
pub struct PrivateKey {
    key: EncodingKey,
}

/// What an assertion claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// `iss`: who asks, such as an integration key.
    pub issuer: String,
    /// `sub`: for whom, such as a user's id.
    pub subject: String,
    /// `aud`: who is asked. DocuSign wants its bare host there (facts 2.1).
    pub audience: String,
    /// `iat`, to the second.
    pub issued_at: DateTime<Utc>,
    /// From `iat` to `exp`. DocuSign honours an hour at most (facts 2.1).
    pub lifetime: Duration,
    /// `scope`, separated by blanks.
    pub scope: String,
}

#[derive(Serialize)]
struct Header {
    alg: &'static str,
    typ: &'static str,
}

#[derive(Serialize)]
struct Payload<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    scope: &'a str,
}

impl PrivateKey {
    /// Reads a key in PEM form: PKCS#1 (`BEGIN RSA PRIVATE KEY`, what DocuSign hands out) or PKCS#8 (`BEGIN PRIVATE
    /// KEY`). Line breaks may be written as `\n`, as environment variables often hold them, or be lost; quotes and
    /// blanks around it and other PEM blocks beside it do not matter. The key is tried once.
    ///
    /// # Errors
    /// `invalid_configuration`, saying what the text is instead: a public key, a certificate, an encrypted key, a key
    /// of another kind, one shorter than 2048 bits, or damaged.
    pub fn parse(pem: &SecretString) -> Result<Self> {
        let key = Self { key: pem::rsa_key(pem)? };
        key.signature("trial").map(|_| key)
    }

    /// Signs the claims: RS256, header `{"alg":"RS256","typ":"JWT"}` without `kid`, as DocuSign's SDKs do it.
    ///
    /// # Errors
    /// `unexpected` when the key cannot sign.
    pub fn sign(&self, claims: &Claims) -> Result<SecretString> {
        let issued = claims.issued_at.timestamp();
        let lifetime = i64::try_from(claims.lifetime.as_secs()).unwrap_or(i64::MAX);
        let payload = Payload {
            iss: &claims.issuer,
            sub: &claims.subject,
            aud: &claims.audience,
            iat: issued,
            exp: issued.saturating_add(lifetime),
            scope: &claims.scope,
        };
        let mut jwt = encode(&Header { alg: "RS256", typ: "JWT" })? + "." + &encode(&payload)?;
        let signature = self.signature(&jwt)?;
        jwt.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut jwt);
        Ok(jwt.into())
    }

    /// Asks the backend by name: the process-wide one panics when an application has switched on two of them.
    fn signature(&self, message: &str) -> Result<Vec<u8>> {
        let factory = aws_lc::DEFAULT_PROVIDER.signer_factory;
        factory(&Algorithm::RS256, &self.key)
            .ok()
            .and_then(|signer| signer.try_sign(message.as_bytes()).ok())
            .ok_or_else(|| pem::fault("the private key is damaged", "copy the whole RSA private key again"))
    }
}

fn encode(part: &impl Serialize) -> Result<String> {
    let json = serde_json::to_vec(part).map_err(|error| {
        Error::new(ErrorKind::Unexpected, "the assertion cannot be written").with_source(error)
    })?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey([redacted])")
    }
}
