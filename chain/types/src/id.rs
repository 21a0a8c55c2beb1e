//! Newtypes for ids, heights, epochs, views and times. Invariant: no type here converts into another.

use crate::digest::{Digest, Hasher, Tag};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

macro_rules! number {
    ($(#[$meta:meta])* $name:ident, $inner:ty) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, BorshSerialize, BorshDeserialize)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

number!(
    /// A shard's index, from 0.
    ShardId, u16
);
number!(
    /// A block's height within its shard. The first block has height 1, and 0 means "no block yet".
    Height, u64
);
number!(
    /// An epoch: the period of one validator set.
    Epoch, u64
);
number!(
    /// A consensus view of one height, from 0.
    View, u64
);
number!(
    /// Milliseconds since the Unix epoch, UTC.
    TimestampMs, u64
);

number!(
    /// Milliseconds of a process's monotonic clock since the process started. Measures durations, not the time of day.
    Moment, u64
);

impl Moment {
    /// The moment `ms` milliseconds later. Saturates.
    #[must_use]
    pub const fn after(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

impl View {
    /// The following view. Saturates.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl Height {
    /// The following height. Saturates, which 2^64 blocks will not reach.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A chain's identity: the digest of its genesis document [P2, canonical encoding].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub struct ChainId(pub Digest);

impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A tenant's identity: the 16 bytes of a UUID (RFC 9562).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct TenantId(pub [u8; 16]);

impl fmt::Debug for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// The home shard of `(tenant, partition)`: the top 32 bits of its digest, scaled to the number of shards [P18, homes].
pub fn home_shard(tenant: TenantId, partition: u16, shards: u16) -> ShardId {
    let mut hasher = Hasher::new(Tag::HOME);
    hasher.update(&tenant.0);
    hasher.update(&partition.to_le_bytes());
    let [a, b, c, d, ..] = hasher.finish().0;
    let top = u64::from(u32::from_be_bytes([a, b, c, d]));
    let scaled = top.saturating_mul(u64::from(shards)) >> 32;
    ShardId(u16::try_from(scaled).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes_spread_over_all_shards_and_stay_in_range() {
        for shards in [1_u16, 2, 3, 16] {
            let mut seen = vec![0_u32; usize::from(shards)];
            for n in 0..1_000_u16 {
                let mut id = [0; 16];
                id[..2].copy_from_slice(&n.to_be_bytes());
                seen[usize::from(home_shard(TenantId(id), 0, shards).0)] += 1;
            }
            // Each shard gets at least half of its equal share of 1,000 tenants.
            let fair = 1_000 / u32::from(shards);
            assert!(seen.iter().all(|count| *count > fair / 2), "{shards}: {seen:?}");
        }
    }
}
