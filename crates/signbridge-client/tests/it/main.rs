//! The client's rules, held against a scripted transport, paused time, and servers on loopback.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail a test"
)]

mod answers;
mod calls;
mod keys;
mod loopback;
mod oauth;
mod pacing;
mod renewal;
mod retries;
mod script;
mod tls;
mod tokens;
