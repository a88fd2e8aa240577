//! `signbridge auth`: who is logged in, where a profile's grant needs a person's consent.

mod listen;

use std::io::{BufRead, stdin};

use serde_json::json;
use signbridge::{Error, ErrorKind, Login, LoginStatus, Result, Signbridge, Url};

use super::connect;
use crate::{
    cli::{Auth, AuthCommand, Global},
    exit::Failure,
    output::{self, Output, table, time},
};

pub(crate) async fn run(arguments: &Auth, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let profile = bridge.default_profile()?.to_owned();
    let login = bridge.login(None)?;
    match &arguments.command {
        AuthCommand::Login { paste } => {
            let status = log_in(&*login, *paste).await?;
            output.show(&status, || format!("logged in\n{}", readable(&status)))
        }
        AuthCommand::Status => match login.status().await? {
            Some(status) => output.show(&status, || readable(&status)),
            None => Err(nobody(&bridge, &profile).into()),
        },
        AuthCommand::Logout => {
            let was = login.logout().await?;
            output.show(&json!({ "profile": profile, "logged_out": was }), || match was {
                true => format!("`{profile}` is logged out"),
                false => format!("nobody was logged in for `{profile}`"),
            })
        }
        AuthCommand::Scopes => {
            let asked = login.scopes();
            let granted = login.status().await?.map(|status| status.scopes);
            output.show(&json!({ "profile": profile, "asked": asked, "granted": granted }), || {
                let granted =
                    granted.as_deref().map_or("nobody is logged in".to_owned(), |scopes| scopes.join(" "));
                table(["", ""], [["asked for".to_owned(), asked.join(" ")], ["granted".to_owned(), granted]])
            })
        }
    }
}

async fn log_in(login: &dyn Login, paste: bool) -> Result<LoginStatus> {
    let consent = login.begin()?;
    // Opened before the address is shown, so that no quick browser finds it closed.
    let door = if paste { None } else { Some(listen::Door::open(&consent.redirect_url).await?) };
    output::hint(&format!("Open this address in a browser and consent:\n\n  {}\n", consent.url));
    let came_back_to = match door {
        Some(door) => door.visited().await?,
        None => pasted()?,
    };
    login.finish(&consent, &came_back_to).await
}

/// The address that the browser came back to, as the person copies it.
fn pasted() -> Result<Url> {
    output::hint("Then paste the address that the browser came back to:");
    let mut line = String::new();
    let wrong = |message: &str| Error::new(ErrorKind::InvalidInput, message).with_operation("login");
    stdin().lock().read_line(&mut line).map_err(|_| wrong("standard input cannot be read"))?;
    Url::parse(line.trim()).map_err(|_| {
        wrong("that is no address").with_remedy("copy all of it from the browser, beginning with http")
    })
}

fn nobody(bridge: &Signbridge, profile: &str) -> Error {
    let provider = bridge.profiles().into_iter().find(|info| info.name == profile).map(|info| info.provider);
    let error = Error::new(ErrorKind::ConsentRequired, format!("nobody is logged in for `{profile}`"))
        .with_operation("login")
        .with_remedy("run `signbridge auth login` and consent in the browser");
    match provider {
        Some(provider) => error.with_provider(provider),
        None => error,
    }
}

fn readable(status: &LoginStatus) -> String {
    let rows = [
        ["profile".to_owned(), status.profile.clone()],
        ["scopes".to_owned(), status.scopes.join(" ")],
        ["granted".to_owned(), time(status.granted_at)],
        ["last used".to_owned(), time(status.refreshed_at)],
    ];
    table(["", ""], rows)
}
