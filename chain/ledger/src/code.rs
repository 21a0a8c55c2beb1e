//! Every code that the ledger answers with. Invariant: made from the tables that the codes come from, so none is
//! missing.

use crate::{Refusal, block::ABORTED, slice};
use chain_types::transaction::TransactionError;

/// The stable codes of receipts, of transactions that no block may hold, and of malformed ones, each with a sentence
/// for people.
pub fn codes() -> Vec<(&'static str, String)> {
    let mut codes = vec![(ABORTED, "Another command of the atomic transaction was rejected.".to_owned())];
    codes.extend(TransactionError::ALL.iter().map(|one| (one.code(), one.to_string())));
    codes.extend(Refusal::ALL.iter().map(|one| (one.code(), one.detail().to_owned())));
    codes.extend(slice::rejections());
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_distinct_and_well_formed() {
        let codes = codes();
        let distinct: BTreeSet<_> = codes.iter().map(|(code, _)| *code).collect();
        assert_eq!(distinct.len(), codes.len());
        for (code, detail) in codes {
            let is_word = |word: &str| word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
            assert!(code.split_once('.').is_some_and(|(slice, reason)| is_word(slice) && is_word(reason)), "{code}");
            assert!(!detail.is_empty(), "{code}");
        }
    }
}
