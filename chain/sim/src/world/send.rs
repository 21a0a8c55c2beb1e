//! Sends the messages of processes through the network. Invariant: only the messages of Byzantine machines are changed.
//! If the plan defines halves, a machine exchanges messages with one half of a twin only.

use super::{World, queue::Event};
use crate::{fault::Lie, network::Envelope};
use chain_replica::Message;
use chain_types::codec;
use std::rc::Rc;

impl World {
    pub(super) fn send(&mut self, from: usize, to: Option<chain_types::PublicKey>, message: &Message) {
        let machine = self.processes[from].machine;
        let is_meant = |other: &usize| *other != machine && to.is_none_or(|key| self.cast.key(*other) == key);
        let receivers: Vec<usize> = (0..self.machines.len()).filter(is_meant).collect();
        if let Some(liar) = self.liars.get_mut(&machine) {
            liar.signer = self.processes[from].signer.unwrap_or(liar.signer);
            for (to, message) in liar.twist(message, &receivers, &mut self.lie_dice) {
                self.post(from, &[to], &message);
            }
        } else {
            self.post(from, &receivers, message);
        }
    }

    fn post(&mut self, from: usize, to: &[usize], message: &Message) {
        let bytes = Rc::new(codec::encode(message));
        let (shard, machine) = (self.processes[from].shard, self.processes[from].machine);
        for receiver in 0..self.processes.len() {
            let other = &self.processes[receiver];
            if other.shard != shard || !to.contains(&other.machine) || !self.can_reach(from, receiver) {
                continue;
            }
            let between = (machine, other.machine);
            let envelope = Envelope { from, to: receiver, bytes: Rc::clone(&bytes) };
            for (in_us, envelope) in self.network.send(envelope, between) {
                self.push(in_us, Event::Arrive(envelope));
            }
        }
    }

    /// Whether two processes can reach each other: a machine may reach only one half of a twin.
    fn can_reach(&self, left: usize, right: usize) -> bool {
        let Some(halves) = &self.halves else { return true };
        let (left, right) = (&self.processes[left], &self.processes[right]);
        let is_twin = |machine: usize| self.liars.get(&machine).is_some_and(|liar| liar.lie == Lie::Twin);
        match (is_twin(left.machine), is_twin(right.machine)) {
            (true, true) => left.half == right.half,
            (true, false) => left.half == halves[right.machine],
            (false, true) => right.half == halves[left.machine],
            (false, false) => true,
        }
    }
}

/// A short description of a message, for the log.
pub(super) fn describe(message: &Message) -> String {
    let vote = |vote: &chain_types::Vote| {
        let block = &vote.block.to_string()[..8];
        format!("{:?} height {} view {} block {block}", vote.step, vote.height, vote.view)
    };
    match message {
        Message::Proposal { vote: signed, ids, .. } => format!("{} of {} transactions", vote(&signed.vote), ids.len()),
        Message::Vote(signed) => vote(&signed.vote),
        Message::Certificate(certificate) => format!("certificate {}", vote(&certificate.vote)),
        Message::Status { height, view } => format!("status: final {height}, view {view}"),
        Message::FetchBlock { block } => format!("fetch block {}", &block.to_string()[..8]),
        Message::Block { header, ids } => format!("block of height {} with {} transactions", header.height, ids.len()),
        Message::FetchTransactions { block, ids } => {
            format!("fetch {} transactions of {}", ids.len(), &block.to_string()[..8])
        }
        Message::Transactions(transactions) => format!("{} transactions", transactions.len()),
        Message::FetchFinal { from } => format!("fetch final from {from}"),
        Message::FetchWriteSets { from } => format!("fetch write-sets from {from}"),
        Message::WriteSets(blocks) => format!("{} final blocks with write-sets", blocks.len()),
        Message::FetchSnapshot(ask) => format!("fetch snapshot {ask:?}"),
        Message::Snapshot(_) => "a part of a snapshot".to_owned(),
        Message::Promised(promise) => format!("promises {} transactions", promise.ids.len()),
        Message::Broken(_) => "shows a broken promise".to_owned(),
        Message::Final(blocks) => format!("{} final blocks", blocks.len()),
    }
}
