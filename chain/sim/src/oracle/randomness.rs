//! An oracle: recomputes each epoch's random number from deals and shares [P17, randomness], with its own arithmetic.
//! Invariant checked: a hand-over's number is the one that all shares and the accepted deals yield.

use chain_types::{
    ChainId, Digest, Genesis, PublicKey,
    beacon::{GroupElement, Registration, Reveal, SignedDeal},
    digest::{Tag, hash},
    validator::ValidatorSet,
};
use curve25519_dalek::{
    ristretto::{CompressedRistretto, RistrettoPoint},
    scalar::Scalar,
    traits::Identity as _,
};
use sha2::{Digest as _, Sha512};
use std::collections::BTreeMap;

/// The deals and reveals of the current epoch, and the randomness keys by validator key.
pub(super) struct Randomness {
    chain_id: ChainId,
    keys: BTreeMap<PublicKey, GroupElement>,
    deals: Vec<(u16, Digest)>,
    reveals: BTreeMap<u16, Vec<GroupElement>>,
}

impl Randomness {
    pub(super) fn new(genesis: &Genesis) -> Self {
        let first = genesis.beacon.iter().flat_map(|beacon| &beacon.validators);
        let keys = first.map(|one| (one.key, one.randomness_key)).collect();
        Self { chain_id: genesis.chain_id(), keys, deals: Vec::new(), reveals: BTreeMap::new() }
    }

    pub(super) fn registered(&mut self, registration: &Registration) {
        self.keys.insert(registration.key, registration.randomness_key);
    }

    pub(super) fn dealt(&mut self, signed: &SignedDeal) {
        self.deals.push((signed.deal.dealer, signed.deal.digest()));
    }

    pub(super) fn revealed(&mut self, reveal: &Reveal) {
        self.reveals.insert(reveal.holder, reveal.shares.clone());
    }

    /// Checks the number with which an epoch of this committee ends.
    ///
    /// # Errors
    /// The number differs from the recomputed one.
    pub(super) fn end(&mut self, set: &ValidatorSet, number: Digest) -> Result<(), String> {
        let found = self.number(set).ok_or_else(|| format!("randomness: nothing leads to the end of {}", set.epoch))?;
        self.deals.clear();
        self.reveals.clear();
        if found == number {
            return Ok(());
        }
        Err(format!("randomness: epoch {} ends with {number}, and its shares lead to {found}", set.epoch))
    }

    fn number(&self, set: &ValidatorSet) -> Option<Digest> {
        let keys: Vec<_> = set.validators.iter().map(|one| self.keys.get(&one.key)).collect::<Option<_>>()?;
        let (holders, threshold) = tickets(&set.validators.iter().map(|one| one.weight.into()).collect::<Vec<_>>())?;
        let mut shares = Vec::new();
        for (holder, values) in &self.reveals {
            let of_holder: Vec<_> = (1_u64..).zip(&holders).filter(|(_, one)| *one == holder).collect();
            if of_holder.len() != values.len() {
                return None;
            }
            for ((at, _), value) in of_holder.into_iter().zip(values) {
                shares.push((Scalar::from(at), CompressedRistretto(*value).decompress()?));
            }
        }
        if shares.len() < threshold {
            return None;
        }
        let holders: Vec<u8> = holders.iter().flat_map(|holder| holder.to_le_bytes()).collect();
        let threshold = (threshold as u64).to_le_bytes();
        let (epoch, keys) = (set.epoch.0.to_le_bytes(), keys.into_iter().flatten().copied().collect::<Vec<_>>());
        let ceremony = bind(b"ceremony", &[&self.chain_id.0.0, &epoch, &keys, &holders, &threshold]);
        let deals: Vec<_> = self.deals.iter().map(|(dealer, digest)| (dealer.to_le_bytes(), digest.0)).collect();
        let deals = deals.iter().flat_map(|(dealer, digest)| [&dealer[..], &digest[..]]);
        let transcript = bind(b"set of deals", &std::iter::once(&ceremony[..]).chain(deals).collect::<Vec<_>>());
        let sum = at_zero(&shares).compress().0;
        Some(hash(Tag::RANDOMNESS, &[b"output", &sum, &transcript]))
    }
}

/// The value at zero of the polynomial through these points, by Lagrange interpolation.
fn at_zero(shares: &[(Scalar, RistrettoPoint)]) -> RistrettoPoint {
    let weight = |at: &Scalar| {
        let others = shares.iter().map(|(other, _)| other).filter(|other| *other != at);
        others.fold(Scalar::ONE, |product, other| product * other * (other - at).invert())
    };
    shares.iter().fold(RistrettoPoint::identity(), |sum, (at, value)| sum + weight(at) * value)
}

/// SHA-512 over the length and the bytes of each part, reduced to a scalar.
fn bind(purpose: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha512::new();
    for part in [b"waymark/beacon/randomness/1", purpose].into_iter().chain(parts.iter().copied()) {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    Scalar::from_bytes_mod_order_wide(&hasher.finalize().into()).to_bytes()
}

/// Returns the holder of each ticket, and the number of tickets that yield the random number. The number of ideal
/// tickets is the smallest from `n` to `4 n` that meets three conditions after rounding: a third of the weight does not
/// reach the threshold, two thirds do, and no member loses its last ticket.
fn tickets(weights: &[u128]) -> Option<(Vec<u16>, usize)> {
    let all: u128 = weights.iter().sum();
    let seats = weights.len() as u128;
    let counts = |ideal: u128| weights.iter().map(|weight| weight * ideal / all).collect::<Vec<_>>();
    let is_sound = |ideal: u128| {
        let found = counts(ideal);
        let lost = ideal - found.iter().sum::<u128>();
        let is_left_out = counts(4 * seats).iter().zip(&found).any(|(finest, count)| *finest > 0 && *count == 0);
        ideal.div_ceil(3) + lost <= ideal * 2 / 3 + 1 && !is_left_out
    };
    let ideal = (seats..4 * seats).find(|ideal| is_sound(*ideal)).unwrap_or(4 * seats);
    let of_seat = |(seat, count): (u16, u128)| Some(std::iter::repeat_n(seat, usize::try_from(count).ok()?));
    let holders: Vec<_> = (0..).zip(counts(ideal)).map(of_seat).collect::<Option<_>>()?;
    Some((holders.into_iter().flatten().collect(), usize::try_from(ideal.div_ceil(3)).ok()?))
}

#[cfg(test)]
mod tests;
