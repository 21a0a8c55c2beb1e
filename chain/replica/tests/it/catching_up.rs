//! A follower lacks blocks that not every peer still has. It asks another peer at once when one has none. When no peer
//! has the next block, it raises one alarm and keeps asking.

use crate::joiner::{Joiner, peer};
use chain_replica::{Alarm, Effect, FETCH_MS, JOIN_WAIT_MS, Message};
use chain_types::{Height, PublicKey};

/// A follower that fetches from the first block on, and the peer that it asked first.
fn follower(peers: &[u8]) -> (Joiner, PublicKey) {
    let mut follower = Joiner::new(u64::MAX);
    for number in peers {
        follower.claim(peer(*number), 50);
    }
    follower.pass(JOIN_WAIT_MS);
    let asked = asked(&mut follower).expect("it asks a peer");
    (follower, asked)
}

/// The peer that is asked for the first block.
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
fn a_peer_without_the_block_is_skipped_at_once() {
    let (mut follower, first) = follower(&[1, 2, 3]);
    follower.receive(first, Message::Final(Vec::new()));
    follower.pass(1);
    let second = asked(&mut follower).expect("it asks another without waiting");
    follower.receive(second, Message::Final(Vec::new()));
    follower.pass(1);
    let third = asked(&mut follower).expect("it asks the last peer");
    assert!(first != second && second != third && third != first);
    assert_eq!(alarms(&follower), 0);
}

#[test]
fn when_no_peer_has_the_block_one_alarm_is_raised_and_all_are_asked_again() {
    let (mut follower, only) = follower(&[1]);
    for round in 0..3 {
        follower.receive(only, Message::Final(Vec::new()));
        follower.pass(1);
        assert_eq!(alarms(&follower), usize::from(round == 0), "round {round}");
        assert_eq!(asked(&mut follower), None, "it does not ask without a pause");
        follower.pass(FETCH_MS - 1);
        assert_eq!(asked(&mut follower), None);
        follower.pass(1);
        assert_eq!(asked(&mut follower), Some(only), "the peer may have got the block meanwhile");
    }
}
