//! State keys of the beacon slice. Invariant: each key determines the type of its value. Keys are only appended,
//! because a key's position is its encoding.

use super::HandOver;
use crate::{
    id::Epoch,
    state::{StateKey, TypedKey},
};
use borsh::{BorshDeserialize, BorshSerialize};

/// Keys of the slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Key {
    /// The beacon as one value, on its own shard only [P14, bonds]. Another crate defines the value and its typed key.
    State,
    /// The validators of an epoch after the first [P19, epochs].
    HandOver(HandOverKey),
}

/// The validators of an epoch after the first [P19].
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct HandOverKey(pub Epoch);

impl TypedKey for HandOverKey {
    type Value = HandOver;

    fn state_key(&self) -> StateKey {
        StateKey::Beacon(Key::HandOver(*self))
    }
}
