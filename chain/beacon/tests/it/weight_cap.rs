//! One operator has most of the stake, or splits it over many validators. Its voting weight stays at the cap,
//! believability grows with stake, Servi and uptime, and nothing overflows at the limit of the supply.

use chain_beacon::{
    believability::{SCALE, Uptime, believability},
    servi::{LEADING_DIVISOR, SERVI_MAX, SERVI_PER_BLOCK, Servi},
    stake::{PPM, Stake, capped_weights},
};
use chain_types::TenantId;
use proptest::{collection::vec, prelude::*};

fn stakes(list: &[(u8, u64)]) -> Vec<Stake> {
    list.iter().map(|(operator, bond)| Stake { operator: TenantId([*operator; 16]), bond: *bond }).collect()
}

#[test]
fn a_large_operator_is_capped_however_it_splits() {
    for (stakes_of, expected) in [
        (vec![(1, 9_000), (2, 100), (3, 100), (4, 100)], vec![148, 100, 100, 100]),
        (vec![(1, 4_500), (1, 4_500), (2, 100), (3, 100), (4, 100)], vec![74, 74, 100, 100, 100]),
        (vec![(1, 9_000), (2, 100)], vec![100, 100]),
        (vec![(1, 9_000), (2, 0), (3, 100)], vec![100, 0, 100]),
        (vec![(1, 9_000)], vec![9_000]),
        (vec![], vec![]),
    ] {
        let weights = capped_weights(&stakes(&stakes_of), 331_000);
        assert_eq!(weights, expected, "{stakes_of:?}");
    }
}

#[test]
fn servi_at_most_doubles_and_zero_uptime_gives_zero() {
    let full = believability(5, Servi::ZERO, Uptime::FULL);
    assert_eq!(full, 5 * SCALE);
    assert_eq!(believability(5, Servi::new(u32::MAX), Uptime::new(u32::MAX)), 2 * full);
    assert_eq!(believability(5, Servi::new(SERVI_MAX), Uptime::new(0)), 0);
}

#[test]
fn leading_spends_servi_down_to_an_equilibrium() {
    let rich = Servi::new(SERVI_MAX);
    assert_eq!(rich.lead().amount(), SERVI_MAX - SERVI_MAX / LEADING_DIVISOR + SERVI_PER_BLOCK);
    assert_eq!(rich.earn(1), rich);
    let settled = (0..1_000).fold(rich, |servi, _| servi.lead());
    assert_eq!(settled, (0..1_000).fold(Servi::ZERO, |servi, _| servi.lead()).max(settled));
    assert!(settled.amount() <= LEADING_DIVISOR * (SERVI_PER_BLOCK + 1));
}

#[test]
fn uptime_is_the_share_of_requested_work() {
    for (done, asked, ppm) in [(0, 0, PPM), (0, 5, 0), (1, 3, 333_333), (9, 5, PPM), (u64::MAX, u64::MAX, PPM)] {
        assert_eq!(Uptime::of(done, asked).ppm(), ppm, "{done} of {asked}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn no_operator_exceeds_the_cap_and_no_weight_exceeds_its_bond(
        list in vec((0_u8..8, 1_u64..=u64::MAX >> 6), 1..=24),
        cap_ppm in 1..=PPM,
    ) {
        let weights = capped_weights(&stakes(&list), cap_ppm);
        let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
        let mut operators: Vec<u8> = list.iter().map(|(operator, _)| *operator).collect();
        operators.sort_unstable();
        operators.dedup();
        let count = operators.len() as u128;
        for operator in operators {
            let own: u128 = list.iter().zip(&weights)
                .filter(|((other, _), _)| *other == operator).map(|(_, weight)| u128::from(*weight)).sum();
            let is_within = own * u128::from(PPM) <= total * u128::from(cap_ppm);
            prop_assert!(is_within || own * count <= total, "{operator} has {own} of {total}");
        }
        for ((_, bond), weight) in list.iter().zip(&weights) {
            prop_assert!(weight <= bond);
        }
    }

    #[test]
    fn more_stake_is_never_less_weight(
        list in vec(1_u64..=u64::MAX >> 6, 1..=12), more in 1_u64..=u64::MAX >> 6, cap_ppm in 1..=PPM,
    ) {
        let numbered: Vec<(u8, u64)> = (0..).zip(list).collect();
        let mut richer = numbered.clone();
        richer[0].1 += more;
        let before = capped_weights(&stakes(&numbered), cap_ppm)[0];
        prop_assert!(capped_weights(&stakes(&richer), cap_ppm)[0] >= before);
    }

    #[test]
    fn believability_grows_with_each_of_its_three_parts(
        weight in 0..u64::MAX, servi in 0..SERVI_MAX, uptime in 0..PPM,
    ) {
        let of = |weight, servi, uptime| believability(weight, Servi::new(servi), Uptime::new(uptime));
        let value = of(weight, servi, uptime);
        prop_assert!(of(weight + 1, servi, uptime) >= value);
        prop_assert!(of(weight, servi + 1, uptime) >= value);
        prop_assert!(of(weight, servi, uptime + 1) >= value);
        prop_assert!(value <= u128::from(weight) * 2 * SCALE);
    }
}
