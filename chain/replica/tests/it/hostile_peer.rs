//! An allowed peer sends false or excessive messages. They cost the other members only their checks. No height is
//! accepted but the committee's, and no list of transactions but the one that the header commits to. What the peer can
//! leave in memory is bounded in bytes.

use crate::group::{FOLLOWER, Group, VALIDATORS, key};
use chain_replica::{IDS_MAX, Message, early_bytes_max};
use chain_types::{
    BlockHeader, Certificate, Digest, Height, SignedVote, TxId, View, Vote, certificate::Step, codec,
    signature::Namespace,
};

const FALSE_HEIGHT: Height = Height(u64::MAX);

fn status(height: Height) -> Message {
    Message::Status { height, view: View(0) }
}

fn signed(vote: Vote, signer: usize) -> SignedVote {
    let signature = key(signer).sign(Namespace::VOTE, &vote.digest());
    SignedVote { vote, signer: u16::try_from(signer).expect("few"), signature }
}

/// A group whose members have each other's heights.
fn group() -> Group {
    let mut group = Group::start();
    for _ in 0..100 {
        group.pass();
    }
    group
}

#[test]
fn a_height_claimed_by_one_peer_is_not_accepted() {
    for faulty in [FOLLOWER, 3] {
        let mut group = group();
        let height = group.height(0);
        group.deliver_message(0, faulty, status(FALSE_HEIGHT));
        assert_eq!(group.replica(0).known_height(), Some(height), "faulty {faulty}");
        assert!(group.replica(0).is_caught_up(0));
        let transaction = group.capture("after the message");
        group.submit(FOLLOWER, &transaction);
        group.pass_until_height(height.next());
        group.skip(500);
        assert_eq!(group.replica(0).known_height(), Some(height.next()));
    }
}

#[test]
fn a_height_claimed_by_more_than_a_third_of_the_weight_is_accepted() {
    let mut group = group();
    for member in [2, 3] {
        group.deliver_message(0, member, status(Height(9)));
    }
    assert_eq!(group.replica(0).known_height(), Some(Height(9)));
    assert!(!group.replica(0).is_caught_up(0));
}

#[test]
fn blocks_that_were_not_requested_are_not_kept() {
    let mut group = group();
    let block = group.blocks(0).remove(0);
    let later = (0..50).map(|after| {
        let mut block = block.clone();
        block.header.height = Height(group.height(0).0 + 1 + after);
        block
    });
    let later = later.collect();
    group.deliver_message(0, FOLLOWER, Message::Final(later));
    assert_eq!(group.replica(0).load().incoming, 0);
}

/// The proposal of the next height, intercepted before any member received it.
fn caught(group: &mut Group) -> (usize, SignedVote, Box<BlockHeader>, Vec<TxId>) {
    group.proposes = false;
    group.proposals.clear();
    let transaction = group.capture("a");
    group.submit(FOLLOWER, &transaction);
    group.pass();
    group.proposes = true;
    match group.proposals.first().cloned() {
        Some((leader, Message::Proposal { vote, header, ids })) => (leader, vote, header, ids),
        other => panic!("{other:?}"),
    }
}

/// The milliseconds until a member has the block after this height.
fn wait(group: &mut Group, at: usize, height: Height) -> u64 {
    for waited in 0..300 {
        if group.height(at) > height {
            return 10 * waited;
        }
        group.pass();
    }
    panic!("the block becomes final");
}

#[test]
fn a_false_list_from_a_member_that_does_not_lead_delays_nothing() {
    let mut group = group();
    let (leader, vote, header, ids) = caught(&mut group);
    let height = group.height(leader);
    let faulty = (leader + 1) % VALIDATORS;
    let claim = signed(Vote { step: Step::Notarise, ..vote.vote.clone() }, faulty);
    for at in (0..VALIDATORS).filter(|at| *at != faulty && *at != leader) {
        let message =
            Message::Proposal { vote: claim.clone(), header: header.clone(), ids: vec![TxId(Digest([3; 32]))] };
        group.deliver_message(at, faulty, message);
    }
    for at in (0..VALIDATORS).filter(|at| *at != leader) {
        let message = Message::Proposal { vote: vote.clone(), header: header.clone(), ids: ids.clone() };
        group.deliver_message(at, leader, message);
    }
    assert!(wait(&mut group, leader, height) <= 20, "the block is not delayed");
    let last = group.blocks(leader).pop().expect("a block");
    assert_eq!(last.certificate.vote.view, View(0), "no view was given up");
}

/// One member is silent, so the vote of the one that got the false list is needed.
#[test]
fn a_false_list_from_the_leader_is_ignored() {
    let mut group = group();
    let (leader, vote, header, ids) = caught(&mut group);
    let height = group.height(leader);
    let (deceived, silent) = ((leader + 1) % VALIDATORS, (leader + 3) % VALIDATORS);
    group.silent = Some(silent);
    for at in (0..VALIDATORS).filter(|at| *at != leader) {
        let ids = if at == deceived { vec![TxId(Digest([3; 32]))] } else { ids.clone() };
        group.deliver_message(at, leader, Message::Proposal { vote: vote.clone(), header: header.clone(), ids });
    }
    wait(&mut group, leader, height);
    let last = group.blocks(leader).pop().expect("a block");
    assert_eq!(last.certificate.vote.view, View(0), "the right list was requested, so no view was given up");
}

#[test]
fn messages_kept_for_later_heights_are_bounded_in_bytes() {
    let mut group = group();
    let (header, certificate) = group.replica(0).tip().cloned().expect("a block");
    let height = Height(group.height(0).0 + 2);
    let ids = |fill: u8| vec![TxId(Digest([fill; 32])); IDS_MAX];
    for number in 0..=u8::MAX {
        let vote = Vote { height, view: View(u64::from(number)), step: Step::Propose, ..certificate.vote.clone() };
        for (from, signer) in [(FOLLOWER, 0), (1, 0), (1, 1)] {
            let message = Message::Proposal {
                vote: SignedVote { vote: vote.clone(), signer, signature: chain_types::Signature::Ed25519([0; 64]) },
                header: Box::new(header.clone()),
                ids: ids(number),
            };
            group.deliver_message(0, from, message);
        }
    }
    assert_eq!(group.replica(0).load().early_bytes, 0, "none is both the sender's own and signed");
    // The same from a member that signs all of them.
    for number in 0..=u8::MAX {
        let header = Box::new(BlockHeader {
            height,
            timestamp_ms: chain_types::TimestampMs(u64::from(number)),
            ..header.clone()
        });
        let of = |step| Vote {
            height,
            view: View(u64::from(number)),
            step,
            block: header.digest(),
            ..certificate.vote.clone()
        };
        for step in [Step::Notarise, Step::Finalise, Step::Nullify] {
            group.deliver_message(0, 1, Message::Vote(signed(of(step), 1)));
        }
        let vote = signed(of(Step::Propose), 1);
        group.deliver_message(0, 1, Message::Proposal { vote, header, ids: ids(number) });
    }
    let kept = group.replica(0).load().early_bytes;
    assert!(kept > 0 && kept <= early_bytes_max(VALIDATORS), "{kept} bytes are kept");
}

#[test]
fn a_members_votes_count_only_from_itself() {
    let mut group = group();
    let (_, certificate) = group.replica(0).tip().cloned().expect("a block");
    let height = group.height(0).next();
    let vote = |block: u8| {
        let block = Digest([block; 32]);
        signed(Vote { height, view: View(0), step: Step::Notarise, block, ..certificate.vote.clone() }, 1)
    };
    // The signatures are valid and the votes contradict each other, so counting both leads to an accusation.
    for (sender, accused) in [(FOLLOWER, 0), (2, 0), (1, 1)] {
        for block in [1, 2] {
            group.deliver_message(0, sender, Message::Vote(vote(block)));
        }
        assert_eq!(group.accused.len(), accused, "from {sender}");
    }
}

#[test]
fn a_list_with_an_impossible_number_of_ids_does_not_decode() {
    let block = |count: usize| {
        let ids = vec![TxId(Digest([1; 32])); count];
        Message::FetchTransactions { block: Digest([2; 32]), ids }
    };
    for (count, is_message) in [(0, false), (1, true), (IDS_MAX, true), (IDS_MAX + 1, false)] {
        assert_eq!(Message::decode(&codec::encode(&block(count))).is_ok(), is_message, "{count} ids");
    }
}

#[test]
fn an_early_certificate_counts_only_with_its_quorum() {
    let mut group = group();
    let (_, certificate) = group.replica(0).tip().cloned().expect("a block");
    let height = Height(group.height(0).0 + 2);
    let vote = Vote { height, step: Step::Nullify, block: Digest::ZERO, ..certificate.vote };
    let of = |signers: std::ops::Range<usize>| {
        let signatures = signers.map(|at| {
            let one = signed(vote.clone(), at);
            (one.signer, one.signature)
        });
        Certificate { vote: vote.clone(), signatures: signatures.collect() }
    };
    group.deliver_message(0, 1, Message::Certificate(of(0..2)));
    assert_eq!(group.replica(0).load().early_bytes, 0);
    group.deliver_message(0, FOLLOWER, Message::Certificate(of(0..3)));
    assert_eq!(group.replica(0).load().early_bytes, 0);
    group.deliver_message(0, 1, Message::Certificate(of(0..3)));
    assert!(group.replica(0).load().early_bytes > 0);
}

#[cfg(waymark_mutants)]
#[test]
#[should_panic(expected = "assertion")]
fn false_lists_are_detected() {
    chain_types::mutant::activate(Some(chain_types::mutant::TRUST_BODIES));
    a_false_list_from_the_leader_is_ignored();
}
