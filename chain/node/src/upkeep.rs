//! Builds transactions with commands of validators, relayers and the operator. Invariant: each command has its own
//! outcome. A command that another member already submitted does not undo the others.

use crate::NodeHandle;
use chain_types::{
    Body, Command, Entry, EntryCore, Mode, SecretKey, ShardId, TenantId, TimestampMs, Transaction, native::TREASURY,
    transaction::Draft,
};

/// How long such a transaction may wait for its block, in milliseconds.
pub const UPKEEP_VALIDITY_MS: u64 = 30_000;

/// A transaction of the treasury tenant with these commands and empty bodies, valid for [`UPKEEP_VALIDITY_MS`] from the
/// time of the shard's next block.
pub fn upkeep(
    node: &NodeHandle,
    shard: ShardId,
    author: &SecretKey,
    commands: impl IntoIterator<Item = Command>,
) -> Transaction {
    upkeep_of(node, shard, TREASURY, author, commands)
}

/// As [`upkeep`], for another tenant.
pub(crate) fn upkeep_of(
    node: &NodeHandle,
    shard: ShardId,
    tenant: TenantId,
    author: &SecretKey,
    commands: impl IntoIterator<Item = Command>,
) -> Transaction {
    let entry = |command| Entry { core: EntryCore { subjects: Vec::new(), command }, body: Body::Public(Vec::new()) };
    let draft = Draft {
        chain_id: node.chain_id(),
        tenant,
        valid_until_ms: TimestampMs(node.block_time(shard).0.saturating_add(UPKEEP_VALIDITY_MS)),
        salt: rand::random(),
        mode: Mode::Independent,
    };
    draft.sign(author, commands.into_iter().map(entry).collect())
}
