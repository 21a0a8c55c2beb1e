//! An oracle: the promises of leaders [P15, promises of the league (the leader list)]. Invariant checked: an honest
//! leader's block contains every transaction promised for its height. Exceptions: the transaction has expired, or its
//! author lost authorisation since.

use chain_types::{
    Command, Epoch, Event, FinalBlock, Height, PublicKey, Receipt, ShardId, TenantId, TransactionHeader, TxId, account,
    beacon::PromiseBatch,
};
use std::collections::{BTreeMap, BTreeSet};

struct Owed {
    given: Height,
    by: Height,
    transaction: TransactionHeader,
}

/// The promises of honest leaders, the transactions on the chains, and the height since which each author may sign;
/// `None` when it may not.
#[derive(Default)]
pub(super) struct Promises {
    owed: BTreeMap<(ShardId, Epoch, u16), Vec<Owed>>,
    on_chain: BTreeSet<(ShardId, TxId)>,
    authors: BTreeMap<(ShardId, TenantId, PublicKey), Option<Height>>,
}

impl Promises {
    /// Records the promises of an honest leader. `header` returns the header of a known transaction.
    pub(super) fn given(&mut self, batch: &PromiseBatch, header: impl Fn(&TxId) -> Option<TransactionHeader>) {
        let promise = &batch.signed.promise;
        let owed = self.owed.entry((promise.shard, promise.epoch, promise.leader)).or_default();
        let (given, by) = (promise.given, promise.by);
        owed.extend(batch.ids.iter().filter_map(&header).map(|transaction| Owed { given, by, transaction }));
    }

    /// Checks a block at its first announcement.
    pub(super) fn fold(&mut self, block: &FinalBlock) -> Result<(), String> {
        let header = &block.header;
        let ids = block.block.transactions.iter().map(|transaction| (header.shard, transaction.header.id()));
        self.on_chain.extend(ids);
        self.note_authors(block);
        let Some(owed) = self.owed.get_mut(&(header.shard, header.epoch, header.proposer)) else { return Ok(()) };
        let might_sign = |one: &Owed| {
            let author = (header.shard, one.transaction.tenant, one.transaction.author);
            self.authors.get(&author).is_none_or(|since| since.is_some_and(|since| since <= one.given))
        };
        let is_missing = |one: &Owed| {
            one.transaction.valid_until_ms > header.timestamp_ms
                && !self.on_chain.contains(&(header.shard, one.transaction.id()))
        };
        let broken = owed.extract_if(.., |one| one.by <= header.height).find(|one| is_missing(one) && might_sign(one));
        broken.map_or(Ok(()), |one| {
            let (shard, height, leader) = (header.shard, header.height, header.proposer);
            Err(format!("promises: shard {shard} height {height} of leader {leader} lacks {}", one.transaction.id()))
        })
    }

    fn note_authors(&mut self, block: &FinalBlock) {
        let (shard, height) = (block.header.shard, block.header.height);
        let entries = block.block.transactions.iter().flat_map(|one| one.entries.iter().map(move |entry| (one, entry)));
        for ((transaction, entry), receipt) in entries.zip(&block.block.receipts) {
            let (Command::Account(command), Receipt::Applied(Event::Account(_))) = (&entry.core.command, receipt)
            else {
                continue;
            };
            let own = transaction.header.tenant;
            let (tenant, author, since) = match command {
                account::Command::RegisterTenant(new) => (new.tenant, new.author, Some(height)),
                account::Command::AddAuthor(new) => (own, new.author, Some(height)),
                account::Command::RemoveAuthor(gone) => (own, gone.author, None),
            };
            self.authors.insert((shard, tenant, author), since);
        }
    }
}
