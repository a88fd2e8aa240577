//! Everything the eSignGlobal dialect remembers, and what time alone does to it.

use std::collections::HashMap;

use aws_lc_rs::rand;
use bytes::Bytes;
use chrono::TimeDelta;
use uuid::Uuid;

use super::errors::Refusal;
use super::filling::Template;
use super::model::{Document, Envelope, Time};
use super::templates::Task;
use crate::{journal, pdf, ready};

/// A token lives a day [FACTS 2].
pub(crate) const TOKEN_SECONDS: i64 = 86_400;
/// An upload address lives an hour [FACTS 4].
pub(crate) const UPLOAD_MINUTES: i64 = 60;

/// A file on its way or arrived.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) content_type: String,
    /// Base64 of the MD5 that was announced.
    pub(crate) md5: Option<String>,
    pub(crate) expires: Time,
    pub(crate) bytes: Option<Bytes>,
}

/// What a download address gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Zip,
    Contract(String),
    Attachment(String),
    Certificate,
    /// The file of a template, by its key.
    Filled(String),
}

/// A download address.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) envelope: String,
    pub(crate) what: What,
    pub(crate) expires: Time,
}

/// How long a file of a template takes, in milliseconds, unless a control says otherwise.
const RENDER_MS: i64 = 100;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) app_id: String,
    pub(crate) app_secret: String,
    pub(crate) tokens: HashMap<String, Time>,
    /// By the secret of the upload address.
    pub(crate) uploads: HashMap<String, Upload>,
    /// By the secret of the download address.
    pub(crate) grants: HashMap<String, Grant>,
    /// In the order they were made.
    pub(crate) envelopes: Vec<Envelope>,
    pub(crate) tokens_issued: u64,
    /// In the order they were made.
    pub(crate) templates: Vec<Template>,
    /// By id.
    pub(crate) tasks: HashMap<String, Task>,
    pub(crate) render_ms: i64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            app_id: String::new(),
            app_secret: String::new(),
            tokens: HashMap::new(),
            uploads: HashMap::new(),
            grants: HashMap::new(),
            envelopes: Vec::new(),
            tokens_issued: 0,
            templates: Vec::new(),
            tasks: HashMap::new(),
            render_ms: RENDER_MS,
        }
    }
}

impl State {
    /// One app.
    pub(crate) fn provision(&mut self, base_url: &str, base_url_tls: &str) -> ready::Esignglobal {
        self.app_id = opaque(8);
        self.app_secret = opaque(16);
        ready::Esignglobal {
            base_url: base_url.to_owned(),
            base_url_tls: base_url_tls.to_owned(),
            app_id: self.app_id.clone(),
            app_secret: self.app_secret.clone(),
        }
    }

    pub(crate) fn issue_token(&mut self, now: Time) -> String {
        let token = opaque(48);
        self.tokens.insert(token.clone(), now + TimeDelta::seconds(TOKEN_SECONDS));
        self.tokens_issued += 1;
        token
    }

    pub(crate) fn is_live(&self, token: &str, now: Time) -> bool {
        self.tokens.get(token).is_some_and(|end| *end > now)
    }

    pub(crate) fn envelope(&self, id: &str) -> Result<&Envelope, Refusal> {
        self.envelopes.iter().find(|own| own.id == id).ok_or_else(Refusal::no_envelope)
    }

    pub(crate) fn envelope_mut(&mut self, id: &str) -> Result<&mut Envelope, Refusal> {
        self.envelopes.iter_mut().find(|own| own.id == id).ok_or_else(Refusal::no_envelope)
    }

    pub(crate) fn uploaded(&self, key: &str) -> Result<(&Upload, Bytes), Refusal> {
        let upload = self.uploads.values().find(|own| own.key == key).ok_or_else(Refusal::no_file)?;
        let bytes = upload.bytes.clone().ok_or_else(Refusal::no_file)?;
        Ok((upload, bytes))
    }

    /// A file to sign: a PDF that can be read [FACTS 4]. That an encrypted one is refused is unverified.
    pub(crate) fn contract(&self, key: &str) -> Result<Document, Refusal> {
        let (upload, bytes) = self.uploaded(key)?;
        if !upload.name.to_ascii_lowercase().ends_with(".pdf") {
            return Err(Refusal::new("Only PDF files can be signed."));
        }
        let pages = pdf::inspect(&bytes).map_err(|error| Refusal::new(error.to_string()))?;
        Ok(document(upload, bytes, pages.len()))
    }

    /// A file to look at, of any kind.
    pub(crate) fn attachment(&self, key: &str) -> Result<Document, Refusal> {
        let (upload, bytes) = self.uploaded(key)?;
        Ok(document(upload, bytes, 0))
    }
}

fn document(upload: &Upload, bytes: Bytes, pages: usize) -> Document {
    Document {
        key: upload.key.clone(),
        name: upload.name.clone(),
        content_type: upload.content_type.clone(),
        pages: u32::try_from(pages).unwrap_or(u32::MAX),
        sha256: journal::sha256(&bytes),
        bytes,
    }
}

/// 32 hexadecimal digits, as the envelope ids of the pages.
pub(crate) fn new_id() -> String {
    Uuid::new_v4().simple().to_string()
}

/// An unguessable text of `bytes` random bytes.
pub(crate) fn opaque(bytes: usize) -> String {
    let mut random = vec![0_u8; bytes];
    if rand::fill(&mut random).is_err() {
        // Uniqueness is all that is left to offer; on loopback that is enough.
        random = Uuid::new_v4().as_bytes().to_vec();
    }
    hex::encode(random)
}
