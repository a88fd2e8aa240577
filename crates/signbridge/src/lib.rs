//! Send, track, sign and archive agreements with any eSignature provider, changed by configuration.
//!
//! An application describes what it wants signed as a [`Draft`], names an account of a provider as a *profile* in
//! `signbridge.toml`, and talks to [`Signbridge`]. What was sent is known by its [`Reference`], `PROFILE:NATIVE_ID`, so
//! that it is still reached where it lives after the application has switched to another provider.
//!
//! ```
//! use signbridge::Config;
//!
//! # fn main() -> signbridge::Result<()> {
//! let config = Config::parse(
//!     r#"
//!     default = "work"
//!
//!     [profiles.work]
//!     provider = "docusign"
//!     integration_key = "5f8a7a40-0000-4000-8000-000000000001"
//!     user_id = "5f8a7a40-0000-4000-8000-000000000002"
//!     private_key = { env = "DOCUSIGN_PRIVATE_KEY" }
//!     "#,
//!     ".",
//! )?;
//! assert_eq!(config.default_profile(), Some("work"));
//! assert_eq!(config.profile("work").and_then(|profile| profile.provider()), Some("docusign"));
//! # Ok(())
//! # }
//! ```
//!
//! Sending, waiting and archiving:
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use signbridge::{CreateOptions, Document, Draft, Field, Recipient, Signbridge, WaitOptions, What};
//!
//! # async fn example() -> signbridge::Result<()> {
//! let signbridge = Signbridge::from_config_file("signbridge.toml")?;
//! let draft = Draft::new("Please sign the lease")
//!     .document(Document::from_path("lease.pdf"))
//!     .recipient(Recipient::signer("Ann Lee", "ann@example.com").field(Field::signature().at(1, 72.0, 640.0)));
//! let key = "lease-2026-0042".parse()?;
//! let sent = signbridge.create(&draft, &CreateOptions::sent().key(key)).await?;
//! let reference = sent.id.parse()?;
//! let options = WaitOptions { timeout: Duration::from_secs(3600), ..WaitOptions::default() };
//! signbridge.wait(&reference, &options).await?;
//! let download = signbridge.download(&reference, &What::Combined).await?;
//! let saved = signbridge.save(download, "lease-signed.pdf", |_bytes| {}).await?;
//! assert_eq!(saved.sha256.len(), 64);
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//! One per provider, named after it (`docusign`, on by default). They only add: an adapter of your own joins through
//! [`Registry::with`]. `planner` adds `Router`, which chooses the profile for a new envelope by law, level and cost.

mod bridge;
pub mod config;
mod reference;
mod registry;
#[cfg(feature = "planner")]
mod router;
mod save;
mod wait;

#[doc(inline)]
pub use signbridge_core::*;

pub use bridge::{ProfileInfo, Signbridge};
pub use config::{Config, Profile, parse_duration};
pub use reference::Reference;
pub use registry::Registry;
#[cfg(feature = "planner")]
pub use router::{Routed, Router};
pub use save::SavedFile;
pub use wait::{Interval, Until, WaitOptions};

/// The secret types that appear in this interface, such as in [`SigningLink`].
pub use secrecy;
#[cfg(feature = "adobe-sign")]
pub use signbridge_adobe_sign as adobe_sign;
pub use signbridge_client as client;
pub use signbridge_core as core;
#[cfg(feature = "docusign")]
pub use signbridge_docusign as docusign;
#[cfg(feature = "dropbox-sign")]
pub use signbridge_dropbox_sign as dropbox_sign;
#[cfg(feature = "esignglobal")]
pub use signbridge_esignglobal as esignglobal;
#[cfg(feature = "planner")]
pub use signbridge_planner as planner;
/// The address type of this interface.
pub use url::Url;
