//! Everything that crosses crates: the adapter through the client against the emulator, judged by the contract.

mod conformance;
mod contract;
mod docs;
mod doctor;
mod example;
mod jwt;
mod large;
mod life;
mod once;
mod world;
