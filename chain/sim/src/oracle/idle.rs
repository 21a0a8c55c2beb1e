//! A chain at rest. Invariant checked: while nothing is to be decided no journal grows, so nothing is signed.

use std::collections::BTreeMap;

/// What each process's journal held when the rest began.
#[derive(Default)]
pub(crate) struct Idle(BTreeMap<usize, usize>);

impl Idle {
    /// A process's journal holds so many bytes while the chain rests.
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
