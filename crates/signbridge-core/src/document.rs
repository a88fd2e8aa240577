//! Documents: from a path, from bytes or from an own source; always streamed, never loaded whole.

use std::{
    fmt, fs, io,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use sha2::{Digest, Sha256};

use crate::{
    Error, ErrorKind, Result,
    body::{ByteStream, Source, SourceChanged},
};

/// One document of a draft: a name, and where its bytes come from.
#[derive(Clone)]
pub struct Document {
    name: String,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Path(PathBuf),
    Bytes(Bytes),
    Source(Arc<dyn Source>),
}

impl Document {
    /// The file at `path`, under its own name. It is opened when the draft is checked or sent.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { name, content: Content::Path(path) }
    }

    /// These bytes; `name` carries the file extension (`contract.pdf`).
    pub fn from_bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { name: name.into(), content: Content::Bytes(bytes.into()) }
    }

    /// An own source; `name` carries the file extension (`contract.pdf`).
    pub fn from_source(name: impl Into<String>, source: Arc<dyn Source>) -> Self {
        Self { name: name.into(), content: Content::Source(source) }
    }

    /// The same document under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The name that signers see, with its extension.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The extension in lower case without the dot; empty if the name has none.
    pub fn extension(&self) -> String {
        Path::new(&self.name)
            .extension()
            .map(|text| text.to_string_lossy().to_lowercase())
            .unwrap_or_default()
    }

    /// The path, for a document that comes from one.
    pub fn path(&self) -> Option<&Path> {
        match &self.content {
            Content::Path(path) => Some(path),
            Content::Bytes(_) | Content::Source(_) => None,
        }
    }

    pub(crate) fn relative_to(&mut self, folder: &Path) {
        if let Content::Path(path) = &mut self.content
            && path.is_relative()
        {
            *path = folder.join(&*path);
        }
    }

    /// The source of the bytes, with its length known.
    ///
    /// # Errors
    /// `io` when the file cannot be read.
    pub async fn open(&self) -> Result<Arc<dyn Source>> {
        match &self.content {
            Content::Bytes(bytes) => Ok(Arc::new(Bytes::clone(bytes))),
            Content::Source(source) => Ok(Arc::clone(source)),
            Content::Path(path) => {
                let (path, name) = (path.clone(), self.name.clone());
                let opened = blocking::unblock(move || FileSource::new(path)).await;
                opened.map(|file| Arc::new(file) as Arc<dyn Source>).map_err(|error| {
                    Error::new(ErrorKind::Io, format!("the document `{name}` cannot be read: {error}"))
                        .with_remedy("check the path and its permissions")
                })
            }
        }
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = match &self.content {
            Content::Path(_) => "a file".to_owned(),
            Content::Bytes(bytes) => format!("{} bytes", bytes.len()),
            Content::Source(source) => format!("a source of {} bytes", source.length()),
        };
        f.debug_struct("Document").field("name", &self.name).field("content", &content).finish()
    }
}

#[async_trait]
impl Source for Bytes {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    async fn open(&self) -> io::Result<ByteStream> {
        let bytes = self.clone();
        Ok(stream::once(async { Ok(bytes) }).boxed())
    }
}

/// A file, read on a blocking pool in chunks. It is refused when it is no longer what it was at first sight.
#[derive(Debug)]
pub struct FileSource {
    path: PathBuf,
    length: u64,
    modified: Option<SystemTime>,
}

/// Bytes read at a time: large enough for the disk, small enough that many transfers fit into memory.
const CHUNK: usize = 64 * 1024;

impl FileSource {
    /// Looks at the file (blocking) and remembers its length and time of change.
    ///
    /// # Errors
    /// When it is not a readable file.
    pub fn new(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        let (_, length, modified) = Self::look(&path)?;
        Ok(Self { path, length, modified })
    }

    fn look(path: &Path) -> io::Result<(fs::File, u64, Option<SystemTime>)> {
        let file = fs::File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
        }
        Ok((file, metadata.len(), metadata.modified().ok()))
    }
}

#[async_trait]
impl Source for FileSource {
    fn length(&self) -> u64 {
        self.length
    }

    async fn open(&self) -> io::Result<ByteStream> {
        let (path, expected) = (self.path.clone(), (self.length, self.modified));
        let file = blocking::unblock(move || {
            let (file, length, modified) = Self::look(&path)?;
            if (length, modified) == expected {
                Ok(file)
            } else {
                Err(SourceChanged::new(format!("{length} bytes now, {} before", expected.0)).into_io())
            }
        })
        .await?;
        let chunks = stream::try_unfold(file, |mut file| {
            blocking::unblock(move || {
                let mut chunk = vec![0; CHUNK];
                let read = file.read(&mut chunk)?;
                chunk.truncate(read);
                Ok((read > 0).then(|| (Bytes::from(chunk), file)))
            })
        });
        Ok(chunks.boxed())
    }
}

/// The SHA-256 of a source in lower-case hexadecimal.
///
/// # Errors
/// When the source cannot be read.
pub async fn sha256(source: &dyn Source) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut chunks = source.open().await?;
    while let Some(chunk) = chunks.next().await {
        hasher.update(&chunk?);
    }
    Ok(hex::encode(hasher.finalize()))
}

/// How a document stands in an envelope file.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Document")]
pub(crate) struct DocumentFile {
    /// The file, relative to the envelope file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The name that signers see; the file's own if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The content in hexadecimal, for small documents without a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (path, hex) = match &self.content {
            Content::Path(path) => {
                let text = path
                    .to_str()
                    .ok_or_else(|| ser::Error::custom("the document's path is not valid UTF-8"))?;
                (Some(text.to_owned()), None)
            }
            Content::Bytes(bytes) => (None, Some(hex::encode(bytes))),
            Content::Source(_) => {
                return Err(ser::Error::custom(
                    "a document from an own source cannot be written; use a path or bytes",
                ));
            }
        };
        DocumentFile { path, name: Some(self.name.clone()), hex }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let file = DocumentFile::deserialize(deserializer)?;
        let document = match (file.path, file.hex) {
            (Some(path), None) => Self::from_path(path),
            (None, Some(text)) => {
                let bytes = hex::decode(text).map_err(de::Error::custom)?;
                Self::from_bytes(file.name.clone().unwrap_or_default(), bytes)
            }
            _ => return Err(de::Error::custom("a document has either `path` or `hex` (with `name`)")),
        };
        Ok(match file.name {
            Some(name) => document.named(name),
            None => document,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(source: &dyn Source) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        let mut chunks = source.open().await?;
        while let Some(chunk) = chunks.next().await {
            all.extend_from_slice(&chunk?);
        }
        Ok(all)
    }

    #[tokio::test]
    async fn a_file_is_read_as_often_as_asked_and_refused_once_it_changed() {
        let path = std::env::temp_dir().join(format!("signbridge-core-{}.bin", std::process::id()));
        let bytes: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
        fs::write(&path, &bytes).unwrap();
        let source = Document::from_path(&path).open().await.unwrap();
        assert_eq!(source.length(), 200_000);
        for _ in 0..2 {
            assert_eq!(read(&*source).await.unwrap(), bytes);
        }
        fs::write(&path, b"short").unwrap();
        let error = read(&*source).await.unwrap_err();
        fs::remove_file(&path).unwrap();
        assert!(SourceChanged::find(&error).is_some(), "{error}");
    }

    #[tokio::test]
    async fn a_missing_file_says_which_document() {
        let error = Document::from_path("/nowhere/lease.pdf").open().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().contains("lease.pdf"));
    }

    #[tokio::test]
    async fn the_digest_is_sha256() {
        let digest = sha256(&Bytes::from_static(b"abc")).await.unwrap();
        assert_eq!(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
