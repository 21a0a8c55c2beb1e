//! What the clients of a load were told, and when. Invariant: a time without a final capture counts from the load's
//! first moment to its last one.

use crate::crash::client::Document;
use chain_types::{ShardId, TxId};
use std::time::{Duration, Instant};

/// What became final.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// A document of events, at the gateway.
    Captured(Document),
    /// A transaction on this shard, at the follower.
    Registered(ShardId, TxId),
}

/// Something that was acknowledged as final.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deed {
    pub(super) what: What,
    pub(super) sent: Instant,
    pub(super) done: Instant,
}

/// What was final when.
pub(super) struct History {
    pub(super) since: Instant,
    pub(super) until: Instant,
    pub(super) deeds: Vec<Deed>,
}

impl History {
    /// The longest time in which no capture became final.
    pub(super) fn longest_stall(&self) -> Duration {
        self.longest_pause(|what| matches!(what, What::Captured(_)))
    }

    /// The longest time in which no registration became final on a shard.
    pub(super) fn longest_stall_of(&self, shard: ShardId) -> Duration {
        self.longest_pause(|what| matches!(what, What::Registered(at, _) if *at == shard))
    }

    fn longest_pause(&self, is_meant: impl Fn(&What) -> bool) -> Duration {
        let mut times: Vec<_> = self.deeds.iter().filter(|deed| is_meant(&deed.what)).map(|deed| deed.done).collect();
        times.extend([self.since, self.until]);
        times.sort_unstable();
        times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
    }

    /// The documents that were captured.
    pub(super) fn documents(&self) -> impl Iterator<Item = Document> {
        self.deeds
            .iter()
            .filter_map(|deed| if let What::Captured(document) = deed.what { Some(document) } else { None })
    }

    /// The transactions that were final on a shard.
    pub(super) fn transactions(&self, shard: ShardId) -> impl Iterator<Item = TxId> {
        let of_shard = move |deed: &Deed| match deed.what {
            What::Registered(at, id) if at == shard => Some(id),
            _ => None,
        };
        self.deeds.iter().filter_map(of_shard)
    }
}
