//! A validator's votes, certificates and held blocks from before its start. Invariant: a vote is kept until this
//! validator votes at its height or above, so it still binds after a restart.

use crate::{Memory, RecoveryError, effect::HeldBlock};
use chain_types::{BlockHeader, Height, Transaction, View, mutant};
use std::sync::Arc;

/// Votes, certificates and blocks of heights that have not begun yet.
pub(crate) struct Remembered {
    memory: Memory,
    held: Vec<Arc<HeldBlock>>,
}

impl Remembered {
    /// Checks what the journal and the store hold. `next` is the height after the last final block.
    pub(crate) fn of(
        mut memory: Memory,
        held: Vec<(BlockHeader, Vec<Transaction>)>,
        next: Height,
    ) -> Result<Self, RecoveryError> {
        // A deliberately broken variant; the simulator must detect it.
        if mutant::is(mutant::FORGET_VOTES) {
            memory.votes.clear();
        }
        if mutant::is(mutant::FORGET_LATER) {
            memory.votes.retain(|signed| signed.vote.height == next);
        }
        if mutant::is(mutant::FORGET_CERTIFICATES) {
            memory.certificates.clear();
        }
        let check = |(header, transactions): (BlockHeader, Vec<Transaction>)| {
            let checked = transactions.into_iter().map(|transaction| transaction.check().map(Arc::new));
            let transactions = checked.collect::<Result<Vec<_>, _>>().map_err(|_| RecoveryError::Held)?;
            Ok(Arc::new(HeldBlock { digest: header.digest(), header, transactions }))
        };
        let held = held.into_iter().map(check).collect::<Result<_, RecoveryError>>()?;
        Ok(Self { memory, held })
    }

    /// Takes what is remembered of one height. Drops what is remembered of earlier heights.
    pub(crate) fn take(&mut self, height: Height) -> (chain_consensus::Memory, Vec<Arc<HeldBlock>>) {
        let votes = self.memory.votes.extract_if(.., |signed| signed.vote.height <= height);
        let certificates = self.memory.certificates.extract_if(.., |certificate| certificate.vote.height <= height);
        let held = self.held.extract_if(.., |held| held.header.height <= height);
        let votes = votes.filter(|signed| signed.vote.height == height).collect();
        let certificates = certificates.filter(|certificate| certificate.vote.height == height).collect();
        let held: Vec<_> = held.filter(|held| held.header.height == height).collect();
        let known = held.iter().map(|held| (held.digest, held.header.view)).collect();
        let (settled, below) = self.memory.below;
        let below = if settled == height { below } else { View(0) };
        (chain_consensus::Memory { below, votes, certificates, held: known }, held)
    }
}
