//! Messages of peers. Invariant: a message counts only when its sender may send it, and one about a height only at that
//! height: earlier ones are compared, later ones are kept.

use crate::{
    Fetched, Message,
    effect::{Effect, Effects},
    replica::Replica,
};
use chain_consensus::Input as Answer;
use chain_state::{LeafReader, ReadFailure};
use chain_types::{BlockHeader, PublicKey, TxId};

impl<R: LeafReader> Replica<R> {
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
                self.voting.hear_late(message, effects);
                Ok(())
            }
            Some(height) if height != next || self.voting.simplex().is_none() => {
                self.voting.keep_early(next, height, message);
                Ok(())
            }
            Some(_) => self.consider(message, effects),
            None => self.hear(from, message, effects),
        }
    }

    /// A committee member's message about the height under way.
    pub(crate) fn consider(&mut self, message: Message, effects: &mut Effects) -> Result<(), ReadFailure> {
        match message {
            Message::Proposal { vote, header, ids } => self.proposal(vote, *header, ids, effects),
            Message::Vote(vote) => self.decide(Answer::Vote(vote), effects),
            Message::Certificate(certificate) => self.decide(Answer::Certificate(certificate), effects),
            _ => Ok(()),
        }
    }

    /// A peer's question.
    fn reply(&self, from: PublicKey, question: Message, effects: &mut Effects) {
        match question {
            Message::FetchBlock { block } => self.bodies.give_block(from, block, effects),
            Message::FetchTransactions { block, ids } => {
                self.bodies.give_transactions(from, (block, &ids), &self.mempool, effects);
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

    /// A message about no height in particular.
    fn hear(&mut self, from: PublicKey, message: Message, effects: &mut Effects) -> Result<(), ReadFailure> {
        match message {
            Message::Status { height, view } => self.status(from, height, view, effects),
            Message::Block { header, ids } => self.block(*header, ids, effects),
            Message::Final(blocks) => {
                let fetched = |block| Fetched { block, write_set: None };
                self.arrived(from, blocks.into_iter().map(fetched).collect(), effects)
            }
            Message::WriteSets(blocks) => self.arrived(from, blocks, effects),
            Message::Snapshot(part) => {
                self.take_part(from, *part, effects);
                Ok(())
            }
            Message::Promised(promise) => self.promised(*promise, effects),
            Message::Broken(broken) => {
                self.shown_broken(broken, effects);
                Ok(())
            }
            question @ (Message::FetchBlock { .. }
            | Message::FetchTransactions { .. }
            | Message::FetchFinal { .. }
            | Message::FetchWriteSets { .. }
            | Message::FetchSnapshot(_)) => {
                self.reply(from, question, effects);
                Ok(())
            }
            // The interpreter checks the signatures of transactions and submits them; the others are about a height.
            Message::Transactions(_) | Message::Proposal { .. } | Message::Vote(_) | Message::Certificate(_) => Ok(()),
        }
    }

    /// The transactions of a block that was asked for.
    fn block(&mut self, header: BlockHeader, ids: Vec<TxId>, effects: &mut Effects) -> Result<(), ReadFailure> {
        let block = header.digest();
        if self.voting.wants(block) && self.bodies.name(block, header, ids, self.voting.simplex()) {
            self.completed(block, effects)?;
        }
        Ok(())
    }
}
