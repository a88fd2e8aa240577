//! The tasks of this repository: `cargo xtask TASK`.

mod coverage;
mod mutants;
mod new_adapter;
mod spec;
mod tidy;
mod tree_guard;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "xtask", about = "The tasks of this repository")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Prove that every oddity and every row of the mapping has a test, or a line that says why not
    Coverage(coverage::Arguments),
    /// Change the adapters one place at a time and see whether the contract suite notices
    Mutants(mutants::Arguments),
    /// Write the skeleton of an adapter: it compiles, and its tests say what to build next
    NewAdapter(new_adapter::Arguments),
    /// Write the structural contract of a provider from its published files, or check the committed one
    Spec(spec::Arguments),
    /// Prove on the dependency tree that core, adapters and emulator know nobody they must not know
    TreeGuard,
    /// Prove that files are short, snapshots referenced, dependencies single and nothing left unfinished
    Tidy(tidy::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Coverage(arguments) => coverage::run(&arguments, &root()),
        Task::Mutants(arguments) => mutants::run(&arguments, &root()),
        Task::NewAdapter(arguments) => new_adapter::run(&arguments, &root()),
        Task::Spec(arguments) => spec::run(&arguments, &root()),
        Task::TreeGuard => tree_guard::run(&root()),
        Task::Tidy(arguments) => tidy::run(&arguments, &root()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace's root: the folder above this crate.
fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}
