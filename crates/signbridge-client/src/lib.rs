//! The exchange of signbridge: authorise, pace, send, read and retry, with token cache and grants.
//!
//! An adapter describes each operation as a [`Call`](signbridge_core::Call), a value without I/O. A [`Client`] carries
//! it out, attempt by attempt:
//!
//! ```text
//! authorise -> pace -> send -> read -> reply, or decide: renew the token once, wait and repeat, or give the error
//! ```
//!
//! Nothing else in signbridge repeats a request. What may be repeated follows from what may have arrived: a request
//! that never left, or was refused unread, is repeated for every call; anything else only where
//! [`Replay::Safe`](signbridge_core::Replay::Safe) says that a second one changes nothing more.
//!
//! The crate works over any [`Transport`](signbridge_core::Transport); the one over HTTP is
//! `ReqwestTransport`, behind the default feature `reqwest`.
//!
//! ```
//! use std::sync::Arc;
//!
//! use signbridge_client::{Client, RetryPolicy, Timeouts, TokioClock};
//! # use signbridge_core::Transport;
//!
//! fn client(transport: Arc<dyn Transport>) -> Client {
//!     Client::new("docusign", transport, Arc::new(TokioClock))
//!         .with_timeouts(Timeouts::default())
//!         .with_retry(RetryPolicy::default())
//! }
//! ```

pub mod client;
pub mod jwt;
pub mod login;
pub mod oauth;
pub mod pace;
pub mod policy;
#[cfg(feature = "reqwest")]
pub mod reqwest;
pub mod rest;
pub mod time;
pub mod tokens;

pub use crate::{
    client::Client,
    jwt::{Claims, PrivateKey},
    login::{CodeApp, FileLoginStore, LoginTokens, RefreshLogin},
    oauth::{JwtBearer, OAuthRefusal, RefreshGrant, Refreshed},
    pace::{RateState, ReadRate},
    policy::{RetryPolicy, Timeouts},
    time::TokioClock,
    tokens::{IssuedToken, TokenCache, TokenSource},
};

#[cfg(feature = "reqwest")]
pub use crate::reqwest::ReqwestTransport;
