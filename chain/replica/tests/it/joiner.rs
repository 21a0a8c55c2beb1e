//! A new follower that joins from a snapshot, with a disk in memory and a clock that only the test moves. Invariant:
//! effects are performed in order, as a node does.

use crate::fixture::{Disk, Held, SHARD, START_MS, genesis};
use chain_replica::{
    Adoption, Effect, Effects, Input, Memory, Message, Recovered, Replica, Role, SnapshotAsk, SnapshotPart, Timing,
};
use chain_state::State;
use chain_types::{
    Genesis, Height, Moment, PublicKey, SecretKey, ShardId, TimestampMs, TxId, View, beacon::HandOverProof,
};
use std::{collections::VecDeque, sync::Arc};

pub(crate) fn peer(number: u8) -> PublicKey {
    SecretKey::from_seed(&[number; 32]).public_key()
}

/// A new follower with its own disk and clock.
pub(crate) struct Joiner {
    pub(crate) replica: Replica<Disk>,
    pub(crate) disk: Disk,
    now: u64,
    role: Role,
    pub(crate) effects: VecDeque<Effect>,
    /// The hand-overs that were written.
    pub(crate) hand_overs: Vec<HandOverProof>,
    pub(crate) dropped: usize,
    /// The submitted transactions that it reported as final.
    pub(crate) known: Vec<(TxId, Height)>,
}

fn state(disk: &Disk) -> State<Disk> {
    let mut nodes = Vec::new();
    disk.change(|held| nodes.extend(held.nodes.iter().map(|(bucket, node)| (*bucket, *node))));
    State::restore(disk.clone(), nodes)
}

fn recovered() -> Recovered {
    let (memory, held) = (Memory::default(), Vec::new());
    Recovered { tip: None, deltas: Vec::new(), seen: Vec::new(), memory, held, owed: Vec::new(), voted: Height(0) }
}

impl Joiner {
    pub(crate) fn new(behind: u64) -> Self {
        Self::on(genesis(), SHARD, behind)
    }

    pub(crate) fn on(genesis: Genesis, shard: ShardId, behind: u64) -> Self {
        Self::with_key(genesis, shard, behind, peer(0x99))
    }

    /// As [`Self::on`], with a key that may be a validator's.
    pub(crate) fn with_key(genesis: Genesis, shard: ShardId, behind: u64, key: PublicKey) -> Self {
        let disk = Disk::default();
        let role = Role { key, timing: Timing::default() };
        let replica = Replica::recover(Arc::new(genesis), shard, &role, state(&disk), recovered());
        let mut replica = replica.expect("an empty disk is genesis");
        replica.join_from_snapshot(behind);
        let (effects, hand_overs) = (VecDeque::new(), Vec::new());
        let mut joiner =
            Self { replica, disk, now: START_MS, role, effects, hand_overs, dropped: 0, known: Vec::new() };
        joiner.pass(0);
        joiner
    }

    pub(crate) fn step(&mut self, input: Input) {
        let mut effects = Effects::new();
        self.replica.step(input, &mut effects).expect("the disk reads");
        self.effects.extend(effects);
    }

    pub(crate) fn receive(&mut self, from: PublicKey, message: Message) {
        self.step(Input::Message { from, message: Box::new(message) });
    }

    pub(crate) fn claim(&mut self, from: PublicKey, height: u64) {
        self.receive(from, Message::Status { height: Height(height), view: View(0) });
    }

    pub(crate) fn pass(&mut self, ms: u64) {
        self.now += ms;
        self.step(Input::Tick { at: Moment(self.now), now: TimestampMs(self.now) });
    }

    /// Performs effects up to the next message to one peer.
    pub(crate) fn next_message(&mut self) -> Option<(PublicKey, Message)> {
        while let Some(effect) = self.effects.pop_front() {
            match effect {
                Effect::Send { to: Some(to), message } => return Some((to, *message)),
                Effect::TakeOverState(part) => self.disk.change(|held| {
                    let leaves = part.leaves.into_iter();
                    held.leaves.extend(leaves.map(|leaf| (leaf.path, leaf.value.expect("the leaf has a value"))));
                    held.nodes.extend(part.buckets);
                }),
                Effect::TakeOverSeen(blocks) => self.disk.change(|held| held.seen.extend(blocks)),
                Effect::TakeOverHandOvers(proofs) => self.hand_overs.extend(proofs),
                Effect::DropTakeover => {
                    self.dropped += 1;
                    self.hand_overs.clear();
                    self.disk.change(|held| *held = Held::default());
                }
                Effect::Adopt(adoption) => self.adopt(*adoption),
                Effect::AlreadyFinal { tx_id, height } => self.known.push((tx_id, height)),
                _ => {}
            }
        }
        None
    }

    fn adopt(&mut self, Adoption { block, totals }: Adoption) {
        let mut seen = Vec::new();
        self.disk.change(|held| seen.clone_from(&held.seen));
        let tip = Some((block.header.clone(), block.certificate.clone(), totals));
        let recovered = Recovered { tip, seen, ..recovered() };
        let mut effects = Effects::new();
        let adopted = self.replica.adopt(&self.role, state(&self.disk), recovered, &mut effects);
        adopted.expect("the checked snapshot is consistent");
        self.effects.extend(effects);
    }

    /// Lets peers answer until no more of a snapshot is requested. Returns the peers that were asked for a head, in
    /// order.
    pub(crate) fn answer_all(
        &mut self,
        mut answer: impl FnMut(PublicKey, SnapshotAsk) -> SnapshotPart,
    ) -> Vec<PublicKey> {
        let mut heads = Vec::new();
        loop {
            while let Some((to, message)) = self.next_message() {
                let Message::FetchSnapshot(ask) = message else { continue };
                heads.extend((ask == SnapshotAsk::Head).then_some(to));
                let part = answer(to, ask);
                self.receive(to, Message::Snapshot(Box::new(part)));
            }
            let asked = heads.len();
            if self.replica.tip().is_some() || asked > 8 {
                return heads;
            }
            self.pass(1);
        }
    }
}
