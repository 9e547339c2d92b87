//! Latencies.

use std::time::Duration;

/// Measured durations, in microseconds.
#[derive(Debug, Default, Clone)]
pub(crate) struct Latencies(Vec<u32>);

/// What is told of them, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Summary {
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Latencies {
    pub(crate) fn add(&mut self, taken: Duration) {
        self.0.push(u32::try_from(taken.as_micros()).unwrap_or(u32::MAX));
    }

    pub(crate) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Nearest rank: the smallest value that so many per cent do not exceed.
    pub(crate) fn summary(mut self) -> Summary {
        self.0.sort_unstable();
        let ms = |micros: u32| f64::from(micros) / 1_000.0;
        let at = |percent: usize| {
            let rank = (self.0.len() * percent).div_ceil(100).max(1);
            self.0.get(rank - 1).copied().map_or(0.0, ms)
        };
        Summary {
            p50: at(50),
            p90: at(90),
            p99: at(99),
            max: at(100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_the_nearest_rank() {
        let mut all = Latencies::default();
        for micros in (1..=200).rev() {
            all.add(Duration::from_micros(micros * 1_000));
        }
        assert_eq!(all.len(), 200);
        assert_eq!(
            all.summary(),
            Summary {
                p50: 100.0,
                p90: 180.0,
                p99: 198.0,
                max: 200.0
            }
        );
    }

    #[test]
    fn one_value_is_all_of_them_and_none_is_zero() {
        let mut one = Latencies::default();
        one.add(Duration::from_millis(7));
        assert_eq!(
            one.summary(),
            Summary {
                p50: 7.0,
                p90: 7.0,
                p99: 7.0,
                max: 7.0
            }
        );
        assert_eq!(Latencies::default().summary().max, 0.0);
    }
}
