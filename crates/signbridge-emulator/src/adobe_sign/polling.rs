//! The polling rule: how often one identical GET may be made [FACTS 7].

use std::collections::HashMap;

use chrono::TimeDelta;

use super::model::Time;

/// The rule of the account's tier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Rule {
    Off,
    /// Enterprise and Global: three a minute.
    #[default]
    ThreePerMinute,
    /// Every other tier: one in ten minutes; asking too early begins the time anew.
    OncePerTenMinutes,
}

impl Rule {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "off" => Some(Self::Off),
            "three_per_minute" => Some(Self::ThreePerMinute),
            "once_per_ten_minutes" => Some(Self::OncePerTenMinutes),
            _ => None,
        }
    }

    fn allowance(self) -> Option<(usize, i64)> {
        match self {
            Self::Off => None,
            Self::ThreePerMinute => Some((3, 60)),
            Self::OncePerTenMinutes => Some((1, 600)),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Polling {
    rule: Rule,
    /// When each GET was made.
    made: HashMap<String, Vec<Time>>,
}

impl Polling {
    /// Sets the rule and forgets what was asked.
    pub(crate) fn set(&mut self, rule: Rule) {
        *self = Self { rule, made: HashMap::new() };
    }

    /// Counts one GET, or answers the seconds to wait.
    pub(crate) fn take(&mut self, key: String, now: Time) -> Result<(), i64> {
        let Some((most, seconds)) = self.rule.allowance() else { return Ok(()) };
        let window = TimeDelta::seconds(seconds);
        self.made.retain(|_, times| times.last().is_some_and(|last| *last + window > now));
        let times = self.made.entry(key).or_default();
        times.retain(|time| *time + window > now);
        match times.first().filter(|_| times.len() >= most) {
            None => {
                times.push(now);
                Ok(())
            }
            Some(first) => {
                let mut wait = (*first + window - now).num_seconds() + 1;
                if self.rule == Rule::OncePerTenMinutes {
                    *times = vec![now];
                    wait = seconds;
                }
                Err(wait.clamp(1, seconds))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn at(seconds: i64) -> Time {
        DateTime::from_timestamp(1_782_309_600 + seconds, 0).unwrap()
    }

    #[test]
    fn three_a_minute_for_each_get_by_itself() {
        let mut polling = Polling::default();
        for second in [0, 1, 2] {
            assert_eq!(polling.take("a".into(), at(second)), Ok(()));
        }
        assert_eq!(polling.take("b".into(), at(3)), Ok(()));
        assert_eq!(polling.take("a".into(), at(3)), Err(58));
        assert_eq!(polling.take("a".into(), at(61)), Ok(()));
    }

    #[test]
    fn in_the_strict_tier_asking_too_early_begins_the_ten_minutes_anew() {
        let mut polling = Polling::default();
        polling.set(Rule::OncePerTenMinutes);
        assert_eq!(polling.take("a".into(), at(0)), Ok(()));
        assert_eq!(polling.take("a".into(), at(500)), Err(600));
        assert!(polling.take("a".into(), at(700)).is_err());
        assert_eq!(polling.take("a".into(), at(1_300)), Ok(()));
    }
}
