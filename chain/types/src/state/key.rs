//! The keys of the authenticated state, nested by slice. Invariant: each key names the type of its value, and a
//! [`Slot`] comes only from a key, so no value is read as anything but what was written.

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
    /// The key's path in the tree.
    pub fn path(&self) -> Digest {
        hash(Tag::STATE_KEY, &[&codec::encode(self)])
    }
}

/// A key that names the type of its value.
pub trait TypedKey {
    /// What the state holds at the key.
    type Value: BorshSerialize + BorshDeserialize;

    /// The key as the state hashes it.
    fn state_key(&self) -> StateKey;

    /// The key's path in the tree; costs a hash.
    fn path(&self) -> Digest {
        self.state_key().path()
    }

    /// The key's path with the type of its value; costs a hash.
    fn slot(&self) -> Slot<Self::Value> {
        Slot { path: self.path(), value: PhantomData }
    }

    /// The value of this key in canonical bytes.
    ///
    /// # Errors
    /// [`CodecError`] when the bytes are no value of this key.
    fn decode(&self, bytes: &[u8]) -> Result<Self::Value, CodecError> {
        codec::decode("a state value", bytes)
    }
}

/// The path of a key with the type of its value. It is made once where a key is read and written, so that the key is
/// hashed once.
#[derive(Clone, Debug)]
pub struct Slot<V> {
    path: Digest,
    value: PhantomData<fn() -> V>,
}

impl<V> Slot<V> {
    /// The path in the tree.
    pub const fn path(&self) -> Digest {
        self.path
    }
}

/// The head of a subject's stream [P6].
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct StreamKey(pub TenantId, pub Subject);

impl TypedKey for StreamKey {
    type Value = StreamHead;

    fn state_key(&self) -> StateKey {
        StateKey::Stream(*self)
    }
}

/// A bucket of a slot of the seen-set: of the transactions that expire in one minute of block time, those whose ids
/// begin alike [P3].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct SeenKey {
    /// The minute.
    pub slot: u64,
    /// The bucket, below [`crate::seen::SEEN_BUCKETS`].
    pub bucket: u8,
}

impl SeenKey {
    /// Where a transaction with this expiry is remembered.
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

/// The tree over the headers of the shard's earlier blocks [P7].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AncestryKey;

impl TypedKey for AncestryKey {
    type Value = Ancestry;

    fn state_key(&self) -> StateKey {
        StateKey::Ancestry
    }
}

/// The keys of a slice as a table: for each its variant in the slice's `Key`, its own type, and the type of its value.
/// Lines are appended, never reordered: the encoding is frozen.
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
