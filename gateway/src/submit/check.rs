//! Checks the size and work limits of a transaction before anything is stored. Invariant: a check only reads its
//! arguments. A failed check is reported to the client at once.

use super::code;
use crate::error::{ApiError, Code};
use chain_types::{Entry, WorkParameters, limit};

/// The bytes that the ledger counts per entry in addition to core and body.
const ENTRY_OVERHEAD_BYTES: usize = 64;

/// Checks that entries fit into one transaction, by an upper bound of the size that the ledger counts.
///
/// # Errors
/// `too_large`, a code of the domain that made the entries.
pub fn check_size(entries: &[Entry], too_large: &'static Code) -> Result<(), ApiError> {
    // A subject has 32 bytes. 96 bytes cover the rest of a core, 256 bytes the rest of the transaction.
    let entry_bytes = |entry: &Entry| entry.core.subjects.len() * 32 + 96 + entry.body.len() + ENTRY_OVERHEAD_BYTES;
    let bytes = 256 + entries.iter().map(entry_bytes).sum::<usize>();
    if bytes <= limit::TRANSACTION_BYTES_MAX && entries.len() <= limit::ENTRIES_PER_TRANSACTION_MAX {
        return Ok(());
    }
    Err(ApiError::new(too_large, "Send it in parts. Nothing was stored."))
}

/// Checks that the work of the entries fits into one block.
///
/// # Errors
/// `ledger.too_much_work`.
pub(super) fn check_work(parameters: &WorkParameters, entries: &[Entry]) -> Result<(), ApiError> {
    let (work, work_max) = (parameters.of_entries(entries), parameters.block_work_max);
    if work <= work_max {
        return Ok(());
    }
    let identifiers = entries.iter().fold(0, |sum, entry| sum + entry.core.subjects.len());
    let detail = format!(
        "Its {} commands about {identifiers} identifiers weigh {work}, and a block of this ledger holds {work_max}. \
         Send it in parts. Nothing was stored.",
        entries.len(),
    );
    Err(ApiError::new(&code::TOO_MUCH_WORK, detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chain_types::{Body, Command, Digest, EntryCore, Subject, provenance};

    fn entry(body_bytes: usize) -> Entry {
        let event = Subject(Digest::ZERO);
        let command = provenance::Command::DeclareError(provenance::DeclareError { event, content: Digest::ZERO });
        let core = EntryCore { subjects: vec![event], command: Command::Provenance(command) };
        Entry { core, body: Body::Public(vec![0; body_bytes]) }
    }

    #[test]
    fn entries_fit_up_to_the_last_byte_and_the_last_entry() {
        const EMPTY: usize = 32 + 96 + ENTRY_OVERHEAD_BYTES;
        let fits = |entries: &[Entry]| check_size(entries, &code::TOO_MUCH_WORK).is_ok();
        let room = limit::TRANSACTION_BYTES_MAX - 256 - 2 * EMPTY;
        assert!(fits(&[entry(room - 1), entry(1)]));
        assert!(!fits(&[entry(room), entry(1)]));
        let many = vec![entry(0); limit::ENTRIES_PER_TRANSACTION_MAX + 1];
        assert!(fits(&many[1..]) && !fits(&many));
    }
}
