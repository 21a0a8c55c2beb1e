//! Messages between shards, kept in an outbox until acknowledged [P20, messages]. Invariant: a message has one number
//! per (source, destination). The destination delivers numbers without a gap, so each message takes effect once and in
//! order.

use super::{Binding, NO_DEADLINE};
use crate::{
    id::{ChainId, Epoch, ShardId, TenantId},
    native::Amount,
    transaction::TxId,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// The effect of a message at its destination.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Payload {
    /// Credits a tenant. When the tenant is unknown there, the amount is sent back as a return.
    Credit {
        /// The tenant that paid.
        from: TenantId,
        /// The tenant that receives.
        to: TenantId,
        amount: Amount,
    },
    /// Returns a credit whose receiver is unknown. It always takes effect, since its receiver was debited on that
    /// shard.
    Return {
        /// The sequence number of the returned credit.
        returns: u64,
        /// The tenant that paid the credit and is now credited.
        to: TenantId,
        amount: Amount,
    },
}

impl Payload {
    pub const fn amount(&self) -> Amount {
        match self {
            Self::Credit { amount, .. } | Self::Return { amount, .. } => *amount,
        }
    }
}

/// The range of messages in the outbox for one shard: those after `acknowledged`, up to `sent`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct OutboxHead {
    /// The sequence number of the last message.
    pub sent: u64,
    /// The sequence number of the last message that is known to be delivered and was dropped.
    pub acknowledged: u64,
}

/// A message in an outbox.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Message {
    pub binding: Binding,
    pub payload: Payload,
}

impl Message {
    /// A message of a transaction, with its sequence number. Messages have one attempt and no deadline.
    pub const fn new(
        (chain_id, epoch, tx_id): (ChainId, Epoch, TxId),
        (source, destination, sequence): (ShardId, ShardId, u64),
        payload: Payload,
    ) -> Self {
        let deadline = NO_DEADLINE;
        let binding = Binding { chain_id, epoch, tx_id, attempt: 0, source, destination, sequence, deadline };
        Self { binding, payload }
    }
}
