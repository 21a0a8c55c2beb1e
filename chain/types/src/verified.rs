//! Transactions with proof, by type, that their authors signed them. Invariant: a [`VerifiedTransaction`] is built only
//! here, after its signature was checked.

use crate::{
    signature::{Claim, Namespace, verify_each},
    transaction::{CheckedTransaction, TxId},
};

/// A transaction whose shape and signature were checked.
#[derive(Clone, Debug)]
pub struct VerifiedTransaction(CheckedTransaction);

impl VerifiedTransaction {
    /// The checked transaction.
    pub const fn checked(&self) -> &CheckedTransaction {
        &self.0
    }

    /// Gives the checked transaction back.
    pub fn into_checked(self) -> CheckedTransaction {
        self.0
    }
}

/// Checks the signatures of many transactions at once; each comes back verified, or as its id when its own signature is
/// not valid. `rng` must be unpredictable to the authors.
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
