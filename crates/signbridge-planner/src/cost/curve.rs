//! Cost as a function of a whole number: affine pieces, exact everywhere.

use serde::Serialize;

use crate::money::Money;

/// A stretch on which cost grows by the same amount with each unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Its first number.
    pub from: u64,
    /// Its last number.
    pub to: u64,
    /// The cost at the first.
    pub start: Money,
    /// What each further unit adds, which may be negative.
    pub slope: Money,
}

impl Piece {
    /// The cost at a number within the piece.
    pub const fn at(&self, x: u64) -> Money {
        Money::from_micros(self.start.micros() + self.slope.micros() * (x - self.from) as i128)
    }

    pub(super) const fn part(&self, from: u64, to: u64) -> Self {
        Self { from, to, start: self.at(from), slope: self.slope }
    }
}

/// A cost curve: pieces in order, without overlap. Where there is no piece, the cost is not known or there is no way.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Curve {
    /// The pieces.
    pub pieces: Vec<Piece>,
}

impl Curve {
    /// The cost at a number.
    pub fn at(&self, x: u64) -> Option<Money> {
        let index = self.pieces.partition_point(|piece| piece.to < x);
        self.pieces.get(index).filter(|piece| piece.from <= x).map(|piece| piece.at(x))
    }

    /// Appends a piece unless it is empty.
    pub(super) fn push(&mut self, from: u64, to: u64, start: Money, slope: Money) {
        if from <= to {
            self.pieces.push(Piece { from, to, start, slope });
        }
    }

    /// The curve from a number on.
    pub(super) fn starting(&self, from: u64) -> Self {
        let kept = self.pieces.iter().filter(|piece| piece.to >= from);
        Self { pieces: kept.map(|piece| piece.part(piece.from.max(from), piece.to)).collect() }
    }

    /// The same, dearer by an amount everywhere.
    pub(super) fn raised(mut self, by: Money) -> Self {
        for piece in &mut self.pieces {
            piece.start = piece.start.plus(by);
        }
        self
    }

    /// The cheaper of both; where only one is known, that one.
    #[must_use]
    pub fn cheaper(&self, other: &Self) -> Self {
        self.joined(other, true, |sign| sign <= 0)
    }

    /// The dearer of both; where one is not known, nothing.
    #[must_use]
    pub fn dearer(&self, other: &Self) -> Self {
        self.joined(other, false, |sign| sign >= 0)
    }

    fn joined(&self, other: &Self, alone: bool, takes_first: impl Fn(i128) -> bool) -> Self {
        let mut joined = Self::default();
        self.sweep(other, |from, to, one, two| match (one, two) {
            (Some(one), Some(two)) => runs(&one.part(from, to), &two.part(from, to), |from, to, sign| {
                let piece = if takes_first(sign) { one } else { two };
                joined.append(piece.part(from, to));
            }),
            (Some(one), None) | (None, Some(one)) if alone => joined.append(one.part(from, to)),
            _ => {}
        });
        joined
    }

    /// Appends a piece, as part of the last where it goes on in the same line.
    fn append(&mut self, piece: Piece) {
        if let Some(last) = self.pieces.last_mut() {
            let goes_on = last.slope == piece.slope
                && last.to + 1 == piece.from
                && last.start.plus(last.slope.times(piece.from - last.from)) == piece.start;
            if goes_on {
                last.to = piece.to;
                return;
            }
        }
        self.pieces.push(piece);
    }

    /// Calls `visit` for every stretch on which neither curve changes its piece.
    pub(super) fn sweep<'c>(
        &'c self,
        other: &'c Self,
        mut visit: impl FnMut(u64, u64, Option<&'c Piece>, Option<&'c Piece>),
    ) {
        let (mut ones, mut twos) = (self.pieces.iter().peekable(), other.pieces.iter().peekable());
        let mut x = 0;
        loop {
            while ones.next_if(|piece| piece.to < x).is_some() {}
            while twos.next_if(|piece| piece.to < x).is_some() {}
            let (one, two) = (ones.peek().copied(), twos.peek().copied());
            let starts = [one, two].into_iter().flatten().map(|piece| piece.from.max(x));
            let Some(from) = starts.min() else { return };
            let (one, two) = (one.filter(|piece| piece.from <= from), two.filter(|piece| piece.from <= from));
            let ends = [one, two].into_iter().flatten().map(|piece| piece.to);
            let next = [ones.peek(), twos.peek()].into_iter().flatten().map(|piece| piece.from);
            let next = next.filter(|start| *start > from).map(|start| start - 1);
            let Some(to) = ends.chain(next).min() else { return };
            visit(from, to, one, two);
            x = to + 1;
        }
    }
}

/// Splits a stretch, on which both pieces are defined, where the sign of the first minus the second changes: solved,
/// not searched. `visit` gets each run with its sign.
pub(super) fn runs(one: &Piece, two: &Piece, mut visit: impl FnMut(u64, u64, i128)) {
    let slope = one.slope.minus(two.slope).micros();
    let (mut from, to) = (one.from, one.to.min(two.to));
    while from <= to {
        let difference = one.at(from).minus(two.at(from)).micros();
        let sign = difference.signum();
        // The first whole step at which the difference no longer has this sign.
        let steps = match (sign, slope.signum()) {
            (0, 0) => None,
            (0, _) => Some(1),
            (1, -1) | (-1, 1) => Some(difference.unsigned_abs().div_ceil(slope.unsigned_abs())),
            _ => None,
        };
        let steps = steps.and_then(|steps| u64::try_from(steps).ok());
        let last = steps.and_then(|steps| from.checked_add(steps - 1)).map_or(to, |last| last.min(to));
        visit(from, last, sign);
        from = last + 1;
    }
}
