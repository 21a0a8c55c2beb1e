//! The commands, events and state keys of all slices (one slice for each subject of the ledger). Invariant: variants
//! are only appended, because a variant's position is its encoding.

pub mod account;
pub mod atomic;
pub mod beacon;
pub mod native;
pub mod provenance;

use crate::state::{SeenKey, StreamKey};
use borsh::{BorshDeserialize, BorshSerialize};

macro_rules! slices {
    ($($(#[$doc:meta])* $variant:ident: $slice:ident;)+) => {
        /// The operation that an entry requests, by slice.
        #[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
        pub enum Command { $($(#[$doc])* $variant($slice::Command)),+ }

        /// The effect of an applied command, by slice.
        #[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
        pub enum Event { $($(#[$doc])* $variant($slice::Event)),+ }

        impl Command {
            /// The command's stable name, `slice.verb_noun`.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant(command) => command.name()),+ }
            }
        }

        impl Event {
            /// The event's stable name, `slice.past_tense`.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant(event) => event.name()),+ }
            }
        }

        $(impl From<$slice::Event> for Event {
            fn from(event: $slice::Event) -> Self {
                Self::$variant(event)
            }
        })+
    };
}

slices! {
    /// Tenants and their authors.
    Account: account;
    /// Supply-chain provenance (GS1 EPCIS 2.0).
    Provenance: provenance;
    /// The native token within a shard.
    Native: native;
    /// Messages and bundles across shards.
    Atomic: atomic;
    /// Validators, epochs and randomness.
    Beacon: beacon;
}

impl Command {
    /// The weight of a domain's command in multiples of [`WorkParameters::record`](crate::WorkParameters). Zero for the
    /// ledger's own slices, whose commands have weights of their own.
    pub(crate) const fn record_weight(&self) -> u32 {
        match self {
            Self::Provenance(command) => command.record_weight(),
            Self::Account(_) | Self::Native(_) | Self::Atomic(_) | Self::Beacon(_) => 0,
        }
    }
}

/// Every key of the state: the keys that no slice owns, then those of each slice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum StateKey {
    /// The head of a subject's stream.
    Stream(StreamKey),
    /// A bucket of the seen-set.
    Seen(SeenKey),
    /// Tenants and their authors.
    Account(account::Key),
    /// Supply-chain provenance.
    Provenance(provenance::Key),
    /// The native token within a shard.
    Native(native::Key),
    /// Messages and bundles across shards.
    Atomic(atomic::Key),
    /// Validators, epochs and randomness.
    Beacon(beacon::Key),
    /// The tree over the headers of the shard.
    Ancestry,
}
