//! Transactions with proof, by type, that their authors signed them. Invariant: a [`VerifiedTransaction`] is built only
//! here, after its signature was checked.

use crate::{
    signature::{Claim, Namespace, verify, verify_batch},
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
    let mut valid = vec![false; claims.len()];
    mark_valid(&claims, &mut valid, rng);
    let pairs = transactions.into_iter().zip(valid);
    pairs
        .map(|(transaction, ok)| if ok { Ok(VerifiedTransaction(transaction)) } else { Err(transaction.id()) })
        .collect()
}

/// Halves a failing batch until the invalid signatures stand alone, so one bad signature costs a logarithm.
fn mark_valid(claims: &[Claim], valid: &mut [bool], rng: &mut impl rand_core::CryptoRng) {
    let all = match claims {
        [] => return,
        [claim] => verify(Namespace::TRANSACTION, claim),
        _ => verify_batch(Namespace::TRANSACTION, claims, rng),
    };
    if all {
        valid.fill(true);
    } else if claims.len() > 1 {
        let middle = claims.len() / 2;
        let (left, right) = claims.split_at(middle);
        let (valid_left, valid_right) = valid.split_at_mut(middle);
        mark_valid(left, valid_left, rng);
        mark_valid(right, valid_right, rng);
    }
}
