//! Dispatches the messages of peers. Invariant: a message from a peer that may not send it is ignored. A consensus
//! message is handled only at its own height. Messages of the previous height are only checked for equivocation, and
//! later ones are kept.

use crate::{
    Fetched, Message,
    effect::{Effect, Effects},
    replica::Replica,
};
use chain_consensus::Input as ConsensusInput;
use chain_state::{LeafReader, ReadFailure};
use chain_types::{BlockHeader, PublicKey, TxId};

impl<R: LeafReader> Replica<R> {
    /// Handles a message of a peer, or ignores it when the peer may not send it.
    pub(crate) fn message(
        &mut self,
        from: PublicKey,
        message: Message,
        effects: &mut Effects,
    ) -> Result<(), ReadFailure> {
        if !self.may_send(&from, &message) {
            return Ok(());
        }
        let next = self.next_height();
        match message.height() {
            Some(height) if height.next() == next => {
                self.voting.check_late(message, effects);
                Ok(())
            }
            Some(height) if height != next || self.voting.simplex().is_none() => {
                self.voting.keep_early(next, height, message);
                Ok(())
            }
            Some(_) => self.handle_consensus(message, effects),
            None => self.handle_other(from, message, effects),
        }
    }

    /// Handles a committee member's message about the height in progress.
    pub(crate) fn handle_consensus(&mut self, message: Message, effects: &mut Effects) -> Result<(), ReadFailure> {
        match message {
            Message::Proposal { vote, header, ids } => self.proposal(vote, *header, ids, effects),
            Message::Vote(vote) => self.decide(ConsensusInput::Vote(vote), effects),
            Message::Certificate(certificate) => self.decide(ConsensusInput::Certificate(certificate), effects),
            _ => Ok(()),
        }
    }

    /// Answers a peer's request.
    fn reply(&self, from: PublicKey, request: Message, effects: &mut Effects) {
        match request {
            Message::FetchBlock { block } => self.bodies.send_block(from, block, effects),
            Message::FetchTransactions { block, ids } => {
                self.bodies.send_transactions(from, (block, &ids), &self.mempool, effects);
            }
            Message::FetchFinal { from: first } if first <= self.tip_height() => {
                effects.push(Effect::SendFinal { to: from, from: first });
            }
            Message::FetchWriteSets { from: first } if first <= self.tip_height() => {
                effects.push(Effect::SendWriteSets { to: from, from: first });
            }
            Message::FetchSnapshot(ask) => effects.push(Effect::SendSnapshot { to: from, ask }),
            _ => {}
        }
    }

    /// Handles a message that is about no height in particular.
    fn handle_other(&mut self, from: PublicKey, message: Message, effects: &mut Effects) -> Result<(), ReadFailure> {
        match message {
            Message::Status { height, view } => self.status(from, height, view, effects),
            Message::Block { header, ids } => self.block(*header, ids, effects),
            Message::Final(blocks) => {
                let fetched = |block| Fetched { block, write_set: None };
                self.receive_final(from, blocks.into_iter().map(fetched).collect(), effects)
            }
            Message::WriteSets(blocks) => self.receive_final(from, blocks, effects),
            Message::Snapshot(part) => {
                self.take_part(from, *part, effects);
                Ok(())
            }
            Message::Promised(promise) => self.receive_promise(*promise, effects),
            Message::Broken(broken) => {
                self.receive_broken_promise(broken, effects);
                Ok(())
            }
            request @ (Message::FetchBlock { .. }
            | Message::FetchTransactions { .. }
            | Message::FetchFinal { .. }
            | Message::FetchWriteSets { .. }
            | Message::FetchSnapshot(_)) => {
                self.reply(from, request, effects);
                Ok(())
            }
            // The interpreter checks the signatures of transactions and submits them; the others are about a height.
            Message::Transactions(_) | Message::Proposal { .. } | Message::Vote(_) | Message::Certificate(_) => Ok(()),
        }
    }

    /// Handles a requested block: its header and the ids of its transactions.
    fn block(&mut self, header: BlockHeader, ids: Vec<TxId>, effects: &mut Effects) -> Result<(), ReadFailure> {
        let block = header.digest();
        if self.voting.wants(block) && self.bodies.name(block, header, ids, self.voting.simplex()) {
            self.completed(block, effects)?;
        }
        Ok(())
    }
}
