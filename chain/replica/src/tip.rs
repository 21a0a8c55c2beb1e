//! The last final block of a shard, and the shard's totals. Invariant: header, certificate and digest belong to the
//! same durable block. The totals may already include a block that is being written.

use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{BlockHeader, Certificate, Digest, Height};

/// A shard's totals since genesis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Transactions on the chain.
    pub transactions: u64,
    /// Records on the chain.
    pub records: u64,
}

/// The end of the chain. Before the first block it has no header.
pub(crate) struct Tip {
    block: Option<(BlockHeader, Certificate)>,
    digest: Digest,
    totals: Totals,
}

impl Tip {
    /// `digest` is the header's, or the parent of the first block while there is none.
    pub(crate) const fn new(block: Option<(BlockHeader, Certificate)>, digest: Digest, totals: Totals) -> Self {
        Self { block, digest, totals }
    }

    pub(crate) const fn block(&self) -> Option<&(BlockHeader, Certificate)> {
        self.block.as_ref()
    }

    pub(crate) fn header(&self) -> Option<&BlockHeader> {
        self.block.as_ref().map(|(header, _)| header)
    }

    /// 0 before the first block.
    pub(crate) fn height(&self) -> Height {
        self.header().map_or(Height(0), |header| header.height)
    }

    pub(crate) fn next_height(&self) -> Height {
        self.height().next()
    }

    pub(crate) const fn digest(&self) -> Digest {
        self.digest
    }

    /// The totals, including a block that is being written.
    pub(crate) const fn totals(&self) -> Totals {
        self.totals
    }

    /// Counts a block that is about to be written.
    pub(crate) fn count(&mut self, transactions: u64, records: u64) {
        self.totals.transactions = self.totals.transactions.saturating_add(transactions);
        self.totals.records = self.totals.records.saturating_add(records);
    }

    /// Moves to the next block once it is durable.
    pub(crate) fn advance(&mut self, header: BlockHeader, certificate: Certificate, digest: Digest) {
        self.block = Some((header, certificate));
        self.digest = digest;
    }
}
