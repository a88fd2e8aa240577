//! Logins in files that only their owner can read.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use signbridge_core::{Error, ErrorKind, LoginStore, Result, StoredLogin};
use url::Url;

/// One file for each login in a folder of its own. A change is written beside the file and put in its place at once,
/// under a lock that other processes respect.
///
/// On Unix folder and files are for their owner only (modes 700 and 600), and a file that others can read is refused.
/// Elsewhere the folder's own permissions protect them.
#[derive(Debug, Clone)]
pub struct FileLoginStore {
    folder: PathBuf,
}

/// What stands in a file.
#[derive(Serialize, Deserialize)]
struct Written {
    version: u64,
    refresh_token: String,
    scopes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access_point: Option<Url>,
    granted_at: DateTime<Utc>,
    refreshed_at: DateTime<Utc>,
}

impl FileLoginStore {
    /// A store in this folder, which is made when the first login is stored.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn path(&self, name: &str) -> Result<PathBuf> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if name.is_empty() || !name.bytes().all(plain) {
            let message = format!("`{name}` cannot name a login: only letters, digits, `-` and `_`");
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        Ok(self.folder.join(format!("{name}.json")))
    }
}

#[async_trait]
impl LoginStore for FileLoginStore {
    async fn load(&self, name: &str) -> Result<Option<(StoredLogin, u64)>> {
        let path = self.path(name)?;
        blocking::unblock(move || read(&path)).await
    }

    async fn swap(&self, name: &str, seen: Option<u64>, next: Option<&StoredLogin>) -> Result<bool> {
        let (folder, path) = (self.folder.clone(), self.path(name)?);
        let next = next.cloned();
        blocking::unblock(move || {
            make(&folder).map_err(|error| failed("made", &folder, &error))?;
            let lock = path.with_extension("lock");
            let lock = open(&lock).map_err(|error| failed("opened", &lock, &error))?;
            lock.lock().map_err(|error| failed("locked", &path, &error))?;
            let found = read(&path)?.map(|(_, version)| version);
            if found != seen {
                return Ok(false);
            }
            match next {
                Some(login) => write(&path, &login, seen.unwrap_or(0) + 1),
                None if found.is_some() => fs::remove_file(&path),
                None => Ok(()),
            }
            .map_err(|error| failed("written", &path, &error))?;
            Ok(true)
        })
        .await
    }
}

fn read(path: &Path) -> Result<Option<(StoredLogin, u64)>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path, &error)),
    };
    private(path)?;
    // The parser's message is left out: it may quote the token.
    let written: Written = serde_json::from_slice(&bytes).map_err(|_| {
        Error::new(ErrorKind::Io, format!("the login {} cannot be understood", path.display()))
            .with_remedy("log in again; `signbridge auth logout` removes it")
    })?;
    let mut login = StoredLogin::new(written.refresh_token.into(), written.scopes, written.granted_at);
    login.access_point = written.access_point;
    login.refreshed_at = written.refreshed_at;
    Ok(Some((login, written.version)))
}

fn write(path: &Path, login: &StoredLogin, version: u64) -> io::Result<()> {
    let text = serde_json::to_vec_pretty(&Written {
        version,
        refresh_token: login.refresh_token.expose_secret().to_owned(),
        scopes: login.scopes.clone(),
        access_point: login.access_point.clone(),
        granted_at: login.granted_at,
        refreshed_at: login.refreshed_at,
    })?;
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut file = open(&beside)?;
    file.write_all(&text)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    // So that the new name survives a power cut as well.
    match path.parent().map(File::open) {
        Some(Ok(folder)) => folder.sync_all().or(Ok(())),
        _ => Ok(()),
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(unix)]
fn private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_err(|error| failed("read", path, &error))?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let message = format!("the login {} can be read by others", path.display());
    Err(Error::new(ErrorKind::Io, message)
        .with_remedy("restrict it with `chmod 600`, and log in again if somebody may have read it"))
}

#[cfg(not(unix))]
fn private(_path: &Path) -> Result<()> {
    Ok(())
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("the login {} cannot be {what}: {error}", path.display()))
        .with_remedy("check the folder and its permissions")
}

/// Never printed.
impl std::fmt::Debug for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Written").field("version", &self.version).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn login(token: &str) -> StoredLogin {
        StoredLogin::new(SecretString::from(token), vec!["signature".to_owned()], DateTime::UNIX_EPOCH)
    }

    #[tokio::test]
    async fn nobody_overwrites_a_version_he_has_not_seen() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileLoginStore::new(folder.path().join("logins"));
        assert!(store.load("work").await.unwrap().is_none());
        assert!(store.swap("work", None, Some(&login("one"))).await.unwrap());
        assert!(!store.swap("work", None, Some(&login("other"))).await.unwrap(), "it was there already");
        let (_, version) = store.load("work").await.unwrap().unwrap();
        assert!(store.swap("work", Some(version), Some(&login("two"))).await.unwrap());
        assert!(!store.swap("work", Some(version), Some(&login("late"))).await.unwrap());
        let (kept, version) = store.load("work").await.unwrap().unwrap();
        assert_eq!(kept.refresh_token.expose_secret(), "two");
        assert!(store.swap("work", Some(version), None).await.unwrap());
        assert!(store.load("work").await.unwrap().is_none());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let store = FileLoginStore::new(folder.path().join("logins"));
        store.swap("work", None, Some(&login("one"))).await.unwrap();
        let file = folder.path().join("logins/work.json");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(&folder.path().join("logins"))), (0o600, 0o700));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let error = store.load("work").await.unwrap_err();
        assert!(error.to_string().contains("read by others"), "{error}");
    }

    #[tokio::test]
    async fn a_broken_file_is_named_and_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileLoginStore::new(folder.path());
        let mut file = open(&folder.path().join("work.json")).unwrap();
        file.write_all(b"{\"refresh_token\": \"s3cret").unwrap();
        let error = store.load("work").await.unwrap_err();
        assert!(!error.to_string().contains("s3cret") && error.to_string().contains("work.json"), "{error}");
        assert!(store.load("../work").await.is_err());
    }
}
