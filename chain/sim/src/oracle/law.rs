//! An oracle: replays the agreed chains with the ledger's own code, where [`super::replay`] lacks commands. Invariants
//! checked: a block follows from the blocks before it. No transaction occurs twice on a chain. Every author's signature
//! is valid.

use super::agreement::Agreement;
use chain_ledger::{BlockExecution, Law, Position, seen::SeenSet};
use chain_state::{LeafReader, ReadFailure, State, StoredLeaf};
use chain_types::{
    FinalBlock, Genesis, ShardId,
    ancestry::Ancestry,
    codec,
    record::records_root,
    signature::{Claim, Namespace, verify},
    state::StateKey,
};
use std::collections::BTreeSet;

/// An empty disk: the whole state is in memory.
struct NoDisk;

impl LeafReader for NoDisk {
    fn leaves(&self, _: u32) -> Result<Vec<StoredLeaf>, ReadFailure> {
        Ok(Vec::new())
    }
}

/// Replays every shard of the agreed chains.
///
/// # Errors
/// The first violation.
pub fn replay_all(genesis: &Genesis, agreement: &Agreement) -> Result<(), String> {
    for shard in (0..genesis.shards).map(ShardId) {
        let mut law = Law::of(genesis, shard);
        let mut state = State::restore(NoDisk, []);
        let mut seen = SeenSet::default();
        let mut ancestry = Ancestry::default();
        let mut known = BTreeSet::new();
        for block in agreement.chain(shard) {
            execute(&law, &mut state, &mut seen, block)
                .and_then(|()| descends(&mut ancestry, &mut state, block))
                .map_err(|what| format!("{what} at shard {shard} height {}", block.header.height))?;
            if !block.block.transactions.iter().all(|one| known.insert(one.header.id())) {
                return Err(format!("once: a transaction occurs twice on shard {shard}"));
            }
            if let Some(hand_over) = block.hand_over() {
                law.enter_epoch(hand_over.clone()).expect("no scenario schedules a version");
            }
        }
    }
    Ok(())
}

/// Checks that the state after a block contains the tree over all headers before it.
fn descends(ancestry: &mut Ancestry, state: &mut State<NoDisk>, block: &FinalBlock) -> Result<(), String> {
    ancestry.push(&block.header.parent);
    let held = state.get(&StateKey::Ancestry.path()).map_err(|_| "ancestry: the state cannot be read".to_owned())?;
    if held == Some(codec::encode(ancestry).as_slice()) {
        return Ok(());
    }
    Err("ancestry: the state does not hold the headers before the block".to_owned())
}

fn execute(law: &Law, state: &mut State<NoDisk>, seen: &mut SeenSet, block: &FinalBlock) -> Result<(), String> {
    let header = &block.header;
    let position = Position { height: header.height, time: header.timestamp_ms, parent: header.parent };
    let mut execution = BlockExecution::new(law, state, seen, position);
    let failed = |_| "replay: the state cannot be read".to_owned();
    for transaction in &block.block.transactions {
        let (id, key) = (transaction.header.id(), transaction.header.author);
        if !verify(Namespace::TRANSACTION, &Claim { key, digest: id.0, signature: transaction.signature }) {
            return Err("authors: a transaction was not signed by its author".to_owned());
        }
        let checked = transaction.clone().check().map_err(|_| "replay: a transaction is malformed".to_owned())?;
        if execution.execute(&checked).map_err(failed)?.is_err() {
            return Err("replay: a transaction is of another chain, or not valid at this time".to_owned());
        }
    }
    let executed = execution.finish().map_err(failed)?;
    state.apply(executed.writes).map_err(failed)?;
    let root = state.root();
    seen.extend(header.height, header.timestamp_ms, &executed.ids);
    if executed.receipts != block.block.receipts {
        return Err("replay: the receipts differ".to_owned());
    }
    if header.records_root != records_root(&executed.leaves) {
        return Err("replay: the records' root differs".to_owned());
    }
    if header.state_root == root { Ok(()) } else { Err("replay: the state's root differs".to_owned()) }
}
