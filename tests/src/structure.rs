//! The structural contract of a provider: is this request, is this answer, one that the published files allow?
//!
//! Two committed files judge a message together. `structure.json` is made by `cargo xtask spec` from the
//! provider's published specification and, at DocuSign, the surface of its official SDK: operations, models, names
//! and types, and what is published as required. `required.toml` is a reviewed table of what the published files do
//! not say (OAuth, keys and values at DocuSign) and of where the wire deviates from them; each row names the fact it
//! rests on and the evidence of that fact. eSignGlobal publishes nothing: its structure is our own reading.
//!
//! A request that the provider refuses may be wrong on purpose: [`Contract::check_exchange`] holds such a
//! request to nothing, but its answer to the contract of errors.

mod body;
mod check;
mod contract;
mod files;
mod format;
mod join;
mod mutate;
mod shape;
mod table;
mod tally;
#[cfg(test)]
mod tests;
mod violation;

pub use contract::{Contract, Operation};
pub use mutate::{drops, mutations, nulls, renames};
pub use tally::{Exchange, Tally};
pub use violation::{Direction, Violation, What};
