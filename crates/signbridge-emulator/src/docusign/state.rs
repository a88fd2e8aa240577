//! Everything the DocuSign dialect remembers, and what time alone does to it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use uuid::Uuid;

use super::bulk::{BulkBatch, BulkList};
use super::code_grant::Logins;
use super::errors::ApiError;
use super::identity::Plan;
use super::limits::Limits;
use super::model::{Envelope, Template, Time};
use crate::pem;

/// At most five key pairs per integration key [FACTS 2.1].
const MOST_KEYS: usize = 5;
/// An access token of the JWT grant always lives an hour [FACTS 2.1].
pub(crate) const TOKEN_SECONDS: i64 = 3_600;
/// A transaction id can be looked up for seven days [FACTS 4.5].
const TRANSACTION_DAYS: i64 = 7;

#[derive(Debug, Clone)]
pub(crate) struct PublicKey {
    pub(crate) id: String,
    pub(crate) der: Vec<u8>,
}

#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) created: Time,
    pub(crate) disabled: bool,
    pub(crate) consent: BTreeSet<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) user: String,
    pub(crate) expires: Time,
    pub(crate) revoked: bool,
}

/// A signing link: one use, or the mailed kind that stays.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) envelope: String,
    pub(crate) recipient: String,
    pub(crate) return_url: String,
    pub(crate) expires: Time,
    pub(crate) used: bool,
}

/// A link to a page of the sender: one use.
#[derive(Debug, Clone)]
pub(crate) struct SenderView {
    pub(crate) return_url: String,
    pub(crate) page: SenderPage,
    /// `None` where no life is published.
    pub(crate) expires: Option<Time>,
    pub(crate) used: bool,
}

/// Which page of the sender a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SenderPage {
    Prepare,
    /// Corrects this envelope.
    Correct(String),
    /// The web application.
    Console,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) integration_key: String,
    pub(crate) keys: Vec<PublicKey>,
    pub(crate) users: Vec<User>,
    pub(crate) account_id: String,
    pub(crate) account_name: String,
    pub(crate) logins: Logins,
    pub(crate) tokens: HashMap<String, Token>,
    /// In the order they were made.
    pub(crate) envelopes: Vec<Envelope>,
    pub(crate) templates: Vec<Template>,
    pub(crate) bulk_lists: Vec<BulkList>,
    pub(crate) bulk_batches: Vec<BulkBatch>,
    pub(crate) views: HashMap<String, View>,
    /// Where the links to the sender's pages lead back to.
    pub(crate) sender_views: HashMap<String, SenderView>,
    pub(crate) limits: Limits,
    pub(crate) plan: Plan,
    pub(crate) strict_jwt_clock: bool,
    pub(crate) counts: BTreeMap<&'static str, u64>,
}

/// What a client needs to begin.
#[derive(Debug)]
pub(crate) struct Provisioned {
    pub(crate) integration_key: String,
    pub(crate) user_id: String,
    pub(crate) account_id: String,
    pub(crate) client_secret: String,
    pub(crate) private_key_pem: String,
}

impl State {
    /// One integration key with one key pair, one user who has consented, one account.
    pub(crate) fn provision(&mut self) -> Option<Provisioned> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).ok()?;
        let pkcs8 = pair.as_der().ok()?;
        let pkcs1 = pem::pkcs1_of_pkcs8(pkcs8.as_ref())?;
        self.integration_key = new_id();
        self.logins = Logins::new();
        self.account_id = new_id();
        "Emulated Account".clone_into(&mut self.account_name);
        self.keys.push(PublicKey { id: new_id(), der: pair.public_key().as_ref().to_vec() });
        let user_id = self.add_user("Erika Sender", "sender@example.com", chrono::Utc::now());
        if let Some(user) = self.user_mut(&user_id) {
            user.consent = ["signature", "impersonation"].map(str::to_owned).into();
        }
        Some(Provisioned {
            integration_key: self.integration_key.clone(),
            user_id,
            account_id: self.account_id.clone(),
            client_secret: self.logins.secret.clone(),
            private_key_pem: pem::encode("RSA PRIVATE KEY", &pkcs1),
        })
    }

    pub(crate) fn add_user(&mut self, name: &str, email: &str, now: Time) -> String {
        let id = new_id();
        self.users.push(User {
            id: id.clone(),
            name: name.to_owned(),
            email: email.to_owned(),
            created: now,
            disabled: false,
            consent: BTreeSet::new(),
        });
        id
    }

    /// Registers a public key; the reason when it cannot be.
    pub(crate) fn add_key(&mut self, public_key_pem: &str) -> Result<String, &'static str> {
        if self.keys.len() >= MOST_KEYS {
            return Err("an integration key has at most five key pairs; revoke one first");
        }
        let der = pem::decode(public_key_pem, &["PUBLIC KEY", "RSA PUBLIC KEY"])
            .ok_or("not a PEM of the kind PUBLIC KEY or RSA PUBLIC KEY")?;
        aws_lc_rs::signature::UnparsedPublicKey::new(
            &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256,
            der.as_slice(),
        )
        .parse()
        .map_err(|_| "not an RSA public key of 2048 to 8192 bits")?;
        let id = new_id();
        self.keys.push(PublicKey { id: id.clone(), der });
        Ok(id)
    }

    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id.eq_ignore_ascii_case(id))
    }

    pub(crate) fn user_mut(&mut self, id: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.id.eq_ignore_ascii_case(id))
    }

    /// A new access token for `user`, for so many seconds.
    pub(crate) fn issue_token(&mut self, user: &str, now: Time, seconds: i64) -> String {
        let token = opaque(768);
        let expires = now + TimeDelta::seconds(seconds);
        self.tokens.insert(token.clone(), Token { user: user.to_owned(), expires, revoked: false });
        *self.counts.entry("tokens").or_default() += 1;
        token
    }

    /// The user a live token belongs to.
    pub(crate) fn token_user(&self, token: &str, now: Time) -> Option<&User> {
        let token = self.tokens.get(token).filter(|token| !token.revoked && token.expires > now)?;
        self.user(&token.user).filter(|user| !user.disabled)
    }

    pub(crate) fn envelope(&self, id: &str) -> Result<&Envelope, ApiError> {
        self.envelopes
            .iter()
            .find(|envelope| envelope.id.eq_ignore_ascii_case(id))
            .ok_or_else(|| ApiError::no_envelope(id))
    }

    pub(crate) fn envelope_mut(&mut self, id: &str) -> Result<&mut Envelope, ApiError> {
        self.envelopes
            .iter_mut()
            .find(|envelope| envelope.id.eq_ignore_ascii_case(id))
            .ok_or_else(|| ApiError::no_envelope(id))
    }

    pub(crate) fn template(&self, id: &str) -> Result<&Template, ApiError> {
        self.templates
            .iter()
            .find(|template| template.id.eq_ignore_ascii_case(id))
            .ok_or_else(|| ApiError::no_template(id))
    }

    /// The oldest envelope made with this transaction id within the last seven days.
    pub(crate) fn by_transaction(&self, id: &str, now: Time) -> Option<&Envelope> {
        let since = now - TimeDelta::days(TRANSACTION_DAYS);
        self.envelopes.iter().find(|envelope| {
            envelope.created >= since
                && envelope.transaction_id.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(id))
        })
    }

    /// Expiry and reminders that fell due.
    pub(crate) fn pass_time(&mut self, now: Time) {
        for envelope in &mut self.envelopes {
            envelope.pass_time(now);
        }
    }
}

/// A lower-case identifier with version nibble 8, as recorded in 2026 [FACTS 0]: clients must not
/// validate the version.
pub(crate) fn new_id() -> String {
    let mut bytes = *Uuid::new_v4().as_bytes();
    if let Some(byte) = bytes.get_mut(6) {
        *byte = (*byte & 0x0f) | 0x80;
    }
    Uuid::from_bytes(bytes).to_string()
}

/// An unguessable text of `bytes` random bytes.
pub(crate) fn opaque(bytes: usize) -> String {
    let mut random = vec![0_u8; bytes];
    if aws_lc_rs::rand::fill(&mut random).is_err() {
        // Uniqueness is all that is left to offer; on loopback that is enough.
        random = Uuid::new_v4().as_bytes().to_vec();
    }
    URL_SAFE_NO_PAD.encode(random)
}
