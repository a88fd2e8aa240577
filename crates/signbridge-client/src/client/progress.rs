//! How far a call has got, readable from outside when its time is over.

use std::sync::atomic::{AtomicU8, Ordering};

use signbridge_core::Reach;

/// The furthest reach of the attempts so far that may have had an effect.
#[derive(Debug, Default)]
pub(super) struct Progress(AtomicU8);

impl Progress {
    pub(super) fn reach(&self) -> Reach {
        match self.0.load(Ordering::Relaxed) {
            0 => Reach::No,
            1 => Reach::Maybe,
            _ => Reach::Yes,
        }
    }

    pub(super) fn set(&self, reach: Reach) {
        self.0.store(rank(reach), Ordering::Relaxed);
    }

    /// The further one of this and what was before.
    pub(super) fn raise(&self, reach: Reach) {
        self.0.fetch_max(rank(reach), Ordering::Relaxed);
    }
}

fn rank(reach: Reach) -> u8 {
    match reach {
        Reach::No => 0,
        Reach::Yes => 2,
        _ => 1,
    }
}

/// The further one of two.
pub(super) fn furthest(one: Reach, other: Reach) -> Reach {
    if rank(one) < rank(other) { other } else { one }
}
