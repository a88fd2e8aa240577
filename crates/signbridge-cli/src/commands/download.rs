//! `signbridge download`.

use super::{connect, reference};
use crate::{
    cli::{Download, Global},
    exit::Failure,
    output::Output,
    progress::Progress,
};

pub(crate) async fn run(arguments: &Download, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let download = bridge.download(&reference(&bridge, &arguments.id)?, &arguments.what).await?;
    let progress = Progress::new(output);
    let name = arguments.output.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let bar = progress.download(download.length, &name);
    let saved = bridge.save(download, &arguments.output, bar).await;
    progress.clear();
    let saved = saved?;
    output.show(&saved, || {
        format!("{} ({} bytes)\nSHA-256 {}", saved.path.display(), saved.bytes, saved.sha256)
    })
}
