//! The planner, held against the worked examples, against brute force, and against its own promises.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what is not there fails the test")]

mod choose;
mod examples;
mod figures;
mod law;
mod loader;
mod properties;
mod support;
mod upgrade;
