//! What the emulator tells about itself once it listens.

use std::path::PathBuf;

use serde::Serialize;

/// Addresses and credentials. Serialises to the ready line of `signbridge emulate --json`.
#[derive(Debug, Clone, Serialize)]
pub struct Ready {
    /// `http://127.0.0.1:PORT`.
    pub listening: String,
    /// `https://127.0.0.1:PORT`, under the authority of `ca_file`.
    pub listening_tls: String,
    /// The PEM file of the emulator's certificate authority; absolute.
    pub ca_file: PathBuf,
    /// What each emulated provider needs.
    pub providers: Providers,
}

/// The emulated providers.
#[derive(Debug, Clone, Serialize)]
pub struct Providers {
    /// DocuSign eSignature REST v2.1.
    pub docusign: Docusign,
}

/// Hosts and credentials of the DocuSign dialect.
#[derive(Debug, Clone, Serialize)]
pub struct Docusign {
    /// The API's base without `/restapi`, over http.
    pub base_url: String,
    /// The same over TLS.
    pub base_url_tls: String,
    /// The OAuth base (`/oauth/token`, `/oauth/userinfo`, `/oauth/auth`), over http.
    pub auth_url: String,
    /// The same over TLS.
    pub auth_url_tls: String,
    /// The integration key (`iss` of the JWT).
    pub integration_key: String,
    /// The API user who has consented (`sub` of the JWT).
    pub user_id: String,
    /// The account.
    pub account_id: String,
    /// The RSA private key as PKCS#1 PEM; absolute.
    pub private_key_file: PathBuf,
}
