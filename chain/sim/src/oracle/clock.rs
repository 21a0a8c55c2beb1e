//! How old blocks are. Invariant checked: an honest validator notarises a block in the view in which it was born only
//! while its time is near the validator's own clock.

use chain_replica::{CLOCK_BEHIND_MS_MAX, Message};
use chain_types::{BlockHeader, Digest, TimestampMs, View, certificate::Step};
use std::collections::{BTreeMap, BTreeSet};

/// How long a validator that stopped or stood still may say a vote after it meant to, in milliseconds.
const SAID_LATE_MS_MAX: u64 = 10_000;

/// The blocks that were named, and who voted for them.
#[derive(Default)]
pub(crate) struct Clocks {
    blocks: BTreeMap<Digest, (View, TimestampMs)>,
    said: BTreeSet<(usize, Digest)>,
}

impl Clocks {
    /// A proposal names a block.
    pub(crate) fn named(&mut self, header: &BlockHeader) {
        self.blocks.insert(header.digest(), (header.view, header.timestamp_ms));
    }

    /// An honest process whose clock shows this says something. Later it may say it again.
    pub(crate) fn said(&mut self, process: usize, now: TimestampMs, message: &Message) -> Result<(), String> {
        let Message::Vote(signed) = message else { return Ok(()) };
        let Some((born, time)) = self.blocks.get(&signed.vote.block) else { return Ok(()) };
        let is_new = signed.vote.step == Step::Notarise && signed.vote.view == *born;
        let is_first = is_new && self.said.insert((process, signed.vote.block));
        if is_first && time.0 + CLOCK_BEHIND_MS_MAX + SAID_LATE_MS_MAX < now.0 {
            return Err(format!("time: process {process} notarises a new block of {time} when its clock shows {now}"));
        }
        Ok(())
    }
}
