//! Keys of the atomic slice. Invariant: as for [`crate::state::StateKey`].

use super::{BundleId, BundleRecord, Lock, Message, OutboxHead};
use crate::{id::ShardId, state::keys};

keys! {
    Atomic;
    /// A message to a shard, by its sequence number from 1 [P20].
    Outbox: OutboxKey(ShardId, u64) => Message;
    /// The sequence numbers of the messages in the outbox for a shard.
    OutboxHead: OutboxHeadKey(ShardId) => OutboxHead;
    /// The number of messages of a shard that were delivered.
    InboxCursor: InboxCursorKey(ShardId) => u64;
    /// A bundle that this shard coordinates [P21].
    Bundle: BundleKey(BundleId) => BundleRecord;
    /// A leg of a bundle on this shard [P21].
    Lock: LockKey(BundleId, u8) => Lock;
}
