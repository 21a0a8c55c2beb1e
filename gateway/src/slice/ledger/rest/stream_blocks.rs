//! `GET /v1/ledger/shards/{shard}/blocks`: final blocks for a remote indexer. Invariant: blocks come in order and
//! without gaps. A response is bounded in blocks, bytes and time.

use crate::{
    budget::Charge,
    error::{ApiError, code as common, problems},
    ledger::{Follower, code, unreadable},
    params::{Params, PathParams},
    state::Gateway,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chain_types::{FinalBlock, Height, ShardId, codec, limit};
use http::header;
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use utoipa::IntoParams;

/// The maximum number of blocks in one response.
pub const BLOCKS_MAX: u32 = 256;

/// The size in bytes after which no further block is added. A single block may exceed it.
pub const BYTES_MAX: usize = 16 * 1_024 * 1_024;

/// The maximum time in seconds that a request waits for the next block.
pub const STREAM_WAIT_S_MAX: u64 = 30;

/// The blocks to return.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct BlocksQuery {
    /// The first height to return, from 1.
    from: u64,
    /// The maximum number of blocks; values above 256 count as 256.
    max: Option<u32>,
    /// The seconds to wait while there is no block; values above 30 count as 30.
    wait: Option<u64>,
}

problems!(common::INVALID_PARAMETER, code::FOLLOW_DENIED, code::UNKNOWN_SHARD, code::BLOCK_ABSENT);

/// Returns final blocks from a height on. Each block is preceded by its length, a little-endian `u32`, and is in
/// canonical encoding. The body is empty when no block is final in time.
#[utoipa::path(
    get, path = "/v1/ledger/shards/{shard}/blocks", tag = "ledger", operation_id = "streamBlocks",
    params(("shard" = u16, Path, description = "The shard, from 0"), BlocksQuery),
    responses(
        (status = 200,
            description = "Length-prefixed blocks", body = Vec<u8>, content_type = "application/octet-stream"),
        Problems,
    ),
)]
pub(super) async fn stream_blocks(
    _: Follower,
    State(gateway): State<Arc<Gateway>>,
    PathParams(shard): PathParams<u16>,
    Params(query): Params<BlocksQuery>,
) -> Result<Response, ApiError> {
    let node = &gateway.node;
    if shard >= node.shards() {
        return Err(ApiError::new(&code::UNKNOWN_SHARD, format!("The chain has {} shards.", node.shards())));
    }
    let (shard, from) = (ShardId(shard), Height(query.from.max(1)));
    let wait = Duration::from_secs(query.wait.unwrap_or(0).min(STREAM_WAIT_S_MAX));
    let mut tip = node.tip(shard);
    // After the deadline, or when the node stops, the response contains what there is.
    let _ = tokio::time::timeout(wait, tip.wait_for(|tip| tip.height >= from)).await;
    let last = tip.borrow().height;
    // The last block may exceed the size after which no other follows.
    let bytes_max = if from > last { 0 } else { BYTES_MAX.saturating_add(limit::BLOCK_BYTES_MAX) };
    let mut charge = Charge::reserve(bytes_max).await?;
    let mut out = Vec::new();
    let mut height = from;
    for _ in 0..query.max.unwrap_or(BLOCKS_MAX).min(BLOCKS_MAX) {
        if height > last || out.len() >= BYTES_MAX {
            break;
        }
        let block = node.block(shard, height).await.map_err(|error| unreadable(&error))?;
        let Some(block) = block else { break };
        push(&mut out, &block)?;
        height = height.next();
    }
    charge.shrink_to(out.len());
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], charge.attach_answer(out)).into_response())
}

/// Appends a block, preceded by its length.
fn push(out: &mut Vec<u8>, block: &FinalBlock) -> Result<(), ApiError> {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    codec::encode_into(block, out);
    let length = u32::try_from(out.len() - start - 4).map_err(|error| ApiError::internal(&error))?;
    out[start..start + 4].copy_from_slice(&length.to_le_bytes());
    Ok(())
}
