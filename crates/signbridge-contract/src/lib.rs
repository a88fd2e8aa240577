//! The contract suite: what every adapter has to do, chosen by what it declares.
//!
//! A claimed capability buys its tests; an unclaimed one is tested for its exact error, with no request at the
//! transport. A few operations every adapter must have. The suite runs against anything that can play the recipients: the
//! emulator, or a person with a test account. [`recording`] keeps the traffic of a run, redacted, and replays it;
//! [`calls`] is what the tests of an adapter's calls have in common.
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

mod arrival;
mod behaviours;
pub mod calls;
mod drafts;
mod ending;
mod forwarding;
mod in_flight;
mod observed;
mod reading;
pub mod recording;
mod rehearsal;
mod shape;
mod templates;
mod transport;
mod unclaimed;
mod verdict;
pub mod verified;
mod wire;

use std::{fmt, sync::Arc};

use self::observed::{Book, Observed};
use async_trait::async_trait;
use signbridge_core::{Diagnosis, Document, Provider, Recipient};

pub use forwarding::forwards_every_method;
pub use recording::Recorder;
pub use transport::CountingTransport;
pub use verdict::{Case, Verdict};
pub use wire::Wire;

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

    /// What the provider keeps of an envelope, in the words of a draft's file, as far as the stage can see it. What is told
    /// has to be as asked; what is not told is not compared. A stage that sees nothing tells nothing.
    async fn kept(&self, _envelope: &str) -> Option<serde_json::Value> {
        None
    }

    /// Opens the documents as the recipient with this e-mail address, where the stage can without signing.
    async fn open(&self, _envelope: &str, _email: &str) -> bool {
        false
    }

    /// Something of a draft that only this provider has.
    fn extra(&self) -> Option<Extra> {
        None
    }

    /// Lets whole days pass, where the stage can; with none of them, whether it can.
    async fn pass_days(&self, _days: u32) -> bool {
        false
    }

    /// The wire of the tested provider, where it is the suite's own. With it the suite tells what was asked, and tries what
    /// the adapter makes of other answers than the provider's.
    fn wire(&self) -> Option<&Wire> {
        None
    }

    /// The path by which the provider's own API reads an envelope, where the stage knows it.
    fn path(&self, _envelope: &str) -> Option<String> {
        None
    }
}

/// A member of [`signbridge_core::Draft::extras`].
#[derive(Debug, Clone, PartialEq)]
pub struct Extra {
    /// Its name in the provider's own words.
    pub name: &'static str,
    /// A value that the provider takes.
    pub value: serde_json::Value,
    /// Another name: of what every draft says itself.
    pub taken: &'static str,
}

/// What is tested.
#[derive(Debug, Clone)]
pub struct Subject {
    pub(crate) provider: Arc<dyn Provider>,
    /// The same, not observed.
    pub(crate) plain: Arc<dyn Provider>,
    book: Book,
    pub(crate) stage: Arc<dyn Stage>,
    pub(crate) document: Document,
    signer: (String, String),
    recorder: Option<Recorder>,
    listener: Option<verdict::Listener>,
    risky: Option<Arc<dyn Provider>>,
    diagnosis: Option<Diagnosis>,
}

impl Subject {
    /// A provider and the stage it plays on.
    pub fn new(provider: Arc<dyn Provider>, stage: Arc<dyn Stage>) -> Self {
        let book = Book::default();
        let observed = Observed { inner: Arc::clone(&provider), book: book.clone() };
        Self {
            provider: Arc::new(observed),
            plain: provider,
            book,
            stage,
            document: Document::from_bytes("contract.pdf", drafts::pdf()),
            signer: ("Ann Lee".to_owned(), "ann.lee@example.com".to_owned()),
            recorder: None,
            listener: None,
            risky: None,
            diagnosis: None,
        }
    }

    /// Another person who signs in every test: at a real provider somebody has to open the mail.
    #[must_use]
    pub fn signed_by(mut self, name: impl Into<String>, email: impl Into<String>) -> Self {
        self.signer = (name.into(), email.into());
        self
    }

    /// Tells the recorder where each test ends. Its transport and its stage have to be those of this subject.
    #[must_use]
    pub fn recorded_by(mut self, recorder: Recorder) -> Self {
        self.recorder = Some(recorder);
        self
    }

    /// The same account by a profile that accepts what is unverified: what is asked for has to arrive there too.
    #[must_use]
    pub fn at_risk(mut self, provider: Arc<dyn Provider>) -> Self {
        self.risky = Some(Arc::new(Observed { inner: provider, book: self.book.clone() }));
        self
    }

    /// What the adapter's own diagnosis of the profile found: nothing is wrong with this one.
    #[must_use]
    pub fn diagnosed(mut self, diagnosis: Diagnosis) -> Self {
        self.diagnosis = Some(diagnosis);
        self
    }

    /// The subject as the profile that accepts risks sees it, where there is one.
    pub(crate) fn risking(&self) -> Self {
        let provider = self.risky.as_ref().unwrap_or(&self.provider);
        Self { provider: Arc::clone(provider), ..self.clone() }
    }

    /// Tells of each test as it ends: a run against a real provider takes its time.
    #[must_use]
    pub fn told_to(mut self, hear: impl Fn(&Case) + Send + Sync + 'static) -> Self {
        self.listener = Some(verdict::Listener(Arc::new(hear)));
        self
    }

    /// Who signs in every test.
    pub(crate) fn signer(&self) -> Recipient {
        Recipient::signer(&self.signer.0, &self.signer.1)
    }

    /// His name and his e-mail address.
    pub(crate) fn person(&self) -> (&str, &str) {
        (&self.signer.0, &self.signer.1)
    }

    /// His e-mail address.
    pub(crate) fn email(&self) -> &str {
        &self.signer.1
    }
}

/// Runs every test that the provider's capabilities choose.
pub async fn run(subject: &Subject) -> Verdict {
    let mut verdict =
        Verdict::new(subject.provider.provider(), subject.recorder.clone(), subject.listener.clone());
    behaviours::run(subject, &mut verdict).await;
    in_flight::run(subject, &mut verdict).await;
    templates::run(subject, &mut verdict).await;
    arrival::run(&subject.risking(), &mut verdict).await;
    if let Some(diagnosis) = &subject.diagnosis {
        let steps = diagnosis.steps.iter().map(|step| format!("{} {}", step.name, step.outcome));
        let steps = steps.collect::<Vec<_>>().join(", ");
        let faults = if diagnosis.is_good() { Ok(()) } else { Err(steps.clone()) };
        verdict.add(format!("the diagnosis of a good profile: {steps}"), faults);
    }
    reading::run(subject, &mut verdict).await;
    unclaimed::run(subject, &mut verdict).await;
    // Before time is let pass by weeks.
    rehearsal::run(subject, &mut verdict).await;
    ending::run(subject, &mut verdict).await;
    verdict.texts.insert("replies", subject.book.text());
    if let Some(wire) = subject.stage.wire() {
        verdict.texts.insert("requests", wire.asked());
    }
    verdict
}
