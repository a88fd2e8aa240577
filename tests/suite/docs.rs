//! Pages made from code. They are compared here; `UPDATE_DOCS=1 cargo test -p signbridge-tests docs` writes them.

use std::{fmt::Write, fs, path::Path};

use signbridge_core::{ConfigKey, Matrix, file};
use signbridge_planner::{Data, Evidence};

fn hold(page: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(page);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, made).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == made,
        "docs/{page} is not what the code says; UPDATE_DOCS=1 cargo test -p signbridge-tests docs"
    );
}

#[test]
fn the_schema_of_the_envelope_file() {
    hold("envelope.schema.json", &format!("{}\n", serde_json::to_string_pretty(&file::schema()).unwrap()));
}

#[test]
fn the_keys_of_profiles() {
    let mut page = "# Keys of a profile\n\nMade from code.\n".to_owned();
    keys(&mut page, "every profile", signbridge::config::COMMON_KEYS);
    for adapter in signbridge::Registry::enabled().adapters() {
        keys(&mut page, adapter.name(), adapter.keys());
    }
    hold("keys.md", &page);
}

fn keys(page: &mut String, title: &str, keys: &[ConfigKey]) {
    write!(page, "\n## {title}\n\n| key | holds | |\n|---|---|---|\n").unwrap();
    for key in keys {
        let kind = format!("{:?}", key.kind).to_lowercase();
        let required = if key.required { ", required" } else { "" };
        writeln!(page, "| `{}` | {kind}{required} | {} |", key.name, key.about).unwrap();
    }
}

#[test]
fn the_capability_matrix() {
    let registry = signbridge::Registry::enabled();
    let all: Vec<_> = registry.adapters().iter().map(|adapter| adapter.capabilities()).collect();
    let matrix = Matrix::new(&all);
    let mut page = INTRODUCTION.to_owned();
    overview(&mut page, &matrix);
    for (column, provider) in matrix.providers.iter().enumerate() {
        details(&mut page, &matrix, column, provider);
    }
    hold("capabilities.md", &page);
}

#[test]
fn the_figures() {
    let data = Data::embedded().unwrap();
    let mut page = "# Figures\n\nMade from the planner's data. List prices in US dollars, before tax. Confidence: A best, D an interested\nparty's claim.\n".to_owned();
    page.push_str("\n## Plans\n\n| plan | billing | price | confidence | source |\n|---|---|---|---|---|\n");
    for plan in data.plans() {
        for price in &plan.prices {
            let per = format!("{} per {} and {}", price.value.amount, price.value.per, price.value.every);
            cited(&mut page, &[&plan.id, price.value.billing.as_str(), &per], &price.evidence);
        }
        if plan.prices.is_empty() {
            writeln!(page, "| {} | | no published price | | |", plan.id).unwrap();
        }
    }
    page.push_str("\n## Included\n\n| plan | included | confidence | source |\n|---|---|---|---|\n");
    for (plan, quota) in
        data.plans().iter().flat_map(|plan| plan.quotas.iter().map(move |quota| (plan, quota)))
    {
        cited(&mut page, &[&plan.id, &quota.value.allowance.to_string()], &quota.evidence);
    }
    page.push_str("\n## Laws\n\n| place | statute | levels | confidence | source |\n|---|---|---|---|---|\n");
    for place in data.jurisdictions() {
        let levels: Vec<_> = place.levels.iter().map(|level| level.name.as_str()).collect();
        let statute = format!("{} ({})", place.statute, place.enacted);
        cited(&mut page, &[&place.name, &statute, &levels.join(", ")], &place.evidence);
    }
    page.push_str("\n## The well-known comparison, checked\n\n| row | of | claim | found | because |\n|---|---|---|---|---|\n");
    for claim in data.claims() {
        let cells =
            [claim.row.as_str(), &claim.subject, &claim.claim, claim.verdict.as_str(), &claim.finding];
        writeln!(page, "| {} |", cells.join(" | ")).unwrap();
    }
    page.push_str("\n## Sources\n\n| id | what | dated | read |\n|---|---|---|---|\n");
    for source in data.sources() {
        let title = if source.url.is_empty() {
            source.title.clone()
        } else {
            format!("[{}]({})", source.title, source.url)
        };
        let dated = source.page_date.map_or("undated".to_owned(), |date| date.to_string());
        writeln!(page, "| {} | {title} | {dated} | {} |", source.id, source.accessed).unwrap();
    }
    hold("figures.md", &page);
}

fn cited(page: &mut String, cells: &[&str], evidence: &Evidence) {
    writeln!(page, "| {} | {} | {} |", cells.join(" | "), evidence.confidence, evidence.source).unwrap();
}

const INTRODUCTION: &str = "# Capabilities

Made from code; `signbridge capabilities` prints the same. *native*: by the provider itself. *emulated*: by steps of ours.
*gated*: with a plan, add-on or setting. *unverified*: refused unless the profile opts in. *no*: refused before any
request. The reasons stand below, provider by provider.

";

fn overview(page: &mut String, matrix: &Matrix) {
    writeln!(page, "| | {} |", matrix.providers.join(" | ")).unwrap();
    writeln!(page, "|---{}|", "|---".repeat(matrix.providers.len())).unwrap();
    for row in &matrix.rows {
        let cells: Vec<_> = row.cells.iter().map(|cell| cell.word.as_str()).collect();
        let name = if row.kind == "provider" {
            format!("**{}**", row.name)
        } else {
            format!("{} `{}`", row.kind, row.name)
        };
        writeln!(page, "| {name} | {} |", cells.join(" | ")).unwrap();
    }
}

fn details(page: &mut String, matrix: &Matrix, column: usize, provider: &str) {
    write!(page, "\n## {provider}\n\n| | how, or why not | evidence |\n|---|---|---|\n").unwrap();
    for row in &matrix.rows {
        let cell = &row.cells[column];
        let Some(evidence) = cell.evidence else { continue };
        let detail = cell.detail.map_or(cell.word.clone(), |detail| format!("{}: {detail}", cell.word));
        writeln!(page, "| {} `{}` | {detail} | {evidence} |", row.kind, row.name).unwrap();
    }
}
