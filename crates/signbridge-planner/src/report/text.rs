//! The answer in plain text: for a terminal, and as Markdown.

use std::fmt::Write;

use super::{Report, because, cost};
use crate::cost::Candidate;

/// What is shown of a list of reasons before it is cut.
const LONGEST: usize = 96;

pub(super) fn terminal(report: &Report<'_, '_>) -> String {
    let mut text = format!("{}\n\n", report.conclusion());
    let ordered = report.ordered();
    let width = ordered.iter().map(|one| report.name(one).chars().count()).max().unwrap_or(0);
    let money = ordered.iter().map(|one| cost(one).chars().count()).max().unwrap_or(0);
    for candidate in ordered {
        let why: String = shortened(&because(candidate));
        let (name, cost) = (report.name(candidate), cost(candidate));
        let confidence = candidate.confidence.map_or("-", |confidence| confidence.as_str());
        let line =
            format!("  {name:<width$}  {:<12}  {cost:>money$}  {confidence}  {why}", candidate.outcome);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    for leader in report.plan.leaders() {
        let _ = writeln!(text, "\n{}:", report.name(leader));
        arithmetic(&mut text, leader, "  ");
    }
    if let Some(law) = law(report) {
        let _ = writeln!(text, "\n{law}");
    }
    for name in &report.plan.use_profiles {
        let _ = writeln!(text, "\nConfigure: default = \"{name}\"");
    }
    text.push_str("\nList prices in US dollars before tax, for a year; --html FILE shows every source. Not legal advice.\n");
    text
}

pub(super) fn markdown(report: &Report<'_, '_>) -> String {
    let mut text = format!("# Which eSignature plan\n\n{}\n\n", report.conclusion());
    text.push_str("| plan | verdict | cost of a year | confidence | why |\n|---|---|---|---|---|\n");
    for candidate in report.ordered() {
        let confidence = candidate.confidence.map_or("", |confidence| confidence.as_str());
        let why = because(candidate).replace('|', "\\|");
        let (name, cost) = (report.name(candidate), cost(candidate));
        let _ = writeln!(text, "| {name} | {} | {cost} | {confidence} | {why} |", candidate.outcome);
    }
    for leader in report.plan.leaders() {
        let _ = writeln!(text, "\n## {}\n", report.name(leader));
        arithmetic(&mut text, leader, "- ");
        let prices = leader.readings.iter().map(|reading| &reading.price.evidence);
        for evidence in prices {
            let _ = writeln!(text, "- source: {}", report.citation(evidence));
        }
    }
    if let Some(law) = law(report) {
        let _ = writeln!(text, "\n## Law\n\n{law}");
    }
    text.push_str("\nList prices in US dollars before tax, for a year. Not legal advice.\n");
    text
}

fn arithmetic(text: &mut String, candidate: &Candidate<'_>, lead: &str) {
    let ways = candidate.readings.iter().flat_map(|reading| reading.ways.first());
    for line in ways.flat_map(|way| &way.lines).chain(&candidate.add_ons) {
        let _ = writeln!(text, "{lead}{line}");
    }
}

fn law(report: &Report<'_, '_>) -> Option<String> {
    let answer = report.plan.law.as_ref()?;
    let place = answer.jurisdiction;
    let level = answer.level.map_or("no level as high as the one wanted", |level| level.name.as_str());
    let schemes: Vec<_> = answer.schemes.iter().map(|scheme| scheme.name.as_str()).collect();
    let by = if schemes.is_empty() { String::new() } else { format!("; made with {}", schemes.join(", ")) };
    Some(format!("Law of {}: {} ({}). Needed: {level}{by}.", place.name, place.statute, place.enacted))
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain("…".chars()).collect()
}
