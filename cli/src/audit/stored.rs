//! Reads the blocks of a data directory that no process uses. Invariant: no folder or block is created. A directory in
//! use fails, because its stores are locked.

use crate::blocks::Absent;
use anyhow::Context as _;
use chain_store::Store;
use chain_types::{FinalBlock, Genesis, Height, ShardId};
use futures::{FutureExt as _, future::BoxFuture};
use indexer::source::{BlockSource, SourceError};
use std::{path::Path, sync::Arc};

/// The maximum bytes of blocks read at once.
const BYTES_PER_READ: usize = 32 * 1024 * 1024;

/// The stores of all shards.
pub(super) struct StoredBlocks {
    genesis: Genesis,
    stores: Vec<Store>,
}

impl StoredBlocks {
    /// Opens the stores of a directory that `waymark up`, `gateway` or `node` used.
    pub(super) fn open(data: &Path) -> anyhow::Result<Self> {
        let genesis = crate::home::read_genesis(data)?;
        let open = |shard| {
            let folder = chain_node::store_folder(&crate::home::chain_folder(data), ShardId(shard));
            anyhow::ensure!(folder.is_dir(), "{} holds no blocks of shard {shard}", data.display());
            Store::open(&folder).with_context(|| format!("opening {}", folder.display()))
        };
        let stores = (0..genesis.shards).map(open).collect::<anyhow::Result<_>>()?;
        Ok(Self { genesis, stores })
    }

    fn read(&self, shard: ShardId, from: Height, max: usize) -> Result<Vec<Arc<FinalBlock>>, SourceError> {
        let store = self.store(shard)?;
        if let Some(first) = store.first_block().map_err(|error| SourceError(Box::new(error)))?
            && from < first
        {
            let detail = format!("This directory has only the blocks of shard {shard} from {first} on.");
            return Err(SourceError(Box::new(Absent(detail))));
        }
        let blocks = store.blocks(from, max, BYTES_PER_READ);
        Ok(blocks.map_err(|error| SourceError(Box::new(error)))?.into_iter().map(Arc::new).collect())
    }

    fn store(&self, shard: ShardId) -> Result<&Store, SourceError> {
        self.stores.get(usize::from(shard.0)).ok_or_else(|| SourceError(format!("there is no shard {shard}").into()))
    }
}

impl BlockSource for StoredBlocks {
    fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    fn tip(&self, shard: ShardId) -> BoxFuture<'_, Result<Height, SourceError>> {
        let tip = self.store(shard).and_then(|store| store.tip().map_err(|error| SourceError(Box::new(error))));
        async move { Ok(tip?.map_or(Height(0), |tip| tip.height)) }.boxed()
    }

    fn blocks(
        &self,
        shard: ShardId,
        from: Height,
        max: usize,
    ) -> BoxFuture<'_, Result<Vec<Arc<FinalBlock>>, SourceError>> {
        let blocks = self.read(shard, from, max);
        async move { blocks }.boxed()
    }
}
