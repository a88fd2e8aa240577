//! Cost against volume and against seats, as a picture and in words.

use maud::{Markup, html};

use super::{Report, cite::Cites};
use crate::{
    Money,
    cost::{Axis, Bound, Candidate, Cheaper, Curve, Input, Outcome, breaks, curve},
    money::grouped,
};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 72.0;
const BOTTOM: f64 = 40.0;
const TOP: f64 = 14.0;
const RIGHT: f64 = 14.0;
/// So many lines can be told apart.
const MOST: usize = 5;
/// Breaks beyond these are said in words only.
const MOST_MARKS: usize = 6;

struct Series<'r, 'd> {
    candidate: &'r Candidate<'d>,
    curve: Curve,
    /// Whether only the least it may cost is known.
    floor: bool,
}

/// A chart along an axis, with the points at which another plan becomes the cheaper one.
pub(super) fn chart(report: &Report<'_, '_>, axis: Axis) -> Markup {
    let scenario = &report.plan.scenario;
    let (input, present, least) = match axis {
        Axis::Envelopes => (Input::Envelopes, u64::from(scenario.envelopes), 20),
        Axis::Seats => (Input::Seats, u64::from(scenario.seats), 10),
    };
    let horizon = (present * 2).max(least);
    let series = series(report, axis, horizon);
    let title = match axis {
        Axis::Envelopes => "Cost of a year against envelopes a month",
        Axis::Seats => "Cost of a year against seats",
    };
    if series.is_empty() {
        return html! { figure { figcaption { (title) ": no plan that may do has a known price." } } };
    }
    let top = series.iter().filter_map(|one| highest(&one.curve)).max().unwrap_or(Money::ZERO);
    let scale = Scale { horizon, top };
    let marks = marks(report, &series, input);
    html! {
        figure {
            figcaption { (title) }
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(title) {
                (axes(&scale, input, present))
                @for (index, one) in series.iter().enumerate() {
                    path class=(format!("line s{index}")) d=(scale.path(&one.curve)) {}
                }
                @for mark in marks.iter().take(MOST_MARKS) {
                    @let (x, y) = scale.point(mark.at, mark.cost);
                    (mark.cites.group(html! {
                        circle.mark cx=(x) cy=(y) r="4" {}
                        text.tick x=(x) y=(y - 8.0) text-anchor="middle" { (mark.at) }
                    }))
                }
            }
            ul.legend {
                @for (index, one) in series.iter().enumerate() {
                    li { span class=(format!("key s{index}")) {} " " (report.name(one.candidate))
                        @if one.floor { " (the least it may cost)" } }
                }
            }
            @if marks.is_empty() {
                p { "No other of these plans becomes the cheaper one in this range." }
            } @else {
                ul {
                    @for mark in &marks {
                        li { "From " (mark.cites.show(mark.at)) " on, " (mark.cheaper) " is cheaper than " (mark.dearer) "." }
                    }
                }
            }
        }
    }
}

fn series<'r, 'd>(report: &Report<'r, 'd>, axis: Axis, horizon: u64) -> Vec<Series<'r, 'd>> {
    let plan = report.plan;
    let cheaper = plan.ranking.possibly_cheaper.iter().chain(&plan.ranking.closest);
    let shown = plan.ranking.ranked.iter().take(MOST - 1).chain(cheaper);
    let shown = shown.filter_map(|index| plan.candidates.get(*index)).take(MOST);
    let drawn = shown.map(|candidate| {
        let floor = candidate.outcome != Outcome::Feasible;
        let bound = if floor { Bound::Low } else { Bound::High };
        let curve =
            curve(report.data, &plan.scenario, candidate.plan, candidate.billing, axis, bound, horizon);
        Series { candidate, curve, floor }
    });
    drawn.filter(|one| !one.curve.pieces.is_empty()).collect()
}

fn highest(curve: &Curve) -> Option<Money> {
    curve.pieces.iter().flat_map(|piece| [piece.start, piece.at(piece.to)]).max()
}

struct Mark<'e> {
    at: u64,
    cost: Money,
    cheaper: String,
    dearer: String,
    cites: Cites<'e>,
}

/// Where, of the plans shown, one becomes cheaper than the leading one, or the other way round.
fn marks<'e, 'd: 'e>(report: &Report<'_, 'd>, series: &'e [Series<'e, 'd>], input: Input) -> Vec<Mark<'e>> {
    let Some((first, others)) = series.split_first() else { return Vec::new() };
    let mut marks = Vec::new();
    for other in others {
        // The first entry says who is cheaper where both begin; the changes follow.
        for change in breaks(&first.curve, &other.curve).changes.iter().skip(1) {
            let (cheaper, dearer) = match change.cheaper {
                Cheaper::First => (first, other),
                Cheaper::Second => (other, first),
                Cheaper::Neither => continue,
            };
            let Some(cost) = cheaper.curve.at(change.at) else { continue };
            let mut cites = Cites::cost(report, cheaper.candidate);
            cites.join(Cites::cost(report, dearer.candidate));
            cites.join(Cites::input(input));
            marks.push(Mark {
                at: change.at,
                cost,
                cheaper: report.name(cheaper.candidate),
                dearer: report.name(dearer.candidate),
                cites,
            });
        }
    }
    marks.sort_by_key(|mark| mark.at);
    marks
}

struct Scale {
    horizon: u64,
    top: Money,
}

impl Scale {
    #[expect(clippy::cast_precision_loss, reason = "a picture: a thousandth of a point does not show")]
    fn point(&self, x: u64, y: Money) -> (f64, f64) {
        let across = x as f64 / self.horizon.max(1) as f64;
        let up = y.micros() as f64 / self.top.micros().max(1) as f64;
        let round = |value: f64| (value * 10.0).round() / 10.0;
        (round(LEFT + across * (WIDTH - LEFT - RIGHT)), round(HEIGHT - BOTTOM - up * (HEIGHT - BOTTOM - TOP)))
    }

    fn path(&self, curve: &Curve) -> String {
        let mut path = String::new();
        let mut end = None;
        for piece in &curve.pieces {
            let goes_on = end.is_some_and(|end: u64| piece.from <= end + 1);
            let (left, top) = self.point(piece.from, piece.start);
            let (right, bottom) = self.point(piece.to, piece.at(piece.to));
            path.push_str(&format!("{}{left} {top} L{right} {bottom} ", if goes_on { 'L' } else { 'M' }));
            end = Some(piece.to);
        }
        path.trim_end().to_owned()
    }
}

fn axes(scale: &Scale, input: Input, present: u64) -> Markup {
    let (left, bottom) = scale.point(0, Money::ZERO);
    let (right, top) = scale.point(scale.horizon, scale.top);
    let parts = [1_u64, 2, 3, 4];
    let cites = Cites::input(input);
    html! {
        path.axis d=(format!("M{left} {top} L{left} {bottom} L{right} {bottom}")) {}
        @for part in parts {
            @let at = scale.horizon * part / 4;
            @let amount = Money::from_micros(scale.top.micros() * i128::from(part) / 4);
            @let (x, _) = scale.point(at, Money::ZERO);
            @let (_, y) = scale.point(0, amount);
            path.grid d=(format!("M{left} {y} L{right} {y}")) {}
            (cites.group(html! {
                text.tick x=(x) y=(bottom + 18.0) text-anchor="middle" { (at) }
                text.tick x=(left - 6.0) y=(y + 4.0) text-anchor="end" { "$" (grouped(&(amount.micros() / 1_000_000).to_string())) }
            }))
        }
        @let (x, _) = scale.point(present, Money::ZERO);
        path.now d=(format!("M{x} {top} L{x} {bottom}")) {}
        text.tick x=(x) y=(HEIGHT - 6.0) text-anchor="middle" { "yours" }
    }
}
