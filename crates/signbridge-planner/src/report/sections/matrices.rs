//! What providers hold, and what our adapters can do.

use maud::{Markup, html};
use signbridge_core::Matrix;

use super::table;
use crate::{
    feature::Feature,
    report::{Report, cite::Cites},
};

/// Compliance from the figures, capabilities from the adapters.
pub(in crate::report) fn matrices(report: &Report<'_, '_>) -> Markup {
    let data = report.data;
    let held = |feature: &&Feature| {
        data.providers().iter().any(|provider| !data.holding(&provider.id, **feature).is_empty())
    };
    html! {
        h3 { "Compliance" }
        (table("Compliance by provider", html! {
            thead { tr { th scope="col" { "Feature" } @for provider in data.providers() { th scope="col" { (provider.name) } } } }
            tbody { @for feature in Feature::ALL.iter().filter(held) {
                tr {
                    th scope="row" { (Cites::named("needs").show(feature.as_str().replace('_', " "))) }
                    @for provider in data.providers() { (cell(report, &provider.id, *feature)) }
                }
            } }
        }))
        h3 { "Capabilities of the configured profiles" }
        @if report.profiles.is_empty() { p { "No profile was given." } } @else { (capabilities(report)) }
    }
}

fn cell(report: &Report<'_, '_>, provider: &str, feature: Feature) -> Markup {
    let observations = report.data.holding(provider, feature);
    let mut words: Vec<&str> = observations.iter().map(|one| one.value.answer.as_str()).collect();
    words.dedup();
    let class = match words.as_slice() {
        [one] => *one,
        _ => "unknown",
    };
    let text =
        if words.is_empty() { "not recorded".to_owned() } else { words.join(" or ").replace('_', " ") };
    if observations.is_empty() {
        return html! { td.unknown { (text) } };
    }
    let cites = Cites::of(report, observations.iter().map(|one| &one.evidence));
    html! { td class=(class) { (cites.show(text)) } }
}

fn capabilities(report: &Report<'_, '_>) -> Markup {
    let all: Vec<_> = report.profiles.iter().map(|(_, capabilities)| *capabilities).collect();
    let matrix = Matrix::new(&all);
    let profiles = Cites::named("profiles");
    table(
        "Capabilities by profile",
        html! {
            thead { tr { th scope="col" { "Capability" } @for (name, _) in report.profiles { th scope="col" { (profiles.show(name)) } } } }
            tbody { @for row in &matrix.rows { tr {
                th scope="row" { (row.kind) " " (row.name.replace('_', " ")) }
                @for cell in &row.cells { td { (profiles.show(&cell.word)) } }
            } } }
        },
    )
}
