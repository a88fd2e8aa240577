//! Bodies: a cheap rope of bytes and re-openable sources, with a known length.

use std::{fmt, io, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};

/// Chunks of bytes read one after another.
pub type ByteStream = BoxStream<'static, io::Result<Bytes>>;

/// Where bytes come from: known length, opened anew for each attempt, read without loading it whole.
///
/// An own source (object storage, a database) implements this and becomes a document through
/// [`Document::from_source`](crate::Document::from_source).
#[async_trait]
pub trait Source: Send + Sync + fmt::Debug {
    /// The exact length in bytes.
    fn length(&self) -> u64;

    /// Opens the source from its beginning.
    ///
    /// # Errors
    /// When it cannot be opened, or with [`SourceChanged`] inside when it is not what it was.
    async fn open(&self) -> io::Result<ByteStream>;
}

/// A source gave other bytes than its length promised, or changed since it was first seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceChanged {
    what: String,
}

impl SourceChanged {
    /// `what` describes the source and the difference, without its content.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }

    /// The same as an I/O error, to travel through streams.
    pub fn into_io(self) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, self)
    }

    /// Finds one in a chain of errors.
    pub fn find<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        let mut next = Some(error);
        while let Some(current) = next {
            if let Some(found) = current.downcast_ref::<Self>() {
                return Some(found);
            }
            if let Some(found) = current.downcast_ref::<io::Error>().and_then(io::Error::get_ref)
                && let Some(found) = Self::find(found)
            {
                return Some(found);
            }
            next = current.source();
        }
        None
    }
}

impl fmt::Display for SourceChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the document changed while it was being sent: {}", self.what)
    }
}

impl std::error::Error for SourceChanged {}

#[derive(Clone)]
enum Part {
    Bytes(Bytes),
    Source(Arc<dyn Source>),
}

/// A request body: bytes and sources in order. Cloning it is cheap; it is streamed anew for each attempt.
#[derive(Clone, Default)]
pub struct Body {
    parts: Vec<Part>,
}

impl Body {
    /// A body without bytes.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Appends bytes.
    pub fn push_bytes(&mut self, bytes: impl Into<Bytes>) {
        self.parts.push(Part::Bytes(bytes.into()));
    }

    /// Appends a source, which is opened only when its turn comes.
    pub fn push_source(&mut self, source: Arc<dyn Source>) {
        self.parts.push(Part::Source(source));
    }

    /// The exact length in bytes.
    pub fn len(&self) -> u64 {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Bytes(bytes) => bytes.len() as u64,
                Part::Source(source) => source.length(),
            })
            .sum()
    }

    /// Whether the length is 0.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The body as one piece if it holds bytes only; sources are not read.
    pub fn as_bytes(&self) -> Option<Bytes> {
        let mut pieces = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            match part {
                Part::Bytes(bytes) => pieces.push(bytes.clone()),
                Part::Source(_) => return None,
            }
        }
        match pieces.as_slice() {
            [one] => Some(one.clone()),
            _ => Some(pieces.concat().into()),
        }
    }

    /// The bytes as a stream. Each source is held to its length: a shorter or longer one ends with [`SourceChanged`].
    pub fn into_stream(self) -> ByteStream {
        stream::iter(self.parts)
            .then(|part| async move {
                match part {
                    Part::Bytes(bytes) => Ok(stream::once(async { Ok(bytes) }).boxed()),
                    Part::Source(source) => Ok(held_to(source.length(), source.open().await?)),
                }
            })
            .map(|opened| opened.unwrap_or_else(|error| stream::once(async { Err(error) }).boxed()))
            .flatten()
            .boxed()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self { parts: vec![Part::Bytes(bytes)] }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<Arc<dyn Source>> for Body {
    fn from(source: Arc<dyn Source>) -> Self {
        Self { parts: vec![Part::Source(source)] }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes in {} parts)", self.len(), self.parts.len())
    }
}

/// Passes chunks on and makes sure that exactly `length` bytes come.
fn held_to(length: u64, chunks: ByteStream) -> ByteStream {
    stream::unfold(Some((chunks, 0_u64)), move |state| async move {
        let (mut chunks, seen) = state?;
        match chunks.next().await {
            Some(Ok(chunk)) => {
                let seen = seen + chunk.len() as u64;
                if seen > length {
                    let changed = SourceChanged::new(format!("more than the {length} bytes announced"));
                    return Some((Err(changed.into_io()), None));
                }
                Some((Ok(chunk), Some((chunks, seen))))
            }
            Some(Err(error)) => Some((Err(error), None)),
            None if seen < length => {
                let changed = SourceChanged::new(format!("{seen} bytes instead of the {length} announced"));
                Some((Err(changed.into_io()), None))
            }
            None => None,
        }
    })
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Liar {
        says: u64,
        gives: &'static [u8],
    }

    #[async_trait]
    impl Source for Liar {
        fn length(&self) -> u64 {
            self.says
        }
        async fn open(&self) -> io::Result<ByteStream> {
            let gives = Bytes::from_static(self.gives);
            Ok(stream::once(async { Ok(gives) }).boxed())
        }
    }

    async fn read(body: Body) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        let mut chunks = body.into_stream();
        while let Some(chunk) = chunks.next().await {
            all.extend_from_slice(&chunk?);
        }
        Ok(all)
    }

    #[tokio::test]
    async fn a_rope_streams_its_parts_in_order_and_as_often_as_asked() {
        let mut body = Body::from("head ".to_owned());
        body.push_source(Arc::new(Liar { says: 4, gives: b"body" }));
        body.push_bytes(" tail");
        assert_eq!(body.len(), 14);
        for _ in 0..2 {
            assert_eq!(read(body.clone()).await.unwrap(), b"head body tail");
        }
    }

    #[tokio::test]
    async fn a_source_that_is_not_as_long_as_it_says_is_an_error() {
        for says in [3, 5] {
            let error = read(Body::from(Arc::new(Liar { says, gives: b"body" }) as Arc<dyn Source>))
                .await
                .unwrap_err();
            assert!(SourceChanged::find(&error).is_some(), "{error}");
        }
    }
}
