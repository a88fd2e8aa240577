//! What the shared core asks of a dialect: acting, the inbox, the signing pages, assertions.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Method;
use serde::Serialize;
use serde_json::Value;

use crate::control::ControlError;
use crate::pages::{InboxRow, SigningField};

pub(crate) type Time = DateTime<Utc>;

/// The emulated providers; each has its own pair of listeners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Provider {
    /// DocuSign eSignature REST v2.1.
    Docusign,
    /// Adobe Acrobat Sign REST v6.
    AdobeSign,
    /// Dropbox Sign v3.
    DropboxSign,
    /// eSignGlobal v1.
    Esignglobal,
}

impl Provider {
    /// All of them, in the order of the ready line.
    pub const ALL: [Self; 4] = [Self::Docusign, Self::AdobeSign, Self::DropboxSign, Self::Esignglobal];

    /// The name, as in profiles and the ready line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Docusign => "docusign",
            Self::AdobeSign => "adobe-sign",
            Self::DropboxSign => "dropbox-sign",
            Self::Esignglobal => "esignglobal",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.as_str() == name)
    }
}

/// Why a recipient cannot do what he wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No such envelope or recipient.
    Unknown(String),
    /// It is not yet his turn.
    NotYet(String),
    /// He is done, or the envelope has ended.
    Refused(String),
    /// Required fields without value, by label.
    Missing(Vec<String>),
    /// What was filled in does not fit, and why.
    Unfit(String),
}

/// How a signing session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Signed,
    Declined,
    Later,
    /// There was nothing left to do.
    Viewed,
    CodeFailed,
    /// The link was too old or used before.
    LinkExpired,
}

/// What the signing page shows of an envelope.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    /// The provider's name for people.
    pub(crate) provider: &'static str,
    pub(crate) subject: String,
    pub(crate) message: String,
    pub(crate) sender: String,
    /// The recipient's name.
    pub(crate) recipient: String,
    pub(crate) email: String,
    /// Id, name, number of pages.
    pub(crate) documents: Vec<(String, String, u32)>,
    pub(crate) fields: Vec<SigningField>,
    pub(crate) can_decline: bool,
}

/// An open signing session in a browser.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) provider: Provider,
    pub(crate) envelope: String,
    pub(crate) recipient: String,
    /// Where the signer returns to; none for a mailed link.
    pub(crate) return_url: Option<String>,
    pub(crate) unlocked: bool,
    pub(crate) wrong_codes: u32,
}

impl Session {
    pub(crate) fn new(
        provider: Provider,
        envelope: String,
        recipient: String,
        return_url: Option<String>,
    ) -> Self {
        Self { provider, envelope, recipient, return_url, unlocked: false, wrong_codes: 0 }
    }
}

/// Renders a document without the lock on the state.
pub(crate) type Rendering = Box<dyn FnOnce() -> Option<Bytes> + Send>;

/// The state of one dialect, as the shared core sees it. Ids are the provider's own; a recipient is
/// named by whatever text identifies him within the envelope.
pub(crate) trait Dialect {
    /// What time alone brings about.
    fn pass_time(&mut self, now: Time);
    /// The native id as kept, if it is an envelope of this dialect.
    fn find(&self, id: &str) -> Option<String>;
    /// The recipient who acts under this address: whose turn it is first, then who waits, then who is done.
    fn acting(&self, envelope: &str, email: &str) -> Option<String>;
    /// The envelope's and the recipient's status in the provider's words.
    fn statuses(&self, envelope: &str, recipient: &str) -> (String, String);
    /// The recipient opens the documents.
    fn open(&mut self, envelope: &str, recipient: &str, now: Time) -> Result<(), Failure>;
    /// Fills the recipient's fields and signs: the one way to a signature, for the page and for `act`.
    fn sign(
        &mut self,
        envelope: &str,
        recipient: &str,
        typed: &[(String, String)],
        now: Time,
    ) -> Result<(), Failure>;
    fn decline(&mut self, envelope: &str, recipient: &str, reason: &str, now: Time) -> Result<(), Failure>;
    /// Envelope and recipient of a mailed link.
    fn mail(&self, link: &str) -> Option<(String, String)>;
    /// Where the signer of a mailed link is led afterwards.
    fn return_url(&self, _envelope: &str) -> Option<String> {
        None
    }
    /// The code the page asks for first.
    fn access_code(&self, envelope: &str, recipient: &str) -> Option<String>;
    /// Whether a code that was typed is the right one.
    fn code_fits(&self, code: &str, given: &str) -> bool {
        code == given
    }
    /// The codes that a session takes are used up; at some providers that ends the envelope.
    fn lock_out(&mut self, _envelope: &str, _recipient: &str, _now: Time) {}
    fn sheet(&self, envelope: &str, recipient: &str) -> Option<Sheet>;
    /// A document as the signer sees it now.
    fn document(&self, envelope: &str, document: &str) -> Option<Rendering>;
    /// Where the browser goes when a session with a return address ends.
    fn leave(&self, session: &Session, return_url: &str, end: End) -> String;
    /// All envelopes for the inbox, oldest first.
    fn inbox(&self) -> Vec<(Time, InboxRow)>;
    /// An envelope's state for assertions.
    fn snapshot(&self, envelope: &str) -> Option<Value>;
    /// All of them with the time they were made, oldest first.
    fn snapshots(&self) -> Vec<(Time, Value)>;
    /// The dialect's own controls; nothing when there is no such control.
    fn control(
        &mut self,
        method: &Method,
        rest: &[&str],
        body: &Value,
        now: Time,
    ) -> Option<Result<Value, ControlError>>;
}
