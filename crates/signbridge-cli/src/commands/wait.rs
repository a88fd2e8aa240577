//! `signbridge wait`.

use signbridge::WaitOptions;

use super::{connect, reference};
use crate::{
    cli::{Global, Wait},
    exit::Failure,
    output::{self, Output},
    progress::Progress,
};

pub(crate) async fn run(arguments: &Wait, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let reference = reference(&bridge, &arguments.id)?;
    let options =
        WaitOptions { until: arguments.until.clone(), timeout: arguments.timeout, ..WaitOptions::default() };
    let progress = Progress::new(output);
    progress.busy("waiting");
    let waited = bridge.wait(&reference, &options).await;
    progress.clear();
    let envelope = waited?;
    output.show(&envelope, || output::envelope(&envelope))
}
