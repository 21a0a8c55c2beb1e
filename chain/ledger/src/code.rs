//! Lists every code that the ledger can answer with. Invariant: the list is built from the tables that define the
//! codes, so none is missing.

use crate::{Refusal, block::ABORTED, slice};
use chain_types::transaction::TransactionError;

/// The stable codes of rejected commands, refused transactions and malformed transactions, each with a sentence for
/// people.
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
