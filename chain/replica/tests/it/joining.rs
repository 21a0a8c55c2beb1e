//! A follower begins when the chain is long. It takes over the state of a certified block from peers that it does not
//! trust, and goes on from there. Whoever alters, hides or withholds anything is left for another peer, and nothing of
//! it counts.

use crate::{
    fixture::{Disk, Machine},
    joiner::{Joiner, peer},
};
use chain_replica::{
    Effect, FETCH_MS, FLUSH_BLOCKS, Input, JOIN_PATIENCE_MS, JOIN_ROUNDS_MAX, JOIN_WAIT_MS, Message,
    SNAPSHOT_PART_BYTES_MAX, SeenBlock, SnapshotAsk, SnapshotPart, unexpired,
};
use chain_state::{Archive, BUCKETS, Chunk, Edge};
use chain_types::{Digest, FinalBlock, Height, TimestampMs, state::SeenKey};
use std::sync::Arc;

const BEHIND: u64 = 500;

/// A peer with a snapshot, and a block after it.
struct Source {
    archive: Archive<Disk>,
    disk: Disk,
    block: Arc<FinalBlock>,
    after: Arc<FinalBlock>,
}

impl Source {
    fn new() -> Self {
        let mut machine = Machine::with_tenant();
        for number in 1..=FLUSH_BLOCKS {
            let transaction = machine.capture(&format!("e{number}"));
            machine.submit(transaction);
            machine.finalise().expect("a block");
        }
        let disk = machine.disk.clone();
        let (mut nodes, mut blocks) = (Vec::new(), Vec::new());
        disk.change(|held| {
            nodes.extend(held.nodes.iter().map(|(bucket, node)| (*bucket, *node)));
            blocks.extend(held.blocks.iter().rev().take(2).cloned());
        });
        let (after, block) = (blocks.remove(0), blocks.remove(0));
        assert_eq!(block.header.height, Height(FLUSH_BLOCKS), "the state is written out here");
        Self { archive: Archive::over(disk.clone(), nodes), disk, block, after }
    }

    fn answer(&self, ask: SnapshotAsk) -> SnapshotPart {
        match ask {
            SnapshotAsk::Head => {
                let mut totals = chain_replica::Totals::default();
                self.disk.change(|held| totals = held.totals);
                SnapshotPart::Head { block: Box::new(FinalBlock::clone(&self.block)), totals }
            }
            SnapshotAsk::HandOvers { .. } => panic!("the chain is in its first epoch"),
            SnapshotAsk::Chunk { height, first } => {
                let chunk = self.archive.chunk(first, SNAPSHOT_PART_BYTES_MAX / 16).expect("reads");
                SnapshotPart::Chunk { height, chunk }
            }
            SnapshotAsk::Seen { height, after } => {
                let mut blocks = Vec::new();
                self.disk.change(|held| blocks.extend(held.seen.iter().cloned()));
                blocks.retain(|(of, _, _)| *of > after && *of <= height);
                blocks.truncate(300);
                let last = if blocks.len() < 300 { height } else { blocks[299].0 };
                SnapshotPart::Seen { height, blocks: unexpired(blocks, self.block.header.timestamp_ms), last }
            }
        }
    }
}

#[test]
fn a_fresh_follower_takes_the_state_over_and_goes_on() {
    let source = Source::new();
    let mut joiner = Joiner::new(BEHIND);
    joiner.claim(peer(1), FLUSH_BLOCKS + 1);
    assert_eq!(joiner.talk(|_, ask| source.answer(ask)), [peer(1)]);
    let (header, _) = joiner.replica.tip().expect("it joined");
    assert_eq!(*header, source.block.header);
    let known = source.block.block.transactions[0].header.id();
    joiner.pass(FETCH_MS);
    joiner.hear(peer(1), Message::Final(vec![FinalBlock::clone(&source.after)]));
    let persisted = joiner.effects.drain(..).find_map(|effect| match effect {
        Effect::Persist(commit) => Some(commit.block.header.clone()),
        _ => None,
    });
    assert_eq!(persisted, Some(source.after.header.clone()), "it executes the next block to the same roots");
    let transaction = source.block.block.transactions[0].clone();
    joiner.step(Input::Persisted);
    joiner.step(crate::fixture::submission(crate::fixture::verify(vec![transaction]).remove(0)));
    let is_known = |effect: &Effect| matches!(effect, Effect::AlreadyFinal { tx_id, height } if *tx_id == known && height.0 == FLUSH_BLOCKS);
    assert!(joiner.effects.iter().any(is_known), "what the snapshot remembers is not taken again");
}

#[test]
fn what_waited_and_is_final_already_waits_no_more_and_who_sent_it_is_told() {
    let source = Source::new();
    let mut joiner = Joiner::new(BEHIND);
    let transaction = source.block.block.transactions[0].clone();
    let id = transaction.header.id();
    joiner.step(crate::fixture::submission(crate::fixture::verify(vec![transaction]).remove(0)));
    assert_eq!(joiner.replica.load().waiting, 1, "it cannot know better");
    joiner.claim(peer(1), FLUSH_BLOCKS);
    joiner.talk(|_, ask| source.answer(ask));
    assert_eq!(joiner.replica.load().waiting, 0, "it would propose it again, block after block");
    assert_eq!(joiner.known, [(id, Height(FLUSH_BLOCKS))]);
}

/// What a liar makes of the true part.
type Lie = fn(&mut SnapshotPart);

fn chunk(part: &mut SnapshotPart) -> Option<&mut Chunk> {
    if let SnapshotPart::Chunk { chunk, .. } = part { Some(chunk) } else { None }
}

const LIES: [(&str, Lie); 11] = [
    ("a value is changed", |part| {
        if let Some(leaf) = chunk(part).and_then(|chunk| chunk.leaves.last_mut()) {
            leaf.value = Box::from(&b"other"[..]);
        }
    }),
    ("a leaf is missing", |part| {
        if let Some(chunk) = chunk(part) {
            chunk.leaves.remove(3);
        }
    }),
    ("a leaf is invented", |part| {
        if let Some(chunk) = chunk(part) {
            let mut leaf = chunk.leaves[0].clone();
            leaf.path.0[31] ^= 1;
            chunk.leaves.push(leaf);
            chunk.leaves.sort_by_key(|leaf| leaf.path);
        }
    }),
    ("the chunk is said to reach further", |part| {
        if let Some(chunk) = chunk(part) {
            chunk.next = BUCKETS;
            chunk.edges.clear();
        }
    }),
    ("an edge is changed", |part| {
        if let Some(edge) = chunk(part).and_then(|chunk| chunk.edges.last_mut()) {
            *edge = Edge::Inner(Digest([7; 32]));
        }
    }),
    ("the state is another", |part| {
        if let SnapshotPart::Head { block, .. } = part {
            block.header.state_root = Digest([7; 32]);
        }
    }),
    ("nobody signed", |part| {
        if let SnapshotPart::Head { block, .. } = part {
            block.certificate.signatures.clear();
        }
    }),
    ("the block's records are others", |part| {
        if let SnapshotPart::Head { block, .. } = part {
            block.block.receipts.clear();
        }
    }),
    ("a transaction is forgotten", |part| {
        if let SnapshotPart::Seen { blocks, .. } = part {
            blocks.remove(1);
        }
    }),
    ("a block is said to be older than what it holds", |part| {
        // Whoever believes it forgets after the next block what may be valid for minutes.
        if let SnapshotPart::Seen { blocks, .. } = part
            && blocks[0].0 == Height(1)
        {
            blocks[0].1 = TimestampMs(0);
        }
    }),
    ("transactions are swapped", |part| {
        if let SnapshotPart::Seen { blocks, .. } = part {
            let (first, rest) = blocks.split_at_mut(1);
            let bucket = |(_, _, ids): &SeenBlock| ids.first().map(|(id, until)| SeenKey::of(id, *until));
            // In other buckets it would be a lie about heights alone, which are the peer's word.
            if let Some(other) = rest.iter_mut().find(|other| bucket(other) == bucket(&first[0])) {
                std::mem::swap(&mut first[0].2, &mut other.2);
            }
        }
    }),
];

#[test]
fn a_liar_is_left_for_another_peer() {
    let source = Source::new();
    for (what, lie) in LIES {
        let mut joiner = Joiner::new(BEHIND);
        joiner.claim(peer(1), FLUSH_BLOCKS);
        let first = joiner.next_message();
        joiner.claim(peer(2), FLUSH_BLOCKS);
        let Some((liar, _)) = first else { panic!("it asks the only peer") };
        joiner.effects.clear();
        let mut part = source.answer(SnapshotAsk::Head);
        lie(&mut part);
        joiner.hear(liar, Message::Snapshot(Box::new(part)));
        let others = joiner.talk(|to, ask| {
            let mut part = source.answer(ask);
            if to == liar {
                lie(&mut part);
            }
            part
        });
        assert_eq!(others, [peer(2)], "{what}");
        assert!(joiner.dropped <= 1, "{what}");
        assert_eq!(joiner.replica.tip().map(|(header, _)| header), Some(&source.block.header), "{what}");
    }
}

#[test]
fn a_peer_that_vanishes_is_left_for_another() {
    let source = Source::new();
    let mut joiner = Joiner::new(BEHIND);
    joiner.claim(peer(1), FLUSH_BLOCKS);
    joiner.claim(peer(2), FLUSH_BLOCKS);
    let Some((first, Message::FetchSnapshot(SnapshotAsk::Head))) = joiner.next_message() else { panic!("it asks") };
    joiner.hear(first, Message::Snapshot(Box::new(source.answer(SnapshotAsk::Head))));
    let Some((_, Message::FetchSnapshot(SnapshotAsk::Chunk { .. }))) = joiner.next_message() else {
        panic!("it goes on")
    };
    joiner.hear(first, Message::Snapshot(Box::new(source.answer(SnapshotAsk::Head))));
    assert!(joiner.next_message().is_none(), "an answer that comes twice is no lie, and no sign of life");
    joiner.pass(JOIN_PATIENCE_MS - 1);
    assert!(joiner.next_message().is_none() && joiner.dropped == 0, "it waits");
    joiner.pass(1);
    let others = joiner.talk(|_, ask| source.answer(ask));
    assert_eq!((others.len(), others.contains(&first), joiner.dropped), (1, false, 1));
    assert!(joiner.replica.tip().is_some());
}

#[test]
fn when_nobody_has_a_snapshot_it_begins_at_block_1() {
    let mut joiner = Joiner::new(BEHIND);
    joiner.claim(peer(1), BEHIND + 1);
    joiner.claim(peer(2), BEHIND + 1);
    let mut asked = 0;
    loop {
        match joiner.next_message() {
            Some((to, Message::FetchSnapshot(SnapshotAsk::Head))) => {
                asked += 1;
                joiner.hear(to, Message::Snapshot(Box::new(SnapshotPart::Gone)));
            }
            Some((_, Message::FetchFinal { from })) => {
                assert_eq!((from, asked), (Height(1), 2 * usize::from(JOIN_ROUNDS_MAX)));
                return;
            }
            Some(_) => {}
            None => joiner.pass(1),
        }
    }
}

#[test]
fn a_short_chain_is_replayed_and_a_longer_one_is_not() {
    let mut joiner = Joiner::new(BEHIND);
    joiner.claim(peer(1), BEHIND);
    joiner.pass(JOIN_WAIT_MS - 1);
    assert!(joiner.next_message().is_none(), "another peer may be further");
    joiner.pass(1);
    assert!(matches!(joiner.next_message(), Some((_, Message::FetchFinal { from: Height(1) }))));
    let mut joiner = Joiner::new(BEHIND);
    joiner.claim(peer(1), BEHIND);
    joiner.pass(JOIN_WAIT_MS - 1);
    joiner.claim(peer(2), BEHIND + 1);
    let asked = joiner.next_message();
    assert!(matches!(asked, Some((to, Message::FetchSnapshot(SnapshotAsk::Head))) if to == peer(2)));
}
