//! Supplies final blocks of the node in this process to the indexer. Invariant: blocks come in order, without gaps.

use chain_node::NodeHandle;
use chain_types::{FinalBlock, Genesis, Height, ShardId};
use futures::{FutureExt as _, future::BoxFuture};
use indexer::source::{BlockSource, SourceError};
use std::sync::Arc;

/// Final blocks, read from the node in this process.
#[derive(Clone)]
pub struct NodeBlocks(pub NodeHandle);

impl std::fmt::Debug for NodeBlocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NodeBlocks(..)")
    }
}

impl BlockSource for NodeBlocks {
    fn genesis(&self) -> &Genesis {
        self.0.genesis()
    }

    fn tip(&self, shard: ShardId) -> BoxFuture<'_, Result<Height, SourceError>> {
        let height = self.0.tip(shard).borrow().height;
        async move { Ok(height) }.boxed()
    }

    fn blocks(
        &self,
        shard: ShardId,
        from: Height,
        max: usize,
    ) -> BoxFuture<'_, Result<Vec<Arc<FinalBlock>>, SourceError>> {
        async move {
            let mut tip = self.0.tip(shard);
            if tip.wait_for(|tip| tip.height >= from).await.is_err() {
                // The node has stopped, so no further block follows.
                return Ok(Vec::new());
            }
            let last = tip.borrow().height;
            let mut blocks = Vec::new();
            let mut height = from;
            while height <= last && blocks.len() < max {
                let block = self.0.block(shard, height).await.map_err(|error| SourceError(Box::new(error)))?;
                let Some(block) = block else { break };
                blocks.push(block);
                height = height.next();
            }
            Ok(blocks)
        }
        .boxed()
    }
}
