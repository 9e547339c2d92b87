//! Thousands of days by chance (R-DESK-02, 03, 04, 11, 13, 18): nobody is forgotten, nothing is held twice, nobody gets more than
//! there is room for, and whoever is there all day gets what their weight says.

#[path = "../examples/routing/day.rs"]
mod day;

use day::{Plan, play};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_day_keeps_the_rules_desk_02_desk_18(seed in any::<u64>()) {
        let plan = Plan { secs: 5_400, ..Plan::rough(seed) };
        let out = play(&plan);
        prop_assert!(out.faults.is_empty(), "seed {}: {:#?}", seed, out.faults);
    }
    #[test]
    fn the_same_day_is_decided_the_same_way(seed in 0u64..1_000_000) {
        let plan = Plan { secs: 1_200, ..Plan::rough(seed) };
        prop_assert_eq!(play(&plan), play(&plan));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn everybody_gets_what_their_weight_says_over_a_day_desk_03(seed in any::<u64>()) {
        let plan = Plan::even(seed);
        let out = play(&plan);
        prop_assert!(out.faults.is_empty(), "seed {}: {:#?}", seed, out.faults);
        let total: u32 = out.received.iter().sum();
        let weights: u32 = plan.people.iter().map(|p| p.seats[0].weight).sum();
        for (person, got) in plan.people.iter().zip(&out.received) {
            let fair = f64::from(total) * f64::from(person.seats[0].weight) / f64::from(weights);
            let off = (f64::from(*got) - fair).abs();
            prop_assert!(off <= 5.0 + fair * 0.08, "seed {}: {} of {}, fair {:.1}: {:?}", seed, got, total, fair, out.received);
        }
    }
}
