//! State keys of the atomic slice: outbox, inbox cursor, bundles and locks. Invariant: each key determines the type of
//! its value. Keys are only appended, because a key's position is its encoding.

use super::{BundleId, BundleRecord, Lock, Message, OutboxHead};
use crate::{id::ShardId, state::keys};

keys! {
    Atomic;
    /// A message to a shard, by its sequence number from 1 [P20, messages].
    Outbox: OutboxKey(ShardId, u64) => Message;
    /// The sequence numbers of the messages in the outbox for a shard.
    OutboxHead: OutboxHeadKey(ShardId) => OutboxHead;
    /// The number of messages of a shard that were delivered.
    InboxCursor: InboxCursorKey(ShardId) => u64;
    /// A bundle (atomic transaction across shards) that this shard coordinates [P21, bundles].
    Bundle: BundleKey(BundleId) => BundleRecord;
    /// The lock of a leg, the part of a bundle on this shard [P21].
    Lock: LockKey(BundleId, u8) => Lock;
}
