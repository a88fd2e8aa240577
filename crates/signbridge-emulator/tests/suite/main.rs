//! The emulator over its sockets, from the fact sheet.

#[cfg(test)]
mod adobe_sign;
#[cfg(test)]
mod client;
#[cfg(test)]
mod control;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod dropbox_sign;
#[cfg(test)]
mod dropbox_sign_clients;
#[cfg(test)]
mod dropbox_sign_signing;
#[cfg(test)]
mod dropbox_sign_templates;
#[cfg(test)]
mod envelopes;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod recipients;
#[cfg(test)]
mod signing;
#[cfg(test)]
mod thread;
#[cfg(test)]
mod wire;
