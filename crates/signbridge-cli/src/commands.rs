//! The commands, one file each, and what they have in common.

pub(crate) mod auth;
pub(crate) mod capabilities;
pub(crate) mod check;
pub(crate) mod conformance;
pub(crate) mod correct;
pub(crate) mod delete_draft;
pub(crate) mod doctor;
pub(crate) mod download;
pub(crate) mod emulate;
pub(crate) mod form_data;
pub(crate) mod get;
pub(crate) mod init;
pub(crate) mod list;
pub(crate) mod plan;
pub(crate) mod purge;
pub(crate) mod quota;
pub(crate) mod remind;
pub(crate) mod send;
pub(crate) mod sign_url;
pub(crate) mod templates;
pub(crate) mod views;
pub(crate) mod void;
pub(crate) mod wait;

use std::{io, path::Path};

use signbridge::{Config, Error, ErrorKind, Reference, Registry, Result, Signbridge};

use crate::cli::Global;

fn configuration(global: &Global) -> Result<Config> {
    match &global.config {
        Some(path) => Config::load(path),
        None => Config::find(),
    }
}

/// The profiles of the configuration, with `--profile` as the default.
fn connect(global: &Global) -> Result<Signbridge> {
    let bridge = Signbridge::new(configuration(global)?, Registry::enabled())?;
    match &global.profile {
        Some(name) => bridge.with_profile(name),
        None => Ok(bridge),
    }
}

/// The envelope that an ID means: a reference, or the provider's own id under the default profile.
fn reference(bridge: &Signbridge, id: &str) -> Result<Reference> {
    if id.contains(':') { id.parse() } else { Reference::new(bridge.default_profile()?, id) }
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{} cannot be written: {error}", path.display()))
        .with_remedy("check the path and its permissions")
}
