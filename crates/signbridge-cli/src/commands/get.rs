//! `signbridge get`.

use super::{connect, reference};
use crate::{
    cli::{Global, Id},
    exit::Failure,
    output::{self, Output},
};

pub(crate) async fn run(arguments: &Id, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let envelope = bridge.get(&reference(&bridge, &arguments.id)?).await?;
    output.show(&envelope, || output::envelope(&envelope))
}
