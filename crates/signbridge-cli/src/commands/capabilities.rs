//! `signbridge capabilities`.

use signbridge::{Matrix, Registry};

use crate::{
    cli::Capabilities,
    exit::Failure,
    output::{self, Output},
};

pub(crate) fn run(arguments: &Capabilities, output: Output) -> Result<(), Failure> {
    let registry = Registry::enabled();
    let adapters = match &arguments.provider {
        Some(name) => vec![registry.adapter(name)?],
        None => registry.adapters().to_vec(),
    };
    let all: Vec<_> = adapters.iter().map(|adapter| adapter.capabilities()).collect();
    let matrix = Matrix::new(&all);
    output.show(&matrix, || if all.len() == 1 { reasons(&matrix) } else { overview(&matrix) })
}

/// One column for each provider.
fn overview(matrix: &Matrix) -> String {
    let mut header = vec![String::new(), String::new()];
    header.extend(matrix.providers.iter().map(|name| (*name).to_owned()));
    let rows = matrix.rows.iter().map(|row| {
        let mut cells = vec![row.kind.to_owned(), row.name.clone()];
        cells.extend(row.cells.iter().map(|cell| cell.word.clone()));
        cells
    });
    output::wide_table(header, rows)
}

/// One provider, with how, why not, and what each claim rests on.
fn reasons(matrix: &Matrix) -> String {
    let header = ["", "", "support", "how, or why not", "evidence"].map(str::to_owned).to_vec();
    let rows = matrix.rows.iter().filter_map(|row| {
        let cell = row.cells.first()?;
        let detail = cell.detail.unwrap_or_default().to_owned();
        let evidence = cell.evidence.map(|evidence| evidence.to_string()).unwrap_or_default();
        Some(vec![row.kind.to_owned(), row.name.clone(), cell.word.clone(), detail, evidence])
    });
    output::wide_table(header, rows)
}
