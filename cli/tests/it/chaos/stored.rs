//! The blocks in the stores of stopped members. Invariant: a fork at any height is detected, because every block of
//! every member is compared.

use super::network::{SHARDS, Stopped};
use chain_node::store_folder;
use chain_store::Store;
use chain_types::{FinalBlock, Height, ShardId};
use std::path::Path;

/// The number of blocks, and of bytes, per read.
const READ_BLOCKS: usize = 256;
const READ_BYTES: usize = 32 * 1024 * 1024;

/// Asserts that all members have the same blocks and state roots, each up to its own height, and that at least `quorum`
/// members have the blocks of these heights. Returns the longest chain of each shard.
pub(super) fn same_chain(network: &Stopped, heights: &[u64], quorum: usize) -> Vec<Vec<FinalBlock>> {
    let shards = (0..SHARDS).map(ShardId).zip(heights);
    shards
        .map(|(shard, height)| {
            let mut chains: Vec<_> = network.members().iter().map(|data| chain(data, shard)).collect();
            let lengths: Vec<_> = chains.iter().map(Vec::len).collect();
            let reached = lengths.iter().filter(|length| u64::try_from(**length).expect("a height") >= *height).count();
            assert!(reached >= quorum, "shard {shard} was at {height}, and its members have {lengths:?}");
            chains.sort_by_key(Vec::len);
            let longest = chains.pop().expect("there are members");
            for block in chains.iter().flat_map(|chain| chain.iter().zip(&longest)) {
                let (one, other) = (&block.0.header, &block.1.header);
                assert_eq!(one.state_root, other.state_root, "the state after block {} of shard {shard}", one.height);
                assert_eq!(one.digest(), other.digest(), "block {} of shard {shard}", one.height);
            }
            longest
        })
        .collect()
}

fn chain(data: &Path, shard: ShardId) -> Vec<FinalBlock> {
    let store = Store::open(&store_folder(&data.join("chain"), shard)).expect("the store is whole");
    let mut blocks: Vec<FinalBlock> = Vec::new();
    loop {
        let from = blocks.last().map_or(Height(0), |block| block.header.height).next();
        let more = store.blocks(from, READ_BLOCKS, READ_BYTES).expect("the blocks can be read");
        if more.is_empty() {
            return blocks;
        }
        blocks.extend(more);
    }
}
