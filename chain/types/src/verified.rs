//! Transactions whose author's signature was verified. Invariant: a [`VerifiedTransaction`] is built only here, after
//! the check.

use crate::{
    signature::{Claim, Namespace, verify_each},
    transaction::{CheckedTransaction, TxId},
};

/// A transaction whose shape and signature were checked.
#[derive(Clone, Debug)]
pub struct VerifiedTransaction(CheckedTransaction);

impl VerifiedTransaction {
    pub const fn checked(&self) -> &CheckedTransaction {
        &self.0
    }

    /// Returns the checked transaction.
    pub fn into_checked(self) -> CheckedTransaction {
        self.0
    }
}

/// Verifies the signatures of several transactions together. Each result is the verified transaction, or its id when
/// its signature is invalid. `rng` must be unpredictable to the authors.
pub fn verify_all(
    transactions: Vec<CheckedTransaction>,
    rng: &mut impl rand_core::CryptoRng,
) -> Vec<Result<VerifiedTransaction, TxId>> {
    let claims: Vec<Claim> = transactions.iter().map(CheckedTransaction::claim).collect();
    let pairs = transactions.into_iter().zip(verify_each(Namespace::TRANSACTION, &claims, rng));
    pairs
        .map(|(transaction, ok)| if ok { Ok(VerifiedTransaction(transaction)) } else { Err(transaction.id()) })
        .collect()
}
