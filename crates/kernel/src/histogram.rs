//! How often something was how large: counted without a lock, read at any time.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts values by upper bounds, as Prometheus wants them.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// One for each bound, and one for what lies beyond the last.
    counts: Vec<AtomicU64>,
    sum: AtomicU64,
}

/// What a [`Histogram`] held when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Upper bound, and how many values were at most that; ascending.
    pub up_to: Vec<(u64, u64)>,
    /// How many values in all.
    pub count: u64,
    /// Their sum.
    pub sum: u64,
}

impl Histogram {
    /// Bounds in microseconds from 100 µs to 10 s, for durations.
    pub const MICROS: &'static [u64] = &[
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 10_000_000,
    ];
    /// Bounds for sizes of groups.
    pub const SIZES: &'static [u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

    /// With these bounds, ascending.
    pub fn new(bounds: &'static [u64]) -> Self {
        Self {
            bounds,
            counts: bounds
                .iter()
                .map(|_| AtomicU64::new(0))
                .chain([AtomicU64::new(0)])
                .collect(),
            sum: AtomicU64::new(0),
        }
    }

    /// Counts one value.
    pub fn record(&self, value: u64) {
        let place = self.bounds.partition_point(|bound| *bound < value);
        if let Some(count) = self.counts.get(place) {
            count.fetch_add(1, Relaxed);
        }
        self.sum.fetch_add(value, Relaxed);
    }

    /// What it holds now.
    pub fn read(&self) -> Reading {
        let mut count = 0;
        let up_to = self
            .bounds
            .iter()
            .zip(&self.counts)
            .map(|(bound, here)| {
                count += here.load(Relaxed);
                (*bound, count)
            })
            .collect();
        let beyond = self.counts.last().map_or(0, |last| last.load(Relaxed));
        Reading {
            up_to,
            count: count + beyond,
            sum: self.sum.load(Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_at_their_bound_and_beyond_the_last() {
        let histogram = Histogram::new(&[1, 10]);
        for value in [0, 1, 2, 10, 11, 1_000] {
            histogram.record(value);
        }
        let reading = histogram.read();
        assert_eq!(reading.up_to, [(1, 2), (10, 4)]);
        assert_eq!((reading.count, reading.sum), (6, 1_024));
    }
}
