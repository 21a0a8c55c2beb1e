//! The block stream of another gateway as a source of final blocks. Invariant: a block is decoded but not checked here.
//! The receiver checks its certificate and its order.

use bytes::Bytes;
use chain_types::{FinalBlock, Genesis, Height, ShardId, codec};
use futures::{FutureExt as _, future::BoxFuture};
use indexer::source::{BlockSource, SourceError};
use std::{error::Error, fmt, sync::Arc, time::Duration};
use url::Url;

/// The time in seconds for which one request to a block stream waits for a block.
const STREAM_WAIT_S: u64 = 20;
/// The time limit of a request to a gateway, including that wait.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(STREAM_WAIT_S + 40);

/// The problem code for a block that a gateway does not have.
const BLOCK_ABSENT: &str = "ledger.block_absent";

/// Final blocks that the asked gateway does not have.
#[derive(Debug)]
pub struct Absent(pub String);

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Absent {}

/// The blocks of another gateway.
pub struct RemoteBlocks {
    client: reqwest::Client,
    base: Url,
    token: String,
    genesis: Genesis,
}

impl RemoteBlocks {
    /// Asks a gateway for its genesis document, against which the blocks are then checked.
    pub async fn connect(base: Url, token: String) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().timeout(REQUEST_TIMEOUT).build()?;
        let anchor = client.get(base.join("/v1/ledger/anchor")?).send().await?.error_for_status()?;
        let anchor: serde_json::Value = serde_json::from_slice(&anchor.bytes().await?)?;
        let text = anchor.get("genesis").and_then(serde_json::Value::as_str).unwrap_or_default();
        let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text)?;
        let genesis: Genesis = codec::decode("a genesis document", &bytes)?;
        Ok(Self { client, base, token, genesis })
    }

    async fn fetch(&self, shard: ShardId, from: Height, max: usize, wait_s: u64) -> Result<Bytes, SourceError> {
        let mut url = self.base.join(&format!("/v1/ledger/shards/{shard}/blocks")).map_err(failed)?;
        url.query_pairs_mut()
            .append_pair("from", &from.to_string())
            .append_pair("max", &max.to_string())
            .append_pair("wait", &wait_s.to_string());
        let response = self.client.get(url).bearer_auth(&self.token).send().await.map_err(failed)?;
        let Err(refused) = response.error_for_status_ref() else { return response.bytes().await.map_err(failed) };
        let problem = response.bytes().await.map_err(failed)?;
        Err(absent(&problem).map_or_else(|| failed(refused), failed))
    }
}

impl BlockSource for RemoteBlocks {
    fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    fn tip(&self, shard: ShardId) -> BoxFuture<'_, Result<Height, SourceError>> {
        async move {
            let url = self.base.join("/v1/ledger/status").map_err(failed)?;
            let response = self.client.get(url).send().await.map_err(failed)?.error_for_status().map_err(failed)?;
            let status: serde_json::Value =
                serde_json::from_slice(&response.bytes().await.map_err(failed)?).map_err(failed)?;
            let shards = status.get("shards").and_then(serde_json::Value::as_array);
            let height = shards
                .and_then(|shards| shards.get(usize::from(shard.0)))
                .and_then(|shard| shard.get("height"))
                .and_then(serde_json::Value::as_u64);
            height.map(Height).ok_or_else(|| failed("the gateway's status names no height for this shard"))
        }
        .boxed()
    }

    fn blocks(
        &self,
        shard: ShardId,
        from: Height,
        max: usize,
    ) -> BoxFuture<'_, Result<Vec<Arc<FinalBlock>>, SourceError>> {
        async move {
            loop {
                let bytes = self.fetch(shard, from, max, STREAM_WAIT_S).await?;
                let blocks = split(&bytes)?;
                if !blocks.is_empty() {
                    return Ok(blocks);
                }
            }
        }
        .boxed()
    }
}

/// Parses a gateway's problem; `None` unless it reports absent blocks.
fn absent(problem: &[u8]) -> Option<Absent> {
    let problem: serde_json::Value = serde_json::from_slice(problem).ok()?;
    let is_absent = problem.get("code").and_then(serde_json::Value::as_str) == Some(BLOCK_ABSENT);
    let detail = problem.get("detail").and_then(serde_json::Value::as_str).unwrap_or_default();
    is_absent.then(|| Absent(detail.to_owned()))
}

/// Decodes blocks from their length-prefixed encodings.
fn split(mut bytes: &[u8]) -> Result<Vec<Arc<FinalBlock>>, SourceError> {
    let mut blocks = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(failed)?;
        let Some((block, rest)) = rest.split_at_checked(length) else {
            return Err(failed("the block stream ended within a block"));
        };
        blocks.push(Arc::new(codec::decode("a block", block).map_err(failed)?));
        bytes = rest;
    }
    Ok(blocks)
}

fn failed(error: impl Into<Box<dyn Error + Send + Sync>>) -> SourceError {
    SourceError(error.into())
}
