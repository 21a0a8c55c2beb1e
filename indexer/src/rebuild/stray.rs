//! Finds an index that holds blocks which its ledger does not have: the ledger was restored from a backup, or the
//! database belongs to another one. Invariant: the search only reads.

use super::RebuildError;
use crate::{
    connection,
    follow::IndexerError,
    ledger::{self, Cursor},
    source::BlockSource,
};
use chain_types::{Digest, Height, ShardId};
use sqlx::Connection as _;
use std::{fmt, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

/// The interval between looks at a ledger that may still be catching up.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);

/// A block of the index that is not on the ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stray {
    pub shard: ShardId,
    /// The height up to which the shard is indexed.
    pub indexed: Height,
    /// The height of the ledger's last block.
    pub tip: Height,
}

impl fmt::Display for Stray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shard, indexed, tip } = self;
        if tip < indexed {
            write!(f, "the index holds block {indexed} of shard {shard}, but the ledger ends at block {tip}")
        } else {
            write!(f, "the index holds another block {indexed} of shard {shard} than the ledger")
        }
    }
}

/// Returns the first shard whose last indexed block is not on the ledger. A ledger that ends before that block may
/// still be catching up with its peers: the search waits for it at most `patience`. `url` as for [`super::rebuild`].
///
/// # Errors
/// [`RebuildError::Index`].
pub async fn find_stray(
    url: &str,
    source: &Arc<dyn BlockSource>,
    patience: Duration,
) -> Result<Option<Stray>, RebuildError> {
    let mut connection = connection::connect(url).await?;
    let cursors = ledger::cursors(&mut connection).await?;
    connection.close().await?;
    let until = Instant::now() + patience;
    for Cursor { shard, height: indexed, digest, .. } in cursors {
        if shard.0 >= source.genesis().shards {
            return Ok(Some(Stray { shard, indexed, tip: Height(0) }));
        }
        let mut tip = source.tip(shard).await.map_err(IndexerError::from)?;
        while tip < indexed && Instant::now() < until {
            sleep(LOOK_INTERVAL).await;
            tip = source.tip(shard).await.map_err(IndexerError::from)?;
        }
        if tip < indexed || !holds(&**source, shard, indexed, &digest).await {
            return Ok(Some(Stray { shard, indexed, tip }));
        }
    }
    Ok(None)
}

/// Whether the ledger's block at this height has this digest. A source without the block, which it dropped or never
/// fetched, proves no difference; the follower reports that it cannot continue.
async fn holds(source: &dyn BlockSource, shard: ShardId, height: Height, digest: &Digest) -> bool {
    let blocks = source.blocks(shard, height, 1).await.unwrap_or_default();
    blocks.first().is_none_or(|block| block.header.digest() == *digest)
}
