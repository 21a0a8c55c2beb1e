//! The values that validators publish to draw an unbiased random number [P17, randomness]. Invariant: these types only
//! fix the shape of the bytes. The beacon checks that the bytes are points, scalars and valid proofs.

use crate::{
    digest::{Digest, Tag, hash},
    id::{ChainId, Epoch},
    signature::{Claim, Namespace, PublicKey, Signature, verify},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// An element of ristretto255 in its canonical encoding (RFC 9496 section 4.3.2).
pub type GroupElement = [u8; 32];
/// A scalar of ristretto255, little-endian and below the group's order (RFC 9496 section 4.4).
pub type GroupScalar = [u8; 32];

/// A Schnorr proof of knowledge of a randomness key's secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Possession {
    /// The Fiat-Shamir challenge.
    pub challenge: GroupScalar,
    /// The response.
    pub response: GroupScalar,
}

/// A secret that is split among all tickets of an epoch's committee such that anyone can verify the split (SCRAPE,
/// Cascudo and David 2017, section 3). The three lists have one entry per ticket.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Deal {
    pub chain_id: ChainId,
    /// The epoch whose committee deals.
    pub epoch: Epoch,
    /// The dealer's index in that epoch's validator set.
    pub dealer: u16,
    /// The commitment `g^p(j)` for ticket `j`.
    pub commitments: Vec<GroupElement>,
    /// The encrypted share `key_j^p(j)`, for the key of ticket `j`'s holder.
    pub encrypted_shares: Vec<GroupElement>,
    /// The challenge of all proofs that a commitment and its encrypted share hide the same `p(j)`.
    pub challenge: GroupScalar,
    /// The response of ticket `j`'s proof.
    pub responses: Vec<GroupScalar>,
}

impl Deal {
    /// The digest that is signed, in [`Namespace::DEAL`].
    pub fn digest(&self) -> Digest {
        hash(Tag::DEAL, &[&crate::codec::encode(self)])
    }
}

/// A deal with its dealer's signature, so that an invalid deal convicts the dealer.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SignedDeal {
    /// The deal.
    pub deal: Deal,
    /// The dealer's signature of [`Deal::digest`].
    pub signature: Signature,
}

impl SignedDeal {
    /// Whether `key` signed the deal.
    pub fn is_signed_by(&self, key: PublicKey) -> bool {
        verify(Namespace::DEAL, &Claim { key, digest: self.deal.digest(), signature: self.signature })
    }
}

/// One holder's decrypted shares of the sum of all accepted deals, with one proof for all of them.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Reveal {
    /// The epoch whose committee deals.
    pub epoch: Epoch,
    /// The holder's index in that epoch's validator set.
    pub holder: u16,
    /// The shares `h^P(j)` for the holder's tickets `j` in order. `P` is the sum of the accepted deals' polynomials.
    pub shares: Vec<GroupElement>,
    /// The challenge of the proof that the holder's key decrypts its encrypted shares to these.
    pub challenge: GroupScalar,
    /// The response.
    pub response: GroupScalar,
}
