//! The parameters of one epoch's secret sharing: chain, epoch, holders' keys and tickets. Invariant: every proof of a
//! deal or a reveal is bound to all parameters. A proof is therefore invalid in another epoch or for another holder.

use super::{
    group::{Transcript, points},
    ticket::Tickets,
};
use chain_types::{ChainId, Digest, Epoch, beacon::GroupElement};
use curve25519_dalek::ristretto::RistrettoPoint;

/// One epoch's secret sharing.
#[derive(Clone, Debug)]
pub struct Ceremony {
    pub(super) chain_id: ChainId,
    pub(super) epoch: Epoch,
    pub(super) tickets: Tickets,
    pub(super) keys: Vec<RistrettoPoint>,
    pub(super) digest: Digest,
}

impl Ceremony {
    /// The sharing among holders with these randomness keys, by index. `None` when a key is not a point.
    pub fn new(chain_id: ChainId, epoch: Epoch, keys: &[GroupElement], tickets: Tickets) -> Option<Self> {
        let holders: Vec<u8> = tickets.holders().iter().flat_map(|holder| holder.to_le_bytes()).collect();
        let threshold = u64::try_from(tickets.threshold()).unwrap_or(u64::MAX);
        let transcript = Transcript::new(b"ceremony").with(&chain_id.0.0).with(&epoch.0.to_le_bytes());
        let transcript = transcript.with_all(keys).with(&holders).with(&threshold.to_le_bytes());
        let digest = Digest(transcript.scalar().to_bytes());
        Some(Self { chain_id, epoch, tickets, keys: points(keys)?, digest })
    }

    pub const fn tickets(&self) -> &Tickets {
        &self.tickets
    }

    /// The key of each ticket's holder; `None` when a ticket names a holder without a key.
    pub(super) fn ticket_keys(&self) -> Option<Vec<RistrettoPoint>> {
        self.tickets.holders().iter().map(|holder| self.keys.get(usize::from(*holder)).copied()).collect()
    }

    /// The beginning of the transcript of every proof of a member.
    pub(super) fn transcript(&self, purpose: &[u8], member: u16) -> Transcript {
        Transcript::new(purpose).with(&self.digest.0).with(&member.to_le_bytes())
    }
}
