//! A certificate needs more than two thirds of the weight, counted over distinct validators of one set whose signatures
//! are valid.

use chain_types::{
    Certificate, ChainId, Digest, Epoch, Height, SecretKey, ShardId, Signature, View, Vote,
    certificate::{CertificateError, Step},
    limit::VALIDATORS_MAX,
    signature::Namespace,
    validator::{Validator, ValidatorSet},
};

/// The key of a validator by its index.
fn key(number: usize) -> SecretKey {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    SecretKey::from_seed(&seed)
}

fn set(weights: &[u64]) -> ValidatorSet {
    let validators = weights.iter().enumerate();
    let validators = validators.map(|(at, weight)| Validator { key: key(at).public_key(), weight: *weight });
    ValidatorSet { epoch: Epoch(0), validators: validators.collect() }
}

pub(crate) fn certificate(signers: &[usize]) -> Certificate {
    let vote = Vote {
        chain_id: ChainId(Digest([1; 32])),
        shard: ShardId(0),
        epoch: Epoch(0),
        height: Height(1),
        view: View(0),
        step: Step::Finalise,
        block: Digest([2; 32]),
    };
    let digest = vote.digest();
    let sign = |at: &usize| {
        (u16::try_from(*at).expect("an index of a test fits 16 bits"), key(*at).sign(Namespace::VOTE, &digest))
    };
    Certificate { signatures: signers.iter().map(sign).collect(), vote }
}

#[test]
fn a_quorum_is_more_than_two_thirds_of_the_weight() {
    // The validators' weights, the indices of the signers, and the result.
    for (weights, signers, expected) in [
        (&[1][..], &[0][..], Ok(())),
        (&[1], &[], Err(CertificateError::Quorum)),
        (&[1, 1, 1], &[0, 1], Err(CertificateError::Quorum)),
        (&[1, 1, 1, 1], &[0, 1], Err(CertificateError::Quorum)),
        (&[1, 1, 1, 1], &[0, 2, 3], Ok(())),
        (&[5, 1, 1], &[0], Ok(())),
        (&[4, 1, 1], &[0], Err(CertificateError::Quorum)),
        (&[u64::MAX, u64::MAX, u64::MAX], &[0, 1], Err(CertificateError::Quorum)),
        (&[u64::MAX, u64::MAX, u64::MAX], &[0, 1, 2], Ok(())),
    ] {
        assert_eq!(certificate(signers).check(&set(weights)), expected, "{weights:?} {signers:?}");
    }
}

#[test]
fn signers_are_distinct_and_known() {
    let four = set(&[1; 4]);
    for signers in [&[0, 0, 1][..], &[2, 1, 0], &[0, 1, 4]] {
        assert_eq!(certificate(signers).check(&four), Err(CertificateError::Signers), "{signers:?}");
    }
    let mut other_vote = certificate(&[0, 1, 2]);
    other_vote.vote.view = View(1);
    assert_eq!(other_vote.check(&four), Err(CertificateError::Quorum));
}

#[test]
fn an_invalid_signature_does_not_invalidate_a_quorum() {
    let four = set(&[1; 4]);
    for forged in 0..4_u16 {
        let mut certificate = certificate(&[0, 1, 2, 3]);
        let at = usize::from(forged);
        certificate.signatures[at].1 = certificate.signatures[(at + 1) % 4].1;
        let honest: Vec<u16> = (0..4).filter(|signer| *signer != forged).collect();
        assert_eq!(certificate.signers(&four), Ok(honest.clone()));
        certificate.keep_valid(&four).expect("three of four are a quorum");
        assert_eq!(certificate.signatures.iter().map(|(signer, _)| *signer).collect::<Vec<_>>(), honest);
        assert_eq!(certificate.check(&four), Ok(()));
    }
}

#[test]
fn an_invalid_signature_has_no_weight() {
    for (weights, signers, forged) in
        [(&[1_u64][..], &[0_usize][..], 0_usize), (&[1; 4], &[0, 1, 2], 1), (&[5, 1, 1], &[0, 1, 2], 0)]
    {
        let mut certificate = certificate(signers);
        certificate.signatures[forged].1 = Signature::Ed25519([7; 64]);
        let before = certificate.clone();
        assert_eq!(certificate.signers(&set(weights)), Err(CertificateError::Quorum), "{weights:?} {forged}");
        assert_eq!(certificate.keep_valid(&set(weights)), Err(CertificateError::Quorum));
        assert_eq!(certificate, before);
    }
}

#[test]
fn a_certificate_holds_as_many_signatures_as_a_set_has_validators() {
    let all: Vec<_> = (0..=VALIDATORS_MAX).collect();
    let weights = vec![1; VALIDATORS_MAX + 1];
    assert_eq!(certificate(&all[1..]).check(&set(&weights)), Ok(()));
    assert_eq!(certificate(&all).check(&set(&weights)), Err(CertificateError::Signers));
}
