//! Adapters: what a provider's crate registers with the facade.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use serde::Serialize;

use crate::{
    Capabilities, Error, Result,
    clock::Clock,
    login::{Login, LoginSlot},
    provider::Provider,
    settings::{ConfigKey, Settings},
    timeouts::Timeouts,
    transport::Transport,
    words::words,
};

/// What an adapter works with.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The way to the network.
    pub transport: Arc<dyn Transport>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// Where the profile's login is kept, for grants that need a person's consent.
    pub login: Option<LoginSlot>,
}

impl Parts {
    /// A way to the network and a clock, with the usual timeouts.
    pub fn new(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self { transport, clock, timeouts: Timeouts::default(), login: None }
    }
}

/// A provider as it is known before there are credentials.
#[async_trait]
pub trait Adapter: Send + Sync + fmt::Debug {
    /// The provider's name, such as `docusign`: the value of `provider` in a profile.
    fn name(&self) -> &'static str;

    /// The keys of a profile, beyond those that every profile has.
    fn keys(&self) -> &'static [ConfigKey];

    /// What the provider can do.
    fn capabilities(&self) -> &'static Capabilities;

    /// A provider account, ready to use. Requests nothing.
    ///
    /// # Errors
    /// `invalid_configuration`.
    fn build(&self, settings: &Settings, parts: Parts) -> Result<Arc<dyn Provider>>;

    /// Required keys that this profile does without, because of what it says elsewhere.
    fn spared(&self, settings: &Settings) -> &'static [&'static str] {
        let _ = settings;
        &[]
    }

    /// The profile's login, where a person consents in the browser. Requests nothing.
    ///
    /// # Errors
    /// `unsupported` where the profile's credentials need no login; `invalid_configuration`.
    fn login(&self, settings: &Settings, parts: Parts) -> Result<Arc<dyn Login>> {
        let _ = (settings, parts);
        Err(Error::unsupported(
            self.name(),
            "login",
            "the profile's credentials need no login",
            "use the profile as it is; `doctor` tries it out",
        ))
    }

    /// Tries out what the profile says, step by step, and names each fault with its remedy.
    async fn diagnose(&self, settings: &Settings, parts: Parts) -> Diagnosis;
}

words! {
    /// How a step of a diagnosis ended.
    pub enum Outcome: "outcome" {
        /// As it should.
        Good = "good",
        /// It works, but something is worth changing.
        Warning = "warning",
        /// It does not work.
        Fault = "fault",
        /// Not tried, because of an earlier fault.
        Skipped = "skipped",
    }
}

/// A step of a diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DiagnosisStep {
    /// What was looked at.
    pub name: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// What was seen.
    pub message: String,
    /// What to do.
    pub remedy: Option<String>,
}

/// What a diagnosis found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The steps in their order.
    pub steps: Vec<DiagnosisStep>,
}

impl Diagnosis {
    /// Adds a step.
    pub fn add(
        &mut self,
        name: &'static str,
        outcome: Outcome,
        message: impl Into<String>,
        remedy: Option<String>,
    ) {
        self.steps.push(DiagnosisStep { name, outcome, message: message.into(), remedy });
    }

    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.steps.iter().all(|step| matches!(step.outcome, Outcome::Good | Outcome::Warning))
    }
}
