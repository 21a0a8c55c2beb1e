//! The lanes of the mempool: one queue per tenant or maintenance key, served in turn. Invariant: every transaction
//! belongs to one lane. Tenants share a lane only while their authors are unknown.

use chain_ledger::OPERATOR_TENANT;
use chain_types::{PublicKey, TenantId, TransactionHeader};

/// The queue of the mempool that a transaction waits in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Lane {
    /// Transactions of one tenant.
    Tenant(TenantId),
    /// Transactions of one key that maintains the chain: the operator's, or a validator's.
    Chain(PublicKey),
    /// Transactions of unknown authors, while this replica lacks blocks that may register them.
    Unknown,
}

impl Lane {
    /// The lane of a transaction with a known author.
    pub(crate) fn of(header: &TransactionHeader) -> Self {
        if header.tenant == OPERATOR_TENANT { Self::Chain(header.author) } else { Self::Tenant(header.tenant) }
    }
}
