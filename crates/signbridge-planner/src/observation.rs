//! Observations: a value, who said it, when, and how far it is believed.
//!
//! Vendors' texts disagree with one another and with themselves, so a fact is a list of observations. The policy
//! that picks among them is [`Readings::of`].

use chrono::NaiveDate;
use serde::Serialize;

signbridge_core::closed_words! {
    /// How far a value is believed, best first. What was not found has no confidence: it is unknown.
    pub enum Confidence: "confidence" {
        /// The vendor's or a government's own page of the last twelve months, or a dated transcription of it.
        A = "A",
        /// The vendor's page, older or undated; or a third party that opened it on a stated date.
        B = "B",
        /// One secondary source, or derived by arithmetic from a better one.
        C = "C",
        /// A claim of an interested party that nobody else confirms.
        D = "D",
    }
}

signbridge_core::closed_words! {
    /// How an observation stands among the others of its fact.
    pub enum Standing: "standing" {
        /// It counts; the policy decides between several.
        Listed = "listed",
        /// It counts beside the other disputed ones: no evidence decides, so the result spans them all.
        Disputed = "disputed",
        /// Another reading, shown as what would change the answer.
        Alternative = "alternative",
        /// A price for a while, such as the first year.
        Promotion = "promotion",
        /// What was true once.
        Superseded = "superseded",
    }
}

signbridge_core::closed_words! {
    /// Where data came from.
    pub enum Origin: "origin" {
        /// Data of this crate.
        Published = "published",
        /// The user's own, from an overlay.
        User = "user",
    }
}

/// Who said it, when, and how far it is believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The id of the [`Source`](crate::data::Source).
    pub source: String,
    /// The date on the page, or on which it was seen; `None` is undated.
    pub date: Option<NaiveDate>,
    /// How far it is believed.
    pub confidence: Confidence,
    /// What a reader should know, such as a scope or a contradiction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Ours or the user's.
    pub origin: Origin,
    /// Whether the source is the vendor itself or a government.
    pub official: bool,
}

impl Evidence {
    /// Whether only an interested party says so: it stays out of rankings unless the scenario allows it.
    pub fn vendor_claim(&self) -> bool {
        self.confidence == Confidence::D && self.origin == Origin::Published
    }

    /// The order of the policy: the user's own, then confidence, then date, then vendor or government, then source id.
    fn better_than(&self, other: &Self) -> bool {
        let key = |one: &Self| {
            (one.origin != Origin::User, one.confidence, std::cmp::Reverse(one.date), !one.official)
        };
        (key(self), &self.source) < (key(other), &other.source)
    }
}

/// One value, as one source gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Observation<T> {
    /// The value.
    pub value: T,
    /// How it stands among the others of its fact.
    pub standing: Standing,
    /// What it rests on.
    pub evidence: Evidence,
}

/// What the policy makes of the observations of one fact.
#[derive(Debug, Clone)]
pub struct Readings<'d, T> {
    /// What counts: one, or several when they are disputed; none when the fact is unknown.
    pub counted: Vec<&'d Observation<T>>,
    /// Every other observation with another value: shown, never counted.
    pub others: Vec<&'d Observation<T>>,
}

impl<'d, T: PartialEq> Readings<'d, T> {
    /// The policy. A user's own value replaces all others. Otherwise promotions, superseded and alternative readings
    /// are set aside, and vendor claims too unless `allow_claims`. If disputed ones remain, each distinct value of
    /// them counts; else the best: highest confidence, then newest, then vendor or government, then lowest source id.
    pub fn of(observations: impl Iterator<Item = &'d Observation<T>> + Clone, allow_claims: bool) -> Self {
        let eligible = |observation: &&Observation<T>| {
            matches!(observation.standing, Standing::Listed | Standing::Disputed)
                && (allow_claims || !observation.evidence.vendor_claim())
        };
        let users = observations.clone().any(|one| one.evidence.origin == Origin::User && eligible(&one));
        let disputed =
            !users && observations.clone().any(|one| one.standing == Standing::Disputed && eligible(&one));
        let mut counted: Vec<&'d Observation<T>> = Vec::new();
        for one in observations.clone().filter(eligible) {
            if disputed && one.standing != Standing::Disputed {
                continue;
            }
            let rival = counted.iter_mut().find(|other| !disputed || other.value == one.value);
            match rival {
                Some(rival) if one.evidence.better_than(&rival.evidence) => *rival = one,
                Some(_) => {}
                None => counted.push(one),
            }
        }
        let mut others: Vec<&'d Observation<T>> = Vec::new();
        for one in observations {
            let known = counted.iter().chain(&others).any(|other| other.value == one.value);
            if !known {
                others.push(one);
            }
        }
        Self { counted, others }
    }

    /// The value, when exactly one counts.
    pub fn single(&self) -> Option<&'d Observation<T>> {
        match self.counted.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Whether nothing counts, yet an interested party claims something.
    pub fn only_claimed(&self) -> bool {
        self.counted.is_empty() && self.others.iter().any(|one| one.evidence.vendor_claim())
    }
}

#[cfg(test)]
mod tests {
    use super::{Confidence, Evidence, Observation, Origin, Readings, Standing};

    fn seen(value: u32, source: &str, confidence: Confidence, date: Option<&str>) -> Observation<u32> {
        let date = date.map(|date| date.parse().unwrap());
        let evidence = Evidence {
            source: source.into(),
            date,
            confidence,
            note: None,
            origin: Origin::Published,
            official: false,
        };
        Observation { value, standing: Standing::Listed, evidence }
    }

    fn counted(observations: &[Observation<u32>], allow_claims: bool) -> Vec<u32> {
        Readings::of(observations.iter(), allow_claims).counted.iter().map(|one| one.value).collect()
    }

    #[test]
    fn confidence_wins_then_date_then_an_official_source_then_the_id() {
        let mut all = vec![
            seen(1, "z", Confidence::C, Some("2026-11-01")),
            seen(2, "y", Confidence::B, None),
            seen(3, "x", Confidence::B, Some("2026-01-01")),
            seen(4, "w", Confidence::B, Some("2026-01-01")),
        ];
        assert_eq!(counted(&all, false), [4]);
        all[2].evidence.official = true;
        assert_eq!(counted(&all, false), [3]);
        all[1].evidence.date = Some("2026-02-01".parse().unwrap());
        assert_eq!(counted(&all, false), [2]);
        all[0].evidence.origin = Origin::User;
        assert_eq!(counted(&all, false), [1]);
    }

    #[test]
    fn claims_and_set_aside_readings_do_not_count() {
        let mut all = vec![seen(1, "seed", Confidence::D, None)];
        assert_eq!(counted(&all, false), [0u32; 0]);
        assert!(Readings::of(all.iter(), false).only_claimed());
        assert_eq!(counted(&all, true), [1]);
        for standing in [Standing::Alternative, Standing::Promotion, Standing::Superseded] {
            all[0].standing = standing;
            assert_eq!(counted(&all, true), [0u32; 0]);
            assert_eq!(Readings::of(all.iter(), true).others.len(), 1);
        }
    }

    #[test]
    fn disputed_values_stand_side_by_side_until_the_user_decides() {
        let mut all = vec![
            seen(150, "a", Confidence::C, None),
            seen(0, "b", Confidence::B, None),
            seen(0, "c", Confidence::A, Some("2026-01-01")),
            seen(7, "d", Confidence::A, Some("2026-01-01")),
        ];
        for one in &mut all[..3] {
            one.standing = Standing::Disputed;
        }
        assert_eq!(counted(&all, false), [150, 0]);
        assert_eq!(Readings::of(all.iter(), false).counted[1].evidence.source, "c");
        all.push(seen(9, "mine", Confidence::C, None));
        all[4].evidence.origin = Origin::User;
        assert_eq!(counted(&all, false), [9]);
    }
}
