//! Arithmetic that can be shown: every number says where it comes from.

use std::fmt;

use serde::Serialize;

use crate::{
    money::{Interval, Money, grouped},
    observation::Evidence,
};

signbridge_core::closed_words! {
    /// The numbers of a scenario, by their keys.
    pub enum Input: "input" {
        /// People who send.
        Seats = "seats",
        /// Envelopes a month.
        Envelopes = "envelopes",
        /// Text messages a month.
        Sms = "sms",
        /// Checks of identity documents a month.
        IdChecks = "id_checks",
        /// API calls for one envelope.
        CallsPerEnvelope = "calls_per_envelope",
    }
}

/// What a number rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "from", content = "what")]
pub enum Basis<'d> {
    /// A source.
    Source(&'d Evidence),
    /// The scenario.
    Input(Input),
    /// The calendar.
    Constant(&'static str),
    /// A line above.
    Computed,
}

/// A number: of things, or of dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum Number {
    /// Of things.
    Count(u64),
    /// Of dollars.
    Money(Interval),
}

/// A number and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Term<'d> {
    /// The number.
    pub number: Number,
    /// What it rests on.
    pub basis: Basis<'d>,
}

impl<'d> Term<'d> {
    pub(crate) const MONTHS: Self =
        Self { number: Number::Count(12), basis: Basis::Constant("months of a year") };

    pub(crate) const fn input(input: Input, value: u32) -> Self {
        Self { number: Number::Count(value as u64), basis: Basis::Input(input) }
    }

    pub(crate) const fn computed(value: u64) -> Self {
        Self { number: Number::Count(value), basis: Basis::Computed }
    }

    pub(crate) const fn count(value: u64, evidence: &'d Evidence) -> Self {
        Self { number: Number::Count(value), basis: Basis::Source(evidence) }
    }

    pub(crate) const fn money(value: Money, evidence: &'d Evidence) -> Self {
        Self { number: Number::Money(Interval::exact(value)), basis: Basis::Source(evidence) }
    }

    pub(crate) const fn range(value: Interval, evidence: &'d Evidence) -> Self {
        Self { number: Number::Money(value), basis: Basis::Source(evidence) }
    }
}

signbridge_core::closed_words! {
    /// How the terms of a line are joined.
    pub enum Operator: "operator" {
        /// Multiplied.
        Times = "×",
        /// The others taken from the first.
        Minus = "−",
        /// Divided, and rounded up to a whole number.
        DividedUp = "÷",
    }
}

/// One line of the arithmetic. The lines whose result is money add up to the cost; the others lead to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line<'d> {
    /// What is computed.
    pub label: &'static str,
    /// How.
    pub operator: Operator,
    /// From what.
    pub terms: Vec<Term<'d>>,
    /// The result.
    pub result: Number,
}

impl<'d> Line<'d> {
    pub(crate) fn product(label: &'static str, terms: Vec<Term<'d>>) -> Self {
        let mut count: u64 = 1;
        let mut money: Option<Interval> = None;
        for term in &terms {
            match term.number {
                Number::Count(factor) => count = count.saturating_mul(factor),
                Number::Money(price) => money = Some(price),
            }
        }
        let result = money.map_or(Number::Count(count), |price| Number::Money(price.times(count)));
        Self { label, operator: Operator::Times, terms, result }
    }

    pub(crate) fn difference(label: &'static str, from: Term<'d>, take: Term<'d>) -> Self {
        let result = Number::Count(count(from).saturating_sub(count(take)));
        Self { label, operator: Operator::Minus, terms: vec![from, take], result }
    }

    pub(crate) fn quotient_up(label: &'static str, from: Term<'d>, by: Term<'d>) -> Self {
        let result = Number::Count(count(from).div_ceil(count(by).max(1)));
        Self { label, operator: Operator::DividedUp, terms: vec![from, by], result }
    }

    /// The result, when it is money.
    pub fn money(&self) -> Option<Interval> {
        match self.result {
            Number::Money(amount) => Some(amount),
            Number::Count(_) => None,
        }
    }

    /// The result, when it is a number of things.
    pub fn count(&self) -> Option<u64> {
        match self.result {
            Number::Count(count) => Some(count),
            Number::Money(_) => None,
        }
    }
}

const fn count(term: Term<'_>) -> u64 {
    match term.number {
        Number::Count(count) => count,
        Number::Money(_) => 0,
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => f.pad(&grouped(&count.to_string())),
            Self::Money(amount) => amount.fmt(f),
        }
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.label)?;
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                write!(f, " {} ", self.operator)?;
            }
            let open = matches!(term.number, Number::Money(range) if range.single().is_none());
            if open { write!(f, "({})", term.number)? } else { write!(f, "{}", term.number)? }
        }
        let up = if self.operator == Operator::DividedUp { ", rounded up" } else { "" };
        write!(f, " = {}{up}", self.result)
    }
}
