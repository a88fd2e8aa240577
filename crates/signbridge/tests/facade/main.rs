//! The facade over a provider in memory: profiles, references, lazy building, waiting.

#![expect(clippy::unwrap_used, reason = "what cannot be unwrapped fails the test")]

mod bridge;
mod configuration;
mod fake;
mod wait;
