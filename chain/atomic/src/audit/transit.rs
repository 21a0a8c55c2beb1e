//! Tracks messages between shards. Invariant: each direction uses the sequence numbers 1, 2, 3 and so on. A message
//! arrives with the content that it was sent with.

use super::Fault;
use chain_types::{
    ShardId,
    atomic::{Message, Payload},
};
use std::collections::BTreeMap;

/// Source and destination shard.
type Way = (ShardId, ShardId);

/// The sequence numbers and payloads of both ends of each direction. `early` holds messages whose receiving block was
/// read before the sending one.
#[derive(Clone, Debug, Default)]
pub(super) struct Transit {
    departed: BTreeMap<Way, u64>,
    arrived: BTreeMap<Way, u64>,
    under_way: BTreeMap<(Way, u64), Payload>,
    early: BTreeMap<(Way, u64), Payload>,
}

impl Transit {
    pub(super) fn leave(&mut self, way: Way, sequence: u64, payload: Payload) -> Result<(), Fault> {
        advance(&mut self.departed, way, sequence)?;
        match self.early.remove(&(way, sequence)) {
            Some(early) if early != payload => Err(Fault::Message),
            Some(_) => Ok(()),
            None => {
                self.under_way.insert((way, sequence), payload);
                Ok(())
            }
        }
    }

    pub(super) fn arrive(&mut self, way: Way, sequence: u64, message: &Message) -> Result<(), Fault> {
        let binding = &message.binding;
        if ((binding.source, binding.destination), binding.sequence) != (way, sequence) {
            return Err(Fault::Message);
        }
        advance(&mut self.arrived, way, sequence)?;
        match self.under_way.remove(&(way, sequence)) {
            Some(sent) if sent != message.payload => Err(Fault::Message),
            Some(_) => Ok(()),
            None => {
                self.early.insert((way, sequence), message.payload.clone());
                Ok(())
            }
        }
    }

    /// The units in messages that were sent and not accepted yet.
    pub(super) fn sum(&self) -> Result<u128, Fault> {
        if !self.early.is_empty() {
            return Err(Fault::Cut);
        }
        Ok(self.under_way.values().map(|payload| u128::from(payload.amount().0)).sum())
    }
}

fn advance(numbers: &mut BTreeMap<Way, u64>, way: Way, sequence: u64) -> Result<(), Fault> {
    let last = numbers.entry(way).or_default();
    if sequence != last.saturating_add(1) {
        return Err(Fault::Sequence);
    }
    *last = sequence;
    Ok(())
}
