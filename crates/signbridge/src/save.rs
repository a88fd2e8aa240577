//! Downloads into files: all of it or nothing.

use std::{
    io,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use serde::Serialize;
use sha2::{Digest, Sha256};
use signbridge_core::{Download, Error, ErrorKind, Reach, Result, TransportError, TransportFault};
use tokio::{fs, io::AsyncWriteExt};

/// A download that was written to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SavedFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256 in lower-case hexadecimal.
    pub sha256: String,
}

pub(crate) async fn save(
    mut download: Download,
    path: &Path,
    mut progress: impl FnMut(u64) + Send,
) -> Result<SavedFile> {
    let failed = |error: io::Error| {
        Error::new(ErrorKind::Io, format!("{} cannot be written: {error}", path.display()))
            .with_operation("save")
            .with_remedy("check the path and its permissions")
    };
    if path.is_dir() {
        return Err(failed(io::Error::other("it is a folder")).with_remedy("name a file in it"));
    }
    let partial = Partial::beside(path).ok_or_else(|| failed(io::Error::other("it names no file")))?;
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).open(&partial.path).await.map_err(failed)?;
    let (mut bytes, mut hasher) = (0, Sha256::new());
    while let Some(chunk) = download.chunks.next().await {
        let chunk = chunk.map_err(broken)?;
        hasher.update(&chunk);
        file.write_all(&chunk).await.map_err(failed)?;
        bytes += chunk.len() as u64;
        progress(bytes);
    }
    if let Some(length) = download.length.filter(|length| *length != bytes) {
        let message = format!("the download ended after {bytes} of {length} bytes");
        return Err(Error::new(ErrorKind::Transport, message).with_operation("save").with_reach(Reach::Yes));
    }
    file.sync_all().await.map_err(failed)?;
    drop(file);
    fs::rename(&partial.path, path).await.map_err(failed)?;
    partial.keep();
    Ok(SavedFile { path: path.to_owned(), bytes, sha256: hex::encode(hasher.finalize()) })
}

fn broken(error: TransportError) -> Error {
    let kind = match error.fault() {
        TransportFault::Timeout => ErrorKind::Timeout,
        _ => ErrorKind::Transport,
    };
    Error::new(kind, format!("the download broke off: {error}"))
        .with_operation("save")
        .with_reach(error.reach())
        .with_remedy("start it again")
        .with_source(error)
}

/// A file that is removed unless it is kept: also when the future is dropped in the middle.
struct Partial {
    path: PathBuf,
    kept: bool,
}

impl Partial {
    fn beside(path: &Path) -> Option<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let mut name = path.file_name()?.to_owned();
        name.push(format!(".{}-{}.part", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed)));
        Some(Self { path: path.with_file_name(name), kept: false })
    }

    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.kept {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::stream;
    use signbridge_core::Chunks;

    use super::*;

    fn download(length: Option<u64>, chunks: Vec<Result<Bytes, TransportError>>) -> Download {
        Download::new(None, "application/pdf", length, Chunks::new(stream::iter(chunks)))
    }

    fn abc() -> Vec<Result<Bytes, TransportError>> {
        vec![Ok(Bytes::from_static(b"a")), Ok(Bytes::from_static(b"bc"))]
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[tokio::test]
    async fn all_bytes_arrive_with_length_and_digest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signed.pdf");
        std::fs::write(&path, "before").unwrap();
        let mut seen = Vec::new();
        let saved = save(download(Some(3), abc()), &path, |bytes| seen.push(bytes)).await.unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"abc");
        assert_eq!((saved.bytes, seen), (3, vec![1, 3]));
        assert_eq!(saved.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(names(folder.path()), ["signed.pdf"]);
    }

    #[tokio::test]
    async fn what_breaks_off_leaves_what_was_there_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signed.pdf");
        std::fs::write(&path, "before").unwrap();
        let mut broken = abc();
        broken.push(Err(TransportError::new(
            TransportFault::Interrupted,
            Reach::Yes,
            "the connection broke",
        )));
        for (case, kind) in
            [(download(None, broken), ErrorKind::Transport), (download(Some(4), abc()), ErrorKind::Transport)]
        {
            assert_eq!(save(case, &path, |_| {}).await.unwrap_err().kind(), kind);
            assert_eq!(std::fs::read(&path).unwrap(), b"before");
            assert_eq!(names(folder.path()), ["signed.pdf"]);
        }
    }

    #[tokio::test]
    async fn a_dropped_download_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signed.pdf");
        let endless = Chunks::new(stream::pending());
        let saving = save(Download::new(None, "application/pdf", None, endless), &path, |_| {});
        assert!(tokio::time::timeout(std::time::Duration::from_millis(50), saving).await.is_err());
        assert!(names(folder.path()).is_empty());
    }

    #[tokio::test]
    async fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = save(download(None, abc()), folder.path(), |_| {}).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().contains("name a file"), "{error}");
    }
}
