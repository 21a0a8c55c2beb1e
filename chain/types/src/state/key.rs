//! The keys of the authenticated state, nested by slice. Invariant: each key determines the type of its value. A
//! [`Slot`] is made only from a key, so no value is read as another type than it was written as.

use crate::{
    ancestry::Ancestry,
    codec::{self, CodecError},
    digest::{Digest, Tag, hash},
    id::{TenantId, TimestampMs},
    seen::{SlotHead, bucket_of, slot_of},
    slice::StateKey,
    stream::{StreamHead, Subject},
    transaction::TxId,
};
use borsh::{BorshDeserialize, BorshSerialize};
use std::marker::PhantomData;

impl StateKey {
    /// The path of the key in the tree: its digest.
    pub fn path(&self) -> Digest {
        hash(Tag::STATE_KEY, &[&codec::encode(self)])
    }
}

/// A key that determines the type of its value.
pub trait TypedKey {
    /// The type of the value in the state.
    type Value: BorshSerialize + BorshDeserialize;

    /// The key in the form that is hashed.
    fn state_key(&self) -> StateKey;

    /// The key's path in the tree. Computes a hash.
    fn path(&self) -> Digest {
        self.state_key().path()
    }

    /// The key's path with the type of its value. Computes a hash.
    fn slot(&self) -> Slot<Self::Value> {
        Slot { path: self.path(), value: PhantomData }
    }

    /// Decodes a value of this key.
    ///
    /// # Errors
    /// [`CodecError`] when the bytes are not a value of this key.
    fn decode(&self, bytes: &[u8]) -> Result<Self::Value, CodecError> {
        codec::decode("a state value", bytes)
    }
}

/// The path of a key with the type of its value. Make it once where a key is both read and written, so that the key is
/// hashed once.
#[derive(Clone, Debug)]
pub struct Slot<V> {
    path: Digest,
    value: PhantomData<fn() -> V>,
}

impl<V> Slot<V> {
    pub const fn path(&self) -> Digest {
        self.path
    }
}

/// The head of a subject's stream [P6, streams].
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct StreamKey(pub TenantId, pub Subject);

impl TypedKey for StreamKey {
    type Value = StreamHead;

    fn state_key(&self) -> StateKey {
        StateKey::Stream(*self)
    }
}

/// A bucket of the seen-set: of the transactions that expire in one minute of block time, those in the same bucket
/// [P3, transactions].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct SeenKey {
    /// The minute since 1970.
    pub slot: u64,
    /// The bucket's index, below [`crate::seen::SEEN_BUCKETS`].
    pub bucket: u8,
}

impl SeenKey {
    /// The bucket of a transaction with this id and expiry.
    pub const fn of(id: &TxId, valid_until: TimestampMs) -> Self {
        Self { slot: slot_of(valid_until), bucket: bucket_of(id) }
    }
}

impl TypedKey for SeenKey {
    type Value = SlotHead;

    fn state_key(&self) -> StateKey {
        StateKey::Seen(*self)
    }
}

/// The tree over the headers of the shard's earlier blocks [P7, blocks].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AncestryKey;

impl TypedKey for AncestryKey {
    type Value = Ancestry;

    fn state_key(&self) -> StateKey {
        StateKey::Ancestry
    }
}

/// Declares the keys of a slice: for each its variant in the slice's `Key`, its own type, and the type of its value.
/// Append lines and never reorder them, since the encoding is frozen.
macro_rules! keys {
    ($slice:ident; $($(#[$doc:meta])+ $variant:ident: $key:ident $(($($field:ty),+))? => $value:ty;)+) => {
        /// Keys of the slice.
        #[derive(Clone, PartialEq, Eq, Debug, borsh::BorshSerialize, borsh::BorshDeserialize)]
        pub enum Key {
            $($(#[$doc])+ $variant($key),)+
        }

        $(
            $(#[$doc])+
            #[derive(Clone, Copy, PartialEq, Eq, Debug, borsh::BorshSerialize, borsh::BorshDeserialize)]
            pub struct $key $(($(pub $field),+))?;

            impl $crate::state::TypedKey for $key {
                type Value = $value;

                fn state_key(&self) -> $crate::state::StateKey {
                    $crate::state::StateKey::$slice(Key::$variant(*self))
                }
            }
        )+
    };
}
pub(crate) use keys;
