//! A follower lacks blocks that not everyone has any more. Whoever has none to give is passed over at once, whoever has
//! is asked again, and when nobody has the next block the operator hears of it, once.

use crate::joiner::{Joiner, peer};
use chain_replica::{Alarm, Effect, FETCH_MS, JOIN_WAIT_MS, Message};
use chain_types::{Height, PublicKey};

/// A follower that fetches blocks from the first on; whom it asked first.
fn follower(peers: &[u8]) -> (Joiner, PublicKey) {
    let mut follower = Joiner::new(u64::MAX);
    for number in peers {
        follower.claim(peer(*number), 50);
    }
    follower.pass(JOIN_WAIT_MS);
    let asked = asked(&mut follower).expect("it asks somebody");
    (follower, asked)
}

/// Who is asked for the first block.
fn asked(follower: &mut Joiner) -> Option<PublicKey> {
    match follower.next_message() {
        Some((to, Message::FetchFinal { from: Height(1) })) => Some(to),
        None => None,
        other => panic!("{other:?}"),
    }
}

fn alarms(follower: &Joiner) -> usize {
    let is_alarm = |effect: &&Effect| matches!(effect, Effect::Alarm(Alarm::BlocksAbsent { height: Height(1) }));
    follower.effects.iter().filter(is_alarm).count()
}

#[test]
fn who_lacks_the_block_is_passed_over_at_once() {
    let (mut follower, first) = follower(&[1, 2, 3]);
    follower.hear(first, Message::Final(Vec::new()));
    follower.pass(1);
    let second = asked(&mut follower).expect("it asks another without waiting");
    follower.hear(second, Message::Final(Vec::new()));
    follower.pass(1);
    let third = asked(&mut follower).expect("and the last");
    assert!(first != second && second != third && third != first);
    assert_eq!(alarms(&follower), 0);
}

#[test]
fn when_nobody_has_it_the_operator_hears_of_it_once_and_all_are_asked_again() {
    let (mut follower, only) = follower(&[1]);
    for round in 0..3 {
        follower.hear(only, Message::Final(Vec::new()));
        follower.pass(1);
        assert_eq!(alarms(&follower), usize::from(round == 0), "round {round}");
        assert_eq!(asked(&mut follower), None, "it does not ask without end");
        follower.pass(FETCH_MS - 1);
        assert_eq!(asked(&mut follower), None);
        follower.pass(1);
        assert_eq!(asked(&mut follower), Some(only), "it may have come from elsewhere since");
    }
}
