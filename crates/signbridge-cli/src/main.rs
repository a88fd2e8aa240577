//! The program `signbridge`: send, track, sign and archive agreements from the command line.

mod cli;
mod commands;
mod draft;
mod exit;
mod output;
mod progress;

use std::{ffi::OsStr, process::ExitCode};

use clap::Parser;

use crate::{
    cli::{Cli, Command},
    exit::Failure,
    output::Output,
};

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refusal) if refusal.use_stderr() && wants_json() => {
            return Failure::Usage(refusal.render().to_string()).report(true);
        }
        Err(refusal) => {
            // Help and version come this way too. A reader that went away is no failure.
            let _ = refusal.print();
            return ExitCode::from(u8::try_from(refusal.exit_code()).unwrap_or(exit::USAGE));
        }
    };
    output::trace(cli.global.verbose);
    let output = Output::new(cli.global.json);
    match run(&cli, output).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(cli.global.json),
    }
}

/// Whether `--json` stands among the arguments, for the case that they could not be read.
fn wants_json() -> bool {
    std::env::args_os()
        .skip(1)
        .take_while(|argument| argument != "--")
        .any(|argument| argument == OsStr::new("--json"))
}

async fn run(cli: &Cli, output: Output) -> Result<(), Failure> {
    let global = &cli.global;
    match &cli.command {
        Command::Emulate(arguments) => commands::emulate::run(arguments, output).await,
        Command::Init(arguments) => commands::init::run(arguments, output),
        Command::Doctor => commands::doctor::run(global, output).await,
        Command::Auth(arguments) => commands::auth::run(arguments, global, output).await,
        Command::Send(arguments) => commands::send::run(arguments, global, output).await,
        Command::Get(arguments) => commands::get::run(arguments, global, output).await,
        Command::List(arguments) => commands::list::run(arguments, global, output).await,
        Command::Wait(arguments) => commands::wait::run(arguments, global, output).await,
        Command::Void(arguments) => commands::void::run(arguments, global, output).await,
        Command::Remind(arguments) => commands::remind::run(arguments, global, output).await,
        Command::Correct(arguments) => commands::correct::run(arguments, global, output).await,
        Command::DeleteDraft(arguments) => commands::delete_draft::run(arguments, global, output).await,
        Command::Purge(arguments) => commands::purge::run(arguments, global, output).await,
        Command::FormData(arguments) => commands::form_data::run(arguments, global, output).await,
        Command::Templates(arguments) => commands::templates::run(arguments, global, output).await,
        Command::Quota => commands::quota::run(global, output).await,
        Command::SignUrl(arguments) => commands::sign_url::run(arguments, global, output).await,
        Command::SenderUrl(arguments) => commands::views::sender(arguments, global, output).await,
        Command::ConsoleUrl(arguments) => commands::views::console(arguments, global, output).await,
        Command::Download(arguments) => commands::download::run(arguments, global, output).await,
        Command::Plan(arguments) => commands::plan::run(arguments, global, output),
        Command::Capabilities(arguments) => commands::capabilities::run(arguments, output),
        Command::Check(arguments) => commands::check::run(arguments, global, output).await,
        Command::Conformance(arguments) => commands::conformance::run(arguments, global, output).await,
    }
}
