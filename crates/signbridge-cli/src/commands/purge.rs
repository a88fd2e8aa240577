//! `signbridge purge`.

use serde_json::json;

use super::{connect, reference};
use crate::{
    cli::{Global, Id},
    exit::Failure,
    output::Output,
};

pub(crate) async fn run(arguments: &Id, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let reference = reference(&bridge, &arguments.id)?;
    bridge.purge(&reference).await?;
    output.show(&json!({ "id": reference, "purged": true }), || {
        format!("the documents of {reference} are removed")
    })
}
