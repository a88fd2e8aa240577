//! `signbridge form-data`.

use super::{connect, reference};
use crate::{
    cli::{Global, Id},
    exit::Failure,
    output::{Output, table},
};

pub(crate) async fn run(arguments: &Id, global: &Global, output: Output) -> Result<(), Failure> {
    let bridge = connect(global)?;
    let values = bridge.form_data(&reference(&bridge, &arguments.id)?).await?;
    output.show(&values, || {
        if values.is_empty() {
            return "nothing was filled in".to_owned();
        }
        let rows = values
            .iter()
            .map(|one| [one.field.clone(), one.value.clone(), one.email.clone().unwrap_or_default()]);
        table(["FIELD", "VALUE", "BY"], rows)
    })
}
