//! Everything the Dropbox Sign dialect remembers, and what time alone does to it.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::limits::Limits;
use super::model::{Envelope, Status, Template};
use crate::dialect::Time;
use crate::docusign::state::opaque;
use crate::ready;

/// An access token's life, as in the samples [FACTS 1].
pub(crate) const TOKEN_SECONDS: i64 = 86_400;
/// A signing link's life [FACTS 3].
pub(crate) const LINK_SECONDS: i64 = 3_600;

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) refresh: String,
    pub(crate) expires: Time,
    pub(crate) revoked: bool,
}

/// An embedded signing link: one visit.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) envelope: String,
    pub(crate) signature: String,
    pub(crate) expires: Time,
    pub(crate) used: bool,
}

/// How long what Dropbox Sign does later takes here, by the emulator's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Delays {
    /// From acceptance to converted files.
    pub(crate) processing: TimeDelta,
    /// From a signature to a copy that shows it.
    pub(crate) copy: TimeDelta,
    /// From a queued cancellation to its effect.
    pub(crate) cancel: TimeDelta,
    /// From a request's creation to being found by a query.
    pub(crate) index: TimeDelta,
    /// From a template's acceptance to its being there.
    pub(crate) template: TimeDelta,
}

impl Default for Delays {
    /// Short enough for clients that do not wait; the documented behaviour is the same, only slower.
    fn default() -> Self {
        Self {
            processing: TimeDelta::milliseconds(250),
            copy: TimeDelta::zero(),
            cancel: TimeDelta::milliseconds(250),
            index: TimeDelta::milliseconds(250),
            template: TimeDelta::zero(),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) account_id: String,
    pub(crate) email: String,
    pub(crate) api_key: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) callback_url: Option<String>,
    pub(crate) unpaid: bool,
    pub(crate) quota: i64,
    /// Refreshing needs the app's credentials, as for apps of newer date.
    pub(crate) strict_refresh: bool,
    pub(crate) codes: HashMap<String, Time>,
    pub(crate) tokens: HashMap<String, Token>,
    /// In the order they were made.
    pub(crate) envelopes: Vec<Envelope>,
    pub(crate) templates: Vec<Template>,
    pub(crate) links: HashMap<String, Link>,
    /// What is offered for download by address, with its end.
    pub(crate) downloads: HashMap<String, (String, Time)>,
    pub(crate) limits: Limits,
    pub(crate) delays: Delays,
}

/// A random id of `digits` hexadecimal digits.
pub(crate) fn hex_id(digits: usize) -> String {
    let mut random = vec![0_u8; digits.div_ceil(2)];
    if aws_lc_rs::rand::fill(&mut random).is_err() {
        random = uuid::Uuid::new_v4().as_bytes().repeat(4);
    }
    let mut text = hex::encode(random);
    text.truncate(digits);
    text
}

impl State {
    /// One account with an API key and one API app.
    pub(crate) fn provision(&mut self, base_url: &str, base_url_tls: &str) -> ready::DropboxSign {
        self.account_id = hex_id(40);
        "sender@example.com".clone_into(&mut self.email);
        self.api_key = hex_id(64);
        self.client_id = hex_id(32);
        self.client_secret = hex_id(32);
        self.quota = 1_250;
        ready::DropboxSign {
            base_url: base_url.to_owned(),
            base_url_tls: base_url_tls.to_owned(),
            auth_url: base_url.to_owned(),
            auth_url_tls: base_url_tls.to_owned(),
            api_key: self.api_key.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
        }
    }

    pub(crate) fn issue_token(&mut self, now: Time) -> (String, String) {
        let (access, refresh) = (opaque(48), opaque(48));
        let expires = now + TimeDelta::seconds(TOKEN_SECONDS);
        self.tokens.insert(access.clone(), Token { refresh: refresh.clone(), expires, revoked: false });
        (access, refresh)
    }

    /// What is there for the account; what was removed is not.
    pub(crate) fn envelope(&self, id: &str) -> Option<&Envelope> {
        self.envelopes.iter().find(|own| own.id.eq_ignore_ascii_case(id))
    }

    pub(crate) fn envelope_mut(&mut self, id: &str) -> Option<&mut Envelope> {
        self.envelopes.iter_mut().find(|own| own.id.eq_ignore_ascii_case(id))
    }

    /// Ends conversions and cancellations that are due, and what has expired.
    pub(crate) fn pass_time(&mut self, now: Time) {
        for own in &mut self.envelopes {
            if !own.prepared && own.prepared_at <= now {
                prepare(own);
            }
            if own.cancel_at.is_some_and(|at| at <= now) && !own.canceled && !own.is_complete() {
                own.canceled = true;
                if !own.embedded {
                    let asked: Vec<String> = own.signatures.iter().map(|one| one.email.clone()).collect();
                    for email in asked {
                        own.mail("canceled", &email, now);
                    }
                }
            }
            if own.is_open() && own.expires.is_some_and(|at| at <= now) {
                for one in own.signatures.iter_mut().filter(|one| one.status == Status::Awaiting) {
                    one.status = Status::Expired;
                }
            }
        }
        self.codes.retain(|_, expires| *expires > now);
        self.downloads.retain(|_, (_, expires)| *expires > now);
    }
}

/// Ends the conversion: everybody is asked, or everybody's signature shows what was wrong.
pub(crate) fn prepare(own: &mut Envelope) {
    own.prepared = true;
    match own.flaw.clone() {
        Some((status, why)) => {
            for one in &mut own.signatures {
                one.status = status;
                one.error = Some(why.clone());
            }
        }
        None => own.invite(own.prepared_at),
    }
}
