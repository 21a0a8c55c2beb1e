//! A follower joins when the chain is already long. It downloads the state of a certified block from untrusted peers
//! and continues from there. A peer that alters, hides or withholds anything is replaced by another, and nothing from
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

/// The number of missing blocks above which the follower joins from a snapshot.
const BEHIND: u64 = 500;

/// A peer with a snapshot and one block after it.
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
        assert_eq!(block.header.height, Height(FLUSH_BLOCKS), "the state is flushed here");
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
fn a_new_follower_adopts_the_state_and_continues() {
    let source = Source::new();
    let mut joiner = Joiner::new(BEHIND);
    joiner.step(Input::Cover(7));
    joiner.claim(peer(1), FLUSH_BLOCKS + 1);
    assert_eq!(joiner.answer_all(|_, ask| source.answer(ask)), [peer(1)]);
    let (header, _) = joiner.replica.tip().expect("it joined");
    assert_eq!(*header, source.block.header);
    assert_eq!(joiner.replica.cover(), 7, "the limit of promised value is a setting, which no snapshot changes");
    let known = source.block.block.transactions[0].header.id();
    joiner.pass(FETCH_MS);
    joiner.receive(peer(1), Message::Final(vec![FinalBlock::clone(&source.after)]));
    let persisted = joiner.effects.drain(..).find_map(|effect| match effect {
        Effect::Persist(commit) => Some(commit.block.header.clone()),
        _ => None,
    });
    assert_eq!(persisted, Some(source.after.header.clone()), "it executes the next block to the same roots");
    let transaction = source.block.block.transactions[0].clone();
    joiner.step(Input::Persisted);
    joiner.step(crate::fixture::submission(crate::fixture::verify(vec![transaction]).remove(0)));
    let is_known = |effect: &Effect| matches!(effect, Effect::AlreadyFinal { tx_id, height } if *tx_id == known && height.0 == FLUSH_BLOCKS);
    assert!(joiner.effects.iter().any(is_known), "a remembered transaction is not accepted again");
}

#[test]
fn a_pending_transaction_that_the_snapshot_has_is_reported_as_final() {
    let source = Source::new();
    let mut joiner = Joiner::new(BEHIND);
    let transaction = source.block.block.transactions[0].clone();
    let id = transaction.header.id();
    joiner.step(crate::fixture::submission(crate::fixture::verify(vec![transaction]).remove(0)));
    assert_eq!(joiner.replica.load().waiting, 1, "it cannot know yet that the transaction is final");
    joiner.claim(peer(1), FLUSH_BLOCKS);
    joiner.answer_all(|_, ask| source.answer(ask));
    assert_eq!(joiner.replica.load().waiting, 0, "the transaction must not be proposed again");
    assert_eq!(joiner.known, [(id, Height(FLUSH_BLOCKS))]);
}

/// A change that a faulty peer makes to a part.
type Alteration = fn(&mut SnapshotPart);

fn chunk(part: &mut SnapshotPart) -> Option<&mut Chunk> {
    if let SnapshotPart::Chunk { chunk, .. } = part { Some(chunk) } else { None }
}

const ALTERATIONS: [(&str, Alteration); 11] = [
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
    ("the chunk claims to reach further", |part| {
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
    ("there are no signatures", |part| {
        if let SnapshotPart::Head { block, .. } = part {
            block.certificate.signatures.clear();
        }
    }),
    ("the block's records are others", |part| {
        if let SnapshotPart::Head { block, .. } = part {
            block.block.receipts.clear();
        }
    }),
    ("a transaction is missing", |part| {
        if let SnapshotPart::Seen { blocks, .. } = part {
            blocks.remove(1);
        }
    }),
    ("a block claims to be too old for its transactions", |part| {
        // A replica that accepted this would forget transactions that are still valid.
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
            // In another bucket only the claimed heights would be false, and those are not proved.
            if let Some(other) = rest.iter_mut().find(|other| bucket(other) == bucket(&first[0])) {
                std::mem::swap(&mut first[0].2, &mut other.2);
            }
        }
    }),
];

#[test]
fn a_peer_that_sends_false_parts_is_replaced() {
    let source = Source::new();
    for (what, alter) in ALTERATIONS {
        let mut joiner = Joiner::new(BEHIND);
        joiner.claim(peer(1), FLUSH_BLOCKS);
        let first = joiner.next_message();
        joiner.claim(peer(2), FLUSH_BLOCKS);
        let Some((faulty, _)) = first else { panic!("it asks the only peer") };
        joiner.effects.clear();
        let mut part = source.answer(SnapshotAsk::Head);
        alter(&mut part);
        joiner.receive(faulty, Message::Snapshot(Box::new(part)));
        let others = joiner.answer_all(|to, ask| {
            let mut part = source.answer(ask);
            if to == faulty {
                alter(&mut part);
            }
            part
        });
        assert_eq!(others, [peer(2)], "{what}");
        assert!(joiner.dropped <= 1, "{what}");
        assert_eq!(joiner.replica.tip().map(|(header, _)| header), Some(&source.block.header), "{what}");
    }
}

#[test]
fn a_silent_peer_is_replaced() {
    let source = Source::new();
    let mut joiner = Joiner::new(BEHIND);
    joiner.claim(peer(1), FLUSH_BLOCKS);
    joiner.claim(peer(2), FLUSH_BLOCKS);
    let Some((first, Message::FetchSnapshot(SnapshotAsk::Head))) = joiner.next_message() else { panic!("it asks") };
    joiner.receive(first, Message::Snapshot(Box::new(source.answer(SnapshotAsk::Head))));
    let Some((_, Message::FetchSnapshot(SnapshotAsk::Chunk { .. }))) = joiner.next_message() else {
        panic!("it requests a chunk")
    };
    joiner.receive(first, Message::Snapshot(Box::new(source.answer(SnapshotAsk::Head))));
    assert!(joiner.next_message().is_none(), "a repeated answer is neither an error nor progress");
    joiner.pass(JOIN_PATIENCE_MS - 1);
    assert!(joiner.next_message().is_none() && joiner.dropped == 0, "it waits");
    joiner.pass(1);
    let others = joiner.answer_all(|_, ask| source.answer(ask));
    assert_eq!((others.len(), others.contains(&first), joiner.dropped), (1, false, 1));
    assert!(joiner.replica.tip().is_some());
}

#[test]
fn without_any_snapshot_it_begins_at_block_1() {
    let mut joiner = Joiner::new(BEHIND);
    joiner.claim(peer(1), BEHIND + 1);
    joiner.claim(peer(2), BEHIND + 1);
    let mut asked = 0;
    loop {
        match joiner.next_message() {
            Some((to, Message::FetchSnapshot(SnapshotAsk::Head))) => {
                asked += 1;
                joiner.receive(to, Message::Snapshot(Box::new(SnapshotPart::Gone)));
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
    assert!(joiner.next_message().is_none(), "another peer may be further ahead");
    joiner.pass(1);
    assert!(matches!(joiner.next_message(), Some((_, Message::FetchFinal { from: Height(1) }))));
    let mut joiner = Joiner::new(BEHIND);
    joiner.claim(peer(1), BEHIND);
    joiner.pass(JOIN_WAIT_MS - 1);
    joiner.claim(peer(2), BEHIND + 1);
    let asked = joiner.next_message();
    assert!(matches!(asked, Some((to, Message::FetchSnapshot(SnapshotAsk::Head))) if to == peer(2)));
}
