//! Transactions by which members keep the network going. Invariant: each operation has its own outcome, so that one which
//! somebody else has seen to in the meantime does not undo the others.

use chain_types::{
    Body, ChainId, Command, CommandCore, Mode, Operation, SecretKey, TenantId, TimestampMs, Transaction,
    native::TREASURY, transaction::Draft,
};
use std::time::{SystemTime, UNIX_EPOCH};

/// How long such a transaction may wait for its block, in milliseconds.
pub const UPKEEP_VALIDITY_MS: u64 = 30_000;

/// A transaction of tenant zero with these operations and nothing else to say, valid for [`UPKEEP_VALIDITY_MS`].
pub fn upkeep(chain_id: ChainId, author: &SecretKey, operations: impl IntoIterator<Item = Operation>) -> Transaction {
    upkeep_of(chain_id, TREASURY, author, operations)
}

/// The same of another tenant.
pub(crate) fn upkeep_of(
    chain_id: ChainId,
    tenant: TenantId,
    author: &SecretKey,
    operations: impl IntoIterator<Item = Operation>,
) -> Transaction {
    let command =
        |operation| Command { core: CommandCore { subjects: Vec::new(), operation }, body: Body::Public(Vec::new()) };
    let draft = Draft {
        chain_id,
        tenant,
        valid_until_ms: TimestampMs(now_ms().saturating_add(UPKEEP_VALIDITY_MS)),
        salt: rand::random(),
        mode: Mode::Independent,
    };
    draft.sign(author, operations.into_iter().map(command).collect())
}

/// The time of this machine.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
