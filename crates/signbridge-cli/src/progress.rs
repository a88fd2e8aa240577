//! Progress bars on a terminal: documents going out, downloads coming in.

use std::{
    io::{self, IsTerminal},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use futures_util::TryStreamExt;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use signbridge::{ByteStream, Document, Draft, Result, Source};

use crate::output::{Output, plain};

/// Bars on standard error, or nothing where nobody would see them.
#[derive(Debug)]
pub(crate) struct Progress {
    bars: Option<MultiProgress>,
}

impl Progress {
    /// Bars when a person watches a terminal.
    pub(crate) fn new(output: Output) -> Self {
        let seen = !output.is_json() && io::stderr().is_terminal();
        Self { bars: seen.then(MultiProgress::new) }
    }

    /// Lets every document of the draft tell how far it was read. A document is read more than once: for its digest,
    /// then for each attempt; its bar begins anew each time.
    pub(crate) async fn watch(&self, draft: &mut Draft) -> Result<()> {
        let Some(bars) = &self.bars else { return Ok(()) };
        for document in &mut draft.documents {
            let source = document.open().await?;
            let bar = bars.add(bar(Some(source.length()), document.name()));
            *document = Document::from_source(document.name(), Arc::new(Watched { source, bar }));
        }
        Ok(())
    }

    /// A bar for a download of this length.
    pub(crate) fn download(&self, length: Option<u64>, name: &str) -> impl FnMut(u64) + Send + use<> {
        let bar = self.bars.as_ref().map(|bars| bars.add(bar(length, name)));
        move |bytes| {
            if let Some(bar) = &bar {
                bar.set_position(bytes);
            }
        }
    }

    /// A sign of life while nothing is transferred.
    pub(crate) fn busy(&self, what: &'static str) {
        if let Some(bars) = &self.bars {
            let spinner = bars.add(ProgressBar::new_spinner().with_message(what));
            spinner.enable_steady_tick(Duration::from_millis(120));
        }
    }

    /// Takes everything away, so that the result stands alone.
    pub(crate) fn clear(&self) {
        if let Some(bars) = &self.bars {
            // A terminal that cannot be cleaned is no reason to fail.
            let _ = bars.clear();
        }
    }
}

fn bar(length: Option<u64>, name: &str) -> ProgressBar {
    let (bar, template) = match length {
        Some(length) => {
            (ProgressBar::new(length), "{msg} [{bar:30}] {bytes}/{total_bytes} {binary_bytes_per_sec}")
        }
        None => (ProgressBar::new_spinner(), "{msg} {spinner} {bytes} {binary_bytes_per_sec}"),
    };
    let bar = bar.with_message(plain(name));
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

#[derive(Debug)]
struct Watched {
    source: Arc<dyn Source>,
    bar: ProgressBar,
}

#[async_trait]
impl Source for Watched {
    fn length(&self) -> u64 {
        self.source.length()
    }

    async fn open(&self) -> io::Result<ByteStream> {
        self.bar.set_position(0);
        let bar = self.bar.clone();
        Ok(Box::pin(self.source.open().await?.inspect_ok(move |chunk| bar.inc(chunk.len() as u64))))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt;

    use super::*;

    #[tokio::test]
    async fn a_watched_document_is_the_same_and_counts_each_reading_anew() {
        let source = Document::from_bytes("a.pdf", vec![7; 1000]).open().await.unwrap();
        let watched = Watched { source, bar: ProgressBar::hidden() };
        assert_eq!(watched.length(), 1000);
        for _ in 0..2 {
            let chunks: Vec<_> = watched.open().await.unwrap().try_collect().await.unwrap();
            assert_eq!(chunks.concat(), vec![7; 1000]);
            assert_eq!(watched.bar.position(), 1000);
        }
    }
}
