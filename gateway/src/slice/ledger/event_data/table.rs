//! The table of what events of the ledger's own slices say. Invariant: each type is named once, and its values and its
//! schema come from the same line. Amounts are decimal strings of native units, 10^-8 token.

use crate::event::{DataSchema, schema_of};
use serde::Serialize;
use utoipa::ToSchema;

/// A payment of native units on one shard.
#[derive(Serialize, ToSchema)]
pub(super) struct Payment {
    /// The shard on which it is made.
    pub(super) shard: u16,
    /// The tenant that pays; null for a credit that is returned to its payer.
    #[schema(required = true)]
    pub(super) from: Option<String>,
    /// The tenant that receives.
    pub(super) to: String,
    /// In native units, decimal.
    pub(super) amount: String,
}

/// Defines the data of events, with the names of the types that have it.
macro_rules! data {
    ($($type_name:literal $(| $other:literal)* => $name:ident { $($(#[$about:meta])* $field:ident: $type:ty,)* })+) => {
        $(
            #[derive(Serialize, ToSchema)]
            pub(super) struct $name { $($(#[$about])* pub(super) $field: $type,)* }
        )+

        /// The schema of each type.
        pub(crate) fn schemas() -> Vec<DataSchema> {
            vec![$(($type_name, schema_of::<$name>()), $(($other, schema_of::<$name>()),)*)+]
        }
    };
}

data! {
    "account.tenant_registered" => Tenant { tenant: String, }
    "account.author_added" | "account.author_removed" => Author {
        /// The public key, as transactions have it: hexadecimal.
        author: String,
    }
    "native.transferred" => Transfer {
        /// The tenant that pays.
        from: String,
        /// The tenant that receives.
        to: String,
        /// In native units, decimal.
        amount: String,
    }
    "native.granted" => Grant {
        /// The tenant that receives.
        to: String,
        /// In native units, decimal.
        amount: String,
    }
    "atomic.sent" => Sent {
        /// The shard that the credit is sent to.
        destination: u16,
        /// The number of the message between the two shards, from 1.
        sequence: u64,
        #[schema(inline)]
        payment: Option<Payment>,
    }
    "atomic.credited" => Credited {
        /// The shard that sent the message.
        source: u16,
        /// The number of the message between the two shards, from 1.
        sequence: u64,
        #[schema(inline)]
        payment: Option<Payment>,
        /// The number of the credit that is returned, when this is a return.
        returns: Option<u64>,
    }
    "atomic.bounced" => Bounced {
        /// The shard that sent the credit, and to which it returns.
        source: u16,
        /// The number of the message between the two shards, from 1.
        sequence: u64,
        /// The number of the message that returns it.
        returned_as: u64,
        /// The credit, whose receiver is unknown.
        #[schema(inline)]
        payment: Option<Payment>,
    }
    "atomic.outbox_acknowledged" => Acknowledged {
        /// The shard that the messages were sent to.
        destination: u16,
        /// The number of the last message that was dropped.
        sequence: u64,
    }
    "atomic.bundle_opened" => Opened {
        /// The id, hexadecimal.
        bundle: String,
        /// The payments that are made together or not at all.
        #[schema(inline)]
        legs: Vec<Payment>,
    }
    "atomic.leg_prepared" | "atomic.leg_refused" => Answered {
        /// The id, hexadecimal.
        bundle: String,
        /// The index of the payment within the bundle, from 0.
        leg: u8,
        #[schema(inline)]
        payment: Option<Payment>,
    }
    "atomic.leg_reported" | "atomic.leg_forgotten" => OneLeg {
        /// The id, hexadecimal.
        bundle: String,
        /// The index of the payment within the bundle, from 0.
        leg: u8,
    }
    "atomic.bundle_decided" => Decided {
        /// The id, hexadecimal.
        bundle: String,
        /// `commit` or `abort`.
        decision: &'static str,
    }
    "atomic.leg_settled" => Settled {
        /// The id, hexadecimal.
        bundle: String,
        /// The index of the payment within the bundle, from 0.
        leg: u8,
        /// `commit`: it is paid. `abort`: it is not.
        decision: &'static str,
        #[schema(inline)]
        payment: Option<Payment>,
    }
    "beacon.registered" => Registered {
        /// The number of the validator in the registry.
        validator: u32,
        /// In native units, decimal.
        bond: String,
    }
    "beacon.sync_acknowledged" => Synced {
        validator: u32,
        /// The epoch in which it joins.
        epoch: u64,
    }
    "beacon.leave_announced" | "beacon.returned" => Validator { validator: u32, }
    "beacon.deal_accepted" => Deal {
        /// The epoch whose randomness is drawn.
        epoch: u64,
        /// The index of the dealer among the validators.
        dealer: u16,
    }
    "beacon.shares_revealed" => Shares {
        /// The epoch whose randomness is drawn.
        epoch: u64,
        /// The index of the holder among the validators.
        holder: u16,
    }
    "beacon.convicted" => Convicted {
        validator: u32,
        /// `equivocation`, `broken_promise`, `bad_deal` or `foreign_vote`.
        offence: &'static str,
        /// What is taken from the bond, in native units, decimal: the sum of the amounts below.
        slashed: String,
        /// The reward of the reporter.
        rewarded: String,
        /// The share of the compensation fund.
        compensated: String,
        burned: String,
    }
    "beacon.withdrawn" => Withdrawn {
        tenant: String,
        /// In native units, decimal.
        amount: String,
    }
    "beacon.attended" => Attended {
        /// The height of the block whose certificate was submitted.
        height: u64,
        /// The number of signers that were not recorded before.
        signers: u16,
    }
    "beacon.shard_confirmed" => Confirmed {
        shard: u16,
        epoch: u64,
    }
    "beacon.epoch_ended" | "beacon.epoch_entered" => NextEpoch {
        /// The epoch that begins.
        epoch: u64,
        /// The protocol version that it follows.
        version: u16,
        /// The height of the last block of shard 0 before it.
        height: u64,
        /// The number of validators of shard 0.
        validators: u32,
    }
    "beacon.pulsed" => Pulsed { height: u64, }
    "beacon.version_scheduled" => Scheduled {
        /// The protocol version.
        version: u16,
        /// The first epoch that follows it.
        from: u64,
    }
}
