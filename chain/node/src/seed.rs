//! Derives a validator's keys from its seed. Invariant: one seed serves all uses of a member. The voting and network
//! key is the seed's own key; every other secret is derived with its own tag, so it is unrelated to the others.

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

/// The randomness key derived from a validator's seed [P17].
pub fn randomness_key(seed: &[u8; 32]) -> RandomnessKey {
    RandomnessKey::from_seed(&hash(Tag::RANDOMNESS, &[b"key", seed]).0)
}
