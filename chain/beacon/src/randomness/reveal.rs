//! Reveals shares and reconstructs the secret. Invariant: only the holder of a ticket's key can make a valid reveal.
//! Any threshold of valid shares reconstructs the same secret.

use super::{
    ceremony::Ceremony,
    deal::verify_deal,
    group::{Transcript, encodings, h, point, points, scalar},
    key::RandomnessKey,
};
use crate::mutant;
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    Digest,
    beacon::{Deal, GroupElement, Reveal},
};
use curve25519_dalek::{
    ristretto::RistrettoPoint,
    scalar::Scalar,
    traits::{Identity as _, VartimeMultiscalarMul as _},
};

/// The sum of deals: per ticket, the encrypted share of the sum of their secrets; and the list of deals.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Aggregate {
    encrypted_shares: Vec<GroupElement>,
    deals: Vec<(u16, Digest)>,
}

impl Aggregate {
    /// The sum of no deals, for this number of tickets.
    pub fn empty(tickets: usize) -> Self {
        Self { encrypted_shares: vec![[0; 32]; tickets], deals: Vec::new() }
    }

    /// The dealers with the digests of their deals, in the order of arrival.
    pub fn deals(&self) -> &[(u16, Digest)] {
        &self.deals
    }

    /// Adds a deal if it verifies, and returns whether it did.
    pub(super) fn add(&mut self, ceremony: &Ceremony, deal: &Deal) -> bool {
        if !verify_deal(ceremony, deal) {
            return false;
        }
        let Some((sums, parts)) = points(&self.encrypted_shares).zip(points(&deal.encrypted_shares)) else {
            return false;
        };
        self.encrypted_shares = encodings(&sums.iter().zip(&parts).map(|(sum, part)| sum + part).collect::<Vec<_>>());
        self.deals.push((deal.dealer, deal.digest()));
        true
    }

    /// The digest that binds reveals and the random number to the ceremony and the set of deals.
    pub fn transcript(&self, ceremony: &Ceremony) -> Digest {
        let start = Transcript::new(b"set of deals").with(&ceremony.digest.0);
        let deals = self
            .deals
            .iter()
            .fold(start, |transcript, (dealer, digest)| transcript.with(&dealer.to_le_bytes()).with(&digest.0));
        Digest(deals.scalar().to_bytes())
    }

    /// Decrypts a holder's shares and proves the decryption. `None` when the holder has no tickets.
    pub fn reveal(&self, ceremony: &Ceremony, holder: u16, key: &RandomnessKey) -> Option<Reveal> {
        let encrypted = self.of_holder(ceremony, holder)?;
        let inverse = key.secret().invert();
        let opened: Vec<_> = encrypted.iter().map(|share| inverse * share).collect();
        let shares = encodings(&opened);
        let binding = self.transcript(ceremony);
        let nonce = key.nonce(&[&binding.0, &holder.to_le_bytes(), shares.as_flattened()]);
        let to_key = (nonce * h()).compress().0;
        let to_shares = encodings(&opened.iter().map(|share| nonce * share).collect::<Vec<_>>());
        let lists = [&encodings(&encrypted), &shares, &to_shares];
        let e = challenge(ceremony, &binding, holder, &to_key, lists);
        let response = (nonce - e * key.secret()).to_bytes();
        Some(Reveal { epoch: ceremony.epoch, holder, shares, challenge: e.to_bytes(), response })
    }

    fn of_holder(&self, ceremony: &Ceremony, holder: u16) -> Option<Vec<RistrettoPoint>> {
        let own = self.encrypted_shares.get(ceremony.tickets.of_holder(holder))?;
        if own.is_empty() { None } else { points(own) }
    }
}

/// A decrypted share `h^P(ticket + 1)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Share {
    /// The ticket's number, from 0.
    pub ticket: u16,
    pub value: GroupElement,
}

/// The shares of a reveal, if its holder made it for these deals; otherwise `None`.
pub fn verify_reveal(ceremony: &Ceremony, aggregate: &Aggregate, reveal: &Reveal) -> Option<Vec<Share>> {
    let encrypted = aggregate.of_holder(ceremony, reveal.holder)?;
    let key = ceremony.keys.get(usize::from(reveal.holder))?;
    if reveal.epoch != ceremony.epoch || reveal.shares.len() != encrypted.len() {
        return None;
    }
    let (e, z) = (scalar(&reveal.challenge)?, scalar(&reveal.response)?);
    let shares = points(&reveal.shares)?;
    let to_key = RistrettoPoint::vartime_multiscalar_mul([z, e], [h(), *key]).compress().0;
    let combine = |share: &RistrettoPoint, image: &RistrettoPoint| {
        RistrettoPoint::vartime_multiscalar_mul([z, e], [*share, *image])
    };
    let to_shares: Vec<_> = shares.iter().zip(&encrypted).map(|(share, image)| combine(share, image)).collect();
    let lists = [&encodings(&encrypted), &reveal.shares, &encodings(&to_shares)];
    let is_opened = challenge(ceremony, &aggregate.transcript(ceremony), reveal.holder, &to_key, lists) == e;
    // A deliberately broken variant; the simulator must detect it.
    if !is_opened && !mutant::is(mutant::TRUST_SHARES) {
        return None;
    }
    let tickets = ceremony.tickets.of_holder(reveal.holder);
    let numbered = tickets.zip(&reveal.shares);
    numbered.map(|(ticket, value)| Some(Share { ticket: u16::try_from(ticket).ok()?, value: *value })).collect()
}

fn challenge(
    ceremony: &Ceremony,
    binding: &Digest,
    holder: u16,
    to_key: &GroupElement,
    lists: [&Vec<GroupElement>; 3],
) -> Scalar {
    let start = ceremony.transcript(b"reveal", holder).with(&binding.0).with(to_key);
    lists.iter().fold(start, |transcript, list| transcript.with_all(list)).scalar()
}

/// Reconstructs `h^P(0)` from the first `threshold` of distinct shares by Lagrange interpolation; `None` when there are
/// fewer.
pub fn reconstruct(shares: &[Share], threshold: usize) -> Option<GroupElement> {
    let used = shares.get(..threshold)?;
    let at = |share: &Share| Scalar::from(u64::from(share.ticket)) + Scalar::ONE;
    let mut sum = RistrettoPoint::identity();
    for share in used {
        let (mut numerator, mut denominator) = (Scalar::ONE, Scalar::ONE);
        for other in used.iter().filter(|other| other.ticket != share.ticket) {
            numerator *= at(other);
            denominator *= at(other) - at(share);
        }
        sum += numerator * denominator.invert() * point(&share.value)?;
    }
    Some(sum.compress().0)
}
