//! `signbridge delete-draft`.

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
    bridge.delete_draft(&reference).await?;
    output.show(&json!({ "id": reference, "deleted": true }), || format!("the draft {reference} is deleted"))
}
