//! The answers that the clients of a load received, with their times. Invariant: a stall is measured over the whole
//! load, not only between final items.

use crate::crash::client::Document;
use chain_types::{ShardId, TxId};
use std::time::{Duration, Instant};

/// A finalised item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// A document of events, at the gateway.
    Captured(Document),
    /// A transaction on this shard, at the follower.
    Registered(ShardId, TxId),
}

/// An item that was acknowledged as final, with its times.
#[derive(Clone, Copy, Debug)]
pub(super) struct FinalItem {
    pub(super) what: What,
    pub(super) sent: Instant,
    pub(super) done: Instant,
}

/// All acknowledged items.
pub(super) struct History {
    pub(super) since: Instant,
    pub(super) until: Instant,
    pub(super) items: Vec<FinalItem>,
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
        let mut times: Vec<_> = self.items.iter().filter(|item| is_meant(&item.what)).map(|item| item.done).collect();
        times.extend([self.since, self.until]);
        times.sort_unstable();
        times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
    }

    /// The captured documents.
    pub(super) fn documents(&self) -> impl Iterator<Item = Document> {
        self.items
            .iter()
            .filter_map(|item| if let What::Captured(document) = item.what { Some(document) } else { None })
    }

    /// The final transactions on a shard.
    pub(super) fn transactions(&self, shard: ShardId) -> impl Iterator<Item = TxId> {
        let of_shard = move |item: &FinalItem| match item.what {
            What::Registered(at, id) if at == shard => Some(id),
            _ => None,
        };
        self.items.iter().filter_map(of_shard)
    }
}
