//! An oracle: the journals of an idle chain. Invariant checked: no journal grows while there is nothing to decide, so
//! nothing is signed.

use std::collections::BTreeMap;

/// The journal size of each process at the beginning of the idle period, in bytes.
#[derive(Default)]
pub(crate) struct Idle(BTreeMap<usize, usize>);

impl Idle {
    /// Compares the size of a process's journal, in bytes, with its first size in the idle period.
    pub(crate) fn looked(&mut self, process: usize, bytes: usize) -> Result<(), String> {
        let before = *self.0.entry(process).or_insert(bytes);
        if bytes == before {
            return Ok(());
        }
        Err(format!(
            "idle: the journal of process {process} had {before} bytes when the chain came to rest, and has {bytes}"
        ))
    }
}
