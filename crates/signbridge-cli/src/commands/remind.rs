//! `signbridge remind`.

use serde_json::json;
use signbridge::Addressee;

use super::{connect, reference};
use crate::{
    cli::{Global, Remind},
    exit::Failure,
    output::{Output, plain},
};

pub(crate) async fn run(arguments: &Remind, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let reference = reference(&bridge, &arguments.id)?;
    match &arguments.recipient {
        Some(email) => bridge.remind_one(&reference, &Addressee::new(email)).await?,
        None => bridge.remind(&reference).await?,
    }
    output.show(&json!({ "id": reference, "reminded": true }), || match &arguments.recipient {
        Some(email) => format!("{} was mailed again for {reference}", plain(email)),
        None => format!("everybody whose turn it is in {reference} was mailed again"),
    })
}
