//! Reads values and proofs from the ledger's state. Invariant: values and proofs for clients are of the state after the
//! last final block. Creating proofs undoes the executed block and applies it again. Only `author_since` reads the
//! state that includes the executed block. Reads keep no more in memory than blocks do, however many are asked for.

use super::{Ledger, NextBlock};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    Height,
    account::AuthorKey,
    state::{StateKey, StateProof, TypedKey},
};

impl<R: LeafReader> Ledger<R> {
    /// The values of several keys; `None` while a block is being written.
    pub(crate) fn read(&mut self, keys: &[StateKey]) -> Result<Option<Vec<Option<Vec<u8>>>>, ReadFailure> {
        let undo = match &self.next {
            NextBlock::Writing(_) => return Ok(None),
            NextBlock::Executed(executed) => executed.undo.as_slice(),
            NextBlock::Absent => &[],
        };
        let mut values = Vec::with_capacity(keys.len());
        for path in keys.iter().map(StateKey::path) {
            // A block that is not final changed these values; its undo list has the ones before.
            let changed = undo.binary_search_by(|write| write.path.cmp(&path)).ok().and_then(|at| undo.get(at));
            values.push(match changed {
                Some(before) => before.value.as_ref().map(|value| value.to_vec()),
                None => self.state.get(&path)?.map(<[u8]>::to_vec),
            });
        }
        self.state.trim();
        Ok(Some(values))
    }

    /// Proofs of several keys against the last final block's state root; `None` while a block is being written.
    pub(crate) fn prove(&mut self, keys: &[StateKey]) -> Result<Option<Vec<StateProof>>, ReadFailure> {
        if self.is_writing() {
            return Ok(None);
        }
        if keys.is_empty() {
            return Ok(Some(Vec::new()));
        }
        // An executed block is undone for the proofs and then applied again.
        let again = match &mut self.next {
            NextBlock::Executed(executed) => Some(self.state.apply(std::mem::take(&mut executed.undo))?),
            NextBlock::Absent | NextBlock::Writing(_) => None,
        };
        let proofs = keys.iter().map(|key| self.state.prove(&key.path())).collect::<Result<_, _>>()?;
        if let (NextBlock::Executed(executed), Some(again)) = (&mut self.next, again) {
            executed.undo = self.state.apply(again)?;
        }
        self.state.trim();
        Ok(Some(proofs))
    }

    /// Since which height an author may sign, in the state that includes the block being decided; `None` for an unknown
    /// author.
    pub(crate) fn author_since(&mut self, author: AuthorKey) -> Result<Option<Height>, ReadFailure> {
        let known = self.state.get(&author.path())?.map(|value| author.decode(value));
        let since = known.and_then(|known| known.ok().map(|known| known.since));
        self.state.trim();
        Ok(since)
    }
}
