//! The contract suite: what every adapter has to do, chosen by what it declares.
//!
//! A claimed capability buys its tests; an unclaimed one is tested for its exact error, with no request at the
//! transport. A few operations every adapter must have. The suite runs against anything that can play the recipients: the
//! emulator, or a person with a test account.
//!
//! ```
//! use std::sync::Arc;
//! use signbridge_contract::{Act, Stage, Subject};
//! use signbridge_core::Provider;
//!
//! /// Plays the recipients. The emulator's control interface does it in one line each.
//! #[derive(Debug)]
//! struct Nobody;
//!
//! #[async_trait::async_trait]
//! impl Stage for Nobody {
//!     async fn act(&self, _envelope: &str, _email: &str, _act: Act<'_>) -> Result<(), String> {
//!         Err("nobody is here".into())
//!     }
//!     async fn pass_time(&self) {}
//!     fn requests(&self) -> u64 {
//!         0
//!     }
//! }
//!
//! async fn hold(provider: Arc<dyn Provider>) {
//!     let verdict = signbridge_contract::run(&Subject::new(provider, Arc::new(Nobody))).await;
//!     assert!(verdict.is_good(), "{verdict}");
//! }
//! ```

mod behaviours;
mod drafts;
mod forwarding;
mod transport;
mod unclaimed;
mod verdict;

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use signbridge_core::{Document, Provider};

pub use forwarding::forwards_every_method;
pub use transport::CountingTransport;
pub use verdict::{Case, Verdict};

/// What a recipient does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act<'a> {
    /// Opens the documents and signs.
    Sign,
    /// Declines for this reason.
    Decline(&'a str),
}

/// Where the suite plays: somebody has to be the recipients, and time has to pass.
#[async_trait]
pub trait Stage: Send + Sync + fmt::Debug {
    /// Acts as the recipient with this e-mail address; the envelope in the provider's own id.
    ///
    /// # Errors
    /// When he cannot; the text goes into the verdict.
    async fn act(&self, envelope: &str, email: &str, act: Act<'_>) -> Result<(), String>;

    /// Lets pass what asynchronous providers need between two looks (seconds at the emulator's clock).
    async fn pass_time(&self);

    /// Requests that reached the transport so far.
    fn requests(&self) -> u64;
}

/// What is tested.
#[derive(Debug, Clone)]
pub struct Subject {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) stage: Arc<dyn Stage>,
    pub(crate) document: Document,
}

impl Subject {
    /// A provider and the stage it plays on.
    pub fn new(provider: Arc<dyn Provider>, stage: Arc<dyn Stage>) -> Self {
        Self { provider, stage, document: Document::from_bytes("contract.pdf", drafts::pdf()) }
    }
}

/// Runs every test that the provider's capabilities choose.
pub async fn run(subject: &Subject) -> Verdict {
    let mut verdict = Verdict::new(subject.provider.provider());
    behaviours::run(subject, &mut verdict).await;
    unclaimed::run(subject, &mut verdict).await;
    verdict
}
