//! The vocabulary of signbridge: envelopes, recipients, fields, capabilities, traits and errors.
//!
//! This crate knows no provider, no network and no runtime. An application describes what it wants signed as a
//! [`Draft`]; an adapter is a [`Provider`]; what a provider cannot do is said before any request.
//!
//! ```
//! use signbridge_core::{Document, Draft, Field, Recipient};
//!
//! # fn main() -> signbridge_core::Result<()> {
//! let draft = Draft::new("Please sign the lease")
//!     .document(Document::from_bytes("lease.pdf", &b"%PDF-1.7"[..]))
//!     .recipient(Recipient::signer("Ann Lee", "ann@example.com").field(Field::signature().at_anchor("Sign here:", 60.0, 0.0)))
//!     .recipient(Recipient::carbon_copy("Bob Ray", "bob@example.com").order(2))
//!     .expires_after_days(14);
//! draft.validate()?;
//!
//! let mut wrong = draft.clone();
//! wrong.recipients[0].email = "ann at example".into();
//! assert_eq!(wrong.validate().unwrap_err().faults()[0].path, "recipients[0].email");
//! # Ok(())
//! # }
//! ```

mod account;
pub mod adapter;
mod audit;
mod authenticator;
mod body;
mod call;
pub mod capability;
pub mod check;
mod clock;
mod correction;
mod document;
mod draft;
mod envelope;
mod error;
mod field;
pub mod file;
pub mod geometry;
mod idempotency;
mod login;
pub mod matrix;
mod object;
pub mod once;
mod prepared;
mod provider;
mod recipient;
pub mod settings;
mod template;
mod timeouts;
mod transport;
mod words;

pub use account::{FormValue, Quota};
pub use adapter::{Adapter, Diagnosis, Outcome, Parts};
pub use audit::{AuditAction, AuditEvent};
pub use authenticator::{Authenticator, Token};
pub use body::{Body, ByteStream, Source, SourceChanged};
pub use call::{Call, Replay};
pub use capability::{Capabilities, Capability, Evidence, Limits, Once, Operation, Support};
pub use check::{Finding, Report, Severity};
pub use clock::Clock;
pub use correction::{Addressee, Correction, RecipientChange};
pub use document::{Document, FileSource, sha256};
pub use draft::{DEFAULT_EXPIRY_DAYS, Draft, Reminders};
pub use envelope::{
    Basis, EndedBy, Envelope, EnvelopeDocument, EnvelopeRecipient, EnvelopeStatus, RecipientStatus, State,
};
pub use error::{Error, ErrorKind, Fault, Reach, Result, Retry};
pub use field::{
    Anchor, Bounds, Choice, Condition, DEFAULT_DECIMALS, Field, FieldGroup, FieldKind, FieldProperty,
    Placement, Position, Validation, ValidationRule,
};
pub use idempotency::IdempotencyKey;
pub use login::{Consent, Login, LoginSlot, LoginStatus, LoginStore, StoredLogin};
pub use matrix::Matrix;
pub use object::Object;
pub use prepared::{Prepared, PreparedDocument};
pub use provider::{
    CreateOptions, Download, ListQuery, Page, Provider, ProviderExt, SigningLink, SigningLinkRequest, Voided,
    What,
};
pub use recipient::{
    AccessCode, Authentication, AuthenticationMethod, Delivery, ElectronicIdentity, Host, Phone, Recipient,
    Role, SignatureLevel,
};
pub use settings::{ConfigKey, KeyKind, Settings};
pub use template::{Template, TemplateQuery, TemplateRole};
pub use timeouts::Timeouts;
pub use transport::{Chunks, Transport, TransportError, TransportFault};
pub use words::{UnknownWord, nearest};
