//! A restarted validator catches up. While a block from a peer is being written, a quorum claims to have no block yet,
//! so the validator ends its probation and leads the height that is being written. It must build and sign nothing
//! there, because its state is already the one after that block.

use crate::{
    fixture::{Disk, SHARD, START_MS, verify},
    group::{Group, genesis, key},
};
use chain_replica::{Effect, Effects, Input, JOIN_WAIT_MS, Memory, Message, Recovered, Replica, Role, Source, Timing};
use chain_state::State;
use chain_types::{Height, Moment, TimestampMs, View};
use std::sync::Arc;

/// The leader of the first height.
const LEADER: usize = 1;

fn validator() -> Replica<Disk> {
    let recovered = Recovered {
        tip: None,
        deltas: Vec::new(),
        seen: Vec::new(),
        memory: Memory::default(),
        held: Vec::new(),
        owed: Vec::new(),
        // Its journal has its vote for the first block.
        voted: Height(1),
    };
    let role = Role { key: key(LEADER).public_key(), timing: Timing::default() };
    let state = State::restore(Disk::default(), Vec::new());
    Replica::recover(Arc::new(genesis()), SHARD, &role, state, recovered).expect("an empty disk is genesis")
}

fn receive(replica: &mut Replica<Disk>, from: usize, message: Message) -> Effects {
    let message = Box::new(message);
    step(replica, Input::Message { from: key(from).public_key(), message })
}

fn step(replica: &mut Replica<Disk>, input: Input) -> Effects {
    let mut effects = Effects::new();
    replica.step(input, &mut effects).expect("the disk reads");
    effects
}

fn tick(replica: &mut Replica<Disk>, ms: u64) -> Effects {
    let now = START_MS + ms;
    step(replica, Input::Tick { at: Moment(now), now: TimestampMs(now) })
}

fn status(height: u64) -> Message {
    Message::Status { height: Height(height), view: View(0) }
}

#[test]
fn while_a_block_is_being_written_no_other_one_is_built() {
    let mut group = Group::start();
    let first = group.blocks(0).remove(0);
    let pending = group.capture("pending");
    let mut validator = validator();
    tick(&mut validator, 0);
    receive(&mut validator, 0, status(1));
    tick(&mut validator, JOIN_WAIT_MS);
    let written = receive(&mut validator, 0, Message::Final(vec![first]));
    assert!(written.iter().any(|effect| matches!(effect, Effect::Persist(_))), "the first block has to be written");
    for peer in [2, 3] {
        receive(&mut validator, peer, status(0));
    }
    let transaction = Box::new(verify(vec![pending]).remove(0));
    let mut effects = step(&mut validator, Input::Submit { transaction, source: Source::Client });
    effects.extend(tick(&mut validator, JOIN_WAIT_MS + 10));
    assert_eq!(validator.waiting(), 1, "there is work to do");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Hold(_) | Effect::Sign(_))));
    step(&mut validator, Input::Persisted);
    assert_eq!(validator.tip().map(|(header, _)| header.height), Some(Height(1)));
}
