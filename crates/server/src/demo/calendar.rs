//! When people come: a curve of the day, of the week, and a day of sale.

use fastrand::Rng;
use jiff::civil::{Date, Weekday};

/// Share of each hour in a day's conversations: late morning, afternoon and evening are high.
const CHATS: [f64; 24] = [
    1.3, 0.6, 0.3, 0.2, 0.2, 0.3, 0.6, 1.5, 3.3, 5.7, 7.7, 7.0, 4.8, 4.6, 6.5, 6.7, 6.1, 4.6, 4.5, 5.4, 7.6,
    8.0, 6.3, 3.4,
];
/// The same for orders that are placed without a word; evenings are longer.
const ORDERS: [f64; 24] = [
    3.2, 1.6, 0.9, 0.6, 0.5, 0.5, 0.9, 1.9, 3.2, 4.8, 6.2, 5.8, 4.9, 4.9, 5.6, 6.0, 5.3, 4.4, 4.6, 5.6, 7.2,
    8.0, 7.6, 5.8,
];
/// So many days ago was the sale.
pub(crate) const SALE_AGO: i64 = 19;

/// How busy a day is, 1 = a plain one. `ago`: days before today.
pub(crate) fn busy(day: Date, ago: i64, rng: &mut Rng) -> f64 {
    let week = match day.weekday() {
        Weekday::Saturday => 1.17,
        Weekday::Sunday => 1.13,
        Weekday::Monday => 1.03,
        Weekday::Wednesday => 0.95,
        _ => 0.98,
    };
    let sale = match ago - SALE_AGO {
        0 => 2.3,
        1 => 1.3,
        -1 => 1.45,
        -2 => 1.15,
        _ => 1.0,
    };
    week * sale * (0.92 + rng.f64() * 0.16)
}

/// How many come when `mean` are expected (arrivals that know nothing of each other).
pub(crate) fn arrivals(mean: f64, rng: &mut Rng) -> usize {
    // For means above ten or so the bell is close enough.
    (mean + mean.sqrt() * bell(rng)).round().max(0.0) as usize
}

/// A number around nought, two thirds of them within one.
pub(crate) fn bell(rng: &mut Rng) -> f64 {
    (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0
}

/// A length of time around `middle`, with a long tail.
pub(crate) fn around(middle: f64, spread: f64, rng: &mut Rng) -> f64 {
    middle * (bell(rng) * spread).exp()
}

/// Microseconds since midnight, by the curve.
fn at(curve: &[f64; 24], rng: &mut Rng) -> i64 {
    let sum: f64 = curve.iter().sum();
    let mut left = rng.f64() * sum;
    let mut hour = 0;
    for (h, share) in curve.iter().enumerate() {
        hour = h as i64;
        if left < *share {
            break;
        }
        left -= share;
    }
    hour * 3_600_000_000 + rng.i64(0..3_600_000_000)
}

/// Moments of a day's conversations, in order, microseconds since midnight.
pub(crate) fn chats(count: usize, rng: &mut Rng) -> Vec<i64> {
    sorted(count, &CHATS, rng)
}

/// Moments of a day's silent orders, in order.
pub(crate) fn orders(count: usize, rng: &mut Rng) -> Vec<i64> {
    sorted(count, &ORDERS, rng)
}

fn sorted(count: usize, curve: &[f64; 24], rng: &mut Rng) -> Vec<i64> {
    let mut all: Vec<i64> = (0..count).map(|_| at(curve, rng)).collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mornings_afternoons_and_evenings_are_high_and_the_sale_is_higher() {
        let mut rng = Rng::with_seed(1);
        let mut hours = [0usize; 24];
        for at in chats(40_000, &mut rng) {
            hours[(at / 3_600_000_000) as usize] += 1;
        }
        for (high, low) in [(10, 12), (11, 13), (14, 13), (15, 17), (20, 18), (21, 23), (8, 4)] {
            assert!(hours[high] > hours[low], "{high} {hours:?}");
        }
        let day = jiff::civil::date(2026, 3, 4);
        assert!(busy(day, SALE_AGO, &mut rng) > 1.9 && busy(day, 40, &mut rng) < 1.1);
    }

    #[test]
    fn arrivals_scatter_around_their_mean() {
        let mut rng = Rng::with_seed(2);
        let all: Vec<usize> = (0..400).map(|_| arrivals(200.0, &mut rng)).collect();
        let mean = all.iter().sum::<usize>() as f64 / all.len() as f64;
        assert!((mean - 200.0).abs() < 4.0, "{mean}");
        assert!(all.iter().any(|n| *n < 185) && all.iter().any(|n| *n > 215));
    }
}
