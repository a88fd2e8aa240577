//! What the emulator tells about itself once it listens.

use std::path::{Path, PathBuf};

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
    /// Where the secrets lie as files, for configurations that name them by reference.
    #[serde(skip)]
    pub(crate) secrets: PathBuf,
}

impl Ready {
    /// The secrets by the names of their files.
    pub(crate) fn secrets(&self) -> [(&'static str, &str); 6] {
        let Providers { adobe_sign, dropbox_sign, esignglobal, .. } = &self.providers;
        [
            ("adobe-sign-client-secret", &adobe_sign.client_secret),
            ("adobe-sign-refresh-token", &adobe_sign.refresh_token),
            ("adobe-sign-integration-key", &adobe_sign.integration_key),
            ("dropbox-sign-api-key", &dropbox_sign.api_key),
            ("dropbox-sign-client-secret", &dropbox_sign.client_secret),
            ("esignglobal-app-secret", &esignglobal.app_secret),
        ]
    }

    /// A `signbridge.toml` with a profile for each emulated provider, named after it; over TLS, secrets by reference.
    pub fn configuration(&self) -> String {
        let Providers { docusign, adobe_sign, dropbox_sign, esignglobal } = &self.providers;
        let text = |value: &str| format!("\"{value}\"");
        let file = |path: &Path| format!("{{ file = '{}' }}", path.display());
        let secret = |name: &str| file(&self.secrets.join(name));
        let profiles: [(&str, Vec<(&str, String)>); 4] = [
            (
                "docusign",
                vec![
                    ("base_url", text(&docusign.base_url_tls)),
                    ("auth_url", text(&docusign.auth_url_tls)),
                    ("integration_key", text(&docusign.integration_key)),
                    ("user_id", text(&docusign.user_id)),
                    ("account_id", text(&docusign.account_id)),
                    ("private_key", file(&docusign.private_key_file)),
                    (
                        "identity_workflows",
                        "{ id_document = \"Emulated document check\", eid_eu = \"Emulated European identity\", \
                         eid_singpass = \"Emulated Singpass\" }"
                            .to_owned(),
                    ),
                    (
                        "signature_providers",
                        "{ advanced = \"emulated_advanced\", qualified = \"emulated_qualified\" }".to_owned(),
                    ),
                ],
            ),
            (
                "adobe-sign",
                vec![
                    ("base_url", text(&adobe_sign.base_url_tls)),
                    ("auth_url", text(&adobe_sign.auth_url_tls)),
                    ("client_id", text(&adobe_sign.client_id)),
                    ("client_secret", secret("adobe-sign-client-secret")),
                    ("refresh_token", secret("adobe-sign-refresh-token")),
                    ("tier", text("enterprise")),
                ],
            ),
            (
                "dropbox-sign",
                vec![
                    ("base_url", text(&dropbox_sign.base_url_tls)),
                    ("auth_url", text(&dropbox_sign.auth_url_tls)),
                    ("test_mode", "true".to_owned()),
                    ("api_key", secret("dropbox-sign-api-key")),
                    ("client_id", text(&dropbox_sign.client_id)),
                ],
            ),
            (
                "esignglobal",
                vec![
                    ("base_url", text(&esignglobal.base_url_tls)),
                    ("app_id", text(&esignglobal.app_id)),
                    ("app_secret", secret("esignglobal-app-secret")),
                ],
            ),
        ];
        let mut out =
            "# The emulated providers, for as long as this emulator runs.\ndefault = \"docusign\"\n"
                .to_owned();
        for (name, keys) in profiles {
            out.push_str(&format!(
                "\n[profiles.{name}]\nprovider = \"{name}\"\nca_file = '{}'\n",
                self.ca_file.display()
            ));
            out.extend(keys.into_iter().map(|(key, value)| format!("{key} = {value}\n")));
        }
        out
    }
}

/// The emulated providers.
#[derive(Debug, Clone, Serialize)]
pub struct Providers {
    /// DocuSign eSignature REST v2.1.
    pub docusign: Docusign,
    /// Adobe Acrobat Sign REST v6.
    #[serde(rename = "adobe-sign")]
    pub adobe_sign: AdobeSign,
    /// Dropbox Sign v3.
    #[serde(rename = "dropbox-sign")]
    pub dropbox_sign: DropboxSign,
    /// eSignGlobal v1.
    pub esignglobal: Esignglobal,
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
    /// The app's secret, for the authorization code grant.
    pub client_secret: String,
    /// The RSA private key as PKCS#1 PEM; absolute.
    pub private_key_file: PathBuf,
}

/// Hosts and credentials of the Adobe Acrobat Sign dialect.
#[derive(Debug, Clone, Serialize)]
pub struct AdobeSign {
    /// The API's base without `/api/rest/v6`, over http.
    pub base_url: String,
    /// The same over TLS.
    pub base_url_tls: String,
    /// The OAuth base, over http.
    pub auth_url: String,
    /// The same over TLS.
    pub auth_url_tls: String,
    /// The application.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// A refresh token of a user who has let the application act.
    pub refresh_token: String,
    /// An integration key of the same user.
    pub integration_key: String,
}

/// Hosts and credentials of the Dropbox Sign dialect.
#[derive(Debug, Clone, Serialize)]
pub struct DropboxSign {
    /// The API's base without `/v3`, over http.
    pub base_url: String,
    /// The same over TLS.
    pub base_url_tls: String,
    /// The OAuth base (`/oauth/authorize`, `/oauth/token`), over http.
    pub auth_url: String,
    /// The same over TLS.
    pub auth_url_tls: String,
    /// The account's API key.
    pub api_key: String,
    /// The API app of the account.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

/// Hosts and credentials of the eSignGlobal dialect.
#[derive(Debug, Clone, Serialize)]
pub struct Esignglobal {
    /// The API's base, over http.
    pub base_url: String,
    /// The same over TLS.
    pub base_url_tls: String,
    /// The application.
    pub app_id: String,
    /// Its secret.
    pub app_secret: String,
}
