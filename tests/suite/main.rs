//! Everything that crosses crates: the adapter through the client against the emulator, judged by the contract.

mod adobe_sign;
mod conformance;
mod contract;
mod docs;
mod doctor;
mod dropbox_sign;
mod esignglobal;
mod example;
mod jwt;
mod large;
mod life;
mod once;
mod switching;
mod world;
