//! The control: acting as recipients, reading the journal, moving the clock, causing faults.
//!
//! [`Control`] is the twin of the HTTP control API in the process; both run the same functions. Over
//! HTTP, all bodies are JSON, failures are 4xx with `{"error":{"kind":…,"message":…}}`:
//!
//! | Request | What it does |
//! |---|---|
//! | `POST /_emulator/act` `{"envelope":ID,"recipient":EMAIL,"action":"view"\|"sign"\|"decline","reason":…,"fields":{NAME:VALUE}}` | acts as the recipient; ID with or without a `PROFILE:` prefix; signs without a view before, with values for fields |
//! | `GET /_emulator/journal`, `DELETE` | the newest requests and answers of the providers' APIs; forgets them |
//! | `GET /_emulator/clock`, `POST` `{"advance_seconds":N}` | the emulator's time; moves it forward |
//! | `GET /_emulator/faults`, `POST` with a [`Fault`], `DELETE` | pending faults; adds one; drops all |
//! | `GET /_emulator/envelopes`, `GET /_emulator/envelopes/{id}` | state for assertions |
//! | `POST /_emulator/docusign/consent` `{"user":ID,"scopes":[…]}`, `DELETE` with `{"user":ID}` | grants and revokes consent |
//! | `POST /_emulator/docusign/users` `{"name":…,"email":…}` | adds a user without consent: `{"user_id":…}` |
//! | `POST /_emulator/docusign/users/{id}/disable`, `…/enable` | locks a user out, lets him in again |
//! | `POST /_emulator/docusign/keys` `{"public_key":PEM}`, `DELETE …/keys/{id}`, `GET …/keys` | registers, revokes and lists public keys |
//! | `DELETE /_emulator/docusign/tokens` with `{"token":…}` or `{}` | revokes one or all access tokens |
//! | `POST /_emulator/docusign/limits` `{"hourly":N,"burst":N}` | sets the rate limits and starts their windows anew |
//! | `POST /_emulator/docusign/plan` `{"identity_verification":BOOL,"signature_providers":BOOL,"recipient_authentication":BOOL}` | what the account's plan has |
//! | `… /_emulator/{provider}/…` | the controls of the other dialects: see their modules |
//! | `POST /_emulator/docusign/jwt-clock` `{"strict":true}` | judges JWT times by the emulator's clock instead of real time |

pub(crate) mod http;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::dialect::{Dialect, Failure, Provider};
use crate::faults::Fault;
use crate::hub::{Hub, World};
use crate::journal::Entry;

/// What a recipient does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Opens the documents.
    View,
    /// Signs; opening is included.
    Sign,
    /// Declines; opening is included.
    Decline,
}

/// What came of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Acted {
    /// The envelope's native id.
    pub envelope: String,
    /// The envelope's status now, in the provider's word.
    pub status: String,
    /// The recipient's address.
    pub recipient: String,
    /// The recipient's status now, in the provider's word.
    pub recipient_status: String,
}

/// Why the control refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// No such envelope, recipient, user or key.
    #[error("{0}")]
    NotFound(String),
    /// It cannot be done in the present state.
    #[error("{0}")]
    Conflict(String),
    /// The request makes no sense.
    #[error("{0}")]
    Invalid(String),
}

impl ControlError {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Conflict(_) => "conflict",
            Self::Invalid(_) => "invalid",
        }
    }
}

/// A handle on a running emulator; cheap to clone.
#[derive(Clone)]
pub struct Control {
    pub(crate) hub: Arc<Hub>,
}

/// Nothing of the state, which holds tokens and signing links.
impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").finish_non_exhaustive()
    }
}

impl Control {
    pub(crate) fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }

    /// Acts as the recipient with this e-mail address; the envelope with or without `PROFILE:`.
    ///
    /// When several recipients share the address, the first whose turn it is acts.
    ///
    /// # Errors
    /// [`ControlError::NotFound`] for an unknown envelope or recipient, [`ControlError::Conflict`] when
    /// it is not his turn, he is done, or the envelope has ended.
    pub fn act(
        &self,
        envelope: &str,
        recipient: &str,
        action: Action,
        reason: Option<&str>,
    ) -> Result<Acted, ControlError> {
        self.run(envelope, recipient, action, reason, &[])
    }

    /// Fills fields of the recipient, by name, and signs. A box takes `true` or `false`, an upload the name of a file; what
    /// is not named stays as it is.
    ///
    /// # Errors
    /// As [`Control::act`]; [`ControlError::Conflict`] also when a required field is left empty or a value does not fit.
    pub fn sign(
        &self,
        envelope: &str,
        recipient: &str,
        fields: &[(String, String)],
    ) -> Result<Acted, ControlError> {
        self.run(envelope, recipient, Action::Sign, None, fields)
    }

    pub(crate) fn run(
        &self,
        envelope: &str,
        recipient: &str,
        action: Action,
        reason: Option<&str>,
        fields: &[(String, String)],
    ) -> Result<Acted, ControlError> {
        if action != Action::Sign && !fields.is_empty() {
            return Err(ControlError::Invalid("fields are filled by who signs".to_owned()));
        }
        let now = self.now();
        let mut world = self.hub.world();
        let (provider, id) = locate(&world, envelope)?;
        let state = world.dialect_mut(provider);
        let rid = state.acting(&id, recipient).ok_or_else(|| {
            ControlError::NotFound(format!("envelope {id} has no recipient with the address {recipient}"))
        })?;
        let outcome = match action {
            Action::Sign => state.sign(&id, &rid, fields, now),
            Action::View => state.open(&id, &rid, now),
            Action::Decline => state.decline(&id, &rid, reason.unwrap_or_default(), now),
        };
        outcome.map_err(|failure| refusal(recipient, failure))?;
        let (status, recipient_status) = state.statuses(&id, &rid);
        Ok(Acted { status, recipient: recipient.to_owned(), recipient_status, envelope: id })
    }

    /// A control of one dialect: what `METHOD /_emulator/{provider}/{path}` does.
    ///
    /// # Errors
    /// [`ControlError::NotFound`] for an unknown provider or control, or what the control says.
    pub fn provider(
        &self,
        provider: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Value, ControlError> {
        let unknown = || ControlError::NotFound(format!("the control has no {method} {provider}/{path}"));
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let verb = method.parse().map_err(|_| unknown())?;
        let now = self.now();
        let mut world = self.hub.world();
        let state = world.dialect_mut(Provider::named(provider).ok_or_else(unknown)?);
        state.control(&verb, &segments, body, now).unwrap_or_else(|| Err(unknown()))
    }

    /// The newest requests and answers of the providers' APIs, oldest first.
    pub fn journal(&self) -> Vec<Entry> {
        self.hub.journal().entries()
    }

    /// Forgets the journal; counting goes on.
    pub fn clear_journal(&self) {
        self.hub.journal().clear();
    }

    /// Moves the emulator's clock forward.
    pub fn advance_clock(&self, by: Duration) {
        self.hub.clock.advance(by);
    }

    /// The emulator's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.hub.clock.now()
    }

    /// Adds a fault.
    pub fn add_fault(&self, fault: Fault) {
        self.hub.faults().add(fault);
    }

    /// Drops all faults not yet used up.
    pub fn clear_faults(&self) {
        self.hub.faults().clear();
    }

    /// The faults not yet used up.
    pub fn faults(&self) -> Vec<Fault> {
        self.hub.faults().all().to_vec()
    }

    /// An envelope's state for assertions: its answer with everything included, the documents with
    /// `sha256` and `length` of the bytes sent, the mails sent, reminders counted.
    ///
    /// # Errors
    /// [`ControlError::NotFound`] when there is no such envelope.
    pub fn envelope(&self, id: &str) -> Result<Value, ControlError> {
        let world = self.hub.world();
        let (provider, native) = locate(&world, id)?;
        let missing = || ControlError::NotFound(format!("there is no envelope {native}"));
        world.dialect(provider).snapshot(&native).ok_or_else(missing)
    }

    /// All envelopes of all dialects, oldest first, as [`Control::envelope`] shows them.
    pub fn envelopes(&self) -> Vec<Value> {
        let world = self.hub.world();
        let mut all: Vec<_> = world.dialects().flat_map(Dialect::snapshots).collect();
        all.sort_by_key(|(made, _)| *made);
        all.into_iter().map(|(_, snapshot)| snapshot).collect()
    }

    /// How many access tokens were issued.
    pub fn tokens_issued(&self) -> u64 {
        self.hub.world().docusign.counts.get("tokens").copied().unwrap_or_default()
    }

    /// Revokes one access token.
    ///
    /// # Errors
    /// [`ControlError::NotFound`] when it was never issued.
    pub fn revoke_token(&self, token: &str) -> Result<(), ControlError> {
        let mut world = self.hub.world();
        let token = world
            .docusign
            .tokens
            .get_mut(token)
            .ok_or_else(|| ControlError::NotFound("no such access token was issued".to_owned()))?;
        token.revoked = true;
        Ok(())
    }

    /// Revokes all access tokens.
    pub fn revoke_tokens(&self) {
        self.hub.world().docusign.tokens.values_mut().for_each(|token| token.revoked = true);
    }

    /// Records the consent of a user to scopes, in addition to what he has consented to.
    ///
    /// # Errors
    /// [`ControlError::NotFound`] when there is no such user.
    pub fn grant_consent(&self, user: &str, scopes: &[&str]) -> Result<(), ControlError> {
        self.user(user, |own| own.consent.extend(scopes.iter().map(|scope| (*scope).to_owned())))
    }

    /// Withdraws scopes of a user's consent, or all of it when `scopes` is empty. His refresh tokens end;
    /// access tokens live on until they expire, as at DocuSign.
    ///
    /// # Errors
    /// [`ControlError::NotFound`] when there is no such user.
    pub fn revoke_consent(&self, user: &str, scopes: &[&str]) -> Result<(), ControlError> {
        self.user(user, |own| {
            own.consent.retain(|scope| !scopes.is_empty() && !scopes.contains(&scope.as_str()))
        })?;
        self.hub.world().docusign.logins.revoke(user);
        Ok(())
    }

    /// Adds a user without consent and answers his id.
    pub fn add_user(&self, name: &str, email: &str) -> String {
        let now = self.now();
        self.hub.world().docusign.add_user(name, email, now)
    }

    /// Locks a user out, or lets him in again.
    ///
    /// # Errors
    /// [`ControlError::NotFound`] when there is no such user.
    pub fn disable_user(&self, user: &str, disabled: bool) -> Result<(), ControlError> {
        self.user(user, |own| own.disabled = disabled)
    }

    fn user(
        &self,
        id: &str,
        change: impl FnOnce(&mut crate::docusign::state::User),
    ) -> Result<(), ControlError> {
        let mut world = self.hub.world();
        let own = world
            .docusign
            .user_mut(id)
            .ok_or_else(|| ControlError::NotFound(format!("there is no user {id}")))?;
        change(own);
        Ok(())
    }

    /// Registers a public key of the integration key (PEM of the kind `PUBLIC KEY` or `RSA PUBLIC
    /// KEY`) and answers its id.
    ///
    /// # Errors
    /// [`ControlError::Invalid`] when it is no such key or there are five already.
    pub fn add_key(&self, public_key_pem: &str) -> Result<String, ControlError> {
        self.hub.world().docusign.add_key(public_key_pem).map_err(|why| ControlError::Invalid(why.to_owned()))
    }

    /// The ids of the registered public keys, oldest first.
    pub fn keys(&self) -> Vec<String> {
        self.hub.world().docusign.keys.iter().map(|key| key.id.clone()).collect()
    }

    /// Removes a public key; what it signs is refused from now on.
    ///
    /// # Errors
    /// [`ControlError::NotFound`] when there is no such key.
    pub fn revoke_key(&self, id: &str) -> Result<(), ControlError> {
        let mut world = self.hub.world();
        let keys = &mut world.docusign.keys;
        let before = keys.len();
        keys.retain(|key| key.id != id);
        if keys.len() == before {
            return Err(ControlError::NotFound(format!("there is no key {id}")));
        }
        Ok(())
    }

    /// Sets the account's limits: calls per hour and per 30 seconds. Both windows start anew.
    pub fn set_limits(&self, hourly: u32, burst: u32) {
        self.hub.world().docusign.limits.set(hourly, burst);
    }

    /// Judges JWT times by the emulator's clock (`true`) or by real time (`false`, the default).
    pub fn set_strict_jwt_clock(&self, strict: bool) {
        self.hub.world().docusign.strict_jwt_clock = strict;
    }
}

/// Whose envelope it is, and its native id; with or without a profile before a colon.
fn locate(world: &World, id: &str) -> Result<(Provider, String), ControlError> {
    let native = id.rsplit_once(':').map_or(id, |(_, native)| native).trim();
    Provider::ALL
        .into_iter()
        .find_map(|provider| Some((provider, world.dialect(provider).find(native)?)))
        .ok_or_else(|| ControlError::NotFound(format!("there is no envelope {native}")))
}

fn refusal(recipient: &str, failure: Failure) -> ControlError {
    match failure {
        Failure::Unknown(why) => ControlError::NotFound(why),
        Failure::NotYet(why) | Failure::Refused(why) | Failure::Unfit(why) => ControlError::Conflict(why),
        Failure::Missing(labels) => ControlError::Conflict(format!(
            "{recipient} must fill in {}; give them as fields, or sign on the page",
            labels.join(", ")
        )),
    }
}
