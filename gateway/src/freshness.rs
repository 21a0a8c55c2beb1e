//! Freshness of reads: `Waymark-Height` reports the indexed heights, `Waymark-Min-Height` requests a minimum.
//! Invariant: an answer is never older than its own `Waymark-Height`. A tenant reads its own final writes through this
//! process.

use crate::{
    budget,
    error::{ApiError, code},
    metrics::tip_height,
    state::Gateway,
    tenant_id::TenantId,
};
use axum::response::{IntoResponseParts, ResponseParts};
use chain_types::{Height, ShardId};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::{convert::Infallible, fmt::Write as _, time::Duration};

/// The maximum time that a read waits for the index, in milliseconds.
pub const WAIT_MS_MAX: u64 = 5_000;

/// The number of blocks by which a requested height may be ahead of this node's newest block. Such a height may come
/// from another gateway, and the index reaches it in time. A height further ahead is refused at once.
pub const HEIGHTS_AHEAD_MAX: u64 = 256;

/// The response header with the indexed heights: `shard=height`, comma-separated.
pub const HEIGHT: HeaderName = HeaderName::from_static("waymark-height");

/// The request header with the minimum heights, in the same form.
pub const MIN_HEIGHT: HeaderName = HeaderName::from_static("waymark-min-height");

/// The form of [`MIN_HEIGHT`], as a regular expression of ECMA-262.
pub const MIN_HEIGHT_PATTERN: &str = r"^ *[0-9]+=[0-9]+ *(, *[0-9]+=[0-9]+ *)*$";

/// The indexed heights right before a read; adds [`HEIGHT`] to a response.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heights(Vec<(ShardId, Height)>);

impl Heights {
    fn header(&self) -> HeaderValue {
        let mut text = String::new();
        for (shard, height) in &self.0 {
            let comma = if text.is_empty() { "" } else { "," };
            // Writing to a String cannot fail.
            let _ = write!(text, "{comma}{shard}={height}");
        }
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
    }
}

impl IntoResponseParts for Heights {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.headers_mut().insert(HEIGHT, self.header());
        Ok(parts)
    }
}

/// Waits until the index has reached the requested heights and the tenant's own final writes through this process.
///
/// # Errors
/// `ledger.index_behind` when that takes longer than [`WAIT_MS_MAX`], or at once when the height is further ahead than
/// [`HEIGHTS_AHEAD_MAX`]; `limit.share` and `limit.overloaded` when too many requests wait; `request.invalid_header`.
pub async fn await_fresh(gateway: &Gateway, tenant: TenantId, headers: &HeaderMap) -> Result<Heights, ApiError> {
    let mut wanted = match headers.get(MIN_HEIGHT) {
        Some(value) => parse(value, gateway.node.shards()).ok_or_else(invalid)?,
        None => Vec::new(),
    };
    wanted.extend(gateway.submitter.newest_write(tenant));
    let is_far =
        |(shard, height): &(ShardId, Height)| height.0 > tip_height(gateway, *shard).saturating_add(HEIGHTS_AHEAD_MAX);
    if wanted.iter().any(is_far) {
        return Err(behind());
    }
    wanted.retain(|(shard, height)| *gateway.index.indexed(*shard).borrow() < *height);
    if wanted.is_empty() {
        return Ok(Heights(gateway.index.heights()));
    }
    let _turn = gateway.budgets.waits.acquire(budget::current_sharer(), 1).await?;
    let waiting = async {
        for (shard, height) in wanted {
            // The error can be ignored: it means an unknown shard, and every shard of the chain is indexed.
            let _ = gateway.index.wait_for(shard, height).await;
        }
    };
    if tokio::time::timeout(Duration::from_millis(WAIT_MS_MAX), waiting).await.is_err() {
        return Err(behind());
    }
    Ok(Heights(gateway.index.heights()))
}

/// Parses `shard=height,…`; `None` when the text has another form or names a shard that does not exist.
pub(crate) fn parse(value: &HeaderValue, shards: u16) -> Option<Vec<(ShardId, Height)>> {
    value
        .to_str()
        .ok()?
        .split(',')
        .map(|pair| {
            let (shard, height) = pair.trim().split_once('=')?;
            let shard = shard.parse().ok().filter(|shard| *shard < shards)?;
            Some((ShardId(shard), Height(height.parse().ok()?)))
        })
        .collect::<Option<Vec<_>>>()
        .filter(|pairs| pairs.len() <= usize::from(shards))
}

fn behind() -> ApiError {
    let detail = "The index has not reached the requested height; nothing is lost, ask again in a moment.";
    ApiError::new(&code::INDEX_BEHIND, detail).retry_after_s(1)
}

fn invalid() -> ApiError {
    ApiError::new(&code::INVALID_HEADER, "Waymark-Min-Height lists shard=height, comma-separated, such as 0=12,1=7.")
        .at("/Waymark-Min-Height", code::INVALID_HEADER.name, "not a list of heights of this chain")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minimum_heights_are_read_for_existing_shards_only() {
        let read = |text: &'static str| parse(&HeaderValue::from_static(text), 2);
        assert_eq!(read("0=12"), Some(vec![(ShardId(0), Height(12))]));
        assert_eq!(read("0=12, 1=7"), Some(vec![(ShardId(0), Height(12)), (ShardId(1), Height(7))]));
        for text in ["", "0", "0=", "=1", "2=1", "0=-1", "0=1,1=2,0=3", "a=b", "0=1;1=2"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
