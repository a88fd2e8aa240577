//! What a number rests on, as attributes of its element.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::Report;
use crate::{
    cost::{Basis, Candidate, Input, Line},
    observation::Evidence,
};

/// The sources and inputs of one number.
#[derive(Debug, Default, Clone)]
pub(super) struct Cites<'e> {
    sources: BTreeSet<&'e str>,
    inputs: BTreeSet<&'static str>,
    said: BTreeSet<String>,
}

impl<'e> Cites<'e> {
    /// A number that stands in these sources.
    pub(super) fn of(report: &Report<'_, '_>, evidence: impl IntoIterator<Item = &'e Evidence>) -> Self {
        let mut cites = Self::default();
        evidence.into_iter().for_each(|one| cites.source(report, one));
        cites
    }

    /// A number of the scenario.
    pub(super) fn input(input: Input) -> Self {
        Self::named(input.as_str())
    }

    /// A number that comes from a key of the scenario, or from the calendar.
    pub(super) fn named(key: &'static str) -> Self {
        let mut cites = Self::default();
        cites.inputs.insert(key);
        cites
    }

    /// Everything that the cost of a plan was computed from.
    pub(super) fn cost<'d: 'e>(report: &Report<'_, 'd>, candidate: &'e Candidate<'d>) -> Self {
        let mut cites = Self::default();
        for reading in &candidate.readings {
            cites.source(report, &reading.price.evidence);
            reading.ways.iter().flat_map(|way| &way.lines).for_each(|line| cites.line(report, line));
        }
        candidate.add_ons.iter().for_each(|line| cites.line(report, line));
        if cites.sources.is_empty() {
            // What is unknown follows from what was asked.
            cites.inputs.insert(Input::Envelopes.as_str());
        }
        cites
    }

    /// The terms of a line.
    pub(super) fn line<'d: 'e>(&mut self, report: &Report<'_, '_>, line: &'e Line<'d>) {
        for term in &line.terms {
            match term.basis {
                Basis::Source(evidence) => self.source(report, evidence),
                Basis::Input(input) => {
                    self.inputs.insert(input.as_str());
                }
                Basis::Constant(_) | Basis::Computed => {}
            }
        }
    }

    /// Both together.
    pub(super) fn join(&mut self, other: Self) {
        self.sources.extend(other.sources);
        self.inputs.extend(other.inputs);
        self.said.extend(other.said);
    }

    fn source(&mut self, report: &Report<'_, '_>, evidence: &'e Evidence) {
        self.sources.insert(&evidence.source);
        self.said.insert(report.citation(evidence));
    }

    /// The text with what it rests on; shown when a pointer rests on it or somebody presses it.
    pub(super) fn show(&self, text: impl std::fmt::Display) -> Markup {
        let join = |set: &BTreeSet<&str>| set.iter().copied().collect::<Vec<_>>().join(" ");
        let sources = Some(join(&self.sources)).filter(|text| !text.is_empty());
        let inputs = Some(join(&self.inputs)).filter(|text| !text.is_empty());
        let asked = inputs.as_ref().map(|inputs| format!("your scenario: {}", inputs.replace(' ', ", ")));
        let title = self.said.iter().cloned().chain(asked).collect::<Vec<_>>().join("\n");
        html! {
            span.n data-source=[sources] data-input=[inputs] title=(title) { (text.to_string()) }
        }
    }

    /// The same as attributes of a group in a picture.
    pub(super) fn group(&self, inside: Markup) -> Markup {
        let join = |set: &BTreeSet<&str>| set.iter().copied().collect::<Vec<_>>().join(" ");
        let sources = Some(join(&self.sources)).filter(|text| !text.is_empty());
        let inputs = Some(join(&self.inputs)).filter(|text| !text.is_empty());
        html! { g data-source=[sources] data-input=[inputs] { (inside) } }
    }
}
