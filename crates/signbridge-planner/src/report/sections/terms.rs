//! Facts about providers beside their prices, the well-known comparison, and the sources.

use maud::{Markup, html};

use super::table;
use crate::{
    data::FactValue,
    report::{Report, cite::Cites},
};

/// Limits held against the volume, other terms, and what was found of the well-known comparison.
pub(in crate::report) fn terms(report: &Report<'_, '_>) -> Markup {
    let data = report.data;
    let provider =
        |id: &str| data.provider(id).map_or_else(|| id.to_owned(), |provider| provider.name.clone());
    html! {
        h3 { "Rate limits against your volume" }
        (table("Rate limits", html! {
            thead { tr { th scope="col" { "Provider" } th scope="col" { "Limit" } th scope="col" { "Your volume" } th scope="col" { "Fits" } } }
            tbody { @for check in &report.plan.limits {
                @let cites = Cites::of(report, [&check.fact.value.evidence]);
                tr {
                    th scope="row" { (provider(&check.fact.provider)) }
                    td { (cites.show(format!("{} {}", value(&check.fact.value.value), check.fact.unit.as_deref().unwrap_or_default()))) }
                    td { (cites.show(&check.calls)) }
                    td class=(if check.fits { "yes" } else { "no" }) { (if check.fits { "yes" } else { "no" }) }
                }
            } }
        }))
        h3 { "Other terms" }
        (table("Terms", html! {
            thead { tr { th scope="col" { "Provider" } th scope="col" { "About" } th scope="col" { "Term" } th scope="col" { "Value" } } }
            tbody { @for fact in data.facts() {
                @let cites = Cites::of(report, [&fact.value.evidence]);
                tr {
                    th scope="row" { (provider(&fact.provider)) }
                    td { (fact.topic.as_str().replace('_', " ")) }
                    td { (cites.show(fact.name.replace('_', " "))) }
                    td { (cites.show(format!("{} {}", value(&fact.value.value), fact.unit.as_deref().unwrap_or_default()).trim())) }
                }
            } }
        }))
        h3 { "The well-known comparison, checked" }
        (table("Claims", html! {
            thead { tr { th scope="col" { "Row" } th scope="col" { "Of" } th scope="col" { "Claim" } th scope="col" { "Found" } th scope="col" { "Because" } } }
            tbody { @for claim in data.claims() {
                @let cites = Cites::of(report, &claim.evidence);
                tr {
                    th scope="row" { (claim.row.as_str().replace('_', " ")) }
                    td { (provider(&claim.subject).replace('_', " ")) }
                    td { (cites.show(&claim.claim)) }
                    td class=(claim.verdict.as_str()) { (claim.verdict) }
                    td { (cites.show(&claim.finding)) }
                }
            } }
        }))
    }
}

fn value(value: &FactValue) -> String {
    match value {
        FactValue::Number(number) => number.to_string(),
        FactValue::Text(text) => text.clone(),
        FactValue::Unknown => "unknown".to_owned(),
    }
}

/// Every source that a number of this page may name.
pub(in crate::report) fn sources(report: &Report<'_, '_>) -> Markup {
    table(
        "All sources",
        html! {
            thead { tr { th scope="col" { "Source" } th scope="col" { "Kind" } th scope="col" { "Dated" } th scope="col" { "Read" } } }
            tbody { @for source in report.data.sources() {
                tr id=(format!("source-{}", source.id)) data-source=(source.id) {
                    th scope="row" { @if source.url.is_empty() { (source.title) } @else { a href=(source.url) rel="noreferrer" { (source.title) } } }
                    td { (source.kind.as_str().replace('_', " ")) }
                    td { (source.page_date.map_or("undated".to_owned(), |date| date.to_string())) }
                    td { (source.accessed.to_string()) }
                }
            } }
        },
    )
}
