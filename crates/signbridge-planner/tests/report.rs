//! The reports: every number of the page has a source or an input, and all formats say the same.

#![expect(clippy::unwrap_used, reason = "what cannot be unwrapped fails the test")]

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Node, Selector};
use signbridge_planner::{Data, Scenario, plan, report::Report};

const SCENARIOS: [&str; 6] = [
    "seats = 10\nenvelopes = 200\njurisdiction = 'DE'",
    "seats = 3\nenvelopes = 40\njurisdiction = 'US'\nbilling = 'annual_prepaid'",
    "seats = 5\nenvelopes = 20\njurisdiction = 'DE'\nlevel = 'qualified'\ndocument_kind = 'lease'",
    "channel = 'api'\nenvelopes = 400\nsms = 50\nid_checks = 5\njurisdiction = 'SG'",
    "envelopes = 7\njurisdiction = 'GB'\ndocument_kind = 'will'\nallow_vendor_claims = true",
    "seats = 2\nenvelopes = 10\nresidency = 'eu'\nneeds = ['sso', 'bulk_send']",
];

fn html(data: &Data, scenario: &str) -> String {
    let scenario = Scenario::parse(scenario).unwrap();
    Report::new(&plan(data, &scenario, &[]).unwrap(), data, &[]).html()
}

/// Whether the element or one around it says what its numbers rest on.
fn is_sourced(element: ElementRef<'_>) -> bool {
    let says = |one: ElementRef<'_>| {
        ["data-source", "data-input"].iter().any(|name| one.attr(name).is_some_and(|value| !value.is_empty()))
    };
    says(element) || element.ancestors().filter_map(ElementRef::wrap).any(says)
}

#[test]
fn every_number_of_the_page_has_a_source_or_an_input() {
    let data = Data::embedded().unwrap();
    for scenario in SCENARIOS {
        let page = Html::parse_document(&html(&data, scenario));
        let mut numbers = 0;
        for node in page.tree.root().descendants() {
            let Node::Text(text) = node.value() else { continue };
            let Some(parent) = node.parent().and_then(ElementRef::wrap) else { continue };
            if matches!(parent.value().name(), "script" | "style")
                || !text.contains(|c: char| c.is_ascii_digit())
            {
                continue;
            }
            numbers += 1;
            assert!(is_sourced(parent), "{scenario}: `{}` rests on nothing", text.trim());
        }
        assert!(numbers > 50, "{scenario}: only {numbers} numbers were seen");
    }
}

#[test]
fn every_source_that_is_named_is_listed_with_its_dates() {
    let data = Data::embedded().unwrap();
    let page = Html::parse_document(&html(&data, SCENARIOS[0]));
    let named = Selector::parse("[data-source]").unwrap();
    let ids: BTreeSet<&str> =
        page.select(&named).flat_map(|one| one.attr("data-source").unwrap().split(' ')).collect();
    assert!(ids.len() > 20, "{ids:?}");
    for id in ids {
        assert!(data.source(id).is_some(), "{id}");
        let row = Selector::parse(&format!("tr[id='source-{id}'] td")).unwrap();
        assert_eq!(page.select(&row).count(), 3, "{id}");
    }
}

#[test]
fn the_page_asks_for_nothing_from_elsewhere() {
    let data = Data::embedded().unwrap();
    let page = html(&data, SCENARIOS[0]);
    for tag in ["<script src", "<img", "@import", "url(", "<iframe", "<form"] {
        assert!(!page.contains(tag), "{tag}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn all_formats_give_the_same_answer() {
    let data = Data::embedded().unwrap();
    let scenario = Scenario::parse(SCENARIOS[1]).unwrap();
    let answer = plan(&data, &scenario, &[]).unwrap();
    let report = Report::new(&answer, &data, &[]);
    let conclusion = report.conclusion();
    let json: serde_json::Value = serde_json::from_str(&report.json().unwrap()).unwrap();
    assert_eq!(json["conclusion"], conclusion.as_str());
    assert_eq!(json["plan"]["candidates"].as_array().unwrap().len(), answer.candidates.len());
    let leader = answer.leaders().next().unwrap().cost.unwrap().to_string();
    for text in [report.terminal(), report.markdown(), report.html()] {
        assert!(text.contains(&conclusion) && text.contains(&leader), "{text}");
    }
}
