//! Everything that crosses crates: the adapter through the client against the emulator, judged by the contract.

mod adobe_sign;
mod answers;
mod conformance;
mod contract;
mod contracts;
mod docs;
mod doctor;
mod doctor_setups;
mod docusign;
mod dropbox_sign;
mod esignglobal;
mod example;
mod jwt;
mod kept;
mod large;
mod life;
mod login;
mod once;
mod position;
mod switching;
mod world;
