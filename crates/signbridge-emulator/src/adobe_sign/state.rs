//! Everything the dialect remembers, and what time alone does to it.

use std::collections::{BTreeSet, HashMap};

use chrono::TimeDelta;

pub(crate) use crate::docusign::state::opaque;

use super::model::{Agreement, File, LibraryDocument, Party, Time};
use super::polling::Polling;
use crate::ready;

/// An access token lives an hour, a refresh token 60 days after its last use, a code five minutes
/// [FACTS 2.1].
pub(crate) const TOKEN_SECONDS: i64 = 3_600;
const REFRESH_DAYS: i64 = 60;
const CODE_MINUTES: i64 = 5;
/// An uploaded file waits seven days to be used [FACTS 4].
const TRANSIENT_DAYS: i64 = 7;

/// Every scope the routes of the emulator ask for.
pub(crate) const SCOPES: &[&str] = &[
    "agreement_read",
    "agreement_write",
    "agreement_retention",
    "agreement_sign",
    "user_login",
    "user_read",
    "library_read",
    "library_write",
    "widget_write",
];

#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) email: String,
}

impl User {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    pub(crate) fn party(&self) -> Party {
        Party { id: self.id.clone(), name: self.name(), email: self.email.clone(), role: "SENDER" }
    }
}

/// What one consent allows: shared by its refresh token and all access tokens made of it.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) user: String,
    pub(crate) scopes: BTreeSet<String>,
    /// Until when the refresh token works.
    pub(crate) idle_end: Time,
    pub(crate) revoked: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) grant: String,
    pub(crate) expires: Time,
    pub(crate) revoked: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) user: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) redirect: String,
    pub(crate) expires: Time,
}

#[derive(Debug, Clone)]
pub(crate) struct Transient {
    pub(crate) file: File,
    pub(crate) user: String,
    pub(crate) uploaded: Time,
}

/// How long asynchronous things take, in milliseconds of the emulator's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    pub(crate) processing: i64,
    /// From the status "out" to the signing links.
    pub(crate) exposure: i64,
    /// From a change to its row in the list.
    pub(crate) index: i64,
}

impl Default for Timing {
    fn default() -> Self {
        Self { processing: 400, exposure: 200, index: 1_000 }
    }
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) integration_key: String,
    pub(crate) users: Vec<User>,
    /// By refresh token.
    pub(crate) grants: HashMap<String, Grant>,
    pub(crate) tokens: HashMap<String, Token>,
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) transients: HashMap<String, Transient>,
    /// In the order they were made.
    pub(crate) agreements: Vec<Agreement>,
    /// In the order they were made.
    pub(crate) libraries: Vec<LibraryDocument>,
    /// The agreement's name by the key of a sender's view.
    pub(crate) views: HashMap<String, String>,
    pub(crate) polling: Polling,
    pub(crate) timing: Timing,
    /// The shard the account was moved to; none: the address of the listener itself.
    pub(crate) shard: Option<String>,
    pub(crate) tokens_issued: u64,
}

/// Who calls, with what rights.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) user: User,
    pub(crate) scopes: BTreeSet<String>,
}

impl State {
    /// One application, one user who has consented to everything, one integration key.
    pub(crate) fn provision(&mut self, base_url: &str, base_url_tls: &str) -> ready::AdobeSign {
        self.client_id = format!("CBJCHBCAABAA{}", opaque(18));
        self.client_secret = opaque(24);
        self.integration_key = format!("3AAABLKMTCZKWNFAX{}", opaque(48));
        let user = new_id();
        self.users.push(User {
            id: user.clone(),
            first: "Erika".to_owned(),
            last: "Sender".to_owned(),
            email: "sender@example.com".to_owned(),
        });
        let scopes = SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
        let refresh_token = self.grant(user, scopes, chrono::Utc::now());
        ready::AdobeSign {
            base_url: base_url.to_owned(),
            base_url_tls: base_url_tls.to_owned(),
            auth_url: base_url.to_owned(),
            auth_url_tls: base_url_tls.to_owned(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            refresh_token,
            integration_key: self.integration_key.clone(),
        }
    }

    /// A new grant; answers its refresh token.
    pub(crate) fn grant(&mut self, user: String, scopes: BTreeSet<String>, now: Time) -> String {
        let refresh = format!("3AAABLK{}*", opaque(48));
        let grant = Grant { user, scopes, idle_end: now + TimeDelta::days(REFRESH_DAYS), revoked: false };
        self.grants.insert(refresh.clone(), grant);
        refresh
    }

    /// A new access token of a live grant, whose 60 days begin anew.
    pub(crate) fn token(&mut self, refresh: &str, now: Time) -> Option<String> {
        let grant = self.grants.get_mut(refresh).filter(|own| !own.revoked && own.idle_end > now)?;
        grant.idle_end = now + TimeDelta::days(REFRESH_DAYS);
        let token = format!("3AAABLK{}", opaque(72));
        let expires = now + TimeDelta::seconds(TOKEN_SECONDS);
        self.tokens.insert(token.clone(), Token { grant: refresh.to_owned(), expires, revoked: false });
        self.tokens_issued += 1;
        Some(token)
    }

    /// A code for the redirect after consent.
    pub(crate) fn code(
        &mut self,
        user: String,
        scopes: BTreeSet<String>,
        redirect: String,
        now: Time,
    ) -> String {
        let code = format!("CBNCKBAAHBCAABAA{}", opaque(18));
        let expires = now + TimeDelta::minutes(CODE_MINUTES);
        self.codes.insert(code.clone(), Code { user, scopes, redirect, expires });
        code
    }

    /// The owner of a bearer token and what it allows.
    pub(crate) fn caller(&self, bearer: &str, now: Time) -> Option<Caller> {
        if bearer == self.integration_key {
            let scopes = SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
            return Some(Caller { user: self.users.first()?.clone(), scopes });
        }
        let token = self.tokens.get(bearer).filter(|own| !own.revoked && own.expires > now)?;
        let grant = self.grants.get(&token.grant).filter(|own| !own.revoked)?;
        let user = self.users.iter().find(|own| own.id == grant.user)?;
        Some(Caller { user: user.clone(), scopes: grant.scopes.clone() })
    }

    /// The agreement, whoever asks, deleted or not.
    pub(crate) fn agreement(&self, id: &str) -> Option<&Agreement> {
        self.agreements.iter().find(|own| own.id == id)
    }

    pub(crate) fn agreement_mut(&mut self, id: &str) -> Option<&mut Agreement> {
        self.agreements.iter_mut().find(|own| own.id == id)
    }

    pub(crate) fn processing(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.timing.processing)
    }

    pub(crate) fn index_lag(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.timing.index)
    }

    pub(crate) fn pass_time(&mut self, now: Time) {
        let exposure = TimeDelta::milliseconds(self.timing.exposure);
        for agreement in &mut self.agreements {
            agreement.pass_time(now, exposure);
        }
        let gone = now - TimeDelta::days(TRANSIENT_DAYS);
        self.transients.retain(|_, own| own.uploaded > gone);
    }
}

/// An id as Acrobat Sign makes them: opaque, case-sensitive, safe in a path.
pub(crate) fn new_id() -> String {
    format!("CBJCHBCAABAA{}", opaque(21))
}
