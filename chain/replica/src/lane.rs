//! The queues that blocks serve in turn. Invariant: one tenant's transactions never wait behind more than a fair share
//! of another's.

use chain_ledger::OPERATOR_TENANT;
use chain_types::{PublicKey, TenantId, TransactionHeader};

/// A queue of the mempool.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Lane {
    /// A tenant's transactions.
    Tenant(TenantId),
    /// Those of one key that maintains the chain: the operator, or a validator.
    Chain(PublicKey),
    /// Transactions of unknown authors, while this replica lacks blocks that may register them.
    Unknown,
}

impl Lane {
    /// The lane of a transaction whose author is known.
    pub(crate) fn of(header: &TransactionHeader) -> Self {
        if header.tenant == OPERATOR_TENANT { Self::Chain(header.author) } else { Self::Tenant(header.tenant) }
    }
}
