//! The place of a login, as every adapter uses it.

use signbridge_core::{Error, ErrorKind, LoginSlot, LoginStatus, Result, StoredLogin};

/// The place that was given with the parts.
///
/// # Errors
/// `invalid_configuration` when none was.
pub fn place<'a>(provider: &'static str, slot: Option<&'a LoginSlot>) -> Result<&'a LoginSlot> {
    slot.ok_or_else(|| {
        Error::new(ErrorKind::InvalidConfiguration, "there is no place to keep a login")
            .with_provider(provider)
            .with_operation("login")
            .with_remedy("set login_folder in the profile, or give a login slot with the parts")
    })
}

/// Stores a new consent in the place of whatever was there, even of what cannot be read.
///
/// # Errors
/// `io`.
pub async fn keep(slot: &LoginSlot, login: &StoredLogin) -> Result<LoginStatus> {
    loop {
        let seen = slot.store.load(&slot.name).await?.map(|(_, version)| version);
        if slot.store.swap(&slot.name, seen, Some(login)).await? {
            return Ok(LoginStatus::of(&slot.name, login));
        }
    }
}

/// What is stored.
///
/// # Errors
/// `io`.
pub async fn status(slot: &LoginSlot) -> Result<Option<LoginStatus>> {
    Ok(slot.store.load(&slot.name).await?.map(|(login, _)| LoginStatus::of(&slot.name, &login)))
}

/// Removes what is stored; `false` when nothing was.
///
/// # Errors
/// `io`.
pub async fn forget(slot: &LoginSlot) -> Result<bool> {
    loop {
        let Some((_, version)) = slot.store.load(&slot.name).await? else { return Ok(false) };
        if slot.store.swap(&slot.name, Some(version), None).await? {
            return Ok(true);
        }
    }
}
