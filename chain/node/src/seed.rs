//! Derives a validator's keys from its seed. Invariant: the voting key and the network key are the seed's own key.
//! Every other secret is derived with a label of its own, so it is unrelated to the others.

use chain_beacon::{Secrets, randomness::RandomnessKey};
use chain_types::{
    SecretKey,
    digest::{Tag, hash},
};

/// The voting key, the randomness key and the entropy derived from a validator's seed.
pub fn beacon_secrets(seed: &[u8; 32]) -> Secrets {
    Secrets {
        key: SecretKey::from_seed(seed),
        randomness: randomness_key(seed),
        entropy: hash(Tag::RANDOMNESS, &[b"entropy", seed]).0,
    }
}

/// The randomness key derived from a validator's seed [P17, randomness].
pub fn randomness_key(seed: &[u8; 32]) -> RandomnessKey {
    RandomnessKey::from_seed(&hash(Tag::RANDOMNESS, &[b"key", seed]).0)
}
