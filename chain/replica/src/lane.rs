//! Whose transactions are served in turn. Invariant: one tenant's transactions never wait behind more than a fair part of
//! another's.

use chain_ledger::OPERATOR_TENANT;
use chain_types::{PublicKey, TenantId, TransactionHeader};

/// A queue of the mempool.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Lane {
    /// A tenant's transactions.
    Tenant(TenantId),
    /// Those of one key that acts for the chain's sake: the operator, or a validator.
    Chain(PublicKey),
    /// All whose author is not known here, while this replica lacks blocks that may make it known.
    Unknown,
}

impl Lane {
    /// The lane of a transaction whose author is known.
    pub(crate) fn of(header: &TransactionHeader) -> Self {
        if header.tenant == OPERATOR_TENANT { Self::Chain(header.author) } else { Self::Tenant(header.tenant) }
    }
}
