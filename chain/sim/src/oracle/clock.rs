//! An oracle: the age of new blocks at their first vote. Invariant checked: an honest validator never notarises a new
//! block that is far behind its clock.

use chain_replica::{CLOCK_BEHIND_MS_MAX, Message};
use chain_types::{BlockHeader, Digest, TimestampMs, View, certificate::Step};
use std::collections::{BTreeMap, BTreeSet};

/// The maximum delay between the decision to vote and the vote's sending, in milliseconds, for a validator that was
/// stopped or suspended.
const SENT_LATE_MS_MAX: u64 = 10_000;

/// The proposed blocks and the honest votes for them.
#[derive(Default)]
pub(crate) struct Clocks {
    blocks: BTreeMap<Digest, (View, TimestampMs)>,
    sent: BTreeSet<(usize, Digest)>,
}

impl Clocks {
    /// Records a proposed block.
    pub(crate) fn proposed(&mut self, header: &BlockHeader) {
        self.blocks.insert(header.digest(), (header.view, header.timestamp_ms));
    }

    /// Checks a message of an honest process, whose clock shows `now`. Only the first vote counts: a later one may be a
    /// repetition.
    pub(crate) fn sent(&mut self, process: usize, now: TimestampMs, message: &Message) -> Result<(), String> {
        let Message::Vote(signed) = message else { return Ok(()) };
        let Some((born, time)) = self.blocks.get(&signed.vote.block) else { return Ok(()) };
        let is_new = signed.vote.step == Step::Notarise && signed.vote.view == *born;
        let is_first = is_new && self.sent.insert((process, signed.vote.block));
        if is_first && time.0 + CLOCK_BEHIND_MS_MAX + SENT_LATE_MS_MAX < now.0 {
            return Err(format!("time: process {process} notarises a new block of {time} when its clock shows {now}"));
        }
        Ok(())
    }
}
