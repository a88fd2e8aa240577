//! `signbridge emulate`.

use std::{fs, io, path::Path};

use signbridge::{Error, ErrorKind};
use signbridge_emulator::{Options, Ready, StartError, start};

use super::cannot_write;
use crate::{cli::Emulate, exit::Failure, output::Output};

pub(crate) async fn run(arguments: &Emulate, output: Output) -> Result<(), Failure> {
    // Before anything is said: who reads the ready line may end us at once.
    let end = End::watch()
        .map_err(|error| Error::new(ErrorKind::Io, format!("signals cannot be caught: {error}")))?;
    let options = Options { bind: arguments.bind, ..Options::default() };
    let emulator = start(options).await.map_err(refused)?;
    let ready = emulator.ready();
    if let Some(path) = &arguments.config_out {
        fs::write(path, ready.configuration()).map_err(|error| cannot_write(path, &error))?;
    }
    output.show(ready, || welcome(ready, arguments.config_out.as_deref()))?;
    end.await_it().await;
    emulator.stop().await;
    Ok(())
}

fn refused(error: StartError) -> Error {
    let kind = match error {
        StartError::NotLoopback(_) => ErrorKind::InvalidInput,
        _ => ErrorKind::Io,
    };
    Error::new(kind, error.to_string()).with_operation("emulate")
}

fn welcome(ready: &Ready, config: Option<&Path>) -> String {
    let use_it = match config {
        Some(path) => {
            let path = path.display();
            format!(
                "Configuration: {path}\n\nIn another terminal:\n  \
                 signbridge --config {path} send contract.pdf --signer 'Ann Lee <ann@example.com>'\n  \
                 signbridge --config {path} list"
            )
        }
        None => "With --config-out FILE it writes a configuration for the other commands.".to_owned(),
    };
    format!(
        "The emulator listens on {} and {}\n(certificate authority: {}).\n\n\
         Mailbox of all recipients, to sign in a browser: {}/\n{use_it}\n\nCtrl-C ends it; nothing is kept.",
        ready.listening,
        ready.listening_tls,
        ready.ca_file.display(),
        ready.listening,
    )
}

/// Ctrl-C, or the signal that ends a service.
struct End {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
    #[cfg(windows)]
    terminate: tokio::signal::windows::CtrlBreak,
}

impl End {
    #[cfg(unix)]
    fn watch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(windows)]
    fn watch() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c};
        Ok(Self { interrupt: ctrl_c()?, terminate: ctrl_break()? })
    }

    async fn await_it(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
