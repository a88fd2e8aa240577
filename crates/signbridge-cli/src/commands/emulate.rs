//! `signbridge emulate`.

use std::{fs, io, path::Path};

use serde::Serialize;
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
        let text = configuration(ready)?;
        fs::write(path, text).map_err(|error| cannot_write(path, &error))?;
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

/// A configuration like that of a real account, over TLS with the emulator's own authority.
fn configuration(ready: &Ready) -> Result<String, Failure> {
    #[derive(Serialize)]
    struct File<'a> {
        default: &'static str,
        profiles: Profiles<'a>,
    }
    #[derive(Serialize)]
    struct Profiles<'a> {
        docusign: Docusign<'a>,
    }
    #[derive(Serialize)]
    struct Docusign<'a> {
        provider: &'static str,
        base_url: &'a str,
        auth_url: &'a str,
        ca_file: &'a Path,
        integration_key: &'a str,
        user_id: &'a str,
        account_id: &'a str,
        private_key: Secret<'a>,
    }
    #[derive(Serialize)]
    struct Secret<'a> {
        file: &'a Path,
    }
    let docusign = &ready.providers.docusign;
    let file = File {
        default: "docusign",
        profiles: Profiles {
            docusign: Docusign {
                provider: "docusign",
                base_url: &docusign.base_url_tls,
                auth_url: &docusign.auth_url_tls,
                ca_file: &ready.ca_file,
                integration_key: &docusign.integration_key,
                user_id: &docusign.user_id,
                account_id: &docusign.account_id,
                private_key: Secret { file: &docusign.private_key_file },
            },
        },
    };
    let text = toml::to_string(&file).map_err(|error| {
        Error::new(ErrorKind::Unexpected, "the configuration cannot be written").with_source(error)
    })?;
    Ok(format!("# The emulated providers, for as long as this emulator runs.\n{text}"))
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
