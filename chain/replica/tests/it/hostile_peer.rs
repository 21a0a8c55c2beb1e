//! A peer that was let in says what is not true, or very much of it. What it says costs the others a look, and no more:
//! no height but the committee's is believed, no list of transactions but the one that the header commits to, and what
//! it may leave in memory is bounded in bytes.

use crate::group::{FOLLOWER, Group, VALIDATORS, key};
use chain_replica::{IDS_MAX, Message, early_bytes_max};
use chain_types::{
    BlockHeader, Certificate, Digest, Height, SignedVote, TxId, View, Vote, certificate::Step, codec,
    signature::Namespace,
};

const LIE: Height = Height(u64::MAX);

fn status(height: Height) -> Message {
    Message::Status { height, view: View(0) }
}

fn signed(vote: Vote, signer: usize) -> SignedVote {
    let signature = key(signer).sign(Namespace::VOTE, &vote.digest());
    SignedVote { vote, signer: u16::try_from(signer).expect("few"), signature }
}

/// A group whose members heard how far the others are.
fn group() -> Group {
    let mut group = Group::start();
    for _ in 0..100 {
        group.pass();
    }
    group
}

#[test]
fn a_height_that_one_peer_claims_is_not_believed() {
    for liar in [FOLLOWER, 3] {
        let mut group = group();
        let height = group.height(0);
        group.hear(0, liar, status(LIE));
        assert_eq!(group.replica(0).known_height(), Some(height), "liar {liar}");
        assert!(group.replica(0).is_caught_up(0));
        let transaction = group.capture("after the lie");
        group.submit(FOLLOWER, &transaction);
        group.pass_until_height(height.next());
        group.skip(500);
        assert_eq!(group.replica(0).known_height(), Some(height.next()));
    }
}

#[test]
fn a_height_that_a_third_of_the_weight_claims_is_believed() {
    let mut group = group();
    for member in [2, 3] {
        group.hear(0, member, status(Height(9)));
    }
    assert_eq!(group.replica(0).known_height(), Some(Height(9)));
    assert!(!group.replica(0).is_caught_up(0));
}

#[test]
fn blocks_that_nobody_asked_for_are_not_kept() {
    let mut group = group();
    let block = group.blocks(0).remove(0);
    let later = (0..50).map(|after| {
        let mut block = block.clone();
        block.header.height = Height(group.height(0).0 + 1 + after);
        block
    });
    let later = later.collect();
    group.hear(0, FOLLOWER, Message::Final(later));
    assert_eq!(group.replica(0).load().incoming, 0);
}

/// The proposal of the next height, caught before anybody heard of it.
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

/// How many milliseconds pass until a member has the next block after this one.
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
fn a_false_list_from_another_than_the_leader_delays_nothing() {
    let mut group = group();
    let (leader, vote, header, ids) = caught(&mut group);
    let height = group.height(leader);
    let liar = (leader + 1) % VALIDATORS;
    let claim = signed(Vote { step: Step::Notarise, ..vote.vote.clone() }, liar);
    for at in (0..VALIDATORS).filter(|at| *at != liar && *at != leader) {
        let lie = Message::Proposal { vote: claim.clone(), header: header.clone(), ids: vec![TxId(Digest([3; 32]))] };
        group.hear(at, liar, lie);
    }
    for at in (0..VALIDATORS).filter(|at| *at != leader) {
        let truth = Message::Proposal { vote: vote.clone(), header: header.clone(), ids: ids.clone() };
        group.hear(at, leader, truth);
    }
    assert!(wait(&mut group, leader, height) <= 20, "nothing is waited for");
    let last = group.blocks(leader).pop().expect("a block");
    assert_eq!(last.certificate.vote.view, View(0), "no view was given up");
}

#[test]
fn a_false_list_from_the_leader_is_as_none() {
    let mut group = group();
    let (leader, vote, header, ids) = caught(&mut group);
    let height = group.height(leader);
    for at in (0..VALIDATORS).filter(|at| *at != leader) {
        let ids = if at == (leader + 1) % VALIDATORS { vec![TxId(Digest([3; 32]))] } else { ids.clone() };
        group.hear(at, leader, Message::Proposal { vote: vote.clone(), header: header.clone(), ids });
    }
    assert!(wait(&mut group, leader, height) <= 20, "the true list is asked for at once");
}

#[test]
fn what_peers_leave_for_the_next_height_is_bounded_in_bytes() {
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
            group.hear(0, from, message);
        }
    }
    assert_eq!(group.replica(0).load().early_bytes, 0, "none is the sender's own and signed");
    // The same from a member that signs all of it.
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
            group.hear(0, 1, Message::Vote(signed(of(step), 1)));
        }
        let vote = signed(of(Step::Propose), 1);
        group.hear(0, 1, Message::Proposal { vote, header, ids: ids(number) });
    }
    let kept = group.replica(0).load().early_bytes;
    assert!(kept > 0 && kept <= early_bytes_max(VALIDATORS), "{kept} bytes are kept");
}

#[test]
fn a_member_is_heard_only_with_votes_of_its_own() {
    let mut group = group();
    let (_, certificate) = group.replica(0).tip().cloned().expect("a block");
    let height = group.height(0).next();
    let vote = |block: u8| {
        let block = Digest([block; 32]);
        signed(Vote { height, view: View(0), step: Step::Notarise, block, ..certificate.vote.clone() }, 1)
    };
    // The signatures are true, and the votes contradict each other; whoever counts both accuses.
    for (sender, accused) in [(FOLLOWER, 0), (2, 0), (1, 1)] {
        for block in [1, 2] {
            group.hear(0, sender, Message::Vote(vote(block)));
        }
        assert_eq!(group.accused.len(), accused, "from {sender}");
    }
}

#[test]
fn a_list_of_more_ids_than_a_block_has_is_no_message() {
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
    group.hear(0, 1, Message::Certificate(of(0..2)));
    assert_eq!(group.replica(0).load().early_bytes, 0);
    group.hear(0, FOLLOWER, Message::Certificate(of(0..3)));
    assert_eq!(group.replica(0).load().early_bytes, 0);
    group.hear(0, 1, Message::Certificate(of(0..3)));
    assert!(group.replica(0).load().early_bytes > 0);
}
