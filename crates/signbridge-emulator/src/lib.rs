//! Wire-level emulator of eSignature providers on loopback: stateful, strict and clickable.
//!
//! [`start`] opens one plain and one TLS listener per provider on a loopback address: real providers
//! share paths such as `/oauth/token`, and unmodified clients call them at the root. Every listener
//! serves its provider's API, the pages a signer clicks (`/` stands in for everybody's mailbox, with
//! the envelopes of all providers) and the control API under `/_emulator` (see [`control`]), whose
//! twin in the process is [`Control`].
//!
//! The emulator depends on no other signbridge crate: it is a second, independent reading of each
//! provider's published contract. What it answers where no document or recording says how the
//! provider answers is listed as *unverified* in [`docusign`], [`adobe_sign`],
//! [`dropbox_sign`] and [`esignglobal`].
//!
//! ```
//! # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
//! let emulator = signbridge_emulator::start(signbridge_emulator::Options::default()).await?;
//! assert!(emulator.ready().listening.starts_with("http://127.0.0.1:"));
//! emulator.stop().await;
//! # Ok::<(), signbridge_emulator::StartError>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod adobe_sign;
mod clock;
pub mod control;
mod dialect;
pub mod docusign;
pub mod dropbox_sign;
pub mod esignglobal;
mod exchange;
pub mod faults;
mod hub;
pub mod journal;
mod multipart;
mod pages;
mod pdf;
mod pem;
mod pipeline;
pub mod ready;
mod route;
mod server;
mod signing;
mod tls;
mod values;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use control::{Acted, Action, Control, ControlError};
pub use dialect::Provider;
pub use faults::{Fault, FaultKind, ThrottleRule};
pub use ready::Ready;

use hub::{Addresses, Hub, World};
use server::Listener;

/// Where the emulator listens and where it puts its files.
#[derive(Debug, Clone)]
pub struct Options {
    /// DocuSign's plain listener; loopback only. Port 0 (the default) takes a free port. The other
    /// providers listen on the same address at free ports.
    pub bind: SocketAddr,
    /// DocuSign's TLS listener; by default the same address with a free port.
    pub bind_tls: Option<SocketAddr>,
    /// Where the authority's certificate and the private key are written; made when missing. By
    /// default a temporary folder that goes with the emulator.
    pub state_dir: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self { bind: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0), bind_tls: None, state_dir: None }
    }
}

/// Why the emulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is reachable from outside.
    #[error("{0} is not a loopback address; the emulator accepts no others, use 127.0.0.1")]
    NotLoopback(SocketAddr),
    /// The address cannot be bound.
    #[error("cannot listen on {address}: {source}; choose another port, or port 0 for a free one")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The certificates cannot be made.
    #[error("cannot make the TLS certificates: {0}")]
    Certificate(String),
    /// The RSA key cannot be made.
    #[error("cannot make the RSA key")]
    Key,
}

/// A running emulator. Dropping it stops it.
pub struct Emulator {
    ready: Ready,
    hub: Arc<Hub>,
    tasks: Vec<JoinHandle<()>>,
    /// Removed on drop.
    _folder: Option<TempDir>,
}

impl Emulator {
    /// Addresses, files and credentials.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The control: acts as recipients, reads the journal, moves the clock, causes faults.
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.hub))
    }

    /// Stops listening and cuts what is connected; returns when both ports are free.
    pub async fn stop(mut self) {
        for task in std::mem::take(&mut self.tasks) {
            task.abort();
            let _ = task.await;
        }
    }
}

/// Addresses only: the state holds tokens and signing links.
impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulator").field("ready", &self.ready).finish_non_exhaustive()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Starts the emulator on the running tokio runtime.
///
/// # Errors
/// [`StartError`] when an address is not loopback or taken, a file cannot be written, or a key or
/// certificate cannot be made.
pub async fn start(options: Options) -> Result<Emulator, StartError> {
    let free = SocketAddr::new(options.bind.ip(), 0);
    let mut listeners = Vec::new();
    let mut addresses = Vec::new();
    for provider in Provider::ALL {
        let (bind, bind_tls) = match provider {
            Provider::Docusign => (options.bind, options.bind_tls.unwrap_or(free)),
            _ => (free, free),
        };
        let (plain, plain_address) = listen(bind).await?;
        let (secure, secure_address) = listen(bind_tls).await?;
        listeners.push((plain, secure));
        addresses.push(Addresses { provider, plain: plain_address, tls: secure_address });
    }

    let (folder, temporary) = folder(options.state_dir)?;
    let tls = tls::make()?;
    let ca_file = folder.join("signbridge-emulator-ca.pem");
    write(&ca_file, &tls.ca_pem, false)?;

    let mut world = World::default();
    let private_key_file = folder.join("docusign-private-key.pem");
    // An RSA key takes a moment; the runtime may be driving others.
    let provisioned = tokio::task::spawn_blocking(move || {
        let key = world.docusign.provision();
        (world, key)
    });
    let (mut world, provisioned) = provisioned.await.map_err(|_| StartError::Key)?;
    let provisioned = provisioned.ok_or(StartError::Key)?;
    write(&private_key_file, &provisioned.private_key_pem, true)?;

    let urls = |provider: Provider| {
        addresses
            .iter()
            .find(|own| own.provider == provider)
            .map(|own| (format!("http://{}", own.plain), format!("https://{}", own.tls)))
            .unwrap_or_default()
    };
    let (base_url, base_url_tls) = urls(Provider::Docusign);
    let (adobe, adobe_tls) = urls(Provider::AdobeSign);
    let (dropbox, dropbox_tls) = urls(Provider::DropboxSign);
    let (esignglobal, esignglobal_tls) = urls(Provider::Esignglobal);
    let ready = Ready {
        listening: base_url.clone(),
        listening_tls: base_url_tls.clone(),
        ca_file,
        secrets: folder.clone(),
        providers: ready::Providers {
            adobe_sign: world.adobe_sign.provision(&adobe, &adobe_tls),
            dropbox_sign: world.dropbox_sign.provision(&dropbox, &dropbox_tls),
            esignglobal: world.esignglobal.provision(&esignglobal, &esignglobal_tls),
            docusign: ready::Docusign {
                auth_url: base_url.clone(),
                auth_url_tls: base_url_tls.clone(),
                base_url,
                base_url_tls,
                integration_key: provisioned.integration_key,
                user_id: provisioned.user_id,
                account_id: provisioned.account_id,
                client_secret: provisioned.client_secret.clone(),
                private_key_file,
            },
        },
    };
    for (name, secret) in ready.secrets() {
        write(&folder.join(name), secret, true)?;
    }
    let hub = Arc::new(Hub::new(addresses.clone(), world));
    let mut tasks = Vec::new();
    for ((plain, secure), own) in listeners.into_iter().zip(addresses) {
        let of = |address| Listener { provider: own.provider, address };
        tasks.push(tokio::spawn(server::accept(plain, None, of(own.plain), Arc::clone(&hub))));
        let acceptor = Some(tls.acceptor.clone());
        tasks.push(tokio::spawn(server::accept(secure, acceptor, of(own.tls), Arc::clone(&hub))));
    }
    Ok(Emulator { ready, hub, tasks, _folder: temporary })
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    if !address.ip().is_loopback() {
        return Err(StartError::NotLoopback(address));
    }
    let failed = |source| StartError::Bind { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

fn folder(wanted: Option<PathBuf>) -> Result<(PathBuf, Option<TempDir>), StartError> {
    let Some(path) = wanted else {
        let folder = tempfile::Builder::new()
            .prefix("signbridge-emulator-")
            .tempdir()
            .map_err(|source| StartError::File { path: std::env::temp_dir(), source })?;
        let path = std::path::absolute(folder.path()).unwrap_or_else(|_| folder.path().to_owned());
        return Ok((path, Some(folder)));
    };
    let failed = |source| StartError::File { path: path.clone(), source };
    std::fs::create_dir_all(&path).map_err(failed)?;
    let path = std::path::absolute(&path).map_err(failed)?;
    Ok((path, None))
}

fn write(path: &Path, text: &str, private: bool) -> Result<(), StartError> {
    let failed = |source| StartError::File { path: path.to_owned(), source };
    // An older file may be read-only or have wider rights than the new one shall have.
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => return Err(failed(source)),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if private { 0o600 } else { 0o644 });
    }
    #[cfg(not(unix))]
    let _ = private;
    let mut file = options.open(path).map_err(failed)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(failed)
}
