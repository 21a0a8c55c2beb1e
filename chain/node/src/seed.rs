//! Keys that a validator derives from its seed. Invariant: one seed serves a member for all uses, and each use has a
//! tag of its own, so no two keys are related.

use chain_beacon::{Secrets, randomness::RandomnessKey};
use chain_types::{
    SecretKey,
    digest::{Tag, hash},
};

/// The voting key, the randomness key and the entropy of a validator's seed.
pub fn beacon_secrets(seed: &[u8; 32]) -> Secrets {
    Secrets {
        key: SecretKey::from_seed(seed),
        randomness: randomness_key(seed),
        entropy: hash(Tag::RANDOMNESS, &[b"entropy", seed]).0,
    }
}

/// The randomness key of a validator's seed [P17].
pub fn randomness_key(seed: &[u8; 32]) -> RandomnessKey {
    RandomnessKey::from_seed(&hash(Tag::RANDOMNESS, &[b"key", seed]).0)
}
