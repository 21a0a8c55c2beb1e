//! Checks at the start that the index belongs to the ledger, and rebuilds it when it does not. Invariant: an index that
//! its ledger may still catch up with is waited for first. Nothing is rebuilt without a sentence to the operator.

use crate::terminal::print_line;
use anyhow::Context as _;
use indexer::{
    rebuild::{RebuildError, drop_leftovers, find_stray, rebuild},
    source::{BlockSource, KeyVault},
};
use std::{sync::Arc, time::Duration};

/// The time that a ledger with peers may take to catch up with its index.
const CATCH_UP_WAIT: Duration = Duration::from_secs(30);

/// Drops what an interrupted rebuild left. Rebuilds the index if its last block is not on the ledger, as after a
/// restore from a backup that is older than the index. `is_alone`: the ledger has no peers to catch up with.
pub async fn check_index(
    database_url: &str,
    source: &Arc<dyn BlockSource>,
    keys: &Arc<dyn KeyVault>,
    is_alone: bool,
) -> anyhow::Result<()> {
    if let Err(error) = drop_leftovers(database_url).await {
        // Only the owner of the tables may drop them; what is left only takes space.
        tracing::warn!(%error, "the rest of an interrupted rebuild cannot be dropped");
    }
    let patience = if is_alone { Duration::ZERO } else { CATCH_UP_WAIT };
    let Some(stray) = find_stray(database_url, source, patience).await.context("checking the index")? else {
        return Ok(());
    };
    tracing::warn!(shard = %stray.shard, indexed = %stray.indexed, tip = %stray.tip, "{stray}; rebuilding the index");
    print_line(&format!("{stray}: rebuilding the index from the ledger"));
    match rebuild(database_url, source, keys).await {
        Ok(_) => print_line("the index was rebuilt"),
        Err(RebuildError::Followed(_) | RebuildError::Comparing) => {
            print_line("another process works on the index: it is left to that process");
        }
        Err(error) => return Err(error).context("rebuilding the index"),
    }
    Ok(())
}
