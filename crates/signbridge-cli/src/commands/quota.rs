//! `signbridge quota`.

use super::connect;
use crate::{
    cli::Global,
    exit::Failure,
    output::{Output, table, time},
};

pub(crate) async fn run(global: &Global, output: Output) -> Result<(), Failure> {
    let quota = connect(global)?.quota().await?;
    output.show(&quota, || {
        let number = |value: Option<u64>| value.map_or("unknown".to_owned(), |value| value.to_string());
        let rows = [
            ["plan".to_owned(), quota.plan.clone().unwrap_or_else(|| "unknown".to_owned())],
            ["allowed".to_owned(), number(quota.allowed)],
            ["sent".to_owned(), number(quota.sent)],
            ["left".to_owned(), number(quota.left)],
            ["renews".to_owned(), quota.renews_at.map_or("unknown".to_owned(), time)],
        ];
        table(["", ""], rows)
    })
}
