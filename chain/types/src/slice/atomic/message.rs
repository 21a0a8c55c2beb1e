//! Messages between shards [P20]. Invariant: a message lies in its source's outbox under (destination, sequence), and
//! the destination takes the sequences in without a gap, so each takes effect once and in order.

use super::{Binding, NO_DEADLINE};
use crate::{
    id::{ChainId, Epoch, ShardId, TenantId},
    native::Amount,
    transaction::TxId,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// What a message does where it arrives.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Payload {
    /// Credits a tenant, or comes back as a return when the tenant is unknown there.
    Credit {
        /// Who paid.
        from: TenantId,
        /// Who receives.
        to: TenantId,
        /// How much.
        amount: Amount,
    },
    /// Brings a credit back that found nobody. It always takes effect: its receiver was debited on that shard.
    Return {
        /// The number that the credit had on its way out.
        returns: u64,
        /// Who paid and now receives.
        to: TenantId,
        /// How much.
        amount: Amount,
    },
}

impl Payload {
    /// The amount that travels.
    pub const fn amount(&self) -> Amount {
        match self {
            Self::Credit { amount, .. } | Self::Return { amount, .. } => *amount,
        }
    }
}

/// How far the outbox for one shard is; it holds the messages in between.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct OutboxHead {
    /// The number of the last message.
    pub sent: u64,
    /// The number of the last message that is known to be taken in, and dropped.
    pub acknowledged: u64,
}

/// A message as the outbox holds it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Message {
    /// What it is bound to.
    pub binding: Binding,
    /// What it does.
    pub payload: Payload,
}

impl Message {
    /// A message of a transaction, in its place in line. Messages have one attempt and no deadline.
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
