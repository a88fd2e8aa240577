//! The structural contract of a provider: is this request, is this answer, one that the published files allow?
//!
//! Two committed files judge a message together. `structure.json` is made by `cargo xtask spec` from the
//! provider's published specification and the surface of its official SDK: operations, models, names and types.
//! It marks nothing required and lists no values. `required.toml` is a reviewed table that does, each row with
//! the fact it rests on and the evidence of that fact; it also describes the OAuth endpoints, which the
//! specification leaves out.
//!
//! A request that the provider refuses may be wrong on purpose: [`Contract::check_exchange`] holds such a
//! request to nothing, but its answer to the contract of errors.

mod check;
mod contract;
mod format;
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
