//! The sections of the page.

mod matrices;
mod terms;

use maud::{Markup, html};

use super::{Report, because, chart, cite::Cites, cost};
use crate::{
    cost::{Axis, Candidate, Fact, Input, Line, Missing},
    law::Lawful,
};

pub(super) use matrices::matrices;
pub(super) use terms::{sources, terms};

/// A table that scrolls by itself where the screen is narrow, by keyboard too.
fn table(label: &str, inside: Markup) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(label) { table { (inside) } } }
}

/// What was asked, each value from its key.
pub(super) fn question(report: &Report<'_, '_>) -> Markup {
    let scenario = &report.plan.scenario;
    let number = |input: Input, value: u32| Cites::input(input).show(value);
    let place = scenario.jurisdiction.as_deref().unwrap_or("any place");
    html! {
        dl {
            dt { "Seats" } dd { (number(Input::Seats, scenario.seats)) }
            dt { "Envelopes a month" } dd { (number(Input::Envelopes, scenario.envelopes)) }
            dt { "Sent by" } dd { (scenario.channel) }
            dt { "Billing" } dd { (scenario.billing.map_or("all modes".to_owned(), |mode| mode.as_str().replace('_', " "))) }
            dt { "Text messages a month" } dd { (number(Input::Sms, scenario.sms)) }
            dt { "Identity checks a month" } dd { (number(Input::IdChecks, scenario.id_checks)) }
            dt { "Law of" } dd { (Cites::named("jurisdiction").show(place)) }
            dt { "Kind of document" } dd { (scenario.document_kind.as_str().replace('_', " ")) }
            dt { "Level at least" } dd { (scenario.level.map_or("what the law asks", |level| level.as_str())) }
            dt { "Needed" } dd { @if report.plan.needs.is_empty() { "nothing in particular" } @else {
                @for (index, need) in report.plan.needs.iter().enumerate() {
                    @if index > 0 { ", " } (Cites::named("needs").show(need.as_str().replace('_', " ")))
                } } }
        }
    }
}

/// Every plan with its verdict, and its arithmetic on demand.
pub(super) fn answer(report: &Report<'_, '_>) -> Markup {
    let use_it = &report.plan.use_profiles;
    html! {
        p { strong { (report.conclusion()) } }
        @if !use_it.is_empty() { p { "Configure: " @for name in use_it { code { "default = \"" (Cites::named("profiles").show(name)) "\"" } " " } } }
        (table("Plans", html! {
            thead { tr { th scope="col" { "Plan" } th scope="col" { "Verdict" } th scope="col" { "Cost of a year" }
                th scope="col" { "Confidence" } th scope="col" { "Why" } } }
            tbody { @for candidate in report.ordered() { (row(report, candidate)) } }
        }))
    }
}

fn row(report: &Report<'_, '_>, candidate: &Candidate<'_>) -> Markup {
    let cites = Cites::cost(report, candidate);
    let lines: Vec<&Line<'_>> = candidate
        .readings
        .iter()
        .flat_map(|reading| reading.ways.iter().flat_map(|way| &way.lines))
        .chain(&candidate.add_ons)
        .collect();
    html! {
        tr {
            th scope="row" { (report.name(candidate)) }
            td class=(candidate.outcome.as_str()) { (candidate.outcome) }
            td { (cites.show(cost(candidate)))
                @if !lines.is_empty() {
                    details { summary { "arithmetic" }
                        ul { @for line in lines {
                            @let mut own = cites.clone();
                            @let () = own.line(report, line);
                            li { (own.show(line)) }
                        } }
                    }
                }
            }
            td { (candidate.confidence.map_or("none".to_owned(), |confidence| confidence.to_string())) }
            td { (cites.show(because(candidate))) }
        }
    }
}

/// Both pictures.
pub(super) fn charts(report: &Report<'_, '_>) -> Markup {
    html! { (chart::chart(report, Axis::Envelopes)) (chart::chart(report, Axis::Seats)) }
}

/// What the law of the place says.
pub(super) fn law(report: &Report<'_, '_>) -> Markup {
    let Some(answer) = &report.plan.law else {
        return html! { p { "No place was named. With one, its statute, the level needed and what it excludes stand here." } };
    };
    let place = answer.jurisdiction;
    let cites = Cites::of(report, [&place.evidence]);
    html! {
        dl {
            dt { "Place" } dd { (place.name) @if let Some(member) = answer.member { ", " (member) } }
            dt { "Statute" } dd { (cites.show(format!("{}, {}", place.statute, place.enacted))) }
            dt { "Electronic form" } dd { @match answer.lawful {
                Lawful::Yes { rule: None } => { "does for this kind of document" },
                Lawful::Yes { rule: Some(rule) } => { (Cites::of(report, [&rule.evidence]).show(noted("does, under a rule of its own", rule.evidence.note.as_deref()))) },
                Lawful::Excluded { rule } => { (Cites::of(report, [&rule.evidence]).show(noted("does not do: the law excludes this kind of document", rule.evidence.note.as_deref()))) },
                Lawful::Unknown { coverage } => { "not known: the recorded list of exclusions is " (coverage) },
            } }
            dt { "Level needed" } dd { (cites.show(answer.level.map_or("the law knows none as high as the one wanted", |level| level.name.as_str()))) }
            dt { "Effect" } dd { (cites.show(&place.effect)) }
            dt { "Identity schemes that make it" } dd { @if answer.schemes.is_empty() { "none recorded" }
                @for (index, scheme) in answer.schemes.iter().enumerate() { @if index > 0 { ", " } (Cites::of(report, [&scheme.evidence]).show(&scheme.name)) } }
        }
        p { "This names what was recorded of statutes. It is not legal advice." }
    }
}

fn noted(text: &str, note: Option<&str>) -> String {
    note.map_or(text.to_owned(), |note| format!("{text} ({note})"))
}

/// Missing facts and other readings of those there are.
pub(super) fn change(report: &Report<'_, '_>) -> Markup {
    let plan = report.plan;
    let cheaper = plan.ranking.possibly_cheaper.iter().chain(&plan.ranking.closest);
    let open: Vec<_> = cheaper.filter_map(|index| plan.candidates.get(*index)).collect();
    let leaders: Vec<_> = plan.leaders().filter(|one| !one.alternatives.is_empty()).collect();
    html! {
        h3 { "Facts that are missing" }
        @if open.is_empty() { p { "None that could make another plan the cheaper one." } }
        ul { @for candidate in open { li {
            (report.name(candidate)) " would cost " (Cites::cost(report, candidate).show(cost(candidate))) " if this turns out well: "
            (Cites::cost(report, candidate).show(candidate.missing.iter().map(Missing::to_string).collect::<Vec<_>>().join("; ")))
        } } }
        h3 { "Sources that say otherwise" }
        @if leaders.is_empty() { p { "None about the plans that lead." } }
        ul { @for candidate in leaders { @for other in &candidate.alternatives {
            @let evidence = match other.fact {
                Fact::Price(one) => &one.evidence,
                Fact::Quota(one) => &one.evidence,
                Fact::Overage(one) => &one.evidence,
            };
            @let cites = Cites::of(report, [evidence]);
            li { (report.name(candidate)) ": by another source it would cost "
                (cites.show(other.reading.cost.map_or("what nobody says".to_owned(), |cost| cost.to_string()))) }
        } } }
    }
}
