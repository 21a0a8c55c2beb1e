//! Deals a secret and verifies deals (SCRAPE section 4, the protocol secure under DDH). Invariant: a verified deal
//! decrypts, for every holder, to shares of one secret that the dealer knows. Every proof is bound to its dealer, so a
//! copied deal does not verify.

use super::{
    ceremony::Ceremony,
    dual_code::{evaluate, has_low_degree},
    group::{G, Transcript, encodings, points, scalar},
};
use chain_types::{
    SecretKey,
    beacon::{Deal, GroupElement, SignedDeal},
    codec,
    digest::{Tag, hash},
    memo::Memo,
    signature::Namespace,
};
use curve25519_dalek::{ristretto::RistrettoPoint, scalar::Scalar, traits::VartimeMultiscalarMul as _};
use std::{cell::RefCell, fmt};
use zeroize::Zeroize as _;

/// A dealer's polynomial for one epoch, lowest coefficient first. The secret is `h^p(0)`.
pub struct Dealer(Vec<Scalar>);

impl fmt::Debug for Dealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dealer(..)")
    }
}

impl Drop for Dealer {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Dealer {
    /// Derives a polynomial from 32 secret bytes. The transcript binds it to the epoch. The same bytes give the same
    /// deal, so a dealer that restarts does not deal twice.
    pub fn new(ceremony: &Ceremony, dealer: u16, entropy: &[u8; 32]) -> Self {
        let draw = ceremony.transcript(b"polynomial", dealer).with(entropy);
        let coefficient = |index: u64| draw.clone().with(&index.to_le_bytes()).scalar();
        Self((0..).take(ceremony.tickets.threshold()).map(coefficient).collect())
    }

    /// Deals the secret to all tickets. `None` when the sharing names a holder without a key.
    pub fn deal(&self, ceremony: &Ceremony, dealer: u16, key: &SecretKey) -> Option<SignedDeal> {
        let keys = ceremony.ticket_keys()?;
        let shares: Vec<Scalar> = (1_u64..).take(keys.len()).map(|at| evaluate(&self.0, Scalar::from(at))).collect();
        let commitments = encodings(&shares.iter().map(|share| share * G).collect::<Vec<_>>());
        let encrypted = encodings(&shares.iter().zip(&keys).map(|(share, key)| share * key).collect::<Vec<_>>());

        let hidden = self.0.iter().fold(Transcript::new(b"deal nonce"), |draw, part| draw.with(part.as_bytes()));
        let nonces: Vec<Scalar> =
            (0_u64..).take(shares.len()).map(|index| hidden.clone().with(&index.to_le_bytes()).scalar()).collect();
        let to_base = encodings(&nonces.iter().map(|nonce| nonce * G).collect::<Vec<_>>());
        let to_keys = encodings(&nonces.iter().zip(&keys).map(|(nonce, key)| nonce * key).collect::<Vec<_>>());
        let challenge = challenge(ceremony, dealer, [&commitments, &encrypted, &to_base, &to_keys]);
        let responses = nonces.iter().zip(&shares).map(|(nonce, share)| (nonce - challenge * share).to_bytes());

        let deal = Deal {
            chain_id: ceremony.chain_id,
            epoch: ceremony.epoch,
            dealer,
            commitments,
            encrypted_shares: encrypted,
            challenge: challenge.to_bytes(),
            responses: responses.collect(),
        };
        let signature = key.sign(Namespace::DEAL, &deal.digest());
        Some(SignedDeal { deal, signature })
    }
}

/// The maximum number of verified deals that a thread remembers.
const DEALS_REMEMBERED_MAX: usize = 1_024;

thread_local! {
    /// The validity of deals verified on this thread, by ceremony and deal.
    static VERIFIED: RefCell<Memo<bool>> = RefCell::new(Memo::new(DEALS_REMEMBERED_MAX));
}

/// Whether a deal is a valid sharing of one secret in this ceremony, by the dealer it names. The caller checks its
/// signature. Invalid deals are remembered too, so that each is verified once per thread.
pub fn verify_deal(ceremony: &Ceremony, deal: &Deal) -> bool {
    let question = hash(Tag::MEMO, &[&ceremony.digest.0, &codec::encode(deal)]);
    if let Some(verdict) = VERIFIED.with_borrow(|known| known.get(&question)) {
        return verdict;
    }
    let verdict = verify(ceremony, deal).unwrap_or(false);
    VERIFIED.with_borrow_mut(|known| known.insert(question, verdict));
    verdict
}

fn verify(ceremony: &Ceremony, deal: &Deal) -> Option<bool> {
    let count = ceremony.tickets.len();
    let shape = deal.commitments.len() == count && deal.encrypted_shares.len() == count;
    let place = deal.chain_id == ceremony.chain_id && deal.epoch == ceremony.epoch;
    if !shape || !place || deal.responses.len() != count || count == 0 {
        return Some(false);
    }
    let keys = ceremony.ticket_keys()?;
    let commitments = points(&deal.commitments)?;
    let encrypted = points(&deal.encrypted_shares)?;
    let e = scalar(&deal.challenge)?;
    let responses: Vec<Scalar> = deal.responses.iter().map(scalar).collect::<Option<_>>()?;

    let combine = |z: &Scalar, base: RistrettoPoint, image: RistrettoPoint| {
        RistrettoPoint::vartime_multiscalar_mul([z, &e], [base, image])
    };
    let to_base: Vec<_> = responses.iter().zip(&commitments).map(|(z, image)| combine(z, G, *image)).collect();
    let to_keys: Vec<_> =
        responses.iter().zip(keys.iter().zip(&encrypted)).map(|(z, (key, image))| combine(z, *key, *image)).collect();
    let lists = [&deal.commitments, &deal.encrypted_shares, &encodings(&to_base), &encodings(&to_keys)];
    if challenge(ceremony, deal.dealer, lists) != e {
        return Some(false);
    }
    let draw = ceremony.transcript(b"dual code", deal.dealer).with_all(&deal.commitments);
    Some(has_low_degree(&commitments, ceremony.tickets.threshold(), &draw))
}

fn challenge(ceremony: &Ceremony, dealer: u16, lists: [&Vec<GroupElement>; 4]) -> Scalar {
    lists.iter().fold(ceremony.transcript(b"deal", dealer), |transcript, list| transcript.with_all(list)).scalar()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::{Aggregate, RandomnessKey, Tickets, group::h, reconstruct, verify_reveal};
    use chain_types::{ChainId, Digest, Epoch};

    /// All equality proofs of such a deal hold; only the degree test detects that subsets of shares would disagree.
    #[test]
    fn a_polynomial_of_too_high_a_degree_is_invalid_although_its_proofs_hold() {
        let public: Vec<_> = (0..5).map(|seed| RandomnessKey::from_seed(&[seed; 32]).public()).collect();
        let chain_id = ChainId(Digest([1; 32]));
        let tickets = Tickets::of(&[1; 5]);
        let ceremony = Ceremony::new(chain_id, Epoch(2), &public, tickets).expect("keys are points");
        let mut dealer = Dealer::new(&ceremony, 0, &[9; 32]);
        for is_valid in [true, false] {
            let signed = dealer.deal(&ceremony, 0, &SecretKey::from_seed(&[7; 32])).expect("every ticket has a key");
            assert_eq!(verify_deal(&ceremony, &signed.deal), is_valid);
            dealer.0.push(Scalar::ONE);
        }
    }

    #[test]
    fn what_the_holders_reconstruct_is_the_sum_of_the_dealers_secrets() {
        let keys: Vec<_> = (0..4).map(|seed| RandomnessKey::from_seed(&[seed; 32])).collect();
        let public: Vec<_> = keys.iter().map(RandomnessKey::public).collect();
        let tickets = Tickets::of(&[5, 3, 3, 2]);
        let threshold = tickets.threshold();
        let count = tickets.len();
        let ceremony = Ceremony::new(ChainId(Digest([1; 32])), Epoch(2), &public, tickets).expect("keys are points");
        let mut aggregate = Aggregate::empty(count);
        let mut secret = Scalar::ZERO;
        for dealer in 0..3 {
            let own = Dealer::new(&ceremony, dealer, &[9; 32]);
            secret += own.0[0];
            let signed = own.deal(&ceremony, dealer, &SecretKey::from_seed(&[7; 32])).expect("every ticket has a key");
            assert!(aggregate.add(&ceremony, &signed.deal));
        }
        let reveals = (0..4)
            .zip(&keys)
            .map(|(holder, key)| aggregate.reveal(&ceremony, holder, key).expect("the holder has tickets"));
        let shares: Vec<_> = reveals
            .flat_map(|reveal| verify_reveal(&ceremony, &aggregate, &reveal).expect("an honest reveal verifies"))
            .collect();
        assert_eq!(shares.len(), count);
        for window in shares.windows(threshold) {
            assert_eq!(reconstruct(window, threshold), Some((secret * h()).compress().0));
        }
    }
}
