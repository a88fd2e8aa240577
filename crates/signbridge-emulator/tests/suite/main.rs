//! The emulator over its sockets, from the fact sheet.

mod client;
mod control;
mod documents;
mod envelopes;
mod faults;
mod oauth;
mod recipients;
mod signing;
mod thread;
mod wire;
