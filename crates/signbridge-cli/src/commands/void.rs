//! `signbridge void`.

use serde_json::json;
use signbridge::Voided;

use super::{connect, reference};
use crate::{
    cli::{Global, Void},
    exit::Failure,
    output::Output,
};

pub(crate) async fn run(arguments: &Void, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let reference = reference(&bridge, &arguments.id)?;
    let voided = bridge.void(&reference, &arguments.reason).await?;
    output.show(&json!({ "id": reference, "voided": voided }), || match voided {
        Voided::Done => format!("{reference} is voided"),
        Voided::Accepted => {
            format!("{reference} is being voided; `signbridge get {reference}` tells when it is")
        }
    })
}
