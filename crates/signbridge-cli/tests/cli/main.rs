//! The program as others use it: standard output, error JSON and exit codes, against its own emulator.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what cannot be unwrapped fails the test"
)]

mod auth;
mod commands;
mod conformance;
mod emulate;
mod harness;
mod in_flight;
mod offline;
mod people;
mod secrets;
